"""`check --all --json` on brands made by hand: every number stands in the exports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "check.schema.json").read_text(encoding="utf-8"))


def valid(report: dict) -> dict:
    """The report, which the published schema accepts."""
    Draft202012Validator(SCHEMA).validate(report)
    return report


def test_three_systems_give_three_numbers_and_one_of_them_is_right(three_systems):
    """Flieber 500 is within 15.3 of Seller Central's 510; Skubana's 487 is not."""
    three_systems.new()
    report = valid(three_systems.report())
    same = {
        "sku": "A", "location": "FBA US", "authority": "Seller Central", "authority_units": 510, "threshold": 15.3,
        "age": "", "verdict": None, "cause": None, "explained": [], "last_agreed": None,
    }  # fmt: skip
    assert report == {
        "schema_version": 1,
        "as_of": "2026-10-05",
        "checked_skus": 1,
        "gaps": [
            {"system": "Flieber", "system_units": 500, "gap": -10, "flagged": False, "flag": "OK"}
            | same | {"remainder": -10},
            {"system": "Skubana", "system_units": 487, "gap": -23, "flagged": True, "flag": "CHECK"}
            | same | {"remainder": -23, "verdict": "open"},
        ],
        "positions": [
            {"sku": "A", "location": "FBA US", "segment": "US", "units": 510, "source": "Seller Central",
             "as_of": "2026-10-05", "stale": False},
        ],
        "totals": [
            {"sku": "A", "segments": {"US": 510}, "total": 510, "order_against": 510, "low": 487, "high": 510,
             "order": "HOLD", "parts": {"sellable": 510, "on_the_way": 0, "on_order": 0, "owed": 0}},
        ],
        "overstock": [],
        "unmapped": [],
        "set_aside": [],
    }  # fmt: skip


def test_the_same_command_gives_the_same_bytes(three_systems):
    """Two runs differ in nothing."""
    three_systems.new()
    assert three_systems.report() == three_systems.report()


def test_a_segments_cover_uses_its_own_rate(made):
    """1,500 units in Canada that sell 2 a day are 750 days and 1,260 over, which the total of 4,800 allowed hides."""
    made.file(
        "locations.csv",
        """\
        location,segment,kind
        3PL NJ,US,3pl
        3PL Toronto,Canada,3pl
        """,
    )
    made.file(
        "source_map.csv",
        """\
        location,system,role,states
        3PL NJ,3PL Portal,authority,on_hand
        3PL Toronto,3PL Portal,authority,on_hand
        """,
    )
    made.file(
        "skus.csv",
        """\
        sku,unit_cost
        A,10
        """,
    )
    made.file(
        "demand.csv",
        """\
        sku,segment,units_per_day,max_cover_days
        A,US,38,120
        A,Canada,2,120
        """,
    )
    made.file(
        "exports/3pl-portal/counts.csv",
        """\
        sku,location,state,units,as_of
        A,3PL NJ,on_hand,1000,2026-10-05
        A,3PL Toronto,on_hand,1500,2026-10-05
        """,
    )
    made.new()
    report = valid(made.report())
    assert report["totals"][0]["segments"] == {"US": 1000, "Canada": 1500}
    assert report["overstock"] == [
        {"sku": "A", "segment": "Canada", "units": 1500, "units_per_day": 2, "days_of_cover": 750, "over_units": 1260,
         "over_value": 12600, "masked": True},
    ]  # fmt: skip


def test_two_countries_without_a_pool_add(made):
    """900 in the US and 120 in Canada are 1,020 units."""
    fba(made, {"US": 900, "CA": 120})
    made.new()
    report = valid(made.report())
    assert report["totals"][0]["segments"] == {"US": 900, "CA": 120}
    assert report["totals"][0]["total"] == 1020


def test_a_named_pool_counts_once(made):
    """100 units that three countries show are 100 units: positions and segments add up to them."""
    fba(made, {"DE": 100, "FR": 100, "IT": 100}, pool="EU")
    made.new()
    report = valid(made.report())
    assert report["totals"][0]["total"] == 100
    assert report["totals"][0]["order_against"] == 100
    assert sum(row["units"] for row in report["positions"]) == 100
    assert sum(report["totals"][0]["segments"].values()) == 100


def fba(made, units: dict[str, int], pool: str = "") -> None:
    """One SKU in the FBA stock of some countries."""
    made.file("locations.csv", "location,segment,kind,pool\n" + "".join(f"FBA {c},{c},fba,{pool}\n" for c in units))
    rows = "".join(f"FBA {c},Seller Central,authority,on_hand\n" for c in units)
    made.file("source_map.csv", "location,system,role,states\n" + rows)
    made.file("skus.csv", "sku\nA\n")
    counts = "".join(f"A,FBA {c},on_hand,{number},2026-10-05\n" for c, number in units.items())
    made.file("exports/seller-central/counts.csv", "sku,location,state,units,as_of\n" + counts)


@pytest.mark.parametrize(
    ("amazon", "portal", "under_way"),
    [
        ("PLANNED,60,,", "SHIPPED,60,,2026-10-04", 60),
        ("SHIPPED,60,,2026-10-04", "PLANNED,60,,", 0),
        ("SHIPPED,60,,2026-10-04", "SHIPPED,60,,2026-10-04", 60),
    ],
    ids=["shipped out and still planned", "counted as shipped and still there", "both say shipped"],
)
def test_a_unit_stands_in_one_place_while_it_is_handed_over(made, amazon, portal, under_way):
    """Units are under way exactly when the warehouse has shipped them out, whatever Amazon says of the shipment."""
    made.file(
        "locations.csv",
        """\
        location,segment,kind
        3PL NJ,US,3pl
        FBA US,US,fba
        In Transit To FBA US,US,transit
        """,
    )
    made.file(
        "source_map.csv",
        """\
        location,system,role,system_location,states
        3PL NJ,3PL Portal,authority,3PL NJ,on_hand
        FBA US,Seller Central,authority,FBA US,on_hand
        In Transit To FBA US,Seller Central,authority,FBA US,inbound_shipped;inbound_receiving
        """,
    )
    made.file("skus.csv", "sku\nA\n")
    inbound = 60 if amazon.startswith("SHIPPED") else 0
    at_home = 100 if portal.startswith("PLANNED") else 40
    made.file(
        "exports/seller-central/counts.csv",
        f"""\
        sku,location,state,units,as_of
        A,FBA US,on_hand,200,2026-10-05
        A,FBA US,inbound_shipped,{inbound},2026-10-05
        A,FBA US,inbound_receiving,0,2026-10-05
        """,
    )
    header = (
        "shipment,sku,from_location,to_location,status,shipped_units,received_units,shipped_at,arrived_at,closed_at"
    )
    made.file("exports/seller-central/shipments.csv", f"{header}\nFBA1,A,,FBA US,{amazon},,\n")
    made.file("exports/3pl-portal/shipments.csv", f"{header}\nFBA1,A,3PL NJ,FBA US,{portal},,\n")
    made.file(
        "exports/3pl-portal/counts.csv",
        f"""\
        sku,location,state,units,as_of
        A,3PL NJ,on_hand,{at_home},2026-10-05
        """,
    )
    made.new()
    report = valid(made.report())
    units = {row["location"]: row["units"] for row in report["positions"]}
    assert units == {"3PL NJ": at_home, "FBA US": 200, "In Transit To FBA US": under_way}
    assert report["totals"][0]["total"] == 300
    assert report["totals"][0]["parts"]["on_the_way"] == under_way


def test_a_warehouse_that_counted_before_a_shipment_left_opens_no_gap(made, run, changed_by_recalculation):
    """The units count once, at the warehouse; what others count in transit is compared with all that Amazon counts."""
    made.file(
        "locations.csv",
        """\
        location,segment,kind
        3PL NJ,US,3pl
        FBA US,US,fba
        In Transit To FBA US,US,transit
        """,
    )
    made.file(
        "source_map.csv",
        """\
        location,system,role,system_location,states
        3PL NJ,3PL Portal,authority,3PL NJ,on_hand
        FBA US,Seller Central,authority,FBA US,on_hand
        In Transit To FBA US,Seller Central,authority,FBA US,inbound_shipped
        In Transit To FBA US,Flieber,secondary,In Transit To FBA US,in_transit
        """,
    )
    made.file("skus.csv", "sku\nA\n")
    counts = "sku,location,state,units,as_of"
    amazon = ("A,FBA US,on_hand,200,2026-10-05", "A,FBA US,inbound_shipped,84,2026-10-05")
    made.file("exports/seller-central/counts.csv", "\n".join([counts, *amazon, ""]))
    made.file("exports/flieber/counts.csv", f"{counts}\nA,In Transit To FBA US,in_transit,84,2026-10-05\n")
    made.file("exports/3pl-portal/counts.csv", f"{counts}\nA,3PL NJ,on_hand,860,2026-10-04\n")
    header = "shipment,sku,from_location,to_location,status,shipped_units,received_units,shipped_at"
    sent = "FBA2,A,3PL NJ,FBA US,SHIPPED,84,0,2026-10-05"
    before = "FBA1,A,3PL NJ,FBA US,CLOSED,60,60,2026-09-01"
    made.file("exports/seller-central/shipments.csv", f"{header}\n{sent}\n")
    made.file("exports/3pl-portal/shipments.csv", f"{header}\n{before}\n")
    made.new()
    report = valid(made.report())
    [row] = report["gaps"]
    assert (row["authority_units"], row["system_units"], row["gap"], row["flagged"]) == (84, 84, 0, False)
    [total] = report["totals"]
    assert (total["order_against"], total["parts"]["on_the_way"]) == (860 + 200, 0)
    assert run("refresh", made.brand).exit_code == 0
    assert changed_by_recalculation(made.brand / "master.xlsx") == []


def test_a_case_of_twelve_counts_twelve(made):
    """Ten cases of 12 are 120 units, and no gap to 120."""
    portal(made, "A-CS12,Flieber,A,12,case")
    made.file("exports/flieber/counts.csv", "sku,location,state,units,as_of\nA-CS12,3PL,on_hand,10,2026-10-05\n")
    made.file("exports/3pl-portal/counts.csv", "sku,location,state,units,as_of\nA,3PL,on_hand,120,2026-10-05\n")
    made.new()
    (gap,) = valid(made.report())["gaps"]
    assert (gap["authority_units"], gap["system_units"], gap["gap"]) == (120, 120, 0)


def portal(made, identifier: str = "", absent: str = "unknown") -> None:
    """One SKU at one 3PL, whose portal is right; Flieber is compared."""
    made.file("locations.csv", "location,segment,kind\n3PL,US,3pl\n")
    made.file(
        "source_map.csv",
        f"""\
        location,system,role,states,absent
        3PL,3PL Portal,authority,on_hand,{absent}
        3PL,Flieber,secondary,on_hand,unknown
        """,
    )
    made.file("skus.csv", "sku,title\nA,Mug\nKIT,Two mugs\n")
    made.file("identifiers.csv", f"system_sku,system,sku,units_per,kind\n{identifier}\n")


def test_a_kit_is_its_own_stock_and_only_order_against_takes_it_apart(made):
    """5 kits of 2 mugs are 5 kits at their place, and 10 mugs in what the mugs are ordered against."""
    portal(made, "KIT,3PL Portal,A,2,kit")
    made.file(
        "exports/3pl-portal/counts.csv",
        """\
        sku,location,state,units,as_of
        A,3PL,on_hand,100,2026-10-05
        KIT,3PL,on_hand,5,2026-10-05
        """,
    )
    made.file("exports/flieber/counts.csv", "sku,location,state,units,as_of\nA,3PL,on_hand,100,2026-10-05\n")
    made.new()
    totals = {row["sku"]: row for row in valid(made.report())["totals"]}
    assert (totals["A"]["total"], totals["A"]["order_against"]) == (100, 110)
    assert (totals["KIT"]["total"], totals["KIT"]["order_against"]) == (5, 5)


ABSENT = """\
    sku,location,state,units,as_of
    A,3PL,on_hand,100,2026-10-04
    KIT,3PL,on_hand,5,2026-10-04
    KIT,3PL,on_hand,5,2026-10-05
    """


def test_absent_is_zero_where_the_map_says_so(made):
    """A SKU that the whole file of today does not list has 0 there, and the gap is the other's count."""
    portal(made, absent="zero")
    made.file("exports/3pl-portal/counts.csv", ABSENT)
    made.file("exports/flieber/counts.csv", "sku,location,state,units,as_of\nA,3PL,on_hand,98,2026-10-05\n")
    made.new()
    report = valid(made.report())
    gap = next(row for row in report["gaps"] if row["sku"] == "A")
    assert (gap["authority_units"], gap["gap"], gap["flag"], gap["age"]) == (0, 98, "CHECK", "")
    assert next(row for row in report["positions"] if row["sku"] == "A")["units"] == 0


def test_absent_is_unknown_otherwise_and_the_last_number_stands_as_stale(made):
    """The authority's 100 of yesterday stay, STALE, and open no flag."""
    portal(made)
    made.file("exports/3pl-portal/counts.csv", ABSENT)
    made.file("exports/flieber/counts.csv", "sku,location,state,units,as_of\nA,3PL,on_hand,60,2026-10-05\n")
    made.new()
    report = valid(made.report())
    gap = next(row for row in report["gaps"] if row["sku"] == "A")
    assert (gap["authority_units"], gap["age"], gap["flagged"]) == (100, "STALE", False)
    place = next(row for row in report["positions"] if row["sku"] == "A")
    assert (place["units"], place["stale"], place["as_of"]) == (100, True, "2026-10-04")


def test_a_secondary_that_lists_nothing_is_missing_and_the_gap_is_all_of_the_authoritys(made):
    """system_units is null, never 0, and the gap -100 is flagged NO COUNT."""
    portal(made)
    made.file("exports/3pl-portal/counts.csv", "sku,location,state,units,as_of\nA,3PL,on_hand,100,2026-10-05\n")
    made.file("exports/flieber/counts.csv", "sku,location,state,units,as_of\nKIT,3PL,on_hand,3,2026-10-05\n")
    made.new()
    gaps = {row["sku"]: row for row in valid(made.report())["gaps"]}
    assert (gaps["A"]["system_units"], gaps["A"]["gap"], gaps["A"]["flag"]) == (None, -100, "NO COUNT")
    silent = gaps["KIT"]
    assert [silent[name] for name in ("authority_units", "gap", "threshold", "remainder")] == [None] * 4
    assert not silent["flagged"]


def test_units_under_a_name_that_nothing_maps_are_reported(made):
    """40 units of A-FBM at Flieber stand under unmapped, with their state."""
    portal(made)
    made.file("exports/3pl-portal/counts.csv", "sku,location,state,units,as_of\nA,3PL,on_hand,100,2026-10-05\n")
    made.file(
        "exports/flieber/counts.csv",
        """\
        sku,location,state,units,as_of
        A,3PL,on_hand,100,2026-10-05
        A-FBM,3PL,on_hand,40,2026-10-05
        """,
    )
    made.new()
    assert valid(made.report())["unmapped"] == [
        {"system": "Flieber", "system_location": "3PL", "system_sku": "A-FBM", "state": "on_hand", "units": 40}
    ]


def test_the_demo_is_as_the_schema_says(demo_brand):
    """The demo's report, of all SKUs and of the daily check's, is valid, and covers 40 of them and 31."""
    whole = valid(demo_brand.report())
    assert whole["checked_skus"] == 40
    assert len(whole["totals"]) == 40


def test_the_demo_is_told_as_its_story(demo_brand):
    """Each planted gap of story.json stands in the report with its units and flag, and no other row is flagged."""
    story = json.loads((Path(__file__).parents[2] / "templates/demo/story.json").read_text(encoding="utf-8"))
    planted = {
        (fault["sku"], fault["location"], fault["system"]): (fault["gap"], fault["flagged"])
        for fault in story["faults"]
        if fault["gap"] is not None and fault["system"] is not None
    }
    report = demo_brand.report()
    found = {(row["sku"], row["location"], row["system"]): (row["gap"], row["flagged"]) for row in report["gaps"]}
    assert {key: found[key] for key in planted} == planted
    assert {key for key, (_, flagged) in found.items() if flagged} == {
        k for k, (_, flagged) in planted.items() if flagged
    }
