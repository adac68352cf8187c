"""Small brands for the diagnosis: books of fixed numbers, day by day, as the files that anyone can drop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from sheets.brand import open_brand
from sheets.new_brand import new_brand
from sheets.refresh import check
from sheets.report import as_json

LAST = date(2026, 10, 5)
SELLER_CENTRAL, PORTAL, SKUBANA = "Seller Central", "Portal", "Skubana"
NJ, FBA = "NJ", "FBA US"
SKUS = ("TENT-1", "LAMP-2", "MUGS-3", "ROPE-4", "PANS-5", "BAGS-6")
HEADERS = {
    "counts": "sku,location,state,units,as_of",
    "movements": "sku,location,event,units,at,reference,order_type",
    "shipments": "shipment,sku,from_location,to_location,status,shipped_units,received_units,"
    "shipped_at,arrived_at,closed_at",
}


@dataclass(frozen=True)
class Move:
    """One booking: the day's number, units (signed), and what it is."""

    day: int
    units: int
    reference: str = ""
    event: str = "sale"
    word: str = ""


def sales(number: int, days: Iterable[int]) -> list[Move]:
    """The small orders of one SKU: 1 to 4 units on each day, others for each number."""
    return [Move(day, -(1 + (3 * number + 5 * day + day // 3) % 4), f"R{number}-{day}", word="retail") for day in days]


def levels(opening: int, moves: Iterable[Move], days: int) -> list[int]:
    """Units at the end of each day."""
    some = list(moves)
    return [opening + sum(move.units for move in some if move.day <= day) for day in range(days)]


def late(moves: Iterable[Move], days: Sequence[int]) -> list[Move]:
    """The same, each booked so many days later, in turn."""
    return [Move(m.day + days[n % len(days)], m.units, m.reference, m.event, m.word) for n, m in enumerate(moves)]


class Given:
    """A brand with some days of files, the last of which is the 5th of October 2026.

    places: location -> (authority, kind). Skubana is compared everywhere.
    """

    def __init__(self, days: int = 24, places: dict[str, tuple[str, str]] | None = None) -> None:
        self.days = days
        places = places or {NJ: (PORTAL, "3pl"), FBA: (SELLER_CENTRAL, "fba")}
        self.locations = [f"{place},US,{kind}," for place, (_, kind) in places.items()]
        self.sources = [f"{place},{name},authority,{place},on_hand" for place, (name, _) in places.items()]
        self.sources += [f"{place},{SKUBANA},secondary,{place},on_hand" for place in places]
        self.skus: list[str] = []
        self._rows: dict[tuple[str, str], list[tuple[object, ...]]] = defaultdict(list)

    def day(self, number: int | None) -> str:
        """The day of a number, 0 the first; empty where none is given."""
        return "" if number is None else str(LAST - timedelta(days=self.days - 1 - number))

    def count(
        self, system: str, sku: str, place: str, units: Sequence[int], *, hour: str = "", state: str = "on_hand"
    ) -> None:
        """Counts of the first days, one each."""
        rows = [(sku, place, state, one, self.day(day) + hour) for day, one in enumerate(units)]
        self._rows[system, "counts"] += rows

    def move(self, system: str, sku: str, place: str, moves: Iterable[Move]) -> None:
        """A ledger's rows."""
        rows = [(sku, place, m.event, m.units, self.day(m.day), m.reference, m.word) for m in moves]
        self._rows[system, "movements"] += rows

    def right(self, system: str, sku: str, place: str, opening: int, moves: Iterable[Move], hour: str = "") -> None:
        """The authority: counts of all days, and the movements that made them."""
        some = list(moves)
        if sku not in self.skus:
            self.skus.append(sku)
        self.count(system, sku, place, levels(opening, some, self.days), hour=hour)
        self.move(system, sku, place, some)

    def theirs(self, sku: str, place: str, opening: int, moves: Iterable[Move], hour: str = "") -> None:
        """Skubana's counts, of what it booked; it gives no movements."""
        self.count(SKUBANA, sku, place, levels(opening, moves, self.days), hour=hour)

    def shipment(
        self, name: str, sku: str, units: int, left: int | None, arrived: int | None = None,
        closed: int | None = None, received: int = 0, way: tuple[str, str] = (NJ, FBA),
    ) -> None:  # fmt: skip
        """A shipment as Seller Central lists it: times are days' numbers, its status follows from them."""
        status = "PLANNED" if left is None else "SHIPPED" if arrived is None else "RECEIVING"
        status = "CLOSED" if closed is not None else status
        times = (self.day(left), self.day(arrived), self.day(closed))
        self._rows[SELLER_CENTRAL, "shipments"].append((name, sku, *way, status, units, received, *times))

    def check(self, folder: Path) -> dict[str, object]:
        """What the check says, as JSON, of all rows."""
        tables = {
            "locations.csv": ("location,segment,kind,pool", self.locations),
            "source_map.csv": ("location,system,role,system_location,states", self.sources),
            "skus.csv": ("sku,unit_cost", [f"{sku},5" for sku in self.skus]),
        }
        for (system, name), rows in self._rows.items():
            path = f"exports/{system.lower().replace(' ', '-')}/{name}.csv"
            tables[path] = HEADERS[name], [",".join(map(str, row)) for row in rows]
        for name, (header, lines) in tables.items():
            file = folder / "setup" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join([header, *lines, ""]))
        now = pd.Timestamp(LAST, tz="UTC") + pd.Timedelta(days=1)
        new_brand(folder / "brand", setup=folder / "setup", now=now)
        return as_json(check(open_brand(folder / "brand"), now=now), all_rows=True)


def row_of(report, sku, place=FBA, system=SKUBANA):
    """The row of gaps of one SKU at one place."""
    [row] = [row for row in report["gaps"] if (row["sku"], row["location"], row["system"]) == (sku, place, system)]
    return row


def parts(row):
    """What explains it: cause, units, references, verdict."""
    return [(part["cause"], part["units"], part["references"], part["verdict"]) for part in row["explained"]]
