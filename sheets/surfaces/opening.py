"""Whether a workbook file may be opened, and written: not while somebody else holds it, not when it could harm, and not
where what is written could not stay what it was."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from pathlib import Path
from typing import Final

from lxml import etree
from python_calamine import CalamineError

from connectors.errors import CannotRead, CannotRun, InTheWay, WorkbookOpen, WorkbookUnreadable
from connectors.workbook_archive import OLE, check_opening
from sheets.surfaces.package import Package

# What a part of a workbook that is missing, cut short or nonsense raises when it is read.
BROKEN: Final = (
    CalamineError,
    KeyError,
    ValueError,
    IndexError,
    EOFError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
)

# Windows's numbers for a file that another program lets nobody read, or a part of it.
_HELD: Final = frozenset({32, 33})
# Windows: offline, and recalled when its data are read. Recalled when opened is left out: its bit is that of files with
# extended attributes too, which are whole.
_AWAY: Final = stat.FILE_ATTRIBUTE_OFFLINE | 0x400000
# macOS: a file without data, and one that is locked in Finder or by the system.
_DATALESS: Final = 0x40000000
_LOCKED: Final = stat.UF_IMMUTABLE | stat.SF_IMMUTABLE
_BINARY: Final = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
_STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_SAVE_AS: Final = 'in Excel, save it as "Excel Workbook (*.xlsx)"'
_TODO: Final = "open it in Excel and save it again as .xlsx, or bring back a backup with `mastersheet restore`"


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


def refuse_away(path: Path) -> None:
    """Raises WorkbookUnreadable for a file that a cloud folder shows and that is not on this device.

    Reading it would wait for the network, or fail halfway; where iCloud leaves a stub only, there seems to be no file.
    """
    away = path.with_name(f".{path.name}.icloud").exists()
    if path.exists():
        about = path.stat()
        away = bool(getattr(about, "st_file_attributes", 0) & _AWAY or getattr(about, "st_flags", 0) & _DATALESS)
    if away:
        raise WorkbookUnreadable(
            "is in the cloud, not on this device",
            where=path.name,
            expected="a file that is here whole",
            todo='open its folder, right-click it, choose "Always keep on this device" (OneDrive) or "Download Now" '
            "(iCloud), and try again when it is here",
        )


def refuse_unsafe(path: Path) -> None:
    """Raises WorkbookUnreadable for what is no .xlsx or .xlsm of the usual form, is not on this device, has a password,
    or would unpack beyond measure; WorkbookOpen when Windows lets nobody read it."""
    refuse_away(path)
    try:
        check_opening(path, path.name)
        with path.open("rb") as file:
            old = file.read(len(OLE)) == OLE
        if not old:
            _refuse_other_forms(path)
    except CannotRead as refusal:
        raise WorkbookUnreadable(refusal.what, where=path.name, expected=refusal.expected, todo=_TODO) from refusal
    except PermissionError as refused:
        raise _not_let_in(path, refused) from refused
    except (OSError, *BROKEN) as broken:
        raise unreadable(path, str(broken)) from broken
    if old:
        raise WorkbookUnreadable(
            "is a workbook of the old .xls kind", where=path.name, expected=".xlsx", todo="save it as .xlsx in Excel"
        )


def refuse_read_only(path: Path) -> None:
    """Raises CannotRun when the file is marked read-only or not ours to write, or its folder takes no new file.

    What Windows's rights say of a folder shows only when a file is made in it.
    """
    if path.exists():
        about = path.stat()
        marked = not about.st_mode & 0o222 or getattr(about, "st_flags", 0) & _LOCKED
        if marked or not os.access(path, os.W_OK):
            raise CannotRun(
                "is read-only",
                where=path.name,
                expected="a file that you may write",
                todo="take the mark away in its properties, or ask its owner for the right; nothing was written",
            )
    if path.parent.is_dir() and not os.access(path.parent, os.W_OK | os.X_OK):
        raise CannotRun(
            "is a folder in which you may not write",
            where=str(path.parent),
            expected=f"one in which {path.name} can be replaced",
            todo="ask its owner for the right, or move the brand's folder; nothing was written",
        )


def refuse_unwritable(path: Path) -> None:
    """Whether a refresh may put a new file in the place of this one, which need not exist. Reads, writes nothing.

    Raises CannotRun for a read-only file or folder, WorkbookUnreadable and WorkbookOpen as `refuse_unsafe`, and
    InTheWay for a signed workbook.
    """
    refuse_away(path)
    refuse_read_only(path)
    if not path.exists():
        return
    refuse_unsafe(path)
    with Package(path) as package:
        signed = any(relation.kind == "origin" for relation in package.relations(""))
    if signed:
        raise InTheWay(
            "is signed, and a refresh would make the signature invalid",
            where=path.name,
            expected="a workbook without a digital signature",
            todo="remove it in Excel under File, Info, View Signatures, then refresh; sign a copy if you need one",
        )


def unreadable(path: Path, why: str) -> WorkbookUnreadable:
    """The file is a workbook by its name only, or a broken one."""
    return WorkbookUnreadable(
        f"cannot be read as a workbook ({why})", where=path.name, expected="a whole .xlsx file", todo=_TODO
    )


def _refuse_other_forms(path: Path) -> None:
    """Raises WorkbookUnreadable for an archive of something else, and for books that are binary, strict, of 1904."""
    with Package(path) as package:
        if not {package.book, "[Content_Types].xml"} & package.parts:
            raise unreadable(path, "an archive of something else")
        types = package.tree("[Content_Types].xml").iter("{*}Override", "{*}Default")
        if path.suffix.lower() == ".xlsb" or any(one.get("ContentType") == _BINARY for one in types):
            raise WorkbookUnreadable(
                "is a binary workbook (.xlsb)",
                where=path.name,
                expected=".xlsx or .xlsm",
                todo=f'{_SAVE_AS}, or as "Excel Macro-Enabled Workbook (*.xlsm)" when it holds macros',
            )
        if etree.QName(package.tree(package.book)).namespace == _STRICT:
            raise WorkbookUnreadable(
                "is a workbook of the strict form",
                where=path.name,
                expected=".xlsx of the usual form",
                todo=f'{_SAVE_AS}, not as "Strict Open XML Spreadsheet"',
            )
        settings = package.tree(package.book).find("{*}workbookPr")
        if settings is not None and settings.get("date1904") in {"1", "true"}:
            raise WorkbookUnreadable(
                "counts its days from 1904",
                where=path.name,
                expected="days counted from 1900, as Excel does unless told otherwise",
                todo="untick 'Use 1904 date system' in Excel under File, Options, Advanced, and put right the dates "
                "in it, which move by four years and a day",
            )


def _not_let_in(path: Path, refused: PermissionError) -> WorkbookOpen | WorkbookUnreadable:
    if getattr(refused, "winerror", None) in _HELD:
        return WorkbookOpen("is open in another program", where=path.name, todo="close it and try again")
    return WorkbookUnreadable(
        "may not be read", where=path.name, expected="a file that you may read", todo="ask its owner for the right"
    )
