"""A spreadsheet in the stand-in as a surface, and a user's hands on it."""

from __future__ import annotations

from typing import Any

from connectors.google.asked import Asked
from sheets.surfaces.google.shared import GoogleSheet
from tests.google.emulator import ADDRESS, Emulator


class InGoogle(GoogleSheet):
    """The sheet that a buyer made and shared; with the stand-in that it lies in."""

    def __init__(self, google: Emulator, spreadsheet: str = "book") -> None:
        if spreadsheet not in google.books:
            google.made(spreadsheet)
        self.google = google
        super().__init__(Asked(None, google.mounted()), spreadsheet)

    def does(self, *requests: dict[str, Any]) -> None:
        """What a user does, as the same requests."""
        answer = self.google.mounted().post(f"{ADDRESS}/v4/spreadsheets/book:batchUpdate", json={"requests": requests})
        assert answer.status_code == 200, answer.text
