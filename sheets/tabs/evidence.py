"""Evidence: the movements and shipments behind each flagged row since both systems last agreed."""

from __future__ import annotations

from typing import Final

from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.page import Page

NAME: Final = "Evidence"


def evidence(page: Page) -> Tab:
    """The tab of evidence: the open shipments and recent movements of the SKUs on the daily check."""
    frame = page.found.evidence
    columns = (
        Column("SKU", frame["sku"].tolist(), width=18),
        Column("Location", frame["location"].tolist(), width=22),
        Column("System", frame["system"].tolist(), width=16),
        Column("At", page.local(frame["at"]), "time", width=16),
        Column("Event", frame["event"].tolist(), width=14),
        Column("Units", frame["units"].to_numpy(float), "signed", width=9),
        Column("Reference", frame["reference"].tolist(), width=22),
        Column("Order Type", frame["order_type"].tolist(), width=16),
        Column("Source", frame["source"].tolist(), width=30),
        Column("Row", frame["row"].to_numpy(float), "whole", width=8),
    )
    said = "Movements of the last 7 days of every SKU and location on the Daily Check, newest first."
    table = Table(NAME, columns, ("SKU", "Location", "System", "Source", "Row"), "laid anew")
    return Tab(
        NAME,
        (Block(0, 0, Text("Evidence", "title")), Block(1, 0, Text(said, "subtitle")), Block(3, 0, table)),
        freeze=(4, 2),
    )
