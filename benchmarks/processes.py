"""The command line as a whole process: Python's start, imports, `--help`, the end."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.page import Aim, Section, times
from benchmarks.timing import ROUNDS, in_turns

MOST_SECONDS: Final = 0.3


def command_line() -> Section:
    """Times of `mastersheet --help`."""
    command = Path(sys.executable).with_name("mastersheet")
    tasks = {
        "mastersheet --help": partial(_ran, str(command), "--help"),
        "python -c pass": partial(_ran, sys.executable, "-c", "pass"),
    }
    timed = in_turns(tasks, 5 * ROUNDS)
    return Section(
        "Command line",
        "`mastersheet --help` as a whole process, beside Python doing nothing; the ratio is to that.",
        (times(timed, dict.fromkeys(tasks, "python -c pass")),),
        (Aim("seconds of mastersheet --help, median", timed["mastersheet --help"].median, MOST_SECONDS),),
    )


def _ran(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
