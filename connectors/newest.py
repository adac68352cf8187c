"""What a system's files say together: today's counts, past ones, and the newest of everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.base import Kind
from connectors.frames import Batch, empty, joined
from connectors.newest_counts import counts_of_today, local_days

_TIME: Final = {"splits": "as_of", "balances": "as_of", "movements": "at", "orders": "day", "sales": "last"}


@dataclass(frozen=True, eq=False)
class Export:
    """One file or tab that was read. file_time: when it was written; named_time: the date in its name, if any.

    beside: exports that say the same here stand side by side; none of them is newer than another.
    """

    kind: Kind
    name: str
    folder: str
    file_time: pd.Timestamp
    named_time: pd.Timestamp | None
    batch: Batch = field(repr=False)
    beside: str = ""

    def stands_beside(self, other: Export) -> bool:
        """Whether both are parts of one whole."""
        return self is not other and bool(self.beside) and self.beside == other.beside

    @property
    def age_order(self) -> tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp, str]:
        """Files in this order are older to newer.

        Copying a folder gives its files times a moment apart, in any order: within a minute what the files say
        themselves decides.
        """
        written = self.named_time or self.file_time
        times = [getattr(self.batch, shape)[name].max() for shape, name in (*_TIME.items(), ("counts", "as_of"))]
        last = max((time for time in times if not pd.isna(time)), default=written)
        return written.floor("min"), last, written, self.name


def newest(
    system: str, exports: Sequence[Export], kinds: Sequence[Kind], zone: ZoneInfo, as_of: pd.Timestamp | None
) -> Batch:
    """One batch from all files of a system; nothing in it is later than as_of.

    Counts: see newest_counts. Shipments, sales, balances and splits: the newest file of each kind and folder.
    Movements and orders: a newer file replaces what older files of its kind say of the days it spans, place by
    place, because a ledger has no key of its own. Identifiers: the newest value for each SKU.
    """
    exports = sorted(exports, key=lambda export: export.age_order)
    if as_of is not None:
        exports = [_until(export, as_of) for export in exports]
    counts, past, coverage, notes = counts_of_today(
        system, [(export.kind, export.name, export.batch) for export in exports], kinds, zone
    )
    parts = [
        Batch(
            **{
                shape: getattr(export.batch, shape)
                for shape in ("shipments", "sales", "balances", "splits")
                if _is_newest(export, shape, exports)
            },
            movements=_not_said_again(export, "movements", exports, zone),
            orders=_not_said_again(export, "orders", exports, zone),
            identifiers=export.batch.identifiers,
        )
        for export in exports
    ]
    rest = joined(parts)
    return replace(
        rest,
        counts=counts,
        past=past,
        coverage=coverage,
        identifiers=_newest_identifiers(rest.identifiers),
        notes=tuple(note for export in exports for note in export.batch.notes) + notes,
    )


def _until(export: Export, as_of: pd.Timestamp) -> Export:
    frames = {}
    for shape, name in (*_TIME.items(), ("counts", "as_of")):
        frame = getattr(export.batch, shape)
        if len(frame) and frame[name].max() > as_of:
            frames[shape] = frame[frame[name] <= as_of].reset_index(drop=True)
    shipments = export.batch.shipments
    if len(shipments):
        began = shipments[["shipped_at", "arrived_at", "closed_at"]].min(axis=1)
        later = (began > as_of).to_numpy()
        # What a file that is named for a later day says of shipments was not yet known.
        known = export.named_time is None or export.named_time <= as_of
        frames["shipments"] = shipments[~later].reset_index(drop=True) if known else empty("shipments")
    coverage = export.batch.coverage
    if len(coverage) and coverage["as_of"].max() > as_of:
        frames["coverage"] = _coverage_until(coverage, frames.get("counts", export.batch.counts), as_of)
    return replace(export, batch=replace(export.batch, **frames))


def _coverage_until(coverage: pd.DataFrame, counts: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Coverage as of the latest counts of each place up to as_of; places without any are not covered."""
    latest = counts["as_of"].groupby(counts["system_location"].astype("str")).max().to_dict()
    known = [latest.get(place, pd.NaT) for place in coverage["system_location"]]
    times = coverage["as_of"].where(coverage["as_of"] <= as_of, pd.Series(known, dtype="datetime64[us, UTC]"))
    return coverage.assign(as_of=times)[times.notna()].reset_index(drop=True)


def _is_newest(export: Export, shape: str, exports: Sequence[Export]) -> bool:
    """Whether no newer file of its kind and folder holds this shape; its own times say more than the file's."""
    alike = [
        other
        for other in exports
        if other.kind is export.kind
        and other.folder == export.folder
        and len(getattr(other.batch, shape))
        and not export.stands_beside(other)
    ]
    if getattr(export.kind, "one_shipment", False):
        alike = [other for other in alike if _shipments_of(other) == _shipments_of(export)]
    if shape in _TIME:
        alike = sorted(alike, key=lambda other: getattr(other.batch, shape)[_TIME[shape]].max())
    return bool(alike) and alike[-1] is export


def _shipments_of(export: Export) -> frozenset[str]:
    return frozenset(export.batch.shipments["shipment"].astype("str"))


def _not_said_again(export: Export, shape: str, exports: Sequence[Export], zone: ZoneInfo) -> pd.DataFrame:
    """The file's rows outside of the days that newer files of its kind span for the same place."""
    frame: pd.DataFrame = getattr(export.batch, shape)
    if not len(frame):
        return frame
    newer = [
        getattr(other.batch, shape)
        for other in exports[exports.index(export) + 1 :]
        if other.kind is export.kind and not export.stands_beside(other)
    ]
    spans = [_spans(other, shape, zone) for other in newer if len(other)]
    if not spans:
        return frame
    place = frame[_PLACE[shape]].astype("str")
    days = local_days(frame[_TIME[shape]], zone)
    again = pd.Series(False, index=frame.index)
    for span in spans:
        again |= (days >= place.map(span["min"])) & (days <= place.map(span["max"]))
    return frame[~again].reset_index(drop=True)


_PLACE: Final = {"movements": "system_location", "orders": "channel"}


def _spans(frame: pd.DataFrame, shape: str, zone: ZoneInfo) -> pd.DataFrame:
    """The first and last day of each place."""
    days = local_days(frame[_TIME[shape]], zone)
    return days.groupby(frame[_PLACE[shape]].astype("str")).agg(["min", "max"])


def _newest_identifiers(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per SKU: of each identifier the newest value that is known. The rows come oldest file first."""
    if not frame["system_sku"].duplicated().any():
        return frame
    names = list(frame.columns)
    last = frame.astype({"system": "str"}).groupby("system_sku", sort=False, as_index=False).last()
    return last[names].astype({name: "str" for name in names if name != "system"}).astype({"system": "category"})
