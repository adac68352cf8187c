"""Handing over: a unit stands in exactly one place while it passes from a warehouse to Amazon.

Amazon counts units as shipped when the shipment has a tracking number; the warehouse takes them off its
count when it ships them out. Between the two a unit is counted twice or not at all, and shipments say which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from connectors.frames import Batch
from sheets.engine.identifiers import meant
from sheets.engine.setup import Setup
from sheets.engine.tally import Feed

GONE = ("SHIPPED", "IN_TRANSIT", "DELIVERED", "RECEIVING", "CLOSED")
COUNTED_IN_TRANSIT = ("SHIPPED", "IN_TRANSIT")


@dataclass(frozen=True)
class Route:
    """One transit location: the authority's feed, and the location that its units are under way to."""

    transit: int
    to: int
    system: str


def routes(feeds: Sequence[Feed], setup: Setup) -> list[Route]:
    """Which transit location leads where.

    By the slot that both share (Amazon reports inbound units under the marketplace's own name), else by the
    segment, when it has one transit location and one FBA location.
    """
    kinds, segments = setup.locations["kind"].to_list(), setup.locations["segment"].to_list()
    authorities = [feed for feed in feeds if feed.role == "authority"]
    found = []
    for feed in authorities:
        if kinds[feed.no] != "transit":
            continue
        slots = {row.slot for row in feed.rows}
        ends = [o.no for o in authorities if kinds[o.no] != "transit" and slots & {row.slot for row in o.rows}]
        if not ends:
            beside = [no for no, kind in enumerate(kinds) if segments[no] == segments[feed.no]]
            lone = sum(kinds[no] == "transit" for no in beside) == 1
            fba = [no for no in beside if kinds[no] == "fba"]
            ends = fba if lone and len(fba) == 1 else []
        found += [Route(feed.no, end, feed.system) for end in ends[:1]]
    return found


def resolved_shipments(batch: Batch, feeds: Sequence[Feed], setup: Setup) -> pd.DataFrame:
    """The shipments with `sku`, `origin`, `destination` as places in SKUs and Locations (-1 unknown), in units."""
    frame = batch.shipments
    frame = frame.astype(dict.fromkeys(("system", "system_sku"), "str"))
    sku, per = meant(frame, setup)
    places = _places(feeds, setup)
    return frame.assign(
        sku=sku,
        origin=_located(frame["system"], frame["from_location"], places),
        destination=_located(frame["system"], frame["to_location"], places),
        shipped_units=frame["shipped_units"].astype("Int64") * per,
        received_units=frame["received_units"].astype("Int64") * per,
    )


def _places(feeds: Sequence[Feed], setup: Setup) -> dict[tuple[str, str], int]:
    """(system, name) -> location: that system's names, else Locations' own under the empty system."""
    kinds = setup.locations["kind"].to_list()
    places = {("", name): no for no, name in enumerate(setup.locations["location"])}
    for feed in feeds:
        for row in feed.rows:
            if kinds[feed.no] not in ("transit", "water"):
                places[row.slot] = feed.no
    return places


def _located(systems: pd.Series, names: pd.Series, places: Mapping[tuple[str, str], int]) -> np.ndarray:
    return np.array(
        [
            places.get((system, name), places.get(("", name), -1)) if isinstance(name, str) else -1
            for system, name in zip(systems, names, strict=True)
        ],
        dtype=np.int64,
    )


def handed_over(
    shipments: pd.DataFrame, batch: Batch, feeds: Sequence[Feed], setup: Setup
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Corrections of the transit locations, and what is undecided there.

    Columns of both: no, sku, units (signed), shipment, reason, too_old; one row per shipment and SKU.
    The warehouse has shipped out and Amazon still plans: into transit. Amazon counts it shipped and the warehouse,
    which says what it ships out, has not shipped it: out of transit. Of a warehouse that never says what it ships out
    nothing is corrected: what is undecided says by how many units the number may be too low or too high.
    too_old: the warehouse counted before the shipment left. Both its units and Amazon's are right, each at its time:
    they are added once, and what others count in transit is compared with all that Amazon counts there.
    """
    authority = {feed.no: feed.system for feed in feeds if feed.role == "authority"}
    known = shipments[shipments["sku"] >= 0].astype({"shipment": "str"})
    senders = known["origin"].map(authority)
    mine = known[senders == known["system"]]
    # Gone without saying how many is all of it; what left after the warehouse counted is still in its count.
    counted_at = batch.coverage["as_of"].groupby(batch.coverage["system"].astype("str")).max().to_dict()
    later = mine["shipped_at"] > _counted(mine["system"], counted_at)
    left = mine["status"].isin(GONE) & ~later
    mine = mine.assign(gone=mine["shipped_units"].astype("float64").fillna(np.inf).where(left, 0.0))
    mine = mine.groupby(["shipment", "sku"], as_index=False).agg(
        sender=("origin", "first"),
        gone=("gone", "sum"),
        destination=("destination", "max"),
        shipped_at=("shipped_at", "min"),
    )
    out = _shipped_out(batch, setup, counted_at)
    speaks = {*mine["sender"].map(authority), *(system for system, _, _ in out)}
    left_from = {(shipment, sku): system for system, shipment, sku in sorted(out)}
    rows: list[_Row] = []
    unsure: list[_Row] = []
    for route in routes(feeds, setup):
        theirs = known[(known["system"] == route.system) & (known["destination"] == route.to)]
        rows += _not_listed_yet(mine, theirs, route, authority, counted_at)
        theirs = _lines(theirs[theirs["status"].isin(("PLANNED", *COUNTED_IN_TRANSIT))])
        for line in theirs.merge(mine, on=["shipment", "sku"], how="left").itertuples(index=False):
            sender = authority.get(int(line.origin if pd.isna(line.sender) else line.sender))
            sender = sender or left_from.get((line.shipment, line.sku))  # Amazon seldom names where it came from
            if sender is None or sender == route.system:
                continue
            if sender not in speaks:
                unsure += _undecided(line, sender, route)
                continue
            gone = out.get((sender, line.shipment, line.sku), 0.0) or (0.0 if pd.isna(line.gone) else line.gone)
            gone = min(gone, np.inf if pd.isna(line.shipped_units) else float(line.shipped_units))
            if np.isinf(gone):
                continue
            if line.status == "PLANNED" and gone:
                said = f"{sender} shipped {line.shipment} out, {route.system} still plans it"
                rows.append((route.transit, line.sku, gone, line.shipment, said, False))
            elif line.status in COUNTED_IN_TRANSIT and pd.notna(line.shipped_units) and gone < line.shipped_units:
                still = float(line.shipped_units) - gone
                rest = f"{still:,.0f} of it" if gone else "it"
                counted = counted_at.get(sender)
                too_old = counted is not None and pd.notna(line.left) and line.left > counted
                holds = f"counted {rest} before" if too_old else f"still holds {rest}"
                said = f"{route.system} counts {line.shipment} as shipped, {sender} {holds}"
                rows.append((route.transit, line.sku, -still, line.shipment, said, too_old))
    columns = ["no", "sku", "units", "shipment", "reason", "too_old"]
    corrected, undecided = (
        pd.DataFrame(some, columns=columns).sort_values(["no", "sku", "shipment"], ignore_index=True)
        for some in (rows, unsure)
    )
    return corrected, undecided


_Row = tuple[int, int, float, str, str, bool]


def _undecided(line: Any, sender: str, route: Route) -> list[_Row]:  # noqa: ANN401 - a row of a frame
    """What may be counted at both ends, or at neither, since the sender never says what it ships out."""
    units = 0.0 if pd.isna(line.shipped_units) else float(line.shipped_units)
    if not units:
        return []
    if line.status == "PLANNED":
        said = f"{line.shipment} may have left: {sender} does not say what it ships out"
        return [(route.transit, line.sku, units, line.shipment, said, False)]
    said = f"{line.shipment} may still be counted at {sender}, which does not say what it ships out"
    return [(route.transit, line.sku, -units, line.shipment, said, False)]


def _not_listed_yet(
    mine: pd.DataFrame,
    theirs: pd.DataFrame,
    route: Route,
    authority: Mapping[int, str],
    counted_at: Mapping[str, pd.Timestamp],
) -> list[_Row]:
    """What left a warehouse after the receiving system counted, which does not list it yet: it is in nobody's count."""
    counted = counted_at.get(route.system)
    if counted is None:
        return []
    listed = set(zip(theirs["shipment"], theirs["sku"], strict=True))
    left = mine[(mine["destination"] == route.to) & (mine["shipped_at"] > counted) & (mine["gone"] > 0)]
    return [
        (route.transit, line.sku, float(line.gone), line.shipment,
         f"{authority[line.sender]} shipped {line.shipment} out after {route.system} counted", False)
        for line in left.itertuples(index=False)
        if (line.shipment, line.sku) not in listed and np.isfinite(line.gone) and authority[line.sender] != route.system
    ]  # fmt: skip


def _lines(shipments: pd.DataFrame) -> pd.DataFrame:
    """One line per shipment, SKU and status: a shipment may list singles and cases of a SKU on lines of their own."""
    lines = shipments.astype({"shipped_units": "float64"}).groupby(["shipment", "sku", "status"], as_index=False)
    summed = lines["shipped_units"].sum(min_count=1)
    return summed.assign(origin=lines["origin"].max()["origin"], left=lines["shipped_at"].min()["shipped_at"])


def _counted(systems: pd.Series, counted_at: Mapping[str, pd.Timestamp]) -> pd.Series:
    """When each row's system last counted; NaT when it did not."""
    times = [counted_at.get(system, pd.NaT) for system in systems.astype("str")]
    return pd.Series(times, index=systems.index, dtype="datetime64[us, UTC]")


def _shipped_out(
    batch: Batch, setup: Setup, counted_at: Mapping[str, pd.Timestamp]
) -> dict[tuple[str, str, int], float]:
    """Units that left a warehouse before it counted, by system, reference and SKU, from its movements."""
    moves = batch.movements
    moves = moves[(moves["event"] == "transfer_out") & moves["reference"].notna()]
    moves = moves[~(moves["at"] > _counted(moves["system"], counted_at))]
    if moves.empty:
        return {}
    sku, units_per = meant(moves, setup)
    moves = pd.DataFrame(
        {
            "system": moves["system"].astype("str").to_numpy(),
            "reference": moves["reference"].astype("str").to_numpy(),
            "sku": sku,
            "units": -moves["units"].to_numpy(float) * units_per,
        }
    )
    summed = moves[moves["sku"] >= 0].groupby(["system", "reference", "sku"])["units"].sum()
    return {(str(s), str(r), int(k)): float(units) for (s, r, k), units in summed.items()}
