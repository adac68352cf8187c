"""Buyer's empty cells: filled from what systems say, never over what the buyer wrote, never from part of a month."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from connectors.frames import Batch, empty
from sheets.filled import filled
from sheets.setup_tables import read_setup

AS_OF = pd.Timestamp("2026-10-05T23:59:59", tz="UTC").as_unit("us")
SELLER = "Seller Central"


def setup(demand: list[dict] | None = None, **sku: object):
    """Two countries of FBA; Skubana is compared, so it names nothing."""
    return read_setup(
        {
            "locations": pd.DataFrame({"location": ["FBA US", "FBA CA"], "segment": ["US", "Canada"], "kind": "fba"}),
            "source_map": pd.DataFrame(
                {
                    "location": ["FBA US", "FBA CA", "FBA US"],
                    "system": [SELLER, SELLER, "Skubana"],
                    "role": ["authority", "authority", "secondary"],
                    "system_location": ["FBA US", "FBA CA", "FBA"],
                    "states": "on_hand",
                }
            ),
            "skus": pd.DataFrame([{"sku": "A", **sku}, {"sku": "B"}]),
            "demand": pd.DataFrame(demand or [], columns=["sku", "segment", "units_per_day"]),
            "identifiers": pd.DataFrame(
                [{"system": SELLER, "system_sku": "A-12", "sku": "A", "units_per": 12, "kind": "case"}]
            ),
            "settings": pd.DataFrame({"setting": ["Rate CAD"], "value": [0.75]}),
        }
    )


def sales(rows: list[tuple[str, str, str, str, int, float | None, str]]) -> Batch:
    """Sales of (location, SKU, first day, last day, units, revenue, currency)."""
    frame = pd.DataFrame(
        rows, columns=["system_location", "system_sku", "first", "last", "units", "revenue", "currency"]
    )
    for name in ("first", "last"):
        frame[name] = pd.to_datetime(frame[name] + "T23:59:59Z").astype("datetime64[us, UTC]")
    frame = frame.assign(system=SELLER, source="orders.txt", row=2).astype({"revenue": "float64"})
    return Batch(sales=frame[list(empty("sales").columns)])


def daily(days: int, place: str = "FBA US", units: int = 3, revenue: float | None = 30.0, currency: str = "USD"):
    """A row for each of the last days."""
    each = [f"{AS_OF - pd.Timedelta(days=back):%Y-%m-%d}" for back in range(days)]
    return [(place, "A", day, day, units, revenue, currency) for day in each]


def rates(found) -> list[tuple]:
    """The demand as (sku, segment, units per day, source)."""
    return list(found.demand[["sku", "segment", "units_per_day", "source"]].itertuples(index=False, name=None))


def test_thirty_days_of_orders_fill_demand_and_revenue():
    """3 a day at $30 are a rate of 3 and $900; 90 days are not covered and stay empty."""
    found = filled(setup(), sales(daily(30)), AS_OF)
    assert rates(found) == [("A", "US", 3.0, "Seller Central, 30 days to 2026-10-05")]
    assert found.demand["max_cover_days"].tolist() == [120.0]
    assert found.skus["revenue_30_d"].tolist()[0] == 900
    assert np.isnan(found.skus["revenue_90_d"].tolist()[0])


def test_ninety_days_fill_both():
    """The sums are of the last 30 and of the last 90 days."""
    found = filled(setup(), sales(daily(91)), AS_OF)
    assert found.skus[["revenue_30_d", "revenue_90_d"]].iloc[0].tolist() == [900, 2700]


@pytest.mark.parametrize("rows", [daily(29), [row for row in daily(40) if row[2] < "2026-10-03"]])
def test_part_of_a_month_fills_nothing(rows):
    """29 days, or a month that ended days ago, are not the last 30 days."""
    found = filled(setup(), sales(rows), AS_OF)
    assert rates(found) == []
    assert found.skus["revenue_30_d"].isna().all()


def test_a_place_that_rarely_sells_is_covered_by_its_file():
    """One sale in Canada in a file that covers the month is a month's sales; CAD at 0.75 are dollars."""
    found = filled(setup(), sales([*daily(30), ("FBA CA", "A", "2026-09-20", "2026-09-20", 6, 40.0, "CAD")]), AS_OF)
    assert rates(found)[1][:3] == ("A", "Canada", 0.2)
    assert found.skus["revenue_30_d"].tolist()[0] == 930


def test_without_daily_orders_the_reports_own_sum_of_30_days_counts():
    """One row of 30 days with 45 units is 1.5 a day."""
    found = filled(setup(), sales([("FBA US", "A", "2026-09-06", "2026-10-05", 45, 500.0, "USD")]), AS_OF)
    assert rates(found)[0][:3] == ("A", "US", 1.5)
    assert found.skus["revenue_30_d"].tolist()[0] == 500


def test_a_currency_without_a_rate_leaves_revenue_empty():
    """Units are known all the same."""
    found = filled(setup(), sales(daily(30, currency="MXN")), AS_OF)
    assert found.skus["revenue_30_d"].isna().all()
    assert rates(found)[0][2] == 3.0


def test_orders_without_a_price_yet_are_left_out_of_revenue():
    """Pending orders have none; the rest is summed, and nothing priced is not a revenue of 0."""
    rows = daily(30)
    rows[0] = (*rows[0][:5], None, None)
    assert filled(setup(), sales(rows), AS_OF).skus["revenue_30_d"].tolist()[0] == 870
    assert filled(setup(), sales(daily(30, revenue=None)), AS_OF).skus["revenue_30_d"].isna().all()


def test_a_case_sells_its_units():
    """One case of 12 a day is 12 a day of the SKU."""
    rows = [(place, "A-12", first, last, 1, revenue, c) for place, _, first, last, _, revenue, c in daily(30)]
    assert rates(filled(setup(), sales(rows), AS_OF))[0][2] == 12.0


def test_what_the_buyer_wrote_stays():
    """A rate of 0, a revenue and a title are not replaced."""
    mine = setup([{"sku": "A", "segment": "US", "units_per_day": 0}], revenue_30_d=1, title="Mine")
    batch = sales(daily(30))
    batch = Batch(sales=batch.sales, identifiers=names(("A", SELLER, "Theirs")))
    found = filled(mine, batch, AS_OF)
    assert [row[:3] for row in rates(found)] == [("A", "US", 0.0)]
    assert found.skus["revenue_30_d"].tolist()[0] == 1
    assert found.skus["title"].tolist()[0] == "Mine"


def names(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Identifiers with a title, an ASIN and nothing else."""
    frame = pd.DataFrame(rows, columns=["system_sku", "system", "title"]).assign(asin="B00", fnsku=None, upc=None)
    return frame[list(empty("identifiers").columns)].astype("str")


def test_names_come_from_systems_that_are_right_somewhere():
    """Seller Central's title fills the cell, the order manager's does not; a case's own title is not the SKU's."""
    batch = Batch(identifiers=names(("B", "Skubana", "No"), ("A-12", SELLER, "Case"), ("A", SELLER, "Lamp")))
    skus = filled(setup(), batch, AS_OF).skus
    assert skus["title"].tolist()[0] == "Lamp"
    assert skus["title"].isna().tolist() == [False, True]
    assert skus["asin"].tolist()[0] == "B00"
    assert skus["fnsku"].isna().all()
