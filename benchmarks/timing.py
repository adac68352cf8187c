"""Times of tasks that take turns, so that a busy machine slows all of them alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Final

ROUNDS: Final = 5  # and more for tasks that are over in a moment, which unrest hurts most

Task = Callable[[], object]


@dataclass(frozen=True)
class Timed:
    """One task's seconds by the wall clock: the first call where it is told apart, and one later call per round."""

    first: float | None
    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the later calls."""
        return median(self.rounds)

    def plus(self, other: Timed) -> Timed:
        """Two tasks one after the other, round by round."""
        both = tuple(one + two for one, two in zip(self.rounds, other.rounds, strict=True))
        first = None if self.first is None or other.first is None else self.first + other.first
        return Timed(first, both)


def in_turns(tasks: Mapping[str, Task], rounds: int = ROUNDS, *, first_call: bool = True) -> dict[str, Timed]:
    """Every task once for its first call, then A B C, A B C, ... for as many rounds.

    first_call: False where a call takes so long that what is done once does not show in it.
    """
    first = {name: _seconds(task) if first_call else None for name, task in tasks.items()}
    later: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            later[name].append(_seconds(task))
    return {name: Timed(first[name], tuple(later[name])) for name in tasks}


def _seconds(task: Task) -> float:
    gc.collect()  # what the task before left is not this one's to clear away
    start = perf_counter()
    made = task()
    taken = perf_counter() - start
    del made
    return taken
