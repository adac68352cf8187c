"""What the stand-in for Excel was asked, and what it refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar


class Refused(Exception):
    """What COM raises while a cell is being edited, or when something cannot be done."""


class Told:
    """Counts what the front end asks of each class, by name."""

    asked: ClassVar[Counter[tuple[str, str]]] = Counter()
    on: ClassVar[Counter[str]] = Counter()  # the same by tab, of what is on one
    refuses: ClassVar[Callable[[str, str], bool]] = staticmethod(lambda kind, name: False)

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_"):
            kind = type(self).__name__
            Told.asked[kind, name] += 1
            Told.on[_tab(self)] += 1
            if Told.refuses(kind, name):
                raise Refused(f"{kind}.{name}")
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            kind = type(self).__name__
            Told.asked[kind, name] += 1
            Told.on[_tab(self)] += 1
            if Told.refuses(kind, f"{name}="):
                raise Refused(f"{kind}.{name}=")
        object.__setattr__(self, name, value)


def _tab(thing: Told) -> str:
    """The tab that a range, a table or a tab is on; empty for all else."""
    own = object.__getattribute__(thing, "__dict__")
    on = own.get("_sheet", thing)
    own = object.__getattribute__(on, "__dict__") if isinstance(on, Told) else {}
    return str(own.get("_title", ""))
