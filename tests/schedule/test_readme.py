"""README.md of templates/schedule: every placeholder, every file, and how they are found."""

from __future__ import annotations

import json
import os
import plistlib
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from sheets.config import config_of
from sheets.templates import template

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(file.name for file in template("schedule").iterdir())
OURS = [name for name in FILES if name != "README.md"]
# Words of a placeholder's form that are none: variables of the environment, and systemd's names of address families.
OTHERS = {"MASTERSHEET_DATA", "HISTORY_URL", "AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"}


@pytest.fixture
def readme(text) -> str:
    return text("README.md")


@pytest.fixture
def told(readme) -> dict[str, str]:
    """Each placeholder of the table, with the files that have it."""
    return dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", readme, re.MULTILINE))


def words(said: str) -> set[str]:
    """Everything in capitals with a _ between."""
    return set(re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", said)) - OTHERS


def test_every_placeholder_is_told_and_there_are_three(told, text):
    """The table names what stands in the files, and nothing that does not."""
    assert set(told) == {"BRAND_FOLDER", "PROGRAM_FILE", "PACKAGE_SOURCE"}
    assert set().union(*(words(text(name)) for name in OURS)) == set(told)


@pytest.mark.parametrize("name", OURS)
def test_the_table_says_which_file_has_which_placeholder(told, text, name):
    """By the end of the file's name."""
    kinds = {placeholder for placeholder, where in told.items() if f"`{Path(name).suffix or name}`" in where}
    assert words(text(name)) == kinds


@pytest.mark.parametrize("name", OURS)
def test_no_other_placeholder_is_left(text, filled, name):
    """None in another form, and none once the three are filled in."""
    assert not re.search(r"(?i)\btodo\b|change.?me|/path/to|example|\byour[-_]|\bxxx|\{\{ *\w+ *\}\}", text(name))
    assert words(filled(name).read_text(encoding="utf-16" if name.endswith(".xml") else "utf-8")) == set()


def test_every_file_has_its_place_in_the_table(readme):
    """A row names it, and says what each column asks."""
    rows = [line.split(" | ") for line in readme.splitlines() if line.startswith("| **")]
    assert sorted(name for row in rows for name in re.findall(r"`([^`]+)`", row[0])) == sorted(OURS)
    assert {len(row) for row in rows} == {6}
    assert all(len(row[2].split("<br>")) == 2 for row in rows), "two commands switch it on"


def test_paths_and_names_of_the_table_are_those_of_the_files(readme, text):
    """Where secrets and logs lie is said as the files have it."""
    assert "%E/mastersheet/secrets.env" in text("mastersheet-nightly.service")
    assert "$HOME/.config/mastersheet/secrets.env" in text("mastersheet.nightly.plist")
    assert "~/.config/mastersheet/secrets.env" in readme
    for log in ("Library/Logs/mastersheet-nightly.log", "%LOCALAPPDATA%\\mastersheet-nightly.log"):
        assert log in readme
        assert any(log in text(name) for name in OURS)
    assert "<URI>\\Mastersheet nightly</URI>" in text("mastersheet-nightly.xml")
    assert '/TN "Mastersheet nightly"' in readme


def service(said: str) -> list[str]:
    return shlex.split(re.findall(r"^ExecStart=(.*)$", said, re.MULTILINE)[0])


def windows(said: str) -> list[str]:
    return re.findall(r'[^\s"]+', re.findall(r'/c "(.*?) &gt;', said)[0])


def launchd(said: str) -> list[str]:
    return plistlib.loads(said.encode())["ProgramArguments"][3:]


def actions(said: str) -> list[str]:
    return re.findall(r"^ +(mastersheet .*?) \|\|", said, re.MULTILINE)[0].split()


def container(said: str) -> list[str]:
    return [word for name in ("ENTRYPOINT", "CMD") for word in json.loads(re.findall(rf"^{name} (.*)$", said, re.M)[0])]


@pytest.mark.parametrize(
    ("name", "command", "folder"),
    [
        ("mastersheet-nightly.service", service, "BRAND_FOLDER"),
        ("mastersheet-nightly.xml", windows, "BRAND_FOLDER"),
        ("mastersheet.nightly.plist", launchd, "BRAND_FOLDER"),
        ("mastersheet-nightly.yml", actions, "."),
        ("Dockerfile", container, "/brands/brand"),
    ],
)
def test_each_file_runs_mastersheet_nightly_on_a_folder(text, name: str, command: Callable, folder: str):
    """`mastersheet nightly DIR`, and no option."""
    program, *rest = command(text(name))
    assert program in ("mastersheet", "PROGRAM_FILE")
    assert rest == ["nightly", folder]


def test_the_line_that_finds_the_files_finds_them(readme, tmp_path):
    """Run as it stands there, in another folder."""
    (line,) = re.findall(r'^python -c "(.*)"$', readme, re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-c", line], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, timeout=60, check=True,
    )  # fmt: skip
    assert sorted(file.name for file in Path(done.stdout.strip()).iterdir()) == FILES


def test_an_installed_mastersheet_has_them():
    """The wheel takes templates/ as a whole, and so does the source archive."""
    targets = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert targets["wheel"]["force-include"]["templates"] == "sheets/_templates"
    assert "templates" in targets["sdist"]["include"]


def test_the_history_of_the_workflow_is_a_setting(readme, text, tmp_path):
    """The line of README.md is taken in mastersheet.toml, and names the secret of the workflow."""
    (line,) = re.findall(r"`(url = .*?)`", readme)
    assert config_of(f"[history]\n{line}\n", tmp_path / "mastersheet.toml").history.url == "${HISTORY_URL}"
    assert "HISTORY_URL: ${{ secrets.HISTORY_URL }}" in text("mastersheet-nightly.yml")


@pytest.mark.parametrize("name", FILES)
def test_no_file_holds_a_secret_or_leads_elsewhere(text, name):
    """No password, and no address but those of formats."""
    said = text(name)
    assert not re.search(r"(?i)(password|token|api.?key)\s*[=:]\s*['\"]?\w", said)
    known = r"http://schemas\.microsoft\.com/|http://www\.apple\.com/DTDs/"
    assert "://" not in re.sub(known, "", said).replace("file://$1", "")
