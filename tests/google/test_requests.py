"""What a refresh asks of Google, counted beside gspread's ordinary calls and gspread-dataframe."""

from __future__ import annotations

from benchmarks.google import measured


def test_one_changed_count_is_three_reads_and_one_write(capsys):
    """And some twenty cells; the other ways read and write every tab. `python -m benchmarks google` has 5,000 SKUs."""
    counted = measured(40).counted
    with capsys.disabled():
        print()
        for name, one in counted.items():
            print(f"{name:38} {one.reads:4} reads {one.writes:4} writes {one.cells:8,} cells")
    again = {name.partition(": ")[2]: one for name, one in counted.items() if name.startswith("one count changed")}
    ours = again.pop("mastersheet")
    assert (ours.reads, ours.writes) == (3, 1)
    assert ours.cells <= 30
    assert set(again) == {"gspread", "gspread-dataframe"}
    for one in again.values():
        assert one.reads + one.writes > 20
        assert one.cells > 50 * ours.cells
