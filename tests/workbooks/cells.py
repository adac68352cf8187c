"""What people do in the cells of a workbook: values, formulas, rules, filters, formats, notes beside and inside ours.

Positions has its table in A4:J10 (to L10 with columns of the buyer's own), Daily Check in A3:I7 and P3:T6; what is
added stands in free columns to the right and in rows from 40 on.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheets.surfaces.marks import COLUMNS

from .parts import MAIN, Feature, Parts, parsed
from .small_layout import OWN_COLUMNS, before


def ours(workbook: Workbook, tab: str = "Positions") -> Worksheet:
    """A tab of ours in the library's hands."""
    sheet = workbook.get_worksheet_by_name(tab)
    assert sheet is not None
    return sheet


def own_tab(workbook: Workbook, name: str = "My Own") -> Worksheet:
    """A tab of the buyer's own, with numbers in A1:C4."""
    sheet = workbook.get_worksheet_by_name(name)
    if sheet is None:
        sheet = workbook.add_worksheet(name)
        sheet.write_row(0, 0, ["Day", "Region", "Sold"])
        for row, (day, region, sold) in enumerate([(1, "North", 5), (2, "South", 8), (3, "North", 13)], 1):
            sheet.write_datetime(row, 0, datetime(2026, 10, day), workbook.add_format({"num_format": "yyyy-mm-dd"}))
            sheet.write_string(row, 1, region)
            sheet.write_number(row, 2, sold)
    return sheet


def _beside(workbook: Workbook) -> None:
    painted = workbook.add_format({"bg_color": "#FFDD88", "italic": True, "num_format": '0.00" kg"'})
    sheet = ours(workbook)
    sheet.write_row("M4", ["mine", 7.25, True, "007"], painted)
    sheet.write_datetime("M5", datetime(2026, 10, 1), workbook.add_format({"num_format": "d mmm yyyy"}))
    sheet.write_formula("N5", "=SUM(Positions[Units])", painted, 482)
    sheet.write_formula("N6", "=E6+1", None, 41)
    sheet.write_formula("N7", "=1+1", None, 2)
    sheet.write_formula("N8", '=IF(E5>100,"many","few")', None, "many")
    sheet.write_blank("P9", None, painted)
    sheet.write_string("B40", "far below the table")
    ours(workbook, "Daily Check").write_formula("V4", "=SUM(DailyCheck[Gap])", None, 53)
    ours(workbook, "Start").write_formula("F2", "=B4*2", None, 964)
    own_tab(workbook).write_formula("E1", "=SUM(Positions[Units])", None, 482)


def _values_in_buyers_columns(workbook: Workbook) -> None:
    painted = workbook.add_format({"bg_color": "#88DDFF", "bold": True})
    sheet = ours(workbook)
    sheet.write_string("H6", "KNOWN", painted)
    sheet.write_number("I7", 7.5, painted)
    sheet.write_formula("I8", "=Positions[[#This Row],[Units]]+1", painted, 8)
    ours(workbook, "Daily Check").write_string("H4", "asked NJ", painted)
    ours(workbook, "Buyer's setup").write_number("G5", 21.5, painted)


def _painted(workbook: Workbook) -> None:
    """Formats on cells of ours."""
    sheet = ours(workbook)
    sheet.write_number("E6", 40, workbook.add_format({"bg_color": "#FF0000", "num_format": "0.000"}))
    sheet.write_string("C8", "Title of <B-2>", workbook.add_format({"font_color": "#00AA00"}))
    sheet.write_string("B4", "SKU", workbook.add_format({"rotation": 45}))


def _rich_text(workbook: Workbook) -> None:
    bold, red = workbook.add_format({"bold": True}), workbook.add_format({"font_color": "red"})
    ours(workbook).write_rich_string("I10", "call ", bold, "today", " or ", red, "never")
    ours(workbook).write_rich_string("AA5", "some ", bold, "rich ", red, "text")


def _sparklines(workbook: Workbook) -> None:
    ours(workbook).add_sparkline("AB5", {"range": "Positions!E5:E10", "markers": True})
    ours(workbook).add_sparkline("AB6", {"range": "'My Own'!C2:C4", "type": "column", "style": 12})
    own_tab(workbook)


def _extended_formats(workbook: Workbook) -> None:
    """Conditional formats of 2010, whose second half stands in an extension."""
    own_tab(workbook)
    sheet = ours(workbook)
    sheet.conditional_format("E5:E10", {"type": "data_bar", "data_bar_2010": True, "bar_solid": True})
    sheet.conditional_format("M5:M9", {"type": "data_bar", "data_bar_2010": True, "bar_negative_color": "#00FF00"})


def _own_extended_format(parts: Parts) -> None:
    """A rule that stands in the extension alone: icons of one's own choice, and one that looks at another tab."""
    number = '<x14:cfvo type="{}"><xm:f>{}</xm:f></x14:cfvo>'
    limits = "".join(number.format(*one) for one in (("percent", 0), ("num", 10), ("num", 100)))
    icons = "".join(f'<x14:cfIcon iconSet="{name}" iconId="{at}"/>' for name, at in (("3Flags", 0), ("5Boxes", 3)))
    rules = (
        '<x14:conditionalFormatting><x14:cfRule type="iconSet" priority="70" '
        'id="{00000000-0001-0000-0000-00000000AA01}">'
        f'<x14:iconSet custom="1">{limits}{icons}<x14:cfIcon iconSet="NoIcons" iconId="0"/></x14:iconSet></x14:cfRule>'
        "<xm:sqref>F5:F10</xm:sqref></x14:conditionalFormatting><x14:conditionalFormatting>"
        '<x14:cfRule type="expression" priority="71" id="{00000000-0001-0000-0000-00000000AA02}">'
        "<xm:f>$E5&gt;'My Own'!$C$2</xm:f><x14:dxf><font><b/></font></x14:dxf></x14:cfRule>"
        "<xm:sqref>B5:B10</xm:sqref></x14:conditionalFormatting>"
    )
    with parts.edited(parts.sheet("Positions")) as root:
        listed = root.find(".//{*}conditionalFormattings")
        listed.extend(parsed(f"<x14:conditionalFormattings>{rules}</x14:conditionalFormattings>", "", "x14", "xm"))


def _extended_validations(parts: Parts) -> None:
    """A list on another tab, as Excel 2010 and later keep it."""
    parts.extend(
        parts.sheet("Positions"),
        "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}",
        '<x14:dataValidations count="1"><x14:dataValidation type="list" allowBlank="1" showInputMessage="1" '
        "showErrorMessage=\"1\"><x14:formula1><xm:f>'My Own'!$B$2:$B$4</xm:f></x14:formula1><xm:sqref>I5:I10 M20"
        "</xm:sqref></x14:dataValidation></x14:dataValidations>",
        "x14",
    )


def _rules(workbook: Workbook) -> None:
    """Conditional formats and validations on our cells and beside them, theirs before and after ours."""
    red, bold = workbook.add_format({"bg_color": "#FF8888"}), workbook.add_format({"bold": True})
    sheet = ours(workbook)
    sheet.conditional_format("E5:E10", {"type": "cell", "criteria": ">", "value": 100, "format": red})
    sheet.conditional_format(
        "D5:D10", {"type": "formula", "criteria": '=$D5="HOLD"', "format": bold, "stop_if_true": True}
    )
    sheet.conditional_format("M5:M9", {"type": "3_color_scale"})
    sheet.conditional_format("A5:I10", {"type": "duplicate", "format": red})
    sheet.data_validation("E5:E10", {"validate": "integer", "criteria": ">=", "value": 0, "error_title": "Negative"})
    sheet.data_validation("M5:M9", {"validate": "list", "source": ["a", "b"], "input_message": "a or b"})
    ours(workbook, "Daily Check").conditional_format("D4:D7", {"type": "top", "value": 1, "format": red})


def _notes(workbook: Workbook) -> None:
    for place in ("E6", "E7", "I5", "M5"):
        ours(workbook).write_comment(place, f"mine at {place}", {"author": "A buyer", "color": "#FFEEDD", "height": 90})
    ours(workbook).write_comment("E9", "shown", {"author": "A buyer", "visible": True})
    ours(workbook, "Daily Check").write_comment("D4", "mine at a row that moves", {"author": "A buyer"})
    ours(workbook, "Log").write_comment("B3", "on a tab without notes of ours", {"author": "A buyer"})
    own_tab(workbook).write_comment("B2", "my own tab")


def _dynamic_arrays(workbook: Workbook) -> None:
    sheet = ours(workbook)
    sheet.write_dynamic_array_formula("AC5:AC10", "=Positions[Units]*2", None, 240)
    for row, doubled in enumerate([80, 0, 14, 30, 600], 6):
        sheet.write_number(f"AC{row}", doubled)
    sheet.write_dynamic_array_formula("AD5:AD5", "=SUM(Positions[Units]*{1;1;1;1;1;1})", None, 482)
    own_tab(workbook).write_dynamic_array_formula("E1:E6", "=Positions[Twice]", None, 240)


def _typed_by_others(parts: Parts) -> None:
    """Values of kinds that the library does not write: errors, dates as text, texts of several looks in the cell."""
    runs = '<r><rPr><b/></rPr><t>very </t></r><r><t xml:space="preserve"> rich </t></r>'
    _put(
        parts,
        "Positions",
        {
            5: '<c r="AJ5" t="e"><f>E5/0</f><v>#DIV/0!</v></c><c r="AK5" t="e"><v>#N/A</v></c>',
            6: '<c r="AJ6" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="AK6"><v>1E-3</v></c>',
            7: f'<c r="AJ7" t="inlineStr"><is>{runs}</is></c><c r="AK7" t="b"><v>1</v></c>',
            8: '<c r="AJ8" t="str"><f>""</f><v></v></c><c r="AK8"><f ca="1">E8+0*NOW()</f><v>7</v></c>',
        },
    )


def _looks_in_keys(parts: Parts) -> None:
    """Keys of ours in letters of several looks, and with a word on how they are spoken."""
    runs = "<r><t>A</t></r><r><rPr><b/></rPr><t>-1</t></r>"
    spoken = '<t>C-3</t><rPh sb="0" eb="1"><t>see</t></rPh>'
    for key, inside in (("A-1", runs), ("C-3", spoken)):
        parts.replace("xl/sharedStrings.xml", f"<si><t>{key}</t></si>", f"<si>{inside}</si>")


def _what_if(parts: Parts) -> None:
    """A table of what would come out, which the program fills: units of our first row times 1, 2 and 3."""
    asked = {row: f'<c r="AM{row}"><v>{row - 5}</v></c>' for row in (6, 7, 8)}
    filled = {row: f'<c r="AN{row}"><v>{120 * (row - 5)}</v></c>' for row in (6, 7, 8)}
    filled[6] = filled[6].replace("<v>", '<f t="dataTable" ref="AN6:AN8" dt2D="0" dtr="0" r1="AM4"/><v>')
    cells = {row: asked[row] + filled[row] for row in asked}
    first = '<c r="AM4"><v>1</v></c>'
    _put(parts, "Positions", {4: first, 5: '<c r="AN5"><f>E5*AM4</f><v>120</v></c>'} | cells)


def _totals(workbook: Workbook) -> None:
    """What the row of totals shows; `_totals_row` makes it one."""
    sheet = ours(workbook)
    sheet.write_string("B11", "Total", workbook.add_format({"bold": True}))
    sheet.write_formula("E11", "=SUBTOTAL(109,Positions[Units])", workbook.add_format({"top": 6}), 482)
    sheet.write_formula("F11", "=E11/2", None, 241)
    sheet.write_string("I11", "all of them")


def _totals_row(parts: Parts) -> None:
    with parts.edited(parts.table("Positions")) as root:
        root.set("ref", root.get("ref").replace("10", "11"))
        root.set("totalsRowCount", "1")
        root.attrib.pop("totalsRowShown", None)
        for column in root.iter("{*}tableColumn"):
            if column.get("name") == "SKU":
                column.set("totalsRowLabel", "Total")
            elif column.get("name") == "Units":
                column.set("totalsRowFunction", "sum")


def _shared_formula(parts: Parts) -> None:
    """A formula that is filled down, kept once for all its cells, beside our table."""
    shared = [(5, 123), (6, 43), (7, 3), (8, 10)]
    cells = [
        f'<c r="AE{row}"><f t="shared" si="0"{f" ref={chr(34)}AE5:AE8{chr(34)}>E5+3" if row == 5 else ">"}</f>'
        f"<v>{value}</v></c>"
        for row, value in shared
    ]
    _put(parts, "Positions", dict(zip((row for row, _ in shared), cells, strict=True)))


def _share(parts: Parts, tab: str, column: str, rows: range, text: str) -> None:
    """Keeps the formula of a column once for all its cells, as Excel does. text: as it is in the first row."""
    with parts.edited(parts.sheet(tab)) as root:
        for row in rows:
            formula = root.find(f".//{{{MAIN}}}c[@r='{column}{row}']/{{{MAIN}}}f")
            formula.text = text if row == rows[0] else None
            area = {"ref": f"{column}{rows[0]}:{column}{rows[-1]}"} if row == rows[0] else {}
            formula.attrib.update({"t": "shared", "si": "0"} | area)


def _shared_in_a_column(parts: Parts) -> None:
    """The column at the end with its formula kept once."""
    _column_at_the_end(parts)
    _share(parts, "Positions", "K", range(5, 11), "E5+5")


def _shared_where_rows_move(parts: Parts) -> None:
    """The formula of the buyer's column My Half in the daily check, kept once for all its cells."""
    _share(parts, "Daily Check", "I", range(4, 8), "D4/2")


def _put(parts: Parts, tab: str, cells: dict[int, str]) -> None:
    """Puts cells at the end of rows that are there, which need not be that long."""
    with parts.edited(parts.sheet(tab)) as root:
        for number, cell in cells.items():
            row = root.find(f"{{{MAIN}}}sheetData/{{{MAIN}}}row[@r='{number}']")
            row.extend(parsed(f"<row>{cell}</row>", ""))
            row.attrib.pop("spans", None)
        area = root.find(f"{{{MAIN}}}dimension")
        first, _, last = area.get("ref").partition(":")
        area.set("ref", f"{first}:AN{last.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}")


def _forgotten(workbook: Workbook) -> None:
    """Makes the file forget that we wrote the buyer's own columns, as if they had been inserted by hand."""
    for name in workbook.defined_names:
        table = name[0].rpartition("!")[2].removeprefix(COLUMNS)
        for header in OWN_COLUMNS.get(table, {}):
            name[2] = name[2].replace(f',"{header}"', "")


def _column_at_the_end(parts: Parts) -> None:
    """A column that was added at a table's right end, with a formula that Excel fills down."""
    part = parts.table("Positions")
    with parts.edited(part) as root:
        root.set("ref", "A4:K10")
        root.find("{*}autoFilter").set("ref", "A4:K10")
        columns = root.find("{*}tableColumns")
        columns.set("count", "11")
        made = columns.makeelement(f"{{{MAIN}}}tableColumn", id="40", name='My\nPlan "A"')
        made.append(made.makeelement(f"{{{MAIN}}}calculatedColumnFormula"))
        made[0].text = "Positions[[#This Row],[Units]]+5"
        columns.append(made)


def _cells_of_that_column(workbook: Workbook) -> None:
    sheet = ours(workbook)
    sheet.write_string("K4", 'My\nPlan "A"', workbook.add_format({"bold": True}))
    for row, units in enumerate([120, 40, 0, 7, 15, 300], 5):
        sheet.write_formula(f"K{row}", "=Positions[[#This Row],[Units]]+5", None, units + 5)


def _formulas_by_address(workbook: Workbook) -> None:
    """Formulas of the buyer's that name cells of their own row by address."""
    ours(workbook).write_formula("I6", "=E6*3", None, 120)
    own_tab(workbook)
    many = "=LOG10(D4)+'My Own'!C2+SUM($D$4:D4)+LEN(\"D4\")"
    ours(workbook, "Daily Check").write_formula("H4", many, None, 53.6532125137753)
    ours(workbook, "Daily Check").write_formula("H7", '=D7&" of "&$D7&" of "&D$7', None, "3 of 3 of 3")


def _filtered(parts: Parts) -> None:
    """A filter on our table, whose rows it hides, a sorting, and a filter on a tab of one's own."""
    with parts.edited(parts.table("Positions")) as root:
        chosen = root.find("{*}autoFilter")
        column = chosen.makeelement(f"{{{MAIN}}}filterColumn", colId="3")
        filters = column.makeelement(f"{{{MAIN}}}filters")
        filters.append(filters.makeelement(f"{{{MAIN}}}filter", val="GO"))
        column.append(filters)
        chosen.append(column)
        sorting = root.makeelement(f"{{{MAIN}}}sortState", ref="A5:J10")
        sorting.append(sorting.makeelement(f"{{{MAIN}}}sortCondition", ref="C5:C10", descending="1"))
        chosen.addnext(sorting)


def _hidden_rows(workbook: Workbook) -> None:
    for row in (4, 9):
        ours(workbook).set_row(row, None, None, {"hidden": True})
    ours(workbook, "Daily Check").set_row(3, 44)
    ours(workbook, "Daily Check").set_row(6, None, None, {"hidden": True})
    sheet = own_tab(workbook)
    sheet.autofilter("A1:C4")
    sheet.filter_column("B", "x == North")
    sheet.set_row(2, None, None, {"hidden": True})


def _grouped(workbook: Workbook) -> None:
    sheet = ours(workbook)
    for row in (5, 6):
        sheet.set_row(row, 33, None, {"level": 1})
    sheet.set_row(7, None, None, {"collapsed": True})
    for row in (41, 42, 43):
        sheet.set_row(row, 21, workbook.add_format({"bg_color": "#EEEEEE"}), {"level": 2, "hidden": True})
    sheet.set_column("M:N", 31, workbook.add_format({"bold": True}))
    sheet.set_column("P:R", None, None, {"level": 1, "hidden": True})
    sheet.outline_settings(True, False, False, True)


def _views(workbook: Workbook) -> None:
    sheet = ours(workbook)
    sheet.freeze_panes(6, 3, 7, 3)
    sheet.set_zoom(85)
    sheet.set_selection("E7:F8")
    ours(workbook, "Daily Check").split_panes(15, 8.43)
    own_tab(workbook).freeze_panes("B2")


def _merged(workbook: Workbook) -> None:
    look = workbook.add_format({"align": "center", "border": 1})
    ours(workbook).merge_range("M2:P3", "beside", look)
    ours(workbook).merge_range("A40:C41", "", look)
    ours(workbook, "Start").merge_range("F10:G12", "mine", look)


def _links(workbook: Workbook) -> None:
    sheet = ours(workbook)
    sheet.write_url("AF5", "https://example.com/a?b=1#c", None, "a site", "tip")
    sheet.write_url("AF6", "internal:'My Own'!A1", None, "a jump")
    sheet.write_url("I9", "mailto:buyer@example.com", None, "a mail")
    ours(workbook, "Daily Check").write_url("H7", "https://example.com/ticket", None, "KNOWN")
    own_tab(workbook)


FEATURES = [
    Feature("cells beside our tables", _beside),
    Feature("values and formats in the buyer's columns", _values_in_buyers_columns),
    Feature("formats on our cells", _painted),
    Feature("rich text", _rich_text),
    Feature("sparklines", _sparklines),
    Feature("x14 conditional formats", _extended_formats, _own_extended_format),
    Feature("x14 validations", own_tab, _extended_validations),
    Feature("rules on our cells", _rules),
    Feature("notes", _notes),
    Feature("dynamic arrays", _dynamic_arrays),
    Feature("shared formula", operate=_shared_formula),
    Feature("values that others write", operate=_typed_by_others),
    Feature("looks in keys", operate=_looks_in_keys),
    Feature("what-if table", operate=_what_if),
    Feature("row of totals", _totals, _totals_row),
    Feature("columns amid ours", _forgotten, layout=partial(before, own_columns=True)),
    Feature(
        "shared formula where rows move",
        _forgotten,
        _shared_where_rows_move,
        layout=partial(before, own_columns=True),
    ),
    Feature("column at the end", _cells_of_that_column, _column_at_the_end),
    Feature("shared formula down a column", _cells_of_that_column, _shared_in_a_column),
    Feature("formulas by address", _formulas_by_address),
    Feature("filters and hidden rows", _hidden_rows, _filtered),
    Feature("grouped rows", _grouped),
    Feature("panes and zoom", _views),
    Feature("merged cells", _merged),
    Feature("links", _links),
]
