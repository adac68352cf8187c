"""Explained: the gaps with what their diagnoses say, and the flag that a gap has once it is explained."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from sheets.engine.diagnosis.parts import OPEN, Diagnosis
from sheets.engine.gaps import CHECK, FLAGS

DRIFT_DAYS: Final = 7


def explained(gaps: pd.DataFrame, diagnoses: Sequence[Diagnosis | None], today: int) -> pd.DataFrame:
    """The gaps, with cause, verdict (None without a diagnosis), remainder, agreed, days_open, week_ago and drifting.

    gaps: as in `Reconciliation.gaps`. today: the local day of the reconciliation. remainder: units, NaN where no gap
    can be taken. agreed: the local day of the last agreement. days_open: the days since the gap has been over today's
    threshold without a break, as far as its days are known. week_ago: the gap seven days before, NaN unknown.
    drifting: below the threshold and larger each day of seven. A flagged gap that is not open has its cause as flag.
    """
    rows = [
        _row(found, float(threshold), bool(flagged), today)
        for found, threshold, flagged in zip(diagnoses, gaps["threshold"], gaps["flagged"], strict=True)
    ]
    names = ("cause", "verdict", "remainder", "agreed", "days_open", "week_ago", "drifting")
    columns = {name: [row[number] for row in rows] for number, name in enumerate(names)}
    frame = gaps.assign(
        cause=pd.Series(columns["cause"], dtype="object"),
        verdict=pd.Series(columns["verdict"], dtype="object"),
        **{name: np.array(columns[name], dtype=float) for name in ("remainder", "agreed", "days_open", "week_ago")},
        drifting=np.array(columns["drifting"], dtype=bool),
    )
    named = (frame["flag"].astype("str") == CHECK) & frame["cause"].notna() & (frame["verdict"] != OPEN)
    codes = frame["flag"].cat.codes.to_numpy().copy()
    mine = np.flatnonzero(named.to_numpy())
    codes[mine] = [FLAGS.index(cause.upper()) for cause in frame["cause"].iloc[mine]]
    return frame.assign(flag=pd.Categorical.from_codes(codes, FLAGS))


_Row = tuple[str | None, str | None, float, float, float, float, bool]


def _row(found: Diagnosis | None, threshold: float, flagged: bool, today: int) -> _Row:
    if found is None:
        return None, OPEN if flagged else None, np.nan, np.nan, np.nan, np.nan, False
    agreed = np.nan if found.agreed is None else float(found.agreed)
    verdict = found.verdict(threshold) if found.gap and (flagged or found.parts) else None
    history = dict(found.history)
    week_ago = float(history.get(today - DRIFT_DAYS, np.nan))
    return (
        found.cause,
        verdict,
        float(found.remainder),
        agreed,
        _days_open(found, threshold, today) if flagged else np.nan,
        week_ago,
        not flagged and _drifting(history, today),
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
