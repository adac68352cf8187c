"""The daily check's table: what fits, what gives way, and what cannot steer the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from addin.screen import show
from sheets.money import money


def drawn(found, width: int) -> list[str]:
    """The lines on a terminal of that width."""
    stream = io.StringIO()
    show(found, Console(file=stream, width=width, force_terminal=True, color_system=None, highlight=False))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


@pytest.fixture(scope="module")
def found(demo_made):
    """The demo's reconciliation."""
    import pandas as pd

    from sheets.brand import open_brand
    from sheets.demo import clock
    from sheets.refresh import check

    return check(open_brand(demo_made[0]), now=clock(demo_made[0], pd.Timestamp("2026-10-06", tz="UTC")))


@pytest.mark.parametrize("width", [95, 100, 120, 160])
def test_numbers_and_skus_are_whole_at_any_usual_width(found, width):
    """The title gives way; SKU, location, units, gap and flag never do."""
    lines = drawn(found, width)
    (row,) = [line for line in lines if "FH-HDLMP-400" in line and "In Transit To FBA US" in line]
    assert [part for part in ("24", "Flieber", "48", "+24", "10", "$269", "TIMING") if part not in row.split()] == []
    table = lines[2 : 2 + 3 + len(found.daily)]
    assert max(map(len, table)) <= width


def test_the_title_stands_where_there_is_room(found):
    """At 160 columns all of it, at 120 its beginning, at 95 nothing."""
    assert any("Headlamp 400 Lumen" in line for line in drawn(found, 160))
    assert any("Headlamp" in line and "…" in line for line in drawn(found, 120))
    assert not any("Headlamp" in line for line in drawn(found, 95))


def test_text_from_systems_does_not_steer_the_terminal(three_systems, run):
    """A sign that turns the writing round is shown as ?, and brackets are no colour."""
    three_systems.file("exports/skubana/counts.csv", "sku,location,state,units,as_of\nA,FBA,on_hand,487,2026-10-05\n"
                       "[red]X\u202e[2J,FBA,on_hand,5,2026-10-05\n")  # fmt: skip
    three_systems.new()
    said = run("check", three_systems.brand).stdout
    assert "\u202e" not in said
    assert "[red]X?[2J" in said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [(101430.4, "USD", "$101,430"), (-5, "EUR", "-€5"), (500, "SEK", "SEK 500")],
)
def test_money_is_said_with_its_currency(amount, currency, said):
    """Whole, with its sign or code."""
    assert money(amount, currency) == said
