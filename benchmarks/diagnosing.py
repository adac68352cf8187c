"""The diagnosis on a million movements, at three sizes: seconds and memory, each in a process of its own.

`python -m benchmarks.diagnosing 1.0` prints one size as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Final

import numpy as np
import pandas as pd

from benchmarks.alone import most_bytes
from benchmarks.page import Aim, Grid, Section
from connectors.frames import Batch
from sheets.engine.reconcile import reconcile
from sheets.engine.setup import Setup
from sheets.setup_tables import read_setup

SKUS: Final = 5_000
PLACES: Final = 8
MOVEMENTS: Final = 1_000_000
FLAGGED: Final = 1_000
SIZES: Final = (0.25, 0.5, 1.0)
DAYS: Final = 30
MOST_SECONDS: Final = 20.0
MOST_BYTES: Final = 2_000_000_000
MOST_GROWTH: Final = 1.5  # times as long for each movement at the largest size as at the smallest
_FIRST: Final = pd.Timestamp("2026-09-05T23:59:59", tz="UTC")
_SYSTEMS: Final = ("Portal", "Skubana")


@dataclass(frozen=True)
class Measured:
    """One size: rows given, rows diagnosed, seconds of the whole reconciliation, bytes at most."""

    movements: int
    flagged: int
    proven: int
    named: int
    seconds: float
    bytes_before: int
    bytes_most: int


def diagnosing() -> Section:
    """Three sizes."""
    found = {size: _alone(size) for size in SIZES}
    rows = [
        (f"{one.movements:,} movements", f"{one.flagged:,}", f"{one.named:,}", f"{one.proven:,}", f"{one.seconds:.1f}",
         f"{one.seconds / one.movements * 1e6:.1f}", f"{one.bytes_before / 1e6:,.0f}", f"{one.bytes_most / 1e6:,.0f}")
        for one in found.values()
    ]  # fmt: skip
    headers = ("Given", "Flagged", "With a cause", "Confirmed", "Seconds", "s per million movements",
               "Peak with the data made, MB", "Peak after, MB")  # fmt: skip
    small, large = found[SIZES[0]], found[SIZES[-1]]
    growth = (large.seconds / large.movements) / (small.seconds / small.movements)
    return Section(
        "Diagnosis",
        f"{SKUS:,} SKUs at {PLACES} locations, an authority and one secondary, both with movements over {DAYS} days "
        "since they agreed and with a count of each day. Every order is told by both under one number, but for one "
        "that is lost, doubled or wrong in each flagged row and a unit in one row of fifty. Timed is the whole of "
        "`sheets.engine.reconcile.reconcile`, once, in a process of its own. SKUs and flagged rows grow with the size.",
        (Grid(headers, tuple(rows)),),
        (
            Aim(f"seconds, {large.movements:,} movements", large.seconds, MOST_SECONDS, "{:.1f}"),
            Aim("MB at most", large.bytes_most / 1e6, MOST_BYTES / 1e6, "{:,.0f}"),
            Aim("times the seconds per movement of a quarter of it", growth, MOST_GROWTH),
        ),
    )


def _alone(size: float) -> Measured:
    command = [sys.executable, "-m", "benchmarks.diagnosing", str(size)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    return Measured(**json.loads(ran.stdout))


def _measured(size: float) -> Measured:
    batch, setup = made(size)
    before = most_bytes()
    began = perf_counter()
    found = reconcile(batch, setup)
    seconds = perf_counter() - began
    flagged = found.gaps[found.gaps["flagged"].to_numpy(bool)]
    return Measured(
        len(batch.movements), len(flagged), int((flagged["verdict"] == "proven").sum()),
        int(flagged["cause"].notna().sum()), seconds, before, most_bytes(),
    )  # fmt: skip


def made(size: float) -> tuple[Batch, Setup]:
    """The brand of one size, the same each time."""
    chance = np.random.default_rng(11)
    skus, events, wrong = int(SKUS * size), int(MOVEMENTS * size) // 2, int(FLAGGED * size)
    rows = skus * PLACES
    row = chance.integers(0, rows, events)
    day = np.sort(chance.integers(1, DAYS + 1, events))
    units = -chance.integers(1, 4, events)
    number = np.arange(events)
    # In each wrong row one large order is lost, doubled or written wrong by the secondary.
    bad = chance.choice(rows, wrong, replace=False)
    fault, big = chance.integers(0, 3, wrong), -chance.integers(50, 90, wrong)
    bad_day, bad_number = chance.integers(2, DAYS, wrong), events + np.arange(wrong)
    drift = chance.choice(rows, rows // 50, replace=False)
    ours = _told(0, np.r_[row, bad], np.r_[day, bad_day], np.r_[units, big], np.r_[number, bad_number])
    times = np.array([0, 2, 1])[fault]
    theirs = _told(
        1, np.r_[row, np.repeat(bad, times)], np.r_[day, np.repeat(bad_day, times)],
        np.r_[units, np.repeat(np.where(fault == 2, big + 40, big), times)],
        np.r_[number, np.repeat(bad_number, times)],
    )  # fmt: skip
    moves = pd.concat([ours, theirs], ignore_index=True)
    opening = chance.integers(300, 900, rows)
    counted = [_days(told, opening, rows, None if at == 0 else drift) for at, told in enumerate((ours, theirs))]
    today = [frame[frame["day"] == DAYS] for frame in counted]
    past = [frame[frame["day"] < DAYS] for frame in counted]
    counts = _counts(today)
    coverage = counts[["system", "system_location", "state", "as_of", "source"]].drop_duplicates()
    coverage = coverage.assign(time_from="column")[
        ["system", "system_location", "state", "as_of", "time_from", "source"]
    ].reset_index(drop=True)
    batch = Batch(counts=counts, past=_counts(past), coverage=coverage, movements=_movements(moves, skus))
    return batch, _setup(skus)


def _told(system: int, row: np.ndarray, day: np.ndarray, units: np.ndarray, number: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"system": system, "at_row": row, "day": day, "units": units, "number": number})


def _days(told: pd.DataFrame, opening: np.ndarray, rows: int, drift: np.ndarray | None) -> pd.DataFrame:
    """What a system counts at the end of each day."""
    moved = np.zeros((DAYS + 1, rows), dtype=np.int64)
    np.add.at(moved, (told["day"].to_numpy(), told["at_row"].to_numpy()), told["units"].to_numpy())
    stands = opening + moved.cumsum(axis=0)
    if drift is not None:
        stands[DAYS // 2 :, drift] += 1
    every = np.arange(DAYS + 1)
    return pd.DataFrame(
        {
            "system": int(told["system"].iat[0]),
            "at_row": np.tile(np.arange(rows), len(every)),
            "day": np.repeat(every, rows),
            "units": stands.reshape(-1),
        }
    )


def _names(codes: np.ndarray, names: list[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, names)


def _at(days: np.ndarray) -> pd.Series:
    return pd.Series(_FIRST + pd.to_timedelta(days, unit="D")).dt.as_unit("us")


def _counts(frames: list[pd.DataFrame]) -> pd.DataFrame:
    frame = pd.concat(frames, ignore_index=True)
    skus = int(frame["at_row"].max()) // PLACES + 1
    return pd.DataFrame(
        {
            "system": _names(frame["system"].to_numpy(), list(_SYSTEMS)),
            "system_location": _names(frame["at_row"].to_numpy() % PLACES, _places()),
            "system_sku": _names(frame["at_row"].to_numpy() // PLACES, _skus(skus)),
            "state": _names(np.zeros(len(frame), dtype=int), ["on_hand"]),
            "units": frame["units"].astype("Int64"),
            "as_of": _at(frame["day"].to_numpy()),
            "source": _names(frame["system"].to_numpy(), ["portal.csv", "skubana.csv"]),
            "row": pd.array(np.arange(2, len(frame) + 2), dtype="Int64"),
        }
    )


def _movements(frame: pd.DataFrame, skus: int) -> pd.DataFrame:
    numbers = frame["number"].to_numpy()
    return pd.DataFrame(
        {
            "system": _names(frame["system"].to_numpy(), list(_SYSTEMS)),
            "system_location": _names(frame["at_row"].to_numpy() % PLACES, _places()),
            "system_sku": _names(frame["at_row"].to_numpy() // PLACES, _skus(skus)),
            "event": _names((frame["units"].to_numpy() > 0).astype(int), ["sale", "receipt"]),
            "units": frame["units"].astype("Int64"),
            "at": _at(frame["day"].to_numpy()),
            "reference": _names(numbers, [f"ORDER-{number:07}" for number in range(int(numbers.max()) + 1)]),
            "order_type": _names(np.zeros(len(frame), dtype=int), ["dtc"]),
            "channel": _names(np.zeros(len(frame), dtype=int), ["web"]),
            "source": _names(frame["system"].to_numpy(), ["portal.csv", "skubana.csv"]),
            "row": pd.array(np.arange(2, len(frame) + 2), dtype="Int64"),
        }
    )


def _places() -> list[str]:
    return [f"Place {number}" for number in range(PLACES)]


def _skus(number: int) -> list[str]:
    return [f"SKU-{at:05}" for at in range(number)]


def _setup(skus: int) -> Setup:
    places = _places()
    return read_setup(
        {
            "locations": pd.DataFrame({"location": places, "segment": "US", "kind": "3pl"}),
            "source_map": pd.DataFrame(
                [
                    {"location": place, "system": system, "role": role, "states": "on_hand"}
                    for place in places
                    for system, role in zip(_SYSTEMS, ("authority", "secondary"), strict=True)
                ]
            ),
            "skus": pd.DataFrame({"sku": _skus(skus)}),
        }
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_measured(float(sys.argv[1])))))
