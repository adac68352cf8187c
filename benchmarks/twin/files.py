"""A twin world as the files that anyone can drop: setup tables, exports, and the truth beside them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks.twin.watched import Watcher
from benchmarks.twin.world import AUTHORITY, FBA_CA, FBA_US, NJ, PORTAL, SELLER_CENTRAL, TORONTO, TRANSIT, World

END: Final = date(2026, 10, 5)
_SEGMENT: Final = {NJ: "US", FBA_US: "US", TORONTO: "Canada", FBA_CA: "Canada"}


def day_of(world: World, day: int) -> str:
    return str(END - timedelta(days=world.days - 1 - day))


def moment_of(world: World, day: int, zone: str, at: int) -> str:
    """A time within a local day, as systems that tell times in UTC write it; a bare day where they tell days."""
    if zone == "UTC":
        return day_of(world, day)
    local = datetime.combine(date.fromisoformat(day_of(world, day)), time(at % 24, at % 60), ZoneInfo(zone))
    return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write(world: World, systems: Sequence[Watcher], folder: Path) -> None:
    """SETUP with locations.csv ... exports/, and truth.json."""
    _setup(world, systems, folder)
    _authorities(world, folder / "exports")
    for system in systems:
        _secondary(world, system, folder / "exports" / system.system.lower())
    (folder / "truth.json").write_text(json.dumps(truth(world, systems), indent=1))


def _table(path: Path, header: str, rows: Iterable[Sequence[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)


def _setup(world: World, systems: Sequence[Watcher], folder: Path) -> None:
    kinds = {NJ: "3pl", TORONTO: "3pl", FBA_US: "fba", FBA_CA: "fba"}
    places = [(place, _SEGMENT[place], kind) for place, kind in kinds.items()]
    places += [(TRANSIT[place], _SEGMENT[place], "transit") for place in TRANSIT]
    _table(folder / "locations.csv", "location,segment,kind", places)
    rows = []
    for place, authority in AUTHORITY.items():
        rows.append((place, authority, "authority", place, "on_hand"))
        rows += [(place, one.system, "secondary", place, "on_hand") for one in systems]
    for place, transit in TRANSIT.items():
        rows.append((transit, SELLER_CENTRAL, "authority", place, "inbound_shipped;inbound_receiving"))
        rows += [(transit, one.system, "secondary", transit, "in_transit") for one in systems if one.tells_transit]
    _table(folder / "source_map.csv", "location,system,role,system_location,states", rows)
    rates = []
    for sku, places in world.places_of.items():
        for segment in dict.fromkeys(_SEGMENT[place] for place in places):
            mine = [one for place in places if _SEGMENT[place] == segment for one in world.by_slot[sku, place]]
            sold = -sum(one.units for one in mine if one.kind == "sale" and one.day >= world.days - 31)
            rates.append((sku, segment, round(sold / 30, 2)))
    _table(folder / "demand.csv", "sku,segment,units_per_day", rates)
    _table(folder / "settings.csv", "setting,value", [("time zone", world.zone)])
    _table(folder / "skus.csv", "sku,unit_cost,revenue_30_d", [(sku, 5, 100) for sku in world.places_of])


def _authorities(world: World, exports: Path) -> None:
    counts: dict[str, list[Sequence[Any]]] = {PORTAL: [], SELLER_CENTRAL: []}
    moves: dict[str, list[Sequence[Any]]] = {PORTAL: [], SELLER_CENTRAL: []}
    for sku, places in world.places_of.items():
        for place in places:
            units = world.opening[sku, place]
            mine = iter(world.by_slot[sku, place])
            one = next(mine, None)
            for day in range(world.last_of(place) + 1):
                while one is not None and one.day <= day:
                    units += one.units
                    row = (sku, place, one.kind, one.units, day_of(world, one.day), one.reference, one.order_type)
                    moves[AUTHORITY[place]].append((*row, one.channel))
                    one = next(mine, None)
                for state, there in world.parts_of(sku, place, units).items():
                    counts[AUTHORITY[place]].append((sku, place, state, there, day_of(world, day)))
                if place in TRANSIT:
                    way = world.under_way(sku, place, day)
                    states = {"inbound_shipped": 0, "inbound_receiving": 0}
                    for shipment in world.shipments:
                        if shipment.number in way:
                            state = "inbound_shipped" if day < shipment.arrived else "inbound_receiving"
                            states[state] += way[shipment.number]
                    counts[SELLER_CENTRAL] += [
                        (sku, place, state, there, day_of(world, day)) for state, there in states.items()
                    ]
    moves[SELLER_CENTRAL] += [
        (one.sku, one.place, one.kind, one.units, day_of(world, one.day), one.reference, "", "")
        for one in world.crossings
        if one.day <= world.newest[SELLER_CENTRAL]
    ]
    for system, name in ((PORTAL, "3pl-portal"), (SELLER_CENTRAL, "seller-central")):
        _table(exports / name / "counts.csv", "sku,location,state,units,as_of", counts[system])
        header = "sku,location,event,units,at,reference,order_type,channel"
        _table(exports / name / "movements.csv", header, moves[system])
    header = (
        "shipment,sku,from_location,to_location,status,shipped_units,received_units,shipped_at,arrived_at,closed_at"
    )
    for name, receives in (("3pl-portal", False), ("seller-central", True)):
        rows = []
        last = world.newest[SELLER_CENTRAL if receives else PORTAL]
        for one in world.shipments:
            if one.shipped > last:
                continue
            days = (one.shipped, one.arrived, one.closed)
            when = [day_of(world, day) if day <= last else "" for day in days]
            for sku, units in one.lines.items():
                got: Any = one.got(sku, last) if receives else ""
                rows.append((one.number, sku, one.origin, one.destination, one.status(last), units, got, *when))
        _table(exports / name / "shipments.csv", header, rows)


def _secondary(world: World, system: Watcher, folder: Path) -> None:
    counts, moves = [], []
    for (sku, place), seen in system.seen.items():
        if seen.name is None:
            continue
        name = seen.name or sku
        counts += [
            (name, place, "on_hand", system.units(sku, place, day), day_of(world, day))
            for day in range(system.last + 1)
        ]
        rows = [(p.day, p.kind, p.units, p.reference, p.event) for p in seen.postings]
        rows += [
            (when, "receipt", units, names[0], None) for when, units, cause, names, _ in seen.extra if cause == "whole"
        ]
        for day, kind, units, reference, event in sorted(rows, key=lambda row: row[0]):
            if day <= system.last:
                words = (event.order_type, event.channel) if event is not None and kind == "sale" else ("", "")
                at = moment_of(world, day, system.zoned, len(moves))
                moves.append((name, place, kind, units, at, reference, *words))
    for sku, place in system.seen:
        if system.tells_transit and place in TRANSIT:
            counts += [
                (sku, TRANSIT[place], "in_transit", system.on_the_way(sku, place, day), day_of(world, day))
                for day in range(system.last + 1)
            ]
    _table(folder / "counts.csv", "sku,location,state,units,as_of", counts)
    if system.moves:
        _table(folder / "movements.csv", "sku,location,event,units,at,reference,order_type,channel", moves)


def _to_sell(world: World, sku: str, place: str, day: int) -> int:
    """What is there and not sold already."""
    parts = world.parts_of(sku, place, world.units(sku, place, day))
    return sum(units for state, units in parts.items() if state != "reserved_orders")


def _at_transit(world: World, system: Watcher, sku: str, place: str) -> dict[str, Any]:
    here = sum(world.listed(sku, place).values())
    parts, there = system.parts_on_the_way(sku, place), system.on_the_way(sku, place, system.last)
    assert sum(part.units for part in parts) == there - here, (sku, place, system.system, there, here, parts)
    return {
        "sku": sku,
        "location": TRANSIT[place],
        "system": system.system,
        "authority_units": here,
        "system_units": there,
        "gap": there - here,
        "threshold": round(max(0.03 * here, 10), 6),
        "parts": [asdict(part) for part in parts],
    }


def truth(world: World, systems: Sequence[Watcher]) -> dict[str, Any]:
    """Every gap with its parts, and the units of each SKU that can truly be ordered against."""
    gaps = []
    for system in systems:
        for sku, place in system.seen:
            if system.tells_transit and place in TRANSIT:
                gaps.append(_at_transit(world, system, sku, place))
        for (sku, place), seen in system.seen.items():
            here = world.units(sku, place, world.last_of(place))
            there = None if seen.name is None or seen.name else system.units(sku, place, system.last)
            parts = system.parts(sku, place)
            gap = (there or 0) - here
            assert sum(part.units for part in parts) == gap, (sku, place, system.system, gap, parts)
            gaps.append(
                {
                    "sku": sku,
                    "location": place,
                    "system": system.system,
                    "authority_units": here,
                    "system_units": there,
                    "gap": gap,
                    "threshold": round(max(0.03 * here, 10), 6),
                    "parts": [asdict(part) for part in parts],
                }
            )
    last = world.days - 1
    against = {
        sku: sum(_to_sell(world, sku, place, last) for place in places)
        + sum(sum(world.under_way(sku, place, last).values()) for place in places if place in TRANSIT)
        for sku, places in world.places_of.items()
    }
    return {"seed": world.seed, "gaps": gaps, "order_against": against}
