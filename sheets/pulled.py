"""Systems read one after the other, or all at once for as long as somebody waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TypeVar

from sheets.progress import Progress

Read = TypeVar("Read")


def in_turn(systems: Sequence[str], read: Callable[[str], Read], progress: Progress) -> Mapping[str, Read]:
    """What each system says, one after the other. Raises what reading raises."""
    found = {}
    for at, system in enumerate(systems, start=1):
        progress(f"reading {system} ... {at} of {len(systems)}")
        found[system] = read(system)
    return found


def answered(
    systems: Sequence[str], read: Callable[[str], Read], within: float, progress: Progress
) -> Mapping[str, Read]:
    """What those systems say that answer within so many seconds; all are asked at once. Raises what reading raises.

    One that hangs is left to itself, and ends with the program.
    """
    said: SimpleQueue[tuple[str, Read | BaseException]] = SimpleQueue()

    def ask(system: str) -> None:
        try:
            said.put((system, read(system)))
        except BaseException as failed:
            said.put((system, failed))

    for system in systems:
        Thread(target=ask, args=(system,), name=f"reading {system}", daemon=True).start()
    until = monotonic() + within
    found: dict[str, Read] = {}
    failed: dict[str, BaseException] = {}
    while len(found) + len(failed) < len(systems):
        try:
            system, what = said.get(timeout=max(0.0, until - monotonic()))
        except Empty:
            break
        if isinstance(what, BaseException):
            failed[system] = what
        else:
            found[system] = what
        progress(f"reading {system} ... {len(found) + len(failed)} of {len(systems)}")
    for system in systems:
        if system in failed:
            raise failed[system]
    return found
