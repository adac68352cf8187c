"""One writer of a brand at a time, refresh or restore: the second waits, and then says who holds it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from connectors.errors import BrandBusy
from sheets.progress import Progress, quiet

LOCK: Final = ".mastersheet.lock"
HOLDER: Final = ".mastersheet.holder"
WAIT: Final = 120.0
_BETWEEN: Final = 0.2


@contextmanager
def alone(folder: Path, *, who: str = "", wait: float | None = None, progress: Progress = quiet) -> Iterator[None]:
    """Holds a brand's folder until the block ends. Raises BrandBusy, with who holds it, after WAIT seconds.

    The system itself holds the lock, so it ends with its program, however that ends. Who holds it stands in a file
    beside it, since Windows lets nobody read a file that is locked.
    """
    from filelock import FileLock, Timeout

    lock, holder = FileLock(folder / LOCK), folder / HOLDER
    until, said = monotonic() + (WAIT if wait is None else wait), False
    while True:
        try:
            lock.acquire(timeout=0)
            break
        except Timeout:
            if monotonic() >= until:
                raise _busy(folder, holder) from None
        if not said:
            progress(f"waiting: {_held_by(holder)}")
            said = True
        sleep(_BETWEEN)
    try:
        with suppress(OSError):
            holder.write_text(
                json.dumps({"who": who, "program": os.getpid(), "since": f"{datetime.now():%H:%M:%S}"}), "utf-8"
            )
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _busy(folder: Path, holder: Path) -> BrandBusy:
    return BrandBusy(
        _held_by(holder),
        where=str(folder),
        todo="nothing was written: wait until it has ended, then refresh again",
    )


def _held_by(holder: Path) -> str:
    """`another refresh is running (ann, since 09:14:02, program 4711)`."""
    said = _said_by(holder)
    return f"another refresh is running ({said})" if said else "another refresh is running"


def held_by(folder: Path) -> str:
    """Who holds a folder: `ann, since 09:14:02, program 4711`; empty where nobody says so."""
    return _said_by(folder / HOLDER)


def _said_by(holder: Path) -> str:
    try:
        found = json.loads(holder.read_text("utf-8"))
        parts = [str(found["who"]), f"since {found['since']}", f"program {found['program']}"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return ", ".join(part for part in parts if part)
