"""The buyer's tabs: Source Map, SKUs, Demand, Identifiers, Orders Placed, Settings.

What a buyer typed is carried as it is; a refresh fills empty cells and appends, and never changes the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from connectors.frames import STATES
from sheets.engine.setup import IDENTIFIER_KINDS, KINDS, ROLES, Settings
from sheets.setup_tables import SETTINGS
from sheets.tabs.formulas import column
from sheets.tabs.layout import Block, Column, Form, Tab, Table, Text, Value
from sheets.tabs.page import Page, texts

YES_NO: Final = ("yes", "no")
ABSENT: Final = ("zero", "unknown")
SKU_STATUSES: Final = ("active", "discontinued")


def source_map(page: Page) -> Tab:
    """Locations, and which system is right at each."""
    places, rows = page.setup.locations, page.setup.source_map
    locations = Table(
        "Locations",
        (
            _whole(places["no"], "No", shown_as="hidden"),
            _text(places["location"], "Location", 24),
            _text(places["segment"], "Segment", 14, prompt="The country or region that it is reported in"),
            _text(places["kind"], "Kind", 10, KINDS),
            _yes(places["in_total"], "In Total"),
            _text(places["pool"], "Pool", 12, prompt="One name at every location that shows one and the same stock"),
            _number(places["pct"], "Pct", "percent", "A threshold of its own; empty: as on Settings"),
            _number(places["units"], "Units", "whole", "A threshold of its own; empty: as on Settings"),
        ),
        ("Location",),
        "buyer",
    )
    mapped = Table(
        "SourceMap",
        (
            _text(rows["location"], "Location", 24, f"={_range('Locations', 'Location')}"),
            _text(rows["system"], "System", 18),
            _text(rows["role"], "Role", 12, ROLES, "authority: the one system that is right here. secondary: compared"),
            _text(rows["system_location"], "System Location", 24, prompt="What the system calls this location"),
            _text(rows["states"], "States", 40, prompt=f"One or more, joined by ; of {', '.join(STATES[:8])} ..."),
            _text(rows["absent"], "Absent", 11, ABSENT, "What it means when a whole file does not list a SKU"),
        ),
        ("Location", "System", "System Location"),
        "buyer",
    )
    said = "Every location has one authority; every other system mapped there is compared with it."
    return Tab(
        "Source Map",
        (
            Block(0, 1, Text("Source Map", "title")),
            Block(1, 1, Text(said, "subtitle")),
            Block(3, 0, locations),
            Block(3, len(locations.columns) + 1, mapped),
        ),
        freeze=(4, 0),
        colour="buyer",
    )


def skus(page: Page) -> Tab:
    """The SKUs with what the buyer and the systems know of them."""
    frame = page.setup.skus
    table = Table(
        "SKUs",
        (
            _whole(frame["id"], "Id", shown_as="hidden"),
            _text(frame["sku"], "SKU", 20),
            _text(frame["title"], "Title", 38, fills=True),
            _text(frame["asin"], "ASIN", 13, fills=True),
            _text(frame["fnsku"], "FNSKU", 13, fills=True),
            _text(frame["upc"], "UPC", 15, fills=True),
            _number(frame["unit_cost"], "Unit Cost", "money"),
            _text(frame["currency"], "Currency", 10),
            _number(frame["revenue_30_d"], "Revenue 30 D", "money", width=13, fills=True),
            _number(frame["revenue_90_d"], "Revenue 90 D", "money", width=13, fills=True),
            _text(frame["supplier"], "Supplier", 22),
            _number(frame["lead_time"], "Lead Time", "days", "Days from order to stock"),
            _number(frame["case_pack"], "Case Pack", "whole"),
            _yes(frame["buying_today"], "Buying Today"),
            _text(frame["status"], "Status", 13, SKU_STATUSES),
            _number(frame["gap_pct"], "Gap Pct", "percent", "A threshold of its own; empty: the location's"),
            _number(frame["gap_units"], "Gap Units", "whole", "A threshold of its own; empty: the location's"),
        ),
        ("SKU",),
        "buyer",
    )
    return single("SKUs", table, "Yours to edit; a refresh fills what is empty and what systems know.", (4, 2))


def demand(page: Page) -> Tab:
    """Units sold a day, by SKU and segment."""
    frame = page.setup.demand
    table = Table(
        "Demand",
        (
            Column("Key", page.demand_keys, "whole", shown="hidden"),
            _text(frame["sku"], "SKU", 20),
            _text(frame["segment"], "Segment", 14),
            _number(frame["units_per_day"], "Units/Day", "number"),
            _number(frame["max_cover_days"], "Max Cover Days", "days", "Cover above which stock is over", 12),
            _number(frame["unit_cost"], "Unit Cost", "money", "Only where it differs in this segment"),
            _text(frame["source"], "Source", 34),
        ),
        ("SKU", "Segment"),
        "buyer",
    )
    said = "A sale belongs to the segment it ships from. Cover and overstock use these rates, never the total's."
    return single("Demand", table, said, (4, 3))


def identifiers(page: Page) -> Tab:
    """What systems call the SKUs; names that nothing maps stand at the end, waiting for a SKU."""
    frame, unmapped = page.setup.identifiers, page.found.unmapped
    listed = set(zip(frame["system"], frame["system_sku"], strict=True))
    names = unmapped[["system", "system_sku"]].drop_duplicates()
    known = set(page.setup.skus["sku"])
    new = [
        (system, name)
        for system, name in names.itertuples(index=False)
        if (system, name) not in listed and name not in known
    ]
    table = Table(
        "Identifiers",
        (
            _text([*frame["system"], *(system for system, _ in new)], "System", 18),
            _text([*frame["system_sku"], *(name for _, name in new)], "System SKU", 26),
            _text([*frame["sku"], *(None for _ in new)], "SKU", 20, prompt="Which SKU it is; empty: not mapped"),
            _number(
                [*frame["units_per"], *(1.0 for _ in new)], "Units Per", "whole", "Units in one of the system's units"
            ),
            _text([*frame["kind"], *("same" for _ in new)], "Kind", 10, IDENTIFIER_KINDS),
        ),
        ("System", "System SKU", "SKU"),
        "buyer",
    )
    said = "Names that differ from the SKU. A refresh adds what it could not map: give it a SKU, or leave it."
    return single("Identifiers", table, said, (4, 0))


def settings(page: Page) -> Tab:
    """The numbers that rule flags, ages and money."""
    now = page.setup.settings
    rows: list[tuple[str, Value, str]] = [(one.name, _set(now, one.field), one.said) for one in SETTINGS]
    for currency in page.currencies:
        said = f"{now.brand_currency} for one {currency}; empty: costs in {currency} are missing"
        rows.append((f"Rate {currency}", now.rates.get(currency), said))
    table = Table(
        "Settings",
        (
            Column("Setting", [name for name, _, _ in rows], width=30, owner="buyer"),
            Column("Value", [value for _, value, _ in rows], "number", width=22, owner="buyer"),
            Column("What It Does", [said for _, _, said in rows], width=70),
        ),
        ("Setting",),
        "buyer",
    )
    return single("Settings", table, "Change a value: flags and colours follow at once.", (4, 0))


def setting_names(page: Page) -> dict[str, tuple[str, str, str]]:
    """The defined names that formulas use: name -> the cell of Settings."""
    plain_fields = {"pct": "gap_pct", "units": "gap_units", "on_order": "on_order_counts", "owed": "owed_counts"}
    names = {
        plain_fields.get(one.field, one.field.replace(":", "_")): ("Settings", one.name, "Value") for one in SETTINGS
    }
    names |= {f"rate_{currency}": ("Settings", f"Rate {currency}", "Value") for currency in page.currencies}
    return names


def _set(now: Settings, field: str) -> Value:
    part, _, state = field.partition(":")
    value: Any = getattr(now, part)
    if state:
        return "yes" if state in value else "no"
    if isinstance(value, bool):
        return "yes" if value else "no"
    found: Value = value
    return found


def single(name: str, table: Table, said: str, freeze: tuple[int, int]) -> Tab:
    """A tab with one table of the buyer's, its name and a line above it."""
    first = next(at for at, one in enumerate(table.columns) if one.shown == "shown")
    return Tab(
        name,
        (Block(0, first, Text(name, "title")), Block(1, first, Text(said, "subtitle")), Block(3, 0, table)),
        freeze=freeze,
        colour="buyer",
    )


def _range(table: str, header: str) -> str:
    return f'INDIRECT("{column(table, header)}")'


def _text(
    cells: pd.Series | Sequence[Value],
    header: str,
    width: float,
    choices: tuple[str, ...] | str | None = None,
    prompt: str = "",
    *,
    fills: bool = False,
) -> Column:
    values = texts(cells) if isinstance(cells, pd.Series) else list(cells)
    return Column(header, values, width=width, owner="buyer", choices=choices, prompt=prompt, fills=fills)


def _number(
    cells: pd.Series | Sequence[float],
    header: str,
    form: Form,
    prompt: str = "",
    width: float = 11,
    *,
    fills: bool = False,
) -> Column:
    return Column(header, np.asarray(cells, dtype=float), form, width=width, owner="buyer", prompt=prompt, fills=fills)


def _whole(cells: pd.Series, header: str, shown_as: Any) -> Column:  # noqa: ANN401
    return Column(header, cells.to_numpy(float), "whole", shown=shown_as)


def _yes(cells: pd.Series, header: str) -> Column:
    return Column(header, ["yes" if cell else "no" for cell in cells], width=10, owner="buyer", choices=YES_NO)
