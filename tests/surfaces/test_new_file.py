"""A new workbook file, as another reader sees it: looks, rules, choices, names."""

from __future__ import annotations

import itertools
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from sheets.surfaces.look import FORMS, GROUPS, HEADERS, INK, LINK, MUTED, PAPER, contrast, linear
from sheets.surfaces.xlsx_new import MOST_NOTES, write_new
from sheets.tabs.layout import COLOURED, MARKER, Block, Column, Layout, Tab, Table, Text


@pytest.fixture
def book(brand, tmp_path: Path) -> openpyxl.Workbook:
    path = tmp_path / "master.xlsx"
    write_new(brand(), path)
    return openpyxl.load_workbook(path)


def _one(tmp_path: Path, *columns: Column, **tab) -> openpyxl.worksheet.worksheet.Worksheet:
    layout = Layout((Tab("One", (Block(0, 0, Table("One", columns, (columns[0].header,), "kept")),), **tab),))
    write_new(layout, tmp_path / "one.xlsx")
    return openpyxl.load_workbook(tmp_path / "one.xlsx")["One"]


def test_the_same_layout_gives_the_same_bytes(brand, tmp_path: Path):
    """Nothing of the day or the machine is in the file: the same layout twice is the same file."""
    paths = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    for path in paths:
        write_new(brand(), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_tables_stand_where_the_layout_says(book):
    """A table's header is at its block, its name and filter are Excel's own."""
    table = book["Positions"].tables["Positions"]
    assert table.ref == "A4:M13"
    assert table.autoFilter.ref == "A4:M13"
    assert book["Positions"]["B4"].value == "SKU"


def test_formulas_are_written_as_given(book):
    """A formula is in the file to the letter, in its cells and for rows that somebody adds."""
    formula = "MAX(0,N(Positions[[#This Row],[Units]])-Positions[[#This Row],[Units/Day]]*max_cover)"
    assert book["Positions"]["G5"].value == f"={formula}"
    column = book["Positions"].tables["Positions"].tableColumns[6]
    assert column.calculatedColumnFormula.attr_text == formula


def test_every_form_has_its_number_format(tmp_path: Path):
    """Each form of a column is shown by its own number format; a formula is never in a cell formatted as text."""
    columns = [Column(form, [None], form) for form in FORMS]
    sheet = _one(tmp_path, *columns, Column("made", ["a"], formula='="a"'))
    assert [sheet.cell(2, place).number_format for place in range(1, len(FORMS) + 1)] == list(FORMS.values())
    assert sheet.cell(2, len(FORMS) + 1).number_format == "General"


def test_text_stands_left_and_numbers_right(book):
    """Cells and headers of text columns are to the left, of numbers to the right; sentences wrap from the top."""
    sheet = book["Positions"]
    assert [sheet[cell].alignment.horizontal for cell in ("B4", "B5", "E4", "E5")] == ["left", "left", "right", "right"]
    assert sheet["C5"].alignment.wrap_text
    assert sheet["C5"].alignment.vertical == "top"
    assert not sheet["B5"].alignment.wrap_text


def test_a_header_shows_whose_column_it_is(book):
    """Our columns' headers and the buyer's have different tints."""
    tints = {cell: book["Positions"][cell].fill.fgColor.rgb[2:] for cell in ("E4", "L4")}
    assert tints == {"E4": HEADERS["ours"].fill[1:], "L4": HEADERS["buyer"].fill[1:]}


def test_columns_are_folded_and_hidden(book):
    """Folded columns are a closed group with its sign on the column after it; hidden ones are in no group."""
    columns = book["Positions"].column_dimensions
    assert columns["A"].hidden
    assert columns["A"].outlineLevel == 0
    assert columns["I"].hidden
    assert columns["I"].outlineLevel == 1
    assert columns["L"].collapsed
    assert not columns["L"].hidden


def test_choices_are_offered_below_the_table_too(book):
    """A buyer's choices reach 500 rows below the table; a wrong entry is asked about, not refused."""
    rules = {str(one.sqref): one for one in book["Positions"].data_validations.dataValidation}
    rule = rules["L5:L513"]
    assert (rule.type, rule.formula1, rule.errorStyle) == ("list", '"NEW,KNOWN"', "warning")


def test_choices_of_a_column_and_prompts(book):
    """A column of a table as choices becomes its cells; a prompt alone is a message; both stop before what stands
    below."""
    rules = {str(one.sqref): one for one in book["Buyer's setup"].data_validations.dataValidation}
    assert rules["H2:H510"].formula1 == "'Buyer''s setup'!$D$2:$D$10"
    prompt = next(one for one in rules.values() if one.prompt)
    assert (prompt.type, prompt.prompt) == (None, "Units sold per day in this segment")


def test_room_below_a_table_ends_at_the_next(tmp_path: Path):
    """Choices of one table never reach into a table or text under it."""
    column = Column("SKU", ["a"], owner="buyer", choices=("a", "b"))
    tables = [Table(name, (column,), ("SKU",), "buyer") for name in ("First", "Second")]
    layout = Layout((Tab("One", (Block(0, 0, tables[0]), Block(5, 0, Text("Next")), Block(6, 0, tables[1]))),))
    write_new(layout, tmp_path / "one.xlsx")
    rules = openpyxl.load_workbook(tmp_path / "one.xlsx")["One"].data_validations.dataValidation
    assert [str(rule.sqref) for rule in rules] == ["A2:A5", "A8:A508"]


def test_one_rule_per_word_with_our_marker(book):
    """Each word of a column has one colour rule, relative to its first cell, that carries our marker."""
    rules = {
        (str(area.sqref), rule.formula[0]): rule
        for area in book["Positions"].conditional_formatting
        for rule in area.rules
    }
    assert set(rules) == {
        ("D5:D13", f'($D5="HOLD")*("{MARKER}"<>"")'),
        ("D5:D13", f'($D5="GO")*("{MARKER}"<>"")'),
        ("L5:L513", f'($L5="NEW")*("{MARKER}"<>"")'),
    }
    hold = rules["D5:D13", f'($D5="HOLD")*("{MARKER}"<>"")']
    assert hold.dxf.fill.bgColor.rgb[2:] == GROUPS["alarm"].fill[1:]


def test_every_word_has_a_colour():
    """Every group that a word belongs to is painted, and no other is."""
    assert set(COLOURED.values()) == set(GROUPS)


def test_text_can_be_read_on_every_fill():
    """Text has a contrast of at least 4.5:1 on every fill, and our inks on white."""
    pairs = [(paint.text, paint.fill) for paint in (*GROUPS.values(), *HEADERS.values())]
    pairs += [(ink, PAPER) for ink in (INK, MUTED, LINK)]
    assert min(contrast(*pair) for pair in pairs) >= 4.5


# How red-green blind eyes see amounts of red, green and blue light: Machado, Oliveira and Fernandes, 2009, full
# severity.
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


@pytest.mark.parametrize("eyes", BLIND)
def test_fills_differ_for_the_colour_blind(eyes):
    """Any two groups' fills are told apart under red-green colour blindness, by colour or by lightness."""

    def seen(colour: str) -> np.ndarray:
        light = np.clip(np.array(BLIND[eyes]) @ np.array(linear(colour)), 0, 1)
        # CIE L*a*b*, in which a distance of about 2 is just seen.
        xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ light
        x, y, z = np.cbrt(xyz / np.array([0.9505, 1.0, 1.089]))
        return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])

    # Good and quiet call for nothing: both are nearly white.
    pairs = itertools.combinations([paint for name, paint in GROUPS.items() if name != "quiet"], 2)
    assert min(float(np.linalg.norm(seen(one.fill) - seen(other.fill))) for one, other in pairs) > 8


def test_names_stand_for_cells(book):
    """A defined name is the absolute reference of the cell it was given for, the tab's name quoted."""
    assert book.defined_names["max_cover"].attr_text == "'Buyer''s setup'!$B$4"


def test_a_name_for_no_row_is_refused(brand, tmp_path: Path):
    """A defined name whose row is not there would stand for a wrong cell; it is refused."""
    layout = replace(brand(), names={"top_n": ("Settings", "Top N", "Value")})
    with pytest.raises(ValueError, match="Settings: no row 'Top N'"):
        write_new(layout, tmp_path / "master.xlsx")


def test_the_page_is_set_up(book):
    """Tabs stay frozen, print one page wide with header and page number, and show no gridlines."""
    sheet = book["Positions"]
    assert sheet.freeze_panes == "C5"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0) or sheet.page_setup.fitToWidth == 1
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.oddHeader.left.text == "&A"
    assert sheet.oddFooter.right.text == "Page &P of &N"
    assert sheet.page_setup.paperSize is None
    assert not sheet.sheet_view.showGridLines


def test_only_the_first_columns_are_printed_when_the_tab_says_so(tmp_path: Path):
    """A tab that says how many columns are printed has a print area down to the last row of what stands in them."""
    columns = [Column(header, ["a", "b"]) for header in ("SKU", "Units", "Note")]
    assert _one(tmp_path, *columns, printed=2).print_area == "'One'!$A$1:$B$3"


def test_texts_keep_their_style_link_and_formula(book):
    """Texts outside tables have their style, a link jumps to its tab, and a formula computes in its cell."""
    start = book["Start"]
    assert start["A1"].font.sz == 18
    assert "A1:C1" in [str(area) for area in start.merged_cells.ranges]
    assert start["B4"].value == "=SUM(Positions[Units])"
    assert start["A6"].hyperlink.location == "'Buyer''s setup'!A1"
    assert start["A6"].value == "Buyer's setup"
    assert start["A7"].number_format == "yyyy-mm-dd hh:mm"
    assert start.sheet_properties.tabColor.rgb[2:] == "D55E00"


def test_notes_are_ours_and_at_most_500(tmp_path: Path):
    """A note says that it is ours; the workbook has 500 of them at most, however many flags there are."""
    many = MOST_NOTES + 50
    sheet = _one(tmp_path, Column("SKU", [str(at) for at in range(many)], notes=dict.fromkeys(range(many), "why")))
    notes = [cell.comment.text for (cell,) in sheet.iter_rows(max_col=1) if cell.comment]
    assert notes == ["Mastersheet:\nwhy"] * MOST_NOTES


def test_tall_rows_for_long_texts(tmp_path: Path):
    """A row whose sentences wrap is as tall as they need, but never taller than the screen can bear."""
    values = ["short", "word " * 20, "word " * 2000]
    sheet = _one(tmp_path, Column("Note", values, width=44))
    heights = [sheet.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights[0] is None
    assert 20 < heights[1] < 50 < heights[2] < 150


@pytest.mark.parametrize(
    ("columns", "name", "said"),
    [
        ((Column("SKU", ["a"]), Column("sku", ["a"])), "One", "two columns have one header"),
        ((Column("SKU", ["a"]),), "Bad Name", "no such table name"),
        ((Column("SKU", ["a"], choices=("a,b",)),), "One", "would be two choices"),
        ((Column("SKU", ["a"], choices=tuple("abcdefgh" * 30)),), "One", "exceed 255 characters"),
        ((Column("SKU", ["a"], prompt="x" * 300),), "One", "exceed 255 characters"),
    ],
)
def test_what_excel_would_not_take_is_refused(tmp_path: Path, columns, name, said):
    """Excel would repair such a file and drop what it dislikes; so it is never written."""
    layout = Layout((Tab("One", (Block(0, 0, Table(name, columns, ("SKU",), "kept")),)),))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the writing library also warns
        with pytest.raises(ValueError, match=said):
            write_new(layout, tmp_path / "one.xlsx")


def test_infinity_is_refused(tmp_path: Path):
    """Infinity is a mistake in what was computed: no cell shows it."""
    with pytest.raises(TypeError, match="NAN/INF"):
        _one(tmp_path, Column("Days", [float("inf")], "days"))
