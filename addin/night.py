"""One brand's night in a program of its own, which `nightly` starts and ends: python -m addin.night refresh|tell.

What became of it is written into a file, never said in words. A refresh that is done is written there at once, so
that whatever happens later takes nothing from it.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from addin.refreshing import surface_at_work
from addin.saying import clock, line_of
from connectors.errors import CannotRun, MastersheetError

if TYPE_CHECKING:
    import pandas as pd

    from sheets.brand import Brand
    from sheets.history.store import Kept
    from sheets.nights.night import Night
    from sheets.nights.outcome import Outcome
    from sheets.nights.remembered import Remembered
    from sheets.nights.since import Changes, Told
    from sheets.refresh import Refreshed
    from sheets.surfaces.surface import Surface


def main(words: Sequence[str] | None = None) -> int:
    """Does one step of a brand's night: its refresh, or telling of it."""
    parser = argparse.ArgumentParser(prog="addin.night")
    parser.add_argument("step", choices=("refresh", "tell"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("outcome", type=Path)
    parser.add_argument("--debug", action="store_true")
    asked = parser.parse_args(words)
    step = refresh_brand if asked.step == "refresh" else tell
    try:
        step(asked.folder, asked.outcome)
    except Exception as problem:
        line = line_of(problem)
        if not isinstance(problem, (MastersheetError, OSError)):
            line += ": run again with --debug"
        partly = isinstance(problem, CannotRun) and problem.partly
        _written(asked.step, asked.folder, asked.outcome, line, partly=partly)
        if asked.debug:
            traceback.print_exc()
    return 0


def _written(step: str, folder: Path, file: Path, line: str, *, partly: bool) -> None:
    """Writes what went wrong: the refresh itself, or something after it that takes nothing from it."""
    from sheets.nights.outcome import Outcome, read_outcome, write_outcome

    outcome = read_outcome(file) or Outcome(brand=folder.resolve().name, workbook=_sheet_of(folder))
    if step == "tell":
        update: dict[str, object] = {"unsent": (*outcome.unsent, f"the digest was not sent: {line}")}
    elif outcome.night is not None:
        update = {"notes": (*outcome.notes, line)}
    else:
        update = {"failed": line, "partly": partly}
    write_outcome(file, outcome.model_copy(update=update))


def _sheet_of(folder: Path) -> str:
    """The address of a brand's Google Sheet, whose mastersheet.toml cannot be read; empty where it is in a file."""
    from sheets.config import FILE
    from sheets.config_text import sheet_said

    try:
        return sheet_said((folder / FILE).read_text(encoding="utf-8-sig", errors="replace"))
    except OSError:
        return ""


def refresh_brand(folder: Path, file: Path, *, now: pd.Timestamp | None = None) -> None:
    """Refreshes a brand, and writes what was found and what changed. Raises CannotRun."""
    from connectors.errors import BrandBusy
    from sheets.alone import alone, held_by
    from sheets.brand import open_brand
    from sheets.nights.night import NIGHTLY
    from sheets.nights.outcome import Outcome, write_outcome
    from sheets.nights.remembered import night_folder

    brand = open_brand(folder)
    quiet = not brand.config.digest.to
    outcome = Outcome(brand=brand.name, workbook=brand.address, quiet=quiet)
    write_outcome(file, outcome)
    place = night_folder(brand)
    place.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        try:
            # Another night of the brand is not waited for: the brand would be refreshed twice.
            held.enter_context(alone(place, who=NIGHTLY, wait=0))
        except BrandBusy:
            line = f"is being refreshed by {held_by(place) or 'another program'}"
            write_outcome(file, outcome.model_copy(update={"failed": line, "busy": True}))
            return
        _refreshed(brand, outcome, file, now if now is not None else clock(folder))


def _refreshed(brand: Brand, outcome: Outcome, file: Path, now: pd.Timestamp) -> None:
    from sheets.history.place import history_of
    from sheets.nights.night import NIGHTLY
    from sheets.nights.outcome import write_outcome
    from sheets.nights.remembered import night_folder, read_remembered, remember, since_when
    from sheets.nights.since import told_of
    from sheets.refresh import refresh

    remembered, damaged = read_remembered(night_folder(brand))
    outcome = outcome.model_copy(update={"last": remembered.last, "notes": (damaged,) if damaged else ()})
    write_outcome(file, outcome)
    history = history_of(brand)
    earlier = [] if history is None else history.refreshes()
    surface = surface_at_work(brand)
    done = refresh(brand, now=now, who=NIGHTLY, surface=surface)
    night = _night(done, earlier, now)
    write_outcome(file, outcome.model_copy(update={"night": night}))

    aside = since_when(night.set_aside, remembered, night, first=not earlier)
    night = night.model_copy(update={"set_aside": aside})
    changes, unknown = _changes(brand, done, night, earlier, remembered)
    place = _daily_check(brand, surface)
    notes = (*outcome.notes, unknown) if unknown else outcome.notes
    found = {"night": night, "changes": changes, "notes": notes, **place}
    write_outcome(file, outcome.model_copy(update=found))
    since = {one.system: one.since for one in night.set_aside}
    told = remembered.told if brand.config.digest.to else told_of(night)
    remember(
        night_folder(brand),
        remembered.model_copy(update={"last": night, "partly": False, "aside": since, "told": told}),
    )


def _night(done: Refreshed, earlier: Sequence[Kept], now: pd.Timestamp) -> Night:
    from sheets.nights.night import missed_between, night_of

    zone = done.reconciliation.setup.settings.time_zone
    missed = missed_between(earlier[-1].at.to_pydatetime(), now.to_pydatetime(), zone) if earlier else None
    return night_of(done.reconciliation, number=done.number, at=now, missed=missed)


def _changes(
    brand: Brand, done: Refreshed, night: Night, earlier: Sequence[Kept], remembered: Remembered
) -> tuple[Changes | None, str | None]:
    """What changed since the last digest, and a line where that cannot be known."""
    from sheets.nights.night import stale_gaps
    from sheets.nights.since import changes_since

    try:
        then = before(brand, earlier, remembered)
    except MastersheetError as problem:
        return None, f"what changed is not known: {problem.line}"
    return (None if then is None else changes_since(then, night, stale_gaps(done.reconciliation))), None


def before(brand: Brand, earlier: Sequence[Kept], remembered: Remembered) -> Told | None:
    """What this night is compared to: what the last digest told; where that is not remembered, the last night of
    history, else its last refresh; None before the first.

    A runner that keeps nothing between nights has history alone. It does not know what buyers accepted as KNOWN.
    """
    from sheets.history.place import history_of
    from sheets.nights.night import NIGHTLY, flags_of
    from sheets.nights.since import told_from
    from sheets.replay import replay

    nights, last = [one for one in earlier if one.who == NIGHTLY], remembered.last
    # Where other machines refresh the brand at night as well, the file here may be behind.
    here = last is not None and not any(one.number > last.number for one in nights)
    if remembered.told is not None and here:
        return remembered.told
    history, nights = history_of(brand), nights or list(earlier)
    if not nights or history is None:
        return None
    then = replay(history, str(nights[-1].number), "UTC")
    found = then.reconciled()
    holds = found.orders.loc[(found.orders["order"] == "HOLD").to_numpy(bool), "sku"].astype("str")
    zone = then.setup.settings.time_zone
    return told_from(then.kept.number, then.kept.at.to_pydatetime(), zone, flags_of(found), list(holds))


def _daily_check(brand: Brand, surface: Surface | None) -> dict[str, object]:
    """Where the daily check stands, as an outcome says it."""
    from sheets.surfaces.found_table import first_row_of
    from sheets.surfaces.google.shared import GoogleSheet
    from sheets.tabs.daily_check import NAME

    if isinstance(surface, GoogleSheet):
        place = surface.place(NAME)
        return {} if place is None else {"tab": place.tab, "first_row": place.row, "rows_at": place.rows_at}
    tab, row = first_row_of(brand.workbook, NAME) or ("Daily Check", 5)
    return {"tab": tab, "first_row": row}


def tell(folder: Path, file: Path) -> None:
    """Sends the digest of what was written, and remembers whether it was sent."""
    from connectors.errors import CannotRun
    from sheets.brand import open_brand
    from sheets.nights.digest import digest_of, failed_digest
    from sheets.nights.outcome import Outcome, read_outcome, write_outcome
    from sheets.nights.remembered import night_folder, read_remembered, remember
    from sheets.nights.sent import sent
    from sheets.nights.since import told_of

    outcome = read_outcome(file) or Outcome(brand=folder.resolve().name, workbook=_sheet_of(folder))
    try:
        brand = open_brand(folder)
    except CannotRun as problem:
        # What stopped the refresh is told already.
        if problem.line == outcome.failed:
            return
        raise
    references = brand.config.digest.to
    if not references:
        return
    place = night_folder(brand)
    remembered, damaged = read_remembered(place)
    if outcome.night is None:
        remembered = remembered.model_copy(update={"partly": outcome.partly or remembered.partly})
        failed = outcome.failed or "nothing was refreshed"
        digest = failed_digest(outcome.brand, failed, remembered.last, partly=remembered.partly)
    else:
        digest = digest_of(
            outcome.brand, outcome.night, outcome.changes,
            workbook=outcome.workbook, tab=outcome.tab, first_row=outcome.first_row, link=outcome.link,
        )  # fmt: skip
    unsent = sent(digest, references)
    notes = (*outcome.notes, damaged) if damaged else outcome.notes
    write_outcome(file, outcome.model_copy(update={"unsent": tuple(unsent), "told": True, "notes": notes}))
    reached = len(unsent) < len(references)
    told = told_of(outcome.night) if outcome.night is not None and reached else remembered.told
    remember(place, remembered.model_copy(update={"told": told, "sent": not unsent}))


if __name__ == "__main__":
    sys.exit(main())
