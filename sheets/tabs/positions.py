"""Positions: one row per SKU with the number to order against, and what stands at each location."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd

from sheets.engine.gaps import FLAGS
from sheets.engine.identifiers import kits
from sheets.engine.order import PARTS
from sheets.tabs.formulas import at, column, looked_up, row_in_order, this
from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.next_action import shown_cause
from sheets.tabs.page import Page, texts, title_case, words

NAME: Final = "Positions"
FIXED: Final = ("Id", "SKU", "Title", "Order?", "Order Against", "Low", "High", "Sellable", "On The Way", "On Order",
                "Owed", "Total", "Age", "Cause", "Bounds", "Below", "Above", "Open", "Cover Limit", "Hold")  # fmt: skip


def cell(header: str) -> str:
    """A cell of this table in the formula's own row."""
    return this(NAME, header)


def location_header(page: Page, place: int) -> str:
    """The header of a location's units."""
    name = str(page.setup.locations["location"].iat[place])
    return f"{name} Units" if name in FIXED else name


def segment_header(page: Page, segment: str) -> str:
    """The header of a segment's units, which may not be that of a location or of another column."""
    taken = {*FIXED, *(location_header(page, place) for place in range(len(page.setup.locations)))}
    return f"{segment} Segment" if segment in taken else segment


def positions(page: Page, counted: Collection[str]) -> Tab:
    """The tab of positions. counted: the headers that Counts has."""
    orders, skus = page.found.orders, page.setup.skus
    known = _Known(page, counted)
    columns = [
        Column("Id", page.ids, "whole", shown="hidden"),
        Column("SKU", texts(skus["sku"]), width=18),
        Column("Title", texts(skus["title"]), width=34),
        Column("Order?", texts(orders["order"]), formula=_order(), width=9, words=("GO", "CARE", "HOLD")),
        Column("Order Against", orders["order_against"].to_numpy(float), "whole", _against(), width=11),
        Column("Low", orders["low"].to_numpy(float), "whole", f"={cell('Order Against')}+{cell('Below')}", width=9),
        Column("High", orders["high"].to_numpy(float), "whole", f"={cell('Order Against')}+{cell('Above')}", width=9),
        *(Column(title_case(part), orders[part].to_numpy(float), "whole", _with_kits(page, part)) for part in PARTS),
    ]  # fmt: skip
    for place in range(len(page.setup.locations)):
        columns += known.location(place)
    columns += [known.segment(segment) for segment in page.setup.segments]
    totals = [segment_header(page, segment) for segment in page.setup.segments]
    cells = ",".join(cell(header) for header in totals)
    columns += [
        Column("Total", orders["total"].to_numpy(float), "whole", f'=IF(COUNT({cells})=0,"",SUM({cells}))', width=10),
        Column("Age", ["STALE" if stale else "" for stale in orders["stale"]], formula=known.age(), width=9,
               words=("STALE",)),
        Column("Cause", _causes(page), width=14, shown="folded"),
        Column("Bounds", _bounds(page), width=30, shown="folded"),
        Column("Below", (orders["low"] - orders["order_against"]).to_numpy(float), "whole", shown="hidden"),
        Column("Above", (orders["high"] - orders["order_against"]).to_numpy(float), "whole", shown="hidden"),
        Column("Open", orders["open"].to_numpy(float), "whole", shown="hidden"),
        *(Column(f"Own {title_case(part)}", orders[f"own_{part}"].to_numpy(float), "whole", known.own(part),
                 shown="hidden") for part in PARTS),
        Column("Hold", orders["hold"].to_numpy(float), "whole", known.hold(), shown="hidden"),
        Column("Cover Limit", known.limits, "number", known.limit(), shown="hidden"),
    ]  # fmt: skip
    table = Table(NAME, tuple(columns), ("SKU",), "kept", gone="Order?")
    said = "What is owned at each location, by the system that is right there, and the number to order against."
    if not page.found.purchase_orders:
        said += "  POs not included: no location of kind supplier is in the total."
    return Tab(
        NAME,
        (Block(0, 1, Text("Positions", "title")), Block(1, 1, Text(said, "subtitle")), Block(3, 0, table)),
        freeze=(4, 4),
    )


def _order() -> str:
    tolerated = f"MAX(gap_pct*{cell('Order Against')},gap_units)"
    wide = f"{cell('Above')}-{cell('Below')}>{tolerated}"
    return f'=IF({cell("Hold")}+{cell("Open")}>0,"HOLD",IF({wide},"CARE","GO"))'


def _bounds(page: Page) -> list[str | None]:
    """What low and high of each SKU are made of."""
    made = page.found.bounds.made_of
    return ["; ".join(made.get(sku, ())) or None for sku in range(len(page.setup.skus))]


def _causes(page: Page) -> list[str | None]:
    """The cause of each SKU's largest flagged gap."""
    frame = page.found.gaps
    frame = frame[frame["flagged"] & frame["cause"].notna()]
    order = frame["gap"].abs().sort_values(ascending=False, kind="stable").index
    first = dict(zip(frame.loc[order[::-1], "sku"], frame.loc[order[::-1], "cause"], strict=True))
    return [shown_cause(first.get(sku)) for sku in page.setup.skus["sku"]]


def _against() -> str:
    return f"={cell('Sellable')}+{cell('On The Way')}+{cell('On Order')}-{cell('Owed')}"


def _with_kits(page: Page, part: str) -> str | list[str]:
    """A part with the units of the kits that hold the SKU; a kit's own stand in its own row."""
    own = f"={cell(f'Own {title_case(part)}')}"
    lines = kits(page.setup)
    if lines.empty:
        return own
    added: dict[int, str] = {}
    for line in lines.itertuples(index=False):
        kit = looked_up(NAME, f"Own {title_case(part)}", str(page.ids[line.kit]), "Id")
        added[line.component] = added.get(line.component, "") + f"+{line.units_per}*{kit}"
    return [own + added.get(place, "") for place in range(len(page.setup.skus))]


class _Known:
    """What Counts says of each SKU at each location, and the formulas that look it up."""

    def __init__(self, page: Page, headers: Collection[str]) -> None:
        self.page, self.headers = page, headers
        counts, shape = page.found.counts, (len(page.setup.locations), len(page.setup.skus))
        self.where = counts["location"].cat.codes.to_numpy(), counts["sku"].cat.codes.to_numpy()
        self.row = np.full(shape, np.nan)
        self.row[self.where] = np.arange(1.0, len(counts) + 1)
        self.position = np.full(shape, np.nan)
        self.position[self.where] = counts["position"].to_numpy(float)
        self.source = np.full(shape, None, dtype=object)
        self.source[self.where] = _sources(page, counts)
        self.flags = np.full(shape, "", dtype=object)
        gaps = page.found.gaps
        worst = np.full(shape, -1)
        np.maximum.at(worst, (gaps["location"].cat.codes, gaps["sku"].cat.codes), gaps["flag"].cat.codes.to_numpy())
        for rank, flag in enumerate(FLAGS):
            self.flags[worst == rank] = flag
        self.counted = page.setup.locations["in_total"].to_numpy(bool)
        self.units = "Position" if (counts["elsewhere"] != 0).any() else "Units"
        self.limits = self._limits()

    def location(self, place: int) -> list[Column]:
        """The columns of one location: its row in Counts, units, where they are from, flag."""
        header, key = location_header(self.page, place), f"{cell('Id')}*1000+{self.page.numbers[place]}"
        row = cell(f"{header} At")
        return [
            Column(f"{header} At", _or_words(self.row[place]), "whole",
                   f"={row_in_order('Counts', key)}", shown="hidden", row_of="Counts"),
            Column(header, self.position[place], "whole", _found_at(self.units, row), width=11),
            Column(f"{header} Source", self.source[place].tolist(), width=28, shown="folded"),
            Column(f"{header} Flag", self.flags[place].tolist(), formula=_flag_at(row), width=14,
                   words=FLAGS),
        ]  # fmt: skip

    def segment(self, segment: str) -> Column:
        """The units of one segment: its locations that count in the total."""
        inside = (self.page.setup.locations["segment"] == segment).to_numpy() & self.counted
        values = self.position[inside]
        summed = np.where(np.isnan(values).all(axis=0), np.nan, np.nansum(values, axis=0)) if inside.any() else np.nan
        cells = ",".join(cell(location_header(self.page, int(place))) for place in np.flatnonzero(inside))
        formula = f'=IF(COUNT({cells})=0,"",SUM({cells}))' if cells else None
        return Column(segment_header(self.page, segment), np.broadcast_to(summed, len(self.page.setup.skus)), "whole",
                      formula, width=11)  # fmt: skip

    def _each(self, header: str, places: np.ndarray, missing: str = "0") -> list[str]:
        rows = [cell(f"{location_header(self.page, int(place))} At") for place in places]
        return [f'IF({row}="",{missing},N({at("Counts", header, row)}))' for row in rows]

    def own(self, part: str) -> str | None:
        """The formula of a part, summed over the locations that count and have it."""
        if title_case(part) not in self.headers:
            return None
        terms = self._each(title_case(part), np.flatnonzero(self.counted))
        return "=" + ("+".join(terms) or "0")

    def hold(self) -> str:
        """The formula that is above 0 where an authority's number is too old, or missing."""
        return "=MAX(" + ",".join(["0", *self._each("Hold", np.flatnonzero(self.counted))]) + ")"

    def age(self) -> str:
        """The formula of STALE at any location."""
        rows = [cell(f"{location_header(self.page, place)} At") for place in range(len(self.counted))]
        terms = [f'IF({row}="",0,({at("Counts", "Age", row)}="STALE")*1)' for row in rows]
        return f'=IF({"+".join(terms) or "0"}>0,"STALE","")'

    def _limits(self) -> np.ndarray:
        limits = np.zeros(len(self.page.setup.skus))
        rows = self.page.found.segments
        np.add.at(limits, rows["sku"].cat.codes.to_numpy(), np.nan_to_num(rows["limit"].to_numpy(float)))
        return limits

    def limit(self) -> str:
        """The formula of the units that pooled demand allows: each segment's rate x most days of cover."""
        return f"=SUMIFS({column('Segments', 'Limit')},{column('Segments', 'Id')},{cell('Id')})"


def _found_at(header: str, row: str) -> str:
    return f'=IF({row}="","",{at("Counts", header, row)})'


def _flag_at(row: str) -> str:
    """The word of the worst flag that Counts found there, none where no other system counts the location."""
    words_ = ",".join(f'"{flag}"' for flag in ("", *FLAGS))
    return f'=IF({row}="","",INDEX({{{words_}}},1,1+N({at("Counts", "Worst", row)})))'


def _or_words(values: np.ndarray) -> list[float | str]:
    """Numbers, with the empty word that a formula gives where there is none."""
    return ["" if value != value else value for value in values.tolist()]


def _sources(page: Page, counts: pd.DataFrame) -> list[str | None]:
    """`Seller Central, 2026-10-05 23:59`, and how old numbers are marked."""
    times = page.local(counts["as_of"])
    found: list[str | None] = []
    for system, time in zip(words(counts["authority"]), times, strict=True):
        found.append(f"{system}, {time:%Y-%m-%d %H:%M}" if time else None)
    return found
