"""Segments: each country's stock against its own demand, with what the total hides on top."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sheets.engine.segments import NO_RATE, NO_SALES, OVERSTOCK, SHORT_COVER
from sheets.engine.setup import UNDER_WAY
from sheets.tabs.formulas import at, column, looked_up, this
from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.page import Page, texts, words
from sheets.tabs.positions import location_header, segment_header

NAME: Final = "Segments"
SUMMARY: Final = "SegmentSummary"
COST_MISSING: Final = "COST MISSING"


def cell(header: str) -> str:
    """A cell of the table of SKUs and segments in the formula's own row."""
    return this(NAME, header)


def segments(page: Page) -> Tab:
    """The tab of segments: a summary, the segments with hidden overstock first, and one row per SKU and segment."""
    summary = _summary(page)
    below = summary.rows + 7
    return Tab(
        NAME,
        (
            Block(0, 1, Text("Segments", "title")),
            Block(1, 1, Text("Cover and overstock by each segment's own demand, never by the total's.", "subtitle")),
            Block(3, 1, summary),
            Block(below - 1, 1, Text("By SKU and segment", "heading")),
            Block(below, 0, _rows(page)),
        ),
        freeze=(0, 3),
    )  # fmt: skip


def hidden_overstock(page: Page) -> pd.DataFrame:
    """Per segment: over_units, over_value, masked_value, and how many SKUs are over, short or without a rate."""
    rows = page.found.segments
    masked = rows["over_value"].where(rows["masked"])
    frame = pd.DataFrame(
        {
            "segment": rows["segment"],
            "units": rows["units"],
            "over_units": rows["over_units"],
            "over_value": rows["over_value"],
            "masked_value": masked,
            "over": rows["stock"].isin([OVERSTOCK, NO_SALES]),
            "short": rows["stock"] == SHORT_COVER,
            "no_rate": rows["stock"] == NO_RATE,
        }
    )
    summed = frame.groupby("segment", observed=False, sort=False).sum()
    summed = summed.reindex(page.setup.segments)
    summed["number"] = np.arange(1, len(summed) + 1)
    return summed.sort_values(["masked_value", "over_value"], ascending=False, kind="stable")


def _summary(page: Page) -> Table:
    frame = hidden_overstock(page)
    numbers = frame["number"].tolist()
    of = column(NAME, "Segment No")

    def summed(header: str, more: str = "") -> list[str]:
        return [f"=SUMIFS({column(NAME, header)},{of},{number}{more})" for number in numbers]

    def counted(*stocks: str) -> list[str]:
        in_stock = column(NAME, "Stock")
        return ["=" + "+".join(f'COUNTIFS({of},{number},{in_stock},"{word}")' for word in stocks) for number in numbers]

    columns = (
        Column("Segment", list(frame.index), width=18),
        Column("Hidden By The Total", frame["masked_value"].to_numpy(float), "money",
               summed("Over Value", f',{column(NAME, "Hidden")},"MASKED"'), width=34),
        Column("Over Value", frame["over_value"].to_numpy(float), "money", summed("Over Value"), width=14),
        Column("Over Units", frame["over_units"].to_numpy(float), "whole", summed("Over Units"), width=12),
        Column("Units", frame["units"].to_numpy(float), "whole", summed("Units"), width=11),
        Column("SKUs Over", frame["over"].to_numpy(float), "whole", counted(OVERSTOCK, NO_SALES), width=11),
        Column("SKUs Short", frame["short"].to_numpy(float), "whole", counted(SHORT_COVER), width=11),
        Column("No Rate", frame["no_rate"].to_numpy(float), "whole", counted(NO_RATE), width=11),
    )  # fmt: skip
    return Table(SUMMARY, columns, ("Segment",), "laid anew")


def _rows(page: Page) -> Table:
    frame, setup = page.found.segments, page.setup
    sku = frame["sku"].cat.codes.to_numpy()
    segment = frame["segment"].cat.codes.to_numpy()
    keys = page.ids[sku] * 1000 + segment + 1
    demand_row = _demand_rows(page, keys)
    rate, limit = cell("Units/Day"), cell("Max Cover Days")
    names, id_ = setup.segments, cell("Id")
    costs = [page.unit_cost(int(s), names[g], id_) for s, g in zip(sku, segment, strict=True)]
    over_value = np.where(frame["over_units"].to_numpy(float) > 0, frame["over_value"].to_numpy(float), np.nan)
    columns = (
        Column("Key", keys, "whole", shown="hidden"),
        Column("SKU", texts(frame["sku"]), width=18),
        Column("Segment", texts(frame["segment"]), width=34),
        Column("Units", frame["units"].to_numpy(float), "whole", _units(page, segment), width=14),
        Column("On Hand", frame["on_hand"].to_numpy(float), "whole", _on_hand(page, segment), width=12),
        Column("Units/Day", frame["units_per_day"].to_numpy(float), "number", _demanded("Units/Day"), width=11),
        Column("Days Of Cover", frame["days_on_hand"].to_numpy(float), "days", _days("On Hand"), width=11),
        Column("Days With Inbound", frame["days_of_cover"].to_numpy(float), "days", _days("Units"), width=11),
        Column("Max Cover Days", frame["max_cover_days"].to_numpy(float), "days", _max_cover(), width=11),
        Column("Over Units", frame["over_units"].to_numpy(float), "whole",
               f'=IF(OR({rate}="",{cell("Units")}=""),"",IF({rate}=0,MAX(0,{cell("Units")}),'
               f'ROUND(MAX(0,{cell("Units")}-{rate}*{limit}),6)))', width=11),
        Column("Over Value", _value_or_word(over_value, frame["over_units"]), "money",
               f'=IF(N({cell("Over Units")})<=0,"",IF({cell("Unit Cost")}="","{COST_MISSING}",'
               f'{cell("Over Units")}*{cell("Unit Cost")}))', width=14, words=(COST_MISSING,)),
        Column("Short Units", frame["short_units"].to_numpy(float), "whole", _short(), width=11),
        Column("Stock", words(frame["stock"]), formula=_stock(), width=16,
               words=(OVERSTOCK, SHORT_COVER, NO_RATE, NO_SALES)),
        Column("Hidden", ["MASKED" if masked else "" for masked in frame["masked"]],
               formula=_masked(), width=10, words=("MASKED",)),
        Column("Unit Cost", [cost for _, cost in costs], "money", [formula for formula, _ in costs], width=11),
        Column("Lead Time", frame["lead_time"].fillna(0).to_numpy(float), "days", _lead_time(), shown="folded"),
        Column("Id", page.ids[sku], "whole", shown="hidden"),
        Column("Limit", np.nan_to_num(frame["limit"].to_numpy(float)), "number", f"=N({rate})*{limit}", shown="hidden"),
        Column("Segment No", segment + 1.0, "whole", shown="hidden"),
        Column("At", sku + 1.0, "whole", f"=MATCH({cell('Id')},{column('Positions', 'Id')},0)", shown="hidden",
               row_of="Positions"),
        Column("Demand At", demand_row, "whole", f'=IFERROR(MATCH({cell("Key")},{column("Demand", "Key")},0),"")',
               shown="hidden", row_of="Demand"),
    )  # fmt: skip
    return Table(NAME, columns, ("SKU", "Segment"), "kept", gone="Stock")


def _demand_rows(page: Page, keys: np.ndarray) -> list[float | str]:
    """The row of Demand, from 1, of each key; an empty word where Demand has none."""
    row_of = {key: row for row, key in enumerate(page.demand_keys, start=1) if key is not None}
    return [float(row_of[key]) if key in row_of else "" for key in keys.tolist()]


def _value_or_word(values: np.ndarray, over: pd.Series) -> list[float | str]:
    return [
        "" if not units > 0 else COST_MISSING if value != value else value
        for value, units in zip(values.tolist(), over.tolist(), strict=True)
    ]


def _units(page: Page, segments_: np.ndarray) -> list[str]:
    """The segment's units on Positions; rows of one segment share one text."""
    made = [f"={at('Positions', segment_header(page, name), cell('At'))}" for name in page.setup.segments]
    return [made[segment] for segment in segments_]


def _on_hand(page: Page, segments_: np.ndarray) -> list[str | None]:
    """Units that lie in the segment: not under way, not on order."""
    places = page.setup.locations
    lying = places["in_total"].to_numpy(bool) & ~places["kind"].isin((*UNDER_WAY, "supplier")).to_numpy()
    made: list[str | None] = []
    for segment in page.setup.segments:
        inside = np.flatnonzero(lying & (places["segment"] == segment).to_numpy())
        cells = ",".join(at("Positions", location_header(page, int(place)), cell("At")) for place in inside)
        made.append(f'=IF(COUNT({cells})=0,"",SUM({cells}))' if cells else None)
    return [made[segment] for segment in segments_]


def _demanded(header: str) -> str:
    found = at("Demand", header, cell("Demand At"))
    return f'=IF({cell("Demand At")}="","",IF({found}="","",{found}))'


def _max_cover() -> str:
    found = at("Demand", "Max Cover Days", cell("Demand At"))
    return f'=IF({cell("Demand At")}="",max_cover_days,IF({found}="",max_cover_days,{found}))'


def _days(units: str) -> str:
    rate = cell("Units/Day")
    return f'=IF(OR({cell(units)}="",N({rate})<=0),"",{cell(units)}/{rate})'


def _short() -> str:
    rate, lead, units = cell("Units/Day"), cell("Lead Time"), cell("Units")
    return f'=IF(OR(N({rate})<=0,{lead}=0,{units}=""),"",MAX(0,ROUND({rate}*{lead}-{units},6)))'


def _stock() -> str:
    has, rate = f"N({cell('Units')})>0", cell("Units/Day")
    short = f'IF(N({cell("Short Units")})>0,"{SHORT_COVER}","")'
    over = f'IF(N({cell("Over Units")})>0,"{OVERSTOCK}",{short})'
    return f'=IF(AND({has},{rate}=""),"{NO_RATE}",IF(AND({has},{rate}=0),"{NO_SALES}",{over}))'


def _lead_time() -> str:
    """0 where SKUs has none: no lead time, no shortage."""
    return f"={looked_up('SKUs', 'Lead Time', cell('Id'), 'Id')}"


def _masked() -> str:
    total, limit = at("Positions", "Total", cell("At")), at("Positions", "Cover Limit", cell("At"))
    return f'=IF(AND(N({cell("Over Units")})>0,ROUND(N({total})-{limit},6)<=0),"MASKED","")'
