"""The stand-in for Google Sheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.google.emulator import Emulator


@pytest.fixture
def google(libreoffice, tmp_path: Path) -> Emulator:
    """Google Sheets without a network; formulas are worked out by LibreOffice."""
    return Emulator(lambda path: libreoffice.converted(path, "xlsx"), tmp_path)
