"""What the tests of tables share: a system's folder written from texts, read at a fixed time."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from connectors.base import Kind
from connectors.canonical import CANONICAL
from connectors.column_map import ColumnMap
from connectors.exports import read_exports
from connectors.frames import Batch
from connectors.tables import mapped_tables

NEW_YORK = ZoneInfo("America/New_York")
NOW = pd.Timestamp("2026-10-05T18:00:00Z")
WRITTEN = pd.Timestamp("2026-10-05T12:00:00Z")

Read = Callable[..., Batch]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """read({name: text or bytes}, kinds=..., maps=..., ...): the batch of a folder that holds these files.

    written: name -> when the file was written; a file that is not named there was written at noon UTC.
    """
    folder = tmp_path / "exports"

    def from_files(
        files: Mapping[str, str | bytes],
        kinds: Sequence[Kind] = CANONICAL,
        *,
        maps: Sequence[ColumnMap] = (),
        written: Mapping[str, str] | None = None,
        now: pd.Timestamp = NOW,
        zone: ZoneInfo = NEW_YORK,
        **options: object,
    ) -> Batch:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            moment = pd.Timestamp((written or {}).get(name, WRITTEN))
            os.utime(path, (moment.timestamp(), moment.timestamp()))
        chosen = mapped_tables("Portal", maps) if maps else kinds
        return read_exports(folder, "Portal", chosen, time_zone=zone, now=now, **options)  # type: ignore[arg-type]

    return from_files


@pytest.fixture
def units() -> Callable[[pd.DataFrame], dict[tuple[str, str, str], int]]:
    """units(counts): {(location, SKU, state): units}, each once."""

    def of(counts: pd.DataFrame) -> dict[tuple[str, str, str], int]:
        keys = list(zip(counts["system_location"], counts["system_sku"], counts["state"], strict=True))
        assert len(set(keys)) == len(keys)
        return dict(zip(keys, counts["units"].tolist(), strict=True))

    return of


@pytest.fixture
def as_text() -> Callable[[Batch], str]:
    """The filled frames and the notes of a batch, for golden files."""

    def text(batch: Batch) -> str:
        parts = []
        for shape in ("counts", "past", "coverage", "movements", "shipments", "orders", "identifiers"):
            frame = getattr(batch, shape)
            if len(frame):
                parts.append(f"# {shape}\n{frame.to_csv(index=False, lineterminator=chr(10))}")
        parts.extend(f"# note {note.source}: {note.said}\n" for note in batch.notes)
        return "\n".join(parts)

    return text
