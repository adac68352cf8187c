"""Re-makes every data file of the demo brand, the same bytes each time: python templates/demo/generate.py

`making/` tells thirty days of what physically happened and what each system saw of it. `check` then reads the
written files alone and proves that the ledgers add up and that no gap stands in them but those of story.json.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from typing import Final

from making import other_systems, seller_central, setup, story
from making.catalogue import day

HERE: Final = Path(__file__).resolve().parent
MOST_BYTES: Final = 3_000_000
LAST_DAY: Final = "2026-10-05"

Row = dict[str, str]
Units = dict[tuple[str, str], int]  # (system location, SKU) -> units


def generate(folder: Path = HERE) -> None:
    """Writes setup tables, exports and story.json; what stood in exports before is gone."""
    exports = folder / "exports"
    if exports.exists():
        shutil.rmtree(exports)
    setup.write_setup(folder)
    for country in seller_central.COUNTRIES:
        seller_central.write_country(exports / "seller-central", country)
    other_systems.write_portal(exports / "3pl-portal")
    other_systems.write_skubana(exports / "skubana")
    other_systems.write_flieber(exports / "flieber")
    other_systems.write_shopify(exports / "shopify")
    story.write_story(folder)


def check(folder: Path = HERE) -> None:
    """Reads the written files back and raises AssertionError where they do not hold together."""
    _check_gaps(folder)
    _check_overstock(folder)
    for country in ("us", "ca"):
        _check_ledger(folder, country)
        _check_orders(folder, country)
        _check_reserved(folder, country)
    size = sum(path.stat().st_size for path in (folder / "exports").rglob("*") if path.is_file())
    assert size < MOST_BYTES, size


def _read(path: Path, *, encoding: str = "utf-8") -> list[Row]:
    """A table's rows: tab-separated and unquoted if it is a .txt, else CSV."""
    text = path.read_bytes().decode(encoding)
    if path.suffix == ".txt":
        header, *lines = (line.split("\t") for line in text.removesuffix("\r\n").split("\r\n"))
        return [dict(zip(header, line, strict=True)) for line in lines]
    return list(csv.DictReader(text.splitlines()))


def _report(folder: Path, country: str, name: str, date: str = LAST_DAY) -> list[Row]:
    (path,) = (folder / "exports/seller-central" / country).glob(f"{name}-{date}.*")
    return _read(path, encoding="cp1252" if country == "us" else "utf-8-sig")


def _myi(folder: Path, country: str, at: int) -> Counter[str]:
    """Units on hand per SKU at the end of a day; their parts add up to them."""
    found: Counter[str] = Counter()
    for row in _report(folder, country, "fba-myi", str(day(at))):
        fulfillable, unsellable, reserved, researching, units = (
            int(row[f"afn-{part}-quantity"])
            for part in ("fulfillable", "unsellable", "reserved", "researching", "warehouse")
        )
        assert units == fulfillable + unsellable + reserved + researching, row
        found[row["sku"]] = units
    return found


def _authorities(folder: Path) -> dict[str, dict[str, int]]:
    """Units per location and SKU on the last day, as the authorities have them."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for country, name in (("us", "FBA US"), ("ca", "FBA CA")):
        for row in _report(folder, country, "fba-myi"):
            found[name][row["sku"]] = int(row["afn-warehouse-quantity"])
            inbound = ("afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity")
            found[f"In Transit To {name}"][row["sku"]] = sum(int(row[column]) for column in inbound)
    for row in _read(folder / "exports/3pl-portal/counts.csv"):
        units = int(row["units"]) if row["as_of"] == LAST_DAY else 0  # not listed is zero there
        if row["state"] == "on_hand":
            found[row["location"]][row["sku"]] = units
    return found


def _newest(folder: Path, system: str) -> list[Row]:
    return _read(max((folder / "exports" / system).glob("inventory*.csv")))


def _secondaries(folder: Path) -> dict[str, dict[str, Units]]:
    """Per system and state, what it says; cases are counted by Identifiers."""
    packs = {
        (row["system"], row["system_sku"]): (row["sku"], int(row["units_per"]))
        for row in _read(folder / "identifiers.csv")
        if row["kind"] == "case"
    }
    skubana: Units = Counter()
    for row in _newest(folder, "skubana"):
        sku, units_per = packs.get(("Skubana", row["masterSku"]), (row["masterSku"], 1))
        skubana[row["warehouseName"], sku] += int(row["onHandQuantity"]) * units_per
    flieber = _newest(folder, "flieber")
    return {
        "Skubana": {"on_hand": skubana},
        "Flieber": {
            "on_hand": {(row["location_name"], row["sku"]): int(row["onHandInventoryUnits"]) for row in flieber},
            "in_transit": {(row["location_name"], row["sku"]): int(row["inbound_quantity"]) for row in flieber},
        },
    }


def _check_gaps(folder: Path) -> None:
    """The flagged rows are those that the story tells, with its numbers."""
    authorities, secondaries = _authorities(folder), _secondaries(folder)
    gaps: dict[tuple[str, str, str], tuple[int, int | None]] = {}
    for row in _read(folder / "source_map.csv"):
        if row["role"] == "secondary":
            said = secondaries[row["system"]][row["states"]]
            for sku, units in authorities[row["location"]].items():
                gaps[sku, row["location"], row["system"]] = units, said.get((row["system_location"], sku))
    flagged = {key for key, (units, said) in gaps.items() if abs((said or 0) - units) > round(max(0.03 * units, 10), 6)}
    told = {
        (fault["sku"], fault["location"], fault["system"]): fault
        for fault in json.loads((folder / "story.json").read_text(encoding="utf-8"))["faults"]
        if fault["gap"] is not None
    }
    assert flagged == {key for key, fault in told.items() if fault["flagged"]}, flagged ^ set(told)
    assert 8 <= len(flagged) <= 12, len(flagged)
    for key, fault in told.items():
        assert gaps[key] == (fault["authority_units"], fault["system_units"]), (key, gaps[key])
    alike = [sku for sku, units in authorities["FBA CA"].items() if units and units == authorities["FBA US"][sku]]
    assert not alike, f"{alike} would look like one stock that two countries share"
    _check_headlamps(gaps)


def _check_headlamps(gaps: dict[tuple[str, str, str], tuple[int, int | None]]) -> None:
    """The three numbers the product's first sentence names."""
    said = {system: gaps["FH-HDLMP-400", "FBA US", system] for system in ("Flieber", "Skubana")}
    assert said == {"Flieber": (510, 500), "Skubana": (510, 487)}, said


def _check_overstock(folder: Path) -> None:
    """One SKU is over in one segment while its total, on pooled demand, is not; and it is the one of the story."""
    segment_of = {row["location"]: row["segment"] for row in _read(folder / "locations.csv")}
    standing: Counter[tuple[str, str]] = Counter()
    for location, units_of in _authorities(folder).items():
        for sku, units in units_of.items():
            standing[sku, segment_of[location]] += units
    need: dict[str, dict[str, float]] = defaultdict(dict)
    for row in _read(folder / "demand.csv"):
        need[row["sku"]][row["segment"]] = float(row["units_per_day"]) * int(row["max_cover_days"])
    cost = {row["sku"]: float(row["unit_cost"]) for row in _read(folder / "skus.csv")}
    over = {
        (sku, segment): (standing[sku, segment] - enough) * cost[sku]
        for sku, segments in need.items()
        for segment, enough in segments.items()
        if standing[sku, segment] > enough and sum(standing[sku, one] for one in segments) < sum(segments.values())
    }
    assert set(over) == {("FH-TENT-4P-TAN", "Canada")}, over
    assert standing["FH-TENT-4P-TAN", "Canada"] == 1500
    assert need["FH-TENT-4P-TAN"] == {"US": 38 * 120, "Canada": 2 * 120}, need["FH-TENT-4P-TAN"]
    assert 99_000 < over["FH-TENT-4P-TAN", "Canada"] < 102_000, over


def _check_ledger(folder: Path, country: str) -> None:
    """Opening and movements give the closing units, for every SKU from every day to the next."""
    moved: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _report(folder, country, "ledger-detail"):
        month, of_month, year = row["Date"].split("/")
        moved[f"{year}-{month}-{of_month}"][row["MSKU"]] += int(row["Quantity"])
    for at in range(1, 30):
        before, after = _myi(folder, country, at - 1), _myi(folder, country, at)
        for sku, units in after.items():
            assert before[sku] + moved[str(day(at))][sku] == units, (country, at, sku)
    starting: Counter[str] = Counter()
    ending: Counter[str] = Counter()
    for row in _report(folder, country, "ledger-summary"):
        starting[row["MSKU"]] += int(row["Starting Warehouse Balance"])
        ending[row["MSKU"]] += int(row["Ending Warehouse Balance"])
    assert starting == _myi(folder, country, 28), country
    assert ending == _myi(folder, country, 29), country


def _check_orders(folder: Path, country: str) -> None:
    """Units shipped by Amazon are the ledger's Shipments; units shipped by the merchant are the portal's."""
    rows = [row for row in _report(folder, country, "all-orders") if row["order-status"] == "Shipped"]
    ordered: dict[str, Counter[str]] = {"Amazon": Counter(), "Merchant": Counter()}
    for row in rows:
        ordered[row["fulfillment-channel"]][row["sku"]] += int(row["quantity"])
    shipped = Counter(
        row["MSKU"] for row in _report(folder, country, "ledger-detail") if row["Event Type"] == "Shipments"
    )
    assert ordered["Amazon"] == shipped, country
    sold: Counter[str] = Counter()
    for row in _read(folder / "exports/3pl-portal/movements.csv"):
        if row["channel"] == f"Amazon {country.upper()}":
            sold[row["sku"]] -= int(row["units"])
    assert ordered["Merchant"] == sold, country


def _check_reserved(folder: Path, country: str) -> None:
    """The reserved report splits what the counts report calls reserved; its orders are the pending ones."""
    reserved = _report(folder, country, "reserved")
    counted = {
        row["sku"]: int(row["afn-reserved-quantity"])
        for row in _report(folder, country, "fba-myi")
        if row["afn-reserved-quantity"] != "0"
    }
    assert {row["sku"]: int(row["reserved_qty"]) for row in reserved} == counted, country
    pending = Counter(row["sku"] for row in _report(folder, country, "all-orders") if row["order-status"] == "Pending")
    held = {row["sku"]: int(row["reserved_customerorders"]) for row in reserved}
    assert all(held.get(sku, 0) == units for sku, units in pending.items()), country


if __name__ == "__main__":
    generate()
    check()
