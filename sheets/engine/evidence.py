"""Evidence: opening + movements = expected against counted, for the rows of the daily check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import Batch
from sheets.engine.diagnosis.sides import Sides
from sheets.engine.identifiers import meant
from sheets.engine.setup import Setup
from sheets.engine.standing import moment_of
from sheets.engine.tally import Feed, microseconds

DAYS: Final = 7  # how far back, where both never agreed in the days that are known
OPENING: Final = "opening"
EXPECTED: Final = "expected"
COUNTED: Final = "counted"


def evidence(
    batch: Batch, daily: pd.DataFrame, sides: Sides, feeds: Sequence[Feed], setup: Setup, as_of: pd.Timestamp
) -> pd.DataFrame:
    """What moved at every SKU and location on the daily check since its systems last agreed, oldest first.

    Each system's rows begin with its count of that day (event `opening`) and end with what that count and its
    movements come to (`expected`) beside what it counts (`counted`); a system without movements has no `expected`.
    Columns: sku, location, system, at, event, units (signed, the SKU's own), reference, order_type, source, row.
    """
    began = _began(daily, as_of, setup)
    moves = batch.movements.drop(index=batch.movements.index[sides.uncounted])
    earliest = min(began.values(), default=moment_of(as_of))
    moves = moves[(microseconds(moves["at"]) > earliest) & (moves["at"] <= as_of).to_numpy()]
    sku, units_per = meant(moves, setup)
    place_of = {row.slot: feed.no for feed in reversed(feeds) for row in feed.rows if not _under_way(feed, setup)}
    slots = zip(moves["system"].astype("str"), moves["system_location"].astype("str"), strict=True)
    frame = pd.DataFrame(
        {
            "sku_at": sku,
            "place": np.array([place_of.get(slot, -1) for slot in slots], dtype=np.int64),
            "system": moves["system"].astype("str").to_numpy(),
            "at": moves["at"].array,
            "event": moves["event"].astype("str").to_numpy(),
            "units": moves["units"].to_numpy(float) * units_per,
            "reference": moves["reference"].astype(object).to_numpy(),
            "order_type": moves["order_type"].astype(object).to_numpy(),
            "source": moves["source"].astype("str").to_numpy(),
            "row": moves["row"].to_numpy(float),
        }
    )
    pairs = zip(frame["sku_at"].tolist(), frame["place"].tolist(), microseconds(frame["at"]).tolist(), strict=True)
    mine = [at > began.get((sku, place), at) for sku, place, at in pairs]
    frame = frame[np.array(mine, dtype=bool)].assign(order=1)
    ends = _ends(began, frame, sides, feeds)
    frame = pd.concat([frame, ends], ignore_index=True) if len(ends) else frame
    frame = frame.sort_values(
        ["sku_at", "place", "system", "order", "at", "source", "row"], ignore_index=True, na_position="first"
    ).drop(columns="order")
    skus, locations = setup.skus["sku"].to_numpy(object), setup.locations["location"].to_numpy(object)
    frame.insert(0, "sku", skus[frame.pop("sku_at")])
    frame.insert(1, "location", locations[frame.pop("place")])
    for name in ("reference", "order_type"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame.reset_index(drop=True)


def _began(daily: pd.DataFrame, as_of: pd.Timestamp, setup: Setup) -> dict[tuple[int, int], int]:
    """For each SKU and location the end of the day on which its systems last agreed, the earliest of them.

    Where they agree today, some days all the same: who asks of such a row wants to see what moved.
    """
    found: dict[tuple[int, int], int] = {}
    agreed = daily["agreed"].where(daily["gap"] != 0).tolist()
    codes = daily["sku"].cat.codes.tolist(), daily["location"].cat.codes.tolist(), agreed
    zone = setup.settings.time_zone
    for sku, place, since in zip(*codes, strict=True):
        if since == since:
            after = pd.Timestamp(int(since) + 1, unit="D").tz_localize(
                zone, ambiguous=True, nonexistent="shift_forward"
            )
            began = moment_of(after) - 1
        else:
            began = moment_of(as_of - timedelta(days=DAYS))
        found[sku, place] = min(began, found.get((sku, place), began))
    return found


def _ends(began: dict[tuple[int, int], int], moves: pd.DataFrame, sides: Sides, feeds: Sequence[Feed]) -> pd.DataFrame:
    """The rows opening, expected and counted of every system that counts there."""
    summed = moves.groupby(["sku_at", "place", "system"])["units"].sum().to_dict()
    rows = []
    for (sku, place), at in began.items():
        for number, feed in enumerate(feeds):
            points = sides.points(number, sku) if feed.no == place else None
            if points is None or not len(points):
                continue
            before = int(np.searchsorted(points.at, at, side="right")) - 1
            end = int(points.at[-1])
            moved = summed.get((sku, place, feed.system))
            lines = [(2, EXPECTED, end, points.units[before] + moved)] if before >= 0 and moved is not None else []
            if before >= 0:
                lines.append((0, OPENING, int(points.at[before]), points.units[before]))
            lines.append((3, COUNTED, end, points.units[-1]))
            for order, event, time, units in lines:
                rows.append((sku, place, feed.system, _time(time), event, float(units), None, None, "", np.nan, order))
    return pd.DataFrame(rows, columns=[*moves.columns]) if rows else pd.DataFrame()


def _time(at: int) -> pd.Timestamp:
    return pd.Timestamp(at, unit="us", tz="UTC")


def _under_way(feed: Feed, setup: Setup) -> bool:
    return bool(setup.locations["kind"].iat[feed.no] == "transit")
