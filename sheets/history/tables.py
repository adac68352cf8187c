"""The buyer's tables as text and back, cell by cell: what stood there is what is replayed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd


def tables_text(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Tables of text, numbers, yes and no, dates and empty cells, the same bytes for the same cells."""
    said = {
        name: {
            "columns": [str(column) for column in table.columns],
            "rows": [[_cell(cell) for cell in row] for row in table.astype("object").to_numpy().tolist()],
        }
        for name, table in sorted(tables.items())
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def tables_from(text: bytes) -> dict[str, pd.DataFrame]:
    """The tables of such a text."""
    return {
        name: pd.DataFrame(
            [[_was(cell) for cell in row] for row in table["rows"]], columns=table["columns"], dtype=object
        )
        for name, table in json.loads(text).items()
    }


def _cell(cell: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, (datetime, date)):
        return {"day" if type(cell) is date else "time": cell.isoformat()}
    if isinstance(cell, (str, bool, int, float)):
        return cell
    return cell.item() if hasattr(cell, "item") else str(cell)


def _was(cell: Any) -> Any:  # noqa: ANN401 - whatever a cell held
    if isinstance(cell, dict):
        return date.fromisoformat(cell["day"]) if "day" in cell else datetime.fromisoformat(cell["time"])
    return cell
