"""Where the templates lie: beside the packages in a checkout, inside `sheets` in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from connectors.errors import CannotRun


def template(name: str) -> Path:
    """The folder of a template, such as "demo". Raises CannotRun when the installation lacks it."""
    here = Path(__file__).resolve().parent
    for folder in (here / "_templates" / name, here.parent / "templates" / name):
        if folder.is_dir():
            return folder
    raise CannotRun(
        f"the template '{name}' is not in this installation",
        where=str(here),
        todo="install it again",
    )
