"""One thing in a workbook that writing it anew would lose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """where: tab, or tab and cell (`Positions!M4`), or empty for the whole workbook. what: in the user's words."""

    where: str
    what: str

    @property
    def line(self) -> str:
        """Where and what."""
        return f"{self.where}: {self.what}" if self.where else self.what
