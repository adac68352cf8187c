"""Columns side by side, and how they are formatted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheets.surfaces.look import FORMS, form_of
from sheets.tabs.layout import Column


def runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Places side by side, as the first and the last of each run."""
    start = end = None
    for at in sorted(places):
        if end is not None and at == end + 1:
            end = at
            continue
        if start is not None and end is not None:
            yield start, end
        start = end = at
    if start is not None and end is not None:
        yield start, end


def takes_texts(column: Column) -> bool:
    """Whether a column of ours is formatted as text, and takes texts to the letter."""
    return column.owner == "ours" and form_of(column) == FORMS["text"]
