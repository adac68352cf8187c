"""The documentation tells the truth: commands, names, links, pictures, and the tutorial word for word."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import typer.main
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from addin.cli import app
from connectors.column_map import FIELDS, ColumnMap
from connectors.frames import EVENTS, STATES, STATUSES
from sheets.config import SystemSection
from sheets.engine.setup import IDENTIFIER_KINDS, KINDS, ROLES
from sheets.setup_tables import HEADERS, SETTINGS
from sheets.systems import NAMED

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCE_MAP = (DOCS / "source-map.md").read_text(encoding="utf-8")
TUTORIAL = DOCS / "tutorial.md"
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme_with_its_options(name: str):
    """README names each command of the command line, and each option of it."""
    assert f"`mastersheet {name}" in README
    for option in (one for one in COMMANDS[name].params if one.param_type_name == "option"):
        assert any(f"`{word}" in README for word in option.opts), f"{name} {option.opts}"


def test_the_readme_promises_no_command_that_is_not_there():
    """What stands in README as `mastersheet WORD` is a command."""
    assert set(re.findall(r"`mastersheet ([a-z-]+)", README)) == set(COMMANDS)


def test_the_two_commands_stand_in_the_readme_word_for_word():
    """Each has a code block of its own, the demo first."""
    blocks = re.findall(r"^```\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    assert blocks == [
        "python -m pip install . && mastersheet demo",
        'python -m pip install -e ".[test]" && python -m pytest',
    ]


def table(heading: str) -> list[str]:
    """What stands in backquotes in the first cells of the table under a heading of docs/source-map.md."""
    part = re.split(rf"^#+ {re.escape(heading)}\n", SOURCE_MAP, flags=re.MULTILINE)
    assert len(part) == 2, f"docs/source-map.md has no one heading '{heading}'"
    lines = re.split(r"^#", part[1], flags=re.MULTILINE)[0].splitlines()
    cells = [re.split(r"(?<!\\)\|", line)[1] for line in lines if line.startswith("|")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Kinds", KINDS),
        ("Roles", ROLES),
        ("States", STATES),
        ("Kinds of identifier", IDENTIFIER_KINDS),
        ("Settings", [*(one.name for one in SETTINGS), "Rate CAD"]),
        ("Keys of a system", [field.alias or name for name, field in SystemSection.model_fields.items()]),
        ("Keys of a column map", list(ColumnMap.model_fields)),
        ("Ready maps", ["Seller Central", *NAMED]),
        ("Events", EVENTS),
        ("Shipment statuses", STATUSES),
    ],
)
def test_a_table_of_the_source_map_page_names_what_there_is(heading: str, names: list[str]):
    """No name is missing, and none is there that the product does not know."""
    assert sorted(table(heading)) == sorted(names)


@pytest.mark.parametrize(("shape", "heading"), [("locations", "Locations"), ("source_map", "The rows")])
def test_the_columns_of_a_setup_table_are_documented(shape: str, heading: str):
    """Every column that a buyer sees on the tab stands in the table of the page."""
    assert table(heading) == [header for name, header in HEADERS[shape].items() if name != "no"]


@pytest.mark.parametrize("shape", ["movements", "shipments", "orders"])
def test_the_columns_of_a_table_to_drop_are_documented(shape: str):
    """Each field of the tables that anyone can drop stands on the page."""
    line = next(line for line in SOURCE_MAP.splitlines() if line.startswith(f"| `{shape}.csv`"))
    assert set(FIELDS[shape]) <= set(re.findall(r"\w+", line))


LINT_WORDS = (ROOT / "sheets" / "engine" / "source_map.py").read_text(encoding="utf-8")


def test_every_finding_on_the_page_is_one_that_lint_can_say():
    """The fixed words of each finding in the table stand in the code that says it."""
    said = table("What lint says")
    assert len(said) >= 20
    spoken = re.sub(r'"\s*\n\s*f?"', "", LINT_WORDS)
    for finding in said:
        for words in (part.strip(" '") for part in finding.split("...")):
            assert words in spoken, finding


def links() -> Iterator[tuple[Path, str]]:
    """Every link of every page that leads to a file."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                yield page, target


def test_links_lead_somewhere():
    """Each link leads to a file that is there, and to a heading of it."""
    for page, target in links():
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.is_file(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings}, target


def test_every_picture_and_page_is_referred_to():
    """No picture and no page lies in docs/ that no other page leads to."""
    led_to = {(page.parent / target.partition("#")[0]).resolve() for page, target in links()}
    there = {*DOCS.rglob("*.png"), *DOCS.rglob("*.md")}
    assert {one.name for one in there if one.resolve() not in led_to} == set()


def test_pictures_are_small():
    """A picture has at most 200 KB."""
    assert {one.name for one in DOCS.rglob("*.png") if one.stat().st_size > 200_000} == set()


STEP = re.compile(
    r"Save as `(?P<file>[^`]+)`:\n\n```csv\n(?P<text>.*?)```"
    r"|table\s`(?P<table>\w+)`, (?P<verb>add|fill in):\n\n(?P<rows>(?:\|[^\n]*\n)+)"
    r"|```console\n(?P<console>.*?)```",
    re.DOTALL,
)


def test_the_tutorial_can_be_followed_word_for_word(tmp_path: Path, request: pytest.FixtureRequest):
    """In an empty folder each step of the tutorial gives the output that stands there; --regen writes it anew."""
    text = TUTORIAL.read_text(encoding="utf-8")
    done = STEP.sub(lambda step: followed(step, tmp_path), text)
    if request.config.getoption("--regen", default=False):
        TUTORIAL.write_text(done, encoding="utf-8", newline="\n")
    else:
        assert done == text


def followed(step: re.Match[str], folder: Path) -> str:
    """One step, done: the file saved, the cells typed, or the commands run. Gives the step with its true output."""
    if step["file"]:
        file = folder / step["file"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step["text"], encoding="utf-8")
    elif step["table"]:
        typed(folder / "acme" / "master.xlsx", step["table"], step["rows"], add=step["verb"] == "add")
    else:
        return f"```console\n{''.join(run(step['console'], folder))}```"
    return step[0]


def run(console: str, folder: Path) -> Iterator[str]:
    """The commands of a block, each with what it prints; trailing blanks of a line are not shown."""
    code = 0
    for line in console.splitlines():
        if not line.startswith("$ "):
            continue
        yield f"{line}\n"
        if line == "$ echo $?":
            yield f"{code}\n"
            continue
        words = line.removeprefix("$ mastersheet ").split()
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "LOGNAME": "buyer"}
        ran = subprocess.run(
            [sys.executable, "-m", "addin.cli", *words],
            cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=120,
        )  # fmt: skip
        code = ran.returncode
        yield "".join(f"{one.rstrip()}\n" for one in shortened(ran.stdout.splitlines()))


def shortened(lines: list[str]) -> list[str]:
    """A long output as the tutorial shows it: its first and last lines, an ellipsis between them."""
    return lines if len(lines) <= 20 else [*lines[:8], "...", *lines[-3:]]


def typed(workbook: Path, name: str, rows: str, *, add: bool) -> None:
    """Rows of a markdown table typed into a table of the workbook: below its last row, or into the row of the key."""
    header, _, *lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in rows.splitlines()]
    book = openpyxl.load_workbook(workbook)
    sheet = next(sheet for sheet in book if name in sheet.tables)
    for line in lines:
        cells = [float(cell) if re.fullmatch(r"[\d.]+", cell) else cell for cell in line]
        at = new_row(sheet, name) if add else row_of(sheet, name, header[0], cells[0])
        for head, cell in zip(header, cells, strict=True):
            sheet.cell(at, place_of(sheet, name, head)).value = cell
    book.save(workbook)


def place_of(sheet: Worksheet, name: str, head: str) -> int:
    left, top, right, _ = range_boundaries(sheet.tables[name].ref)
    return next(column for column in range(left, right + 1) if sheet.cell(top, column).value == head)


def row_of(sheet: Worksheet, name: str, head: str, key: object) -> int:
    _, top, _, bottom = range_boundaries(sheet.tables[name].ref)
    column = place_of(sheet, name, head)
    return next(row for row in range(top + 1, bottom + 1) if sheet.cell(row, column).value == key)


def new_row(sheet: Worksheet, name: str) -> int:
    """The first empty row of the table, else one more below it, as Excel does when somebody types there."""
    there = sheet.tables[name]
    left, top, right, bottom = range_boundaries(there.ref)
    for row in range(top + 1, bottom + 1):
        if all(sheet.cell(row, column).value is None for column in range(left, right + 1)):
            return row
    there.ref = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom + 1}"
    if there.autoFilter is not None:
        there.autoFilter.ref = there.ref
    return bottom + 1
