"""A file that takes another's place in one step: after a power cut there is the old file or the new one, whole.

On POSIX the new file is given the old one's owner and group where we may. On Windows ReplaceFileW does it, which keeps
the old file's rights, creation time and named streams, as a plain rename would not. It takes more than one step, so the
old file keeps a name of its own meanwhile: what a program killed between them left is put back by `put_back`. What is
here for Windows was written from Microsoft's documentation and never run there.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep, time
from typing import Final

from connectors.errors import CannotRun, WorkbookOpen

WINDOWS: Final = os.name == "nt"

# Virus scanners and programs that synchronise folders hold a new file for a moment.
PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8)

# Without the right to set rights, those that the folder gives must do: ReplaceFileW is told not to stop there.
_IGNORE_MERGE_ERRORS: Final = 2
_IGNORE_ACL_ERRORS: Final = 4

# Windows's numbers. Held: sharing and lock violation; the old file cannot be removed; the new one cannot be moved, the
# old one under its own name, or under the name it was to be kept by.
_SHARING_VIOLATION: Final = 32
_HELD: Final = frozenset({_SHARING_VIOLATION, 33, 1175, 1176, 1177})
_ACCESS_DENIED: Final = 5
# Drives that do not know ReplaceFileW: invalid function, not supported, not implemented.
_UNKNOWN_THERE: Final = frozenset({1, 50, 120})

# No program writes one workbook this long; a number may be another program's by then.
_HOUR: Final = 3600.0


def fresh_beside(path: Path) -> Path:
    """The name under which this program makes what is to take the file's place; `sweep` knows whose it is."""
    return path.with_name(f".{path.stem}-{os.getpid()}.part")


def replaced(fresh: Path, path: Path) -> None:
    """Puts `fresh`, which lies in the same folder and is on the disk, in the place of `path`.

    Raises WorkbookOpen, and OSError for all else that stands against it; the old file is then as it was.
    """
    if WINDOWS:
        _replaced_in_windows(fresh, path)
    else:
        _given_to_owner(fresh, path)
        try:
            fresh.replace(path)
        except PermissionError as held:
            raise _open(path) from held
        # The new file is in its place; some network folders cannot be waited for.
        with suppress(OSError):
            to_disk(path.parent)
    sweep(path)


def put_back(path: Path) -> None:
    """Gives a file its name back that it lost to a replacement that was cut off halfway; there is none on POSIX.

    Raises CannotRun when it cannot be: as long as it has another name, there must not seem to be no file.
    """
    if path.exists() or not path.parent.is_dir():
        return
    kept = sorted(
        (one for one, _ in _left_beside(path) if one.suffix == ".old"), key=lambda one: one.stat().st_mtime_ns
    )
    if not kept:
        return
    try:
        kept[-1].rename(path)
    except OSError as failed:
        raise CannotRun(
            f"has the name {kept[-1].name} since a refresh was cut off, and cannot be given its own back ({failed})",
            where=path.name,
            todo=f"close what holds it, rename it to {path.name}, then try again",
        ) from failed


def sweep(path: Path) -> None:
    """Removes what programs that were killed left half made beside the file; not what may be all there is of it."""
    with suppress(OSError):
        for left, program in _left_beside(path):
            if (left.suffix == ".part" or path.exists()) and not _at_work(program, left):
                with suppress(OSError):
                    left.unlink()


def to_disk(path: Path) -> None:
    """Waits until the disk has it."""
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _given_to_owner(fresh: Path, path: Path) -> None:
    """Owner and group of the old file, or its group alone; only root may give a file away."""
    with suppress(OSError):
        old, new = path.stat(), fresh.stat()
        if (old.st_uid, old.st_gid) == (new.st_uid, new.st_gid):
            return
        for owner in (old.st_uid, -1):
            with suppress(PermissionError):
                os.chown(fresh, owner, old.st_gid)
                return


def _replaced_in_windows(fresh: Path, path: Path) -> None:
    for pause in (*PAUSES, None):
        number = _try_in_windows(fresh, path)
        if pause is None or number not in {*_HELD, _ACCESS_DENIED}:
            break
        sleep(pause)
    if number in _HELD:
        raise _open(path)
    if number:
        raise OSError(f"Windows error {number}{', access denied' if number == _ACCESS_DENIED else ''}")


def _try_in_windows(fresh: Path, path: Path) -> int:
    """Windows's number of what went wrong; 0 when the new file is in its place."""
    if not path.exists():
        return _moved(fresh, path)
    kept = fresh.with_suffix(".old")
    kept.unlink(missing_ok=True)
    number = _replace_file(path, fresh, kept)
    if number in _UNKNOWN_THERE:
        return _moved(fresh, path)
    put_back(path)
    if number == 0:
        # Held by a scanner it stays for now: the next refresh removes it.
        with suppress(OSError):
            kept.unlink(missing_ok=True)
    return number


def _moved(fresh: Path, path: Path) -> int:
    try:
        fresh.replace(path)
    except PermissionError:
        return _SHARING_VIOLATION
    return 0


def _replace_file(path: Path, fresh: Path, kept: Path) -> int:
    """ReplaceFileW: 0 when it was done, or Windows's number of what went wrong."""
    # ctypes has these on Windows only.
    windows = vars(ctypes)
    replace_file = windows["WinDLL"]("kernel32", use_last_error=True).ReplaceFileW
    text, pointer = ctypes.c_wchar_p, ctypes.c_void_p
    replace_file.argtypes = [text, text, text, ctypes.c_uint32, pointer, pointer]
    replace_file.restype = ctypes.c_int
    done = replace_file(str(path), str(fresh), str(kept), _IGNORE_MERGE_ERRORS | _IGNORE_ACL_ERRORS, None, None)
    return 0 if done else int(windows["get_last_error"]())


def _left_beside(path: Path) -> Iterator[tuple[Path, int]]:
    """What writers of the file have beside it, each with the number of its program."""
    ours = re.compile(rf"\.{re.escape(path.stem)}-([0-9]{{1,10}})\.(?:part|old)")
    for one in path.parent.iterdir():
        name = ours.fullmatch(one.name)
        if name:
            yield one, int(name[1])


def _at_work(program: int, left: Path) -> bool:
    """Whether the program that made it may still be at it."""
    if time() - left.stat().st_mtime > _HOUR:
        return False
    if WINDOWS:
        # Asking by a signal would end the program there.
        return True
    try:
        os.kill(program, 0)
    except PermissionError:
        # It runs, for somebody else.
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _open(path: Path) -> WorkbookOpen:
    return WorkbookOpen("is open in another program", where=path.name, todo="close it and try again")
