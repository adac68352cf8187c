"""Daily Check: the flagged rows of the SKUs that matter today, most money at risk first.

The buyer's Status, Owner, Note and Quiet Until follow their row by SKU, location and system; what closed keeps
them in Resolved.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from sheets.engine.gaps import FLAGS, NO_COUNT
from sheets.tabs.formulas import at, column, this
from sheets.tabs.gaps import gap_keys
from sheets.tabs.layout import GONE, Block, Column, Tab, Table, Text
from sheets.tabs.page import Page, texts

NAME: Final = "DailyCheck"
RESOLVED: Final = "Resolved"
STATUSES: Final = ("NEW", "LOOKING", "WAITING", "KNOWN")
BUYERS: Final = ("Status", "Owner", "Note", "Quiet Until")
_KEY: Final = ("SKU", "Location", "System")
_RESOLVED: Final = ("Closed", "SKU", "Location", "System", "Cause", "Units", "Status", "Owner", "Note")


def cell(header: str) -> str:
    """A cell of this table in the formula's own row."""
    return this(NAME, header)


def daily_check(page: Page) -> Tab:
    """The tab of the daily check, with what was resolved to its right."""
    table = _table(page)
    said = f"The top {page.setup.settings.top_n} SKUs by revenue and those marked Buying Today, by money at risk."
    resolved = _resolved(page)
    beside = len(table.columns) + 1
    return Tab(
        "Daily Check",
        (
            Block(0, 0, Text("Daily Check", "title")),
            Block(1, 0, Text(said, "subtitle")),
            Block(3, 0, table),
            Block(2, beside, Text("Resolved: what was open here and is not any more", "heading")),
            Block(3, beside, resolved),
        ),
        freeze=(4, 2),
        printed=len(table.columns),
        colour="today",
    )


def _table(page: Page) -> Table:
    frame, skus = page.found.daily, page.setup.skus
    sku = frame["sku"].cat.codes.to_numpy()
    titles = texts(skus["title"])
    costs = [
        page.unit_cost(int(at_), page.setup.locations["segment"].iat[int(place)], str(page.ids[at_]))
        for at_, place in zip(sku, frame["location"].cat.codes, strict=True)
    ]
    bought = _carried(page, frame)
    row, gap, units = cell("At"), cell("Gap"), cell("Its Units")
    columns = (
        Column("Rank", frame["rank"].to_numpy(float), "whole", width=6),
        Column("SKU", texts(frame["sku"]), width=18),
        Column("Title", [titles[at_] for at_ in sku], width=28),
        Column("Location", texts(frame["location"]), width=19),
        Column("Authority", texts(frame["authority"]), width=14),
        Column("Units", frame["authority_units"].to_numpy(float), "whole",
               f"={at('Gaps', 'Authority Units', row)}", width=8),
        Column("System", texts(frame["system"]), width=11),
        Column("Its Units", frame["system_units"].to_numpy(float), "whole",
               f'=IF({at("Gaps", "System Units", row)}="","",{at("Gaps", "System Units", row)})', width=9),
        Column("Gap", frame["gap"].to_numpy(float), "signed", f"={at('Gaps', 'Gap', row)}", width=8),
        Column("Allowed", frame["threshold"].to_numpy(float), "number", f"={at('Gaps', 'Threshold', row)}", width=8),
        Column("At Cost", [("COST MISSING" if risk != risk else risk) for risk in frame["at_cost"]], "money",
               f'=IF({cell("Unit Cost")}="","COST MISSING",ABS(IF({gap}="",N({units}),{gap}))*{cell("Unit Cost")})',
               width=11, words=("COST MISSING",)),
        Column("Flag", texts(frame["flag"]), formula=f"={at('Gaps', 'Flag', row)}", width=11, words=FLAGS),
        Column("Cause", [None] * len(frame), width=12, shown="folded"),
        Column("Verdict", [None] * len(frame), width=12, shown="folded"),
        Column("What To Do", [what_to_do(line) for line in frame.itertuples(index=False)], width=56),
        Column("Days Open", [None] * len(frame), "whole", width=8, shown="folded"),
        Column("Gap 7 Days Ago", [None] * len(frame), "signed", width=8, shown="folded"),
        Column("Status", [one.get("Status") or "NEW" for one in bought], width=10, owner="buyer", choices=STATUSES,
               prompt="NEW, LOOKING, WAITING, or KNOWN with a day in Quiet Until", words=("NEW",)),
        Column("Owner", [one.get("Owner") for one in bought], width=10, owner="buyer"),
        Column("Note", [one.get("Note") for one in bought], width=28, owner="buyer"),
        Column("Quiet Until", [one.get("Quiet Until") for one in bought], "day", width=11, owner="buyer"),
        Column("Gap Key", gap_keys(page, frame), "whole", shown="hidden"),
        Column("At", _gap_rows(page, frame), "whole", f"=MATCH({cell('Gap Key')},{column('Gaps', 'Key')},0)",
               shown="hidden", row_of="Gaps"),
        Column("Unit Cost", [cost for _, cost in costs], "money", [formula for formula, _ in costs], shown="hidden"),
    )  # fmt: skip
    return Table(NAME, columns, _KEY, "laid anew", gone="What To Do")


def what_to_do(line: Any) -> str:  # noqa: ANN401
    """One sentence that a buyer can act on."""
    if line.flag == NO_COUNT and np.isnan(line.authority_units):
        return f"Ask {line.authority} why it does not list this SKU here; {line.system} does"
    if line.flag == NO_COUNT:
        return f"Ask {line.system} why it does not list this SKU here"
    more = "more" if line.gap > 0 else "fewer"
    return f"Order by {line.authority}; find out why {line.system} has {abs(line.gap):,.0f} {more}"


def _gap_rows(page: Page, frame: pd.DataFrame) -> list[float]:
    row_of = {key: float(row) for row, key in enumerate(gap_keys(page, page.found.gaps).tolist(), start=1)}
    return [row_of[key] for key in gap_keys(page, frame).tolist()]


def _carried(page: Page, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The buyer's columns of each row, as the workbook shows them now."""
    theirs = _kept_by_buyers(page)
    keys = zip(texts(frame["sku"]), texts(frame["location"]), texts(frame["system"]), strict=True)
    return [theirs.get(key, {}) for key in keys]


def _kept_by_buyers(page: Page) -> dict[tuple[str, ...], dict[str, Any]]:
    before = page.before(NAME)
    if before.empty:
        return {}
    return {
        tuple(str(row[name]) for name in _KEY): row
        for row in before.to_dict("records")
        if row.get("SKU") is not None and row.get("What To Do") != GONE
    }


def _resolved(page: Page) -> Table:
    """What was closed earlier, and what is open in the workbook and no more in this check."""
    earlier = page.before(RESOLVED)
    rows: list[dict[str, Any]] = [] if earlier.empty else earlier.to_dict("records")
    frame = page.found.daily
    open_now = set(zip(texts(frame["sku"]), texts(frame["location"]), texts(frame["system"]), strict=True))
    for key, row in _kept_by_buyers(page).items():
        if key not in open_now:
            units = row.get("Gap") if row.get("Gap") not in (None, "") else row.get("Its Units")
            rows.append({**{name: row.get(name) for name in _RESOLVED}, "Closed": page.when, "Units": units})
    forms = {"Closed": "time", "Units": "signed"}
    widths = {"Closed": 16, "SKU": 18, "Location": 19, "Note": 28}
    columns = tuple(
        Column(name, [row.get(name) for row in rows], forms.get(name, "text"), width=widths.get(name, 11))  # type: ignore[arg-type]
        for name in _RESOLVED
    )
    return Table(RESOLVED, columns, ("Closed", *_KEY), "appended")
