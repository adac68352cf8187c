"""The stand-in for Google Sheets, and brands whose workbook lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands.conftest import Made, command, made, run, three_systems  # noqa: F401 - fixtures
from tests.google.emulator import Emulator
from tests.google.internet import Internet
from tests.google.source import source  # noqa: F401 - a fixture


@pytest.fixture
def google(libreoffice, tmp_path: Path) -> Emulator:
    """Google Sheets without a network; formulas are worked out by LibreOffice."""
    return Emulator(lambda path: libreoffice.converted(path, "xlsx"), tmp_path)


@pytest.fixture
def internet(google: Emulator, monkeypatch: pytest.MonkeyPatch) -> Internet:
    """Google and its sign-in, for whatever speaks through requests."""
    return Internet(google).installed(monkeypatch)


@dataclass
class Shared(Made):
    """A brand whose workbook is the spreadsheet `book`. key: the file of the service account that signs in."""

    key: Path = Path()
    internet: Internet | None = None

    def new(self):
        result = command("new", self.brand, "--from", self.setup, "--google", "book", "--sign-in", self.key)
        assert result.exit_code == 0, result.output
        return result


@pytest.fixture
def shared(three_systems: Made, internet: Internet, tmp_path: Path) -> Shared:  # noqa: F811
    """Flieber 500, Skubana 487, Seller Central 510, to be kept in an empty spreadsheet that was shared with us."""
    internet.google.made("book")
    return Shared(three_systems.setup, three_systems.brand, internet.key_file(tmp_path / "key.json"), internet)
