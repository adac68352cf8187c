"""What makes a new workbook one with buttons: a VBA project, buttons on tabs, a tab of the ribbon, a hidden tab."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from xlsxwriter.workbook import Workbook

# A customUI part and its relationship are of one kind or the other: this pair is ECMA-376's of 2006.
RIBBON: Final = "customUI/customUI.xml"
_RELATED: Final = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
_LINE: Final = f'<Relationship Id="rIdRibbon" Type="{_RELATED}" Target="{RIBBON}"/></Relationships>'

# Of the cell that a button stands in, in points.
_WIDTH, _HEIGHT = 132, 30


@dataclass(frozen=True)
class Button:
    """A button on a tab. row, column: of its upper left corner, from 0."""

    caption: str
    macro: str
    row: int
    column: int


@dataclass(frozen=True)
class Macros:
    """project: the VBA project, which has a module for each tab; ribbon: a customUI part.

    buttons: tab -> its buttons. settings: what stands on the hidden tab `tab`, name and value.
    """

    project: Path
    ribbon: str
    buttons: Mapping[str, Sequence[Button]]
    tab: str
    settings: Mapping[str, str]


def add_macros(workbook: Workbook, macros: Macros) -> None:
    """Adds all of it but the ribbon to a workbook whose tabs are written."""
    workbook.add_vba_project(str(macros.project))
    for sheet in workbook.worksheets():
        for one in macros.buttons.get(sheet.name, ()):
            sheet.insert_button(
                one.row,
                one.column,
                {"macro": one.macro, "caption": one.caption, "width": _WIDTH, "height": _HEIGHT, "object_position": 3},
            )
    hidden = workbook.add_worksheet(macros.tab)
    hidden.set_column(0, 0, 24)
    hidden.set_column(1, 1, 90)
    for row, (name, value) in enumerate(macros.settings.items()):
        hidden.write_string(row, 0, name)
        hidden.write_string(row, 1, value)
    hidden.hide()


def with_ribbon(written: BinaryIO, path: Path, ribbon: str) -> None:
    """The written workbook with the ribbon's part, as a file; the writing library has no word for it."""
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "_rels/.rels":
                data = data.replace(b"</Relationships>", _LINE.encode())
            new.writestr(part, data)
        new.writestr(zipfile.ZipInfo(RIBBON, date_time=(1980, 1, 1, 0, 0, 0)), ribbon, zipfile.ZIP_DEFLATED)
