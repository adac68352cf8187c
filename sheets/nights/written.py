"""A digest's words as plain text, as Markdown for chats, or as HTML for mail; names stay to the letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final


@dataclass(frozen=True)
class Name:
    """A SKU, a shipment: what must stand to the letter."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Words that are seen first."""

    text: str


@dataclass(frozen=True)
class Link:
    """Words that lead to an address."""

    text: str
    address: str


Piece = str | Name | Strong | Link
Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Part:
    """A heading, and below it items of one or more lines each; without items a paragraph of its own."""

    heading: Line
    items: tuple[tuple[Line, ...], ...] = ()
    numbered: bool = False


@dataclass(frozen=True)
class Digest:
    """A title, and the parts below it. good: whether there is nothing to do; it is then one line."""

    title: str
    parts: tuple[Part, ...]
    good: bool = False


# What CommonMark and Slack's dialect of it read as more than a letter; an underscore only at the edge of a word.
_MARKS: Final = re.compile(r"[\\*`~\[\]<>|]|(?<!\w)_|_(?!\w)")


def plain(text: str) -> str:
    """One line without signs that would steer a reader's program."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def as_text(digest: Digest) -> str:
    """As plain text."""
    blocks = []
    for part in digest.parts:
        lines = [_text(part.heading)]
        for at, item in enumerate(part.items, start=1):
            first = f"{at}. " if part.numbered else "- "
            lines += [(first if not row else " " * len(first)) + _text(line) for row, line in enumerate(item)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def as_markdown(digest: Digest) -> str:
    """As CommonMark without tables and pictures, which chats do not show."""
    blocks = []
    for part in digest.parts:
        heading = _markdown(part.heading)
        blocks.append(f"**{heading}**" if part.items else heading)
        if part.items:
            blocks.append("\n".join(_item(at, item, part) for at, item in enumerate(part.items, start=1)))
    return "\n\n".join(blocks)


def as_html(digest: Digest) -> str:
    """As HTML without styles, which readers of mail take out."""
    blocks = []
    for part in digest.parts:
        heading = _html(part.heading)
        if not part.items:
            blocks.append(f"<p>{heading}</p>")
            continue
        items = "\n".join(f"<li>{'<br>'.join(map(_html, item))}</li>" for item in part.items)
        kind = "ol" if part.numbered else "ul"
        blocks.append(f"<p><b>{heading}</b></p>\n<{kind}>\n{items}\n</{kind}>")
    return "\n".join(blocks)


def _item(at: int, item: Sequence[Line], part: Part) -> str:
    first = f"{at}. " if part.numbered else "- "
    # Two blanks at a line's end keep the next one apart.
    return f"  \n{' ' * len(first)}".join([first + _markdown(item[0]), *map(_markdown, item[1:])])


def _text(line: Line) -> str:
    return plain("".join(f"{one.text} ({one.address})" if isinstance(one, Link) else _words(one) for one in line))


def _markdown(line: Line) -> str:
    made = []
    for one in line:
        words = plain(_words(one))
        if isinstance(one, Name):
            # Within a pair of these signs nothing else is a mark.
            made.append(f"`{words.replace('`', chr(39))}`" if words.strip() else words)
        elif isinstance(one, Link):
            made.append(f"[{_unmarked(words)}](<{one.address}>)")
        else:
            made.append(f"**{_unmarked(words)}**" if isinstance(one, Strong) else _unmarked(words))
    return "".join(made)


def _html(line: Line) -> str:
    made = []
    for one in line:
        words = escape(plain(_words(one)))
        if isinstance(one, Link):
            made.append(f'<a href="{escape(one.address)}">{words}</a>')
        elif isinstance(one, (Name, Strong)):
            # A program that makes plain text of it breaks the line at <code>.
            made.append(f"<b>{words}</b>")
        else:
            made.append(words)
    return "".join(made)


def _unmarked(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", text)


def _words(piece: Piece) -> str:
    return piece if isinstance(piece, str) else piece.text
