"""The buttons: what a buyer presses, sees meanwhile and is told at the end."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import xlwings
from typer.testing import CliRunner

from addin.cli import app
from addin.excel import main, pressed_in
from addin.excel.own_list import allow, brand_line
from sheets.brand import open_brand
from sheets.history.place import brand_id
from sheets.surfaces.excel.opened import OpenWorkbook
from sheets.surfaces.xlsx_cells import serial
from tests.excel.engine import installed
from tests.excel.in_excel import opened
from tests.excel.told import Told
from tests.excel.xlwings_source import missing_names


@pytest.fixture
def folder(tmp_path: Path, libreoffice) -> Iterator[Path]:
    """The demo brand, with buttons in its workbook."""
    installed(lambda path: libreoffice.converted(path, "xlsx"))
    made = tmp_path / "demo"
    assert CliRunner().invoke(app, ["demo", str(made), "--button"]).exit_code == 0
    yield made
    Told.refuses = staticmethod(lambda kind, name: False)


@pytest.fixture
def book(folder: Path) -> Iterator[xlwings.Book]:
    with opened(folder / "master.xlsm") as book:
        yield book


def told(book: xlwings.Book) -> str:
    """The one message that was shown."""
    ((_, said),) = book.app.impl._said
    return said


def lines_of(book: xlwings.Book) -> list[str]:
    """What stands in the workbook that was opened last."""
    other = book.app.books[-1]
    assert other.name != book.name
    sheet = other.impl._typed.worksheets[0]
    return ["" if cell.value is None else cell.value for (cell,) in sheet.iter_rows(max_col=1)]


def at(book: xlwings.Book, table: str, **words: str) -> None:
    """The cursor into the first row of a table that has these words under these headers."""
    for sheet in book.sheets:
        for one in sheet.tables:
            if one.name != table:
                continue
            headers = one.header_row_range.options(ndim=1).value
            for row in range(one.range.row + 1, one.range.last_cell.row + 1):
                cells = {header: sheet.range((row, one.range.column + at)).value for at, header in enumerate(headers)}
                if all(cells[name] == word for name, word in words.items()):
                    sheet.activate()
                    sheet.range((row, one.range.column + 1)).select()
                    return
    raise AssertionError(f"no {words} in {table}")


def test_refresh_counts_fills_the_workbook_and_says_what_was_read(book, monkeypatch):
    """The status bar counts the systems, one message closes it: rows read, flags, what was set aside."""
    shown: list[object] = []
    status = property(lambda self: shown[-1] if shown else False, lambda self, said: shown.append(said))
    monkeypatch.setattr(type(book.app.impl), "status_bar", status)
    assert pressed_in(book, "refresh") == 0
    assert re.fullmatch(
        r"Refresh 2: [\d,]+ rows read, counts of 4 systems\.\n11 flags on the daily check, \$8,473 at cost\.\n"
        r"Save the workbook to keep it\.",
        told(book),
    )
    systems = [
        re.fullmatch(r"Mastersheet: reading (.+) \.\.\. (\d) of 5", one) for one in shown if isinstance(one, str)
    ]
    assert [one[2] for one in systems if one] == ["1", "2", "3", "4", "5"]
    assert "Seller Central" in {one[1] for one in systems if one}
    assert shown[-1] is False
    shown_now = OpenWorkbook(book).read()
    assert shown_now is not None
    assert list(shown_now.tables["Log"]["Refresh"]) == [1, 2]


def test_what_was_set_aside_is_told_and_its_last_number_kept(folder, book):
    """A file cut short: its system is named with the reason, and its number of the day before stands as STALE."""
    newest = sorted((folder / "exports" / "skubana").glob("*.csv"))[-1]
    lines = newest.read_text(encoding="utf-8").splitlines()
    newest.write_text("\n".join([*lines[:5], lines[5][:8]]), encoding="utf-8")
    assert pressed_in(book, "refresh") == 0
    assert "Set aside: Skubana" in told(book)


def test_a_system_that_hangs_keeps_its_last_number_and_the_button_returns(book, monkeypatch):
    """Flieber does not answer in time: set aside with `answers later`; what history has of it stands, as STALE."""
    from threading import Event

    import sheets.pull as pull

    read, never = pull.read_system, Event()

    def slow(brand, system, *arguments, **more):
        if system == "Flieber":
            never.wait(60)
        return read(brand, system, *arguments, **more)

    monkeypatch.setattr(pull, "read_system", slow)
    monkeypatch.setattr("addin.excel.actions.WITHIN", 12.0)
    assert pressed_in(book, "refresh") == 0
    never.set()
    assert re.search(r"Set aside: Flieber: exports/flieber/: not read within 12 seconds; answers later", told(book))
    shown = OpenWorkbook(book).read()
    assert shown is not None
    gaps = shown.tables["Gaps"]
    mine = gaps[gaps["System"] == "Flieber"]
    assert mine["System Units"].notna().sum() > 100
    assert {f"{one:%Y-%m-%d}" for one in mine["As Of"].dropna()} == {"2026-10-04"}


def test_refresh_this_sku_tells_what_became_of_it(book):
    """The SKU of the row: what to order against, each location's units and flags, then the closing lines."""
    at(book, "DailyCheck", SKU="FH-HDLMP-400")
    assert pressed_in(book, "sku") == 0
    said = told(book).splitlines()
    assert re.match(r"FH-HDLMP-400: order against [\d,]+, (GO|CARE|HOLD)$", said[0])
    assert any(re.match(r"FBA US: 510, Seller Central; Skubana \w+", line) for line in said), said
    assert any(line.startswith("Refresh 2:") for line in said)


def test_trace_this_row_opens_what_mastersheet_trace_says(folder, book):
    """The row's story stands in a workbook of its own, word for word as the command tells it; ours is not touched."""
    at(book, "DailyCheck", SKU="FH-HDLMP-400", System="Skubana")
    before = OpenWorkbook(book).read()
    assert pressed_in(book, "trace") == 0
    lines = lines_of(book)
    said = CliRunner().invoke(app, ["trace", str(folder), "FH-HDLMP-400", "FBA US", "--system", "Skubana"]).output
    assert lines == said.rstrip("\n").split("\n")
    assert book.app.impl._said == []
    after = OpenWorkbook(book).read()
    assert before is not None
    assert after is not None
    assert all(after.tables[name].equals(frame) for name, frame in before.tables.items())


def test_this_row_as_of_tells_what_a_refresh_found(book):
    """By a refresh's number; one that there is not is told with those that there are."""
    at(book, "Gaps", SKU="FH-HDLMP-400", System="Skubana", Location="FBA US")
    assert pressed_in(book, "as-of", "1") == 0
    lines = lines_of(book)
    book.app.books[-1].close()
    assert re.match(r"As refresh 1 of \d{4}-\d\d-\d\d \d\d:\d\d found it", lines[0])
    assert lines[2].startswith("FH-HDLMP-400 at FBA US, as of 2026-10-05")
    assert pressed_in(book, "as-of", "7") == 2
    assert "no refresh 7" in told(book)


def test_check_today_goes_to_the_daily_check(folder, book):
    """Its tab is in front; today's refresh needs no word, an older one says when it was made."""
    log = book.sheets["Log"].tables["Log"].range
    now = pd.Timestamp.now(ZoneInfo("America/New_York")).tz_localize(None)
    book.sheets["Log"].range((log.row + 1, log.column + 1)).formula = serial(now.to_pydatetime())
    book.sheets["Settings"].activate()
    assert pressed_in(book, "today") == 0
    assert book.sheets.active.name == "Daily Check"
    assert book.app.impl._said == []
    book.sheets["Log"].range((log.row + 1, log.column + 1)).formula = 45000
    assert pressed_in(book, "today") == 0
    assert "The last refresh, 1, is of Wed 15 Mar 2023" in told(book)


def test_check_today_knows_the_last_refresh_in_a_log_that_was_sorted(book):
    """The newest number counts, wherever its row stands."""
    assert pressed_in(book, "refresh") == 0
    book.app.impl._said.clear()
    log = book.sheets["Log"].tables["Log"].range
    rows = book.sheets["Log"].range((log.row + 1, 1), (log.row + 2, 2))
    rows.formula = [[2, 45000.5], [1, 44000.5]]
    assert pressed_in(book, "today") == 0
    assert "The last refresh, 2, is of Wed 15 Mar 2023" in told(book)


def test_restore_last_refresh_brings_back_what_stood_there(book):
    """Every cell is again what it was before Refresh counts was pressed; before any there is nothing to."""
    assert pressed_in(book, "restore") == 2
    assert "no refresh of the open workbook to take back" in told(book)
    book.app.impl._said.clear()
    before = OpenWorkbook(book).read()
    assert pressed_in(book, "refresh") == 0
    book.app.impl._said.clear()
    assert pressed_in(book, "restore") == 0
    assert "is here again" in told(book)
    after = OpenWorkbook(book).read()
    assert before is not None
    assert after is not None
    assert after.tables.keys() == before.tables.keys()
    for name, frame in before.tables.items():
        pd.testing.assert_frame_equal(after.tables[name], frame, check_dtype=False, obj=name)


def test_without_a_row_one_line_says_what_to_click(book):
    """On Settings there is no SKU to tell of."""
    book.sheets["Settings"].activate()
    for action in ("sku", "trace", "as-of"):
        book.app.impl._said.clear()
        assert pressed_in(book, action, "1") == 2
        assert "no such row is selected; expected a cell in a row with a SKU" in told(book)


def test_a_renamed_workbook_finds_its_brand(folder):
    """Under any name, wherever it lies: the hidden tab knows the brand's folder."""
    other = folder.parent / "Tracker = new (2).xlsm"
    other.write_bytes((folder / "master.xlsm").read_bytes())
    with opened(other) as book:
        assert pressed_in(book, "refresh") == 0
        assert "Refresh 2:" in told(book)


def test_where_a_brand_lies_on_this_computer_is_the_users_own_word(folder):
    """A colleague's workbook names a folder that is not here: the own list says where the brand lies."""
    brand = brand_id(open_brand(folder))
    moved = folder.parent / "elsewhere"
    folder.rename(moved)
    with opened(moved / "master.xlsm") as book:
        assert pressed_in(book, "refresh") == 2
        assert re.search(r"is no brand's folder.*press the button again and name it", told(book), re.IGNORECASE)
    allow([(brand_line(brand), str(moved))])
    with opened(moved / "master.xlsm") as book:
        assert pressed_in(book, "refresh") == 0
        assert "Refresh 2:" in told(book)


def test_a_folder_of_another_brand_is_refused(folder, book, tmp_path):
    """A workbook is never filled with another brand's numbers."""
    other = tmp_path / "other"
    other.mkdir()
    shutil.copytree(folder / "exports", other / "exports")
    assert CliRunner().invoke(app, ["new", str(other)]).exit_code == 0
    allow([(brand_line(brand_id(open_brand(folder))), str(other))])
    before = OpenWorkbook(book).read()
    assert pressed_in(book, "refresh") == 2
    assert "is of the brand" in told(book)
    after = OpenWorkbook(book).read()
    assert before is not None
    assert after is not None
    assert all(after.tables[name].equals(frame) for name, frame in before.tables.items())


def test_a_defect_of_ours_is_one_message_with_the_logs_place(book, monkeypatch, capfd):
    """No traceback reaches the user; it stands in the log that the message names."""

    def broken(at):
        raise ZeroDivisionError("nobody thought of it")

    monkeypatch.setitem(__import__("addin.excel.actions", fromlist=["ACTIONS"]).ACTIONS, "refresh", broken)
    assert pressed_in(book, "refresh") == 2
    said = told(book)
    assert "ZeroDivisionError: nobody thought of it. A defect of ours" in said
    assert "Traceback" not in said + "".join(capfd.readouterr())
    log = Path(said.rpartition("The log: ")[2])
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_while_a_cell_is_edited_the_button_waits_and_then_says_so(book, monkeypatch):
    """Excel refuses what it is told: a bounded time, then one message, and nothing was written."""
    monkeypatch.setattr("sheets.surfaces.excel.busy.WAIT", 0.5)
    before = OpenWorkbook(book).read()
    Told.refuses = staticmethod(lambda kind, name: name.endswith("=") and name != "status_bar=")
    assert pressed_in(book, "refresh") == 2
    assert "a cell is being edited" in told(book)
    Told.refuses = staticmethod(lambda kind, name: False)
    after = OpenWorkbook(book).read()
    assert before is not None
    assert after is not None
    assert all(after.tables[name].equals(frame) for name, frame in before.tables.items())


def test_what_the_macro_starts_finds_its_workbook(book, monkeypatch):
    """The command of the macro, as Windows starts it: the workbook by its name, the action, the code it ends with."""
    book.set_mock_caller()
    monkeypatch.setattr(
        "sys.argv", ["excel.py", "today", "--argument=", f"--wb={book.name}", "--from_xl=1", "--hwnd=7"]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert book.sheets.active.name == "Daily Check"


@pytest.mark.parametrize(("kind", "allowed"), [("Sheets", 1), ("Range", 30), ("Names", 1), ("Table", 30)])
def test_whatever_excel_refuses_there_is_one_message(book, kind, allowed):
    """Each kind of thing refused from some moment on: one message says so, and none is a traceback."""
    left = [allowed]

    def refuses(one: str, name: str) -> bool:
        left[0] -= one == kind
        return one == kind and left[0] <= 0

    Told.refuses = staticmethod(refuses)
    assert pressed_in(book, "refresh") == 2
    Told.refuses = staticmethod(lambda kind, name: False)
    assert "The log:" in told(book)


def test_every_name_that_the_buttons_ask_for_is_in_xlwings_own_engines(book):
    """Each button pressed once: what was asked of the stand-in, the engines for Windows and the Mac have."""
    Told.asked.clear()
    at(book, "DailyCheck", SKU="FH-HDLMP-400", System="Skubana")
    for action, argument in (
        ("sku", ""),
        ("trace", ""),
        ("as-of", "1"),
        ("restore", ""),
        ("today", ""),
        ("refresh", ""),
    ):
        assert pressed_in(book, action, argument) == 0, action
        for other in list(book.app.books):
            if other.name != book.name:
                other.close()
    assert {("App", "alert"), ("App", "status_bar"), ("Books", "add")} <= set(Told.asked)
    assert missing_names(Told.asked) == {}


def test_a_refresh_asks_excel_so_much_and_no_more(book):
    """Each tab by itself, and all together: a call takes about a millisecond in Windows, and longer on a Mac."""
    Told.asked.clear()
    Told.on.clear()
    assert pressed_in(book, "refresh") == 0
    tabs = {tab: many for tab, many in Told.on.items() if tab}
    assert set(tabs) == {sheet.name for sheet in book.sheets}
    assert {tab: many for tab, many in tabs.items() if many > (500 if tab == "Daily Check" else 260)} == {}
    assert sum(Told.asked.values()) < 4_200
