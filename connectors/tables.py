"""Any table, read by a column map: counts, movements, shipments or orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.base import Dropped, Match, Opening
from connectors.chosen_columns import Chosen, chosen
from connectors.column_map import ColumnMap, alternatives
from connectors.delimited import plain
from connectors.errors import HeaderChanged
from connectors.frames import STATES, Batch, Note
from connectors.mapped_counts import counts
from connectors.mapped_rows import identifiers, movements, orders, shipments


@dataclass(frozen=True)
class MappedTable:
    """The kind of export that one column map describes; `name` is what the user is told.

    rank: of two kinds of one system that give a state, the lower rank supplies it. stands_back: it leaves a file
    to any other kind that claims it.
    """

    name: str
    map: ColumnMap
    rank: int = 0
    stands_back: bool = False

    @property
    def file(self) -> str | None:
        """The pattern of the files it is bound to."""
        return self.map.file

    @property
    def opening(self) -> Opening:
        """The sheet, header row and encoding of its files."""
        return Opening(self.map.sheet, self.map.header_row, self.map.encoding)

    @property
    def marks(self) -> frozenset[str]:
        """The columns it needs by their first names; `match` takes the others too."""
        names = (self.map.sku, self.map.location, self.map.state, self.map.units)
        return frozenset(plain(alternatives(name)[0]) for name in names if name)

    @property
    def supplies(self) -> Mapping[str, int]:
        """The states of its counts; a long table may give any."""
        if self.map.table != "counts":
            return {}
        return dict.fromkeys(self.map.states or STATES, self.rank)

    def match(self, header: frozenset[str]) -> Match:
        """The columns of the header that it would read."""
        return chosen(self.map, header).match

    def read(self, dropped: Dropped) -> Batch:
        """The file's frames; columns that nothing maps are told in a note.

        Raises HeaderChanged, BadCell, ListedTwice.
        """
        columns = chosen(self.map, frozenset(plain(name) for name in dropped.rows.header))
        _usable(columns, dropped)
        notes = _not_mapped(self.map, columns, dropped)
        names = identifiers(columns, dropped)
        if self.map.table == "movements":
            return Batch(movements=movements(self.map, columns, dropped), identifiers=names, notes=notes)
        if self.map.table == "shipments":
            return Batch(shipments=shipments(self.map, columns, dropped), identifiers=names, notes=notes)
        if self.map.table == "orders":
            return Batch(orders=orders(self.map, columns, dropped), identifiers=names, notes=notes)
        counted, coverage = counts(self.map, columns, dropped)
        return Batch(counts=counted, coverage=coverage, identifiers=names, notes=notes)


def mapped_tables(
    system: str, maps: Sequence[ColumnMap], *, ready: Sequence[ColumnMap] = ()
) -> tuple[MappedTable, ...]:
    """One kind per map, named after the system and the table; ready maps of ours stand back for the user's."""
    return (
        *(MappedTable(f"{system} {each.table}{_which(maps, each, 'map')}", each) for each in maps),
        *(
            MappedTable(f"{system} {each.table}{_which(ready, each, 'ready map')}", each, stands_back=True)
            for each in ready
        ),
    )


def _which(maps: Sequence[ColumnMap], one: ColumnMap, word: str) -> str:
    if one.file:
        return f" ({one.file})"
    alike = [each for each in maps if each.table == one.table and not each.file]
    place = next(number for number, each in enumerate(alike, start=1) if each is one)
    return f" ({word} {place})" if len(alike) > 1 else ""


def _usable(columns: Chosen, dropped: Dropped) -> None:
    if columns.missing:
        raise HeaderChanged(
            f"has no column {columns.missing[0]}",
            where=dropped.name,
            expected=f"it among {', '.join(repr(name) for name in dropped.rows.header[:40])}",
            todo="export it again with that column, or map its new name in mastersheet.toml",
        )
    twice = [name for name in dropped.rows.twice() if plain(name) in columns.used]
    if twice:
        raise HeaderChanged(
            f"has the column '{twice[0]}' twice",
            where=dropped.name,
            expected="each column that is read once",
            todo="take one of them out, or give them different names",
        )


def _not_mapped(mapped: ColumnMap, columns: Chosen, dropped: Dropped) -> tuple[Note, ...]:
    known = columns.used | {plain(name) for name in alternatives(mapped.ignore)}
    strange = [name for name in dropped.rows.header if plain(name) and plain(name) not in known]
    if not strange:
        return ()
    names = ", ".join(repr(name) for name in strange)
    return (Note(dropped.system, dropped.name, f"columns that nothing maps: {names}"),)
