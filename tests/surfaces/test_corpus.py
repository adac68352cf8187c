"""Workbooks with everything that people put into theirs: a refresh leaves all of it as it was."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from connectors.errors import CannotRun, WorkbookUnreadable
from sheets.surfaces.xlsx_file import XlsxFile
from tests.workbooks.hands import no_header_row, other_letters
from tests.workbooks.make_corpus import CORPUS, TOGETHER, TOGETHER_OTHERWISE, make
from tests.workbooks.parts import Feature
from tests.workbooks.small_layout import after, later

from .corpus_harms import harms
from .corpus_judged import stale, validated
from .corpus_reading import Package
from .corpus_things import THINGS
from .corpus_values import misread, read_by_calamine, read_by_openpyxl, wrong_values

Refreshed = Callable[[str], tuple[Path, Path]]

_TOGETHER = (TOGETHER, TOGETHER_OTHERWISE)
# The two workbooks that hold nearly everything, and each thing that is in neither.
JUDGED = [name for name, one in CORPUS.items() if not any(one in both.needs for both in _TOGETHER)]

# A refresh tells that it cannot read the buyer's cells there, before it comes to writing.
NOT_READ = "another encoding"
# What openpyxl saves is not valid by itself.
NOT_VALID = "saved by another program"


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """refreshed(feature): the workbook as its buyer saved it, and as a refresh left it."""
    folder = tmp_path_factory.mktemp("corpus")
    made: dict[str, tuple[Path, Path]] = {}

    def get(name: str) -> tuple[Path, Path]:
        if name not in made:
            before = make(CORPUS[name], folder)
            target = folder / "refreshed" / before.name
            target.parent.mkdir(exist_ok=True)
            shutil.copy(before, target)
            XlsxFile(target).write(after())
            made[name] = before, target
        return made[name]

    return get


@pytest.mark.parametrize("thing", THINGS)
def test_the_corpus_holds_it(refreshed, thing):
    """Each thing that people put into workbooks is in the corpus, among all others too, and a refresh leaves it."""
    name, seen = THINGS[thing]
    where = [name, *(both.name for both in _TOGETHER if CORPUS[name] in both.needs)]
    assert len(where) >= 2
    missing = [
        (path, one) for each in where for path in refreshed(each) for one in seen if not one.is_in(Package(path))
    ]
    assert missing == []


@pytest.mark.parametrize("name", CORPUS)
def test_nothing_of_the_buyers_is_harmed(refreshed, name):
    """Parts that are not ours keep every byte; on our own sheets all that is not ours says what it said."""
    assert harms(*refreshed(name), after()) == []


@pytest.mark.parametrize("name", CORPUS)
@pytest.mark.parametrize("read", [read_by_calamine, read_by_openpyxl])
def test_two_readers_find_what_the_refresh_wrote(refreshed, name, read):
    """python-calamine and openpyxl both read the workbook, and find our values in every row of every table."""
    before, now = refreshed(name)
    assert wrong_values(read(now), read_by_openpyxl(before), after()) == []


@pytest.mark.parametrize("name", CORPUS)
def test_what_stands_there_is_read(refreshed, name):
    """Our own reading sees each cell of our tables as openpyxl sees it, before a refresh and after it."""
    for path in refreshed(name):
        if path.parent.name != "refreshed" and name == NOT_READ:
            with pytest.raises(WorkbookUnreadable, match="UTF-16"):
                XlsxFile(path).read()
            continue
        shown = XlsxFile(path).read()
        assert shown.tables.keys() >= {table.name for tab in after().tabs for table in tab.tables}
        assert misread(shown.tables, read_by_openpyxl(path)) == []


@pytest.mark.parametrize("name", CORPUS)
def test_a_second_refresh_leaves_every_byte(refreshed, name):
    """The same numbers again: not a byte of the file changes, and no backup is made."""
    _, now = refreshed(name)
    backups = sorted((now.parent / "backups").iterdir())
    raw = now.read_bytes()
    XlsxFile(now).write(after())
    assert now.read_bytes() == raw
    assert sorted((now.parent / "backups").iterdir()) == backups


@pytest.mark.parametrize("name", [both.name for both in _TOGETHER])
def test_refreshes_in_turn_do_no_harm(refreshed, tmp_path: Path, name):
    """The next day's refresh leaves all as the last one left it, and adds no format that is there already."""
    _, now = refreshed(name)
    path = Path(shutil.copy(now, tmp_path))
    XlsxFile(path).write(later())
    assert harms(now, path, later()) == []
    assert Package(path).parts[Package(now).styles] == Package(now).parts[Package(now).styles]


@pytest.mark.parametrize("name", [both.name for both in _TOGETHER])
def test_another_days_refresh_does_no_harm(refreshed, tmp_path: Path, name):
    """Nor does one that comes two days later: there a note of the buyer's stands where one of ours would."""
    before, _ = refreshed(name)
    path = Path(shutil.copy(before, tmp_path))
    XlsxFile(path).write(later())
    assert harms(before, path, later()) == []


def test_a_workbook_with_macros_stays_one(refreshed):
    """It keeps its ending and its kind, and the project of macros every byte."""
    before, now = refreshed("macros")
    assert now.suffix == ".xlsm"
    assert not now.with_suffix(".xlsx").exists()
    with zipfile.ZipFile(before) as one, zipfile.ZipFile(now) as other:
        assert other.read("xl/vbaProject.bin") == one.read("xl/vbaProject.bin")
        assert b"sheet.macroEnabled.main+xml" in other.read("[Content_Types].xml")


def test_the_validator_finds_no_new_error(refreshed):
    """The Open XML validator finds no error in any part that it did not find before the refresh."""
    before = dict(zip(JUDGED, validated(refreshed(name)[0] for name in JUDGED), strict=True))
    now = dict(zip(JUDGED, validated(refreshed(name)[1] for name in JUDGED), strict=True))
    assert {name: errors for name, errors in before.items() if errors and name != NOT_VALID} == {}
    assert {name: now[name] - before[name] for name in JUDGED if now[name] - before[name]} == {}


@pytest.mark.parametrize("name", [TOGETHER.name, TOGETHER_OTHERWISE.name, "column at the end"])
def test_what_is_cached_is_what_libreoffice_computes(refreshed, libreoffice, name):
    """On our tabs no cell shows something else when LibreOffice computes every formula anew."""
    assert stale(libreoffice.converted, refreshed(name)[1], after()) == []


def test_what_libreoffice_saved_is_not_harmed(libreoffice, tmp_path: Path):
    """LibreOffice writes each part in its own way, and formulas that were filled down once for all their cells."""
    names = (
        "columns amid ours",
        "rules on our cells",
        "notes",
        "links",
        "grouped rows",
        "merged cells",
        "row of totals",
    )
    work = Feature("work", layout=CORPUS[names[0]].layout, needs=[CORPUS[name] for name in names])
    saved = libreoffice.converted(make(work, tmp_path), "xlsx")
    path = Path(shutil.copy(saved, tmp_path / "saved.xlsx"))
    XlsxFile(path).write(after())
    assert harms(saved, path, after()) == []


def test_names_of_parts_are_the_same_in_any_letters(tmp_path: Path):
    """A link that names a part in other letters than the archive is followed, or refused in words: nothing breaks."""
    path = make(Feature("letters", operate=other_letters), tmp_path)
    before, stood = path.read_bytes(), read_by_calamine(path)
    try:
        XlsxFile(path).write(after())
    except CannotRun:
        assert path.read_bytes() == before
    else:
        assert wrong_values(read_by_calamine(path), stood, after()) == []


def test_a_header_row_that_is_switched_off_is_told(tmp_path: Path):
    """Without its header row a table of ours is not refreshed; the line says what to switch on again."""
    path = make(Feature("headless", operate=no_header_row), tmp_path)
    before = path.read_bytes()
    with pytest.raises(CannotRun, match="header row"):
        XlsxFile(path).write(after())
    assert path.read_bytes() == before


def test_the_corpus_is_the_same_each_time(refreshed, tmp_path: Path):
    """Making a workbook of the corpus again gives the same bytes."""
    for both in _TOGETHER:
        assert make(both, tmp_path).read_bytes() == refreshed(both.name)[0].read_bytes()


# A harm by hand: the feature, a part, what is looked for there, what is put in its place, what is said of it.
HARMS = [
    ("links", "sheets:Positions", r'<hyperlink ref="AF5"[^>]*>', "", "hyperlinks"),
    ("links", "sheets:Daily Check", r'<hyperlink ref="H6"', '<hyperlink ref="H7"', "hyperlinks"),
    ("links", "links:Positions", r'Target="mailto:[^"]*"', 'Target="mailto:other@example.com"', "links differ"),
    ("cells beside our tables", "sheets:Positions", r"<v>7\.25</v>", "<v>7.5</v>", "cell of the buyer's changed"),
    ("cells beside our tables", "sheets:Positions", r'(<c r="O4") s="\d+"', r"\1", "cell of the buyer's changed"),
    ("cells beside our tables", "sheets:Positions", r'<c r="P9"[^>]*/>', "", "cell of the buyer's is lost"),
    ("cells beside our tables", "sheets:Positions", r'(<row r="40"[^>]*>)', r'\1<c r="A40"><v>1</v></c>', "nobody"),
    ("cells beside our tables", "sheets:Positions", r"<f>SUM\(Positions\[Units\]\)</f>", "<f>1</f>", "changed"),
    ("formats on our cells", "sheets:Positions", r'(<c r="E6") s="\d+"', r'\1 s="0"', "format of a cell of ours"),
    ("values and formats in the buyer's columns", "sheets:Daily Check", r'<c r="H7"', '<c r="I7"', "is lost"),
    ("columns amid ours", "sheets:Positions", r'<c r="K5"[^>]*>.*?</c>', "", "is lost"),
    ("rich text", "texts", r"<b/>", "", "has other bytes"),
    ("rules on our cells", "sheets:Positions", r'(<cfRule type="cellIs" [^>]*priority=)"\d+"', r'\1"99"', "Formatting"),
    ("rules on our cells", "sheets:Positions", r'<dataValidation type="whole".*?</dataValidation>', "", "Validations"),
    ("x14 conditional formats", "sheets:Positions", r"<x14:cfRule .*?</x14:cfRule>", "", "lost or changed"),
    ("sparklines", "sheets:Positions", r"<x14:sparkline>.*?</x14:sparkline>", "", "lost or changed"),
    ("merged cells", "sheets:Positions", r'<mergeCell ref="M2:P3"/>', "", "mergeCells"),
    ("filters and hidden rows", "sheets:Positions", r'(<row r="10"[^>]*) hidden="1"', r"\1", "row 10"),
    ("filters and hidden rows", "tables:Positions", r'val="GO"', 'val="HOLD"', "its part says other things"),
    ("grouped rows", "sheets:Positions", r'(<row r="7"[^>]*) ht="33"', r'\1 ht="34"', "row 7"),
    ("grouped rows", "sheets:Positions", r'<col min="13"[^>]*>', "", "cols"),
    ("panes and zoom", "sheets:Positions", r'zoomScale="85"', 'zoomScale="90"', "sheetViews"),
    ("notes", "notes:Positions", r"mine at M5", "mine", "notes differ"),
    ("notes", "boxes:Positions", r"<v:shape [^>]*>(?:(?!</v:shape>).)*</v:shape>", "", "have their boxes at"),
    ("activex", "boxes:Positions", r'ObjectType="Pict"', 'ObjectType="Rect"', "drawn over cells"),
    ("threaded comments", "threads:Daily Check", r'ref="E7"', 'ref="E4"', "threads"),
    ("threaded comments", "threads:Positions", r"Counted twice", "Counted", "has other bytes"),
    ("threaded comments", "notes:Positions", r"<author>tc=", "<author>", "authors"),
    ("header images", "boxes:Daily Check", r'id="LH"', 'id="RH"', "has other bytes"),
    (
        "less said",
        "sheets:Positions",
        r"<sheetData>",
        '<cols><col min="1" max="1" width="9"/></cols><sheetData>',
        "cols",
    ),
    (
        "shared formula where rows move",
        "sheets:Daily Check",
        r"<f>D7/2</f>",
        "<f>D4/2</f>",
        "cell of the buyer's changed",
    ),
    ("columns amid ours", "sheets:Daily Check", r'<c r="J7"[^>]*>.*?</c>', "", "is lost"),
    ("embedded objects", "sheets:Positions", r"<oleObject [^>]*/>", "", "oleObjects"),
    ("row of totals", "sheets:Positions", r'(<c r="I12"[^>]*><v>)\d+', r"\g<1>0", "cell of the buyer's changed"),
    ("row of totals", "tables:Positions", r' totalsRowFunction="sum"', "", "its part says other things"),
    ("row of totals", "tables:Positions", r'<autoFilter ref="A4:J11"', '<autoFilter ref="A4:J10"', "filter"),
    ("what-if table", "sheets:Positions", r' ref="AN6:AN8"', ' ref="AN6:AN7"', "cell of the buyer's changed"),
    ("scenarios and breaks", "sheets:Positions", r'<brk id="20"', '<brk id="21"', "rowBreaks"),
    ("styles of one's own", "styles", r'<cellStyle name="Mine"', '<cellStyle name="Yours"', "other entries"),
    ("styles of one's own", "styles", r'<bgColor rgb="FF112233"/>', "", "dxfs"),
    ("other tabs", "book", r' state="veryHidden"', "", "workbook"),
    ("other tabs", "book", r'<sheet name="My Hidden"', '<sheet name="My Open"', "tabs are not"),
    ("macros", "xl/vbaProject.bin", "PQRSTUV", "PQRSTUW", "has other bytes"),
    ("printer settings", "links:Positions", r'printerSettings1.bin"', 'printerSettings2.bin"', "links differ"),
    ("protected ranges", "sheets:Positions", r'<protectedRange [^>]*name="Mine"[^>]*>', "", "protectedRanges"),
    ("names", "book", r'<definedName name="my_units">', '<definedName name="my_unit">', "workbook"),
    ("slicers", "book", r"<ext [^>]*{46BE6895.*?</ext>", "", "workbook"),
    ("checkboxes", "styles", r"<extLst>", '<extLst mine="1">', "cellXfs|extLst"),
    ("shapes", "types", r'<Override PartName="/xl/drawings/drawing1.xml"[^>]*>', "", "Content_Types"),
    ("images", "xl/media/image1.png", r"IEND", "IENE", "has other bytes"),
]


@pytest.mark.parametrize(
    ("name", "place", "old", "new", "said"), HARMS, ids=[f"{name}: {said}" for name, _, _, _, said in HARMS]
)
def test_a_harm_is_seen(refreshed, tmp_path: Path, name, place, old, new, said):
    """The comparison above is no empty one: what is harmed by hand in a refreshed workbook is named."""
    before, now = refreshed(name)
    package = Package(now)
    part = _part(package, place)
    raw, many = re.subn(old.encode(), new.encode(), package.parts[part], count=1, flags=re.DOTALL)
    assert many == 1
    harmed = _written(package, {part: raw}, tmp_path / now.name)
    found = set(harms(before, harmed, after())) - set(harms(before, now, after()))
    assert re.search(said, " ".join(found))


def test_a_value_that_is_wrong_is_seen(refreshed, libreoffice, tmp_path: Path):
    """So are values of ours that were not written, ones that are stale, and parts that are not valid."""
    before, now = refreshed("cells beside our tables")
    stood = read_by_openpyxl(before)
    assert any("rows" in one for one in wrong_values(stood, stood, after()))
    now_wrong = read_by_calamine(now)
    now_wrong["Positions"][0]["Units"] = 91.0
    assert wrong_values(now_wrong, stood, after()) == ["Positions[Units] of ('A-1',): 91.0 is not 90.0"]
    assert misread(XlsxFile(before).read().tables, read_by_openpyxl(now))
    package = Package(now)
    sheet = package.sheets["Positions"]
    content = {
        sheet: package.parts[sheet].replace(b"<v>180</v>", b"<v>181</v>").replace(b"<v>7.25</v>", b"<w>7.25</w>")
    }
    harmed = _written(package, content, tmp_path / "harmed.xlsx")
    assert stale(libreoffice.converted, harmed, after()) == ["Positions (5, 6): 181 is 180"]
    (errors,) = validated([harmed])
    assert errors


def _written(package: Package, content: Mapping[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for one in package.names:
            archive.writestr(one, content.get(one, package.parts[one]))
    return path


def _part(package: Package, place: str) -> str:
    """The part that is harmed; `notes:Positions` is the part of notes of the tab Positions."""
    what, _, tab = place.partition(":")
    sheet = package.sheets.get(tab, "")
    found = {
        "sheets": lambda: sheet,
        "links": lambda: f"xl/worksheets/_rels/{sheet.rpartition('/')[2]}.rels",
        "tables": lambda: package.tables(sheet)[tab].part,
        "notes": lambda: package.linked(sheet, "comments")[0],
        "threads": lambda: package.linked(sheet, "threadedComment")[0],
        "boxes": lambda: package.linked(sheet, "vmlDrawing")[0],
        "book": lambda: package.book,
        "styles": lambda: package.styles,
        "texts": lambda: "xl/sharedStrings.xml",
        "types": lambda: "[Content_Types].xml",
    }
    return found[what]() if what in found else place
