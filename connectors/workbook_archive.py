"""What a workbook file is, before a reader opens it: its kind, how far it unpacks, how far its cells reach."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import etree

from connectors.errors import NotSafe, WrongEncoding

ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_PARTS: Final = 10_000
_MOST_BYTES: Final = 1 << 30
_FREE_BYTES: Final = 50 << 20
_MOST_RATIO: Final = 100
_MOST_CELLS: Final = 30_000_000
_PIECE: Final = 1 << 20
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
# Both begin with what the regex engine finds fast: ten times the speed of a stricter pattern.
_ROW: Final = re.compile(rb'row r="(\d+)')
_WIDE: Final = re.compile(rb'="([A-Z]{2,3})\d')
_REL: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REL_STRICT: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def is_workbook(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a workbook (.xlsx, .xlsm, .xlsb, .ods, .xls)."""
    return head.startswith((ZIP, OLE))


def check_opening(path: Path, name: str) -> None:
    """Raises NotSafe for an archive that unpacks far beyond its size or is encrypted, WrongEncoding for another
    kind of file."""
    with path.open("rb") as file:
        raw = file.read(8)
        if raw.startswith(OLE):
            if _ENCRYPTED in raw + file.read():
                raise locked(name)
            return
    if not raw.startswith(ZIP) or not zipfile.is_zipfile(path):
        raise not_a_workbook(name)
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    # Parts may overlap in the file: what is packed is never more than the file itself.
    packed = max(1, min(path.stat().st_size, sum(part.compress_size for part in parts)))
    if len(parts) > _MOST_PARTS:
        raise _refused(name, f"holds {len(parts):,} parts", f"at most {_MOST_PARTS:,}")
    if unpacked > _MOST_BYTES:
        raise _refused(name, f"unpacks to {unpacked >> 20:,} MB", f"at most {_MOST_BYTES >> 20:,} MB")
    if unpacked > _FREE_BYTES and unpacked > _MOST_RATIO * packed:
        raise _refused(name, f"unpacks to {unpacked // packed:,} times its size", f"at most {_MOST_RATIO} times")
    if any(part.flag_bits & 1 for part in parts):
        raise locked(name)


def check_reach(path: Path, sheet: str, name: str) -> None:
    """Raises NotSafe when a lone cell far down or right would make the reader lay out billions of blank ones."""
    with zipfile.ZipFile(path) as archive:
        part = sheet_part(archive, sheet)
        if part is None:
            return
        rows = wide = 0
        for piece in _pieces(archive, part):
            rows = max([rows, *map(int, _ROW.findall(piece))])
            wide = max([wide, *map(_number, set(_WIDE.findall(piece)))])
    if rows * max(wide, 26) > _MOST_CELLS:
        raise _refused(
            name,
            f"has a cell in row {rows:,} and one in column {wide or 26:,}",
            f"a sheet of at most {_MOST_CELLS:,} cells",
            "delete the rows and columns beyond the table and save it again",
        )


def sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of an .xlsx that holds the sheet; None when this is another kind of workbook."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(archive.namelist()):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    rels = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {rel.get("Id"): str(rel.get("Target")) for rel in rels.iter("{*}Relationship")}
    for element in book.iter("{*}sheet"):
        if element.get("name") == sheet:
            target = targets.get(element.get(_REL) or element.get(_REL_STRICT), "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.namelist() else None
    return None


def locked(name: str) -> NotSafe:
    """The workbook has a password."""
    return NotSafe(
        "is locked with a password",
        where=name,
        expected="a workbook that opens without one",
        todo="save it without a password",
    )


def not_a_workbook(name: str) -> WrongEncoding:
    """The file is no workbook, or a broken one."""
    return WrongEncoding(
        "is not a workbook that can be read",
        where=name,
        expected="a whole .xlsx, .xlsm, .xlsb, .xls or .ods file, or CSV or TSV text",
        todo="export it again; if it is an archive, unpack it here",
    )


def _refused(name: str, what: str, expected: str, todo: str = "export it again as CSV") -> NotSafe:
    return NotSafe(what, where=name, expected=expected, todo=todo)


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that overlap by more than one tag's length."""
    with archive.open(part) as stream:
        tail = b""
        while read := stream.read(_PIECE):
            yield (tail + read).replace(b"='", b'="')
            tail = read[-200:]


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
