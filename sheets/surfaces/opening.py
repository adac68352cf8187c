"""Whether a workbook file may be opened: not while somebody else holds it, and not when it could harm."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Final

from lxml import etree
from python_calamine import CalamineError

from connectors.errors import CannotRead, WorkbookOpen, WorkbookUnreadable
from connectors.workbook_archive import OLE, check_opening

# What a part of a workbook that is missing, cut short or nonsense raises when it is read.
BROKEN: Final = (CalamineError, KeyError, ValueError, IndexError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError)


def refuse_while_open(path: Path) -> None:
    """Raises WorkbookOpen when Excel or LibreOffice has laid its lock file beside the workbook."""
    locks = {"Excel": path.with_name(f"~${path.name}"), "LibreOffice": path.with_name(f".~lock.{path.name}#")}
    for program, lock in locks.items():
        if lock.exists():
            raise WorkbookOpen(
                f"is open in {program}",
                where=path.name,
                todo=f"close it and try again; if nobody has it open, delete {lock.name}",
            )


def refuse_unsafe(path: Path) -> None:
    """Raises WorkbookUnreadable for what is no .xlsx or .xlsm, has a password, or would unpack beyond measure."""
    try:
        check_opening(path, path.name)
        with path.open("rb") as file:
            old = file.read(len(OLE)) == OLE
        names = [] if old else zipfile.ZipFile(path).namelist()
    except CannotRead as refusal:
        raise WorkbookUnreadable(refusal.what, where=path.name, expected=refusal.expected, todo=_TODO) from refusal
    except (OSError, zipfile.BadZipFile) as broken:
        raise unreadable(path, str(broken)) from broken
    if old:
        raise WorkbookUnreadable(
            "is a workbook of the old .xls kind", where=path.name, expected=".xlsx", todo="save it as .xlsx in Excel"
        )
    if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
        raise unreadable(path, "an archive of something else")


def unreadable(path: Path, why: str) -> WorkbookUnreadable:
    """The file is a workbook by its name only, or a broken one."""
    return WorkbookUnreadable(
        f"cannot be read as a workbook ({why})", where=path.name, expected="a whole .xlsx file", todo=_TODO
    )


_TODO = "open it in Excel and save it again as .xlsx, or bring back a backup with `mastersheet restore`"
