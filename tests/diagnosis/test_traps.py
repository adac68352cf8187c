"""Traps of real reports: pairs that cancel, units between Amazon's own centres, stock that countries share."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sheets.brand import open_brand
from sheets.new_brand import new_brand
from sheets.refresh import check
from sheets.report import as_json
from tests.diagnosis.given import FBA, SELLER_CENTRAL, Given, Move, levels, parts, sales
from tests.diagnosis.given import row_of as row

COUNTS = "sku,location,state,units,as_of\n"
MOVES = "sku,location,event,units,at,reference,order_type\n"
DAYS = [f"2026-10-0{day}" for day in range(1, 6)]


def told(folder: Path, files: dict[str, str]) -> dict[str, object]:
    """What the check says of a brand made of these files."""
    for name, text in files.items():
        path = folder / "setup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    now = pd.Timestamp("2026-10-06", tz="UTC")
    new_brand(folder / "brand", setup=folder / "setup", now=now)
    return as_json(check(open_brand(folder / "brand"), now=now), all_rows=True)


def row_of(report, sku="A", system="Skubana"):
    [row] = [row for row in report["gaps"] if row["sku"] == sku and row["system"] == system]
    return row


@pytest.fixture
def at_fba(tmp_path):
    """at_fba(moves, theirs): SKU A at FBA US; Seller Central's movements, and Skubana's units day by day."""

    def make(moves: list[str], ours: list[int], theirs: list[int]) -> dict[str, object]:
        return told(
            tmp_path,
            {
                "locations.csv": "location,segment,kind\nFBA US,US,fba\n",
                "source_map.csv": "location,system,role,states\nFBA US,Seller Central,authority,on_hand\n"
                "FBA US,Skubana,secondary,on_hand\n",
                "skus.csv": "sku,unit_cost\nA,5\n",
                "exports/seller-central/counts.csv": COUNTS
                + "".join(f"A,FBA US,on_hand,{units},{day}\n" for day, units in zip(DAYS, ours, strict=True)),
                "exports/seller-central/movements.csv": MOVES + "".join(f"{line}\n" for line in moves),
                "exports/skubana/counts.csv": COUNTS
                + "".join(f"A,FBA US,on_hand,{units},{day}\n" for day, units in zip(DAYS, theirs, strict=True)),
            },
        )

    return make


SALE = "A,FBA US,sale,-3,2026-10-02,,"


def test_a_transfer_between_amazons_centres_is_no_cause(at_fba):
    """Units that leave one centre and reach another on the same day are not named for what an adjustment did."""
    report = at_fba(
        [
            SALE,
            "A,FBA US,transfer_out,-30,2026-10-03,FC-77,",
            "A,FBA US,transfer_in,30,2026-10-03,FC-77,",
            "A,FBA US,adjustment,-30,2026-10-03,4817250936,M:SELLABLE",
        ],
        [500, 497, 467, 467, 467],
        [500, 497, 497, 497, 497],
    )
    row = row_of(report)
    assert (row["gap"], row["cause"], row["remainder"]) == (30, "transaction", 0)
    assert [part["references"] for part in row["explained"]] == [["4817250936"]]


def test_a_transfer_of_several_days_cancels_when_it_arrives(at_fba):
    """While units are between two centres Amazon's count stands without them; afterwards nothing is left to explain."""
    report = at_fba(
        [SALE, "A,FBA US,transfer_out,-30,2026-10-02,FC-78,", "A,FBA US,transfer_in,30,2026-10-04,FC-78,"],
        [500, 467, 467, 497, 497],
        [500, 497, 497, 497, 497],
    )
    row = row_of(report)
    assert (row["gap"], row["flagged"], row["explained"]) == (0, False, [])


def test_damage_pairs_of_the_ledger_net_to_nothing(at_fba):
    """Q and P of one number move units from sellable to damaged: on hand stays, and no cause is made of them."""
    report = at_fba(
        [
            SALE,
            "A,FBA US,adjustment,-20,2026-10-03,5550001111,Q:SELLABLE",
            "A,FBA US,adjustment,20,2026-10-03,5550001111,P:DEFECTIVE",
            "A,FBA US,adjustment,-24,2026-10-04,5550002222,M:SELLABLE",
        ],
        [500, 497, 497, 473, 473],
        [500, 497, 497, 497, 497],
    )
    row = row_of(report)
    assert (row["gap"], [part["references"] for part in row["explained"]]) == (24, [["5550002222"]])


def test_a_movement_just_after_midnight_belongs_to_the_brands_day(tmp_path):
    """06:30 UTC on the 4th is still the 3rd in Los Angeles: a count of the 3rd holds it, and nothing differs by it."""
    report = told(
        tmp_path,
        {
            "locations.csv": "location,segment,kind\nNJ,US,3pl\n",
            "source_map.csv": "location,system,role,states\nNJ,Portal,authority,on_hand\n"
            "NJ,Skubana,secondary,on_hand\n",
            "skus.csv": "sku,unit_cost\nA,5\n",
            "settings.csv": "setting,value\ntime zone,America/Los_Angeles\n",
            "exports/portal/counts.csv": COUNTS + "A,NJ,on_hand,500,2026-10-02\nA,NJ,on_hand,460,2026-10-03\n",
            "exports/portal/movements.csv": MOVES + "A,NJ,sale,-40,2026-10-04T06:30:00Z,WH-1,wholesale\n",
            "exports/skubana/counts.csv": COUNTS + "A,NJ,on_hand,500,2026-10-02\nA,NJ,on_hand,500,2026-10-03\n",
        },
    )
    row = row_of(report)
    assert (row["gap"], row["cause"], row["last_agreed"]) == (40, "timing", "2026-10-02")
    assert [part["references"] for part in row["explained"]] == [["WH-1"]]


def test_a_pool_is_explained_where_its_ledger_is(tmp_path):
    """Two countries show one stock: it counts once, and the gap in each is of one adjustment, named by one ledger."""
    brand = Given(places={FBA: (SELLER_CENTRAL, "fba"), "FBA CA": (SELLER_CENTRAL, "fba")})
    brand.locations = [f"{FBA},US,fba,North America", "FBA CA,Canada,fba,North America"]
    orders = sales(0, range(brand.days))
    moves = [*orders, Move(12, -40, "4817250936", "adjustment")]
    brand.right(SELLER_CENTRAL, "TENT-1", FBA, 500, moves)
    brand.count(SELLER_CENTRAL, "TENT-1", "FBA CA", levels(500, moves, brand.days))
    for place in (FBA, "FBA CA"):
        brand.theirs("TENT-1", place, 500, orders)
    report = brand.check(tmp_path)
    assert parts(row(report, "TENT-1", FBA)) == [("transaction", 40, ["4817250936"], "proven")]
    assert parts(row(report, "TENT-1", "FBA CA")) == [("transaction", 40, [], "likely")]
    [total] = report["totals"]
    assert (total["total"], total["low"], total["high"]) == (412, 412, 412)
