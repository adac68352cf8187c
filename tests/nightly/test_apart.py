"""Each brand apart: whatever becomes of one, the others are refreshed, and each has its line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sheets.alone import alone
from sheets.brand import open_brand
from sheets.nights.night import NIGHTLY

# Read by every Python that is started, before anything else: it lets a brand's program fail by the folder's name.
_FAILS = """
import os, sys
words = sys.orig_argv
if "addin.night" in words and "refresh" in words:
    if any(one.endswith("crashing") for one in words):
        os._exit(13)
    if any(one.endswith("cut") for one in words):
        import sheets.nights.since
        sheets.nights.since.changes_since = lambda *_: os._exit(13)
    if any(one.endswith("raising") for one in words):
        import sheets.refresh
        def broken(*_, **__):
            raise ZeroDivisionError("nothing to divide by")
        sheets.refresh.reconcile = broken
"""


def test_a_brand_that_is_well_has_one_line(small, nightly):
    """Refresh, time, flags and money on standard output, nothing on standard error, exit code 0."""
    acme = small("acme")
    done = nightly(acme.folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "acme: refresh 1 at 06:59, 1 flag, $230 at cost\n"
    assert acme.remembered.last.number == 1
    assert (acme.folder / "master.xlsx").is_file()


def test_one_that_fails_stops_no_other(small, nightly, tmp_path, monkeypatch):
    """A broken toml, a defect, a crash and no folder at all each have their line, and the last brand is refreshed."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(_FAILS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    broken, raising, crashing, well = (small(name) for name in ("broken", "raising", "crashing", "well"))
    toml = broken.folder / "mastersheet.toml"
    toml.write_text("[brand\n", encoding="utf-8")
    before = (raising.folder / "master.xlsx").read_bytes()
    folders = [one.folder for one in (broken, raising, crashing)]
    done = nightly(*folders, tmp_path / "nowhere", well.folder)
    assert done.exit_code == 2
    lines = done.stdout.splitlines()
    assert len(lines) == 5
    assert lines[0].startswith(f"broken: FAILED: {toml}:1: is not TOML: ")
    assert lines[1] == (
        "raising: FAILED: ZeroDivisionError: nothing to divide by. A defect of ours: run again with --debug"
    )
    assert lines[2].startswith("crashing: FAILED: its program ended with code 13; the workbook is whole. Run `master")
    assert lines[3].startswith(f"nowhere: FAILED: {tmp_path / 'nowhere'}: no such folder")
    assert lines[4] == "well: refresh 1 at 06:59, 1 flag, $230 at cost"
    assert (raising.folder / "master.xlsx").read_bytes() == before


def test_what_fails_after_the_refresh_takes_nothing_from_it(small, nightly, monkeypatch, tmp_path):
    """A program that dies while it compares two nights: the refresh is done, and what was cut off is told."""
    acme = small("cut")
    nightly(acme.folder)
    (tmp_path / "sitecustomize.py").write_text(_FAILS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = nightly(acme.folder)
    assert done.exit_code == 0
    assert done.stdout == "cut: refresh 2 at 06:59, 1 flag, $230 at cost\n"
    assert done.stderr == "cut: its program ended with code 13, after the refresh was done\n"


def test_a_program_that_cannot_be_started_stops_no_other(small, nightly, monkeypatch):
    """Nor does a full disk, or whatever the starting program itself meets."""
    one, other = small("one"), small("other")
    real = subprocess.Popen

    def start(words: list[str], **more: object) -> subprocess.Popen[bytes]:
        if str(one.folder) in words:
            raise OSError(12, "Cannot allocate memory")
        return real(words, **more)

    monkeypatch.setattr("addin.nightly.subprocess.Popen", start)
    done = nightly(one.folder, other.folder)
    assert done.exit_code == 2
    lines = done.stdout.splitlines()
    assert lines[0].startswith("one: FAILED: Cannot allocate memory.")
    assert lines[1].startswith("other: refresh 1 at ")


def test_one_that_hangs_is_stopped_when_its_time_is_over(small, nightly, holding):
    """Its program is killed, its workbook is as it was, and the next brand is refreshed."""
    hangs, well = small("hangs"), small("well")
    before = (hangs.folder / "master.xlsx").read_bytes()
    holding(hangs.folder)
    done = nightly(hangs.folder, well.folder, "--minutes", 0.25)
    assert done.exit_code == 2
    lines = done.stdout.splitlines()
    assert lines[0].startswith("hangs: FAILED: not done within 15 seconds, and was stopped; the workbook is whole. Run")
    assert lines[1].startswith("well: refresh 1")
    assert (hangs.folder / "master.xlsx").read_bytes() == before
    with alone(hangs.place, wait=0):
        pass


def test_a_second_night_of_a_brand_says_who_refreshes_it(small, nightly, holding):
    """It does not wait: the brand would be refreshed twice in one night. Exit code 2."""
    acme = small("acme")
    acme.place.mkdir(parents=True, exist_ok=True)
    program = holding(acme.place, NIGHTLY)
    done = nightly(acme.folder)
    assert done.exit_code == 2
    assert done.stdout.startswith("acme: is being refreshed by nightly, since ")
    assert done.stdout.endswith(f"program {program.pid}\n")
    assert acme.remembered.last is None


def test_a_folder_given_twice_is_refreshed_once(small, nightly):
    """Under whatever name it is given."""
    acme = small("acme")
    done = nightly(acme.folder, acme.folder / ".." / "acme")
    assert done.stdout.count("refresh 1") == 1
    assert len(done.stdout.splitlines()) == 1


def test_what_was_set_aside_is_exit_code_3(small, nightly):
    """The line names it; a brand that failed goes before it."""
    acme = small("acme")
    acme.counts("flieber", None)
    done = nightly(acme.folder)
    assert done.exit_code == 3
    assert "; 1 set aside: Flieber (counts.csv: " in done.stdout
    assert nightly(acme.folder, acme.folder.parent / "nowhere").exit_code == 2


@pytest.mark.skipif(os.name != "posix", reason="a scheduler on Windows ends programs otherwise")
def test_a_scheduler_that_stops_it_stops_the_brands_program(small, holding):
    """After SIGTERM nothing refreshes the brand any more."""
    acme = small("acme")
    holding(acme.folder)
    acme.place.mkdir(parents=True, exist_ok=True)
    program = subprocess.Popen(
        [sys.executable, "-m", "addin.cli", "nightly", str(acme.folder)], stdout=subprocess.PIPE, text=True
    )
    until_held(acme.place, program)
    program.send_signal(signal.SIGTERM)
    assert program.communicate(timeout=30)[0] == ""
    assert program.returncode == 128 + signal.SIGTERM
    with alone(acme.place, wait=0):
        pass


def until_held(place: Path, program: subprocess.Popen[str]) -> None:
    """Returns once the brand's program holds its night."""
    while not (place / ".mastersheet.holder").exists():
        assert program.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            program.wait(0.05)


def test_a_brand_has_an_id_of_its_own(small):
    """Two brands remember their nights apart."""
    one, other = small("one"), small("other")
    assert one.place != other.place
    assert open_brand(one.folder).config.digest.to == ()
