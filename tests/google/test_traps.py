"""What Google does otherwise than one would think, each told by its users or its documentation."""

from __future__ import annotations

import pytest

from connectors.errors import CannotRun, ChangedMeanwhile, InTheWay
from sheets.surfaces.google import sent
from tests.excel.given import layout, turned
from tests.google.emulator import Fault
from tests.google.grid import Sheet
from tests.google.hands import HandsOnGoogle
from tests.google.in_google import InGoogle
from tests.google.test_meanwhile import typed


@pytest.fixture
def sheet(google) -> InGoogle:
    made = InGoogle(google)
    made.write(layout(6, policy="laid anew"))
    return made


def stock(sheet: InGoogle) -> Sheet:
    return sheet.google.books["book"].titled("Positions")


def note(sheet: InGoogle, row: int, text: str) -> None:
    start = {"sheetId": stock(sheet).number, "rowIndex": row, "columnIndex": 4}
    sheet.does({"updateCells": {"start": start, "rows": [{"values": [{"note": text}]}], "fields": "note"}})


@pytest.mark.parametrize("work", ["filters", "hides", "filters and hides"])
def test_rows_out_of_sight_move_with_what_people_wrote(sheet, work):
    """Google's sorting passes them over: filter and hidden rows are put aside, and then put back where they belong."""
    hands = HandsOnGoogle(sheet, "Positions")
    sheet.does(typed(sheet, 4, 4, "about 1"), typed(sheet, 6, 4, "about 3"))
    note(sheet, 6, "ask")
    if "filters" in work:
        area = {"sheetId": stock(sheet).number, "startRowIndex": 2, "endRowIndex": 9, "startColumnIndex": 0,
                "endColumnIndex": 6}  # fmt: skip
        hidden = [{"columnIndex": 0, "filterCriteria": {"hiddenValues": ["SKU-0003"]}}]
        sheet.does({"setBasicFilter": {"filter": {"range": area, "filterSpecs": hidden}}})
    if "hides" in work:
        hands.hides()  # SKU-0001
    sheet.read()
    sheet.write(turned(6, 100))
    shown = sheet.read().tables["Positions"].set_index("SKU")
    assert shown["Note"].to_dict() == {"SKU-0000": None, "SKU-0001": "about 1", "SKU-0002": None,
                                       "SKU-0003": "about 3", "SKU-0004": None, "SKU-0005": None}  # fmt: skip
    assert shown.index.tolist() == [f"SKU-{at:04}" for at in reversed(range(6))]
    assert shown["Units"].tolist() == [105, 104, 103, 102, 101, 100]
    there = stock(sheet)
    assert there.cells[5, 4]["note"] == "ask"
    assert [row for row in range(3, 9) if there.out_of_sight(row)] == sorted(
        ([5] if "filters" in work else []) + ([7] if "hides" in work else [])
    )
    assert (there.basic_filter is not None) == ("filters" in work)


def test_a_filter_takes_rows_that_come(sheet):
    """It ended with the table, and ends with it again."""
    area = {"sheetId": stock(sheet).number, "startRowIndex": 2, "endRowIndex": 9, "startColumnIndex": 0,
            "endColumnIndex": 5}  # fmt: skip
    sheet.does({"setBasicFilter": {"filter": {"range": area}}})
    sheet.write(layout(9, policy="laid anew"))
    assert stock(sheet).basic_filter == {"range": {**area, "endRowIndex": 12}}


def test_merged_rows_are_named_before_anything_is_sent(sheet, google):
    """Google sorts no such range."""
    area = {"sheetId": stock(sheet).number, "startRowIndex": 4, "endRowIndex": 6, "startColumnIndex": 4,
            "endColumnIndex": 5}  # fmt: skip
    sheet.does({"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}})
    google.calls.clear()
    with pytest.raises(InTheWay, match=r"'Positions'!E5: cells are merged over rows of the table Positions"):
        sheet.write(turned(6, 100))
    assert "batchUpdate" not in [name for name, _ in google.calls]


def test_a_deleted_tab_leaves_names_that_must_go_first(sheet):
    """Google keeps them as #REF!, and gives them to nobody."""
    sheet.does({"addSheet": {"properties": {"title": "Mine"}}}, {"deleteSheet": {"sheetId": stock(sheet).number}})
    with pytest.raises(CannotRun) as refused:
        sheet.write(layout(6))
    assert refused.value.todo == (
        "bring the tab back (File, Version history), or delete the names with #REF! under Data, Named ranges"
    )


@pytest.mark.parametrize(("locale", "taken"), [("", True), ("en_GB", True), ("ja_JP", True), ("es_MX", True),
                                               ("de_DE", False), ("es_ES", False), ("en_ZA", False)])  # fmt: skip
def test_a_locale_in_which_formulas_are_written_otherwise_is_refused(sheet, locale, taken):
    """Before anything is sent, with where to change it."""
    sheet.google.books["book"].locale = locale
    if taken:
        sheet.write(layout(6, 100))
        return
    with pytest.raises(CannotRun, match=f"its locale is {locale}"):
        sheet.write(layout(6, 100))


def test_a_slow_batch_that_is_done_after_all_is_not_done_twice(sheet, google):
    """No answer, and no stamp yet when we look: the second one is refused by its number, and that is well."""
    sheet.read()
    slow = Fault(broken=True, applied=True, late=True, only="batchUpdate")
    google.faults.append(slow)
    sheet.write(turned(6, 100))
    assert sheet.read().tables["Positions"]["Units"].tolist() == [105, 104, 103, 102, 101, 100]
    assert len([one for one in google.books["book"].metadata if one["metadataKey"] == "mastersheet.refresh"]) == 1


def test_a_rule_of_a_users_that_came_just_then_is_given_back(sheet, google):
    """Rules are taken away by their place: the answer tells which, and the user's is put there again."""
    own = {"ranges": [{"sheetId": stock(sheet).number, "startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0,
                       "endColumnIndex": 1}],
           "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {}}}  # fmt: skip
    google.faults.append(
        Fault(only="batchUpdate", meanwhile=({"addConditionalFormatRule": {"rule": own, "index": 0}},))
    )
    with pytest.raises(ChangedMeanwhile, match="colour rules"):
        sheet.write(layout(9, policy="laid anew"))
    assert own in stock(sheet).rules
    sheet.write(layout(9, policy="laid anew"))
    rules = stock(sheet).rules
    assert rules.count(own) == 1
    assert [rule["ranges"][0]["endRowIndex"] for rule in rules if rule != own] == [12, 12]


@pytest.mark.parametrize(
    ("said", "todo"),
    [
        ("This operation is not supported for this document", "press File, Save as Google Sheets"),
        ("You are trying to edit a protected cell or object.", "let the address that signs in edit them, or only warn"),
    ],
)
def test_what_a_user_can_change_is_no_defect_of_ours(sheet, google, said, todo):
    """A workbook of Excel's in Google Drive, cells that are locked."""
    google.faults.append(Fault(400, f'{{"error": {{"code": 400, "message": "{said}"}}}}'))
    with pytest.raises(CannotRun) as refused:
        sheet.read()
    assert todo in refused.value.todo


def test_errors_of_formulas_are_no_words(sheet):
    """A formula that shows #N/A with Google's reason holds nothing; the same as a text is a text."""
    start = {"sheetId": stock(sheet).number, "rowIndex": 3, "columnIndex": 4}
    cells = [{"values": [{"userEnteredValue": {kind: text}}]} for kind, text in (
        ("formulaValue", "=NA()"), ("stringValue", "#N/A"), ("formulaValue", "=1/0"))]  # fmt: skip
    sheet.does({"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}})
    assert sheet.read().tables["Positions"]["Note"].tolist() == [None, "#N/A", None, None, None, None]


def test_a_table_whose_named_range_is_gone_is_found_by_its_columns(sheet, google):
    """Somebody tidied the names away: the marks of its columns tell, and it has its name again."""
    (name,) = [one for one in google.books["book"].names if one["name"] == "mastersheet_Positions"]
    sheet.does({"deleteNamedRange": {"namedRangeId": name["namedRangeId"]}}, typed(sheet, 5, 4, "mine"))
    sheet.write(layout(6, 100, policy="laid anew"))
    assert [one.title for one in google.books["book"].sheets] == ["Sheet1", "Positions"]
    shown = sheet.read().tables["Positions"]
    assert shown["Units"].tolist() == [100, 101, 102, 103, 104, 105]
    assert shown["Note"].tolist() == [None, None, "mine", None, None, None]
    assert stock(sheet).cells[2, 0]["userEnteredValue"] == {"stringValue": "SKU"}
    assert (2, 6) not in {at for at, cell in stock(sheet).cells.items() if "userEnteredValue" in cell}
    assert "mastersheet_Positions" in [one["name"] for one in google.books["book"].names]


def test_a_column_whose_mark_is_gone_is_found_by_its_header(sheet, google):
    """A column that was cut and pasted has lost its mark."""
    book = google.books["book"]
    book.metadata = [one for one in book.metadata if '"header": "Units"' not in one.get("metadataValue", "")]
    sheet.write(layout(6, 100, policy="laid anew"))
    assert sheet.read().tables["Positions"]["Units"].tolist() == [100, 101, 102, 103, 104, 105]


def test_a_table_that_cannot_be_told_is_refused_by_its_tab(sheet, google):
    """Its name is gone, and its headers are too."""
    (name,) = [one for one in google.books["book"].names if one["name"] == "mastersheet_Positions"]
    sheet.does({"deleteNamedRange": {"namedRangeId": name["namedRangeId"]}},
               *(typed(sheet, 2, at, f"other {at}") for at in range(6)))  # fmt: skip
    with pytest.raises(InTheWay, match="tab Positions: the table Positions cannot be found"):
        sheet.write(layout(6, 100, policy="laid anew"))


def test_two_refreshes_at_once_double_nothing(sheet, google):
    """Two computers, one sheet: the second sees the row that the first one added, and begins again."""
    other = InGoogle(google)
    sheet.read()
    other.read()
    sheet.write(layout(7, 100, policy="laid anew"))
    with pytest.raises(ChangedMeanwhile):
        other.write(layout(7, 100, policy="laid anew"))
    other.write(layout(7, 100, policy="laid anew"))
    shown = other.read().tables["Positions"]
    assert shown["SKU"].tolist() == [f"SKU-{at:04}" for at in range(7)]
    assert shown["Units"].tolist() == [100 + at for at in range(7)]


@pytest.mark.parametrize("method", ["get", "getByDataFilter", "batchUpdate"])
def test_an_answer_of_somebody_elses_is_one_line(shared, internet, run, method):
    """A network that asks for a sign-in of its own answers 200 with a page; a batch is then looked for by its stamp."""
    shared.new()
    internet.google.faults += [Fault(200, "<html>Please sign in</html>", only=method) for _ in range(2)]
    result = run("refresh", shared.brand)
    internet.google.faults.clear()
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "the answer is not Google's" in result.stderr
    assert run("refresh", shared.brand).exit_code == 0


def test_a_large_refresh_that_google_takes_no_more_of_says_how_far_it_came(google, monkeypatch):
    """Not that nothing was written: some of it was."""
    monkeypatch.setattr(sent.in_parts, "__defaults__", (6_000,))
    made = InGoogle(google)
    first = Fault(only="batchUpdate", meanwhile=({"addSheet": {}},))
    google.faults += [first, *[Fault(403, "{}", only="batchUpdate")]]
    with pytest.raises(CannotRun, match=r"part 2 of \d+ was not written, those before it were"):
        made.write(layout(60))


def test_a_batch_of_which_nothing_is_known_is_said_so(sheet, google):
    """No answer, and none to the look either."""
    sheet.read()
    google.faults += [Fault(broken=True, applied=True, only="batchUpdate"), Fault(403, "{}", only="get")]
    with pytest.raises(CannotRun, match="whether it was written is not known"):
        sheet.write(layout(6, 100, policy="laid anew"))
