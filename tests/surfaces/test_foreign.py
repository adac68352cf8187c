"""What a rewrite of a workbook would lose: each thing a user may add is found, and nothing is that is ours."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as ExcelTable
from PIL import Image as Picture

from sheets.surfaces import look
from sheets.surfaces.foreign import foreign
from sheets.surfaces.xlsx_new import write_new
from sheets.tabs.layout import Block, Column, Text

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "xl/worksheets/sheet2.xml"  # the tab Positions


@pytest.fixture
def found(brand, tmp_path: Path) -> Callable[..., list[str]]:
    """found(edit): the findings, as lines, in a workbook of ours after a user's edit with another program."""

    def compare(edit=lambda book: None, old=None, new=None) -> list[str]:
        existing, fresh = tmp_path / "existing.xlsx", tmp_path / "fresh.xlsx"
        write_new(old or brand(), existing)
        write_new(new or brand(), fresh)
        book = openpyxl.load_workbook(existing)
        edit(book)
        book.save(existing)
        return [finding.line for finding in foreign(existing, fresh)]

    return compare


@pytest.fixture
def operated(brand, tmp_path: Path) -> Callable[..., list[str]]:
    """operated(parts, links): the findings after parts were put into the file, and links to them.

    parts: name -> content, or a function of the part that is there. links: part -> relations to add, as kind and
    target.
    """

    def compare(parts=None, links=None) -> list[str]:
        existing, fresh = tmp_path / "existing.xlsx", tmp_path / "fresh.xlsx"
        write_new(brand(), existing)
        write_new(brand(), fresh)
        with zipfile.ZipFile(existing) as archive:
            content = {name: archive.read(name).decode() for name in archive.namelist()}
        for name, part in (parts or {}).items():
            content[name] = part(content[name]) if callable(part) else part
        for name, relations in (links or {}).items():
            folder, _, file = name.rpartition("/")
            rels = f"{folder}/_rels/{file}.rels" if folder else "_rels/.rels"
            added = "".join(
                f'<Relationship Id="new{at}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
                for at, (kind, target) in enumerate(relations)
            )
            content[rels] = content[rels].replace("</Relationships>", f"{added}</Relationships>")
        with zipfile.ZipFile(existing, "w") as archive:
            for name, text in content.items():
                archive.writestr(name, text)
        return [finding.line for finding in foreign(existing, fresh)]

    return compare


def test_our_own_workbook_holds_nothing_foreign(operated):
    """A workbook that we wrote and nobody touched has no finding."""
    assert operated() == []


def test_another_program_saved_it(found):
    """A workbook that another program loaded and saved has no finding."""
    assert found() == []


def test_an_older_layout_is_still_ours(found, brand, positions):
    """Columns, rows and texts that we wrote earlier and would not write now are ours: no finding, and the refresh
    after a location left the source map goes through."""
    columns = [one for one in positions.columns if one.header not in {"Day", "Known"}]
    fewer = [replace(one, values=list(one.values)[:3], notes={}) for one in columns]
    assert found(old=brand(), new=brand(replace(positions, columns=tuple(fewer)))) == []
    assert found(old=brand(replace(positions, columns=tuple(fewer))), new=brand()) == []


def test_a_table_of_ours_that_is_gone_is_still_ours(found, brand):
    """A table that we wrote earlier and would not write now is ours, by the mark in the file."""
    layout = brand()
    setup = replace(layout.tabs[2], blocks=layout.tabs[2].blocks[:1])
    assert found(old=layout, new=replace(layout, tabs=(*layout.tabs[:2], setup))) == []


def test_an_older_look_is_still_ours(found, brand, monkeypatch, tmp_path):
    """A file from before we changed the ink or a number format has no finding for what it looks like."""
    existing, fresh = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    with monkeypatch.context() as patched:
        patched.setattr("sheets.surfaces.xlsx_formats._BASE", {"font_name": "Arial", "font_color": "#112233"})
        patched.setattr("sheets.surfaces.xlsx_new.INK", "#112233")
        patched.setitem(look.FORMS, "money", "0.00")
        write_new(brand(), existing)
    write_new(brand(), fresh)
    assert foreign(existing, fresh) == []


def test_what_a_buyer_does_every_day_is_no_finding(found):
    """Values, new rows, widths, filters, hidden rows and another order of rows are nothing to lose."""

    def edit(book):
        sheet = book["Buyer's setup"]
        sheet["B2"] = 0.05
        sheet["A5"], sheet["B5"] = "Top N", 30
        sheet.tables["Settings"].ref = sheet.tables["Settings"].autoFilter.ref = "A1:B5"
        sheet.column_dimensions["A"].width = 60
        sheet.row_dimensions[3].hidden = True
        book["Positions"].tables["Positions"].autoFilter.add_filter_column(1, ["007"])
        book["Start"]["A1"] = "Our own title"
        book["Start"].merged_cells.ranges.clear()
        book.properties.creator = "A buyer"

    assert found(edit) == []


def _tab(book):
    book.create_sheet("My notes")["A1"] = "x"


def _cells(book):
    book["Positions"]["P3"], book["Positions"]["P9"], book["Positions"]["C2"] = 1, "=1+1", "mine"


def _below(book):
    book["Positions"]["B30"] = "below the table"


def _column(book):
    sheet = book["Positions"]
    table = sheet.tables["Positions"]
    sheet["N4"], sheet["N5"] = "Mine", "x"
    column = openpyxl.worksheet.table.TableColumn(id=14, name="Mine")
    table.tableColumns.append(column)
    table.ref = table.autoFilter.ref = "A4:N13"


def _table(book):
    sheet = book["Positions"]
    sheet["P20"], sheet["P21"] = "Mine", 1
    sheet.add_table(ExcelTable(displayName="Mine", ref="P20:P21"))


def _totals(book):
    table = book["Buyer's setup"].tables["Settings"]
    table.ref, table.totalsRowCount = "A1:B5", 1


def _chart(book):
    chart = BarChart()
    chart.add_data(Reference(book["Positions"], range_string="Positions!E5:E13"))
    book["Positions"].add_chart(chart, "P3")


def _picture(book):
    drawn = BytesIO()
    Picture.new("RGB", (2, 2)).save(drawn, "PNG")
    book["Positions"].add_image(Image(drawn), "Q7")


def _note(book):
    book["Positions"]["E6"].comment = Comment("ask Ana", "A buyer")


def _rule(book):
    book["Positions"].conditional_formatting.add("E5:E13", CellIsRule(operator="lessThan", formula=["5"]))


def _formula_rule(book):
    book["Positions"].conditional_formatting.add("E5:E13", FormulaRule(formula=["$E5<5"]))


def _validation(book):
    rule = DataValidation(type="whole", operator="between", formula1="0", formula2="9")
    rule.add("B2:B4")
    book["Buyer's setup"].add_data_validation(rule)


def _name(book):
    book.defined_names["rate"] = DefinedName("rate", attr_text="Settings!$B$2")


def _formula(book):
    book["Buyer's setup"]["F3"] = "=F2*2"


def _bold(book):
    book["Positions"]["C7"].font = Font(bold=True)


def _fill(book):
    book["Positions"]["C8"].fill = PatternFill("solid", fgColor="FFFF00")


def _number(book):
    book["Positions"]["E9"].number_format = "0.000"


def _link(book):
    book["Positions"]["M5"].hyperlink = "https://example.com/a"


def _protection(book):
    book["Positions"].protection.enable()


def _chartsheet(book):
    book.create_chartsheet("Chart").add_chart(BarChart())


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (_tab, ["My notes: a tab of your own"]),
        (
            _cells,
            [
                "Positions!C2: a cell of your own in column C, outside our tables",
                "Positions!P3: 2 cells of your own in column P, outside our tables",
            ],
        ),
        (_below, ["Positions!B30: a cell of your own in column B, outside our tables"]),
        (_column, ["Positions!N4: a column of your own, 'Mine', in Positions"]),
        (_table, ["Positions!P20: a table of your own, Mine"]),
        (_totals, ["Buyer's setup!A5: a totals row in Settings"]),
        (_chart, ["Positions!P3: a chart"]),
        (_picture, ["Positions!Q7: a picture"]),
        (_note, ["Positions!E6: a note of your own"]),
        (_rule, ["Positions!E5:E13: a conditional format of your own"]),
        (_formula_rule, ["Positions!E5:E13: a conditional format of your own"]),
        (_validation, ["Buyer's setup!B2:B4: a validation of your own"]),
        (_name, ["the name rate of your own (Settings!$B$2)"]),
        (_formula, ["Buyer's setup!F3: a formula of your own in column 'Units/Day' of Demand"]),
        (_bold, ["Positions!C7: a cell format of your own in column 'Title' of Positions"]),
        (_fill, ["Positions!C8: a cell format of your own in column 'Title' of Positions"]),
        (_number, ["Positions!E9: a cell format of your own in column 'Units' of Positions"]),
        (_link, ["Positions!M5: a link of your own"]),
        (_protection, ["Positions: protection of your own"]),
        (_chartsheet, ["Chart: a tab of your own"]),
    ],
)
def test_what_a_user_added_is_found_and_named(found, edit, lines):
    """Each thing that a rewrite would lose is one line that names the tab and the cell."""
    assert [line for line in found(edit) if "a link of your own" not in line or edit is _link] == lines


def test_a_typed_address_is_no_finding(found):
    """The link that Excel makes of an address in a buyer's note only repeats the cell's text, which is kept."""

    def edit(book):
        cell = book["Positions"]["M5"]
        cell.value = "https://example.com/a"
        cell.hyperlink = "https://example.com/a"
        cell.font = Font(name="Arial", size=10, color=openpyxl.styles.Color(theme=10), underline="single")

    assert found(edit) == []


def test_an_italic_or_struck_out_cell_is_found(found):
    """Italic, struck-out and coloured text is a user's own sign and is found; each column once, by its first cell."""

    def edit(book):
        book["Positions"]["B9"].font = Font(italic=True)
        book["Positions"]["B7"].font = Font(strike=True)
        book["Positions"]["M8"].font = Font(color="FF0000")

    assert found(edit) == [
        "Positions!B7: a cell format of your own in column 'SKU' of Positions",
        "Positions!M8: a cell format of your own in column 'Note' of Positions",
    ]


def test_rows_inserted_above_move_our_texts(operated):
    """Our texts are known where they stand now: Excel moves the mark along when a user inserts rows or cells."""

    def moved(book: str) -> str:
        return book.replace("Positions'!$B$1,", "Positions'!$B$2,").replace("Positions'!$B$1<", "Positions'!$B$2<")

    def shifted(sheet: str) -> str:
        return re.sub(r'<row r="1".*?</row>', lambda row: row[0].replace('r="1"', 'r="2"').replace("1\"", "2\"", 1)
                      .replace('"B1"', '"B2"'), sheet, count=1)  # fmt: skip

    assert operated({"xl/workbook.xml": moved, SHEET: shifted}) == []


DRAWING = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:twoCellAnchor>'
    "<xdr:from><xdr:col>15</xdr:col><xdr:row>2</xdr:row></xdr:from>{}</xdr:twoCellAnchor></xdr:wsDr>"
)
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
SLICER = (
    f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="sle"><xdr:graphicFrame><a:graphic xmlns:a="a">'
    '<a:graphicData uri="http://schemas.microsoft.com/office/drawing/2010/slicer"/></a:graphic></xdr:graphicFrame>'
    "</mc:Choice></mc:AlternateContent>"
)
VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape><br>'
    '<x:ClientData ObjectType="Button"><x:Anchor>3, 0, 1, 0, 5, 0, 2, 0</x:Anchor></x:ClientData></v:shape></xml>'
)
THREAD = '<ThreadedComments xmlns="t"><threadedComment ref="E6"/><threadedComment ref="E6"/></ThreadedComments>'


@pytest.mark.parametrize(
    ("part", "content", "kind", "line"),
    [
        ("xl/drawings/drawing9.xml", DRAWING.format("<xdr:sp/>"), "drawing", "Positions!P3: a shape"),
        ("xl/drawings/drawing9.xml", DRAWING.format("<xdr:grpSp/>"), "drawing", "Positions!P3: shapes"),
        ("xl/drawings/drawing9.xml", DRAWING.format(SLICER), "drawing", "Positions!P3: a slicer"),
        ("xl/drawings/vml9.vml", VML, "vmlDrawing", "Positions!D2: a button or control"),
        ("xl/threadedComments/t1.xml", THREAD, "threadedComment", "Positions!E6: a comment"),
        ("xl/pivotTables/p1.xml", "<p/>", "pivotTable", "Positions: a pivot table"),
        ("xl/slicers/s1.xml", "<s/>", "slicer", "Positions: a slicer"),
        ("xl/embeddings/o1.bin", "x", "oleObject", "Positions: an embedded object"),
        ("xl/media/i1.png", "x", "image", "Positions: a background picture"),
        ("xl/new/n1.xml", "<n/>", "somethingNew", "Positions: something unknown to us (somethingNew)"),
    ],
)
def test_what_lies_on_a_tab_is_found(operated, part, content, kind, line):
    """Shapes, slicers, buttons, threaded comments, pivots, objects, pictures and whatever comes next are found by the
    tab's links to them."""
    assert operated({part: content}, {SHEET: [(kind, "/" + part)]}) == [line]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("vbaProject", "macros"),
        ("externalLink", "a link to another workbook"),
        ("connections", "a data connection (Power Query or a database)"),
        ("customXml", "custom XML of your own"),
        ("powerPivotData", "a data model (Power Pivot)"),
        ("rdRichValue", "something unknown to us (rdRichValue)"),
    ],
)
def test_what_the_workbook_links_to_is_found(operated, kind, line):
    """Macros, links to other workbooks, connections, custom XML and what we do not know are found."""
    assert operated({"xl/new.bin": "x"}, {"xl/workbook.xml": [(kind, "new.bin")]}) == [line]


def test_ribbons_and_signatures_are_found(operated):
    """What hangs on the file as a whole is found too."""
    links = {"": [("extensibility", "customUI.xml"), ("origin", "signature.xml")]}
    assert operated({}, links) == ["a ribbon of your own", "a digital signature"]


def test_document_properties_are_found_when_there_are_any(operated):
    """An empty part for properties, as some programs write it, is none; a property in it is the user's."""
    links = {"": [("custom-properties", "docProps/custom.xml")]}
    assert operated({"docProps/custom.xml": "<Properties/>"}, links) == []
    filled = {"docProps/custom.xml": "<Properties><property/></Properties>"}
    assert operated(filled, links) == ["document properties of your own"]


EXTENSION = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">{}</ext></extLst></worksheet>'
)
RULE = "<x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule><xm:f>{}</xm:f></x14:cfRule><xm:sqref>E5:E9"
RULE += "</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>"
CHOICE = '<x14:dataValidations><x14:dataValidation errorTitle="{}"><xm:sqref>B2</xm:sqref></x14:dataValidation>'
CHOICE += "</x14:dataValidations>"


@pytest.mark.parametrize(
    ("extension", "lines"),
    [
        (RULE.format("Start!$A$1&gt;2"), ["Positions!E5:E9: a conditional format of your own"]),
        (RULE.format('$E5*("mastersheet:flag"&lt;&gt;"")'), []),
        (CHOICE.format(""), ["Positions!B2: a validation of your own"]),
        (CHOICE.format("Mastersheet"), []),
        ("<x14:sparklineGroups/>", ["Positions: sparklines"]),
        ("<x14:somethingNew/>", ["Positions: something unknown to us (somethingNew)"]),
    ],
)
def test_newer_parts_of_a_tab_are_looked_at(operated, extension, lines):
    """Rules and choices that Excel keeps in its newer form are ours by the same marks; sparklines are found."""
    assert operated({SHEET: lambda xml: xml.replace("</worksheet>", EXTENSION.format(extension))}) == lines


@pytest.mark.parametrize(
    ("element", "lines"),
    [
        ("<scenarios><scenario/></scenarios>", ["Positions: scenarios of your own"]),
        (
            '<protectedRanges><protectedRange name="a"/></protectedRanges>',
            ["Positions: ranges that only some may edit"],
        ),
        ('<somethingNew a="1"/>', ["Positions: something unknown to us (somethingNew)"]),
        ("<somethingNew/>", []),
        ('<ignoredErrors><ignoredError sqref="A1"/></ignoredErrors>', []),
    ],
)
def test_unknown_elements_are_found(operated, element, lines):
    """An element of a tab that we do not know is found, unless it says nothing."""
    assert operated({SHEET: lambda xml: xml.replace("<pageMargins", f"{element}<pageMargins")}) == lines


def test_formats_are_compared_as_they_look(operated):
    """Another program's way to write the same format is the same format."""

    def rewritten(styles: str) -> str:
        styles = styles.replace('formatCode="yyyy-mm-dd hh:mm"', r'formatCode="yyyy\-mm\-dd\ hh:mm;@"')
        text = re.search(r'<numFmt (numFmtId="\d+") formatCode="@"/>', styles)
        styles = styles.replace(text[0], "").replace(text[1], 'numFmtId="49"')
        return styles.replace('rgb="FF1B2733"', 'theme="1"')

    assert operated({"xl/styles.xml": rewritten}) == []


def test_content_in_our_gaps_is_found(found, brand):
    """A cell between two blocks of ours is the user's, even where a text of ours will stand after the refresh."""
    layout = brand()
    more = replace(layout.tabs[0], blocks=(*layout.tabs[0].blocks, Block(9, 0, Text("New line"))))

    def edit(book):
        book["Start"]["A10"] = "mine"

    assert found(edit, new=replace(layout, tabs=(more, *layout.tabs[1:]))) == [
        "Start!A10: a cell of your own in column A, outside our tables"
    ]


def test_headers_too_long_to_remember(found, brand, positions):
    """Where Excel has no room for the mark of a table's columns, those of the new layout are what is ours."""
    wide = [Column("X" * 250 + str(at), [None] * 9) for at in range(40)]
    table = replace(positions, columns=(*positions.columns, *wide))
    assert found(old=brand(table), new=brand(table)) == []
    assert len(found(old=brand(table), new=brand())) == 40
