"""Formulas of the user's on a sheet of ours: on another row when their key moves, and without values that are stale."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, unescape

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.formula.translate import Translator

from sheets.surfaces.patch.row_cells import CellText

_TAG: Final = r"(?:[\w.-]+:)?"
_KIND: Final = re.compile(r' t="[^"]*"')
_VALUE: Final = re.compile(rf"<{_TAG}v(?:\s[^>]*)?(?:/>|>[^<]*</{_TAG}v>)")
_PLAIN: Final = re.compile(rf"(<{_TAG}f)([^>]*)>([^<]*)(</{_TAG}f>)")
_SHARED: Final = re.compile(rf'(<{_TAG}f)(?=[^>]*\st="shared")([^>]*?)(?:/>|>([^<]*)</{_TAG}f>)')
_SPREAD: Final = re.compile(rf'<{_TAG}f(?=[^>]*\st="(shared|array|dataTable)")[^>]*\sref="([A-Z0-9:]+)"')
# A cell of the formula's own sheet, or several.
_REFERENCE: Final = re.compile(r"^(\$?[A-Z]{1,3}\$?)(\d+)(?:(:\$?[A-Z]{1,3}\$?)(\d+))?$")
_QUOTES: Final = {"&quot;": '"', "&apos;": "'"}


class Shared(NamedTuple):
    """A cell that shares a formula. number: which one; area, text: all its cells, the formula, in the first only."""

    number: str
    area: str
    text: str


def spread(cell: CellText) -> tuple[str, str] | None:
    """The kind and the area of a formula that fills more cells than its own."""
    found = _SPREAD.match(cell.inside)
    return None if found is None else (found[1], found[2])


def shared(cell: CellText) -> Shared | None:
    """What a cell says of the formula that it shares with others; None when it shares none."""
    found = _SHARED.match(cell.inside)
    number = None if found is None else re.search(r'\ssi="(\d+)"', found[2])
    if found is None or number is None:
        return None
    area = re.search(r'\sref="([A-Z0-9:]+)"', found[2])
    return Shared(number[1], "" if area is None else area[1], found[3] or "")


def of_its_own(cell: CellText, text: str, origin: str, address: str) -> CellText:
    """A cell that shared a formula, with one of its own: the text at `origin` means this at `address`."""
    found = _SHARED.match(cell.inside)
    assert found is not None
    formula = f"{found[1]}>{_moved(text, origin, address)}</{found[1][1:]}>"
    return cell._replace(inside=formula + cell.inside[found.end() :])


def is_one_of_several(cell: CellText) -> bool:
    """Whether the cell's formula is not the cell's alone."""
    found = _PLAIN.match(cell.inside) or _SHARED.match(cell.inside)
    return found is not None and "t=" in found[2]


def is_formula(cell: CellText) -> bool:
    """Whether the cell holds a formula."""
    return _PLAIN.match(cell.inside) is not None or _SHARED.match(cell.inside) is not None


def formula_in(cell: CellText) -> str | None:
    """The formula's text as it stands in the part; None where another cell has it."""
    found = _PLAIN.match(cell.inside)
    return None if found is None else found[3]


def on_another_row(cell: CellText, origin: str, address: str) -> CellText:
    """A cell that moves: what its formula says of its own row follows it, as when a spreadsheet program sorts."""
    found = _PLAIN.match(cell.inside)
    if found is None:
        return cell
    moved = f"{found[1]}{found[2]}>{_moved(found[3], origin, address)}{found[4]}"
    return cell._replace(inside=moved + cell.inside[found.end() :])


def below_rows(cell: CellText, first: int, last: int, down: int) -> CellText:
    """A cell of the row of totals below rows `first` to `last`, from 1, when this comes to stand lower.

    What its formula says of its own row goes along; what it says of all those rows is said of the new ones too, as
    when a spreadsheet program inserts rows into a table.
    """
    found = _PLAIN.match(cell.inside)
    if found is None:
        return cell

    def lower(reference: re.Match[str]) -> str:
        top, bottom = int(reference[2]), int(reference[4] or reference[2])
        if (top, bottom) == (first, last):
            bottom += down
        top, bottom = (one + down if one == last + 1 else one for one in (top, bottom))
        return f"{reference[1]}{top}" + (f"{reference[3]}{bottom}" if reference[3] else "")

    try:
        formula = Tokenizer("=" + unescape(found[3], _QUOTES))
    except TokenizerError:
        return cell
    for token in formula.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            token.value = _REFERENCE.sub(lower, token.value)
    text = escape(formula.render().removeprefix("="))
    return cell._replace(inside=f"{found[1]}{found[2]}>{text}{found[4]}{cell.inside[found.end() :]}")


def copied(cell: CellText, origin: str, address: str) -> CellText:
    """The same formula for a new row, without a value; only the format of a cell that holds no formula of its own."""
    found = _PLAIN.match(cell.inside)
    if found is None or "t=" in found[2]:
        return CellText(cell.style, "", "")
    return CellText(cell.style, "", f"{found[1]}>{_moved(found[3], origin, address)}{found[4]}")


def without_value(cell: CellText) -> CellText:
    """A cell without what its formula gave before."""
    if _PLAIN.match(cell.inside) is None and _SHARED.match(cell.inside) is None:
        return cell
    inside = _VALUE.sub("", cell.inside)
    return cell if inside == cell.inside else CellText(cell.style, _KIND.sub("", cell.more), inside)


def emptied(cell: CellText) -> CellText:
    """A cell that a formula of another cell fills, without what that gave."""
    if is_formula(cell):
        return cell
    inside = _VALUE.sub("", cell.inside)
    return cell if inside == cell.inside else CellText(cell.style, _KIND.sub("", cell.more), inside)


def moved(formula: str, origin: str, address: str) -> str:
    """A formula, with its `=`, moved from one cell to another."""
    try:
        found: str = Translator(formula, origin).translate_formula(address)
    except TokenizerError:
        # Nothing that a program would have written; it stays what it is.
        return formula
    return found


def _moved(text: str, origin: str, address: str) -> str:
    """A formula as it stands in a part, moved from one cell to another."""
    plain = f"={unescape(text, _QUOTES)}"
    there = moved(plain, origin, address)
    return text if there == plain else escape(there.removeprefix("="))
