"""A column map: which columns of somebody's table hold what, as written in mastersheet.toml.

One `[[systems."3PL Portal".tables]]` entry is one map. Wherever a column is named, a list of names does too: the
first of them that stands in the header is the column. Names compare without capitals, blanks and punctuation.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import Final, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.delimited import plain
from connectors.frames import STATES, STATUSES

Names = str | tuple[str, ...]
"""One column, or the names it may have."""
Columns = Names | tuple[tuple[str, ...], ...]
"""One column, the names it may have, or several columns (each with its names) whose units add."""

# Frame column -> whether a row must have it. What is not here comes from `sku`, `location` or the file itself.
FIELDS: Final = {
    "counts": {},
    "movements": {
        "event": True,
        "units": True,
        "at": True,
        "reference": False,
        "order_type": False,
        "channel": False,
    },
    "shipments": {
        "shipment": True,
        "status": True,
        "from_location": False,
        "to_location": False,
        "shipped_units": False,
        "received_units": False,
        "shipped_at": False,
        "arrived_at": False,
        "closed_at": False,
    },
    "orders": {"channel": True, "day": True, "units": True, "order_type": False, "orders": False},
}
IDENTIFIERS: Final = ("asin", "fnsku", "upc", "title")


class ColumnMap(BaseModel):
    """One kind of table and where its columns are.

    Counts stand wide (`states`: a column per state) or long (`state` names it, `units` counts it, and
    `state_names` turns the file's words into ours). A list of lists in `states` adds several columns to one
    state. `needs` lists the states, fields or "as_of" without which a file is not this table, when columns of
    others may be missing; without it all that is named here must be there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Literal["counts", "movements", "shipments", "orders"] = "counts"
    file: str | None = None
    sheet: str | None = None
    header_row: int = Field(default=1, ge=1)
    encoding: str | None = None
    sku: Names
    location: Names = ()
    location_name: str | None = None
    locations: dict[str, str] = {}
    states: dict[str, Columns] = {}
    state: Names = ()
    units: Names = ()
    state_names: dict[str, str] = {}
    pack: int = Field(default=1, ge=1)
    pack_column: Names = ()
    as_of: Names = ()
    date_format: str | None = None
    time_zone: str | None = None
    asin: Names = ()
    fnsku: Names = ()
    upc: Names = ()
    title: Names = ()
    ignore: Names = ()
    rows: Literal["once", "add"] = "once"
    fields: dict[str, Names] = {}
    events: dict[str, str] = {}
    statuses: dict[str, str] = {}
    needs: tuple[str, ...] | None = None

    @field_validator("sku", "location", "state", "units", "pack_column", "as_of", *IDENTIFIERS)
    @classmethod
    def _named(cls, names: Names) -> Names:
        nameless = [name for name in alternatives(names) if not plain(name)]
        if nameless:
            raise ValueError(f"'{nameless[0]}' cannot name a column: it has no letter or digit")
        return names

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, name: str | None) -> str | None:
        try:
            codecs.lookup(name or "utf-8")
        except LookupError:
            raise ValueError(f"unknown encoding '{name}'; for example utf-8, cp1252, cp932") from None
        return name

    @field_validator("time_zone")
    @classmethod
    def _time_zone(cls, name: str | None) -> str | None:
        try:
            ZoneInfo(name or "UTC")
        except (KeyError, ValueError, OSError):
            raise ValueError(f"unknown time zone '{name}'; for example America/New_York, UTC") from None
        return name

    @model_validator(mode="after")
    def _whole(self) -> ColumnMap:
        _known("state", [*self.states, *self.state_names.values()], STATES)
        _known("status", self.statuses.values(), STATUSES)
        _known(f"field of {self.table}", self.fields, FIELDS[self.table])
        if self.needs is not None:
            _known("need", self.needs, [*self.states, *self.fields, "as_of"])
        absent = [name for name, must in FIELDS[self.table].items() if must and name not in self.fields]
        if absent:
            raise ValueError(f"{self.table} need {', '.join(absent)} under fields")
        if not alternatives(self.sku):
            raise ValueError("sku names no column")
        placed = bool(self.location) + bool(self.location_name)
        if self.table in ("counts", "movements") and placed != 1:
            raise ValueError("say either location (a column) or location_name (the same for all rows)")
        if self.table in ("shipments", "orders") and placed:
            raise ValueError(f"{self.table} take no location; their fields are {_list(FIELDS[self.table])}")
        if self.pack != 1 and self.pack_column:
            raise ValueError("say either pack (the same for all rows) or pack_column")
        self._counts()
        return self

    def _counts(self) -> None:
        long = (bool(self.state), bool(self.units))
        if self.table != "counts":
            if self.states or any(long):
                raise ValueError(f"{self.table} take no states; their fields are {_list(FIELDS[self.table])}")
            return
        if bool(self.states) == all(long) or (any(long) and not all(long)):
            raise ValueError("say either states (a column for each) or both state and units (a row for each state)")
        user: dict[str, str] = {}
        for state, columns in self.states.items():
            for name in (name for part in summed(columns) for name in part):
                if not plain(name):
                    raise ValueError(f"'{name}' cannot name a column: it has no letter or digit")
                if user.setdefault(plain(name), state) != state:
                    raise ValueError(f"column '{name}' is mapped to {user[plain(name)]} and to {state}")


def alternatives(names: Names) -> tuple[str, ...]:
    """The names one column may have."""
    return (names,) if isinstance(names, str) else names


def summed(columns: Columns) -> tuple[tuple[str, ...], ...]:
    """The columns whose units add, each with the names it may have."""
    if isinstance(columns, str):
        return ((columns,),)
    parts = tuple(part for part in columns if isinstance(part, tuple))
    return parts or (tuple(name for name in columns if isinstance(name, str)),)


def _known(what: str, names: Iterable[str], valid: Iterable[str]) -> None:
    strange = [name for name in names if name not in valid]
    if strange:
        raise ValueError(f"unknown {what} '{strange[0]}'; valid: {_list(valid)}")


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
