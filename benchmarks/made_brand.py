"""A made brand of any size: counts of all systems and the buyer's setup, the same in every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import ON_HAND, STATES, Batch
from sheets.engine.setup import Setup, empty_setup

AS_OF: Final = pd.Timestamp("2026-10-05 23:59:59", tz="UTC").as_unit("us")
_SEED: Final = 20261005
# Of a hundred counts of a secondary so many are right, off by a little, and off by any amount up to half.
_RIGHT, _LITTLE = 0.75, 0.15


@dataclass(frozen=True)
class Place:
    """A location and the systems that count there."""

    location: str
    segment: str
    kind: str
    authority: str
    secondaries: tuple[str, ...]


@dataclass(frozen=True)
class Brand:
    """All that the engine takes."""

    batch: Batch
    setup: Setup


def made_brand(places: Sequence[Place], skus: int, listed: int) -> Brand:
    """A brand with as many SKUs. Every system lists `listed` of them at each of its places, in one count each.

    Which ones it leaves out, and by how much it is off, is random with a fixed seed.
    """
    random = np.random.default_rng(_SEED)
    systems = list(dict.fromkeys(name for place in places for name in (place.authority, *place.secondaries)))
    true = {place.location: np.floor(random.lognormal(5, 1.2, skus)).astype(np.int64) for place in places}
    feeds = [
        (system, at, *_counted(random, true[place.location], listed, right=system == place.authority))
        for system in systems
        for at, place in enumerate(places)
        if system in (place.authority, *place.secondaries)
    ]
    setup = Setup(
        locations=_locations(places), source_map=_source_map(places), skus=_skus(skus, random),
        demand=_demand(places, skus, random), identifiers=empty_setup("identifiers"),
    )  # fmt: skip
    return Brand(Batch(counts=_counts(feeds, systems, places, skus), coverage=_coverage(feeds, places)), setup)


_Feed = tuple[str, int, np.ndarray, np.ndarray]
"""System, place, the SKUs that it lists there, their units."""


def _counted(random: np.random.Generator, true: np.ndarray, listed: int, *, right: bool) -> tuple[np.ndarray, ...]:
    chosen = np.sort(random.permutation(len(true))[:listed])
    units = true[chosen]
    if right:
        return chosen, units
    kind = random.random(listed)
    little = random.integers(-10, 11, listed)
    more = np.round(units * random.uniform(-0.5, 0.5, listed)).astype(np.int64)
    off = np.where(kind < _RIGHT, 0, np.where(kind < _RIGHT + _LITTLE, little, more))
    return chosen, np.maximum(units + off, 0)


def _names(skus: int) -> list[str]:
    return [f"SKU-{number:06d}-BLK" for number in range(skus)]


def _counts(feeds: Sequence[_Feed], systems: Sequence[str], places: Sequence[Place], skus: int) -> pd.DataFrame:
    sizes = [len(feed[2]) for feed in feeds]
    # Each file has strings of its own, as if it was read.
    names = {system: np.array(_names(skus), dtype=object) for system in systems}
    system = pd.Categorical.from_codes(np.repeat([systems.index(feed[0]) for feed in feeds], sizes), systems)
    return pd.DataFrame(
        {
            "system": system,
            "system_location": pd.Categorical.from_codes(
                np.repeat([feed[1] for feed in feeds], sizes), [place.location for place in places]
            ),
            "system_sku": pd.Series(np.concatenate([names[feed[0]][feed[2]] for feed in feeds]), dtype="str"),
            "state": pd.Categorical.from_codes(
                np.full(sum(sizes), STATES.index(ON_HAND)), list(STATES)
            ).remove_unused_categories(),
            "units": np.concatenate([feed[3] for feed in feeds]),
            "as_of": pd.Series(AS_OF, index=range(sum(sizes)), dtype="datetime64[us, UTC]"),
            "source": system.rename_categories([f"{name}.csv" for name in systems]),
            "row": np.concatenate([np.arange(2, size + 2) for size in sizes]),
        }
    )


def _coverage(feeds: Sequence[_Feed], places: Sequence[Place]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "system": [feed[0] for feed in feeds],
            "system_location": [places[feed[1]].location for feed in feeds],
            "state": ON_HAND,
            "as_of": pd.Series(AS_OF, index=range(len(feeds)), dtype="datetime64[us, UTC]"),
            "time_from": "column",
            "source": [f"{feed[0]}.csv" for feed in feeds],
        }
    )
    return frame.astype(dict.fromkeys(("system", "system_location", "state", "time_from", "source"), "category"))


def _locations(places: Sequence[Place]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "no": np.arange(1.0, len(places) + 1),
            "location": [place.location for place in places],
            "segment": [place.segment for place in places],
            "kind": [place.kind for place in places],
            "in_total": True,
            "pool": _blank(len(places)),
            "pct": np.nan,
            "units": np.nan,
        }
    )


def _source_map(places: Sequence[Place]) -> pd.DataFrame:
    rows = [
        (place.location, system, role, place.location, ON_HAND, "unknown")
        for place in places
        for system, role in ((place.authority, "authority"), *((name, "secondary") for name in place.secondaries))
    ]
    return pd.DataFrame(rows, columns=["location", "system", "role", "system_location", "states", "absent"])


def _skus(skus: int, random: np.random.Generator) -> pd.DataFrame:
    monthly = np.round(random.lognormal(6, 1.5, skus), 2)
    return pd.DataFrame(
        {
            "id": np.arange(1.0, skus + 1),
            "sku": pd.Series(_names(skus), dtype="str"),
            "title": pd.Series([f"Ridgeline Jacket No. {number}, Black" for number in range(skus)], dtype="str"),
            "asin": pd.Series([f"B{number:09d}" for number in range(skus)], dtype="str"),
            "fnsku": pd.Series([f"X{number:09d}" for number in range(skus)], dtype="str"),
            "upc": _blank(skus),
            "unit_cost": np.round(random.uniform(2, 60, skus), 2),
            "currency": _blank(skus),
            "revenue_30_d": monthly,
            "revenue_90_d": np.round(monthly * 3, 2),
            "supplier": _blank(skus),
            "lead_time": 45.0,
            "case_pack": 12.0,
            "buying_today": False,
            "status": pd.Series(["active"] * skus, dtype="str"),
            "gap_pct": np.nan,
            "gap_units": np.nan,
        }
    )


def _demand(places: Sequence[Place], skus: int, random: np.random.Generator) -> pd.DataFrame:
    segments = list(dict.fromkeys(place.segment for place in places))
    rows = skus * len(segments)
    return pd.DataFrame(
        {
            "sku": pd.Series(np.repeat(np.array(_names(skus), dtype=object), len(segments)), dtype="str"),
            "segment": pd.Series(segments * skus, dtype="str"),
            "units_per_day": np.round(random.lognormal(1, 1, rows), 2),
            "max_cover_days": 120.0,
            "unit_cost": np.nan,
            "source": pd.Series(["made"] * rows, dtype="str"),
        }
    )


def _blank(rows: int) -> pd.Series:
    return pd.Series([None] * rows, dtype="str")
