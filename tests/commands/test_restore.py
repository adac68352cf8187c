"""`mastersheet restore`: the workbook of before the last refresh comes back, and nothing is lost by it."""

from __future__ import annotations

import pytest


@pytest.fixture
def twice_refreshed(three_systems, run):
    """A brand with two backups: the workbook as `new` made it, and as the first refresh did."""
    three_systems.new()
    for _ in range(2):
        assert run("refresh", three_systems.brand).exit_code == 0
    return three_systems.brand


def _backups(brand):
    return sorted((brand / "backups").iterdir())


def test_the_workbook_before_the_last_refresh_comes_back(twice_refreshed, run):
    """The newest backup stands in the workbook's place, byte for byte, and stays a backup; the other is kept."""
    workbook, (_, newest) = twice_refreshed / "master.xlsx", _backups(twice_refreshed)
    wanted, replaced = newest.read_bytes(), workbook.read_bytes()
    result = run("restore", twice_refreshed)
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith(f"master.xlsx is {newest.name} again\n")
    assert workbook.read_bytes() == wanted
    kept = _backups(twice_refreshed)[-1]
    assert kept.read_bytes() == replaced
    assert kept.name in result.stderr
    assert newest.read_bytes() == wanted


def test_a_second_restore_undoes_the_first(twice_refreshed, run):
    """What a restore replaced is the newest backup: restoring again brings it back."""
    before = (twice_refreshed / "master.xlsx").read_bytes()
    for _ in range(2):
        assert run("restore", twice_refreshed).exit_code == 0
    assert (twice_refreshed / "master.xlsx").read_bytes() == before


def test_a_backup_can_be_chosen_from_the_list(twice_refreshed, run):
    """--list names them, the newest first, and changes nothing; --backup takes one of them."""
    oldest, newest = _backups(twice_refreshed)
    before = (twice_refreshed / "master.xlsx").read_bytes()
    listed = run("restore", twice_refreshed, "--list")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [newest.name, oldest.name]
    assert (twice_refreshed / "master.xlsx").read_bytes() == before
    assert run("restore", twice_refreshed, "--backup", oldest.name).exit_code == 0
    assert (twice_refreshed / "master.xlsx").read_bytes() == oldest.read_bytes()


def test_a_lost_or_broken_workbook_comes_back(twice_refreshed, run):
    """What restore is for: the file is gone, or is no workbook any more. The broken one is kept all the same."""
    workbook = twice_refreshed / "master.xlsx"
    wanted = _backups(twice_refreshed)[-1].read_bytes()
    workbook.unlink()
    assert run("restore", twice_refreshed).exit_code == 0
    assert workbook.read_bytes() == wanted
    workbook.write_bytes(b"half a workb")
    assert run("restore", twice_refreshed).exit_code == 0
    assert workbook.read_bytes() == wanted
    assert _backups(twice_refreshed)[-1].read_bytes() == b"half a workb"


def test_no_backup_is_one_clear_line(three_systems, run):
    """Nothing to bring back, or a name that is none of them: one line that says what there is."""
    three_systems.new()
    result = run("restore", three_systems.brand)
    assert result.exit_code == 2
    assert "backups: holds no backup of master.xlsx" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    listed = run("restore", three_systems.brand, "--list")
    assert (listed.exit_code, listed.stdout) == (0, "")
    run("refresh", three_systems.brand)
    (only,) = _backups(three_systems.brand)
    result = run("restore", three_systems.brand, "--backup", "yesterday.xlsx")
    assert result.exit_code == 2
    assert f"holds no backup called yesterday.xlsx; expected one of its 1: {only.name}" in result.stderr


@pytest.mark.parametrize("broken", [b"", b"half a workb"])
def test_a_broken_backup_is_not_brought_back(broken, twice_refreshed, run):
    """A backup that cannot be read replaces nothing."""
    workbook, newest = twice_refreshed / "master.xlsx", _backups(twice_refreshed)[-1]
    before = workbook.read_bytes()
    newest.write_bytes(broken)
    result = run("restore", twice_refreshed)
    assert result.exit_code == 2
    assert newest.name in result.stderr
    assert workbook.read_bytes() == before


def test_an_open_workbook_is_left_alone(twice_refreshed, run):
    """While Excel holds the workbook nothing is brought back."""
    workbook = twice_refreshed / "master.xlsx"
    before = workbook.read_bytes()
    (twice_refreshed / "~$master.xlsx").write_bytes(b"\x05buyer")
    result = run("restore", twice_refreshed)
    assert result.exit_code == 2
    assert "is open in Excel" in result.stderr
    assert workbook.read_bytes() == before
    assert len(_backups(twice_refreshed)) == 2


def test_the_backup_brought_back_outlives_the_newest_ten(twice_refreshed, run):
    """Restoring the oldest of ten keeps it, though what it replaced makes eleven."""
    newest = _backups(twice_refreshed)[-1]
    for day in range(10, 18):
        (twice_refreshed / "backups" / f"master-202001{day}-000000.xlsx").write_bytes(newest.read_bytes())
    oldest = _backups(twice_refreshed)[0]
    assert run("restore", twice_refreshed, "--backup", oldest.name).exit_code == 0
    assert oldest.exists()
    assert len(_backups(twice_refreshed)) == 11
