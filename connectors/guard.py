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
    bad = _impossible(batch.counts, authorities)
    # What was impossible on an earlier day is no last good number either.
    before = _impossible(batch.past, authorities)
    past = _without(batch.past, before, [*_KEYS, "as_of"])
    if bad.empty:
        return batch if before.empty else replace(batch, past=past)
    aside = tuple(
        SetAside(
            row.system,
            row.source,
            f"{row.source}:{row.row}: {row.state} of {row.system_sku} at {row.system_location} is {row.units:,}; "
            f"expected {'0 or more' if row.units < 0 else f'at most {MOST_UNITS:,}'} where {row.system} is "
            "the authority. Correct it there and export again",
            kept_as_of=_last_good(past, row.system, row.system_location, row.system_sku),
            counts=False,
            place=row.system_location,
            system_sku=row.system_sku,
        )
        for row in bad.sort_values([*_KEYS, "source", "row"]).drop_duplicates(_KEYS).itertuples(index=False)
    )
    return replace(batch, counts=_without(batch.counts, bad, _KEYS), past=past, set_aside=(*batch.set_aside, *aside))


_KEYS: Final = ["system", "system_location", "system_sku"]


def _impossible(frame: pd.DataFrame, authorities: Collection[tuple[str, str]]) -> pd.DataFrame:
    """The rows that cannot be, with their texts as plain strings."""
    beyond = frame["units"].abs() > MOST_UNITS
    rows = frame.loc[(frame["units"] < 0) | beyond].astype(dict.fromkeys([*_KEYS, "state", "source"], "str"))
    at_authority = [pair in authorities for pair in zip(rows["system"], rows["system_location"], strict=True)]
    return rows[pd.Series(at_authority, index=rows.index, dtype=bool) | beyond[rows.index]]


def _without(frame: pd.DataFrame, rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The frame without every row that has the keys of one of these."""
    if rows.empty:
        return frame
    texts = dict.fromkeys(_KEYS, "str")
    mine = pd.MultiIndex.from_frame(frame[keys].astype(texts))
    return frame[~mine.isin(pd.MultiIndex.from_frame(rows[keys].astype(texts)))].reset_index(drop=True)


def _last_good(past: pd.DataFrame, system: str, place: str, sku: str) -> pd.Timestamp | None:
    mine = past[(past["system"] == system) & (past["system_location"] == place) & (past["system_sku"] == sku)]
    return None if mine.empty else mine["as_of"].max()
