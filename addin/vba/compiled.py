"""Makes vbaProject.bin of Mastersheet.bas: `python -m addin.vba.compiled`, after each change of the source.

It holds sources only, which Excel compiles when it opens the workbook, as MS-OVBA 2.3.4.1 allows: a project of
version 0xFFFF has no other parts.
"""

from __future__ import annotations

import os
import random
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

HERE: Final = Path(__file__).parent
SOURCE: Final = HERE / "Mastersheet.bas"
COMPILED: Final = HERE / "vbaProject.bin"

# Each tab of the workbook is a module of its project; one more is the hidden tab with the button's settings.
TABS: Final = 17

_ID: Final = "{6F1C0F8E-2C53-4B0B-9C39-5B6C5B9D0A11}"
_WORKBOOK: Final = UUID("00020819-0000-0000-C000-000000000046")
_WORKSHEET: Final = UUID("00020820-0000-0000-C000-000000000046")
_CLASS: Final = """VERSION 1.0 CLASS
BEGIN
  MultiUse = -1  'True
END
Attribute VB_Name = "{name}"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = True
Attribute VB_Exposed = True
"""


def compiled(source: str) -> bytes:
    """The VBA project of one module; the same source gives the same bytes."""
    from ms_ovba.Models.Entities.doc_module import DocModule
    from ms_ovba.Models.Entities.std_module import StdModule
    from ms_ovba.vbaProject import VbaProject
    from ms_ovba.Views.project_ole_file import ProjectOleFile

    _mended()
    project = VbaProject()
    project.project_id = _ID
    project.add_attribute("VersionCompatible32", "393222000")
    # The library works with files of fixed names in the folder that it is in, and with bytes by chance.
    with TemporaryDirectory() as folder, chdir(folder):
        random.seed(0)
        for name in ("ThisWorkbook", *(f"Sheet{at}" for at in range(1, TABS + 1))):
            tab = DocModule(name)
            tab.add_guid(_WORKBOOK if name == "ThisWorkbook" else _WORKSHEET)
            _written(f"{name}.cls", _CLASS.format(name=name))
            tab.add_file(f"{name}.cls")
            tab.normalize_file()
            tab.add_workspace(0, 0, 0, 0, "C")
            project.add_module(tab)
        module = StdModule("Mastersheet")
        _written("Mastersheet.bas", source)
        module.add_file("Mastersheet.bas")
        module.normalize_file()
        module.add_workspace(0, 0, 0, 0, "C")
        project.add_module(module)
        project.include_projectwm()
        ProjectOleFile.write_file(project)
        return Path("vbaProject.bin").read_bytes()


def _written(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="cp1252", newline=os.linesep)


def _mended() -> None:
    """ms_ovba_compression 1.0.1 takes matches longer than a token can say (MS-OVBA 2.4.1.3.19.1), and garbles them."""
    from ms_ovba_compression.ms_ovba import MsOvba

    theirs = MsOvba.copytoken_help

    def longest(difference: int) -> dict[str, int]:
        found: dict[str, int] = theirs(difference)
        return {**found, "maxLength": found["lengthMask"] + 3}

    setattr(MsOvba, "copytoken_help", staticmethod(longest))  # noqa: B010


if __name__ == "__main__":
    COMPILED.write_bytes(compiled(SOURCE.read_text(encoding="utf-8")))
