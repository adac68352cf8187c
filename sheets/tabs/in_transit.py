"""In Transit: every open shipment by SKU, and those that were closed short."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from connectors.frames import STATUSES
from sheets.engine.diagnosis.lags import Usual
from sheets.engine.diagnosis.parts import LIKELY, OPEN, PROVEN
from sheets.tabs.formulas import this
from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.next_action import SHOWN
from sheets.tabs.page import Page, texts

NAME: Final = "InTransit"
SHORT: Final = "SHORT"


def in_transit(page: Page) -> Tab:
    """The tab of shipments."""
    said = "Units under way, and shipments that were closed with fewer units than were shipped."
    return Tab(
        "In Transit",
        (Block(0, 0, Text("In Transit", "title")), Block(1, 0, Text(said, "subtitle")), Block(3, 0, _table(page))),
        freeze=(4, 1),
    )


def open_shipments(page: Page) -> pd.DataFrame:
    """One row per shipment and SKU that is open or short, from every system that knows the shipment.

    What one system leaves empty another fills; of the status the later one holds, of received units what the
    receiving system says. open is missing where nobody says what was received.
    """
    frame = page.found.shipments
    frame = frame[frame["sku"] >= 0].assign(
        stage=frame["status"].astype("str").map({status: at for at, status in enumerate(STATUSES)}),
        says=frame["received_units"].notna(),
        shipment=frame["shipment"].astype("str"),
    )
    if frame.empty:
        return frame.assign(open=pd.Series(dtype=float), short=pd.Series(dtype=bool), verdict=pd.Series(dtype="str"))
    frame = frame.sort_values(["shipment", "sku", "says", "system"], ascending=[True, True, False, True])
    grouped = frame.groupby(["shipment", "sku"], as_index=False).agg(
        system=("system", "first"),
        from_location=("from_location", "first"),
        to_location=("to_location", "first"),
        origin=("origin", "max"),
        destination=("destination", "max"),
        status=("status", "first"),
        shipped_units=("shipped_units", "first"),
        received_units=("received_units", "first"),
        shipped_at=("shipped_at", "first"),
        arrived_at=("arrived_at", "first"),
        closed_at=("closed_at", "first"),
        told=("system", "nunique"),
        sizes=("shipped_units", "nunique"),
    )
    # Two systems that say the same of what left prove it; two that differ leave it open.
    grouped["verdict"] = np.where(grouped["sizes"] > 1, OPEN, np.where(grouped["told"] > 1, PROVEN, LIKELY))
    shipped = grouped["shipped_units"].astype("float64")
    received = grouped["received_units"].astype("float64")
    closed = grouped["status"].astype("str") == "CLOSED"
    not_yet = grouped["status"].astype("str").isin(("PLANNED", "SHIPPED", "IN_TRANSIT"))
    grouped["open"] = shipped - received.where(~(not_yet & received.isna()), 0.0)
    grouped["short"] = closed & (received < shipped)
    cancelled = grouped["status"].astype("str") == "CANCELLED"
    return grouped[~cancelled & (~closed | grouped["short"])].reset_index(drop=True)


def _table(page: Page) -> Table:
    frame, skus, places = open_shipments(page), page.setup.skus, page.setup.locations
    sku = frame["sku"].to_numpy(np.int64)
    costs = [_cost(page, at, place) for at, place in zip(sku, frame["destination"].astype(int), strict=True)]
    shipped, received = this(NAME, "Shipped"), this(NAME, "Received")
    status = [SHORT if short else name for short, name in zip(frame["short"], texts(frame["status"]), strict=True)]
    known = frame["received_units"].notna().to_numpy()
    plain_open = [None if np.isnan(units) else f"={shipped}-N({received})" for units in frame["open"].astype(float)]
    values = frame["open"].astype(float).to_numpy() * np.array([cost for _, cost in costs], dtype=float)
    columns = (
        Column("Shipment", texts(frame["shipment"]), width=18),
        Column("From", _names(frame["origin"], frame["from_location"], places["location"].tolist()), width=20),
        Column("To", _names(frame["destination"], frame["to_location"], places["location"].tolist()), width=20),
        Column("SKU", [skus["sku"].iat[at] for at in sku], width=18),
        Column("Shipped", frame["shipped_units"].astype("float64").to_numpy(), "whole", width=9),
        Column("Received", np.where(known, frame["received_units"].astype("float64"), np.nan), "whole", width=9),
        Column("Open", frame["open"].astype(float).to_numpy(), "whole", plain_open, width=9),
        Column("Status", status, width=12, words=(SHORT, "RECEIVING")),
        Column("Shipped On", page.local(frame["shipped_at"]), "day", width=12),
        Column("Arrived On", page.local(frame["arrived_at"]), "day", width=12),
        Column("Days Open", _days_open(page, frame), "days", width=10),
        Column("Expected Close", _expected(page, frame), "day", width=14),
        Column("Claim By", _claim_by(page, frame), "day", width=12),
        Column("Verdict", [SHOWN[verdict] for verdict in frame["verdict"]], width=13),
        Column("Value", [("" if value != value else value) for value in values.tolist()], "money",
               [_value(formula) for formula, _ in costs], width=13),
    )  # fmt: skip
    return Table(NAME, columns, ("Shipment", "SKU"), "by key", gone="Status")


def _expected(page: Page, frame: pd.DataFrame) -> list[datetime | None]:
    """The day by which each should close, learnt from shipments that closed; none for what is closed already."""
    usual = Usual(page.found.legs)
    legs = [
        page.found.legs.get(int(sku), {}).get(name) for sku, name in zip(frame["sku"], frame["shipment"], strict=True)
    ]
    days = [None if leg is None else usual.expected(leg) for leg in legs]
    return [None if day is None else datetime(1970, 1, 1) + timedelta(days=day) for day in days]


def _claim_by(page: Page, frame: pd.DataFrame) -> list[datetime | None]:
    """The last day to claim what a shipment that was closed short lacks, by Claim Days on Settings."""
    days = timedelta(days=page.setup.settings.claim_days)
    closed = page.local(frame["closed_at"]) if len(frame) else []
    return [
        datetime(at.year, at.month, at.day) + days if short and at is not None else None
        for short, at in zip(frame["short"], closed, strict=True)
    ]


def _cost(page: Page, sku: int, place: int) -> tuple[str | None, float]:
    segment = page.setup.locations["segment"].iat[place] if place >= 0 else ""
    return page.unit_cost(int(sku), str(segment), str(page.ids[sku]))


def _value(cost: str | None) -> str:
    opened = this(NAME, "Open")
    if cost is None:
        return '=""'
    unit = cost.removeprefix("=")
    return f'=IF(OR({opened}="",{unit}=""),"",{opened}*{unit})'


def _names(places: pd.Series, said: pd.Series, names: list[str]) -> list[Any]:
    """Locations' own names, else what the system says."""
    return [names[int(place)] if place >= 0 else text for place, text in zip(places.tolist(), texts(said), strict=True)]


def _days_open(page: Page, frame: pd.DataFrame) -> list[float | None]:
    end = page.moment(page.found.as_of)
    return [
        None if time is None else float((end.date() - time.date()).days) for time in page.local(frame["shipped_at"])
    ]
