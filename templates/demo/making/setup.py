"""The brand's setup tables: where stock is, who is right there, what is sold and how fast."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Final

from making.catalogue import (
    BY_SKU,
    CASE_OF_12,
    FBA_CA,
    FBA_US,
    KIT,
    NJ,
    PLACES,
    PRODUCTS,
    SEGMENT,
    TORONTO,
    TRANSIT,
    dice,
)  # fmt: skip
from making.other_systems import CASE_SKU, FLIEBER_NAMES, SKUBANA_NAMES
from making.truth import events
from making.writing import Row, write_bytes, write_table

OVERSTOCKED: Final = "FH-TENT-4P-TAN"
MAX_COVER: Final = 120
_BUYING_TODAY: Final = {"FH-TENT-4P-TAN", "FH-HDLMP-400", "FH-SPORK-TI"}

_LOCATIONS: Final = ("location", "segment", "kind", "in_total", "pool", "pct", "units")
_SOURCE_MAP: Final = ("location", "system", "role", "system_location", "states", "absent")
_SKUS: Final = (
    "sku", "title", "asin", "fnsku", "upc", "unit_cost", "currency", "revenue_30_d", "revenue_90_d", "supplier",
    "lead_time", "case_pack", "buying_today", "status",
)  # fmt: skip
_DEMAND: Final = ("sku", "segment", "units_per_day", "max_cover_days", "unit_cost", "source")
_IDENTIFIERS: Final = ("system", "system_sku", "sku", "units_per", "kind")

_TOML: Final = """\
# Fernhill Outdoor, the demo brand. Lines that begin with # are notes for you.

[brand]
name = "Fernhill Outdoor"

# The workbook that is kept true. It lies beside this file.
[workbook]
file = "master.xlsx"

# One section per system. Its files lie in exports/, in the folder with the system's name.
# file_date says how the day stands in a file's name: "%Y-%m-%d" is 2026-10-05, and such a file holds
# the counts at the end of that day. A table with a column for the day needs none in its name.

# Right for units at FBA and on the way there. exports/seller-central/us and /ca, one folder per country.
[systems."Seller Central"]
file_date = "%Y-%m-%d"

# Right for units in the two 3PL warehouses. exports/3pl-portal
[systems."3PL Portal"]
file_date = "%Y-%m-%d"

# The order manager: compared, never ordered against. exports/skubana
[systems.Skubana]
file_date = "%Y-%m-%d"

# The planning tool: compared, never ordered against. exports/flieber
[systems.Flieber]
file_date = "%Y-%m-%d"

# The web store: its orders only, to see whether they reach the other systems. exports/shopify
[systems.Shopify]
file_date = "%Y-%m-%d"
"""


def write_setup(folder: Path) -> None:
    """Every setup table, and the brand's mastersheet.toml."""
    write_table(folder / "locations.csv", _LOCATIONS, _locations())
    write_table(folder / "source_map.csv", _SOURCE_MAP, _source_map())
    write_table(folder / "skus.csv", _SKUS, _skus())
    write_table(folder / "demand.csv", _DEMAND, _demand())
    write_table(folder / "identifiers.csv", _IDENTIFIERS, _identifiers())
    settings = (("brand currency", "USD"), ("time zone", "America/New_York"), ("top n", 30))
    write_table(folder / "settings.csv", ("setting", "value"), settings)
    write_bytes(folder / "mastersheet.toml", _TOML.encode("utf-8"))


def _locations() -> list[Row]:
    kinds = {NJ: "3pl", TORONTO: "3pl", FBA_US: "fba", FBA_CA: "fba"}
    rows: list[Row] = [(place, SEGMENT[place], kinds[place], "yes", "", "", "") for place in PLACES]
    return [*rows, *((TRANSIT[place], SEGMENT[place], "transit", "yes", "", "", "") for place in TRANSIT)]


def _source_map() -> list[Row]:
    rows: list[Row] = []
    for place in PLACES:
        if place in (NJ, TORONTO):
            rows.append((place, "3PL Portal", "authority", place, "on_hand", "zero"))
        else:
            rows.append((place, "Seller Central", "authority", place, "on_hand", "unknown"))
        rows.append((place, "Skubana", "secondary", SKUBANA_NAMES[place], "on_hand", "unknown"))
        rows.append((place, "Flieber", "secondary", FLIEBER_NAMES[place], "on_hand", "unknown"))
    for place in (FBA_US, FBA_CA):
        states = "inbound_shipped;inbound_receiving"
        rows.append((TRANSIT[place], "Seller Central", "authority", place, states, "unknown"))
        rows.append((TRANSIT[place], "Flieber", "secondary", FLIEBER_NAMES[place], "in_transit", "unknown"))
    return rows


def sold() -> dict[tuple[str, str], int]:
    """Units that left per SKU and segment in the thirty days."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for one in events():
        if one.kind == "sale":
            found[one.sku, SEGMENT[one.place]] -= one.units
    return found


def revenue(sku: str) -> tuple[int, int]:
    """Dollars of the last 30 and 90 days."""
    last = round(sum(units for (name, _), units in sold().items() if name == sku) * BY_SKU[sku].price)
    return last, round(last * (2.6 + 0.9 * dice("revenue", sku).random()))


def _skus() -> list[Row]:
    return [
        (
            one.sku, one.title, one.asin, one.fnsku, one.upc, f"{one.cost:.2f}", "USD", *revenue(one.sku), one.supplier,
            one.lead_time, one.case_pack, "yes" if one.sku in _BUYING_TODAY else "no", one.status,
        )
        for one in PRODUCTS
    ]  # fmt: skip


def _demand() -> list[Row]:
    rows: list[Row] = []
    for product in PRODUCTS:
        for segment in ("US", "Canada") if product.in_canada else ("US",):
            rate = round(sold()[product.sku, segment] / 30, 1)
            rows.append((product.sku, segment, f"{rate:g}", MAX_COVER, "", "sales of the last 30 days"))
    return rows


def _identifiers() -> list[Row]:
    kit = [("Skubana", "FH-KIT-COOK", part, units, "kit") for part, units in KIT.items()]
    return [("Skubana", CASE_SKU, CASE_OF_12, 12, "case"), *kit]
