"""Reconcile: counts and the buyer's setup in, positions, gaps, segments, orders and the daily check out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from connectors.frames import HISTORY, Batch, Note, SetAside
from sheets.engine.balances import balance_notes
from sheets.engine.bounds import Bounds, bounds
from sheets.engine.daily_check import checked_skus, daily_check
from sheets.engine.diagnosis.diagnose import diagnose
from sheets.engine.diagnosis.legs import Leg, legs_of
from sheets.engine.diagnosis.parts import Diagnosis
from sheets.engine.diagnosis.sides import Sides
from sheets.engine.evidence import evidence
from sheets.engine.explained import explained
from sheets.engine.identifiers import counted_once
from sheets.engine.order import parts
from sheets.engine.orders_check import channel_notes, channels
from sheets.engine.pools import counted_elsewhere, same_in_two_countries
from sheets.engine.rows import by_location, category, count_rows, gap_rows, order_history, order_rows, unmapped_rows
from sheets.engine.segments import segments
from sheets.engine.setup import Setup
from sheets.engine.standing import Standing, in_parts, local_days, moment_of, stand, states_given
from sheets.engine.tally import feeds_of, microseconds, states_added
from sheets.engine.transit import handed_over, resolved_shipments


@dataclass(frozen=True)
class Reconciliation:
    """What the engine found. SKUs and locations are categories in the buyer's order; NaN and NaT are missing.

    counts: one row per SKU and location that an authority counted or another system counts: sku, location,
    segment, authority, as_of, units (the mapped states, corrected), handed_over and reason (the correction),
    elsewhere (units that a pool counts at another location), position, threshold, stale, hold, not_listed,
    source, row, sellable, on_the_way, on_order, owed, and one column per state seen.
    gaps: one row per SKU, location and mapped secondary for which either side has a count, today or before:
    sku, location, system, authority, authority_units, system_units, gap, threshold, flag, flagged, stale,
    as_of, older (the local day of the older of both counts), source, row, unit_cost, at_cost, and what the
    diagnosis says: see explained.py.
    diagnoses: by the row of gaps, see diagnosis/parts.py; none where there is nothing to tell from.
    segments: see segments.py, with sku and segment as categories.
    orders: one row per SKU: sku, total, own_* (the parts before kits), sellable, on_the_way, on_order, owed,
    order_against, low, high, hold (whether a number is too old or missing), open
    (whether a gap is not explained),
    order, stale, worst (flag).
    bounds: what low and high are made of, see bounds.py.
    legs: for each SKU (its place in SKUs) its shipments by number, see diagnosis/legs.py.
    shipments: as read, with sku, origin and destination resolved. daily: see daily_check.py.
    known: flagged rows that a buyer accepted, with `accepted` units; none before the buyer's tables are looked at.
    evidence: see evidence.py.
    unmapped: system, system_location, system_sku, state, units of what no location or no SKU takes.
    states_added: for each location the authority's states that its units add up. coverage: what was read of whom.
    orders_seen: orders as read, with sku as a category. channels: see orders_check.py.
    """

    as_of: pd.Timestamp
    setup: Setup
    counts: pd.DataFrame = field(repr=False)
    gaps: pd.DataFrame = field(repr=False)
    diagnoses: dict[int, Diagnosis] = field(repr=False)
    segments: pd.DataFrame = field(repr=False)
    orders: pd.DataFrame = field(repr=False)
    bounds: Bounds = field(repr=False)
    shipments: pd.DataFrame = field(repr=False)
    handed_over: pd.DataFrame = field(repr=False)
    daily: pd.DataFrame = field(repr=False)
    known: pd.DataFrame = field(repr=False)
    evidence: pd.DataFrame = field(repr=False)
    legs: dict[int, dict[str, Leg]] = field(repr=False)
    checked: np.ndarray = field(repr=False)
    unmapped: pd.DataFrame = field(repr=False)
    states_added: dict[str, tuple[str, ...]]
    coverage: pd.DataFrame = field(repr=False)
    orders_seen: pd.DataFrame = field(repr=False)
    channels: pd.DataFrame = field(repr=False)
    purchase_orders: bool
    rows_read: int
    notes: tuple[Note, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def systems_read(self) -> list[str]:
        """The systems whose counts were read, by name; not those whose last count history keeps."""
        read = self.coverage.loc[self.coverage["time_from"].astype("str") != HISTORY, "system"]
        return sorted(read.astype("str").unique())


def reconcile(
    batch: Batch,
    setup: Setup,
    *,
    as_of: pd.Timestamp | None = None,
    top_n: int | None = None,
    traced: tuple[str, str] | None = None,
) -> Reconciliation:
    """The reconciliation of all systems at `as_of`, by default the newest time that any system's counts have.

    top_n: how many SKUs are checked, if not as Settings says. traced: the SKU and location to give evidence of.
    """
    as_of = newest(batch) if as_of is None else as_of
    feeds = feeds_of(setup)
    batch, notes = _counted_once(batch, setup)
    standing = stand(batch, feeds, setup, as_of)
    shipments = resolved_shipments(batch, feeds, setup)
    corrections, undecided = handed_over(shipments, batch, feeds, setup)

    shape = (len(setup.locations), len(setup.skus))
    reported = by_location(standing.tally.units, feeds, shape)
    moved = _corrected_by(corrections, reported)
    units = _with(moved, reported)
    elsewhere, pool_notes = counted_elsewhere(units, feeds, batch, setup)
    position = units - elsewhere

    settled = corrections[~corrections["too_old"].astype(bool)]
    gaps = gap_rows(standing, _with(_corrected_by(settled, reported), reported), feeds, setup)
    legs = legs_of(shipments, feeds)
    sides = Sides(batch, standing, feeds, setup)
    diagnoses = diagnose(batch, sides, gaps, legs, settled, feeds, setup)
    today = int(local_days(np.array([moment_of(as_of)]), setup.settings.time_zone)[0])
    gaps = explained(gaps, diagnoses, today)
    segment_rows = segments(position, setup)
    broken = parts(units, standing.tally.by_state, feeds, elsewhere, setup)
    counted = count_rows(standing, reported, moved, units, elsewhere, broken, corrections, gaps, feeds, setup)
    between = bounds(gaps, diagnoses, counted, legs, undecided, setup)
    orders = order_rows(counted, gaps, between, broken, position, setup)
    checked, seen = checked_skus(setup, top_n), order_history(batch.orders, setup)
    arriving = channels(seen, batch.movements, setup)
    daily = daily_check(gaps.assign(at=np.arange(len(gaps))), checked)
    return Reconciliation(
        as_of=as_of,
        setup=setup,
        counts=counted,
        gaps=gaps,
        diagnoses=diagnoses,
        segments=segment_rows.assign(
            sku=category(segment_rows["sku"], setup.skus["sku"]),
            segment=pd.Categorical.from_codes(segment_rows["segment"], setup.segments),
        ),
        orders=orders,
        bounds=between,
        shipments=shipments,
        handed_over=corrections,
        daily=daily,
        known=daily[:0].assign(accepted=0.0),
        evidence=evidence(batch, _told(daily, gaps, traced), sides, feeds, setup, as_of),
        legs=legs,
        checked=checked,
        unmapped=unmapped_rows(batch.counts, standing),
        states_added=states_added(feeds, states_given(batch)),
        coverage=batch.coverage,
        orders_seen=seen,
        channels=arriving,
        purchase_orders=_purchase_orders(standing, setup),
        rows_read=batch.rows,
        notes=(
            *batch.notes,
            *notes,
            *in_parts(standing, feeds, setup),
            *balance_notes(batch, feeds, standing, setup),
            *pool_notes,
            *channel_notes(arriving),
            *same_in_two_countries(reported, setup, setup.settings.units),
        ),
        set_aside=batch.set_aside,
    )


def _counted_once(batch: Batch, setup: Setup) -> tuple[Batch, tuple[Note, ...]]:
    counts, notes = counted_once(batch.counts, batch.identifiers, setup)
    days = local_days(microseconds(batch.past["as_of"]), setup.settings.time_zone)
    past, _ = counted_once(batch.past, batch.identifiers, setup, days)
    return replace(batch, counts=_numbered(counts), past=_numbered(past)), tuple(notes)


def newest(batch: Batch) -> pd.Timestamp:
    """The newest time that any system's counts have; the end of the epoch's first second when there are none."""
    times = batch.coverage["as_of"]
    return pd.Timestamp(0, tz="UTC") if times.empty else times.max()


def _corrected_by(corrections: pd.DataFrame, reported: np.ndarray) -> np.ndarray:
    """Units that each location gains or loses where a shipment is handed over, locations x SKUs."""
    moved, at = np.zeros(reported.shape), (corrections["no"].to_numpy(int), corrections["sku"].to_numpy(int))
    np.add.at(moved, at, corrections["units"].to_numpy(float))
    # Out of transit goes no more than is counted there.
    found: np.ndarray = np.maximum(moved, -np.nan_to_num(reported))
    return found


def _purchase_orders(standing: Standing, setup: Setup) -> bool:
    """Whether open purchase orders can reach the number to order against."""
    inside = setup.locations["in_total"].to_numpy(bool)
    suppliers = (setup.locations["kind"] == "supplier").to_numpy(bool) & inside
    on_order = standing.tally.by_state.get("on_order")
    return bool(suppliers.any() or (on_order is not None and not np.isnan(on_order[inside]).all()))


def _with(moved: np.ndarray, reported: np.ndarray) -> np.ndarray:
    """Units as reported and corrected; what is handed over stands where nothing was counted."""
    found: np.ndarray = np.where(np.isnan(reported) & (moved > 0), 0, reported) + moved
    return found


def _told(daily: pd.DataFrame, gaps: pd.DataFrame, traced: tuple[str, str] | None) -> pd.DataFrame:
    return daily if traced is None else gaps[(gaps["sku"] == traced[0]) & (gaps["location"] == traced[1])]


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows numbered from 0; the same frame where they are."""
    return frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index(drop=True)
