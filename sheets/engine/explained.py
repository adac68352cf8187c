"""Explained: the gaps with what their diagnoses say, and the flag that a gap has once it is explained."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from sheets.engine.diagnosis.parts import CAUSES, OPEN, VERDICTS, Diagnosis
from sheets.engine.gaps import CHECK, FLAGS

DRIFT_DAYS: Final = 7


def explained(gaps: pd.DataFrame, diagnoses: Mapping[int, Diagnosis], today: int) -> pd.DataFrame:
    """The gaps, with cause, verdict (None without a diagnosis), remainder, agreed, days_open, week_ago and drifting.

    gaps: as in `Reconciliation.gaps`. diagnoses: by row. today: the local day of the reconciliation. remainder:
    units, NaN where no gap can be taken. agreed: the local day of the last agreement, of
    both counts' older one where there is no gap. days_open: the days since the
    gap has been over today's threshold without a break, as far as its days are known. week_ago: the gap seven days
    before, NaN unknown. drifting: below the threshold and larger each day of seven. A flagged gap that is not open
    has its cause as flag.
    """
    size = len(gaps)
    flagged, threshold = gaps["flagged"].to_numpy(bool), gaps["threshold"].to_numpy(float)
    cause, verdict = np.full(size, -1, dtype=np.int8), np.where(flagged, VERDICTS.index(OPEN), -1).astype(np.int8)
    numbers = {name: np.full(size, np.nan) for name in ("agreed", "days_open", "week_ago")}
    same = (gaps["gap"].to_numpy(float) == 0) & gaps["system_units"].notna().to_numpy()
    numbers["agreed"][same] = gaps["older"].to_numpy(float)[same]
    remainder, drifting = gaps["gap"].to_numpy(float).copy(), np.zeros(size, dtype=bool)
    codes = gaps["flag"].cat.codes.to_numpy().copy()
    for row, found in diagnoses.items():
        history = dict(found.history)
        cause[row] = -1 if found.cause is None else CAUSES.index(found.cause)
        remainder[row] = found.remainder
        said = found.verdict(threshold[row]) if flagged[row] or found.parts else None
        verdict[row] = -1 if said is None else VERDICTS.index(said)
        numbers["agreed"][row] = np.nan if found.agreed is None else found.agreed
        numbers["week_ago"][row] = history.get(today - DRIFT_DAYS, np.nan)
        if flagged[row]:
            numbers["days_open"][row] = _days_open(found, threshold[row], today)
            if codes[row] == FLAGS.index(CHECK) and found.cause is not None and said != OPEN:
                codes[row] = FLAGS.index(found.cause.upper())
        else:
            drifting[row] = _drifting(history, today)
    return gaps.assign(
        cause=pd.Categorical.from_codes(cause, CAUSES),
        verdict=pd.Categorical.from_codes(verdict, VERDICTS),
        remainder=remainder,
        **numbers,
        drifting=drifting,
        flag=pd.Categorical.from_codes(codes, FLAGS),
    )


def _days_open(found: Diagnosis, threshold: float, today: int) -> float:
    first = today
    for day, gap in reversed(found.history):
        if abs(gap) <= threshold:
            break
        first = day
    return float(today - min(first, today))


def _drifting(history: dict[int, int], today: int) -> bool:
    sizes = [history.get(today - back) for back in range(DRIFT_DAYS, -1, -1)]
    known = [abs(size) for size in sizes if size is not None]
    return len(known) == len(sizes) and all(a < b for a, b in pairwise(known))
