"""The workbook as a file of a brand's folder: read by table, replaced as a whole, backed up before."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from xlsxwriter.exceptions import XlsxWriterException

from connectors.errors import CannotRun, NotOurs, WorkbookOpen, WorkbookUnreadable
from sheets.surfaces.finding import Finding
from sheets.surfaces.foreign import foreign
from sheets.surfaces.opening import BROKEN, refuse_unsafe, refuse_while_open, unreadable
from sheets.surfaces.surface import Shown
from sheets.surfaces.xlsx_new import write_new
from sheets.surfaces.xlsx_read import read_tables
from sheets.tabs.layout import Layout

BACKUPS: Final = "backups"
MOST_BACKUPS: Final = 10
_NAMED: Final = 3


class XlsxFile:
    """A workbook file. What is not ours in it is never lost: writing is refused instead."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, *, even_if_open: bool = False) -> Shown | None:
        """The tables of the file, as it was saved last; None when there is no file.

        Raises WorkbookOpen, unless `even_if_open`, and WorkbookUnreadable.
        """
        return read_tables(self.path, even_if_open=even_if_open) if self.path.exists() else None

    def write(self, layout: Layout) -> None:
        """Puts a new file in the place of the old one, which is kept among the backups.

        Raises WorkbookOpen, WorkbookUnreadable, NotOurs when the old file holds what would be lost, and CannotRun
        when the disk is full or closed to us. The old file is then as it was, and nothing half made lies beside it.
        """
        if self.path.suffix.lower() != ".xlsx" and not self.path.exists():
            raise WorkbookUnreadable(
                "cannot be written", where=self.path.name, expected="a name that ends in .xlsx", todo="rename it"
            )
        refuse_while_open(self.path)
        # In the same folder: only there can it take the old file's place in one step.
        fresh = self.path.with_name(f".{self.path.stem}-{os.getpid()}.part")
        try:
            write_new(layout, fresh)
            if self.path.exists():
                refuse_unsafe(self.path)
                found = _looked_through(self.path, fresh)
                if found:
                    raise _not_ours(self.path, found)
                shutil.copymode(self.path, fresh)
                self._back_up()
            _to_disk(fresh)
            # It may have been opened while we were writing.
            refuse_while_open(self.path)
            _replace(fresh, self.path)
        except (OSError, XlsxWriterException) as failed:
            raise CannotRun(
                f"cannot be written ({failed})",
                where=self.path.name,
                todo="see that there is room on the disk and that you may write in its folder; nothing was changed",
            ) from failed
        finally:
            fresh.unlink(missing_ok=True)

    def _back_up(self) -> None:
        folder = self.path.parent / BACKUPS
        folder.mkdir(exist_ok=True)
        moment = datetime.now()
        while (copy := folder / f"{self.path.stem}-{moment:%Y%m%d-%H%M%S}{self.path.suffix}").exists():
            # Twice within a second: the earlier one is not written over.
            moment += timedelta(seconds=1)
        shutil.copy2(self.path, copy)
        _to_disk(copy)
        # Only names of this pattern are ours to delete.
        pattern = f"{_literal(self.path.stem)}-{'[0-9]' * 8}-{'[0-9]' * 6}{_literal(self.path.suffix)}"
        for outdated in sorted(folder.glob(pattern))[:-MOST_BACKUPS]:
            outdated.unlink()


def _looked_through(path: Path, fresh: Path) -> list[Finding]:
    try:
        return foreign(path, fresh)
    except BROKEN as broken:
        raise unreadable(path, str(broken)) from broken


def _not_ours(path: Path, found: list[Finding]) -> NotOurs:
    said = "; ".join(finding.line for finding in found[:_NAMED])
    more = f"; and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    many = (
        "something that a refresh would lose" if len(found) == 1 else f"{len(found):,} things that a refresh would lose"
    )
    return NotOurs(
        f"holds {many}: {said}{more}",
        where=path.name,
        todo="take it out or move it to a workbook of your own, then refresh",
    )


def _replace(fresh: Path, path: Path) -> None:
    try:
        fresh.replace(path)
    except PermissionError as held:
        # Windows lets nobody replace a file that a program holds.
        raise WorkbookOpen("is open in another program", where=path.name, todo="close it and try again") from held
    if os.name == "posix":
        # The new file is in its place; some network folders cannot be waited for.
        with suppress(OSError):
            _to_disk(path.parent)


def _to_disk(path: Path) -> None:
    """Waits until the disk has it: after a power cut there is the old file or the new one, whole."""
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _literal(text: str) -> str:
    """A name for use in a pattern, in which `[` would open a set."""
    return "".join(f"[{sign}]" if sign in "[*?" else sign for sign in text)
