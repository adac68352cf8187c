"""The guard: no input is trusted by itself. What cannot be is set aside, and the last good number kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

import pandas as pd

from connectors.frames import Batch, SetAside

MOST_UNITS: Final = 1_000_000_000  # more than any brand keeps of one SKU in one place


def guard(batch: Batch, authorities: Collection[tuple[str, str]]) -> Batch:
    """The batch without counts that cannot be, each named in `set_aside`.

    authorities: (system, system_location) of every place at which a system is the authority. A negative count
    there cannot be right; at a secondary it is shown, since it is what that system says. The SKU's other states
    of that place go with it: a position is not made from half of a broken row.
    """
    counts = batch.counts
    if counts.empty:
        return batch
    impossible = (counts["units"] < 0) | (counts["units"].abs() > MOST_UNITS)
    if not impossible.any():
        return batch
    keys = ["system", "system_location", "system_sku"]
    bad = counts.loc[impossible].astype(dict.fromkeys([*keys, "state", "source"], "str"))
    pairs = zip(bad["system"], bad["system_location"], strict=True)
    bad = bad[[pair in authorities for pair in pairs] | (bad["units"].abs() > MOST_UNITS)]
    if bad.empty:
        return batch
    bad = bad.sort_values([*keys, "source", "row"]).drop_duplicates(keys)
    gone = pd.MultiIndex.from_arrays([counts[name].astype("str") for name in keys]).isin(
        pd.MultiIndex.from_frame(bad[keys])
    )
    aside = tuple(
        SetAside(
            row.system,
            row.source,
            f"{row.source}:{row.row}: {row.state} of {row.system_sku} at {row.system_location} is {row.units:,}; "
            f"expected 0 to {MOST_UNITS:,} where {row.system} is the authority. Correct it there and export again",
            kept_as_of=_last_good(batch.past, row.system, row.system_location, row.system_sku),
            counts=False,
        )
        for row in bad.itertuples(index=False)
    )
    return replace(batch, counts=counts[~gone].reset_index(drop=True), set_aside=(*batch.set_aside, *aside))


def _last_good(past: pd.DataFrame, system: str, place: str, sku: str) -> pd.Timestamp | None:
    mine = past[(past["system"] == system) & (past["system_location"] == place) & (past["system_sku"] == sku)]
    return None if mine.empty else mine["as_of"].max()
