"""The source map: which system is right where, and the findings of its lint.

A `Slot` is one system's name for a place and the states counted there: what a row of the map points at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from connectors.frames import ON_HAND, ON_HAND_PARTS, STATES
from sheets.engine.setup import IDENTIFIER_KINDS, KINDS, ROLES, Setup


@dataclass(frozen=True)
class Finding:
    """One thing that lint found: on which tab and row, what, and what to do. An error stops; a warning tells."""

    level: Literal["error", "warning"]
    where: str
    said: str

    @property
    def line(self) -> str:
        """The one line the user reads."""
        return f"{self.where}: {self.said}"


@dataclass(frozen=True)
class MapRow:
    """One row of the source map, with its location looked up."""

    at: int  # row of the map on its tab, from 0
    no: int  # number of the location, its place in Locations from 0
    location: str
    system: str
    role: str
    system_location: str
    states: tuple[str, ...]
    absent_zero: bool

    @property
    def slot(self) -> tuple[str, str]:
        """The place as its system names it."""
        return self.system, self.system_location


def rows_of(setup: Setup) -> list[MapRow]:
    """The map's rows whose location, role and states are known; lint names the others."""
    places = {name: at for at, name in enumerate(setup.locations["location"])}
    found = []
    for at, row in _numbered(setup, "source_map"):
        if row.location in places and row.role in ROLES:
            found.append(
                MapRow(
                    at=at - 1,
                    no=places[row.location],
                    location=row.location,
                    system=row.system,
                    role=row.role,
                    system_location=row.system_location,
                    states=tuple(state for state in split_states(row.states) if state in STATES),
                    absent_zero=row.absent == "zero",
                )
            )
    return found


def split_states(cell: str) -> list[str]:
    """`available; reserved_transfer` as a list."""
    return [state.strip() for state in cell.replace(",", ";").split(";") if state.strip()]


def lint(setup: Setup) -> list[Finding]:
    """What is wrong with the setup before any data is read, each finding naming its row.

    Rows are numbered from 1 below the header, as the tab shows them.
    """
    return [
        *_locations(setup),
        *_names(setup),
        *_authorities(setup),
        *_states_twice(setup),
        *_identifiers(setup),
        *_skus(setup),
        *(
            Finding("warning", "Settings", f"'{name}' is not a setting: it does nothing")
            for name in setup.settings.unknown
        ),
    ]


def _numbered(setup: Setup, shape: str) -> Iterator[tuple[int, Any]]:
    """The rows of one table with their numbers on the tab."""
    frame: pd.DataFrame = getattr(setup, shape)
    return zip(setup.row_numbers(shape), frame.itertuples(index=False), strict=True)


def lint_coverage(setup: Setup, coverage: pd.DataFrame, systems_read: Iterable[str]) -> list[Finding]:
    """What the map asks for and the systems did not give: systems without exports, names and states not seen.

    coverage: the frame of that name, as read from all systems.
    """
    read = set(systems_read)
    given: dict[tuple[str, str], set[str]] = defaultdict(set)
    for system, place, state in (
        coverage[["system", "system_location", "state"]].drop_duplicates().itertuples(index=False)
    ):
        given[(system, place)].add(state)
    findings = []
    for row in rows_of(setup):
        where = f"Source Map row {row.at + 1}"
        if row.system not in read:
            findings.append(
                Finding("warning", where, f"{row.system} has no exports and no section in mastersheet.toml")
            )
        elif row.slot not in given:
            names = sorted(place for system, place in given if system == row.system)
            known = f"it names {', '.join(names)}" if names else "no counts of it could be read"
            findings.append(Finding("warning", where, f"{row.system} says nothing of '{row.system_location}'; {known}"))
        else:
            findings += _states_given(row, where, given[row.slot])
    mapped = {row.slot for row in rows_of(setup)}
    for system, place in sorted(given):
        if (system, place) not in mapped and system in {name for name, _ in mapped}:
            said = f"{system}'s '{place}' is in no row: what it counts there stays unmapped"
            findings.append(Finding("warning", "Source Map", said))
    return findings


def _states_given(row: MapRow, where: str, given: set[str]) -> list[Finding]:
    missing = [state for state in row.states if state not in given]
    if ON_HAND in missing and given & set(ON_HAND_PARTS):
        missing.remove(ON_HAND)
    if not missing:
        return []
    reports = ", ".join(sorted(given))
    said = f"{row.system} does not report {', '.join(missing)} at '{row.system_location}'; it reports {reports}"
    return [Finding("warning", where, said)]


def _locations(setup: Setup) -> list[Finding]:
    findings = []
    seen: dict[str, int] = {}
    for at, row in _numbered(setup, "locations"):
        where = f"Locations row {at}"
        if row.location in seen:
            findings.append(
                Finding("error", where, f"'{row.location}' is already in row {seen[row.location]}: name it once")
            )
        seen.setdefault(row.location, at)
        if row.kind not in KINDS:
            findings.append(
                Finding("error", where, f"kind '{row.kind}' of '{row.location}' is not one of {', '.join(KINDS)}")
            )
        if row.pct < 0 or row.units < 0:
            findings.append(Finding("error", where, f"the threshold of '{row.location}' is below 0"))
        if row.pct > 1:
            findings.append(Finding("error", where, f"the pct of '{row.location}' is {row.pct:.0%}: write 5% or 0.05"))
    return findings


def _names(setup: Setup) -> list[Finding]:
    findings = []
    known = list(setup.locations["location"])
    for at, row in _numbered(setup, "source_map"):
        where = f"Source Map row {at}"
        if row.location not in known:
            findings.append(
                Finding(
                    "error",
                    where,
                    f"location '{row.location}' is not in Locations; it has {', '.join(known) or 'none'}",
                )
            )
        if row.role not in ROLES:
            findings.append(Finding("error", where, f"role '{row.role}' is not one of {', '.join(ROLES)}"))
        if row.absent not in ("zero", "unknown"):
            findings.append(Finding("error", where, f"absent '{row.absent}' is not one of zero, unknown"))
        states = split_states(row.states)
        wrong = [state for state in states if state not in STATES]
        if wrong or not states:
            findings.append(Finding("error", where, f"state '{', '.join(wrong)}' is not one of {', '.join(STATES)}"))
        if "buildable" in states:
            findings.append(Finding("error", where, "buildable units are not stock: take buildable out of the states"))
        parts = [state for state in states if state in ON_HAND_PARTS]
        if ON_HAND in states and parts:
            findings.append(
                Finding(
                    "error",
                    where,
                    f"on_hand already holds {', '.join(parts)}: keep on_hand or its parts, not both",
                )
            )
    return findings


def _authorities(setup: Setup) -> list[Finding]:
    findings = []
    first: dict[str, tuple[int, str]] = {}
    mapped: dict[tuple[str, str], MapRow] = {}
    for row in rows_of(setup):
        where = f"Source Map row {row.at + 1}"
        before = mapped.setdefault((row.location, row.system), row)
        if before is not row and (before.role != row.role or before.system_location == row.system_location):
            findings.append(
                Finding("error", where, f"{row.system} is already mapped to '{row.location}' in row {before.at + 1}")
            )
        if row.role == "authority":
            other, system = first.get(row.location, (0, row.system))
            if system != row.system:
                findings.append(
                    Finding(
                        "error",
                        where,
                        f"'{row.location}' has two authorities, {system} (row {other}) and {row.system}: "
                        "make one of them secondary",
                    )
                )
            first.setdefault(row.location, (row.at + 1, row.system))
    for at, name in zip(setup.row_numbers("locations"), setup.locations["location"], strict=True):
        if name not in first:
            findings.append(
                Finding(
                    "error",
                    f"Locations row {at}",
                    f"'{name}' has no authority: give it one in the Source Map",
                )
            )
    return findings


def _states_twice(setup: Setup) -> list[Finding]:
    findings = []
    taken: dict[tuple[str, str, str], tuple[int, str]] = {}
    for row in rows_of(setup):
        for state in _filled(row.states):
            place = (*row.slot, state)
            if place in taken and taken[place][1] != row.location:
                other, location = taken[place]
                findings.append(
                    Finding(
                        "error",
                        f"Source Map row {row.at + 1}",
                        f"{state} of {row.system}'s '{row.system_location}' is already counted at '{location}' "
                        f"(row {other}): units stand in one place",
                    )
                )
                break
            taken.setdefault(place, (row.at + 1, row.location))
    return findings


def _filled(states: Iterable[str]) -> list[str]:
    """on_hand takes all of its parts."""
    return [part for state in states for part in ((ON_HAND, *ON_HAND_PARTS) if state == ON_HAND else (state,))]


def _identifiers(setup: Setup) -> list[Finding]:
    findings = []
    known = set(setup.skus["sku"])
    systems = set(setup.source_map["system"])
    seen: dict[tuple[str, str], tuple[int, str]] = {}
    per: dict[tuple[str, str], float] = {}
    for at, row in _numbered(setup, "identifiers"):
        where = f"Identifiers row {at}"
        if row.kind not in IDENTIFIER_KINDS:
            findings.append(Finding("error", where, f"kind '{row.kind}' is not one of {', '.join(IDENTIFIER_KINDS)}"))
        if row.units_per <= 0 or row.units_per != int(row.units_per):
            findings.append(
                Finding("error", where, f"units per is {row.units_per:g}: it must be a whole number above 0")
            )
        if row.sku not in known:
            findings.append(Finding("error", where, f"SKU '{row.sku}' is not in SKUs"))
        if row.system not in systems:
            findings.append(Finding("warning", where, f"{row.system} is not in the Source Map"))
        if row.kind == "kit":
            if row.system_sku not in known:
                findings.append(
                    Finding(
                        "warning",
                        where,
                        f"kit '{row.system_sku}' is not in SKUs: its own stock stays unmapped",
                    )
                )
            continue
        key = (row.system, row.system_sku)
        if key in seen and seen[key][1] == row.sku and per[key] != row.units_per:
            said = f"'{row.system_sku}' of {row.system} is {row.units_per:g} units here and {per[key]:g} in row"
            findings.append(Finding("error", where, f"{said} {seen[key][0]}: keep one"))
        per.setdefault(key, row.units_per)
        if key in seen and seen[key][1] != row.sku:
            findings.append(
                Finding(
                    "error",
                    where,
                    f"'{row.system_sku}' of {row.system} is already {seen[key][1]} (row {seen[key][0]})",
                )
            )
        seen.setdefault(key, (at, row.sku))
    return findings


def _skus(setup: Setup) -> list[Finding]:
    findings = []
    seen: dict[str, int] = {}
    for at, sku in zip(setup.row_numbers("skus"), setup.skus["sku"], strict=True):
        if sku in seen:
            findings.append(Finding("error", f"SKUs row {at}", f"'{sku}' is already in row {seen[sku]}: name it once"))
        seen.setdefault(sku, at)
    segments = set(setup.segments)
    rows: dict[tuple[str, str], int] = {}
    for at, row in _numbered(setup, "demand"):
        where = f"Demand row {at}"
        if row.sku not in seen:
            findings.append(Finding("warning", where, f"SKU '{row.sku}' is not in SKUs"))
        if row.segment not in segments:
            findings.append(
                Finding(
                    "warning",
                    where,
                    f"segment '{row.segment}' is not in Locations; it has {', '.join(setup.segments)}",
                )
            )
        if (row.sku, row.segment) in rows:
            findings.append(
                Finding(
                    "error",
                    where,
                    f"'{row.sku}' in {row.segment} is already in row {rows[(row.sku, row.segment)]}",
                )
            )
        rows.setdefault((row.sku, row.segment), at)
    return findings
