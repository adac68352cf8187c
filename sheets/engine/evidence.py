"""Evidence: the movements behind the rows of the daily check, with their references."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import Batch
from sheets.engine.identifiers import meant
from sheets.engine.setup import Setup
from sheets.engine.tally import Feed

DAYS: Final = 7  # how far back, until the day of the last agreement is known


def evidence(
    batch: Batch, daily: pd.DataFrame, feeds: Sequence[Feed], setup: Setup, as_of: pd.Timestamp
) -> pd.DataFrame:
    """The last days' movements of every SKU and location on the daily check, newest first.

    Columns: sku, location, system, at, event, units (signed, the SKU's own), reference, order_type, source, row.
    """
    moves = batch.movements
    moves = moves[(moves["at"] > as_of - timedelta(days=DAYS)) & (moves["at"] <= as_of)]
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
    wanted = set(zip(daily["sku"].cat.codes.tolist(), daily["location"].cat.codes.tolist(), strict=True))
    mine = [pair in wanted for pair in zip(frame["sku_at"].tolist(), frame["place"].tolist(), strict=True)]
    frame = frame[np.array(mine, dtype=bool)]
    frame = frame.sort_values(
        ["sku_at", "place", "at", "system", "source", "row"], ascending=[True, True, False, True, True, True]
    )
    skus, locations = setup.skus["sku"].to_numpy(object), setup.locations["location"].to_numpy(object)
    frame.insert(0, "sku", skus[frame.pop("sku_at")])
    frame.insert(1, "location", locations[frame.pop("place")])
    for name in ("reference", "order_type"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame.reset_index(drop=True)


def _under_way(feed: Feed, setup: Setup) -> bool:
    return bool(setup.locations["kind"].iat[feed.no] == "transit")
