"""docs/performance.md, from one run of all benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.page import Grid, Section

_HEAD: Final = """# Performance

Written by `python -m benchmarks --write`; every number below is of that one run. Each benchmark times our code beside
plain code that does the same work, in turns (A B A B), after one call of each that is told apart as `First`. The
column `Median` and the ratios are of the calls after it."""

_HOW: Final = """## How to run it

    pip install -e ".[bench]"
    python -m benchmarks                 # all, printed
    python -m benchmarks engine reading  # some of: {names}
    python -m benchmarks --write         # all, and this page anew

Mastersheet itself does not install pyarrow; datacompy does, and pandas then keeps text in Arrow unless it is told
otherwise. Both ways are timed where text matters: `text in python` is what a user has."""

_NOT_TOLD: Final = """## What the numbers do not tell

- The machine was shared: other work ran at the same time. Turns make that fall on all tasks alike, so a ratio says
  more than its seconds, and a ratio within a tenth of its limit says neither hit nor miss. Min and max show the unrest.
- `First` in a table of tasks is a first call in a process that has already run other tasks. A truly first one stands
  under "In a process of its own".
- The data are made. Real exports have longer titles, more states per SKU, and cells that are wrong; a brand with a
  history has past counts, movements and shipments, which the engine's run here has not.
- The comparison libraries do a part of what the engine does, and the bare loop writes a file that Excel would not
  open with its formulas working, since these name tables that it leaves out. They are a measure, not a rival.
- A stand-in on this machine takes Google's place: how long Google takes, and how often it refuses, is not measured.
- How long Excel or LibreOffice takes to open or recalculate the workbook is not measured here."""


def document(ran_on: Grid, sections: Sequence[Section], names: Sequence[str]) -> str:
    """The page's text. names: those that a run may be asked for."""
    lines = [f"- {section.title}. {aim.line}" for section in sections for aim in section.aims]
    hits = sum(aim.hit for section in sections for aim in section.aims)
    result = f"## Hits and misses\n\n{hits} of {len(lines)} aims were hit.\n\n" + "\n".join(lines)
    how = _HOW.format(names=", ".join(names))
    parts = [_HEAD, ran_on.text, result, *(section.text for section in sections), how, _NOT_TOLD]
    return "\n\n".join(parts) + "\n"
