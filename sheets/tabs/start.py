"""Start: today in five lines, each system's state and age, and the legend."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sheets.money import money, sign_of
from sheets.tabs.formulas import column
from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.page import Page, texts
from sheets.tabs.segments import SUMMARY, hidden_overstock

SYSTEMS: Final = "Systems"
LEGEND: Final = (
    ("OK", "the gap is within the threshold"),
    ("TIMING", "the two counts are of different moments, or orders are booked late"),
    ("IN TRANSIT", "a shipment is under way that one side counts and the other does not"),
    ("RECEIVING", "a shipment has arrived and is not received in full, or closed short"),
    ("MAPPING", "a name, a pack or a filter: the other system leaves something out"),
    ("TRANSACTION", "a movement that one side lost, doubled or booked wrong"),
    ("CHECK", "a gap over the threshold that is not explained"),
    ("NO COUNT", "a system that should have this SKU here does not list it"),
    ("STALE", "a count kept from before; its date stands beside it"),
    ("GO", "nothing open: order against the number"),
    ("CARE", "low and high lie far apart: look before you order"),
    ("HOLD", "a count is too old or missing, or a gap is not explained: do not order yet"),
    ("OVERSTOCK", "more than Max Cover Days of this segment's own demand"),
    ("MASKED", "over in its segment while the total looks fine"),
    ("SHORT COVER", "less than the lead time's demand"),
    ("NO RATE", "stock without a known rate of sale"),
    ("NO SALES", "stock that does not sell here: all of it is over"),
    ("COST MISSING", "no unit cost, or no rate for its currency"),
)
_WORDS: Final = tuple(word for word, _ in LEGEND)


def start(page: Page) -> Tab:
    """The first tab."""
    when = (
        f"Refresh {page.refresh}, {page.when:%a %d %b %Y %H:%M} by {page.who}" if page.refresh else "Not refreshed yet"
    )
    as_of = f"Counts as of {page.moment(page.found.as_of):%a %d %b %Y %H:%M}" if len(page.found.coverage) else ""
    blocks = [
        Block(0, 1, Text(page.brand, "title")),
        Block(1, 1, Text(f"{when}.  {as_of}", "subtitle")),
        Block(3, 1, Text("Today", "heading")),
    ]
    for at, (figure, sentence, where) in enumerate(_today(page)):
        blocks += [Block(4 + at, 1, figure), Block(4 + at, 2, sentence), Block(4 + at, 6, where)]
    systems = _systems(page)
    blocks += [Block(10, 1, Text("Systems", "heading")), Block(11, 1, systems)]
    below = 11 + max(1, systems.rows) + 2
    asides = list(page.found.set_aside)
    if asides:
        blocks.append(Block(below, 1, Text("Set aside", "heading")))
        for at, one in enumerate(asides[:8]):
            kept = f" (kept: {page.moment(one.kept_as_of):%Y-%m-%d})" if one.kept_as_of is not None else ""
            blocks += [
                Block(below + 1 + at, 1, Text(one.system, "label")),
                Block(below + 1 + at, 2, Text(f"{one.reason}{kept}", "body", span=5)),
            ]
        below += len(asides[:8]) + 2
    blocks.append(Block(below, 1, Text("What the words mean", "heading")))
    for at, (word, meaning) in enumerate(LEGEND):
        blocks += [
            Block(below + 1 + at, 1, Text(word, "label", words=_WORDS)),
            Block(below + 1 + at, 2, Text(meaning, "body", span=5)),
        ]
    below += len(LEGEND) + 2
    blocks.append(Block(below, 1, Text("Blue headers are filled by a refresh; yellow ones are yours.", "muted")))
    return Tab("Start", tuple(blocks), widths={0: 2, 1: 22}, landscape=False, colour="today")


def _today(page: Page) -> list[tuple[Text, Text, Text]]:
    """Five lines: a live number, what it says, and where to look."""
    found, currency = page.found, page.setup.settings.brand_currency
    flags, costs = column("DailyCheck", "Flag"), column("DailyCheck", "At Cost")
    drifting, known = int(found.gaps["drifting"].sum()), len(found.known)
    besides = (f", {drifting} drifting" if drifting else "") + (f", {known} known" if known else "")
    live = f'SUMPRODUCT(({flags}<>"")*({flags}<>"OK"))'
    at_risk = float(np.nansum(found.daily["at_cost"].to_numpy(float)))
    words = found.orders["order"].value_counts()
    order = column("Positions", "Order?")
    hold, care = int(words.get("HOLD", 0)), int(words.get("CARE", 0))
    unmapped = found.unmapped
    names = ", ".join(f"{system} {name}" for system, name in _unmapped_names(unmapped)[:3])
    aside = ", ".join(dict.fromkeys(one.system for one in found.set_aside))
    lost = found.channels[found.channels["flagged"].astype(bool)]
    arrive = "".join(f"; {row.channel} orders do not reach {row.system}" for row in lost.head(2).itertuples())
    return [
        (
            Text(float(len(found.daily)), "figure", "whole", f"={live}"),
            Text(f"gaps to look at, {money(at_risk, currency)} at cost{besides}",
                 formula=f'="gaps to look at, {sign_of(currency)}"&TEXT(SUM({costs}),"#,##0")&" at cost{besides}"',
                 span=4),
            Text("Daily Check", "link", link="Daily Check"),
        ),
        _masked(page),
        (
            Text(float(hold), "figure", "whole", f'=COUNTIF({order},"HOLD")'),
            Text(f"SKUs on HOLD, {care} on CARE",
                 formula=f'="SKUs on HOLD, "&COUNTIF({order},"CARE")&" on CARE"', span=4),
            Text("Positions", "link", link="Positions"),
        ),
        (
            Text(float(unmapped["units"].sum()) if len(unmapped) else 0.0, "figure", "whole"),
            Text(f"units not mapped: {names or 'every unit has a SKU and a place'}{arrive}", span=4),
            Text("Identifiers", "link", link="Identifiers"),
        ),
        (
            Text(float(len(found.set_aside)), "figure", "whole"),
            Text(f"inputs set aside: {aside or 'every export was read whole'}", span=4),
            Text("Log", "link", link="Log"),
        ),
    ]  # fmt: skip


def _unmapped_names(unmapped: pd.DataFrame) -> list[tuple[str, str]]:
    names = unmapped[["system", "system_sku"]].drop_duplicates()
    return [(str(system), str(name)) for system, name in names.itertuples(index=False)]


def _masked(page: Page) -> tuple[Text, Text, Text]:
    """Overstock that the total hides, the segment with the most first."""
    frame = hidden_overstock(page)
    summed = float(np.nansum(frame["masked_value"].to_numpy(float)))
    values = column(SUMMARY, "Hidden By The Total")
    sentence, said = "no overstock is hidden by the total", ""
    if len(frame) and frame["masked_value"].iat[0] > 0:
        said = f"{frame.index[0]}: {money(frame['masked_value'].iat[0], page.setup.settings.brand_currency)}"
        sentence = f"{said} over, hidden by the total"
    top = f"INDEX({column(SUMMARY, 'Segment')},MATCH(MAX({values}),{values},0))"
    sign = sign_of(page.setup.settings.brand_currency)
    formula = (
        f'=IF(N(MAX({values}))>0,{top}&": {sign}"&TEXT(MAX({values}),"#,##0")&" over, hidden by the total",'
        '"no overstock is hidden by the total")'
    )
    return (
        Text(summed, "figure", "whole", f"=SUM({values})"),
        Text(sentence, formula=formula if len(frame) else None, span=4),
        Text("Segments", "link", link="Segments"),
    )


def _systems(page: Page) -> Table:
    """What was read of each system, and how old it is."""
    found = page.found
    coverage = found.coverage
    names = [*page.systems, *(one.system for one in found.set_aside if one.system not in page.systems)]
    names = list(dict.fromkeys(names))
    newest = coverage.groupby(coverage["system"].astype("str"), observed=True)["as_of"].max().reindex(names)
    ages = (found.as_of - newest).dt.total_seconds() / 3600 if len(newest) else pd.Series(dtype=float)
    roles = page.setup.source_map.groupby("system", sort=False)["role"].agg(lambda r: ", ".join(dict.fromkeys(r)))
    time_from = coverage.groupby(coverage["system"].astype("str"), observed=True)["time_from"].first().reindex(names)
    aside = [sum(one.system == name for one in found.set_aside) for name in names]
    columns = (
        Column("System", names, width=22),
        Column("Role", texts(roles.reindex(names).astype(object)), width=20),
        Column("Newest Count", page.local(newest), "time", width=17),
        Column("Hours Old", ages.round(1).to_numpy(float), "number", width=11),
        Column("Time From", texts(time_from.astype(object)), width=13),
        Column("Set Aside", [float(number) for number in aside], "whole", width=10),
    )
    return Table(SYSTEMS, columns, ("System",), "laid anew")
