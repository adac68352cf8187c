"""The score: what the check says of a twin world, laid beside its truth."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd

from benchmarks.twin.files import END, write
from benchmarks.twin.watched import watchers
from benchmarks.twin.world import FLIEBER, World

Row = dict[str, Any]
BELOW: Final = "below the threshold"


@dataclass
class Score:
    """Counters by fault, and of all; lines tell what was wrong where."""

    faults: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    wrongly_flagged: int = 0
    inside: int = 0
    skus: int = 0
    widths: list[float] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def checked(folder: Path) -> dict[str, Any]:
    """What `mastersheet check --all --json` says of a written world."""
    from sheets.brand import open_brand
    from sheets.new_brand import new_brand
    from sheets.refresh import check
    from sheets.report import as_json

    now = pd.Timestamp(END, tz="UTC") + pd.Timedelta(days=1)
    new_brand(folder / "brand", setup=folder, now=now)
    return as_json(check(open_brand(folder / "brand"), now=now), all_rows=True)


def score(world: World, into: Score, *, without: Sequence[str] = (), silent: int = 0, today_only: bool = False) -> None:
    """One world's figures, added to a score.

    without: files of the exports, as patterns, that are taken away before. silent: days for which Flieber says nothing.
    today_only: counts of each system's newest day alone are left.
    """
    with TemporaryDirectory() as where:
        folder = Path(where)
        systems = watchers(world)
        for one in systems:
            one.last -= silent if one.system == FLIEBER else 0
        write(world, systems, folder)
        for pattern in without:
            for path in (folder / "exports").glob(pattern):
                path.unlink()
        if today_only:
            for path in (folder / "exports").glob("*/counts.csv"):
                header, *rows = path.read_text().splitlines(keepends=True)
                last = max(row.split(",")[4] for row in rows)
                path.write_text(header + "".join(row for row in rows if row.split(",")[4] == last))
        said, true = checked(folder), json.loads((folder / "truth.json").read_text())
    rows = {(row["sku"], row["location"], row["system"]): row for row in said["gaps"]}
    for one in true["gaps"]:
        _row(one, rows.get((one["sku"], one["location"], one["system"])), world.seed, into)
    units: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in said["gaps"]:
        units[row["sku"]][row["system"]] += row["gap"] or 0
    for total in said["totals"]:
        real = true["order_against"][total["sku"]]
        into.skus += 1
        inside = total["low"] <= real <= total["high"]
        into.inside += inside
        if not inside:
            into.lines.append(f"BOUND {world.seed} {total} real {real}")
        gaps = [0, *units[total["sku"]].values()]
        span = max(gaps) - min(gaps)
        if span > max(0.03 * total["total"], 10):
            into.widths.append((total["high"] - total["low"]) / span)


def _row(one: Row, row: Row | None, seed: int, into: Score) -> None:
    flagged = abs(one["gap"]) > one["threshold"]
    if (row is not None and row["flagged"]) != flagged or (row is not None and row["gap"] != one["gap"]):
        into.wrongly_flagged += 1
        into.lines.append(f"{seed} FLAG {one} {row}")
    if row is None or not one["gap"]:
        return
    sums: Counter[str | None] = Counter()
    for part in one["parts"]:
        sums[part["cause"]] += part["units"]
    wrong = _wrong_proofs(one, row)
    where = f"{seed} {one['sku']} {one['location']} {one['system']} gap {one['gap']}"
    told = [(p["cause"], p["units"], p["verdict"], p["alternatives"], p["references"][:4]) for p in row["explained"]]
    real = [(p["cause"], p["units"], p["fault"], p["references"][:4]) for p in one["parts"]]
    if wrong:
        into.lines.append(f"PROOF {where}: said {told} was {real}")
    if not flagged:
        into.faults[BELOW]["wrong proofs"] += bool(wrong)
        into.faults[BELOW]["gaps"] += 1
        return
    most = max(abs(part["units"]) for part in one["parts"])
    largest = {part["cause"] for part in one["parts"] if abs(part["units"]) == most}
    largest |= {cause for cause, units in sums.items() if abs(units) == max(abs(u) for u in sums.values())}
    fault = "+".join(sorted({part["fault"] for part in one["parts"] if abs(part["units"]) >= 3})) or "small"
    needed = {name for part in one["parts"] if part["fault"] not in ("late", "old file") for name in part["references"]}
    said = {name for part in row["explained"] if part["cause"] != "timing" for name in part["references"]}
    right = row["cause"] in largest
    if not right:
        into.lines.append(f"CAUSE {where}: said {row['cause']} {told} left {row['remainder']} was {real}")
    elif needed - said or len(said - needed) > 1:
        into.lines.append(f"REFS {where}: said {told} was {real}")
    for name in ("all", fault if "+" not in fault else "combined", *(["combined"] if "+" in fault else [])):
        into.faults[name].update(
            {
                "gaps": 1,
                "cause right": int(right),
                "complete": int(not needed - said),
                "too many": int(len(said - needed) > 1),
                "proven": int(row["verdict"] == "proven"),
                "open": int(row["verdict"] == "open"),
                "wrong proofs": int(bool(wrong)),
            }
        )


def _wrong_proofs(one: Row, row: Row) -> list[Row]:
    """Proven parts that the truth does not hold: another cause, other units, or a reference of none of that cause."""
    wrong = []
    for part in row["explained"]:
        if part["verdict"] != "proven":
            continue
        alike = [p for p in one["parts"] if p["cause"] == part["cause"]]
        names = set(part["references"])
        mine = [p for p in alike if not names or not p["references"] or names & set(p["references"])]
        if part["cause"] == "timing":
            # Before and after the older count's moment are two parts of what is told as one here.
            said, true = (sum(p["units"] for p in some if p["cause"] == "timing") for some in (row["explained"], alike))
            if said == true:
                continue
        total = sum(p["units"] for p in mine)
        if total != part["units"] and not any(p["units"] == part["units"] for p in mine):
            wrong.append(part)
    return wrong


def table(into: Score) -> str:
    """The figures as a table in Markdown."""
    lines = [
        "| fault | gaps | cause right | references complete | more than one too many | proven | open | wrong proofs |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, found in sorted(into.faults.items(), key=lambda item: -item[1]["gaps"]):
        gaps = found["gaps"]
        shares = [f"{found[key] / gaps:.1%}" for key in ("cause right", "complete", "too many", "proven", "open")]
        shares = [""] * len(shares) if name == BELOW else shares
        lines.append(f"| {name} | {gaps} | {' | '.join(shares)} | {found['wrong proofs']} |")
    width = f"{median(into.widths):.2f}" if into.widths else "none"
    lines += [
        "",
        f"Wrongly flagged or other numbers: {into.wrongly_flagged}. Truth inside low and high: "
        f"{into.inside / max(into.skus, 1):.1%} of {into.skus} SKUs. Median width of the bounds against the span of "
        f"the systems, where that is over the threshold: {width} ({len(into.widths)} SKUs).",
    ]
    return "\n".join(lines)
