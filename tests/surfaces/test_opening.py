"""What stands against opening a workbook file or writing it: one line that says what, where and what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.errors import CannotRun, InTheWay, WorkbookOpen, WorkbookUnreadable
from sheets.surfaces.opening import refuse_read_only, refuse_unsafe, refuse_unwritable
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.surfaces.xlsx_new import write_new
from sheets.surfaces.xlsx_read import read_tables

USUAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
USUAL_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SIGNED = (
    b'<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/'
    b'origin" Target="_xmlsignatures/origin.sigs"/></Relationships>'
)
# The first sector of a compound file, and one of its folder, in which a name is in UTF-16.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.fixture
def master(brand, tmp_path: Path) -> Path:
    path = tmp_path / "master.xlsx"
    write_new(brand(), path)
    return path


def _changed(path: Path, part: str, old: bytes, new: bytes) -> None:
    """The workbook with other words in one of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(old, new) if name == part else content)


def _strict(path: Path) -> None:
    _changed(path, "xl/workbook.xml", USUAL, b"http://purl.oclc.org/ooxml/spreadsheetml/main")


def _of_1904(path: Path) -> None:
    _changed(path, "xl/workbook.xml", b"<workbookPr ", b'<workbookPr date1904="1" ')


def _binary(path: Path) -> None:
    _changed(path, "[Content_Types].xml", USUAL_TYPE, b"application/vnd.ms-excel.sheet.binary.macroEnabled.main")


def _signed(path: Path) -> None:
    _changed(path, "_rels/.rels", b"</Relationships>", SIGNED)


KINDS = {
    "strict": (
        _strict,
        'is a workbook of the strict form; expected .xlsx of the usual form. In Excel, save it as "Excel Workbook '
        '(*.xlsx)", not as "Strict Open XML Spreadsheet"',
    ),
    "1904": (
        _of_1904,
        "counts its days from 1904; expected days counted from 1900, as Excel does unless told otherwise. Untick 'Use "
        "1904 date system' in Excel under File, Options, Advanced, and put right the dates in it, which move by four "
        "years and a day",
    ),
    "binary": (
        _binary,
        'is a binary workbook (.xlsb); expected .xlsx or .xlsm. In Excel, save it as "Excel Workbook (*.xlsx)", or as '
        '"Excel Macro-Enabled Workbook (*.xlsm)" when it holds macros',
    ),
    "old": (
        lambda path: path.write_bytes(OLE + "Workbook".encode("utf-16-le")),
        "is a workbook of the old .xls kind; expected .xlsx. Save it as .xlsx in Excel",
    ),
    "locked": (
        lambda path: path.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le")),
        "is locked with a password; expected a workbook that opens without one. Open it in Excel and save it again as "
        ".xlsx, or bring back a backup with `mastersheet restore`",
    ),
    "document": (
        lambda path: _changed(path, "_rels/.rels", b'Target="xl/workbook.xml"', b'Target="word/document.xml"'),
        "cannot be read as a workbook (there is no part word/document.xml); expected a "
        "whole .xlsx file. Open it in Excel and save it again as .xlsx, or bring back a backup with `mastersheet "
        "restore`",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_another_kind_is_neither_read_nor_written(master, brand, kind):
    """A workbook of a kind that we cannot place is refused in one line, read or written, and stays as it is."""
    make, said = KINDS[kind]
    make(master)
    before = master.read_bytes()
    for refused in (
        lambda: read_tables(master),
        lambda: XlsxFile(master).write(brand()),
        lambda: refuse_unwritable(master),
    ):
        with pytest.raises(WorkbookUnreadable) as refusal:
            refused()
        assert refusal.value.line == f"master.xlsx: {said}"
    assert master.read_bytes() == before
    assert [path.name for path in master.parent.iterdir()] == ["master.xlsx"]


def test_a_name_of_the_binary_kind_is_refused(master):
    """Excel would not open another kind under the name .xlsb: what has it is refused, whatever it is."""
    path = master.rename(master.with_suffix(".XLSB"))
    with pytest.raises(WorkbookUnreadable, match=r"^master\.XLSB: is a binary workbook"):
        read_tables(path)


def test_a_workbook_with_macros_is_no_other_kind(master):
    """A .xlsm is opened and may be written."""
    _changed(master, "[Content_Types].xml", USUAL_TYPE, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    path = master.rename(master.with_suffix(".xlsm"))
    refuse_unwritable(path)
    assert len(read_tables(path).tables) == 3


def test_a_way_of_packing_that_is_not_known_is_refused(master):
    """A part packed in a way that the reader does not know is a broken workbook, not a trace."""
    raw = bytearray(master.read_bytes())
    at = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02"))
    while at >= 0:
        raw[at + 10] = 97
        at = raw.find(b"PK\x01\x02", at + 4)
    master.write_bytes(raw)
    with pytest.raises(WorkbookUnreadable, match="cannot be read as a workbook"):
        refuse_unsafe(master)


def test_a_signed_workbook_is_read_and_not_written(master):
    """Reading breaks no signature; writing would, and is refused."""
    _signed(master)
    assert len(read_tables(master).tables) == 3
    with pytest.raises(InTheWay) as refusal:
        refuse_unwritable(master)
    assert refusal.value.line == (
        "master.xlsx: is signed, and a refresh would make the signature invalid; expected a workbook without a digital "
        "signature. Remove it in Excel under File, Info, View Signatures, then refresh; sign a copy if you need one"
    )


def test_an_unsigned_workbook_may_be_written(master):
    """A workbook of the usual kind, and one that is not there yet, may be written: nothing is said."""
    refuse_unwritable(master)
    refuse_unwritable(master.with_name("new.xlsx"))


@pytest.mark.parametrize("number", [32, 33])
def test_a_file_that_windows_lets_nobody_read_is_open(master, monkeypatch, number):
    """A sharing or lock violation on reading says that the workbook is open, even when its saved state would do."""

    def held(*_: object) -> None:
        error = PermissionError(13, "held")
        error.winerror = number
        raise error

    monkeypatch.setattr(Path, "open", held)
    with pytest.raises(WorkbookOpen) as refusal:
        read_tables(master, even_if_open=True)
    assert refusal.value.line == "master.xlsx: is open in another program. Close it and try again"


def test_a_file_that_we_may_not_read_is_not_open(master, monkeypatch):
    """A file without the right to read it is told from one that a program holds."""

    def closed(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(WorkbookUnreadable) as refusal:
        read_tables(master)
    assert refusal.value.line == (
        "master.xlsx: may not be read; expected a file that you may read. Ask its owner for the right"
    )


class _About:
    """What the system says of a file, with more in it than this system says."""

    def __init__(self, about: os.stat_result, **more: int) -> None:
        self._about = about
        self.__dict__.update(more)

    def __getattr__(self, name: str) -> object:
        return getattr(self._about, name)


@pytest.fixture
def said_of(monkeypatch) -> Callable[..., None]:
    """said_of(st_flags=1): the system says this of every file."""
    stat = Path.stat

    def say(**more: int) -> None:
        monkeypatch.setattr(Path, "stat", lambda path, **options: _About(stat(path, **options), **more))

    return say


IN_CLOUD = (
    "master.xlsx: is in the cloud, not on this device; expected a file that is here whole. Open its folder, "
    'right-click it, choose "Always keep on this device" (OneDrive) or "Download Now" (iCloud), and try again when it '
    "is here"
)


@pytest.mark.parametrize(
    "more",
    [{"st_file_attributes": 0x400020}, {"st_file_attributes": 0x1020}, {"st_flags": 0x40000000}],
    ids=["recalled when read", "offline", "without data"],
)
def test_a_file_in_the_cloud_is_not_fetched(master, brand, said_of, monkeypatch, more):
    """A placeholder of a cloud folder is refused before anything opens it, for reading and for writing."""
    said_of(**more)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("opened"))
    for refused in (lambda: read_tables(master), lambda: refuse_unwritable(master)):
        with pytest.raises(WorkbookUnreadable) as refusal:
            refused()
        assert refusal.value.line == IN_CLOUD


@pytest.mark.parametrize("more", [{"st_file_attributes": 0x20}, {"st_file_attributes": 0x40020}, {"st_flags": 0x40}])
def test_a_file_on_this_device_is_not_in_the_cloud(master, said_of, more):
    """Other marks do not make a placeholder: archive, extended attributes, tracked."""
    said_of(**more)
    refuse_unwritable(master)
    assert len(read_tables(master).tables) == 3


def test_a_stub_in_the_workbooks_place_is_no_missing_file(tmp_path: Path):
    """Where iCloud left a stub there is a workbook: none is made anew in its place."""
    (tmp_path / ".master.xlsx.icloud").touch()
    with pytest.raises(WorkbookUnreadable) as refusal:
        refuse_unwritable(tmp_path / "master.xlsx")
    assert refusal.value.line == IN_CLOUD


def test_a_stub_beside_the_workbook_is_of_no_account(master):
    """A stub that was left beside a workbook that is here stops nothing."""
    master.with_name(".master.xlsx.icloud").touch()
    refuse_unwritable(master)


READ_ONLY = (
    "master.xlsx: is read-only; expected a file that you may write. Take the mark away in its properties, or ask its "
    "owner for the right; nothing was written"
)


def test_a_file_marked_read_only_is_not_written(master):
    """A file marked read-only is refused for everybody, though its folder would let us replace it."""
    master.chmod(0o444)
    with pytest.raises(CannotRun) as refusal:
        refuse_unwritable(master)
    assert refusal.value.line == READ_ONLY
    assert len(read_tables(master).tables) == 3


@pytest.mark.parametrize("flag", [0x2, 0x20000], ids=["locked in Finder", "locked by the system"])
def test_a_file_locked_on_a_mac_is_not_written(master, said_of, flag):
    """A locked file is read-only, whatever its rights say."""
    said_of(st_flags=flag)
    with pytest.raises(CannotRun) as refusal:
        refuse_read_only(master)
    assert refusal.value.line == READ_ONLY


# Root may write anywhere: what rights forbid is asked as somebody else.
_ASK = """
import os, sys
from contextlib import suppress
from pathlib import Path
from connectors.errors import CannotRun
from sheets.surfaces.opening import refuse_unwritable
# Whatever is imported late is imported now: who is not root may not be let in where Python lies.
with suppress(CannotRun):
    refuse_unwritable(Path(sys.argv[1]))
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    refuse_unwritable(Path(sys.argv[1]))
except CannotRun as refusal:
    print(refusal.line)
"""


@pytest.fixture
def shared(master) -> Iterator[Path]:
    """The workbook in a folder that everybody may enter."""
    if os.name != "posix":
        pytest.skip("rights are set as on POSIX here")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield Path(shutil.copy(master, folder / "master.xlsx"))
    folder.chmod(0o777)
    shutil.rmtree(folder)


def _asked(path: Path) -> str:
    done = subprocess.run([sys.executable, "-c", _ASK, str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_another_owners_file_is_not_written(shared):
    """A file that we have no right to write is refused, though its folder would let us replace it."""
    shared.chmod(0o666)
    assert _asked(shared) == ""
    # For one who is not root the owner is ourselves, and loses the right.
    shared.chmod(0o644 if os.getuid() == 0 else 0o464)
    assert _asked(shared) == READ_ONLY


def test_a_folder_that_takes_no_file_is_refused(shared):
    """A folder in which we may not write stops it before anything is made there."""
    shared.chmod(0o666)
    shared.parent.chmod(0o555)
    said = (
        f"{shared.parent}: is a folder in which you may not write; expected one in which master.xlsx can be replaced. "
        "Ask its owner for the right, or move the brand's folder; nothing was written"
    )
    assert _asked(shared) == said
    shared.parent.chmod(0o777)
    shared.unlink()
    shared.parent.chmod(0o555)
    assert _asked(shared) == said
