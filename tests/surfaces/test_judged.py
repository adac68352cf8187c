"""What LibreOffice says about a workbook that we wrote: its numbers, its colours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sheets.surfaces.look import GROUPS
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.surfaces.xlsx_new import write_new
from sheets.tabs import formulas
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text

# Every sign that a header of ours or a location's name may hold, alone and with its neighbours.
HEADERS = (
    "SKU", "Over $", "Units/Day", "Order?", "In %", "Gap 7 Days Ago", "A-B", "A.B", "A,B", "A:B", "A'B", "A#B", "A[B]",
    "A(B)", "A&B", "A+B", "A*B", "A=B", "A<B", "A@B", "A!B", 'A"B', "A;B", "A·B", "A × B", "A{B}", "A^B", "A\\B", "A|B",
    "A~B", "A`B", "2026", "R1C1", "3PL East Units", "ÄÖ/Tag", "日本", "A  B", "A_B", "TRUE",
)  # fmt: skip


def test_every_cached_value_comes_back(changed_by_recalculation, brand, tmp_path: Path):
    """A forced recalculation by another program gives back every value that we cached."""
    path = tmp_path / "master.xlsx"
    write_new(brand(), path)
    assert changed_by_recalculation(path) == []


def test_the_judge_sees_a_wrong_value(changed_by_recalculation, brand, positions, tmp_path: Path):
    """A cached value that its formula does not give is found, and named."""
    wrong = [replace(one, values=[1.0] * 9) if one.header == "Over $" else one for one in positions.columns]
    path = tmp_path / "master.xlsx"
    write_new(brand(replace(positions, columns=tuple(wrong))), path)
    assert "Positions[Over $] row 1: 1 is 260" in changed_by_recalculation(path)


def test_a_wrong_name_is_an_error_that_is_seen(recalculated, tmp_path: Path):
    """A formula that names no column shows as an error to the judge, not as an empty cell."""
    table = Table(
        "One", (Column("SKU", ["a"]), Column("Units", [1], formula="=One[[#This Row],[Unit]]")), ("SKU",), "kept"
    )
    path = tmp_path / "wrong.xlsx"
    write_new(Layout((Tab("One", (Block(0, 0, table),)),)), path)
    assert recalculated(path)["One"]["Units"].iloc[0] in {"#NAME?", "#REF!", "Err:508"}


def test_headers_with_any_sign_can_be_referred_to(changed_by_recalculation, tmp_path: Path):
    """Structured references to headers with blanks, `/ $ ? %` and every other sign give the right cells, from the
    same row and from another tab."""
    given = [Column(header, np.array([100.0 * at, 100.0 * at + 1]), "whole") for at, header in enumerate(HEADERS)]
    same = [
        Column(f"Copy {at}", [100 * at, 100 * at + 1], "whole", formula=f"={formulas.this('Given', header)}")
        for at, header in enumerate(HEADERS)
    ]
    other = Table(
        "Other",
        (
            Column("Header", HEADERS),
            Column(
                "Second",
                [100 * at + 1 for at in range(len(HEADERS))],
                "whole",
                formula=[f"={formulas.at('Given', header, '2')}" for header in HEADERS],
            ),
            Column(
                "Sum",
                [200 * at + 1 for at in range(len(HEADERS))],
                "whole",
                formula=[f"=SUM({formulas.column('Given', header)})" for header in HEADERS],
            ),
        ),
        ("Header",),
        "kept",
    )
    table = Table("Given", (*given, *same), ("SKU",), "kept")
    path = tmp_path / "headers.xlsx"
    write_new(Layout((Tab("One", (Block(2, 1, table),)), Tab("Other's", (Block(0, 0, other),)))), path)
    assert changed_by_recalculation(path) == []


@pytest.mark.parametrize(
    ("word", "group"),
    [("CHECK", "alarm"), ("MAPPING", "mapping"), ("RECEIVING", "waiting"), ("STALE", "stale"), ("OVERSTOCK", "over")],
)
def test_a_flagged_word_is_coloured(rendered, tmp_path: Path, word, group):
    """A word's cell is filled with its group's colour on the page, and a page without that word has none of it."""
    counts = []
    for value in (word, "OK"):
        flags = Table(
            "Gaps", (Column("SKU", ["a", "b"]), Column("Flag", ["OK", value], words=(word,))), ("SKU",), "kept"
        )
        path = tmp_path / f"{value}.xlsx"
        write_new(Layout((Tab("Gaps", (Block(0, 0, flags),)),)), path)
        counts.append(sum(_pixels(page, GROUPS[group].fill) for page in rendered(path)))
    assert counts[0] > 200
    assert counts[1] == 0


def test_a_text_is_coloured_by_its_word(rendered, tmp_path: Path):
    """Words of texts outside tables are coloured too, and follow the formula's result."""
    path = tmp_path / "text.xlsx"
    text = Text("HOLD", words=("HOLD",), formula='="HO"&"LD"')
    write_new(Layout((Tab("Start", (Block(0, 0, text),)),)), path)
    assert sum(_pixels(page, GROUPS["alarm"].fill) for page in rendered(path)) > 200


def test_a_file_that_libreoffice_saved_is_still_ours(libreoffice, brand, tmp_path: Path):
    """LibreOffice writes every part in its own way and adds nothing of the user's: no finding, and the same tables."""
    path = tmp_path / "master.xlsx"
    write_new(brand(), path)
    path.write_bytes(libreoffice.converted(path, "xlsx").read_bytes())
    file = XlsxFile(path)
    assert file.read().tables["Demand"]["SKU"].tolist() == brand().table("Demand").column("SKU").values
    file.write(brand())


def _pixels(page: Path, fill: str) -> int:
    colour = tuple(int(fill[start : start + 2], 16) for start in (1, 3, 5))
    with Image.open(page) as image:
        return int((np.asarray(image.convert("RGB")) == colour).all(axis=2).sum())
