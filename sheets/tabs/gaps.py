"""Gaps: what the others say, one row per SKU, location and secondary, beside the authority's units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from sheets.engine.diagnosis.parts import OPEN
from sheets.engine.gaps import CHECK, FLAGS, NO_COUNT, OK
from sheets.tabs.formulas import at, looked_up, row_in_order, this
from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.next_action import SHOWN, shown_cause
from sheets.tabs.page import Page, texts

NAME: Final = "Gaps"
_PLACE: Final = "INT(Gaps[[#This Row],[Key]]/100)"  # the key of the SKU and location in Counts


def cell(header: str) -> str:
    """A cell of this table in the formula's own row."""
    return this(NAME, header)


def gap_keys(page: Page, frame: pd.DataFrame) -> np.ndarray:
    """The key of each gap: its SKU and location's key x 100 + the system's number in the source map."""
    places = page.keys(frame["sku"].cat.codes.to_numpy(), frame["location"].cat.codes.to_numpy())
    number_of = {name: number for number, name in enumerate(page.systems, start=1)}
    numbers = np.array([number_of[name] for name in frame["system"].cat.categories], dtype=np.int64)
    keys: np.ndarray = places * 100 + (numbers[frame["system"].cat.codes.to_numpy()] if len(frame) else 0)
    return keys


def gaps(page: Page) -> Tab:
    """The tab of what the secondaries say."""
    frame = page.found.gaps
    rules = _Rules(page, frame)
    columns = (
        Column("Key", gap_keys(page, frame), "whole", shown="hidden"),
        Column("At", rules.rows, "whole", f"={row_in_order('Counts', _PLACE)}", shown="hidden",
               row_of="Counts"),
        Column("SKU", texts(frame["sku"]), width=18),
        Column("Location", texts(frame["location"]), width=22),
        Column("Authority", texts(frame["authority"]), width=16),
        Column("Authority Units", frame["authority_units"].to_numpy(float), "whole",
               rules.authority_units()),
        Column("System", texts(frame["system"]), width=14),
        Column("System Units", frame["system_units"].to_numpy(float), "whole", width=10),
        Column("As Of", page.local(frame["as_of"]), "time", width=16),
        Column("Gap", frame["gap"].to_numpy(float), "signed",
               f'=IF({cell("Authority Units")}="","",N({cell("System Units")})-{cell("Authority Units")})', width=9),
        Column("Threshold", frame["threshold"].to_numpy(float), "number", rules.each(rules.threshold)),
        Column("Flag", texts(frame["flag"]), formula=rules.each(rules.flag), width=16, words=FLAGS),
        Column("Verdict", [SHOWN.get(verdict) for verdict in frame["verdict"]], width=13),
        Column("Cause", [shown_cause(cause) for cause in frame["cause"]], width=14),
        Column("Not Explained", frame["remainder"].to_numpy(float), "signed", width=10, shown="folded"),
        Column("Source", texts(frame["source"]), width=30, shown="folded"),
        Column("Row", frame["row"].where(frame["row"] > 0).to_numpy(float), "whole", width=8, shown="folded"),
    )  # fmt: skip
    table = Table(NAME, columns, ("SKU", "Location", "System"), "kept", gone="Flag")
    said = "What every other system says, against the authority. A gap within the threshold is tolerated."
    return Tab(
        NAME,
        (Block(0, 2, Text("Gaps", "title")), Block(1, 2, Text(said, "subtitle")), Block(3, 0, table)),
        freeze=(4, 4),
    )


class _Rules:
    """The threshold and the flag as formulas: the engine's rules on the cells, with what a row overrides."""

    def __init__(self, page: Page, frame: pd.DataFrame) -> None:
        setup = page.setup
        self.sku, self.place = frame["sku"].cat.codes.to_numpy(), frame["location"].cat.codes.to_numpy()
        self.ids, self.numbers = page.ids, page.numbers
        self.by_place = setup.locations["pct"].to_numpy(float), setup.locations["units"].to_numpy(float)
        self.by_sku = setup.skus["gap_pct"].to_numpy(float), setup.skus["gap_units"].to_numpy(float)
        counts, shape = page.found.counts, (len(setup.skus), max(1, len(setup.locations)))
        rows = np.zeros(shape)
        rows[counts["sku"].cat.codes, counts["location"].cat.codes] = np.arange(1.0, len(counts) + 1)
        self.rows = rows[self.sku, self.place] if len(frame) else np.zeros(0)
        here = np.full(shape, np.nan)
        here[counts["sku"].cat.codes, counts["location"].cat.codes] = counts["units"]
        self.left_after = frame["authority_units"].to_numpy(float) - here[self.sku, self.place]
        aged = np.zeros(shape, dtype=bool)
        aged[counts["sku"].cat.codes, counts["location"].cat.codes] = (counts["age_hours"] > 0) | counts["stale"]
        self.aged = aged[self.sku, self.place] if len(frame) else np.zeros(0, dtype=bool)

    def each(self, formula: Callable[[int], str]) -> list[str]:
        """The formula of every row; rows without overrides share their text."""
        own = ~np.isnan(self.by_sku[0]) | ~np.isnan(self.by_sku[1])
        here = ~np.isnan(self.by_place[0]) | ~np.isnan(self.by_place[1])
        made: dict[tuple[int, int, bool], str] = {}
        found = []
        for row, (sku, place, aged) in enumerate(zip(self.sku.tolist(), self.place.tolist(), self.aged, strict=True)):
            key = (sku if own[sku] else -1, place if here[place] else -1, bool(aged))
            if key not in made:
                made[key] = formula(row)
            found.append(made[key])
        return found

    def authority_units(self) -> list[str]:
        """What Counts holds; with what was handed over after the warehouse counted, which is right on its own."""
        units = f"={at('Counts', 'Units', cell('At'))}"
        left = np.nan_to_num(self.left_after).tolist()
        return [f"{units}{one:+g}" if one else units for one in left]

    def _tolerated(self, row: int) -> tuple[str, str]:
        """Where the percentage and the units that are tolerated stand: Settings, the location or the SKU."""
        found = []
        for at_, (name, header, own) in enumerate((("gap_pct", "Pct", "Gap Pct"), ("gap_units", "Units", "Gap Units"))):
            sku, place = self.sku[row], self.place[row]
            if not np.isnan(self.by_sku[at_][sku]):
                found.append(looked_up("SKUs", own, str(self.ids[sku]), "Id"))
            elif not np.isnan(self.by_place[at_][place]):
                found.append(looked_up("Locations", header, str(self.numbers[place]), "No"))
            else:
                found.append(name)
        return found[0], found[1]

    def threshold(self, row: int) -> str:
        """The formula of the gap that is tolerated."""
        pct, units = self._tolerated(row)
        ours = cell("Authority Units")
        return f'=IF({ours}="","",ROUND(MAX({pct}*{ours},{units}),6))'

    def flag(self, row: int) -> str:
        """The formula of the flag."""
        ours, theirs, least = cell("Authority Units"), cell("System Units"), self._tolerated(row)[1]
        unknown = f'IF(ABS(N({theirs}))>{least},"{NO_COUNT}","{OK}")'
        cause, verdict = cell("Cause"), cell("Verdict")
        named = f'IF(OR({cause}="",{verdict}="{SHOWN[OPEN]}"),"{CHECK}",UPPER({cause}))'
        over = f'IF(ABS({cell("Gap")})>{cell("Threshold")},IF({theirs}="","{NO_COUNT}",{named}),"{OK}")'
        if self.aged[row]:
            over = f'IF({at("Counts", "Age", cell("At"))}="STALE","{OK}",{over})'
        return f'=IF({ours}="",{unknown},{over})'
