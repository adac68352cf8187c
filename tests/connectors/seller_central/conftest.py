"""Reports written in the test itself, dropped as a user would drop them, and read by the kind that claims them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from connectors.base import Dropped, recognise
from connectors.delimited import read_delimited
from connectors.frames import SHAPES, Batch
from connectors.seller_central import KINDS

NOW = pd.Timestamp("2026-10-05T09:00:00Z").as_unit("us")


@pytest.fixture
def table() -> Callable[..., str]:
    """table(columns, rows): a report with these columns; each row says some of them, the rest are blank."""

    def write(
        columns: Sequence[str],
        rows: Sequence[Mapping[str, object]],
        *,
        delimiter: str = "\t",
        quote: str = "",
        end: str = "\n",
    ) -> str:
        for row in rows:
            assert set(row) <= set(columns), f"no such column: {set(row) - set(columns)}"
        lines = [list(columns), *([str(row.get(name, "")) for name in columns] for row in rows)]
        return "".join(delimiter.join(f"{quote}{cell}{quote}" for cell in line) + end for line in lines)

    return write


@pytest.fixture
def drop() -> Callable[..., Dropped]:
    """drop(text or bytes): the file as it lies in exports/seller-central/us, written on 5 October 2026."""

    def opened(
        content: str | bytes,
        name: str = "us/report.txt",
        *,
        zone: str = "UTC",
        named_time: pd.Timestamp | None = None,
    ) -> Dropped:
        raw = content.encode() if isinstance(content, str) else content
        folder = name.split("/")[0] if "/" in name else ""
        return Dropped(
            system="Seller Central",
            name=name,
            folder=folder,
            rows=read_delimited(raw, name),
            named_time=named_time,
            file_time=NOW,
            time_zone=ZoneInfo(zone),
            now=NOW,
        )

    return opened


@pytest.fixture
def read(drop: Callable[..., Dropped]) -> Callable[..., Batch]:
    """read(text or bytes): the batch of the one kind that claims the file."""

    def opened(content: str | bytes, name: str = "us/report.txt", **said: object) -> Batch:
        dropped = drop(content, name, **said)
        return recognise(dropped.rows, name, KINDS).read(dropped)

    return opened


@pytest.fixture
def shown() -> Callable[[Batch], str]:
    """shown(batch): every frame that has rows, as CSV, and every note; missing is written so."""

    def text(batch: Batch) -> str:
        parts = []
        for shape in SHAPES:
            frame = getattr(batch, shape)
            if len(frame):
                parts.append(f"[{shape}]\n" + frame.to_csv(index=False, lineterminator="\n", na_rep="(missing)"))
        parts.extend(f"[note] {note.source}: {note.said}\n" for note in batch.notes)
        return "\n".join(parts)

    return text
