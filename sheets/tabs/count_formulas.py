"""The formulas of the Counts tab: the engine's rules, written on the cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import ON_HAND, STATES
from sheets.engine.gaps import FLAGS
from sheets.engine.setup import NOT_SELLABLE, UNDER_WAY, UNDER_WAY_STATES
from sheets.tabs.formulas import found_in_order, this
from sheets.tabs.page import Page, title_case

NAME: Final = "Counts"
_RANKED: Final = "{" + ",".join(f'"{flag}"' for flag in FLAGS) + "}"


def cell(header: str) -> str:
    """A cell of this table in the formula's own row."""
    return this(NAME, header)


class CountFormulas:
    """The formulas of each row. They differ by location, by what its authority reports there, and by overrides.

    Rows that are alike in all of these share one formula text, so each text is made once.
    """

    def __init__(self, page: Page, frame: pd.DataFrame) -> None:
        setup = page.setup
        self.page, self.frame = page, frame
        self.sku = frame["sku"].cat.codes.to_numpy()
        self.place = frame["location"].cat.codes.to_numpy()
        self.keys = page.keys(self.sku, self.place)
        self.kinds = setup.locations["kind"].to_list()
        self.names = setup.locations["location"].to_list()
        self.pooled = bool((frame["elsewhere"] != 0).any())
        self.said = {state: ~np.isnan(frame[state].to_numpy(float)) for state in STATES if state in frame}
        self.moved = frame["handed_over"].to_numpy(float) != 0
        self.away = frame["elsewhere"].to_numpy(float) != 0
        self.counted = ~np.isnan(frame["units"].to_numpy(float))
        hours = frame["age_hours"].to_numpy(float)
        most = np.array([self._max_age(place)[1] for place in self.place])
        with np.errstate(invalid="ignore"):
            self.old = hours > most
        self.fresh = ~(hours > 0)
        self.hold = frame["hold"].to_numpy(bool)
        gaps = page.found.gaps
        at = gaps["sku"].cat.codes.to_numpy().astype(np.int64), gaps["location"].cat.codes.to_numpy().astype(np.int64)
        worst = np.zeros((len(setup.skus), max(1, len(self.names))), dtype=np.int64)
        np.maximum.at(worst, at, gaps["flag"].cat.codes.to_numpy() + 1)
        self.worst = worst[self.sku, self.place]
        # Which systems have a row in Gaps, a bit each: only what is there is looked up.
        system_of = np.array([page.systems.index(name) for name in gaps["system"].cat.categories], dtype=np.int64)
        bits = np.zeros_like(worst)
        np.bitwise_or.at(bits, at, 1 << system_of[gaps["system"].cat.codes.to_numpy()] if len(gaps) else 0)
        self.systems = bits[self.sku, self.place]
        self.alike, self.example = self._classes()
        self._parts: dict[str, list[str | None]] = {}

    def each(self, formula: Callable[[int], str | None]) -> list[str | None]:
        """The formula of every row."""
        made = [formula(int(row)) for row in self.example]
        return [made[kind] for kind in self.alike]

    def _classes(self) -> tuple[np.ndarray, np.ndarray]:
        """For each row its class of rows alike, and for each class one row."""
        stale = self.frame["stale"].to_numpy(bool)
        marks = [self.place, self.fresh, self.moved, self.away, self.counted, self.old, self.hold, stale, self.systems]
        code = np.zeros(len(self.frame), dtype=np.int64)
        for mark in (*marks, *self.said.values()):
            number = np.asarray(mark, dtype=np.int64)
            code = np.unique(code * (int(number.max(initial=0)) + 1) + number, return_inverse=True)[1]
        _, example, alike = np.unique(code, return_index=True, return_inverse=True)
        return alike, example

    def units(self, row: int) -> str:
        if not self.counted[row]:
            return '=""'  # never a blank cell: a look-up of one gives 0, and a missing number is not 0
        states = self._added(row)
        cells = ",".join(cell(title_case(state)) for state in states)
        if not states:
            return f"=N({cell('Handed Over')})"
        if self.moved[row]:
            return f"=SUM({cells})+N({cell('Handed Over')})"
        return f'=IF(COUNT({cells})=0,"",SUM({cells}))'

    def _added(self, row: int) -> list[str]:
        added = self.page.found.states_added.get(self.names[self.place[row]], ())
        there = [state for state in added if state in self.said and self.said[state][row]]
        return there or ([ON_HAND] if ON_HAND in self.said and self.said[ON_HAND][row] else [])

    def position(self, row: int) -> str:
        less = f"-N({cell('Elsewhere')})" if self.away[row] else ""
        return f'=IF({cell("Units")}="","",{cell("Units")}{less})'

    def worst_rank(self, row: int) -> str | None:
        """The worst flag in Gaps as its place in FLAGS from 1."""
        present = int(self.systems[row])
        keys = [f"{cell('Key')}*100+{number + 1}" for number in range(present.bit_length()) if present >> number & 1]
        ranks = [f"MATCH({found_in_order('Gaps', 'Flag', key)},{_RANKED},0)" for key in keys]
        if not ranks:
            return None
        return f"={ranks[0]}" if len(ranks) == 1 else f"=MAX({','.join(ranks)})"

    def _max_age(self, place: int) -> tuple[str, float]:
        settings = self.page.setup.settings
        return ("max_age_fba", settings.max_age_fba) if self.kinds[place] == "fba" else ("max_age", settings.max_age)

    def age(self, row: int) -> str | None:
        if self.fresh[row] or (self.frame["stale"].iat[row] and not self.old[row]):
            return None  # read now, or kept from before: facts of the reading, whatever age Settings allows
        return f'=IF(N({cell("Age Hours")})>{self._max_age(self.place[row])[0]},"STALE","")'

    def held(self, row: int) -> str | None:
        if self.fresh[row] or (self.hold[row] and not self.old[row]):
            return None
        return f"=IF(N({cell('Age Hours')})>{self._max_age(self.place[row])[0]},1,0)"

    def part(self, part: str) -> list[str | None]:
        """The formulas of one part of order against; None where a location has none of it."""
        if part not in self._parts:
            make = {
                "sellable": self._sellable,
                "on_the_way": self._under_way,
                "on_order": self._ordered,
                "owed": self._owed,
            }
            rule = make[part]
            self._parts[part] = self.each(lambda row: rule(row) if self.counted[row] or part == "owed" else None)
        return self._parts[part]

    def _less_elsewhere(self, row: int, sum_: str) -> str:
        return f"=MAX(0,{sum_}-N({cell('Elsewhere')}))" if self.away[row] else f"=MAX(0,{sum_})"

    def _mapped(self, row: int) -> set[str]:
        return self.page.mapped_states[self.names[self.place[row]]]

    def _sellable(self, row: int) -> str | None:
        if self.kinds[self.place[row]] in (*UNDER_WAY, "supplier"):
            return None
        mapped = self._mapped(row)
        there = {state for state, said in self.said.items() if said[row]}
        if ON_HAND in there & mapped and "available" not in there & mapped:
            less = [f"N({cell(title_case(state))})" for state in NOT_SELLABLE if state in self.said]
            return self._less_elsewhere(row, "-".join([f"MAX(0,{cell(title_case(ON_HAND))}", *less]) + ")")
        wanted = [
            s for s in ("available", "reserved_transfer", "reserved_processing") if s in self.said and s in mapped
        ]
        if not wanted:
            return None
        return self._less_elsewhere(row, "+".join(f'N({cell(title_case(s))})*(sellable_{s}="yes")' for s in wanted))

    def _under_way(self, row: int) -> str | None:
        kind = self.kinds[self.place[row]]
        mapped = self._mapped(row)
        states = [state for state in UNDER_WAY_STATES if state in self.said and state in mapped]
        if kind in UNDER_WAY:
            off = "".join(f'-N({cell(title_case(state))})*(on_the_way_{state}<>"yes")' for state in states)
            return self._less_elsewhere(row, f"N({cell('Units')}){off}")
        if kind == "supplier" or not states:
            return None
        return self._less_elsewhere(row, "+".join(f'N({cell(title_case(s))})*(on_the_way_{s}="yes")' for s in states))

    def _ordered(self, row: int) -> str | None:
        if self.kinds[self.place[row]] == "supplier":
            return self._less_elsewhere(row, f"N({cell('Units')})") + '*(on_order_counts="yes")'
        if "on_order" in self.said and "on_order" in self._mapped(row) and self.kinds[self.place[row]] not in UNDER_WAY:
            return self._less_elsewhere(row, f"N({cell('On Order')})") + '*(on_order_counts="yes")'
        return None

    def _owed(self, row: int) -> str | None:
        if "backorder" not in self.said or not self.said["backorder"][row]:
            return None
        return f'=N({cell("Backorder")})*(owed_counts="yes")'
