"""Compare: what changed between two refreshes, and of each changed number how much of it for which reason.

Four replays stand between the two, each with one more thing as it is in the second: the rules, the map, what the
sources say by now of the first one's moment, and then the stock of the second. Their differences add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from connectors.frames import Batch
from sheets.engine.reconcile import Reconciliation, reconcile
from sheets.engine.setup import Settings, Setup
from sheets.filled import filled
from sheets.history.paged import micro
from sheets.history.store import History
from sheets.replay import Replay

STOCK: Final = "stock moved"
CORRECTED: Final = "source corrected itself"
MAPPING: Final = "mapping changed"
RULE: Final = "rule changed"
REASONS: Final = (RULE, MAPPING, CORRECTED, STOCK)
_KEY: Final = ["sku", "location", "system"]
# What of the setup decides which units stand where; names, costs and demand do not.
_MAPPED: Final = ("locations", "source_map", "identifiers")


@dataclass(frozen=True)
class Comparison:
    """Two refreshes beside each other.

    changes: one row per SKU, location and system whose units or flag changed: sku, location, system, then and now
    (units, NaN for no number), one column per reason (units, NaN where one side has no number), why (the reasons
    that changed anything), flag_then and flag_now ("" at the authority). rules, lines: what was changed in Settings
    and in the map, old and new.
    """

    then: Replay
    now: Replay
    changes: pd.DataFrame
    rules: tuple[str, ...]
    lines: tuple[str, ...]


def compare(history: History, then: Replay, now: Replay) -> Comparison:
    """What changed from one refresh to another."""
    rules = replace(then.setup, settings=now.setup.settings)
    corrected = _as_known_at(history, then, now)
    steps = [
        _of(then.batch, then.setup, then),
        _of(then.batch, rules, then),
        _of(then.batch, now.setup, then),
        _of(corrected, now.setup, then),
        _of(now.batch, now.setup, now),
    ]
    return Comparison(
        then, now, _changes(steps), _settings(then.setup.settings, now.setup.settings), _lines(then.setup, now.setup)
    )


def _of(batch: Batch, setup: Setup, at: Replay) -> pd.DataFrame:
    """Units and flag of every SKU, location and system: the authority's position and what each other counts."""
    as_of = at.kept.as_of
    found: Reconciliation = reconcile(batch, filled(setup, batch, as_of), as_of=as_of)
    ours = found.counts[["sku", "location", "authority", "units"]].set_axis([*_KEY, "units"], axis=1)
    theirs = found.gaps[["sku", "location", "system", "system_units", "flag"]]
    theirs = theirs.set_axis([*_KEY, "units", "flag"], axis=1)
    rows = pd.concat([ours.assign(flag="").astype({"flag": "object"}), theirs.astype({"flag": "object"})])
    return rows.astype(dict.fromkeys(_KEY, "str")).set_index(_KEY)


def _as_known_at(history: History, then: Replay, now: Replay) -> Batch:
    """The first batch with its counts as they stood in history after the second refresh."""
    counts = then.batch.counts
    wanted = set(
        zip(counts["system"].astype("str"), counts["system_location"].astype("str"), micro(counts["as_of"]).tolist(),
            strict=True)
    )  # fmt: skip
    times = [time for _, _, time in wanted]
    pages = history.pages("counts", min(times, default=0), max(times, default=0), upto=now.kept.id)
    found = history.frame("counts", [page[4] for page in pages if page[:3] in wanted])
    # Of a page that holds several exports only the states that the first refresh took as its day's.
    keys = ["system", "system_location", "state"]
    taken = pd.MultiIndex.from_frame(counts[keys].astype("str").drop_duplicates())
    mine = pd.MultiIndex.from_frame(found[keys].astype("str")).isin(taken)
    return replace(then.batch, counts=found[mine].reset_index(drop=True))


def _changes(steps: list[pd.DataFrame]) -> pd.DataFrame:
    rows = steps[-1].index.union(steps[0].index, sort=False)
    for step in steps[1:-1]:
        rows = rows.union(step.index, sort=False)
    units = np.stack([step["units"].reindex(rows).to_numpy(float) for step in steps])
    flags = np.stack([step["flag"].reindex(rows).fillna("").to_numpy(object) for step in steps])
    known = ~np.isnan(units)
    moved = (known[1:] != known[:-1]) | (known[1:] & known[:-1] & (units[1:] != units[:-1]))
    flagged = flags[1:] != flags[:-1]
    changed = (moved | flagged).any(axis=0)
    differences = np.where(known[1:] & known[:-1], units[1:] - units[:-1], np.where(moved, np.nan, 0.0))
    frame = pd.DataFrame(index=rows).reset_index().set_axis(_KEY, axis=1)
    frame = frame.assign(then=units[0], now=units[-1])
    for reason, difference in zip(REASONS, differences, strict=True):
        frame[reason] = difference
    why = [
        ", ".join(reason for reason, one in zip(REASONS, column, strict=True) if one)
        for column in (moved | flagged).T.tolist()
    ]
    frame = frame.assign(why=why, flag_then=flags[0], flag_now=flags[-1])
    return frame[changed].reset_index(drop=True)


def _settings(then: Settings, now: Settings) -> tuple[str, ...]:
    pairs = zip(vars(then).items(), vars(now).values(), strict=True)
    return tuple(f"{name}: {_cell(old)} -> {_cell(new)}" for (name, old), new in pairs if old != new)


def _lines(then: Setup, now: Setup) -> tuple[str, ...]:
    """The rows of the map that only one of the two has."""
    said = []
    for shape in _MAPPED:
        old, new = (_rows(getattr(setup, shape)) for setup in (then, now))
        said += [f"{shape}: - {row}" for row in old if row not in new]
        said += [f"{shape}: + {row}" for row in new if row not in old]
    return tuple(said)


def _rows(frame: pd.DataFrame) -> list[str]:
    return [" · ".join(_cell(cell) for cell in row if _cell(cell)) for row in frame.itertuples(index=False)]


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a cell of the setup holds
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {rate:g}" for name, rate in value.items()) or "none"
    if isinstance(value, tuple):
        return ";".join(map(str, value)) or "none"
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:g}"
    return "" if value is None or value is pd.NA else str(value)


def as_json(found: Comparison) -> dict[str, Any]:
    """The comparison as plain values; units that are missing are None."""
    from sheets.report import day, number

    ends = {
        name: {
            "refresh": one.kept.number,
            "at": f"{one.kept.at:%Y-%m-%dT%H:%M:%SZ}",
            "as_of": day(one.kept.as_of, ZoneInfo(one.setup.settings.time_zone)),
        }
        for name, one in (("then", found.then), ("now", found.now))
    }
    rows = [
        {
            "sku": row["sku"],
            "location": row["location"],
            "system": row["system"],
            "then": number(row["then"]),
            "now": number(row["now"]),
            **{reason.replace(" ", "_"): number(row[reason]) for reason in reversed(REASONS)},
            "why": row["why"].split(", ") if row["why"] else [],
            "flag_then": row["flag_then"],
            "flag_now": row["flag_now"],
        }
        for row in found.changes.to_dict("records")
    ]
    return {"schema_version": 1, **ends, "rules": [*found.rules], "map": [*found.lines], "changes": rows}
