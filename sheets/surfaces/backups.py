"""The last workbooks of a brand, dated, beside the one that is in use; and how one is brought back."""

from __future__ import annotations

import filecmp
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from connectors.errors import CannotRun
from sheets.surfaces.opening import refuse_away, refuse_read_only, refuse_while_open
from sheets.surfaces.replaced import fresh_beside, put_back, replaced, sweep, to_disk
from sheets.surfaces.xlsx_read import read_tables

BACKUPS: Final = "backups"
MOST_BACKUPS: Final = 10
_DATED: Final = "%Y%m%d-%H%M%S"


@dataclass(frozen=True)
class Restored:
    """What was brought back, and where the workbook that it replaced is kept; None when there was none."""

    backup: Path
    kept: Path | None


def back_up(path: Path, *, keep: Path | None = None) -> Path:
    """A dated copy of the workbook, unless the newest one says the same; of the older the last few stay, and `keep`."""
    newest = next(iter(backups_of(path)), None)
    if newest is not None and filecmp.cmp(newest, path, shallow=False):
        # A refresh that fails again and again must not push the older ones out.
        return newest
    folder = path.parent / BACKUPS
    folder.mkdir(exist_ok=True)
    moment = datetime.now()
    while (copy := folder / f"{path.stem}-{moment.strftime(_DATED)}{path.suffix}").exists():
        # Twice within a second: the earlier one is not written over.
        moment += timedelta(seconds=1)
    # Under its own name when it is whole: what is cut short must never be taken for a backup.
    half = fresh_beside(folder / path.name)
    sweep(folder / path.name)
    try:
        shutil.copy2(path, half)
        to_disk(half)
        half.rename(copy)
    finally:
        half.unlink(missing_ok=True)
    for outdated in backups_of(path)[MOST_BACKUPS:]:
        if outdated != keep:
            outdated.unlink()
    return copy


def backups_of(path: Path) -> list[Path]:
    """The backups of a workbook, the newest first. Only names of our own pattern are taken for such."""
    pattern = f"{_literal(path.stem)}-{'[0-9]' * 8}-{'[0-9]' * 6}{_literal(path.suffix)}"
    return sorted((path.parent / BACKUPS).glob(pattern), reverse=True)


def restore(path: Path, name: str | None = None) -> Restored:
    """Puts a backup in the workbook's place, the newest one or that of a name; what stood there is kept as a backup.

    Raises CannotRun when there is no such backup or no room, WorkbookUnreadable when the backup is broken, and
    WorkbookOpen; the workbook is then as it was.
    """
    found = backups_of(path)
    backup = next((one for one in found if name in (None, one.name)), None)
    if backup is None:
        names = ", ".join(one.name for one in found[:3])
        raise CannotRun(
            f"holds no backup {f'called {name}' if name else f'of {path.name}'}",
            where=str(path.parent / BACKUPS),
            expected=f"one of its {len(found)}: {names}{', ...' if len(found) > 3 else ''}" if found else "",
            todo="see them with --list" if found else "each refresh makes one of the workbook that it replaces",
        )
    refuse_while_open(path)
    put_back(path)
    refuse_away(path)
    refuse_read_only(path)
    read_tables(backup, even_if_open=True)
    # In the same folder: only there can it take the old file's place in one step.
    fresh = fresh_beside(path)
    try:
        shutil.copy2(backup, fresh)
        to_disk(fresh)
        kept = back_up(path, keep=backup) if path.exists() else None
        refuse_while_open(path)
        replaced(fresh, path)
    except OSError as failed:
        raise CannotRun(
            f"cannot be written ({failed})",
            where=path.name,
            todo="see that there is room on the disk and that you may write in its folder; the workbook is as it was",
        ) from failed
    finally:
        fresh.unlink(missing_ok=True)
    return Restored(backup, kept)


def _literal(text: str) -> str:
    """A name for use in a pattern, in which `[` would open a set."""
    return "".join(f"[{sign}]" if sign in "[*?" else sign for sign in text)
