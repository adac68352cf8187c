"""The balance check: what a ledger says is left against what is counted, where both are of one day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from connectors.frames import ON_HAND, Batch, Note
from sheets.engine.gaps import thresholds
from sheets.engine.rows import by_location
from sheets.engine.setup import Setup
from sheets.engine.standing import Standing, local_days, states_given
from sheets.engine.tally import NO_TIME, Feed, microseconds, place


def balance_notes(batch: Batch, feeds: Sequence[Feed], standing: Standing, setup: Setup) -> list[Note]:
    """A note for each location whose ledger closes on other units than the report counts, beyond the threshold.

    Compared is the physical total, since a ledger knows no reservations: its closing balances of all dispositions
    against on_hand. A balance of another day than the count says nothing.
    """
    frame = batch.balances
    if frame.empty or ON_HAND not in standing.tally.by_state:
        return []
    shape = (len(setup.locations), len(setup.skus))
    placed = place(frame, [feed for feed in feeds if feed.role == "authority"], setup, states_given(batch))
    rows = np.flatnonzero((placed.detail >= 0) & (placed.sku >= 0))
    closing, closed = np.full(shape, np.nan), np.full(shape, NO_TIME)
    at = placed.detail[rows], placed.sku[rows]
    closing[at] = 0
    np.add.at(closing, at, placed.units[rows])
    np.maximum.at(closed, at, microseconds(frame["as_of"])[rows])
    counted = standing.tally.by_state[ON_HAND]
    times = by_location(standing.tally.as_of, feeds, shape, NO_TIME)
    zone = setup.settings.time_zone
    same_day = local_days(closed, zone) == local_days(times, zone)
    with np.errstate(invalid="ignore"):
        off = same_day & (np.abs(closing - counted) > thresholds(counted, setup))
    notes = []
    for feed in feeds:
        skus = np.flatnonzero(off[feed.no]) if feed.role == "authority" else np.zeros(0, dtype=np.int64)
        if len(skus):
            first = int(skus[0])
            said = f"{setup.skus['sku'].iat[first]}: {counted[feed.no, first]:,.0f} counted"
            said += f", {closing[feed.no, first]:,.0f} left by the ledger"
            more = f", and {len(skus) - 1} more SKUs differ" if len(skus) > 1 else ""
            notes.append(Note(feed.system, feed.location, f"the ledger's balance differs for {said}{more}"))
    return notes
