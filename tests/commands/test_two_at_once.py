"""Two refreshes of one brand: the second waits, then says who holds it; a killed one holds nothing."""

from __future__ import annotations

import pytest

from connectors.errors import BrandBusy
from sheets.alone import HOLDER, alone


def test_the_second_says_who_holds_it(holding, tmp_path):
    """After the wait one line names who refreshes, since when and by which program; the block is not entered."""
    program = holding(tmp_path)
    said: list[str] = []
    with pytest.raises(BrandBusy) as busy, alone(tmp_path, wait=0.5, progress=said.append):
        pytest.fail("two at once")
    assert "another refresh is running (ann, since " in busy.value.line
    assert f"program {program.pid})" in busy.value.line
    assert len(said) == 1


def test_the_second_goes_on_when_the_first_has_ended(holding, tmp_path):
    """Waiting ends with the other refresh, and leaves no word of who held it."""
    program = holding(tmp_path)
    with pytest.raises(BrandBusy), alone(tmp_path, wait=0.0):
        pytest.fail("two at once")
    program.communicate("\n")
    with alone(tmp_path, who="bob", wait=30.0):
        assert "bob" in (tmp_path / HOLDER).read_text()
    assert not (tmp_path / HOLDER).exists()


def test_a_killed_refresh_holds_nothing(holding, tmp_path):
    """The system frees what a killed program held: the next refresh need not wait, whatever file was left."""
    program = holding(tmp_path)
    program.kill()
    program.communicate()
    assert (tmp_path / HOLDER).exists()
    with alone(tmp_path, wait=5.0):
        pass
    assert not (tmp_path / HOLDER).exists()


def test_a_refresh_that_may_not_begin_writes_nothing(three_systems, run, holding, monkeypatch):
    """The command ends with exit code 2 and one line; the workbook and its backups are as they were."""
    three_systems.new()
    before = (three_systems.brand / "master.xlsx").read_bytes()
    holding(three_systems.brand)
    monkeypatch.setattr("sheets.alone.WAIT", 0.3)
    result = run("refresh", three_systems.brand)
    assert result.exit_code == 2
    assert "another refresh is running (ann" in result.stderr
    assert (three_systems.brand / "master.xlsx").read_bytes() == before
    assert "another refresh is running (ann" in run("restore", three_systems.brand).stderr
    assert run("check", three_systems.brand).exit_code == 0
    assert run("refresh", three_systems.brand, "--dry-run").exit_code == 0
