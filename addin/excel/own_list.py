"""What this user lets Excel start, and where brands lie on this computer: a list of the user's own, line by line.

`python=` the programs that a workbook may ask for; `script=` how a Mac starts them; `brand.ID=` a brand's folder.
A workbook can name a program, but only one that stands here is started: a stranger's workbook starts nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from connectors.errors import CannotRun
from sheets.history.place import data_folder

PYTHON: Final = "python"
SCRIPT: Final = "script"
# Excel reads it by its own means: in Windows as UTF-16, on a Mac from the only folder that it may read unasked.
_MAC: Final = "Library/Containers/com.microsoft.Excel/Data/mastersheet-excel.txt"

# Excel may take the mark at the beginning of a Unicode file for a letter of the first line.
_FIRST: Final = "# What Excel may start, and where brands lie: `mastersheet doctor --allow` writes it.\n"

Lines = list[tuple[str, str]]


def list_file() -> Path:
    """Where the list lies; addin/vba looks there, too."""
    if sys.platform == "win32":
        return Path(os.environ["APPDATA"]) / "mastersheet" / "excel.txt"
    if sys.platform == "darwin":
        return Path.home() / _MAC
    return data_folder() / "excel.txt"


def own_list() -> Lines:
    """Names and values; empty when there is no list. Raises CannotRun for one that cannot be read."""
    file = list_file()
    if not file.exists():
        return []
    try:
        text = file.read_text(encoding=_encoding())
    except (OSError, UnicodeError) as problem:
        raise CannotRun(
            f"cannot be read ({problem})", where=str(file), todo="delete it, then `mastersheet doctor --allow`"
        ) from problem
    return [
        (name, value) for name, found, value in (line.strip().partition("=") for line in text.splitlines()) if found
    ]


def valued(name: str) -> list[str]:
    """All values of a name, in their order."""
    return [value for one, value in own_list() if one == name]


def brand_line(brand: str) -> str:
    """The name under which a brand's folder stands."""
    return f"brand.{brand}"


def allow(lines: Lines) -> None:
    """Adds to the list. A program is added to the others, of all else the last one said is right."""
    said = {name for name, _ in lines if name != PYTHON}
    kept = [one for one in own_list() if one[0] not in said and one not in lines]
    file = list_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "".join([_FIRST, *(f"{name}={value}\n" for name, value in [*lines, *kept])])
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text(text, encoding=_encoding())
    fresh.replace(file)


def _encoding() -> str:
    return "utf-16" if sys.platform == "win32" else "utf-8"
