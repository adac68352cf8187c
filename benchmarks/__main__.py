"""Runs the benchmarks and prints what they found: `python -m benchmarks [NAME ...] [--write]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from benchmarks.diagnosing import diagnosing
from benchmarks.document import document
from benchmarks.engine import engine
from benchmarks.google import google
from benchmarks.history import history
from benchmarks.page import Section
from benchmarks.processes import command_line
from benchmarks.reading import reading
from benchmarks.recalculating import recalculating
from benchmarks.refreshing import refreshing
from benchmarks.versions import versions
from benchmarks.writing import writing

PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"

BENCHMARKS: Final = {"engine": engine, "diagnosis": diagnosing, "reading": reading, "writing": writing,
              "refreshing": refreshing, "google": google, "history": history, "recalculation": recalculating,
              "command-line": command_line}  # fmt: skip


def main() -> None:
    """Runs what was asked for, in the order of BENCHMARKS."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; all without")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md from this run")
    asked = parser.parse_args()
    strange = [name for name in asked.names if name not in BENCHMARKS]
    if strange:
        parser.error(f"no benchmark {', '.join(strange)}; there is {', '.join(BENCHMARKS)}")
    if asked.write and asked.names:
        parser.error("--write takes a run of all benchmarks: the page's numbers are of one run")
    ran_on = versions()
    print(ran_on.text, end="\n\n")
    sections: list[Section] = []
    for name, benchmark in BENCHMARKS.items():
        if not asked.names or name in asked.names:
            sections.append(benchmark())
            print(sections[-1].text, end="\n\n", flush=True)
    if asked.write:
        PAGE.write_text(document(ran_on, sections, list(BENCHMARKS)), encoding="utf-8", newline="\n")
        print(f"docs/{PAGE.name} written", file=sys.stderr)


if __name__ == "__main__":
    main()
