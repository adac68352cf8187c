"""The report that other programs read: `mastersheet check DIR --json`. docs/check.schema.json describes it."""

from __future__ import annotations

import csv
import io
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from sheets.engine.diagnosis.parts import Diagnosis
from sheets.engine.order import PARTS
from sheets.engine.reconcile import Reconciliation

SCHEMA_VERSION: Final = 1
STALE: Final = "STALE"

Row = dict[str, Any]
_CSV: Final = (
    "sku", "location", "system", "authority", "authority_units", "system_units", "gap", "threshold", "flagged", "flag",
    "age", "verdict", "cause", "remainder", "last_agreed",
)  # fmt: skip


def as_json(reconciliation: Reconciliation, *, all_rows: bool) -> Row:
    """The reconciliation as plain values: whole numbers as ints, days in the brand's time zone, missing as None.

    all_rows: of every SKU; else only of those that the daily check looks at.
    """
    covered = _covered(reconciliation, all_rows)
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": day(reconciliation.as_of, _zone(reconciliation)),
        "checked_skus": int(covered.sum()),
        "gaps": gaps(reconciliation, covered),
        "positions": positions(reconciliation, covered),
        "totals": _totals(reconciliation, covered),
        "overstock": _overstock(reconciliation, covered),
        "unmapped": [
            {**row, "units": number(row["units"])} for row in reconciliation.unmapped.to_dict(orient="records")
        ],
        "set_aside": [
            {
                "system": one.system,
                "source": one.source,
                "reason": one.reason,
                "kept_as_of": day(one.kept_as_of, _zone(reconciliation)),
            }
            for one in reconciliation.set_aside
        ],
    }


def gaps(reconciliation: Reconciliation, covered: np.ndarray) -> list[Row]:
    """One row per SKU, location and secondary, in the order of SKUs, Locations and the source map."""
    frame = _of(reconciliation.gaps.assign(why=_each(reconciliation)), covered)
    return [
        {
            "sku": row.sku,
            "location": row.location,
            "system": row.system,
            "authority": row.authority,
            "authority_units": number(row.authority_units),
            "system_units": number(row.system_units),
            "gap": number(row.gap),
            "threshold": number(row.threshold),
            "flagged": bool(row.flagged),
            "flag": row.flag,
            "age": STALE if row.stale else "",
            **_why(row.why, row.gap, row.threshold, bool(row.flagged)),
            "last_agreed": None if row.agreed != row.agreed else _date(int(row.agreed)),
        }
        for row in frame.itertuples(index=False)
    ]


def _each(reconciliation: Reconciliation) -> pd.Series:
    """The diagnosis of each row of gaps, None without one."""
    rows = range(len(reconciliation.gaps))
    return pd.Series([reconciliation.diagnoses.get(row) for row in rows], dtype="object")


def _why(found: Diagnosis | None, gap: float, threshold: float, flagged: bool) -> Row:
    """The diagnosis of a gap; of none at all, or of a gap that cannot be told, all of it is missing."""
    if found is None or not found.gap:
        return {
            "verdict": "open" if flagged else None,
            "cause": None,
            "explained": [],
            "remainder": number(gap),
        }
    told = flagged or bool(found.parts)
    return {
        "verdict": found.verdict(threshold) if told else None,
        "cause": found.cause,
        "explained": [
            {
                "cause": part.cause,
                "units": part.units,
                "references": list(part.references),
                "verdict": part.verdict,
                "alternatives": part.alternatives,
            }
            for part in found.parts
        ],
        "remainder": found.remainder,
    }


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))


def positions(reconciliation: Reconciliation, covered: np.ndarray) -> list[Row]:
    """One row per SKU and location that has a position, which adds up to segment and total."""
    frame = _of(reconciliation.counts, covered)
    frame = frame[frame["position"].notna()]
    zone = _zone(reconciliation)
    return [
        {
            "sku": row.sku,
            "location": row.location,
            "segment": row.segment,
            "units": number(row.position),
            "source": row.authority,
            "as_of": day(row.as_of, zone),
            "stale": bool(row.stale),
        }
        for row in frame.itertuples(index=False)
    ]


def _totals(reconciliation: Reconciliation, covered: np.ndarray) -> list[Row]:
    by_segment: dict[str, dict[str, Any]] = {}
    known = reconciliation.segments[reconciliation.segments["units"].notna()]
    for sku, segment, units in zip(known["sku"], known["segment"], known["units"], strict=True):
        by_segment.setdefault(sku, {})[segment] = number(units)
    return [
        {
            "sku": row.sku,
            "segments": by_segment.get(row.sku, {}),
            "total": number(row.total),
            "order_against": number(row.order_against),
            "low": number(row.low),
            "high": number(row.high),
            "order": row.order,
            "parts": {part: number(getattr(row, part)) for part in PARTS},
        }
        for row in _of(reconciliation.orders, covered).itertuples(index=False)
    ]


def _overstock(reconciliation: Reconciliation, covered: np.ndarray) -> list[Row]:
    frame = _of(reconciliation.segments, covered)
    return [
        {
            "sku": row.sku,
            "segment": row.segment,
            "units": number(row.units),
            "units_per_day": number(row.units_per_day),
            "days_of_cover": number(row.days_of_cover),
            "over_units": number(row.over_units),
            "over_value": number(row.over_value),
            "masked": bool(row.masked),
        }
        for row in frame[frame["over_units"] > 0].itertuples(index=False)
    ]


def as_csv(reconciliation: Reconciliation, *, all_rows: bool) -> str:
    """The gaps as CSV, with the names of the JSON report but for what is a list there."""
    rows = gaps(reconciliation, _covered(reconciliation, all_rows))
    out = io.StringIO()
    writer = csv.DictWriter(out, _CSV, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _word(cell) for name, cell in row.items()} for row in rows)
    return out.getvalue()


def _word(cell: Any) -> Any:  # noqa: ANN401 - whatever the report holds
    return ("yes" if cell else "no") if isinstance(cell, bool) else cell


def _covered(reconciliation: Reconciliation, all_rows: bool) -> np.ndarray:
    return np.ones(len(reconciliation.setup.skus), dtype=bool) if all_rows else reconciliation.checked


def _of(frame: pd.DataFrame, covered: np.ndarray) -> pd.DataFrame:
    return frame[covered[frame["sku"].cat.codes.to_numpy()]]


def number(value: Any) -> int | float | None:  # noqa: ANN401 - whatever a frame's cell holds
    """A number rounded to six places, an int where it is whole; None where it is missing."""
    if value is None or pd.isna(value):
        return None
    rounded = round(float(value), 6)
    return int(rounded) if rounded.is_integer() else rounded


def day(moment: pd.Timestamp | None, zone: ZoneInfo) -> str | None:
    """The day of a moment in the brand's time zone, as YYYY-MM-DD."""
    return None if moment is None or pd.isna(moment) else f"{moment.tz_convert(zone):%Y-%m-%d}"


def _zone(reconciliation: Reconciliation) -> ZoneInfo:
    return ZoneInfo(reconciliation.setup.settings.time_zone)
