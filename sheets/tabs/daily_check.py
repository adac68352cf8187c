"""Daily Check: the flagged rows of the SKUs that matter today, most money at risk first.

The buyer's Status, Owner, Note and Quiet Until follow their row by SKU, location and system; what closed keeps
them in Resolved.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from sheets.engine.gaps import FLAGS
from sheets.tabs.formulas import at, column, this
from sheets.tabs.gaps import gap_keys
from sheets.tabs.known import DAILY, KEY, STATUSES, kept_by_buyers, known_table
from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.next_action import SHOWN, Row, shown_cause, what_to_do
from sheets.tabs.page import Page, texts

NAME: Final = DAILY
RESOLVED: Final = "Resolved"
_GAP: Final = ["sku", "location", "system"]
_RESOLVED: Final = ("Closed", "SKU", "Location", "System", "Cause", "Units", "Status", "Owner", "Note")


def cell(header: str) -> str:
    """A cell of this table in the formula's own row."""
    return this(NAME, header)


def daily_check(page: Page) -> Tab:
    """The tab of the daily check, with what was resolved to its right."""
    table = _table(page)
    said = f"The top {page.setup.settings.top_n} SKUs by revenue and those marked Buying Today, by money at risk."
    resolved, known = _resolved(page), known_table(page)
    beside = len(table.columns) + 1
    further = beside + len(resolved.columns) + 1
    return Tab(
        "Daily Check",
        (
            Block(0, 0, Text("Daily Check", "title")),
            Block(1, 0, Text(said, "subtitle")),
            Block(3, 0, table),
            Block(2, beside, Text("Resolved: what was open here and is not any more", "heading")),
            Block(3, beside, resolved),
            Block(2, further, Text("Known: accepted, and quiet until it moves or its day has passed", "heading")),
            Block(3, further, known),
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
    why = _why(page, frame)
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
        Column("Flag", texts(frame["flag"]), formula=f"={at('Gaps', 'Flag', row)}", width=16, words=FLAGS),
        Column("Cause", why["Cause"], width=12),
        Column("Verdict", why["Verdict"], width=13),
        Column("What To Do", why["What To Do"], width=62),
        Column("References", why["References"], width=20, shown="folded"),
        Column("Days Open", frame["days_open"].to_numpy(float), "whole", width=8, shown="folded"),
        Column("Gap 7 Days Ago", frame["week_ago"].to_numpy(float), "signed", width=8, shown="folded"),
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
    return Table(NAME, columns, KEY, "laid anew", gone="What To Do")


def _why(page: Page, frame: pd.DataFrame) -> dict[str, list[Any]]:
    """The cells that tell why, of every row."""
    found = [page.found.diagnoses.get(at_) for at_ in frame["at"].tolist()]
    cells: dict[str, list[Any]] = {name: [] for name in ("Cause", "Verdict", "References", "What To Do")}
    for one, line in zip(found, frame.itertuples(index=False), strict=True):
        sku = page.sku_of[line.sku]
        row = Row(line.authority, line.system, line.location, line.gap, page.today, page.found.legs.get(sku, {}),
                  page.setup.settings.claim_days)  # fmt: skip
        cells["Cause"].append(shown_cause(line.cause))
        cells["Verdict"].append(SHOWN.get(line.verdict))
        references = list(dict.fromkeys(name for part in one.parts for name in part.references)) if one else []
        cells["References"].append(", ".join(references[:20]) or None)
        cells["What To Do"].append(what_to_do(one, row, line.threshold))
    return cells


def _gap_rows(page: Page, frame: pd.DataFrame) -> list[float]:
    row_of = {key: float(row) for row, key in enumerate(gap_keys(page, page.found.gaps).tolist(), start=1)}
    return [row_of[key] for key in gap_keys(page, frame).tolist()]


def _carried(page: Page, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The buyer's columns of each row, as the workbook shows them now."""
    theirs = kept_by_buyers(page.shown)
    keys = zip(texts(frame["sku"]), texts(frame["location"]), texts(frame["system"]), strict=True)
    return [theirs.get(key, {}) for key in keys]


def _resolved(page: Page) -> Table:
    """What was closed earlier, and what is open in the workbook and no more in this check."""
    earlier = page.before(RESOLVED)
    rows: list[dict[str, Any]] = [] if earlier.empty else earlier.to_dict("records")
    frames = (page.found.daily, page.found.known)
    open_now = {
        key
        for one in frames
        for key in zip(texts(one["sku"]), texts(one["location"]), texts(one["system"]), strict=True)
    }
    for key, row in kept_by_buyers(page.shown).items():
        if key not in open_now:
            units = row.get("Gap") if row.get("Gap") not in (None, "") else row.get("Its Units")
            rows.append({**{name: row.get(name) for name in _RESOLVED}, "Closed": page.when, "Units": units})
    forms = {"Closed": "time", "Units": "signed"}
    widths = {"Closed": 16, "SKU": 18, "Location": 19, "Note": 28}
    columns = tuple(
        Column(name, [row.get(name) for row in rows], forms.get(name, "text"), width=widths.get(name, 11))  # type: ignore[arg-type]
        for name in _RESOLVED
    )
    return Table(RESOLVED, columns, ("Closed", *KEY), "appended")
