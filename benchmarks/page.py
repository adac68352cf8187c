"""What a benchmark found, as text: a table, what was aimed at, remarks. The same on the screen and in docs/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.timing import Timed

TIMES: Final = ("Task", "First, s", "Median, s", "Min, s", "Max, s", "Ratio")


@dataclass(frozen=True)
class Grid:
    """A table; the first column is words, the others are numbers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """The table in Markdown, its columns even."""
        widths = [max(len(row[at]) for row in (self.headers, *self.rows)) for at in range(len(self.headers))]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        return "\n".join(_line(row, widths) for row in (self.headers, tuple(rule), *self.rows))


@dataclass(frozen=True)
class Aim:
    """What was aimed at and what was measured; both in the unit that `form` writes."""

    said: str
    measured: float
    most: float
    form: str = "{:.2f}"

    @property
    def hit(self) -> bool:
        """Whether what was measured is within the limit."""
        return self.measured <= self.most

    @property
    def line(self) -> str:
        """Hit or miss, with the numbers."""
        word = "Hit" if self.hit else "MISS"
        return f"{word}: {self.said}: {self.form.format(self.measured)}, aimed at most {self.form.format(self.most)}"


@dataclass(frozen=True)
class Section:
    """One benchmark's findings. did: what was timed beside what, on what."""

    title: str
    did: str
    grids: tuple[Grid, ...]
    aims: tuple[Aim, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The section in Markdown."""
        lists = [_listed([aim.line for aim in self.aims]), _listed(self.remarks)]
        parts = [f"## {self.title}", self.did, *(grid.text for grid in self.grids), *lists]
        return "\n\n".join(part for part in parts if part)


def times(timed: Mapping[str, Timed], beside: Mapping[str, str]) -> Grid:
    """Seconds of each task. beside: task -> the task to whose median its own is a ratio."""
    rows = []
    for name, one in timed.items():
        other = beside.get(name)
        ratio = f"{one.median / timed[other].median:.2f}" if other else ""
        numbers = (one.first, one.median, min(one.rounds), max(one.rounds))
        rows.append((name, *("" if number is None else f"{number:.3f}" for number in numbers), ratio))
    return Grid(TIMES, tuple(rows))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
    return f"| {' | '.join(cells)} |"


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
