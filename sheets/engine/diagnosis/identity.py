"""Identity: of two systems that both tell their movements, what only one of them has, twice, or with other units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np

from sheets.engine.diagnosis.case import Case
from sheets.engine.diagnosis.guesses import Guess
from sheets.engine.diagnosis.habits import Habits
from sheets.engine.diagnosis.known import MOST_LAG, Known
from sheets.engine.diagnosis.matched import LOST, Difference, matched
from sheets.engine.diagnosis.moves import Moves
from sheets.engine.tally import DAY

FEWEST_OF_A_FILTER: Final = 2
# A booking of before the last agreement may have its like after it: both sides are matched from so many days earlier.
EARLIER: Final = (MOST_LAG + 2) * DAY


def both_tell(case: Case) -> bool:
    """Whether both sides' movements cover the days since the last agreement."""
    if case.began is None or case.our_span is None or case.their_span is None:
        return False
    first = max(case.our_span.first, case.their_span.first) - DAY
    last = min(case.our_span.last, case.their_span.last) + 2 * DAY
    return first <= case.began and case.at <= last


def differences(case: Case, known: Known, habits: Habits) -> list[Guess]:
    """What both ledgers differ in since the last agreement, each as something that may have moved the gap."""
    began = case.began
    assert began is not None
    ours = case.ours.between(began - EARLIER, case.at)
    theirs = case.theirs.between(began - EARLIER, case.at)
    pair = case.our_feed, case.their_feed
    words = tuple(name for name in ("order_type", "channel") if known.shares_words(*pair, name))
    found = matched(ours, theirs, lambda kind: known.shares_numbers(*pair, kind), known.lag_days(*pair), words)
    some = [one for one in found.differences if one.at > began and not case.names.intersection(one.references)]
    filters, rest = _filters(some, ours, found.paired, case, habits, known.lag_days(*pair).get("sale", 0) * DAY)
    return [*filters, *(_guess(one, ours, theirs, case) for one in rest)]


def _guess(one: Difference, ours: Moves, theirs: Moves, case: Case) -> Guess:
    leg = next((case.legs[reference] for reference in one.references if reference in case.legs), None)
    steps = [(int(ours.at[n]), -int(ours.units[n])) for n in one.ours if one.what != "twice"]
    steps += [(int(theirs.at[n]), int(theirs.units[n])) for n in one.theirs]
    if sum(units for _, units in steps) != one.units:
        steps = [(one.at, one.units)]
    return Guess(
        one.what, tuple(steps), one.references, one.kind, leg, "", one.order_type, one.channel,
        linked=one.linked and not one.alternatives, alternatives=one.alternatives,
    )  # fmt: skip


def _filters(
    some: Sequence[Difference], ours: Moves, paired: np.ndarray, case: Case, habits: Habits, within: int
) -> tuple[list[Guess], list[Difference]]:
    """Order types, then channels, of which neither this SKU nor another has any booked since the first that was lost.

    within: microseconds by which that system books orders late.
    """
    rest = list(some)
    found = []
    for name in ("order_type", "channel"):
        groups: dict[str, list[Difference]] = defaultdict(list)
        for one in rest:
            word = getattr(one, name)
            if one.what == LOST and word is not None and one.kind in ("sale", "return"):
                groups[word].append(one)
        words = getattr(ours, name)
        for word, mine in sorted(groups.items()):
            since = min(one.at for one in mine)
            booked = (words == word) & paired & (ours.at >= since)
            elsewhere = habits.books(case.secondary.system, name, word, min(one.day for one in mine))
            if len(mine) < FEWEST_OF_A_FILTER or booked.any() or since > case.at - within or elsewhere:
                continue
            other = {getattr(one, name) for one in rest if one.what == LOST and one.kind == "sale"} - {word, None}
            everything = not (paired & (ours.kind == "sale")).any() and not other
            references = tuple(dict.fromkeys(reference for one in mine for reference in one.references))
            before = case.ours.day[
                (getattr(case.ours, name) == word) & (case.ours.kind == "sale") & (case.ours.at < since)
            ]
            found.append(
                Guess(
                    f"filter:{name}",
                    tuple((one.at, one.units) for one in mine),
                    references,
                    "sale",
                    None,
                    word,
                    before=int(before[-1]) if len(before) else None,
                    linked=not everything and all(one.linked for one in mine),
                )
            )
            rest = [one for one in rest if one not in mine]
    return found, rest
