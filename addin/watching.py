"""`mastersheet watch`: a refresh whenever a file lands in exports/."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from time import sleep
from typing import Final

# A file that is being copied grows: it is read once it has stayed the same for so many seconds.
_STILL: Final = 2.0
# Programs' own: half-made files, lock files, what file managers leave.
_NOT_OURS: Final = (".part", ".tmp", ".crdownload", ".download", ".partial")


def landed(exports: Path, *, stop: Event | None = None, still: float | None = None) -> Iterator[list[Path]]:
    """The files that were put below a folder, again and again, each time all of them once they have stopped growing."""
    from watchfiles import Change, watch

    exports.mkdir(parents=True, exist_ok=True)
    told: dict[Path, tuple[int, int]] = {}
    for changes in watch(exports, stop_event=stop, raise_interrupt=False, recursive=True):
        new = {Path(path) for kind, path in changes if kind != Change.deleted}
        files = sorted(one for one in new if one.is_file() and not _left_aside(one))
        if files:
            _settled(files, _STILL if still is None else still)
        # What was written while it was waited for is seen a second time.
        files = [one for one in files if one.exists() and told.get(one) != _version(one)]
        told |= {one: _version(one) for one in files}
        if files:
            yield files


def watched(
    exports: Path,
    refresh: Callable[[list[Path]], None],
    failed: Callable[[Exception], None],
    *,
    stop: Event | None = None,
    still: float | None = None,
) -> None:
    """Refreshes after each landing, until it is stopped. What goes wrong is said, and the next file is waited for."""
    for files in landed(exports, stop=stop, still=still):
        try:
            refresh(files)
        except Exception as problem:
            failed(problem)


def _left_aside(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.suffix.lower() in _NOT_OURS


def _settled(files: list[Path], still: float) -> None:
    """Returns once no file has changed for a while."""
    before: list[tuple[int, int]] = []
    while (now := [_version(one) for one in files]) != before:
        before = now
        sleep(still)


def _version(path: Path) -> tuple[int, int]:
    try:
        about = path.stat()
    except OSError:
        return 0, 0
    return about.st_size, about.st_mtime_ns
