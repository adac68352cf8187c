"""Formulas of users' own in another workbook: what they look at may stand elsewhere there, and be written otherwise."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from sheets.carried.functions import ARGUMENTS, BY_DISTANCE, NEWER
from sheets.carried.places import Places
from sheets.surfaces.marks import column_letters, column_number

_SHEET: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^'!\[\]]+))!(.+)")
_CELLS: Final = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)(?::(\$?)([A-Z]{1,3})(\$?)(\d+))?", re.IGNORECASE)
_COLUMNS: Final = re.compile(r"(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})", re.IGNORECASE)
_ROWS: Final = re.compile(r"\$?\d+:\$?\d+")
# Google's columns from a row on.
_OPEN: Final = re.compile(r"(\$?[A-Z]{1,3}\$?\d+):(\$?[A-Z]{1,3})", re.IGNORECASE)
_COLUMN: Final = re.compile(r"(\w+)\[((?:'.|[^\[\]'@#])+)\]")
_OWN_ROW: Final = re.compile(r"(\w*)\[(?:\[#This Row\],\[((?:'.|[^\]'])*)\]|@(?:\[((?:'.|[^\]'])*)\]|([^\[\]]+)))\]")
_PREFIX: Final = re.compile(r"^(?:_xlfn\.|_xlws\.)+", re.IGNORECASE)
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_]\w*")
# What programs take for a cell when it is no tab's name.
_R1C1: Final = re.compile(r"R\d*(?:C\d*)?|C\d*|true|false", re.IGNORECASE)
LAST_ROW: Final = 1_048_576
_LAST: Final = re.compile(rf":(\$?[A-Z]{{1,3}})\$?{LAST_ROW}$", re.IGNORECASE)


_Place = TypeVar("_Place")


class _Lost(Exception):
    """What a formula looks at is not there."""


@dataclass(frozen=True)
class Carrier:
    """Writes formulas anew, for a file or in Google's terms.

    columns: table -> its headers; names: cells of settings; ranges: what Google calls columns -> table and header.
    """

    places: Places
    columns: Mapping[str, Collection[str]]
    names: Collection[str]
    ranges: Mapping[str, tuple[str, str]]
    to_google: bool

    def __call__(self, formula: str, at: tuple[str, int, int], *, array: bool = False) -> str | None:
        """The formula, with its `=`, of a cell that stood there; None where it would not mean the same.

        array: it is worked out over whole ranges, which a file says of the cell and Google in the formula.
        """
        try:
            tokens = Tokenizer(formula).items
            _refuse_arrays(tokens)
            ours = False
            for token in tokens:
                if token.type == Token.FUNC and token.subtype == Token.OPEN:
                    token.value = self._function(token.value)
                elif token.type == Token.OPERAND and token.subtype == Token.RANGE:
                    before, token.value = token.value, self._reference(token.value, at)
                    ours = ours or self._is_ours(before, at)
            if ours and any(token.value.rstrip("(") in BY_DISTANCE for token in tokens if token.type == Token.FUNC):
                return None
        except (TokenizerError, _Lost, IndexError):
            return None
        made = "".join(token.value for token in tokens)
        if not array:
            return f"={made}"
        return f"=ARRAYFORMULA({made})" if self.to_google else f"{{={made}}}"

    def _function(self, said: str) -> str:
        name = _name(said)
        return f"{'' if self.to_google or name not in NEWER else '_xlfn.'}{name}("

    def _is_ours(self, said: str, at: tuple[str, int, int]) -> bool:
        found = _SHEET.fullmatch(said)
        return self.places.is_ours(at[0] if found is None else _title(found))

    def _reference(self, said: str, at: tuple[str, int, int]) -> str:
        found = _SHEET.fullmatch(said)
        title, bare = (at[0], said) if found is None else (_title(found), found[3])
        if found is None and "[" in said:
            return self._structured(said, at)
        if found is None and said in self.ranges:
            return "{}[{}]".format(*self.ranges[said])
        if found is None and _PLAIN_NAME.fullmatch(said) and not _CELLS.fullmatch(said):
            if said not in self.names:
                raise _Lost
            return said
        opened = _OPEN.fullmatch(bare)
        bare = bare if opened is None else f"{opened[1]}:{opened[2]}{LAST_ROW}"
        own = self.places.tab(title)
        if own is not None:
            if not (_CELLS.fullmatch(bare) or _COLUMNS.fullmatch(bare) or _ROWS.fullmatch(bare)):
                raise _Lost
            return self._written(own if found is not None else None, bare)
        home, cells = self._moved(title, bare)
        here = self.places.cell(*at)
        return self._written(None if found is None and here is not None and here[0] == home else home, cells)

    def _moved(self, title: str, bare: str) -> tuple[str, str]:
        """A reference to one of our tables: the tab, and the cells."""
        columns, cells = _COLUMNS.fullmatch(bare), _CELLS.fullmatch(bare)
        if columns is not None:
            ends = (column_number(columns[2].upper()), column_number(columns[4].upper()))
            tab, first, last = _there(self.places.columns(title, *ends))
            return tab, f"{columns[1]}{column_letters(first)}:{columns[3]}{column_letters(last)}"
        if cells is None:
            raise _Lost
        row, column = int(cells[4]) - 1, column_number(cells[2].upper())
        if cells[8] is None:
            tab, row, column = _there(self.places.cell(title, row, column))
            return tab, f"{cells[1]}{column_letters(column)}{cells[3]}{row + 1}"
        whole = int(cells[8]) == LAST_ROW
        area = (row, column, int(cells[8]) - 1, column_number(cells[6].upper()))
        tab, (top, left, bottom, right) = _there(self.places.area(title, area))
        last_row = LAST_ROW if whole else bottom + 1
        return tab, (f"{cells[1]}{column_letters(left)}{cells[3]}{top + 1}:"
                     f"{cells[5]}{column_letters(right)}{cells[7]}{last_row}")  # fmt: skip

    def _structured(self, said: str, at: tuple[str, int, int]) -> str:
        column, row = _COLUMN.fullmatch(said), _OWN_ROW.fullmatch(said)
        if column is not None:
            headers = {one.casefold(): one for one in self.columns.get(column[1], ())}
            header = re.sub(r"'(.)", r"\1", column[2]).casefold()
            if header not in headers:
                raise _Lost
            quoted = re.sub(r"(['#\[\]@])", r"'\1", headers[header])
            # In a file an `@` in a header needs its quotes, too; our headers have none.
            return f"{column[1]}[{quoted}]"
        if row is None:
            raise _Lost
        header = re.sub(r"'(.)", r"\1", row[2] or row[3] or row[4])
        _, to_row, to_column = _there(self.places.own_row(at[0], at[1], row[1], header))
        return f"${column_letters(to_column)}{to_row + 1}"

    def _written(self, tab: str | None, cells: str) -> str:
        if self.to_google:
            cells = _LAST.sub(r":\1", cells)
        if tab is None:
            return cells
        bare = _PLAIN_NAME.fullmatch(tab) and not _CELLS.fullmatch(tab) and not _R1C1.fullmatch(tab)
        return f"{tab}!{cells}" if bare else f"'{tab.replace(chr(39), chr(39) * 2)}'!{cells}"


def _there(found: _Place | None) -> _Place:
    if found is None:
        raise _Lost
    return found


def _title(found: re.Match[str]) -> str:
    return found[1].replace("''", "'") if found[1] is not None else found[2]


def _refuse_arrays(tokens: Sequence[Token]) -> None:
    """Raises _Lost for a list of cells, cells in common, and a function with too few or too many arguments."""
    if tokens and tokens[0].type == Token.ARRAY:
        raise _Lost
    stack: list[list[Token]] = []  # what is open: the token that opened it, and the commas in it
    before: Token | None = None
    for token in tokens:
        if token.type == Token.WSPACE:
            continue
        begins = token.type == Token.OPERAND or token.subtype == Token.OPEN
        ended = before is not None and (before.type == Token.OPERAND or before.subtype == Token.CLOSE)
        if (begins and ended) or (token.type == Token.OP_IN and token.value.strip() == ","):
            raise _Lost
        if token.subtype == Token.OPEN:
            stack.append([token])
        elif token.subtype == Token.CLOSE:
            opened, *commas = stack.pop()
            if opened.type == Token.FUNC:
                _refuse_many(_name(opened.value), 0 if before is opened else len(commas) + 1)
        elif token.type == Token.SEP and stack:
            stack[-1].append(token)
        elif token.subtype == Token.RANGE and any(one[0].type == Token.ARRAY for one in stack):
            raise _Lost
        before = token
    if stack:
        raise _Lost


def _refuse_many(name: str, arguments: int) -> None:
    least, most = ARGUMENTS.get(name, (1, 0))
    if not least <= arguments <= most:
        raise _Lost


def _name(opened: str) -> str:
    """The name of a function, without what a file puts before it."""
    return _PREFIX.sub("", opened.removesuffix("(")).upper()
