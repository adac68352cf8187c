"""Systems that are slow, hang or fail while somebody waits."""

from __future__ import annotations

from threading import Event
from time import monotonic

import pytest

from sheets.pulled import answered, in_turn


def test_all_are_asked_at_once_and_those_that_answer_in_time_count():
    """One that hangs keeps nobody waiting longer than was said."""
    never, started = Event(), monotonic()
    said: list[str] = []

    def read(system: str) -> str:
        if system == "Hangs":
            never.wait(30)
        return system.lower()

    found = answered(("A", "Hangs", "B"), read, 1.0, said.append)
    assert monotonic() - started < 10
    never.set()
    assert found == {"A": "a", "B": "b"}
    assert sorted(one.split(" ... ")[1] for one in said) == ["1 of 3", "2 of 3"]


def test_what_reading_raises_is_raised():
    """A mistake in the settings stops the refresh as it does without a limit; of two the first system's."""

    def read(system: str) -> str:
        raise ValueError(system)

    with pytest.raises(ValueError, match="A"):
        answered(("A", "B"), read, 30.0, lambda said: None)
    with pytest.raises(ValueError, match="A"):
        in_turn(("A", "B"), read, lambda said: None)


def test_one_after_the_other_says_which_of_how_many():
    """Without a limit."""
    said: list[str] = []
    assert in_turn(("A", "B"), str.lower, said.append) == {"A": "a", "B": "b"}
    assert said == ["reading A ... 1 of 2", "reading B ... 2 of 2"]
