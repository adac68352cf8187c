"""A file that takes another's place in one step: after a power cut there is the old file or the new one, whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from connectors.errors import WorkbookOpen


def replaced(fresh: Path, path: Path) -> None:
    """Puts `fresh`, which lies in the same folder and is on the disk, in the place of `path`. Raises WorkbookOpen."""
    try:
        fresh.replace(path)
    except PermissionError as held:
        # Windows lets nobody replace a file that a program holds.
        raise WorkbookOpen("is open in another program", where=path.name, todo="close it and try again") from held
    if os.name == "posix":
        # The new file is in its place; some network folders cannot be waited for.
        with suppress(OSError):
            to_disk(path.parent)


def to_disk(path: Path) -> None:
    """Waits until the disk has it."""
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
