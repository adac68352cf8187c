"""Between centres: what Amazon's ledger tells of units that go from one of its own centres to another.

Units on that way are on hand all the while where on_hand holds reserved_transfer, and are not where only what lies in
a centre is counted. Which of both a system's counts do is seen from the counts themselves.
Fact: the FBA Inventory Ledger's event WhseTransfers, out of one centre and, up to days later, into another.
"""

from __future__ import annotations

import numpy as np


def uncounted(
    counts: tuple[np.ndarray, np.ndarray, np.ndarray], moves: tuple[np.ndarray, np.ndarray, np.ndarray],
    crossing: np.ndarray, skus: int, holds: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Which of the crossing movements change no count of their feed.

    counts, moves: key (feed x SKUs + SKU), time and units, sorted by key and time. crossing: which of the movements
    go from centre to centre. Of a feed whose counts from one time to the next are told better without its crossings,
    all of them are left out; where no count tells, of a feed that holds units on their way, by its states.
    """
    left_out = np.zeros(len(crossing), dtype=bool)
    if not crossing.any():
        return left_out
    key, at, units = counts
    follows = np.flatnonzero(key[1:] == key[:-1])
    moved, crossed = (_between(key, at, follows, moves[0], moves[1], some) for some in (
        moves[2], np.where(crossing, moves[2], 0)))  # fmt: skip
    change = units[follows + 1] - units[follows]
    told = crossed != 0
    feed = key[follows] // max(skus, 1)
    with_them = np.bincount(feed[told], np.abs(change - moved)[told], minlength=len(holds))
    without = np.bincount(feed[told], np.abs(change - moved + crossed)[told], minlength=len(holds))
    better = np.flatnonzero((without < with_them) | ((without == with_them) & holds))
    left_out[:] = crossing & np.isin(moves[0] // max(skus, 1), better)
    return left_out


def _between(
    key: np.ndarray, at: np.ndarray, follows: np.ndarray, move_key: np.ndarray, move_at: np.ndarray, units: np.ndarray
) -> np.ndarray:
    """What moved from each count to the next one of its key."""
    sums = np.concatenate([[0], np.cumsum(units)])
    merged_key, merged_at = np.concatenate([move_key, key]), np.concatenate([move_at, at])
    # Movements before a count of the same time: a movement of that moment is inside it.
    order = np.lexsort((np.repeat([0, 1], [len(move_key), len(key)]), merged_at, merged_key))
    before = np.empty(len(order), dtype=np.int64)
    before[order] = np.cumsum(order < len(move_key))
    until = before[len(move_key) :]
    found: np.ndarray = sums[until[follows + 1]] - sums[until[follows]]
    return found
