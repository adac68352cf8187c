"""The whole workbook, laid out from one reconciliation: the tabs in their order, and the names that formulas use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd

from sheets.engine.reconcile import Reconciliation
from sheets.tabs.buyers import demand, identifiers, setting_names, settings, skus, source_map
from sheets.tabs.counts import counts
from sheets.tabs.daily_check import daily_check
from sheets.tabs.evidence import evidence
from sheets.tabs.gaps import gaps
from sheets.tabs.in_transit import in_transit
from sheets.tabs.layout import Layout
from sheets.tabs.log import log
from sheets.tabs.orders_check import orders_check
from sheets.tabs.orders_placed import orders_placed
from sheets.tabs.page import Edited, Page
from sheets.tabs.positions import positions
from sheets.tabs.segments import segments
from sheets.tabs.start import start


def lay_out(
    found: Reconciliation,
    *,
    brand: str,
    refresh: int,
    when: datetime,
    who: str,
    shown: Mapping[str, pd.DataFrame] | None = None,
    edits: Sequence[Edited] = (),
) -> Layout:
    """The workbook of one refresh.

    refresh: its number, 0 before the first. when: local to the brand, without a zone. shown: the tables of the
    workbook as it is now, by name, for the buyer's columns and the rows that are kept.
    edits: cells of ours that somebody had written over.
    """
    page = Page(found, brand, refresh, when, who, shown or {}, edits)
    counted = counts(page)
    headers = [column.header for column in counted.tables[0].columns]
    return Layout(
        tabs=(
            start(page),
            daily_check(page),
            positions(page, headers),
            segments(page),
            in_transit(page),
            orders_check(page),
            counted,
            gaps(page),
            evidence(page),
            source_map(page),
            skus(page),
            demand(page),
            identifiers(page),
            orders_placed(page),
            settings(page),
            log(page),
        ),
        names=setting_names(page),
        title=f"{brand}: master tracking workbook",
    )
