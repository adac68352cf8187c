"""Notes, threads and links of the user's in a table whose rows change their places."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.comments import Comment

from connectors.errors import InTheWay
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.layout import Block, Column, Layout, Tab, Table

EXCEL = "{urn:schemas-microsoft-com:office:excel}"
THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


def _layout(skus: str, *, policy: str = "laid anew") -> Layout:
    units = [float(10 * ord(sku)) for sku in skus]
    table = Table(
        "Gaps",
        (
            Column("SKU", list(skus)),
            Column("Units", units, "whole", notes={0: f"counted for {skus[0]}"} if skus else {}),
            Column("Flag", ["OK"] * len(skus)),
            Column("Mine", [None] * len(skus), owner="buyer"),
        ),
        ("SKU",),
        policy,  # type: ignore[arg-type]
        gone="Flag",
    )
    return Layout((Tab("Gaps", (Block(2, 0, table),)),))


@pytest.fixture
def file(tmp_path: Path) -> XlsxFile:
    """A, B and C in rows 4 to 6, with a note and a link on B's cells."""
    made = XlsxFile(tmp_path / "master.xlsx")
    made.write(_layout("ABC"))
    book = openpyxl.load_workbook(made.path)
    book["Gaps"]["B5"].comment = Comment("ask about B", "A buyer")
    book["Gaps"]["D5"] = "ticket"
    book["Gaps"]["D5"].hyperlink = "https://example.com/tickets/B"
    book.save(made.path)
    return made


def _notes(file: XlsxFile) -> dict[str, str]:
    sheet = openpyxl.load_workbook(file.path)["Gaps"]
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def _keys(file: XlsxFile) -> list[object]:
    return [cell.value for cell in openpyxl.load_workbook(file.path)["Gaps"]["A"][3:]]


def _boxes(file: XlsxFile) -> set[tuple[int, int]]:
    """Row and column of each box in the drawing, which is XML."""
    with zipfile.ZipFile(file.path) as archive:
        (part,) = [name for name in archive.namelist() if name.endswith(".vml")]
        drawing = etree.fromstring(archive.read(part))
    return {
        (int(box.findtext(f"{EXCEL}Row")), int(box.findtext(f"{EXCEL}Column")))
        for box in drawing.iter(f"{EXCEL}ClientData")
    }


def test_a_note_and_a_link_go_with_their_row(file):
    """A note, its box and a link on a row's cells are on that row when it stands elsewhere; ours is where it should."""
    file.write(_layout("CAB"))
    assert _notes(file) == {"B4": "Mastersheet:\ncounted for C", "B6": "ask about B"}
    assert _boxes(file) == {(3, 1), (5, 1)}
    cell = openpyxl.load_workbook(file.path)["Gaps"]["D6"]
    assert (cell.value, cell.hyperlink.target) == ("ticket", "https://example.com/tickets/B")


def test_a_row_with_a_note_stays_when_its_key_is_gone(file):
    """A key that is gone keeps its row, marked, for the note on it; when it is back the note is on its row."""
    file.write(_layout("CA"))
    assert _keys(file) == ["C", "A", "B"]
    assert _notes(file) == {"B4": "Mastersheet:\ncounted for C", "B6": "ask about B"}
    file.write(_layout("BCA"))
    assert _keys(file) == ["B", "C", "A"]
    assert _notes(file) == {"B4": "ask about B"}


def test_a_note_takes_the_place_of_ours(file):
    """Where a user's note comes to stand on a cell that has one of ours, the user's is there."""
    file.write(_layout("BAC"))
    assert _notes(file) == {"B4": "ask about B"}
    assert _boxes(file) == {(3, 1)}


def test_a_thread_goes_with_its_row(file):
    """A threaded comment and the note that stands for it in older programs go to the same cell."""
    _with_thread(file.path)
    file.write(_layout("CAB"))
    with zipfile.ZipFile(file.path) as archive:
        thread = archive.read("xl/threadedComments/threadedComment1.xml").decode()
        assert re.findall(r'ref="([A-Z]+\d+)"', thread) == ["B6", "B6"]
        assert "Who counts?" in thread
    assert _notes(file)["B6"] == "ask about B"


def _with_thread(path: Path) -> None:
    """Adds a thread to the note on B5, as a newer program keeps it."""
    before = path.with_suffix(".before")
    shutil.move(path, before)
    comments = "".join(
        f'<threadedComment ref="B5" dT="2026-10-05T09:00:00" personId="{{P}}" id="{{T{at}}}"><text>{text}</text>'
        "</threadedComment>"
        for at, text in enumerate(("Who counts?", "We do."))
    )
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            raw = old.read(name).decode() if name.endswith((".rels", ".xml")) else old.read(name)
            if name == "xl/worksheets/_rels/sheet1.xml.rels":
                link = (
                    '<Relationship Id="rId90" Target="../threadedComments/threadedComment1.xml" '
                    'Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"/>'
                )
                raw = raw.replace("</Relationships>", link + "</Relationships>")
            if name == "[Content_Types].xml":
                kind = '<Override PartName="/xl/threadedComments/threadedComment1.xml" ContentType="x/y"/></Types>'
                raw = raw.replace("</Types>", kind)
            new.writestr(name, raw)
        thread = f'<ThreadedComments xmlns="{THREADS}">{comments}</ThreadedComments>'
        new.writestr("xl/threadedComments/threadedComment1.xml", thread)


def test_kept_rows_keep_their_notes_where_they_are(tmp_path):
    """In a table whose rows stay, a user's note is neither moved nor written, whatever comes and goes."""
    file = XlsxFile(tmp_path / "master.xlsx")
    file.write(_layout("ABC", policy="kept"))
    book = openpyxl.load_workbook(file.path)
    book["Gaps"]["B5"].comment = Comment("ask about B", "A buyer")
    book.save(file.path)
    file.write(_layout("CAD", policy="kept"))
    assert _keys(file) == ["A", "B", "C", "D"]
    assert _notes(file)["B5"] == "ask about B"


def test_a_note_below_a_table_stops_its_growing(file):
    """A note on an empty cell that new rows would take is in the way: a row of ours would seem to be noted."""
    book = openpyxl.load_workbook(file.path)
    book["Gaps"]["A7"].comment = Comment("the end", "A buyer")
    book.save(file.path)
    before = file.path.read_bytes()
    with pytest.raises(InTheWay, match=r"Gaps!A7: has a note of your own where the table Gaps grows"):
        file.write(_layout("ABCD"))
    assert file.path.read_bytes() == before
