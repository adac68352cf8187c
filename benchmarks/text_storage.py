"""Where pandas keeps text: as Python's strings, or in Arrow when pyarrow is there.

Mastersheet does not install pyarrow; datacompy does. So what a user has is "python", and a run beside datacompy
would without a word be one with "pyarrow". Both are timed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final

import pandas as pd

PYTHON: Final = "python"
ARROW: Final = "pyarrow"


def storages() -> tuple[str, ...]:
    """The ways that this environment offers."""
    return (PYTHON, ARROW) if find_spec("pyarrow") else (PYTHON,)


@contextmanager
def text_in(storage: str) -> Iterator[None]:
    """Text that pandas makes in this block is kept that way."""
    with pd.option_context("mode.string_storage", storage):
        yield


def dtypes(frame: pd.DataFrame) -> str:
    """A frame's columns with their types, text with its storage."""
    return ", ".join(f"{name} {_dtype(column.dtype)}" for name, column in frame.items())


def _dtype(dtype: object) -> str:
    if isinstance(dtype, pd.StringDtype):
        return f"str ({dtype.storage})"
    if isinstance(dtype, pd.CategoricalDtype):
        return f"category of {dtype.categories.dtype}"
    return str(dtype)
