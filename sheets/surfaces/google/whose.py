"""Whose a column is that stands in a table of ours, where its mark and its header do not say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.errors import InTheWay
from sheets.surfaces.google.there import GoogleThere, about_column
from sheets.surfaces.marks import column_letters
from sheets.surfaces.patch.standing import Found, Standing, written_before


def headers_marked(marked: Mapping[int, str], texts: Mapping[int, str]) -> dict[int, str]:
    """Which of our headers each marked column has. texts: what the header's cells say.

    A header may be renamed. But Google leaves a mark where it is when cells are cut and pasted: where one says another
    of our headers, which its own column says no more, the text decides.
    """
    at = {header: column for column, header in marked.items()}
    found = {}
    for column, header in marked.items():
        text = texts.get(column, "")
        moved = text != header and text in at and texts.get(at[text], "") != text
        found[column] = text if moved else header
    return found


def told_apart(found: Found, there: GoogleThere) -> None:
    """Takes from our tables the columns that are a user's by now. Raises InTheWay where one has the header of a new one
    of ours.
    """
    for name, one in found.tables.items():
        if one.is_new:
            continue
        top, sheet = one.there.area[0], there.sheets[one.tab.name]
        _refuse_theirs(one, there)
        # A column that was ours, and under whose header somebody wrote another.
        dead = tuple(
            place for place in one.dead
            if str(sheet.entered(top, place)) in ("", one.there.headers[place - one.there.area[1]])
        )  # fmt: skip
        found.tables[name] = replace(one, dead=dead)


def _refuse_theirs(one: Standing, there: GoogleThere) -> None:
    index, name = there.sheets[one.tab.name].index, one.table.name
    marked = {at for (on, at), several in there.columns.items() if on == index
              for _, value in several if about_column(value).get("table") == name}  # fmt: skip
    before = {said.casefold() for said in written_before(there.marks, name)}
    if not marked or not before:
        # Nothing tells whose it is but the header.
        return
    for header, place in one.places.items():
        if place <= one.there.area[3] and place not in marked and header.casefold() not in before:
            raise InTheWay(
                f"has a column '{header}' of your own in the table {name}, and one of ours is called so now",
                where=f"tab {one.tab.name}, column {column_letters(place)}",
                todo="give yours another header, then refresh",
            )
