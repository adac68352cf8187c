"""Makes the corpus: workbooks of ours that people have worked in, one for each thing they may hold.

`python -m tests.workbooks.make_corpus FOLDER` lays them into a folder, to be looked at.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from sheets.surfaces.xlsx_new import fill, opened

from . import cells, files, hands, objects, pivots
from .parts import Feature, Parts
from .small_layout import before

CORPUS = {
    one.name: one for one in [*cells.FEATURES, *objects.FEATURES, *pivots.FEATURES, *files.FEATURES, *hands.FEATURES]
}

# Each of these says how the whole file is written, or stands in the place of another: "all together" is without them.
_HOW_WRITTEN = ("as Excel writes", "prefixed namespaces", "other part names", "absolute targets")
_ALONE = {
    "other tabs",
    "attributes in another order",
    "indented",
    "another encoding",
    "less said",
    "marks of order",
    "folders in the archive",
    "names on other tabs",
    "column at the end",
    "columns amid ours",
    "shared formula where rows move",
    "shared formula down a column",
    "saved by another program",
    *_HOW_WRITTEN,
}

_MANY = [feature for name, feature in CORPUS.items() if name not in _ALONE]

TOGETHER = Feature("all together", suffix=".xlsm", needs=_MANY)
# The same and the buyer's columns amid ours, in the hand of another program, and without macros.
TOGETHER_OTHERWISE = Feature(
    "all together in another hand",
    layout=partial(before, own_columns=True),
    needs=[
        *(feature for feature in _MANY if feature.name != "macros"),
        CORPUS["columns amid ours"],
        *(CORPUS[name] for name in _HOW_WRITTEN),
    ],
)
CORPUS |= {one.name: one for one in (TOGETHER, TOGETHER_OTHERWISE)}


def make(feature: Feature, folder: Path) -> Path:
    """The feature's workbook, made anew in a folder. The same feature gives the same bytes."""
    path = folder / f"{feature.name}{feature.suffix}"
    layout = feature.layout()
    workbook = opened(path, layout.title)
    fill(workbook, layout)
    for one in (*feature.needs, feature):
        one.write(workbook)
    workbook.close()
    parts = Parts(path)
    for one in (*feature.needs, feature):
        one.operate(parts)
    parts.save(path)
    return path


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for each in CORPUS.values():
        print(make(each, target))
