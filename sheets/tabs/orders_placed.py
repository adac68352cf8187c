"""Orders Placed: what the buyer ordered, and the numbers that stood there then, stamped once."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from sheets.tabs.buyers import single
from sheets.tabs.layout import Column, Form, Tab, Table
from sheets.tabs.page import Page, texts

NAME: Final = "OrdersPlaced"
_TYPED: Final[tuple[tuple[str, Form, float], ...]] = (
    ("When", "day", 12),
    ("SKU", "text", 20),
    ("Quantity", "whole", 10),
    ("PO", "text", 18),
)
_STAMPED: Final[tuple[tuple[str, Form, float], ...]] = (
    ("Order Against", "whole", 12),
    ("Low", "whole", 9),
    ("High", "whole", 9),
    ("What Systems Said", "text", 60),
    ("Refresh", "whole", 9),
)


def orders_placed(page: Page) -> Tab:
    """The tab: the first refresh after a row was typed stamps it, and no later one changes that."""
    before = page.before(NAME)
    rows: list[dict[str, Any]] = before.to_dict("records") if len(before) else []
    rows = [row if _there(row.get("Refresh")) else {**row, **_stamp(page, row.get("SKU"))} for row in rows]
    columns = (
        *(Column(name, [row.get(name) for row in rows], form, width=width, owner="buyer")
          for name, form, width in _TYPED),
        *(Column(name, [row.get(name) for row in rows], form, width=width, owner="buyer", fills=True)
          for name, form, width in _STAMPED),
    )  # fmt: skip
    table = Table(NAME, columns, ("When", "SKU", "PO"), "buyer")
    said = "Note here what you ordered. The next refresh writes beside it what the numbers were, once."
    return single("Orders Placed", table, said, (4, 0))


def _there(cell: Any) -> bool:  # noqa: ANN401 - whatever stands in the cell
    return cell is not None and cell == cell and cell != ""


def _stamp(page: Page, sku: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the buyer typed
    """The numbers of a SKU by this refresh; none for a SKU that is not known, or before the first refresh."""
    at = page.sku_of.get(str(sku))
    if at is None or not page.refresh:
        return {}
    row = page.found.orders.iloc[at]
    numbers = {name: None if np.isnan(row[field]) else float(row[field])
               for name, field in (("Order Against", "order_against"), ("Low", "low"), ("High", "high"))}  # fmt: skip
    return {**numbers, "What Systems Said": _said(page, str(sku)) or None, "Refresh": float(page.refresh)}


def _said(page: Page, sku: str) -> str:
    """Each location's authority and the others there: `FBA US: Seller Central 510, Skubana 487`."""
    counts, gaps = page.found.counts, page.found.gaps
    mine, others = counts[counts["sku"] == sku], gaps[gaps["sku"] == sku]
    places: dict[str, list[str]] = {}
    for place, system, units in zip(texts(mine["location"]), texts(mine["authority"]), mine["units"], strict=True):
        places.setdefault(place, []).append(f"{system} {_units(units)}")
    for place, system, units in zip(texts(others["location"]), texts(others["system"]), others["system_units"],
                                    strict=True):  # fmt: skip
        places.setdefault(place, []).append(f"{system} {_units(units)}")
    return "; ".join(f"{place}: {', '.join(said)}" for place, said in places.items())


def _units(units: float) -> str:
    return "none" if units != units else f"{units:,.0f}"
