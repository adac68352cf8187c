"""The columns of one header that a column map means, and what it misses there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.base import Match
from connectors.column_map import FIELDS, IDENTIFIERS, ColumnMap, Names, alternatives, summed
from connectors.delimited import plain


@dataclass(frozen=True)
class Chosen:
    """Plain names of the columns chosen for one header; "" or absent where the header has none.

    states: state -> the columns whose units add. missing: what the map needs and the header has not, as the
    user is told.
    """

    sku: str
    location: str
    states: dict[str, tuple[str, ...]]
    state: str
    units: str
    pack: str
    as_of: str
    fields: dict[str, str]
    identifiers: dict[str, str]
    missing: tuple[str, ...]

    @property
    def match(self) -> Match:
        """Identifiers are left out: what a file is does not hang on them."""
        return Match(frozenset(self._columns()), self.missing)

    @property
    def used(self) -> frozenset[str]:
        """Every column that is read."""
        return frozenset({*self._columns(), *self.identifiers.values()})

    def _columns(self) -> Iterator[str]:
        single = (self.sku, self.location, self.state, self.units, self.pack, self.as_of)
        yield from (name for name in (*single, *self.fields.values()) if name)
        for names in self.states.values():
            yield from names


def chosen(mapped: ColumnMap, header: frozenset[str]) -> Chosen:
    """The columns for a header of plain names."""
    missing: list[str] = []

    def one(names: Names, role: str, need: bool) -> str:
        found = _first(names, header)
        if need and not found and names:
            missing.append(_said(names, role))
        return found

    def needed(role: str) -> bool:
        return mapped.needs is None or role in mapped.needs

    sku = one(mapped.sku, "sku", True)
    location = one(mapped.location, "location", True)
    states: dict[str, tuple[str, ...]] = {}
    for state, columns in mapped.states.items():
        parts = [one(part, state, mapped.needs is None) for part in summed(columns)]
        if any(parts):
            states[state] = tuple(part for part in parts if part)
        elif mapped.needs and state in mapped.needs:
            missing.append(_said(summed(columns)[0], state))
    if mapped.states and not states and mapped.needs is not None and not set(mapped.needs) & set(mapped.states):
        missing.append(f"a column of {', '.join(mapped.states)}")
    must = FIELDS[mapped.table]
    fields = {field: one(names, field, must[field] or needed(field)) for field, names in mapped.fields.items()}
    return Chosen(
        sku=sku,
        location=location,
        states=states,
        state=one(mapped.state, "state", True),
        units=one(mapped.units, "units", True),
        pack=one(mapped.pack_column, "pack_column", True),
        as_of=one(mapped.as_of, "as_of", needed("as_of")),
        fields={field: name for field, name in fields.items() if name},
        identifiers={name: found for name in IDENTIFIERS if (found := _first(getattr(mapped, name), header))},
        missing=tuple(missing),
    )


def _first(names: Names, header: frozenset[str]) -> str:
    return next((plain(name) for name in alternatives(names) if plain(name) in header), "")


def _said(names: Names, role: str) -> str:
    return f"{' or '.join(repr(name) for name in alternatives(names))} for {role}"
