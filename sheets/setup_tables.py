"""The buyer's tables, from setup CSVs or from the workbook's tabs, as the engine takes them.

A table arrives as text or workbook values under headers in any spelling (`in_total`, `In Total`); what cannot be
read is one line that names the tab, the row below the header, and the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from connectors.delimited import plain
from connectors.errors import SetupWrong
from connectors.frames import STATES
from sheets.engine.setup import SETUP_SHAPES, Settings, Setup

if TYPE_CHECKING:
    from sheets.surfaces.surface import Unknown

# Engine's name -> the header on the tab, in the order of the tab.
HEADERS: Final[Mapping[str, Mapping[str, str]]] = {
    "locations": {
        "no": "No",
        "location": "Location",
        "segment": "Segment",
        "kind": "Kind",
        "in_total": "In Total",
        "pool": "Pool",
        "pct": "Pct",
        "units": "Units",
    },
    "source_map": {
        "location": "Location",
        "system": "System",
        "role": "Role",
        "system_location": "System Location",
        "states": "States",
        "absent": "Absent",
    },
    "skus": {
        "id": "Id",
        "sku": "SKU",
        "title": "Title",
        "asin": "ASIN",
        "fnsku": "FNSKU",
        "upc": "UPC",
        "unit_cost": "Unit Cost",
        "currency": "Currency",
        "revenue_30_d": "Revenue 30 D",
        "revenue_90_d": "Revenue 90 D",
        "supplier": "Supplier",
        "lead_time": "Lead Time",
        "case_pack": "Case Pack",
        "buying_today": "Buying Today",
        "status": "Status",
        "gap_pct": "Gap Pct",
        "gap_units": "Gap Units",
    },
    "demand": {
        "sku": "SKU",
        "segment": "Segment",
        "units_per_day": "Units/Day",
        "max_cover_days": "Max Cover Days",
        "unit_cost": "Unit Cost",
        "source": "Source",
    },
    "identifiers": {
        "system": "System",
        "system_sku": "System SKU",
        "sku": "SKU",
        "units_per": "Units Per",
        "kind": "Kind",
    },
    "settings": {"setting": "Setting", "value": "Value"},
}
# The name of each table in the workbook, and of the tab it stands on, for messages.
TABLES: Final[Mapping[str, tuple[str, str]]] = {
    "locations": ("Locations", "Locations"),
    "source_map": ("SourceMap", "Source Map"),
    "skus": ("SKUs", "SKUs"),
    "demand": ("Demand", "Demand"),
    "identifiers": ("Identifiers", "Identifiers"),
    "settings": ("Settings", "Settings"),
}
# Columns that a refresh fills.
_OURS: Final = ("no", "id")
# Columns without which a table says nothing; the others may be missing.
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "locations": ("location", "segment", "kind"),
    "source_map": ("location", "system", "role", "states"),
    "skus": ("sku",),
    "demand": ("sku", "segment"),
    "identifiers": ("system", "system_sku", "sku"),
    "settings": ("setting", "value"),
}
# Where a buyer decides about gaps: what stands there goes to Resolved with its row, as a value.
_DECIDED: Final = {"DailyCheck": "Daily Check", "Known": "Daily Check"}
_DECISIONS: Final = {"Status", "Owner", "Note", "Quiet Until"}
_USUAL: Final[Mapping[tuple[str, str], Any]] = {
    ("locations", "in_total"): True,
    ("source_map", "absent"): "unknown",
    ("skus", "buying_today"): False,
    ("identifiers", "units_per"): 1.0,
    ("identifiers", "kind"): "same",
}
_LOWER: Final = {("locations", "kind"), ("source_map", "role"), ("source_map", "absent"), ("source_map", "states"),
                 ("identifiers", "kind")}  # fmt: skip
_YES: Final = {"yes", "y", "true", "1", "x"}
_NO: Final = {"no", "n", "false", "0", ""}


@dataclass(frozen=True)
class Setting:
    """One row of the Settings tab: its name, what Settings field it fills, and what it is for."""

    name: str
    field: str
    form: str  # "percent", "number", "text" or "yes"
    said: str


SETTINGS: Final = (
    Setting("Gap %", "pct", "percent", "A gap up to this part of the authority's units is tolerated"),
    Setting("Gap Units", "units", "number", "... or up to this many units, whichever is more"),
    Setting("Top N", "top_n", "number", "SKUs on the daily check, by revenue"),
    Setting("Max Age FBA", "max_age_fba", "number", "Hours after which a count at FBA is too old to order against"),
    Setting("Max Age", "max_age", "number", "Hours after which any other count is too old"),
    Setting("Claim Days", "claim_days", "number", "Days after its closing in which a short shipment is to be claimed"),
    Setting("Max Cover Days", "max_cover_days", "number", "Cover above which stock is over, if Demand has none"),
    Setting("Brand Currency", "brand_currency", "text", "All money in the workbook is in this currency"),
    Setting("Time Zone", "time_zone", "text", "A bare date is the end of that day here, such as America/New_York"),
    *(Setting(f"Sellable: {state}", f"sellable:{state}", "yes", "Counts as sellable in order against")
      for state in ("available", "reserved_transfer", "reserved_processing")),
    *(Setting(f"On The Way: {state}", f"on_the_way:{state}", "yes", "Counts as on the way in order against")
      for state in ("inbound_shipped", "inbound_receiving", "in_transit", "inbound_working")),
    Setting("On Order Counts", "on_order", "yes", "Open purchase orders count in order against"),
    Setting("Owed Counts", "owed", "yes", "Backorders are taken off order against"),
)  # fmt: skip
_OTHER_NAMES: Final = {
    "pct": "Gap %",
    "gappct": "Gap %",
    "percentage": "Gap %",
    "units": "Gap Units",
    "currency": "Brand Currency",
    "maxageothers": "Max Age",
}
# A comma stands between thousands only: 1,5 is one and a half to some, and fifteen to nobody.
_NUMBER: Final = re.compile(r"[+-]?(\d{1,3}(,\d{3})+(\.\d*)?|\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*%?", re.IGNORECASE)
_RATE: Final = re.compile(r"rate[ _:]*([a-z]{3})", re.IGNORECASE)  # "Rate CAD": brand currency for one CAD


def read_setup(tables: Mapping[str, pd.DataFrame]) -> Setup:
    """The setup from its tables, any of which may be missing (Locations and the source map then are empty).

    Raises SetupWrong for the first cell that cannot be read.
    """
    frames = {shape: _frame(shape, tables.get(shape)) for shape in SETUP_SHAPES}
    shown = {shape: tuple(frame.index) for shape, frame in frames.items()}
    frames = {shape: frame.reset_index(drop=True) for shape, frame in frames.items()}
    for shape, number in (("skus", "id"), ("locations", "no")):
        frames[shape][number] = _numbered(frames[shape][number])
    source_map = frames["source_map"]
    source_map["system_location"] = source_map["system_location"].fillna(source_map["location"])
    return Setup(**frames, settings=read_settings(tables.get("settings")), shown=shown)


def read_settings(table: pd.DataFrame | None) -> Settings:
    """Settings from rows of setting and value; what is not there keeps its usual value. Raises SetupWrong."""
    usual = Settings()
    if table is None or table.empty:
        return usual
    frame = _columns("settings", table)
    known = {plain(setting.name): setting for setting in SETTINGS}
    values: dict[str, Any] = {}
    rates: dict[str, float] = {}
    unknown: list[str] = []
    states = {"sellable": set(usual.sellable), "on_the_way": set(usual.on_the_way)}
    for at, name, value in zip(frame.index, frame["setting"], frame["value"], strict=True):
        text = _text(name) or ""
        if not text or _text(value) is None:
            continue
        setting = known.get(plain(_OTHER_NAMES.get(plain(text), text)))
        if rate := _RATE.fullmatch(text):
            rates[rate[1].upper()] = _number(value, "settings", at, text)
        elif setting is None:
            unknown.append(text)
        else:
            _settle(setting, value, at, values, states)
    for part, chosen in states.items():
        values[part] = tuple(state for state in STATES if state in chosen)
    return replace(usual, **values, rates=rates, unknown=tuple(unknown))


def _settle(setting: Setting, value: Any, at: int, values: dict[str, Any], states: dict[str, set[str]]) -> None:  # noqa: ANN401
    part, _, state = setting.field.partition(":")
    if setting.form == "yes":
        yes = _yes(value, "settings", at, setting.name)
        if state:
            (states[part].add if yes else states[part].discard)(state)
        else:
            values[part] = yes
    elif setting.form == "text":
        values[part] = str(_text(value))
        if part == "time_zone":
            _zone(values[part], at)
        else:
            values[part] = values[part].upper()
    else:
        number = _number(value, "settings", at, setting.name)
        if number < 0:
            _wrong("settings", at, setting.name, f"{number:g} is below 0", "0 or more")
        values[part] = int(number) if part == "top_n" else number
    if part == "pct" and values["pct"] > 1:
        _wrong("settings", at, setting.name, f"{values['pct']:g} is {values['pct']:.0%}", "a part such as 3% or 0.03")


def _zone(name: str, at: int) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        _wrong("settings", at, "Time Zone", f"'{name}' is not a time zone", "a name such as America/New_York or UTC")


def _columns(shape: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table's columns under the engine's names; needed ones must be there."""
    by_plain = {plain(str(name)): name for name in table.columns}
    found = {}
    for name, header in HEADERS[shape].items():
        source = by_plain.get(plain(name), by_plain.get(plain(header)))
        if source is not None:
            found[name] = table[source].tolist()
        elif name in _NEEDED[shape]:
            raise SetupWrong(
                f"has no column '{header}'",
                where=TABLES[shape][1],
                expected=f"it among {', '.join(map(str, table.columns))}",
                todo="add the column",
            )
    frame = pd.DataFrame(found, dtype=object)
    blank = frame.map(lambda cell: _text(cell) is None).all(axis=1) if len(frame) else pd.Series(dtype=bool)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return frame[~blank.to_numpy(bool)]


def _frame(shape: str, table: pd.DataFrame | None) -> pd.DataFrame:
    kinds = SETUP_SHAPES[shape]
    frame = pd.DataFrame(columns=list(HEADERS[shape]), dtype=object) if table is None else _columns(shape, table)
    if shape == "identifiers" and len(frame):
        # A refresh lists what it could not map with an empty SKU; until the buyer names one the row says nothing.
        frame = frame[frame["sku"].map(_text).notna().to_numpy(bool)]
    made: dict[str, pd.Series] = {}
    for name, kind in kinds.items():
        convert = _CONVERT[kind.lower()]
        cells = frame[name] if name in frame else pd.Series([None] * len(frame), index=frame.index, dtype=object)
        values = [convert(cell, shape, at, HEADERS[shape][name]) for at, cell in cells.items()]
        usual = _USUAL.get((shape, name))
        values = [usual if value is None else value for value in values]
        if name == "currency":
            values = [value.upper() if isinstance(value, str) else value for value in values]
        if (shape, name) in _LOWER:
            values = [value.lower() if isinstance(value, str) else value for value in values]
        if name in _NEEDED[shape] and None in values:
            at = list(frame.index)[values.index(None)]
            _wrong(shape, at, HEADERS[shape][name], "is empty", "a value in every row")
        made[name] = pd.Series(values, index=frame.index, dtype={"s": "str", "n": "float64", "b": "bool"}[kind.lower()])
    return pd.DataFrame(made)


def _numbered(numbers: pd.Series) -> pd.Series:
    """The numbers, with the next free one where there is none, or where one stands twice."""
    kept = numbers.where(~numbers.duplicated())
    free = (0 if kept.isna().all() else int(kept.max())) + 1
    missing = np.flatnonzero(kept.isna().to_numpy())
    kept = kept.copy()
    kept.iloc[missing] = np.arange(free, free + len(missing), dtype=float)
    return kept


def _text(cell: Any, *_: Any) -> str | None:  # noqa: ANN401
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip() or None


def _number(cell: Any, shape: str, at: int, header: str) -> float:  # noqa: ANN401
    number = _number_or_none(cell, shape, at, header)
    if number is None:
        _wrong(shape, at, header, "is empty", "a number")
    return number


def _number_or_none(cell: Any, shape: str, at: int, header: str) -> float | None:  # noqa: ANN401
    text = _text(cell)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        _wrong(shape, at, header, f"'{text}' is not a number", "a number such as 1234.5" if "," in text else "a number")
    bare = text.replace(",", "")
    return float(bare.rstrip("% ")) / 100 if bare.endswith("%") else float(bare)


def _yes(cell: Any, shape: str, at: int, header: str) -> bool:  # noqa: ANN401
    text = (_text(cell) or "").lower()
    if text not in _YES | _NO:
        _wrong(shape, at, header, f"'{text}' is neither yes nor no", "yes or no")
    return text in _YES


def _yes_or_none(cell: Any, shape: str, at: int, header: str) -> bool | None:  # noqa: ANN401
    return None if _text(cell) is None else _yes(cell, shape, at, header)


_CONVERT: Final[Mapping[str, Callable[..., Any]]] = {"s": _text, "n": _number_or_none, "b": _yes_or_none}


def _wrong(shape: str, at: int, header: str, what: str, wanted: str) -> NoReturn:
    raise SetupWrong(what, where=f"{TABLES[shape][1]} row {at}, {header}", expected=wanted, todo="correct the cell")


def refuse_unknown(cells: Iterable[Unknown]) -> None:
    """Raises SetupWrong where a cell that buyers fill holds a formula which no program has worked out.

    It reads as an empty one, and a cost or a demand that is missing is not what its buyer said.
    """
    asked = {name: set(HEADERS[shape].values()) for shape, (name, _) in TABLES.items()}
    asked |= dict.fromkeys(_DECIDED, _DECISIONS)
    tabs = {**dict(TABLES.values()), **_DECIDED}
    ours = {HEADERS[shape][column] for shape in HEADERS for column in _OURS if column in HEADERS[shape]}
    found = [one for one in cells if one.column in asked.get(one.table, ()) and one.column not in ours]
    if found:
        more = f", and so do {len(found) - 1:,} more" if len(found) > 1 else ""
        raise SetupWrong(
            f"holds a formula whose value is not known yet{more}",
            where=f"tab {tabs[found[0].table]}, cell {found[0].cell}, {found[0].column}",
            expected="a value",
            todo="open the workbook in Excel, which works it out, and save it; or type the value",
        )
