"""`python -m benchmarks.twin make DIR --seed 7`, and `report --first-seed 1000 --worlds 20`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.twin.files import write
from benchmarks.twin.scored import Score, score, table
from benchmarks.twin.watched import watchers
from benchmarks.twin.world import World


def main() -> None:
    """Makes one world, or reports on many."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.twin")
    ways = parser.add_subparsers(dest="way", required=True)
    for name in ("make", "report"):
        way = ways.add_parser(name)
        way.add_argument("--skus", type=int, default=100)
        way.add_argument("--days", type=int, default=60)
        if name == "make":
            way.add_argument("folder", type=Path)
            way.add_argument("--seed", type=int, default=1)
        else:
            way.add_argument("--first-seed", type=int, default=1000)
            way.add_argument("--worlds", type=int, default=20)
            way.add_argument("--show", type=int, default=0)
    asked = parser.parse_args()
    if asked.way == "make":
        world = World(asked.seed, asked.skus, asked.days)
        write(world, watchers(world), asked.folder)
        return
    found = Score()
    for seed in range(asked.first_seed, asked.first_seed + asked.worlds):
        score(World(seed, asked.skus, asked.days), found)
    print(table(found))
    for line in found.lines[: asked.show]:
        print(line)


if __name__ == "__main__":
    main()
