"""What the run ran on: versions of Python and of the libraries, and the kind of machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from benchmarks.page import Grid

_LIBRARIES: Final = ("pandas", "numpy", "pyarrow", "XlsxWriter", "datacompy", "gspread", "gspread-dataframe")


def versions() -> Grid:
    """A table of names and versions."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    return Grid(
        ("Of", "Version"),
        (("Python", platform.python_version()), *((name, _version(name)) for name in _LIBRARIES), ("Machine", machine)),
    )


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"
