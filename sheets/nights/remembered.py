"""What is remembered of a brand between nights: a small file in the user's data folder, beside its history."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from sheets.nights.night import Aside, Frozen, Night
from sheets.nights.since import Told

if TYPE_CHECKING:
    from sheets.brand import Brand

FILE: Final = "nights.json"
DAMAGED: Final = "nights.damaged.json"


class Remembered(Frozen):
    """last: the last good night. told: what the last digest that was sent said. sent: whether the last one was.

    partly: whether a refresh since then broke off with the workbook written in part.

    aside: for each system of which something was set aside in the last good night, the first such night in a row,
    None where that is not known.
    """

    last: Night | None = None
    told: Told | None = None
    sent: bool = True
    partly: bool = False
    aside: Mapping[str, date | None] = {}


def night_folder(brand: Brand) -> Path:
    """Where a brand's nights are remembered."""
    from sheets.history.place import brand_id, data_folder

    return data_folder() / brand_id(brand)


def read_remembered(folder: Path) -> tuple[Remembered, str | None]:
    """What is remembered, and a line where the file was damaged: it is then set aside, and nothing is remembered."""
    file = folder / FILE
    try:
        return Remembered.model_validate_json(file.read_bytes()), None
    except FileNotFoundError:
        return Remembered(), None
    except (ValidationError, ValueError):
        aside = file.with_name(DAMAGED)
        file.replace(aside)
        return (
            Remembered(),
            f"{file}: is damaged, and was set aside as {aside.name}: earlier nights are read from history",
        )


def remember(folder: Path, remembered: Remembered) -> None:
    """Keeps it: the whole file, or the one that was there."""
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"{FILE}.{os.getpid()}.half"
    try:
        half.write_text(remembered.model_dump_json(indent=1), encoding="utf-8")
        half.replace(folder / FILE)
    finally:
        half.unlink(missing_ok=True)


def since_when(aside: tuple[Aside, ...], before: Remembered, night: Night, *, first: bool) -> tuple[Aside, ...]:
    """What was set aside, each with the first night in a row that told of its system.

    first: whether the brand was never refreshed before; of nights that nobody remembers nothing is said.
    """
    known = first or before.last is not None
    new = night.local.date() if known else None
    return tuple(one.model_copy(update={"since": before.aside.get(one.system, new)}) for one in aside)
