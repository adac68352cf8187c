"""The workbook with buttons: macros, ribbon and buttons as other programs read them, also after a refresh."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest
from lxml import etree
from PIL import Image, ImageGrab
from typer.testing import CliRunner

from addin.cli import app
from addin.doctor import button_settings
from addin.excel.template import BRAND, FOLDER, PYTHON_MAC, PYTHON_WINDOWS, TAB
from addin.vba.compiled import COMPILED, SOURCE, TABS, compiled
from sheets.brand import open_brand
from sheets.config import read_config
from sheets.history.place import brand_id
from tests.surfaces.corpus_judged import validated

VBA = SOURCE.read_text(encoding="utf-8")
CUSTOM = "{http://schemas.microsoft.com/office/2006/01/customui}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The demo brand with buttons, refreshed once."""
    made = tmp_path_factory.mktemp("button") / "demo"
    done = CliRunner().invoke(app, ["demo", str(made), "--button"])
    assert done.exit_code == 0, done.output
    return made


def modules(file: Path) -> dict[str, str]:
    """The modules of a VBA project as olevba reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks pyparsing by names of before
        from oletools.olevba import VBA_Parser
    parser = VBA_Parser(str(file))
    try:
        return {name: code.replace("\r\n", "\n") for _, _, name, code in parser.extract_macros()}
    finally:
        parser.close()


def test_what_is_shipped_is_what_the_source_makes():
    """vbaProject.bin is Mastersheet.bas compiled, byte for byte: `python -m addin.vba.compiled` makes it."""
    assert compiled(VBA) == COMPILED.read_bytes()


def test_another_reader_finds_the_source_in_it(folder):
    """olevba reads the macro's text back to the letter, and one module for each tab besides."""
    found = modules(folder / "master.xlsm")
    assert found.pop("Mastersheet.bas") == VBA
    assert set(found) == {"ThisWorkbook.cls", *(f"Sheet{at}.cls" for at in range(1, TABS + 1))}


def test_each_tab_has_its_module(folder):
    """Excel repairs a workbook whose tabs and modules do not match: every code name is there once."""
    with zipfile.ZipFile(folder / "master.xlsm") as parts:
        names = [
            etree.fromstring(parts.read(name)).find("{*}sheetPr").get("codeName")
            for name in parts.namelist()
            if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)
        ]
    assert sorted(names) == sorted(f"Sheet{at}" for at in range(1, TABS + 1))


def test_the_ribbon_is_a_legal_pair_and_calls_macros_that_are_there(folder):
    """Relationship and namespace of 2006; each button of its tab calls a Sub that takes the button."""
    with zipfile.ZipFile(folder / "master.xlsm") as parts:
        related = etree.fromstring(parts.read("_rels/.rels"))
        kinds = {one.get("Target"): one.get("Type") for one in related}
        ribbon = etree.fromstring(parts.read("customUI/customUI.xml"))
    assert kinds["customUI/customUI.xml"] == "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
    (tab,) = ribbon.iter(f"{CUSTOM}tab")
    assert tab.get("label") == "Mastersheet"
    labels = [one.get("label") for one in ribbon.iter(f"{CUSTOM}button")]
    assert labels == [
        "Refresh counts", "Check today", "Refresh this SKU", "Trace this row", "This row as of ...",
        "Restore last refresh",
    ]  # fmt: skip
    for one in ribbon.iter(f"{CUSTOM}button"):
        assert f"Public Sub {one.get('onAction').removeprefix('Mastersheet.')}(control As Object)" in VBA


def test_what_the_macro_reads_stands_on_the_hidden_tab(folder):
    """The names that the macro looks for, and what stands there; each action that it starts is one of ours."""
    from addin.excel.actions import ACTIONS

    settings = button_settings(folder / "master.xlsm")
    assert settings is not None
    assert settings[FOLDER] == str(folder)
    assert settings[BRAND] == brand_id(open_brand(folder))
    assert {PYTHON_WINDOWS, PYTHON_MAC} <= set(settings)
    for name in (TAB, FOLDER, PYTHON_WINDOWS, PYTHON_MAC):
        assert f'"{name}"' in VBA
    assert set(re.findall(r'StartProgram "([a-z-]+)"', VBA)) == set(ACTIONS)
    assert b'state="hidden"' in zipfile.ZipFile(folder / "master.xlsm").read("xl/workbook.xml")


def test_the_macro_is_plain_enough_for_every_excel():
    """ASCII, lines that the editor takes, and nothing of xlwings' own: no add-in is needed."""
    assert VBA.isascii()
    assert max(map(len, VBA.splitlines())) < 1000
    assert "RunPython" not in VBA


def test_a_workbook_with_buttons_is_valid(folder):
    """The Open XML validator finds nothing in it, macros, ribbon and a first refresh of the file included."""
    assert validated([folder / "master.xlsm"]) == [Counter()]


def test_a_refresh_of_the_file_keeps_macros_buttons_and_ribbon(tmp_path):
    """What a refresh does not write is the same to the byte."""
    made = tmp_path / "demo"
    assert CliRunner().invoke(app, ["demo", str(made), "--button"]).exit_code == 0
    kept = ("xl/vbaProject.bin", "customUI/customUI.xml", "xl/drawings/vmlDrawing1.vml", "xl/drawings/vmlDrawing2.vml")
    with zipfile.ZipFile(made / "master.xlsm") as parts:
        before = {name: parts.read(name) for name in kept}
    assert CliRunner().invoke(app, ["refresh", str(made)]).exit_code == 0
    with zipfile.ZipFile(made / "master.xlsm") as parts:
        assert {name: parts.read(name) for name in kept} == before
        assert b"ui/extensibility" in parts.read("_rels/.rels")
    assert b"macroEnabled" in zipfile.ZipFile(made / "master.xlsm").read("[Content_Types].xml")


def test_on_a_mac_nothing_but_what_is_installed_is_imported(monkeypatch):
    """The first of the script's fields adds no folder to those that Python looks in for modules."""
    from xlwings.utils import prepare_sys_path

    (field,) = re.findall(r'parameters = "([^"|]*)\|"', VBA)
    monkeypatch.setattr("sys.path", list(sys.path))
    before = list(sys.path)
    prepare_sys_path(field)
    assert sys.path == before


@pytest.mark.parametrize(
    "text",
    [
        None,
        '[brand]\nname = "Acme"\n\n[workbook]\nfile = "tracker.xlsx"\n',
        "[workbook]\n# nothing yet\n",
        '[systems.Flieber]\nfile_date = "%Y-%m-%d"\n',
    ],
)
def test_new_with_button_names_an_xlsm(folder, tmp_path, text):
    """Whatever the mastersheet.toml said of its workbook, it names the one with buttons, and says how to allow them."""
    setup = tmp_path / "setup"
    shutil.copytree(folder / "exports", setup / "exports")
    if text is not None:
        (setup / "mastersheet.toml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["new", str(tmp_path / "acme"), "--from", str(setup), "--button"])
    assert done.exit_code == 0, done.output
    named = read_config(tmp_path / "acme" / "mastersheet.toml").workbook.file
    assert named == ("tracker.xlsm" if text and "tracker" in text else "master.xlsm")
    assert (tmp_path / "acme" / named).is_file()
    assert "doctor" in done.output
    assert "--allow" in done.output


def test_libreoffice_lists_the_macro_and_binds_the_buttons_to_it(folder, libreoffice):
    """Read by another program: the module's text, and each button with the macro that it runs."""
    text = libreoffice.converted(folder / "master.xlsm", "fods").read_text(encoding="utf-8")
    for name in ("RefreshCounts", "TraceThisRow", "RibbonCheckToday"):
        assert f"Public Sub {name}(" in text
    assert re.findall(r"VBAProject\.Mastersheet\.(\w+)\?language=Basic", text) == [
        "RefreshCounts", "RefreshCounts", "TraceThisRow",
    ]  # fmt: skip


needs_screen = pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "xdotool", "soffice"))), reason="a screen needs Xvfb, xdotool and LibreOffice"
)


@contextmanager
def shown(file: Path, profile: Path) -> Iterator[str]:
    """The workbook open in LibreOffice on a screen of its own, macros allowed; gives the screen's name."""
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
        '<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item></oor:items>',
        encoding="utf-8",
    )
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=(write,), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        display = f":{os.read(read, 10).decode().strip()}"
        office = subprocess.Popen(
            ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--norestore", "--nologo", str(file)],
            env={**os.environ, "DISPLAY": display}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield display
        finally:
            os.killpg(office.pid, signal.SIGTERM)
            office.wait(30)
    finally:
        os.close(read)
        screen.terminate()
        screen.wait(30)


def grabbed(display: str) -> np.ndarray:
    """The screen, rows x columns x red, green, blue."""
    return np.asarray(ImageGrab.grab(xdisplay=display).convert("RGB"))


def painted(picture: np.ndarray, colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """How many pixels have a colour, and the column and row of their middle."""
    rows, columns = np.nonzero((picture == colour).all(axis=2))
    return (len(rows), int(np.median(columns)), int(np.median(rows))) if len(rows) else (0, 0, 0)


def kept(picture: np.ndarray, name: str) -> None:
    """For the pages of docs/: MASTERSHEET_PICTURES names the folder where it is wanted."""
    if place := os.environ.get("MASTERSHEET_PICTURES"):
        Image.fromarray(picture).save(Path(place) / name)


BUTTON = (0xEC, 0xE9, 0xD8)  # of Excel's form buttons, as LibreOffice draws them
TODAY, YOURS, OURS = (0xD5, 0x5E, 0x00), (0xE6, 0xB8, 0x00), (0x00, 0x72, 0xB2)  # of the tabs below


@needs_screen
def test_on_a_screen_button_and_tabs_are_seen_and_the_macro_runs(folder, tmp_path):
    """Start with its button and the tabs in their colours; pressed, the macro says that it may start no Python yet."""
    with shown(folder / "master.xlsm", tmp_path / "profile") as display:
        until, button = monotonic() + 90, (0, 0, 0)
        while monotonic() < until and button[0] < 1500:
            sleep(1)
            before = grabbed(display)
            button = painted(before, BUTTON)
        assert button[0] >= 1500, "no button on the screen"
        for colour in (TODAY, YOURS, OURS):
            many, _, row = painted(before, colour)
            assert many > 1000, colour
            assert row > 800, "the tabs stand at the bottom"
        kept(before, "button.png")
        press = ["xdotool", "mousemove", str(button[1]), str(button[2]), "click", "1"]
        subprocess.run(press, env={**os.environ, "DISPLAY": display}, check=True, timeout=30)
        until, changed = monotonic() + 30, 0
        while monotonic() < until and changed < 20_000:
            sleep(1)
            after = grabbed(display)
            changed = int((before != after).any(axis=2).sum())
        assert changed >= 20_000, "no message of the macro"
        kept(after, "button-asked.png")
