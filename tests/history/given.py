"""Frames for tests, from rows that say only what matters, and frames as plain values."""

from __future__ import annotations

from typing import Any

import pandas as pd

from connectors.frames import SHAPES, empty


def rows(shape: str, *given: dict[str, Any]) -> pd.DataFrame:
    """A frame of a shape from rows that say only what matters."""
    usual: dict[str, Any] = {
        "system": "Portal", "system_location": "NJ", "system_sku": "A", "state": "on_hand", "units": 1,
        "source": "a.csv", "row": 2, "event": "sale", "channel": "web", "shipment": "S1", "orders": 1,
        "time_from": "column", "as_of": "2026-10-05", "at": "2026-10-05", "day": "2026-10-05",
        "first": "2026-10-05", "last": "2026-10-05",
    }  # fmt: skip
    none = empty(shape)
    columns = {}
    for name, kind in SHAPES[shape].items():
        cells = [{**usual, **one}.get(name) for one in given]
        if kind.lower() == "t":
            columns[name] = pd.Series(pd.to_datetime(cells, utc=True, format="ISO8601")).astype(none[name].dtype)
        else:
            columns[name] = pd.Series(cells, dtype=none[name].dtype)
    return pd.DataFrame(columns)


def said(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """A frame's rows as plain values, None where one is missing, sorted."""
    plain = frame.astype("object").where(frame.notna(), None)
    return sorted((tuple(row) for row in plain.itertuples(index=False)), key=str)
