"""What makes a new workbook one with buttons: the compiled VBA project, the ribbon, and what the macro must know."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from sheets.brand import Brand
from sheets.history.place import brand_id
from sheets.surfaces.macros import Button, Macros

# The hidden tab, and what stands on it. addin/vba reads the same names.
TAB: Final = "Button"
PYTHON_WINDOWS: Final = "Python (Windows)"
PYTHON_MAC: Final = "Python (Mac)"
FOLDER: Final = "Brand Folder"
BRAND: Final = "Brand"

_VBA: Final = Path(__file__).parent.parent / "vba"


def macros_of(brand: Brand) -> Macros:
    """The buttons of a brand's new workbook. Where Python is not named, each user's own list says which it is."""
    return Macros(
        project=_VBA / "vbaProject.bin",
        ribbon=(_VBA / "ribbon.xml").read_text(encoding="utf-8"),
        buttons={
            "Start": [Button("Refresh counts", "RefreshCounts", 0, 5)],
            "Daily Check": [
                Button("Refresh counts", "RefreshCounts", 0, 4),
                Button("Trace this row", "TraceThisRow", 0, 6),
            ],
        },
        tab=TAB,
        settings={
            "Setting": "Value",
            PYTHON_WINDOWS: shortened(sys.executable) if sys.platform == "win32" else "",
            PYTHON_MAC: sys.executable if sys.platform == "darwin" else "",
            FOLDER: shortened(str(brand.folder.resolve())),
            BRAND: brand_id(brand),
        },
    )


def shortened(place: str) -> str:
    """A place below the user's own folder as Windows names that for everybody, so that a team can share a workbook."""
    home = str(Path.home())
    if sys.platform == "win32" and place.casefold().startswith(home.casefold() + "\\"):
        return "%USERPROFILE%" + place[len(home) :]
    return place
