"""What all of Amazon's reports have in common: headers that drift, cells to map, rows to frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from connectors.base import Dropped
from connectors.cells import MISSING, Cells
from connectors.delimited import plain
from connectors.errors import HeaderChanged, ListedTwice
from connectors.frames import STATES, Note
from connectors.seller_central.days import TIME
from connectors.seller_central.marketplace import fba, marketplace

_STATE_DTYPE: Final = pd.CategoricalDtype(pd.Index(STATES, dtype="str"))


def known(*names: str) -> frozenset[str]:
    """Names of columns, made plain: Amazon writes `Event Type` and `EventType`."""
    return frozenset(plain(name) for name in names)


def opened(dropped: Dropped, *, needs: Iterable[str], knows: frozenset[str]) -> tuple[Cells, list[Note]]:
    """The report's cells, once each needed column is there once, and a note of the columns never seen before.

    Amazon adds, moves and drops columns without notice: names are compared, never positions.
    Raises HeaderChanged.
    """
    cells = dropped.cells
    needs = list(needs)
    cells.need(*needs)
    twice = {plain(name) for name in dropped.rows.twice()}
    for name in needs:
        if plain(name) in twice:
            raise HeaderChanged(
                f"has two columns '{name}'",
                where=dropped.name,
                expected="one, so that it is clear which to read",
                todo="export it again as it comes from Seller Central",
            )
    read = knows | {plain(name) for name in needs}
    strange = [name for name in dropped.rows.header if name and plain(name) not in read]
    if not strange:
        return cells, []
    return cells, [said(dropped, f"columns not read that were not known: {', '.join(strange)}")]


def said(dropped: Dropped, text: str) -> Note:
    """A note about this file."""
    return Note(dropped.system, dropped.name, text)


def repeated(value: str, rows: int) -> pd.Series:
    """A column that says one thing in every row."""
    codes = np.zeros(rows, dtype=np.int8)
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index([value], dtype="str")))


def nothing(rows: int) -> pd.Series:
    """A text column in which every row is missing."""
    return pd.Series([None] * rows, dtype="str")


def each(cells: Cells, name: str, convert: Callable[[str], str | None], wanted: str) -> pd.Series:
    """The column with each different text converted once; None is missing.

    convert raises ValueError for a text it cannot take, which becomes BadCell with the line.
    """
    codes, texts = pd.factorize(cells.rows.column(name))
    values: list[str | None] = []
    for number, text in enumerate(texts):
        try:
            values.append(convert(text))
        except ValueError as problem:
            cells.bad(name, int(np.argmax(codes == number)), f"'{text[:60]}' {problem}", wanted)
    converted = pd.Series(pd.Categorical(pd.array(values, dtype="str")))
    return converted.take(codes).reset_index(drop=True)


def filled(cells: Cells, name: str, column: pd.Series, wanted: str) -> pd.Series:
    """The column itself, when no row is missing. Raises BadCell."""
    if column.hasnans:
        cells.bad(name, int(column.isna().to_numpy().argmax()), "is empty", wanted)
    return column


def located(cells: Cells, name: str, dropped: Dropped) -> pd.Series:
    """The FBA stock each row is about, from its country; where it names none, from the file's folder.

    Raises BadCell, NoMarketplace.
    """
    if not cells.rows.has(name):
        return repeated(marketplace(dropped), len(cells.rows.lines))
    return each(
        cells,
        name,
        lambda text: marketplace(dropped) if text.lower() in MISSING else fba(text),
        "a country such as US",
    )


def listed_once(cells: Cells, *names: str) -> None:
    """Raises ListedTwice when two rows say the same in all these columns; columns not there are passed over."""
    columns = {name: cells.rows.column(name) for name in names if cells.rows.has(name)}
    keys = pd.DataFrame(columns)
    again = keys.duplicated().to_numpy()
    if not again.any():
        return
    row = int(again.argmax())
    first = int((keys == keys.iloc[row]).all(axis=1).to_numpy().argmax())
    lines = cells.rows.lines
    raise ListedTwice(
        f"the row of line {int(lines[first])} stands here again: "
        + ", ".join(f"{name} '{keys[name].iat[row]}'" for name in columns),
        where=f"{cells.file}:{int(lines[row])}",
        expected="one row for each of these",
        todo="export it again: nothing says whether the two add up",
    )


def counted(
    dropped: Dropped,
    sku: pd.Series,
    location: pd.Series,
    states: Mapping[str, pd.Series],
    as_of: pd.Series | None = None,
) -> pd.DataFrame:
    """One row per SKU and state whose cell holds a number (shape: counts); a missing cell gives no row.

    as_of: one time per row of the file; None for the file's one time.
    """
    there = [np.flatnonzero(units.notna().to_numpy()) for units in states.values()]
    at = np.concatenate(there)
    codes = [STATES.index(state) for state in states]
    if as_of is None:
        as_of = pd.Series(dropped.known_time[0], index=range(len(sku)), dtype=TIME)
    return pd.DataFrame(
        {
            "system": repeated(dropped.system, len(at)),
            "system_location": location.take(at).reset_index(drop=True),
            "system_sku": sku.take(at).reset_index(drop=True),
            "state": pd.Categorical.from_codes(np.repeat(codes, [len(a) for a in there]), dtype=_STATE_DTYPE),
            "units": np.concatenate(
                [u.take(a).to_numpy(dtype="int64") for u, a in zip(states.values(), there, strict=True)]
            ),
            "as_of": as_of.take(at).reset_index(drop=True),
            "source": repeated(dropped.name, len(at)),
            "row": dropped.rows.lines[at],
        }
    )


def covered(dropped: Dropped, counts: pd.DataFrame) -> pd.DataFrame:
    """The states and locations that the file speaks for (shape: coverage).

    A state whose column is empty in every row is not covered: it says nothing about any SKU.
    """
    each_once = counts[["system_location", "state"]].drop_duplicates().reset_index(drop=True)
    time, time_from = dropped.known_time
    return pd.DataFrame(
        {
            "system": repeated(dropped.system, len(each_once)),
            "system_location": each_once["system_location"],
            "state": each_once["state"],
            "as_of": pd.Series(time, index=range(len(each_once)), dtype=TIME),
            "time_from": repeated(time_from, len(each_once)),
            "source": repeated(dropped.name, len(each_once)),
        }
    )


def identified(cells: Cells, system: str, *, sku: str, asin: str, fnsku: str, title: str | None) -> pd.DataFrame:
    """What the report calls each SKU by (shape: identifiers); columns not there are missing."""
    rows = len(cells.rows.lines)

    def text(name: str | None) -> pd.Series:
        return cells.text(name) if name and cells.rows.has(name) else nothing(rows)

    frame = pd.DataFrame(
        {
            "system": repeated(system, rows),
            "system_sku": cells.keys(sku),
            "asin": text(asin),
            "fnsku": text(fnsku),
            "upc": nothing(rows),
            "title": text(title),
        }
    )
    return frame.drop_duplicates(ignore_index=True)
