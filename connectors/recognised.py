"""Which of a system's kinds an input is, where it must be opened before its header can be seen."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Sequence
from typing import Final

from connectors.base import Kind, MappedKind, Opening, recognise
from connectors.delimited import Rows
from connectors.errors import CannotRead, NotRecognised

PLAIN: Final = Opening()


def recognised(
    kinds: Sequence[Kind],
    name: str,
    opened: Callable[[Opening], Rows],
    *,
    otherwise: Opening = PLAIN,
    key_lines: bool = False,
) -> tuple[Kind, Rows]:
    """The one kind that claims an input by its header, and its rows as that kind opens it.

    name: as said in messages. opened: opens it. otherwise: for kinds without an opening of their own. key_lines:
    only the kinds that read lines above the header, or only the others. Raises CannotRead.
    """
    problems: list[CannotRead] = []
    claims: list[tuple[Kind, Rows]] = []
    openings = dict.fromkeys(opening_of(kind, otherwise) for kind in kinds)
    for opening in [opening for opening in openings if opening.key_lines == key_lines]:
        alike = [kind for kind in kinds if opening_of(kind, otherwise) == opening]
        try:
            rows = opened(opening)
            claims.append((recognise(rows, name, alike), rows))
        except CannotRead as problem:
            problems.append(problem)
    if len(claims) > 1:
        raise NotRecognised(
            f"could be {' or '.join(kind.name for kind, _ in claims)}",
            where=name,
            expected="one kind of export to claim it by its header",
            todo="say which in mastersheet.toml, with `file` under the system's tables",
        )
    if not claims:
        raise problems[0]
    return claims[0]


def bound(kinds: Sequence[Kind], name: str) -> list[Kind]:
    """The kinds that say the file of that name is theirs, else those that are bound to no files."""
    fits = [kind for kind in kinds if (file := _file(kind)) and _fits(name, file)]
    return fits or [kind for kind in kinds if not _file(kind)]


def _fits(name: str, pattern: str) -> bool:
    return fnmatch.fnmatch(name.lower(), pattern.lower()) or fnmatch.fnmatch(
        name.rsplit("/", 1)[-1].lower(), pattern.lower()
    )


def _file(kind: Kind) -> str | None:
    return kind.file if isinstance(kind, MappedKind) else None


def opening_of(kind: Kind, otherwise: Opening) -> Opening:
    """The kind's own way of opening; what it leaves open is the system's."""
    own = kind.opening if isinstance(kind, MappedKind) else PLAIN
    return Opening(
        own.sheet or otherwise.sheet,
        own.header_row if own.header_row != PLAIN.header_row else otherwise.header_row,
        own.encoding or otherwise.encoding,
        own.key_lines,
    )
