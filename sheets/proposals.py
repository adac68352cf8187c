"""Setup tables proposed from the exports recognised, by the rule.

Units at a 3PL are right in its WMS or portal, units at FBA in Seller Central; planning tools and order managers
are always secondary. Every proposal says its reason in one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from connectors.frames import ON_HAND, ON_HAND_PARTS, Batch
from sheets.engine.source_map import split_states
from sheets.systems import Role

_COUNTRIES: Final = {
    "US": "US", "CA": "Canada", "MX": "Mexico", "BR": "Brazil", "UK": "UK", "DE": "Germany", "FR": "France",
    "IT": "Italy", "ES": "Spain", "NL": "Netherlands", "BE": "Belgium", "SE": "Sweden", "PL": "Poland",
    "IE": "Ireland", "TR": "Turkey", "AE": "UAE", "SA": "Saudi Arabia", "EG": "Egypt", "ZA": "South Africa",
    "IN": "India", "JP": "Japan", "AU": "Australia", "SG": "Singapore",
}  # fmt: skip
# Words in a warehouse's name that say its country. Two letters count only where Amazon sells there too: CA is
# California in most names.
_WORDS: Final = {
    **{name.lower(): name for name in _COUNTRIES.values() if " " not in name and len(name) > 3},
    **dict.fromkeys(("toronto", "vancouver", "montreal", "calgary", "mississauga", "ontario"), "Canada"),
    **dict.fromkeys(("monterrey", "guadalajara", "tijuana"), "Mexico"),
    **dict.fromkeys(("england", "britain", "london", "manchester", "birmingham"), "UK"),
    **dict.fromkeys(("deutschland", "berlin", "hamburg", "munich", "leipzig"), "Germany"),
}
_LETTERS: Final = {"ca": "Canada", "mx": "Mexico", "uk": "UK", "gb": "UK"}
_INBOUND: Final = ("inbound_shipped", "inbound_receiving")
_TRANSIT: Final = "In Transit To "

Tables = dict[str, pd.DataFrame]
Line = dict[str, str]


@dataclass(frozen=True)
class Proposed:
    """All setup tables, as given or as proposed, and the reasons, one line each."""

    tables: Tables
    said: tuple[str, ...]


@dataclass(frozen=True)
class _Slot:
    """One system's word on one place: the states that its exports cover."""

    system: str
    role: Role
    place: str
    states: frozenset[str]

    @property
    def stock(self) -> str | None:
        """The states that are its stock: all on hand, where it says that or its parts, else what is available."""
        parts = self.states & set(ON_HAND_PARTS)
        if ON_HAND in self.states or len(parts) > 1:
            return ON_HAND
        return next(iter(parts), None)


def propose(given: Mapping[str, pd.DataFrame], batches: Mapping[str, Batch], roles: Mapping[str, Role]) -> Proposed:
    """The tables with what is missing proposed.

    given: setup tables by the engine's names. batches: what the exports of each system say. roles: of the same
    systems.
    """
    tables: Tables = dict(given)
    said: list[str] = []
    slots = list(_slots(batches, roles))
    if not slots and not {"locations", "source_map"} & set(tables):
        return _examples(tables)
    segments = _Segments(slots)
    if "source_map" not in tables:
        wanted = None if "locations" not in tables else [str(name) for name in tables["locations"]["location"]]
        lines = list(_authorities(slots, wanted, said))
        lines += list(_secondaries(slots, lines, said))
        place_of = {name: at for at, name in enumerate(dict.fromkeys(line["location"] for line in lines))}
        lines.sort(key=lambda line: place_of[line["location"]])
        tables["source_map"] = pd.DataFrame(lines, columns=list(_MAP), dtype=object)
    if "locations" not in tables:
        rows = list(_locations(tables["source_map"], roles, segments, said))
        tables["locations"] = pd.DataFrame(rows, columns=["location", "segment", "kind", "in_total"], dtype=object)
    if "skus" not in tables:
        tables["skus"] = _skus(tables, batches)
        said.append(f"SKUs: {len(tables['skus'])} listed by the systems that are right somewhere")
    return Proposed(tables, tuple(said))


_MAP: Final = ("location", "system", "role", "system_location", "states", "absent")


def _slots(batches: Mapping[str, Batch], roles: Mapping[str, Role]) -> Iterator[_Slot]:
    for system, batch in batches.items():
        coverage = batch.coverage[["system_location", "state"]].astype("str").drop_duplicates()
        for place, rows in coverage.groupby("system_location", sort=False):
            yield _Slot(system, roles[system], str(place), frozenset(rows["state"]))


class _Segments:
    """Which segment a place is reported in: its country where its name says so, else the first marketplace's."""

    def __init__(self, slots: Sequence[_Slot]) -> None:
        self.marketplaces = [_country(slot.place) for slot in slots if slot.role == "marketplace"]
        self.first = "US" if "US" in self.marketplaces or not self.marketplaces else self.marketplaces[0]

    def of(self, place: str) -> tuple[str, str]:
        """The segment, and why."""
        for word in re.split(r"[^a-z]+", place.lower()):
            if word in _WORDS:
                return _WORDS[word], "its name says so"
            if word in _LETTERS and _LETTERS[word] in self.marketplaces:
                return _LETTERS[word], "its name says so"
        return self.first, "the first marketplace's" if self.marketplaces else "nothing says another"


def _country(place: str) -> str:
    code = place.removeprefix("FBA ").strip().upper()
    return _COUNTRIES.get(code, place.removeprefix("FBA ").strip())


def _authorities(slots: Sequence[_Slot], wanted: Sequence[str] | None, said: list[str]) -> Iterator[Line]:
    """A row for each place whose own system counts it; only of wanted locations, when they are given."""
    names = None if wanted is None else {_bare(name): name for name in wanted}
    taken: dict[str, str] = {}
    for role, why in (
        ("wms", "units at a 3PL are right in its WMS or portal"),
        ("marketplace", "units at FBA are right in Seller Central"),
    ):
        mine = sorted((one for one in slots if one.role == role and one.stock), key=lambda one: one.place != "FBA US")
        for slot in mine:
            rows = [(slot.place, str(slot.stock), "zero" if role == "wms" else "unknown", why)]
            inbound = ";".join(state for state in _INBOUND if state in slot.states)
            if role == "marketplace" and inbound:
                rows.append((_TRANSIT + slot.place, inbound, "unknown", "its report says what is inbound"))
            for name, states, absent, reason in rows:
                location = name if names is None else names.get(_bare(name))
                if location is None:
                    said.append(f"{slot.system}'s '{name}' is not in Locations: left out")
                elif (other := taken.setdefault(_bare(location), slot.system)) != slot.system:
                    said.append(f"{location}: {slot.system} counts it too; {other} stays its authority")
                else:
                    said.append(f"{location}: {slot.system} is the authority, because {reason}")
                    yield _line(location, slot, "authority", states, absent)


def _secondaries(slots: Sequence[_Slot], lines: Sequence[Line], said: list[str]) -> Iterator[Line]:
    """A row for each place of every other system that goes by a location's name."""
    by_name = {_bare(line["location"]): line["location"] for line in lines}
    right = {(line["system"], line["system_location"]) for line in lines}
    for slot in slots:
        if (slot.system, slot.place) in right or (slot.stock is None and "in_transit" not in slot.states):
            continue
        location = by_name.get(_bare(slot.place))
        if location is None:
            said.append(f"{slot.system}'s '{slot.place}' matches no location: add it to the Source Map")
            continue
        if slot.stock is not None:
            less = "" if slot.stock == ON_HAND else f"; it reports {slot.stock} units only"
            said.append(f"{location}: {slot.system} is secondary, compared and never ordered against{less}")
            yield _line(location, slot, "secondary", slot.stock, "unknown")
        under_way = by_name.get(_bare(_TRANSIT + location))
        if under_way is not None and "in_transit" in slot.states:
            said.append(f"{under_way}: {slot.system} is secondary, compared and never ordered against")
            yield _line(under_way, slot, "secondary", "in_transit", "unknown")


def _line(location: str, slot: _Slot, role: str, states: str, absent: str) -> Line:
    return dict(zip(_MAP, (location, slot.system, role, slot.place, states, absent), strict=True))


def _bare(name: str) -> str:
    return re.sub(r"\s+", "", name).casefold()


def _locations(
    source_map: pd.DataFrame, roles: Mapping[str, Role], segments: _Segments, said: list[str]
) -> Iterator[Line]:
    """A location for each name in the source map, of the kind that its authority says."""
    first: dict[str, Mapping[str, object]] = {}
    for row in source_map.to_dict(orient="records"):
        if row["location"] not in first or row.get("role") == "authority":
            first[str(row["location"])] = {str(name): cell for name, cell in row.items()}
    for location, row in first.items():
        place = str(row.get("system_location") or location)
        states = set(split_states(str(row.get("states") or "")))
        if roles.get(str(row["system"]), "unknown") == "marketplace":
            kind = "fba" if states & {ON_HAND, *ON_HAND_PARTS} else "transit"
            segment, why = _country(place), "its marketplace's"
        else:
            kind = "3pl"
            segment, why = segments.of(place)
        said.append(f"{location}: kind {kind}, segment {segment} ({why})")
        yield {"location": location, "segment": segment, "kind": kind, "in_total": "yes"}


def _skus(tables: Tables, batches: Mapping[str, Batch]) -> pd.DataFrame:
    """Every SKU that an authority's files list, with its title; a name that Identifiers explains is none."""
    rows = tables["source_map"]
    slots = rows.loc[rows["role"] == "authority", ["system", "system_location"]].astype("str")
    known = tables.get("identifiers", pd.DataFrame(columns=["system", "system_sku", "sku", "kind"]))
    kinds = known["kind"] if "kind" in known else pd.Series("same", index=known.index)
    other = dict(zip(zip(known["system"], known["system_sku"], strict=True), zip(known["sku"], kinds, strict=True),
                     strict=True))  # fmt: skip
    titles: dict[str, str | None] = {}
    for system, places in slots.groupby("system", sort=False)["system_location"]:
        batch = batches.get(str(system), Batch())
        named = batch.identifiers.dropna(subset=["title"])
        title_of = dict(zip(named["system_sku"], named["title"], strict=True))
        for frame in (batch.counts, batch.past):
            mine = frame[frame["system_location"].isin(set(places))]
            for name in mine["system_sku"].astype("str").drop_duplicates():
                sku, kind = other.get((str(system), name), (name, "kit"))
                if kind == "kit":
                    sku = name
                titles[sku] = titles.get(sku) or title_of.get(name)
    return pd.DataFrame(
        {"sku": list(titles), "title": list(titles.values()), "status": "active"}, columns=["sku", "title", "status"]
    ).astype(object)


def _examples(tables: Tables) -> Proposed:
    """Two locations and a SKU that show what goes where."""
    examples = {
        "locations": [
            {"location": "3PL", "segment": "US", "kind": "3pl", "in_total": "yes"},
            {"location": "FBA US", "segment": "US", "kind": "fba", "in_total": "yes"},
        ],
        "source_map": [
            dict(zip(_MAP, ("3PL", "3PL Portal", "authority", "3PL", ON_HAND, "zero"), strict=True)),
            dict(zip(_MAP, ("FBA US", "Seller Central", "authority", "FBA US", ON_HAND, "unknown"), strict=True)),
        ],
        "skus": [{"sku": "EXAMPLE-1", "title": "An example: put your own SKUs here", "status": "example"}],
    }
    added = [name for name in examples if name not in tables]
    for name in added:
        tables[name] = pd.DataFrame(examples[name], dtype=object)
    return Proposed(
        tables,
        (
            "no exports to propose from: Locations, Source Map and SKUs hold example rows",
            "put your own in their place, drop each system's exports into its folder below exports/, and refresh",
        ),
    )
