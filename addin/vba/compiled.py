"""Makes vbaProject.bin of Mastersheet.bas: `python -m addin.vba.compiled`, after each change of the source.

It holds sources only, which Excel compiles when it opens the workbook, as MS-OVBA 2.3.4.1 allows: a project of
version 0xFFFF has no other parts.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

from addin.vba.compound import compound

HERE: Final = Path(__file__).parent
SOURCE: Final = HERE / "Mastersheet.bas"
COMPILED: Final = HERE / "vbaProject.bin"

# Each tab of the workbook is a module of its project; one more is the hidden tab with the button's settings.
TABS: Final = 17

_ID: Final = "{6F1C0F8E-2C53-4B0B-9C39-5B6C5B9D0A11}"
_WORKBOOK: Final = "00020819-0000-0000-C000-000000000046"
_WORKSHEET: Final = "00020820-0000-0000-C000-000000000046"
_CLASS: Final = """Attribute VB_Name = "{name}"
Attribute VB_Base = "0{{{base}}}"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = True
Attribute VB_Exposed = True
Attribute VB_TemplateDerived = False
Attribute VB_Customizable = True
"""


def compiled(source: str) -> bytes:
    """The VBA project of one module; the same source gives the same bytes."""
    from ms_ovba.Models.Entities.doc_module import DocModule
    from ms_ovba.Models.Entities.std_module import StdModule
    from ms_ovba.vbaProject import VbaProject
    from ms_ovba.Views.dirStream import DirStream
    from ms_ovba.Views.project import Project
    from ms_ovba.Views.project_view import ProjectView
    from ms_ovba.Views.projectWm import ProjectWm

    texts = {"ThisWorkbook": _CLASS.format(name="ThisWorkbook", base=_WORKBOOK)}
    texts |= {name: _CLASS.format(name=name, base=_WORKSHEET) for name in (f"Sheet{at + 1}" for at in range(TABS))}
    project = VbaProject()
    project.project_id = _ID
    project.add_attribute("VersionCompatible32", "393222000")
    for module in (*map(DocModule, texts), StdModule("Mastersheet")):
        module.add_workspace(0, 0, 0, 0, "C")
        project.add_module(module)
    random.seed(0)  # the library takes bytes by chance for what nobody reads
    streams = {"PROJECT": Project(project).to_bytes(), "PROJECTwm": ProjectWm(project).to_bytes()}
    streams |= {f"VBA/{name}": _compressed(text) for name, text in (*texts.items(), ("Mastersheet", source))}
    streams["VBA/_VBA_PROJECT"] = ProjectView(project).to_bytes()
    streams["VBA/dir"] = _squeezed(DirStream(project).to_bytes())
    return compound(streams)


def _compressed(text: str) -> bytes:
    return _squeezed(text.replace("\n", "\r\n").encode("cp1252"))


def _squeezed(data: bytes) -> bytes:
    from ms_ovba_compression.ms_ovba import MsOvba

    class Mended(MsOvba):  # type: ignore[misc]
        """Release 1.0.1 takes matches longer than a token can say (MS-OVBA 2.4.1.3.19.1), and garbles them."""

        def _matching(self) -> tuple[int, int]:
            offset, length = super()._matching()
            at = len(self._activeChunk) - len(self._uncompressedData)
            return offset, min(length, self.copytoken_help(at)["lengthMask"] + 3)

    made: bytes = Mended().compress(data)
    return made


if __name__ == "__main__":
    COMPILED.write_bytes(compiled(SOURCE.read_text(encoding="utf-8")))
