"""What is being done, said while it is done."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]


def quiet(said: str) -> None:
    """Progress that nobody hears."""
