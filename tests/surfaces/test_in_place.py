"""A workbook that people work in: what a refresh leaves, what it moves, and what stops it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill, Protection
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table as OtherTable
from openpyxl.worksheet.table import TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from connectors.errors import InTheWay
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text


def _layout(rows: list[tuple[str, float]], *, policy: str = "kept", more: tuple[Column, ...] = ()) -> Layout:
    table = Table(
        "Stock",
        (
            Column("SKU", [sku for sku, _ in rows]),
            Column("Units", [units for _, units in rows], "whole"),
            Column("Twice", [2 * units for _, units in rows], "whole", "=Stock[[#This Row],[Units]]*2"),
            Column("Flag", ["OK"] * len(rows), words=("OK", "CHECK")),
            *more,
        ),
        ("SKU",),
        policy,  # type: ignore[arg-type]
        gone="Flag",
    )
    other = Table("Log", (Column("At", [1.0], "whole"),), ("At",), "appended")
    return Layout(
        (
            Tab("Stock", (Block(0, 0, Text("Stock", "title")), Block(2, 0, table))),
            Tab("Log", (Block(0, 0, Text("Log", "title")), Block(2, 0, other))),
        )
    )


ROWS = [("A", 1.0), ("B", 2.0), ("C", 3.0)]


@pytest.fixture
def file(tmp_path: Path) -> XlsxFile:
    made = XlsxFile(tmp_path / "master.xlsx")
    made.write(_layout(ROWS))
    return made


def _work(file: XlsxFile, edit: Callable[[Worksheet], None]) -> None:
    book = openpyxl.load_workbook(file.path)
    edit(book["Stock"])
    book.save(file.path)


def _cells(file: XlsxFile, area: str, tab: str = "Stock") -> list[list[object]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(file.path)[tab][area]]


def _own_column(sheet: Worksheet) -> None:
    """A column of the user's at the table's right end, with a formula and a colour."""
    table = sheet.tables["Stock"]
    table.tableColumns.append(TableColumn(id=90, name="Mine"))
    table.ref = table.autoFilter.ref = "A3:F6"
    for row, value in zip(sheet["F3:F6"], ("Mine", '=B4&"<x>"', "note on B", 7), strict=True):
        row[0].value = value
    sheet["F5"].fill = PatternFill("solid", fgColor="FFAA00")


def test_an_own_tab_stays_to_the_byte(file):
    """A tab of the user's, which looks at our cells, is the same part after a refresh, and the book recalculates."""

    def edit(sheet: Worksheet) -> None:
        sheet.parent.create_sheet("Mine")["A1"] = "=Stock!B4*2"

    _work(file, edit)
    before = zipfile.ZipFile(file.path)
    file.write(_layout([("A", 9.0), ("B", 2.0)]))
    after = zipfile.ZipFile(file.path)
    assert after.read("xl/worksheets/sheet3.xml") == before.read("xl/worksheets/sheet3.xml")
    assert b'fullCalcOnLoad="1"' in after.read("xl/workbook.xml")
    assert _cells(file, "B4:B6") == [[9], [2], [None]]


def test_rows_that_move_take_the_users_cells_along(file):
    """In a table that is laid anew the user's cells follow their key; a formula about its own row too."""
    file.write(_layout(ROWS, policy="laid anew"))
    _work(file, _own_column)
    file.write(_layout([("C", 3.0), ("B", 2.0), ("A", 1.0)], policy="laid anew"))
    assert _cells(file, "A4:A6") == [["C"], ["B"], ["A"]]
    assert _cells(file, "F4:F6") == [[7], ["note on B"], ['=B6&"<x>"']]
    sheet = openpyxl.load_workbook(file.path)["Stock"]
    assert sheet["F5"].fill.fgColor.rgb == "00FFAA00"


def test_a_row_that_leaves_keeps_the_users_cells(file):
    """A key that leaves a table laid anew keeps its row at the end, marked, while the user has something in it."""
    file.write(_layout(ROWS, policy="laid anew"))
    _work(file, _own_column)
    file.write(_layout([("A", 1.0)], policy="laid anew"))
    assert _cells(file, "A4:F6") == [
        ["A", 1, "=Stock[[#This Row],[Units]]*2", "OK", _cells(file, "E4:E4")[0][0], '=B4&"<x>"'],
        ["B", None, None, "GONE", None, "note on B"],
        ["C", None, None, "GONE", None, 7],
    ]


def test_a_new_row_has_the_users_formula(file):
    """A row that is appended has the formula that the user's column has in the row before it."""

    def edit(sheet: Worksheet) -> None:
        _own_column(sheet)
        sheet["F6"] = "=B6+1"

    _work(file, edit)
    file.write(_layout([*ROWS, ("D", 4.0)]))
    assert _cells(file, "A7:F7")[0][5] == "=B7+1"


def test_a_row_of_totals_goes_down(file):
    """Below a table that grows stands its row of totals; their formulas mean their own row, and all rows, as before."""

    def edit(sheet: Worksheet) -> None:
        table = sheet.tables["Stock"]
        table.ref, table.totalsRowCount = "A3:E7", 1
        sheet["A7"], sheet["B7"], sheet["C7"] = "Total", "=SUM(B4:B6)*$B$1", '=B7/2&"B7"&B4&Log!B7'

    _work(file, edit)
    file.write(_layout([*ROWS, ("D", 4.0), ("E", 5.0)]))
    assert _cells(file, "A8:C9") == [
        ["E", 5, "=Stock[[#This Row],[Units]]*2"],
        ["Total", "=SUM(B4:B8)*$B$1", '=B9/2&"B7"&B4&Log!B7'],
    ]
    sheet = openpyxl.load_workbook(file.path)["Stock"]
    assert (sheet.tables["Stock"].ref, sheet.dimensions.rpartition(":")[2]) == ("A3:E9", "E9")


# A formula of the user's beside the table, what it gave, and whether that is still what it gives.
FORMULAS = [
    ("B4*10", 10, False),
    ("SUM(B4:B6)", 6, False),
    ("SUM(Stock[Units])", 6, False),
    ("Mine!A2+1", 11, False),
    ("Mine!$A$1+1", 3, True),
    ("1+1", 2, True),
    ("$N$20*2", 8, True),
    ("SUM(N20:N21)", 9, True),
    ("L20+1", 11, False),
    ("O20*2", 16, True),
    ("OFFSET(N20,0,0)", 4, False),
    ("unknown_name*2", 8, False),
    ("[1]Prices!$B$2*2", 4, True),
    ("Q25+1", 1, False),
    ("TODAY()-TODAY()", 0, True),
    ("IF(N20&gt;0,&quot;B4&quot;,1)", 1, True),
]


def test_values_of_the_users_formulas_are_kept_where_they_hold(file):
    """What a formula gave before the refresh is dropped where it looks at our cells, by whatever way, and kept else."""

    def edit(sheet: Worksheet) -> None:
        own = sheet.parent.create_sheet("Mine")
        own["A1"], own["A2"] = 2, "=Stock!B4*10"

    _work(file, edit)
    cells = [f'<c r="P{row}"><f>{text}</f><v>{value}</v></c>' for row, (text, value, _) in enumerate(FORMULAS, 20)]
    more = {
        20: '<c r="L20"><f>B5*5</f><v>10</v></c><c r="N20"><v>4</v></c><c r="O20"><f>N20*2</f><v>8</v></c>',
        21: '<c r="N21"><v>5</v></c>',
        25: '<c r="Q25"><f>P33</f><v>0</v></c>',
    }
    rows = "".join(
        f'<row r="{row}">{more.get(row, "")}{cell}</row>' if row != 25 else f'<row r="{row}">{cell}{more[row]}</row>'
        for row, cell in enumerate(cells, 20)
    )
    part = "xl/worksheets/sheet1.xml"
    _patch(file, part, "</sheetData>", f"{rows}</sheetData>")
    file.write(_layout([("A", 9.0)]))
    made = zipfile.ZipFile(file.path).read(part).decode()
    kept = [f"<f>{text}</f><v>{value}</v>" in made for text, value, _ in FORMULAS]
    assert kept == [stays for _, _, stays in FORMULAS]
    assert all(f"<f>{text}</f>" in made for text, _, _ in FORMULAS)


def test_a_buyers_number_that_is_a_formula_stays_known(tmp_path: Path):
    """A cost that a buyer works out from a cell of theirs is read the same after each refresh, computed or not."""

    def layout(title: str) -> Layout:
        columns = (
            Column("SKU", ["A", "B"], owner="buyer"),
            Column("Cost", [1.0, 7.5], "money", owner="buyer"),
            Column("Shown", [title, title]),
        )
        return Layout((Tab("SKUs", (Block(0, 0, Table("SKUs", columns, ("SKU",), "buyer")),)),))

    file = XlsxFile(tmp_path / "master.xlsx")
    file.write(layout("Mug"))
    part = "xl/worksheets/sheet1.xml"
    _patch(file, part, "<v>7.5</v>", "<f>$H$9/2</f><v>12.5</v>")
    _patch(file, part, "</sheetData>", '<row r="9"><c r="H9"><v>25</v></c></row></sheetData>')
    for title in ("Cup", "Pot"):
        file.write(layout(title))
        assert file.read().tables["SKUs"].to_dict("list") == {
            "SKU": ["A", "B"],
            "Cost": [1, 12.5],
            "Shown": [title] * 2,
        }


def _patch(file: XlsxFile, part: str, old: str, new: str) -> None:
    with zipfile.ZipFile(file.path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[part].decode()
    assert text.count(old) == 1
    parts[part] = text.replace(old, new).encode()
    with zipfile.ZipFile(file.path, "w") as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)


def test_a_tab_that_is_gone_comes_back_last(file):
    """A tab of ours that the user deleted is added after all others, a tab of theirs with its name notwithstanding."""
    book = openpyxl.load_workbook(file.path)
    del book["Stock"]
    book.create_sheet("Stock", 0)["A1"] = "mine"
    del book["Stock"]
    book.create_sheet("Mine")["A1"] = 1
    book.save(file.path)
    file.write(_layout(ROWS))
    assert openpyxl.load_workbook(file.path).sheetnames == ["Log", "Mine", "Stock"]
    assert _cells(file, "A4:B6") == [["A", 1], ["B", 2], ["C", 3]]


def test_a_table_that_is_gone_comes_back_beside(file):
    """A table of ours that was turned into cells is laid to the right of what stands on its tab."""

    def edit(sheet: Worksheet) -> None:
        del sheet.tables["Stock"]

    _work(file, edit)
    file.write(_layout([("A", 5.0)]))
    assert file.read().tables["Stock"][["SKU", "Units"]].to_numpy().tolist() == [["A", 5]]
    assert _cells(file, "A4:B4") == [["A", 1]]


def test_a_column_that_is_new_stands_at_the_end(file):
    """A column that the layout has and the table has not is added at its right end; one that left is emptied."""
    _work(file, _own_column)
    file.write(_layout(ROWS, more=(Column("New", [7.0, 8.0, 9.0], "whole"),)))
    assert _cells(file, "F3:G6") == [["Mine", "New"], ['=B4&"<x>"', 7], ["note on B", 8], [7, 9]]
    file.write(_layout(ROWS))
    assert _cells(file, "F3:G6") == [["Mine", "New"], ['=B4&"<x>"', None], ["note on B", None], [7, None]]


def test_what_was_typed_over_is_told(file):
    """A cell of ours that a user wrote over is known by its key and column, with what stands there; then it is ours
    again."""

    def edit(sheet: Worksheet) -> None:
        sheet["B4"], sheet["C5"], sheet["D6"] = 99, 5, None

    assert file.read().edits == ()
    _work(file, edit)
    told = [edit.line for edit in file.read().edits]
    assert told == [
        "Stock A: Units 99",
        "Stock B: Twice 5",
        "Stock C: Flag (empty)",
    ]
    file.write(_layout(ROWS))
    assert _cells(file, "B4:D4") == [[1, "=Stock[[#This Row],[Units]]*2", "OK"]]
    assert file.read().edits == ()


def _merge(sheet: Worksheet) -> None:
    sheet.merge_cells("B4:B5")


def _protect(sheet: Worksheet) -> None:
    sheet.protection.sheet = True


def _array(sheet: Worksheet) -> None:
    sheet["B4"] = ArrayFormula("B4:B5", "=A4:A5")


def _below(sheet: Worksheet) -> None:
    sheet["B8"] = "mine"


def _renamed(sheet: Worksheet) -> None:
    sheet["B3"] = "Pieces"
    sheet.tables["Stock"].tableColumns[1].name = "Pieces"


def _twice(sheet: Worksheet) -> None:
    """One of their columns has the header of one of ours in other capitals."""
    _own_column(sheet)
    sheet["F3"] = "UNITS"
    sheet.tables["Stock"].tableColumns[5].name = "UNITS"


def _table_below(sheet: Worksheet) -> None:
    sheet["A8"], sheet["A9"] = "Theirs", 1
    sheet.add_table(OtherTable(displayName="Theirs", ref="A8:A9"))


def _table_across(sheet: Worksheet) -> None:
    """No program lets users do this; a file that was made otherwise may have it."""
    sheet.add_table(OtherTable(displayName="Theirs", ref="B4:B6"))
    sheet.tables["Theirs"]._initialise_columns()


def _key_deleted(sheet: Worksheet) -> None:
    """The column SKU, and with it its cells."""
    table = sheet.tables["Stock"]
    del table.tableColumns[0]
    for row in sheet["A3:E6"]:
        for cell, right in pairwise(row):
            cell.value = right.value
        row[-1].value = None
    table.ref = table.autoFilter.ref = "A3:D6"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (_key_deleted, "the column 'SKU' of Stock is not there, by which its rows are told apart"),
        (_twice, "Stock!F3: has the header 'UNITS' twice in the table Stock"),
        (_table_below, "Stock!A8: holds something of your own where the table Stock grows"),
        (_table_across, "has the table Theirs where Stock stands or grows"),
        (_merge, "merges cells inside the table Stock"),
        (_protect, "is protected"),
        (_array, "one formula for B4:B5, across columns of the table Stock"),
        (_below, "Stock!B8: holds something of your own where the table Stock grows"),
        (_renamed, "the column 'Units' of Stock is not there; 'Pieces' stands in its place"),
    ],
)
def test_what_is_in_the_way_stops_a_refresh(file, edit, said, tmp_path: Path):
    """Where writing would lose or break something of the user's nothing is written, and the line says where."""
    _work(file, edit)
    before = file.path.read_bytes()
    with pytest.raises(InTheWay, match=said):
        file.write(_layout([*ROWS, ("D", 4.0), ("E", 5.0)]))
    assert file.path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name != "backups"] == ["master.xlsx"]


def test_a_shared_formula_across_our_columns_stops_a_refresh(file):
    """A formula that a user filled over one of our columns and one of theirs is kept once for both: it is refused."""
    _work(file, _own_column)
    part = "xl/worksheets/sheet1.xml"
    text = zipfile.ZipFile(file.path).read(part).decode()
    cells = {name: re.search(rf'<c r="{name}"[^>]*?(/>|>.*?</c>)', text)[0] for name in ("E4", "F4")}
    _patch(file, part, cells["E4"], '<c r="E4"><f t="shared" si="7" ref="E4:F4">A4</f><v>1</v></c>')
    _patch(file, part, cells["F4"], '<c r="F4"><f t="shared" si="7"/><v>1</v></c>')
    before = file.path.read_bytes()
    with pytest.raises(InTheWay, match="one formula for E4:F4, across columns of the table Stock"):
        file.write(_layout([("A", 9.0)]))
    assert file.path.read_bytes() == before


def test_unlocked_cells_are_written_on_a_protected_sheet(file):
    """A protected sheet on which our cells are not locked is refreshed, and stays protected."""

    def edit(sheet: Worksheet) -> None:
        sheet.protection.sheet = True
        for row in sheet["A4:E6"]:
            for cell in row:
                cell.protection = Protection(locked=False)

    _work(file, edit)
    file.write(_layout([("A", 9.0), *ROWS[1:]]))
    assert _cells(file, "B4:B4") == [[9]]
    assert openpyxl.load_workbook(file.path)["Stock"].protection.sheet


def test_a_prefix_and_bare_rows_are_understood(file):
    """A sheet whose elements carry a prefix, and whose rows say no address, is refreshed all the same."""
    with zipfile.ZipFile(file.path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts["xl/worksheets/sheet1.xml"].decode()
    text = re.sub(r"<(/?)([A-Za-z])", r"<\1x:\2", text).replace("xmlns=", "xmlns:x=", 1)
    parts["xl/worksheets/sheet1.xml"] = text.replace('<x:row r="5"', "<!-- mine --><x:row").encode()
    with zipfile.ZipFile(file.path, "w") as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    file.write(_layout([("A", 9.0), *ROWS[1:]]))
    assert _cells(file, "B4:B6") == [[9], [2], [3]]


def test_a_refresh_that_changes_nothing_writes_nothing(file, tmp_path: Path):
    """The same layout again leaves the file to the byte and makes no backup."""
    file.write(_layout([("A", 9.0)]))
    before = file.path.read_bytes()
    backups = len(list((tmp_path / "backups").iterdir()))
    file.write(_layout([("A", 9.0)]))
    assert file.path.read_bytes() == before
    assert len(list((tmp_path / "backups").iterdir())) == backups


def test_a_buyers_empty_cell_is_filled_and_no_other(tmp_path: Path):
    """In a buyer's table only empty cells of columns that a refresh fills are written."""

    def layout(title: str) -> Layout:
        columns = (
            Column("SKU", ["A", "B"], owner="buyer"),
            Column("Title", [title, title], owner="buyer", fills=True),
            Column("Cost", [1.0, 2.0], owner="buyer"),
        )
        return Layout((Tab("SKUs", (Block(0, 0, Table("SKUs", columns, ("SKU",), "buyer")),)),))

    file = XlsxFile(tmp_path / "master.xlsx")
    file.write(layout("Mug"))
    book = openpyxl.load_workbook(file.path)
    book["SKUs"]["B2"], book["SKUs"]["C2"] = None, None
    book.save(file.path)
    file.write(layout("Cup"))
    assert _cells(file, "B2:C3", "SKUs") == [["Cup", None], ["Mug", 2]]
