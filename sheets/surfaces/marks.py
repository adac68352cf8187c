"""How a file tells what in it is ours, whatever program saved it since.

Rows come and go, and a location that leaves the source map takes its columns along. So a later refresh cannot tell
from its own layout what an earlier one wrote; the file says it itself, in places that Excel keeps and hides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

# The error title of our validations.
OURS: Final = "Mastersheet"

# The first line of our notes. As their author it would be lost: LibreOffice keeps none.
NOTE: Final = "Mastersheet:\n"

# A hidden name on each tab: the cells of our texts. As a reference it moves along when rows are inserted.
TEXTS: Final = "mastersheet_texts"

# A hidden name per table: its columns' headers when we wrote it, as an array of texts.
COLUMNS: Final = "mastersheet_columns_"

# A hidden name per table: its key, and its columns in the order in which the hidden column remembers them.
REMEMBERED: Final = "mastersheet_remembered_"

# A hidden name per table that has no such column: what its cells said when we wrote them; and one per tab for texts.
ROWS: Final = "mastersheet_rows_"
SAID: Final = "mastersheet_said"

# A hidden name: the ink and the number formats with which we wrote cells, as an array of texts.
LOOK: Final = "mastersheet_look"

# The longest formula that a defined name may hold; beyond it the mark is left out.
_LONGEST: Final = 8192
_LONGEST_TEXT: Final = 255
_NOTHING: Final = "#REF!"
# Not the end of an error, which looks alike.
_TAB: Final = re.compile(r"'((?:[^']|'')*)'!|(?<![#\w.])([\w.]+)!")
_REFERENCE: Final = re.compile(r"\$([A-Z]{1,3})\$(\d+)(?::\$([A-Z]{1,3})\$(\d+))?")
_TEXT: Final = re.compile(r'"((?:[^"]|"")*)"')

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0


def list_mark(texts: Sequence[str]) -> str | None:
    """The formula that remembers texts; None when it would be longer than Excel takes."""
    quoted = ['"' + text.replace('"', '""') + '"' for text in texts]
    formula = "={" + ",".join(quoted) + "}"
    fits = len(formula) <= _LONGEST and all(len(text) <= _LONGEST_TEXT for text in texts)
    return formula if fits else None


def listed_in(formula: str) -> list[str]:
    """The texts that such a formula remembers."""
    return [text.replace('""', '"') for text in _TEXT.findall(formula)]


def texts_mark(tab: str, areas: Iterable[Area | None]) -> str | None:
    """The reference to all areas of a tab, one that is None as a reference to nothing; None without any.

    What Excel would not take for its length loses its end.
    """
    formula = ""
    for area in areas:
        one = _NOTHING if area is None else absolute(tab, *area)
        if len(formula) + len(one) + 2 > _LONGEST:
            break
        formula += f",{one}" if formula else f"={one}"
    return formula or None


def texts_marked(formula: str) -> list[Area | None]:
    """The areas of such a reference; None for each that a user deleted."""
    # The tab's name may hold what looks like a cell, and a comma.
    bare = _TAB.sub("", formula).removeprefix("=")
    found: list[Area | None] = []
    for one in bare.split(",") if bare else []:
        reference = _REFERENCE.search(one)
        if reference is None:
            found.append(None)
            continue
        left, top, right, bottom = reference.groups()
        found.append((int(top) - 1, column_number(left), int(bottom or top) - 1, column_number(right or left)))
    return found


def tab_of(formula: str) -> str | None:
    """The tab that a formula's first reference names; None where it names none."""
    found = _TAB.search(formula)
    return None if found is None else found[1].replace("''", "'") if found[1] is not None else found[2]


def absolute(tab: str, row: int, column: int, last_row: int | None = None, last_column: int | None = None) -> str:
    """`'Tab'!$A$1` or `'Tab'!$A$1:$B$2`, from rows and columns counted from 0."""
    quoted = "'" + tab.replace("'", "''") + "'"
    first = f"${column_letters(column)}${row + 1}"
    if last_row is None or last_column is None or (last_row, last_column) == (row, column):
        return f"{quoted}!{first}"
    return f"{quoted}!{first}:${column_letters(last_column)}${last_row + 1}"


def column_letters(column: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A -> 0, AA -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
