"""mastersheet.toml: what it may hold, and the one line that tells what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import CannotRun
from sheets.config import read_config

DEMO = Path(__file__).parents[2] / "templates" / "demo" / "mastersheet.toml"


@pytest.fixture
def refused(tmp_path):
    """refused(text): the line that a mastersheet.toml with that text is refused with, without its path."""
    path = tmp_path / "mastersheet.toml"

    def line(text: str) -> str:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CannotRun) as problem:
            read_config(path)
        return problem.value.line.replace(str(path), "toml")

    return line


def test_the_demos_settings_are_read():
    """Brand, workbook, and the file_date of each system."""
    config = read_config(DEMO)
    assert (config.brand.name, config.workbook.file) == ("Fernhill Outdoor", "master.xlsx")
    assert {section.file_date for section in config.systems.values()} == {"%Y-%m-%d"}


def test_an_empty_file_is_a_brand_with_usual_settings(tmp_path):
    """Nothing must stand in it."""
    (tmp_path / "mastersheet.toml").write_text("")
    assert read_config(tmp_path / "mastersheet.toml").workbook.file == "master.xlsx"


def test_a_map_of_columns_is_read(tmp_path):
    """[[systems.NAME.tables]] is a column map; `map` names a ready one."""
    (tmp_path / "mastersheet.toml").write_text(
        '[systems.Shed]\nmap = "Skubana"\n[[systems.Shed.tables]]\nsku = "Item"\nlocation_name = "Shed"\n'
        'states = { on_hand = ["Qty", "Quantity"] }\n'
    )
    shed = read_config(tmp_path / "mastersheet.toml").systems["Shed"]
    assert shed.ready_map == "Skubana"
    assert shed.tables[0].states == {"on_hand": ("Qty", "Quantity")}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[brand\n", "toml:1: is not TOML: Expected ']' at the end of a table declaration. Correct mastersheet.toml"),
        ("[brand]\nnam = 'A'\n", "toml: unknown key brand.nam; expected one of name, id. Correct mastersheet.toml"),
        (
            "[colours]\n",
            "toml: unknown key colours; expected one of brand, workbook, google, history, digest, systems.",
        ),
        (
            '[systems."3PL Portal"]\nfiledate = "%Y"\n',
            'toml: unknown key systems."3PL Portal".filedate; expected one of file_date, encoding, time_zone, map,'
            " exports, tables, google, tabs. Correct mastersheet.toml",
        ),
        (
            '[systems.X]\ngoogle = "my stock sheet"\n',
            "toml: systems.X.google: 'my stock sheet' is neither the id nor the address of a Google spreadsheet.",
        ),
        (
            '[systems.X]\ntabs = ["Stock"]\n',
            "toml: systems.X: tabs are of a Google Sheet; say which with google. Correct mastersheet.toml",
        ),
        (
            'workbook = "google:book"\n[systems.X]\ngoogle = "https://docs.google.com/spreadsheets/d/book/edit"\n',
            'toml: systems."X".google is the workbook itself: say with tabs which of its tabs to read.',
        ),
        (
            '[systems.X]\ntime_zone = "Mars"\n',
            "toml: systems.X.time_zone: 'Mars' is not a time zone such as America/New_York. Correct mastersheet.toml",
        ),
        (
            '[workbook]\nfile = "../master.xlsx"\n',
            "toml: workbook.file: '../master.xlsx' is not the name of an .xlsx or .xlsm file beside mastersheet.toml."
            " Correct mastersheet.toml",
        ),
        (
            '[systems.X]\nexports = "../.."\n',
            "toml: systems.X.exports: '../..' is not a folder below exports/. Correct mastersheet.toml",
        ),
        (
            '[[systems.X.tables]]\nsku = "S"\nlocation_name = "L"\nstates = { onhand = "Q" }\n',
            "toml: systems.X.tables.0: unknown state 'onhand'; valid: on_hand,",
        ),
    ],
)
def test_what_may_not_stand_there_is_named(refused, text, line):
    """File, key, and what is expected."""
    assert refused(text).startswith(line)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[systems.X]\ntoken = "tk-9f8e7d"\n', "systems.X.token"),
        ('[systems.X]\napiKey = "tk-9f8e7d"\n', "systems.X.apiKey"),
        ('[systems.X.credentials]\nuser = "tk-9f8e7d"\n', "systems.X.credentials.user"),
        ('[brand]\nid = "https://me:tk-9f8e7d@example.org"\n', "brand.id"),
        ('[history]\nurl = "postgresql://me:tk-9f8e7d@host/brands"\n', "history.url"),
        ('[history]\nurl = "postgresql://me:${A}tk-9f8e7d@host/brands"\n', "history.url"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_printed(refused, text, key):
    """The line names the key, and where a secret belongs."""
    line = refused(text)
    assert line.startswith(f'toml: {key} holds a secret; expected "${{ENV_NAME}}" or "keyring:name"')
    assert "9f8e7d" not in line


@pytest.mark.parametrize("value", ["${ACME_TOKEN}", "keyring:acme"])
def test_a_secret_elsewhere_is_no_secret_here(refused, value):
    """Where it is kept may be said; that no system takes a token yet is another matter."""
    assert "unknown key systems.X.token" in refused(f'[systems.X]\ntoken = "{value}"\n')


def test_a_systems_name_makes_no_secret(tmp_path):
    """A warehouse on Key Biscayne has settings like any other."""
    (tmp_path / "mastersheet.toml").write_text('[systems."Key Biscayne"]\nfile_date = "%Y-%m-%d"\n')
    assert read_config(tmp_path / "mastersheet.toml").systems["Key Biscayne"].file_date == "%Y-%m-%d"


def test_a_ready_map_that_is_none_is_told(three_systems, run):
    """The line names the key and the maps that there are."""
    three_systems.file("mastersheet.toml", '[systems.Skubana]\nmap = "Skubanna"\n')
    three_systems.new()
    result = run("check", three_systems.brand)
    assert result.exit_code == 2
    assert "systems.\"Skubana\".map: there is no ready map 'Skubanna'; expected one of Seller Central," in result.stderr


def test_two_systems_in_one_folder_are_told(three_systems, run):
    """Their files could not be told apart."""
    three_systems.file("mastersheet.toml", '[systems.Skubana]\nexports = "flieber"\n')
    result = run("new", three_systems.brand, "--from", three_systems.setup)
    assert result.exit_code == 2
    assert "Flieber and Skubana share the folder exports/flieber" in result.stderr


def test_a_system_reads_another_folder_and_time_zone(three_systems):
    """`exports` names the folder; a file's bare day ends in the system's own zone."""
    three_systems.file("mastersheet.toml", '[systems.Skubana]\nexports = "oms/daily"\ntime_zone = "Pacific/Auckland"\n')
    (three_systems.setup / "exports/oms").mkdir()
    (three_systems.setup / "exports/skubana").rename(three_systems.setup / "exports/oms/daily")
    three_systems.new()
    assert [row["system_units"] for row in three_systems.report()["gaps"]] == [500, 487]
