"""What a refresh did to the open workbook, so that it can be taken back: at once, or by the buyer later."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from connectors.errors import CannotRun
from sheets.surfaces.live.steps import Sorting, TableSteps, Writes

Mark = tuple[str, int | None]

# The file, among the backups, that says how the last refresh of an open workbook is taken back.
LAST: Final = "last-refresh.json.gz"
_VERSION: Final = 1


@dataclass(frozen=True)
class Steps:
    """One refresh. before: what is typed to have the cells as they were; marks: names of ours, as they were."""

    tables: Sequence[TableSteps]
    before: Sequence[Writes]
    marks: Mapping[Mark, str | None]


@dataclass(frozen=True)
class Kept:
    """Steps as they are kept for later. after: areas with what stood there when the refresh was done."""

    steps: Steps
    after: Sequence[Writes]


def keep(path: Path, kept: Kept) -> None:
    """Writes it to a file, over the last one."""
    said = {
        "version": _VERSION,
        "tables": [asdict(one) for one in kept.steps.tables],
        "before": [_said(one) for one in kept.steps.before],
        "marks": [[*mark, formula] for mark, formula in kept.steps.marks.items()],
        "after": [_said(one) for one in kept.after],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps(said).encode(), compresslevel=3, mtime=0))


def kept_in(path: Path) -> Kept | None:
    """What a file keeps; None when there is none. Raises CannotRun for one that cannot be read."""
    if not path.exists():
        return None
    try:
        said = json.loads(gzip.decompress(path.read_bytes()))
        if said["version"] != _VERSION:
            raise ValueError("of another version")
        steps = Steps(
            [_table(one) for one in said["tables"]],
            [_writes(one) for one in said["before"]],
            {(name, at): formula for name, at, formula in said["marks"]},
        )
        return Kept(steps, [_writes(one) for one in said["after"]])
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise CannotRun(
            f"cannot be read ({broken})", where=path.name, todo="bring back a backup with `mastersheet restore`"
        ) from broken


def _said(one: Writes) -> dict[str, Any]:
    return {"tab": one.tab, "area": one.area, "typed": one.typed}


def _table(said: dict[str, Any]) -> TableSteps:
    sorting = said["sorting"]
    areas = {name: tuple(said[name]) for name in ("before", "largest", "after")}
    return TableSteps(said["tab"], said["table"], **areas, sorting=None if sorting is None else Sorting(**sorting))


def _writes(said: dict[str, Any]) -> Writes:
    top, left, bottom, right = said["area"]
    return Writes(said["tab"], (top, left, bottom, right), said["typed"])
