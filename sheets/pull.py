"""Pull: every system's exports and Google Sheets read, and guarded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.base import Opening
from connectors.errors import NothingToRead
from connectors.exports import read_exports
from connectors.frames import SHAPES, Batch, Note, SetAside, joined
from connectors.guard import guard
from sheets.brand import Brand
from sheets.engine.setup import Setup
from sheets.engine.source_map import rows_of
from sheets.progress import Progress, quiet
from sheets.pulled import answered, in_turn
from sheets.sources import Sources
from sheets.systems import kinds_of, systems_of

NO_FILE: Final = "no file to read"


def pull(
    brand: Brand,
    setup: Setup,
    *,
    now: pd.Timestamp,
    as_of: pd.Timestamp | None = None,
    within: float | None = None,
    progress: Progress = quiet,
) -> Batch:
    """What all systems' exports say together, without what cannot be.

    now: refuses what is dated more than a day ahead. as_of: nothing later is used. within: a system that has not
    answered after so many seconds is set aside. Raises NothingToRead when no system's counts can be used.
    """
    mapped = list(dict.fromkeys(setup.source_map["system"]))
    systems = systems_of(brand, mapped)
    names = (*systems.known, *systems.strangers)
    sources = Sources(brand, now)

    def one(system: str) -> Batch:
        return read_system(brand, system, setup.settings.time_zone, now=now, as_of=as_of, sources=sources)

    read = in_turn(names, one, progress) if within is None else answered(names, one, within, progress)
    batches: list[Batch] = []
    for system in names:
        batch = read.get(system, Batch(set_aside=(_late(brand, system, within or 0),)))
        if system in systems.strangers:
            batch = replace(batch, notes=(_stranger(brand, system), *batch.notes))
        elif system in mapped and _nothing(batch):
            batch = replace(batch, set_aside=(_missing(brand, system, as_of),))
        batches.append(batch)
    whole = joined(batches) if batches else Batch()
    if whole.coverage.empty:
        raise _nothing_to_read(brand, whole.set_aside, as_of)
    authorities = {row.slot for row in rows_of(setup) if row.role == "authority"}
    return guard(whole, authorities)


def read_system(
    brand: Brand,
    system: str,
    time_zone: str,
    *,
    now: pd.Timestamp,
    as_of: pd.Timestamp | None = None,
    sources: Sources | None = None,
) -> Batch:
    """What one system's exports say, and the tabs of its Google Sheet: the newest counts of both are today's.

    sources: spreadsheets that are read for several systems. Raises CannotRun for settings of it that are wrong.
    """
    section = brand.system(system)
    tabs, aside = (sources or Sources(brand, now)).of(system)
    batch = read_exports(
        brand.exports_of(system),
        system,
        kinds_of(system, brand),
        time_zone=ZoneInfo(section.time_zone or time_zone),
        now=now,
        as_of=as_of,
        file_date=section.file_date,
        opening=Opening(encoding=section.encoding),
        tabs=tabs,
    )
    kept = batch.counts["as_of"].max() if len(batch.counts) else None
    return replace(batch, set_aside=(*(replace(one, kept_as_of=kept) for one in aside), *batch.set_aside))


def _nothing(batch: Batch) -> bool:
    return not batch.set_aside and not batch.notes and not any(len(getattr(batch, shape)) for shape in SHAPES)


def _missing(brand: Brand, system: str, as_of: pd.Timestamp | None) -> SetAside:
    place = _place(brand, system)
    if as_of is not None and brand.system(system).google is not None:
        return SetAside(system, place, f"{place}: says nothing of the day that --as-of names, or of one before")
    return SetAside(system, place, f"{place}: {NO_FILE}; expected an export of {system}. Drop one there")


def _late(brand: Brand, system: str, within: float) -> SetAside:
    place = _place(brand, system)
    reason = f"{place}: not read within {within:.0f} seconds; answers later: its last number is kept"
    return SetAside(system, place, reason)


def _place(brand: Brand, system: str) -> str:
    """Where a system's counts come from: its spreadsheet, else its folder."""
    spreadsheet = brand.system(system).google
    if spreadsheet is not None:
        return f"Google Sheet {spreadsheet}"
    return f"{brand.exports_of(system).relative_to(brand.folder).as_posix()}/"


def _stranger(brand: Brand, system: str) -> Note:
    place = _place(brand, system)
    return Note(system, place, "the folder of no system in the Source Map or mastersheet.toml: no location uses it")


def _nothing_to_read(brand: Brand, aside: Sequence[SetAside], as_of: pd.Timestamp | None) -> NothingToRead:
    refused = [one for one in aside if NO_FILE not in one.reason]
    if refused:
        more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        return NothingToRead(f"no counts can be read: {refused[0].system}: {refused[0].reason}{more}")
    if as_of is not None:
        return NothingToRead(
            "no counts up to the day that --as-of names",
            where=str(brand.exports),
            expected="exports of that day or before",
            todo="take a later day",
        )
    return NothingToRead(
        "no export to read",
        where=str(brand.exports),
        expected="a folder for each system with its exports in it, such as exports/seller-central/us",
        todo="drop them there and run it again",
    )
