"""A worksheet part as text: what stands before its rows, the rows one after the other, and what stands after them.

Rows are cut out of the text, not parsed: a row that nothing is written in leaves exactly as it came, and a million
cells pass in seconds. What the cutting cannot be sure of is first brought into the usual form by a parser.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, Final, NamedTuple

from lxml import etree

from sheets.surfaces.marks import column_letters, column_number

_CHUNK: Final = 1 << 20
_ROOT: Final = re.compile(r"<(?:([A-Za-z_][\w.-]*):)?worksheet[\s>]")
# How all begins that may stand in XML and would be cut wrongly: comments, CDATA, a DOCTYPE.
_UNUSUAL: Final = "<!"
_NUMBER: Final = re.compile(r'(?:^|\s)r="(\d+)"')


class Irregular(Exception):
    """The part is not in the form that programs usually write: `regular` brings it there."""


class RowText(NamedTuple):
    """A row of a sheet. number: from 0; attributes: of its tag, as they stand; cells: the text between its tags."""

    number: int
    attributes: str
    cells: str
    whole: str


class SheetText:
    """A worksheet part, read once from front to back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("strict")
        self._text = ""
        self._ended = False
        self.head = self._read_head()
        self.tail = ""

    def _more(self) -> bool:
        if self._ended:
            return False
        raw = self._stream.read(_CHUNK)
        self._ended = not raw
        try:
            more = self._decoder.decode(raw, final=self._ended)
        except UnicodeDecodeError as wrong:
            raise Irregular from wrong
        # The part of a mark may stand at the end of one piece and the rest at the start of the next.
        if _UNUSUAL in more or _UNUSUAL in self._text[-1:] + more[:1]:
            raise Irregular
        self._text += more
        return not self._ended

    def _read_head(self) -> str:
        """Everything before the first row, the tag of sheetData too."""
        while True:
            root = _ROOT.search(self._text)
            if root is not None:
                self.prefix = f"{root[1]}:" if root[1] else ""
                data = re.search(rf"<{self.prefix}sheetData\s*(/?)>", self._text)
                if data is not None:
                    break
            if not self._more():
                raise Irregular
        if not data[1]:
            return self._cut(data.end())
        # A sheet without rows: the tag is opened, so that rows may follow.
        before = f"{self._text[: data.start()]}<{self.prefix}sheetData>"
        self._text = f"{before}</{self.prefix}sheetData>{self._text[data.end() :]}"
        return self._cut(len(before))

    def _cut(self, at: int) -> str:
        head, self._text = self._text[:at], self._text[at:]
        return head

    def rows(self) -> Iterator[RowText]:
        """Each row; afterwards `tail` is what follows them, from the closing tag of sheetData."""
        opening, closing, end = f"<{self.prefix}row", f"</{self.prefix}row>", f"</{self.prefix}sheetData>"
        opened, closed = len(opening), len(closing)
        at = 0
        while True:
            start = at if self._text.startswith(opening, at) else self._text.find("<", at)
            tag_end = self._text.find(">", start) if start >= 0 else -1
            if tag_end < 0:
                at = self._refill(at)
                continue
            if start != at or not self._text.startswith(opening, start):
                if self._text.startswith(end, start):
                    break
                if not self._text.startswith(opening, start):
                    raise Irregular
            if self._text[tag_end - 1] == "/":
                attributes, cells, after = self._text[start + opened : tag_end - 1], "", tag_end + 1
            else:
                close = self._text.find(closing, tag_end)
                if close < 0:
                    at = self._refill(at)
                    continue
                attributes, cells = self._text[start + opened : tag_end], self._text[tag_end + 1 : close]
                after = close + closed
            number = _NUMBER.search(attributes)
            if number is None or "'" in attributes:
                raise Irregular
            yield RowText(int(number[1]) - 1, attributes.rstrip(), cells, self._text[at:after])
            at = after
        while self._more():
            pass
        self.tail = self._text[start:]

    def _refill(self, at: int) -> int:
        """Reads on, and lets go of what was passed."""
        self._text = self._text[at:]
        if not self._more() and self._ended and self._text.find("<") < 0:
            raise Irregular
        if self._ended and f"</{self.prefix}sheetData>" not in self._text:
            raise Irregular
        return 0


def regular(raw: bytes) -> bytes:
    """The same part as programs usually write it: UTF-8, each row and cell with its address, no comments."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, strip_cdata=True
    )
    root = etree.parse(BytesIO(raw), parser).getroot()
    row_at = 0
    for row in root.iterfind("{*}sheetData/{*}row"):
        row_at = int(row.get("r") or row_at + 1)
        _first(row, "r", str(row_at))
        column = 0
        for cell in row.iterchildren("{*}c"):
            reference = cell.get("r")
            column = column_number(reference.rstrip("0123456789")) + 1 if reference else column + 1
            _first(cell, "s", cell.get("s") or "0")
            _first(cell, "r", f"{column_letters(column - 1)}{row_at}")
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made


def _first(element: etree._Element, name: str, value: str) -> None:
    """Puts an attribute before the others."""
    others = [(key, one) for key, one in element.attrib.items() if key != name]
    element.attrib.clear()
    element.set(name, value)
    for key, one in others:
        element.set(key, one)
