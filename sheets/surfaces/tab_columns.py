"""The columns of a tab, over all that stands in it: how wide they are, and whether they are folded or hidden."""

from __future__ import annotations

from collections.abc import Mapping

from sheets.tabs.layout import Column, Shown, Tab, Table


def widths_of(tab: Tab) -> dict[int, float]:
    """The width of each column that has one, in signs: a table's own, the widest where several stand there."""
    widest = {place: max(one.width for one in many) for place, many in _over(tab).items()}
    return dict(tab.widths) | widest


def shown_in(tab: Tab) -> Mapping[int, Shown]:
    """How each column below a table is shown. Where tables stand under each other, what one shows is shown."""
    found: dict[int, Shown] = {}
    for place, many in _over(tab).items():
        shown = {one.shown for one in many}
        found[place] = "shown" if "shown" in shown else "hidden" if shown == {"hidden"} else "folded"
    return found


def _over(tab: Tab) -> dict[int, list[Column]]:
    over: dict[int, list[Column]] = {}
    for block in tab.blocks:
        if isinstance(block.content, Table):
            for place, column in enumerate(block.content.columns, block.column):
                over.setdefault(place, []).append(column)
    return over
