"""Which brand an open workbook is of: by its own hidden tab, or by the user's own list. Never by where its file lies.

Of a workbook from OneDrive or SharePoint Excel says an address of the web, and it may have any name.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from addin.excel.own_list import brand_line, valued
from addin.excel.template import BRAND, FOLDER, TAB
from connectors.errors import CannotRun
from sheets.brand import Brand, open_brand
from sheets.history.place import brand_id

if TYPE_CHECKING:
    import xlwings

_ROWS = 20


def brand_of(book: xlwings.Book) -> Brand:
    """The brand of an open workbook. Raises CannotRun where its folder is not known or is another brand's."""
    said = settings_of(book)
    own = valued(brand_line(said[BRAND])) if said.get(BRAND) else []
    folder = own[0] if own else expanded(said.get(FOLDER, ""))
    if not folder:
        raise CannotRun(
            "does not know its brand's folder",
            where=book.name,
            todo="run `mastersheet doctor DIR --allow` in a terminal, with the brand's folder for DIR",
        )
    try:
        brand = open_brand(Path(folder))
    except CannotRun as missing:
        # The next press of a button asks for it.
        if not own:
            _forget_folder(book)
        raise CannotRun(
            f"is no brand's folder ({missing.what})",
            where=folder,
            expected="the folder with this brand's mastersheet.toml",
            todo="press the button again and name it, or run `mastersheet doctor DIR --allow` with it",
        ) from missing
    if said.get(BRAND) and brand_id(brand) != said[BRAND]:
        raise CannotRun(
            f"is of the brand {said[BRAND]}, and the folder it names, {folder}, of {brand_id(brand)}",
            where=book.name,
            todo="open the workbook of that brand, or run `mastersheet doctor DIR --allow` with this one's folder",
        )
    return brand


def settings_of(book: xlwings.Book) -> dict[str, str]:
    """What stands on the hidden tab; nothing where there is none."""
    for sheet in book.sheets:
        if sheet.name == TAB:
            rows = sheet.range((1, 1), (_ROWS, 2)).value
            return {str(name): "" if value is None else str(value).strip() for name, value in rows if name is not None}
    return {}


def expanded(place: str) -> str:
    """A place with the %NAMES% of this computer and ~ filled in."""
    filled = re.sub(r"%([A-Za-z_]+)%", lambda found: os.environ.get(found[1], found[0]), place)
    return str(Path(filled).expanduser()) if filled else ""


def _forget_folder(book: xlwings.Book) -> None:
    sheet = book.sheets[TAB]
    for row, (name, _) in enumerate(sheet.range((1, 1), (_ROWS, 2)).value, start=1):
        if name == FOLDER:
            sheet.range((row, 2)).formula = ""
