"""What hidden names remember, after programs and people changed it."""

from __future__ import annotations

import pytest

from sheets.surfaces.marks import list_mark, listed_in, tab_of, texts_mark, texts_marked

AREAS = [(0, 0, 0, 3), None, (6, 27, 6, 27)]


@pytest.mark.parametrize("tab", ["Start", "It's, here", "A!B", "Ünder 1"])
def test_texts_are_found_by_what_was_marked(tab):
    """The areas of a tab's texts come back in their order, and the tab's name, whatever signs are in it."""
    mark = texts_mark(tab, AREAS)
    assert texts_marked(mark) == AREAS
    assert tab_of(mark) == tab


@pytest.mark.parametrize(
    ("formula", "tab", "areas"),
    [
        ("Start!$B$2", "Start", [(1, 1, 1, 1)]),
        ("=#REF!,'Start'!$A$1", "Start", [None, (0, 0, 0, 0)]),
        ("'Start'!#REF!,'Start'!$A$1:$B$1", "Start", [None, (0, 0, 0, 1)]),
        ("#REF!", None, [None]),
        ("", None, []),
    ],
)
def test_what_programs_make_of_a_mark_is_understood(formula, tab, areas):
    """Without quotes, with a text that was deleted, with nothing left: each text keeps its place in the order."""
    assert (tab_of(formula), texts_marked(formula)) == (tab, areas)


def test_a_mark_that_is_too_long_loses_its_end():
    """Excel takes 8,192 letters: the texts that fit are marked, and as many lists as a name holds or none."""
    mark = texts_mark("Start", [(row, 0, row, 3) for row in range(2000)])
    assert len(mark) <= 8192
    assert len(texts_marked(mark)) > 200
    assert list_mark(["x" * 200] * 50) is None


def test_a_list_comes_back():
    """Headers come back with all their signs, the empty text too."""
    texts = ["SKU", 'with "quotes"', "", "a,b", "{}"]
    assert listed_in(list_mark(texts)) == texts
