"""What became of one brand in one night, as its own program tells the one that started it."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from sheets.nights.digest import beside, in_short
from sheets.nights.night import Aside, Frozen, Night
from sheets.nights.since import Changes


class Outcome(Frozen):
    """One brand's night. night: what the refresh found, None while there is none; failed: why there is none;
    partly: whether the workbook may be written in part then; last: the last good night before, as far as it is
    remembered.

    notes: lines for whoever looks after it. workbook, tab, first_row: where the daily check stands; rows_at: the
    address of a row of its tab, with {row} in it, empty where rows have none. unsent: lines of addresses that the
    digest did not reach; told: whether sending was tried to its end; quiet: whether the brand names no address.
    """

    brand: str
    workbook: str = ""
    night: Night | None = None
    last: Night | None = None
    failed: str | None = None
    partly: bool = False
    busy: bool = False
    changes: Changes | None = None
    tab: str = "Daily Check"
    first_row: int = 5
    rows_at: str = ""
    notes: tuple[str, ...] = ()
    unsent: tuple[str, ...] = ()
    told: bool = False
    quiet: bool = False

    @property
    def in_google(self) -> bool:
        """Whether the workbook is a Google Sheet, which a large refresh writes in several parts."""
        return self.workbook.startswith("https://")

    def link(self, tab: str, row: int) -> str | None:
        """The address of a row of the daily check's tab."""
        return self.rows_at.replace("{row}", str(row)) if self.rows_at and tab == self.tab else None

    @property
    def line(self) -> str:
        """The one line of the summary."""
        if self.night is None or self.failed is not None:
            said = self.failed or "nothing was refreshed"
            return f"{self.brand}: {said}" if self.busy else f"{self.brand}: FAILED: {said}{self._unsent}"
        night = self.night
        said = f"refresh {night.number} at {night.local:%H:%M}, {in_short(night)}"
        aside = f"; {len(night.set_aside)} set aside: {_first(night.set_aside)}" if night.set_aside else ""
        return f"{self.brand}: {said}{aside}{''.join(f'; {one}' for one in beside(night))}{self._unsent}"

    @property
    def _unsent(self) -> str:
        return "; the digest did not reach every address" if self.unsent else ""


def _first(aside: tuple[Aside, ...]) -> str:
    more = f" and {len(aside) - 1} more" if len(aside) > 1 else ""
    return f"{aside[0].system} ({aside[0].reason.rstrip('.')}){more}"


def write_outcome(file: Path, outcome: Outcome) -> None:
    """Writes it whole: who reads the file meanwhile finds this one or the one before."""
    half = file.with_name(f"{file.name}.{os.getpid()}")
    half.write_text(outcome.model_dump_json(), encoding="utf-8")
    half.replace(file)


def read_outcome(file: Path) -> Outcome | None:
    """What was written last; None where nothing was."""
    try:
        return Outcome.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None
