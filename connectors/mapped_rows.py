"""Movements, shipments, orders and identifiers from the columns that a map chose."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from connectors.base import Dropped
from connectors.chosen_columns import Chosen
from connectors.column_map import IDENTIFIERS, ColumnMap
from connectors.delimited import plain
from connectors.frames import EVENTS, STATUSES, empty
from connectors.mapped_cells import (
    found_units,
    framed,
    maybe_moments,
    moments,
    not_to_come,
    one_name,
    packs,
    places,
)


def movements(mapped: ColumnMap, columns: Chosen, dropped: Dropped) -> pd.DataFrame:
    """One row each, units signed as in the file times the pack; events in lower case with `_` for blanks.

    Raises BadCell.
    """
    field = columns.fields
    number = len(dropped.rows.lines)
    at = moments(mapped, field["at"], dropped)
    not_to_come(at, field["at"], dropped)
    return framed(
        "movements",
        system=one_name(dropped.system, number),
        system_location=pd.Series(places(mapped, columns.location, dropped)),
        system_sku=dropped.cells.keys(columns.sku),
        event=_events(mapped, field["event"], dropped),
        units=pd.Series(found_units(field["units"], dropped) * packs(mapped, columns, dropped)),
        at=at,
        reference=_text(field.get("reference"), dropped),
        order_type=_text(field.get("order_type"), dropped),
        channel=_text(field.get("channel"), dropped),
        source=one_name(dropped.name, number),
        row=pd.Series(dropped.rows.lines.astype(np.int64)),
    )


def shipments(mapped: ColumnMap, columns: Chosen, dropped: Dropped) -> pd.DataFrame:
    """One row per shipment and SKU; what the file does not say is missing. Raises BadCell."""
    field = columns.fields
    number = len(dropped.rows.lines)
    pack = packs(mapped, columns, dropped)
    return framed(
        "shipments",
        system=one_name(dropped.system, number),
        shipment=dropped.cells.keys(field["shipment"]),
        system_sku=dropped.cells.keys(columns.sku),
        from_location=_renamed(_text(field.get("from_location"), dropped), mapped.locations),
        to_location=_renamed(_text(field.get("to_location"), dropped), mapped.locations),
        status=_statuses(mapped, field["status"], dropped),
        shipped_units=_units(field.get("shipped_units"), dropped) * pack,
        received_units=_units(field.get("received_units"), dropped) * pack,
        shipped_at=_times(mapped, field.get("shipped_at"), dropped),
        arrived_at=_times(mapped, field.get("arrived_at"), dropped),
        closed_at=_times(mapped, field.get("closed_at"), dropped),
        source=one_name(dropped.name, number),
        row=pd.Series(dropped.rows.lines.astype(np.int64)),
    )


def orders(mapped: ColumnMap, columns: Chosen, dropped: Dropped) -> pd.DataFrame:
    """Units ordered per channel, day and SKU. Raises BadCell."""
    field = columns.fields
    day = moments(mapped, field["day"], dropped)
    not_to_come(day, field["day"], dropped)
    return framed(
        "orders",
        system=one_name(dropped.system, len(day)),
        channel=dropped.cells.keys(field["channel"]),
        order_type=_text(field.get("order_type"), dropped),
        day=day,
        system_sku=dropped.cells.keys(columns.sku),
        orders=_units(field.get("orders"), dropped),
        units=pd.Series(found_units(field["units"], dropped) * packs(mapped, columns, dropped)),
    )


def identifiers(columns: Chosen, dropped: Dropped) -> pd.DataFrame:
    """One row per SKU with the first of each identifier that its rows say; SKUs with none are left out."""
    if not columns.identifiers:
        return empty("identifiers")
    said = {name: _text(columns.identifiers.get(name), dropped) for name in IDENTIFIERS}
    frame = pd.DataFrame({"system_sku": dropped.cells.keys(columns.sku), **said}, copy=False)
    frame = frame[frame[list(IDENTIFIERS)].notna().any(axis=1)]
    if frame["system_sku"].duplicated().any():
        frame = frame.groupby("system_sku", sort=False, as_index=False).first()
    frame = frame.reset_index(drop=True).astype(dict.fromkeys(IDENTIFIERS, "str"))
    return framed(
        "identifiers",
        system=one_name(dropped.system, len(frame)),
        **{name: frame[name] for name in ("system_sku", *IDENTIFIERS)},
    )


def _text(column: str | None, dropped: Dropped) -> pd.Series:
    if column is None:
        return pd.Series(None, index=range(len(dropped.rows.lines)), dtype="str")
    return dropped.cells.text(column)


def _units(column: str | None, dropped: Dropped) -> pd.Series:
    if column is None:
        return pd.Series(pd.NA, index=range(len(dropped.rows.lines)), dtype="Int64")
    return dropped.cells.units(column)


def _times(mapped: ColumnMap, column: str | None, dropped: Dropped) -> pd.Series:
    if column is None:
        return pd.Series(pd.NaT, index=range(len(dropped.rows.lines)), dtype="datetime64[us, UTC]")
    return maybe_moments(mapped, column, dropped)


def _renamed(locations: pd.Series, names: Mapping[str, str]) -> pd.Series:
    return locations.replace(dict(names)) if names else locations


def _events(mapped: ColumnMap, column: str, dropped: Dropped) -> pd.Series:
    ours = {plain(word): event for word, event in mapped.events.items()}
    known = {plain(event): event for event in EVENTS}
    words = dropped.cells.keys(column)
    codes, texts = pd.factorize(words)
    events = [ours.get(plain(text)) or known.get(plain(text)) or "_".join(text.lower().split()) for text in texts]
    return pd.Series(events, dtype="str").take(codes).reset_index(drop=True).astype("category")


def _statuses(mapped: ColumnMap, column: str, dropped: Dropped) -> pd.Series:
    """Raises BadCell for a status that is none of ours, naming those that are."""
    ours = {plain(status): status for status in STATUSES}
    ours |= {plain(word): status for word, status in mapped.statuses.items()}
    codes, texts = pd.factorize(dropped.cells.keys(column))
    for number, text in enumerate(texts):
        if plain(text) not in ours:
            valid = ", ".join([*mapped.statuses, *STATUSES])
            row = int(np.argmax(codes == number))
            dropped.cells.bad(column, row, f"'{text}' is no status", f"one of {valid}")
    statuses = pd.Series([ours[plain(text)] for text in texts], dtype="str")
    return statuses.take(codes).reset_index(drop=True).astype("category")
