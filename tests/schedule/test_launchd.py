"""The agent for a Mac: a property list as launchd.plist(5) describes it, and its command, run by a real shell."""

from __future__ import annotations

import os
import plistlib
import subprocess
from typing import Any

import pytest

from sheets.templates import template

AGENT = "mastersheet.nightly.plist"
# The keys that are used, of those in launchd.plist(5), with their types.
KEYS = {"Label": str, "ProgramArguments": list, "StartCalendarInterval": dict, "RunAtLoad": bool}


def agent() -> dict[str, Any]:
    with (template("schedule") / AGENT).open("rb") as file:
        return plistlib.load(file, fmt=plistlib.FMT_XML)


@pytest.fixture
def ran(filled, tmp_path):
    """ran(secrets, code): the agent's command run as launchd would; gives its exit code and its log."""
    if os.name != "posix":
        pytest.skip("no /bin/sh here")
    home = tmp_path / "a home"
    (home / "Library" / "Logs").mkdir(parents=True)
    (home / ".config" / "mastersheet").mkdir(parents=True)

    def run(secrets: str | None = None, code: int = 0) -> tuple[int, str]:
        if secrets is not None:
            (home / ".config" / "mastersheet" / "secrets.env").write_text(secrets, encoding="utf-8")
        with filled(AGENT).open("rb") as file:
            words = plistlib.load(file)["ProgramArguments"]
        env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "CODE": str(code)}
        done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout + done.stderr == ""
        return done.returncode, (home / "Library" / "Logs" / "mastersheet-nightly.log").read_text(encoding="utf-8")

    return run


def test_it_is_a_property_list_of_keys_that_launchd_knows():
    """plistlib reads it, each key is one of launchd.plist(5), and each value has that key's type."""
    assert {key: type(value) for key, value in agent().items()} == KEYS
    assert all(isinstance(word, str) for word in agent()["ProgramArguments"])


def test_the_document_type_is_apples():
    """As plutil writes it."""
    lines = (template("schedule") / AGENT).read_text(encoding="utf-8").splitlines()
    assert lines[:2] == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    ]


def test_the_label_is_the_name_of_the_file():
    """So that the commands of README.md name both alike."""
    assert f"{agent()['Label']}.plist" == AGENT


def test_it_runs_every_night_at_four():
    """Hour and minute, and no day: every day."""
    assert agent()["StartCalendarInterval"] == {"Hour": 4, "Minute": 0}
    assert agent()["RunAtLoad"] is False


def test_the_command_gets_its_words_whole_and_writes_a_log(ran, brand):
    """A folder with spaces stays one word; no secrets need be there; a second night is added to the log."""
    assert ran() == (0, f"nightly\n{brand}\nsecret: \n")
    assert ran()[1].count("nightly\n") == 2


def test_secrets_reach_the_program_and_nothing_else(ran):
    """A line of secrets.env is in the program's environment, with its blanks and signs."""
    assert ran("ONE_SECRET='a b$c'\n")[1].endswith("secret: a b$c\n")


def test_launchd_sees_the_exit_code(ran):
    """So `launchctl print` tells 2 from 3."""
    assert [ran(code=code)[0] for code in (2, 3)] == [2, 3]
