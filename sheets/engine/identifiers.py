"""Which SKU a system means by the name it uses, and how many units one of its units is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from connectors.frames import Note
from sheets.engine.setup import Setup


@dataclass(frozen=True)
class Naming:
    """For each system (row) and each name (column): the SKU's place in SKUs, -1 unmapped, and units per name."""

    sku: np.ndarray
    units_per: np.ndarray


def naming(systems: pd.Index, names: pd.Index, setup: Setup) -> Naming:
    """What each name means in each system: the SKU of that name, unless Identifiers says otherwise.

    A case counts its units; a kit is its own stock, so it keeps its own name.
    """
    skus = pd.Index(setup.skus["sku"].astype(object))
    sku = np.tile(skus.get_indexer(pd.Index(names.astype(object))).astype(np.int32), (len(systems), 1))
    units_per = np.ones(sku.shape, dtype=np.int64)
    lines = setup.identifiers[setup.identifiers["kind"] != "kit"]
    row = systems.get_indexer(pd.Index(lines["system"].astype(object)))
    column = names.get_indexer(pd.Index(lines["system_sku"].astype(object)))
    meant = skus.get_indexer(pd.Index(lines["sku"].astype(object)))
    used = (row >= 0) & (column >= 0) & (meant >= 0)
    sku[row[used], column[used]] = meant[used]
    units_per[row[used], column[used]] = lines["units_per"].to_numpy(np.int64)[used]
    return Naming(sku, units_per)


def meant(frame: pd.DataFrame, setup: Setup) -> tuple[np.ndarray, np.ndarray]:
    """For each row of a frame with system and system_sku: the SKU's place in SKUs (-1 unmapped), and units per."""
    systems = pd.Index(frame["system"].astype("str").unique()).astype(object)
    names = pd.Index(frame["system_sku"].astype("str").unique()).astype(object)
    meaning = naming(systems, names, setup)
    at = systems.get_indexer(frame["system"].astype(object)), names.get_indexer(frame["system_sku"].astype(object))
    return meaning.sku[at], meaning.units_per[at]


def kits(setup: Setup) -> pd.DataFrame:
    """What each kit is made of: kit and component (places in SKUs) and units_per, one line per component."""
    lines = setup.identifiers[setup.identifiers["kind"] == "kit"]
    skus = pd.Index(setup.skus["sku"].astype(object))
    frame = pd.DataFrame(
        {
            "kit": skus.get_indexer(pd.Index(lines["system_sku"].astype(object))),
            "component": skus.get_indexer(pd.Index(lines["sku"].astype(object))),
            "units_per": lines["units_per"].to_numpy(np.int64),
        }
    )
    known = (frame["kit"] >= 0) & (frame["component"] >= 0)
    return frame[known].drop_duplicates(["kit", "component"]).sort_values(["component", "kit"], ignore_index=True)


def counted_once(
    counts: pd.DataFrame, identifiers: pd.DataFrame, setup: Setup, days: np.ndarray | None = None
) -> tuple[pd.DataFrame, list[Note]]:
    """The counts without the second of two seller SKUs that show one stock.

    Two SKUs of a system on one FNSKU in one place, alike in every state and not empty, are one stock seen twice:
    the first that maps to a SKU stays. Where they differ in any state they are two stocks, and both stay.
    days: of each row, where counts are of several days; each day is looked at by itself.
    """
    shared = identifiers.dropna(subset=["fnsku"]).drop_duplicates(["system", "system_sku"])
    shared = shared[shared.duplicated(["system", "fnsku"], keep=False)]
    if shared.empty or counts.empty:
        return counts, []
    keys = ["system", "system_location", "system_sku"]
    counts_days = np.zeros(len(counts), dtype=np.int64) if days is None else days
    twins = counts["system_sku"].isin(set(shared["system_sku"])).to_numpy()
    rows = counts.loc[twins, [*keys, "state", "units"]].astype(dict.fromkeys([*keys, "state"], "str"))
    rows["day"] = counts_days[twins]
    rows = rows.merge(shared[["system", "system_sku", "fnsku"]].astype("str"), on=["system", "system_sku"])
    if rows.empty:
        return counts, []
    rows["said"] = rows["state"] + "=" + rows["units"].astype("str")
    rows = rows.sort_values([*keys, "day", "said"])
    seen = rows.groupby([*keys, "day", "fnsku"], as_index=False).agg(said=("said", ";".join), most=("units", "max"))
    seen = seen[seen["most"] > 0]
    named = {(line.system, line.system_sku) for line in setup.identifiers.itertuples(index=False)}
    known = set(setup.skus["sku"])
    seen["stranger"] = [
        sku not in known and (system, sku) not in named
        for system, sku in zip(seen["system"], seen["system_sku"], strict=True)
    ]
    seen = seen.sort_values(["stranger", "system_sku"])
    again = seen[seen.duplicated(["system", "system_location", "day", "fnsku", "said"])]
    if again.empty:
        return counts, []
    dropped = pd.MultiIndex.from_frame(again[[*keys, "day"]])
    mine = pd.MultiIndex.from_arrays([*(counts.loc[twins, name].astype("str") for name in keys), counts_days[twins]])
    kept = np.ones(len(counts), dtype=bool)
    kept[twins] = ~mine.isin(dropped)
    notes = [
        Note(
            row.system,
            row.system_location,
            f"'{row.system_sku}' shows the same stock as another SKU on FNSKU {row.fnsku}: counted once",
        )
        for row in again.sort_values(keys).itertuples(index=False)
    ]
    return counts[kept], notes
