"""What a cell of the stand-in shows and says, and what becomes of what somebody types into it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import from_excel

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_TRUTH = re.compile(r"=(?:IS[A-Z]+|AND|OR|NOT)\(|=[^(]*[<>=]")
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f])_")  # openpyxl leaves control characters as they stand in the file
_TRUE = {"TRUE": True, "FALSE": False}


def read_cell(cell: Any, typed: Any) -> Any:
    """Numbers are floats; an error has no value that Python reads."""
    cell = cell if typed.data_type == "f" else typed
    value = cell.value
    if isinstance(value, bool) or cell.data_type == "e":
        return value if isinstance(value, bool) else None
    if isinstance(value, int) and typed.data_type == "f" and _TRUTH.match(typed.value):
        return bool(value)  # LibreOffice keeps truth as a number
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, (int, float)) and is_date_format(typed.number_format):
        return from_excel(value)
    return float(value) if isinstance(value, int) else value


def said_in(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str) and cell.data_type != "f":
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, datetime):
        return f"{openpyxl.utils.datetime.to_excel(value):.15g}"
    return f"{value:.15g}" if isinstance(value, (int, float)) else str(value)


def type_into(cell: Any, typed: Any) -> None:
    """As if somebody typed it into the cell."""
    if typed is None or typed == "":
        cell.value = None
    elif not isinstance(typed, str):
        cell.value = typed
    elif cell.number_format == "@":
        cell.value = typed
        cell.data_type = "s"
    elif typed.startswith("'"):
        cell.value = typed[1:]
        cell.data_type = "s"
    elif typed.startswith("="):
        cell.value = typed
    elif typed in _TRUE:
        cell.value = _TRUE[typed]
    else:
        cell.value = float(typed) if _NUMBER.fullmatch(typed) else typed
