"""One way of comparing in a process of its own: its first call and the most memory the process ever held.

`python -m benchmarks.alone engine python` prints both as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter


@dataclass(frozen=True)
class Alone:
    """Seconds of the first call; bytes at most, with the data made and after the call; rows flagged."""

    first: float
    bytes_before: int
    bytes_most: int
    flagged: int


def alone(way: str, storage: str) -> Alone:
    """Runs it in a new process."""
    command = [sys.executable, "-m", "benchmarks.alone", way, storage]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    return Alone(**json.loads(ran.stdout))


def _measured(way: str, storage: str) -> Alone:
    from benchmarks.comparisons import WAYS, the_brand
    from benchmarks.text_storage import text_in

    with text_in(storage):
        brand = the_brand()
        before = most_bytes()
        start = perf_counter()
        flagged = WAYS[way](brand)
        return Alone(perf_counter() - start, before, most_bytes(), flagged)


def most_bytes() -> int:
    """The most memory that this process ever held."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage says begins on Linux with the parent's peak.
        line = next(one for one in status.read_text(encoding="ascii").splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource  # not on Windows, where only this measure is missing

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_measured(*sys.argv[1:]))))
