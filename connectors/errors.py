"""What can go wrong, named for what happened.

MastersheetError                 one line: where, what, what was expected, what to do
├── CannotRead                   one dropped file cannot be used: it is set aside, the rest goes on
│   ├── NotRecognised            no connector, or more than one, claims the file
│   ├── HeaderChanged            a column we need is not there
│   ├── NoMarketplace            a report names no marketplace, and no folder does
│   ├── CutShort                 a row has fewer or more cells than the header: the file is not whole
│   ├── WrongEncoding            the bytes are in no encoding we read without guessing
│   ├── BadCell                  one cell holds what its column cannot hold
│   ├── ListedTwice              one SKU, location, state and time stands on two rows
│   ├── NothingInIt              no rows: an empty report is not zero stock
│   └── NotSafe                  an archive that would unpack far beyond its size, or hides a program
└── CannotRun                    nothing is done and nothing is written; exit code 2
    ├── SetupWrong               a setup table contradicts itself (lint findings that stop)
    ├── NothingToRead            no export at all
    ├── FolderNotEmpty           `new` would mix with what lies there
    ├── WorkbookOpen             Excel holds the workbook
    ├── WorkbookChanged          somebody saved the workbook while it was being refreshed
    │   └── ChangedMeanwhile     somebody worked in a shared sheet meanwhile: the refresh begins again
    ├── BrandBusy                another refresh of the brand is running
    ├── HistoryBusy              another refresh is writing the history
    ├── HistoryUnreadable        the history cannot be opened, is damaged, or lies where it must not
    ├── WorkbookUnreadable       the workbook cannot be opened, or a table of ours is gone
    └── InTheWay                 something of the user's in the workbook stands where we must write
"""

from __future__ import annotations


class MastersheetError(Exception):
    """Base of every error a user sees: `where: what; expected ...; what to do`, on one line."""

    def __init__(self, what: str, *, where: str = "", expected: str = "", todo: str = "") -> None:
        self.what = what
        self.where = where
        self.expected = expected
        self.todo = todo
        super().__init__(self.line)

    @property
    def line(self) -> str:
        """The one line the user reads."""
        said = f"{self.where}: {self.what}" if self.where else self.what
        if self.expected:
            said += f"; expected {self.expected}"
        if self.todo:
            said += f". {self.todo[0].upper()}{self.todo[1:]}"
        return " ".join(said.split())


class CannotRead(MastersheetError):
    """One dropped file cannot be used: it is set aside with this reason, and the rest goes on."""


class NotRecognised(CannotRead):
    """No connector, or more than one, claims the file by its header."""


class HeaderChanged(CannotRead):
    """A column that is needed is missing."""


class NoMarketplace(CannotRead):
    """The report does not say whose marketplace's stock it counts, and it lies in no marketplace's folder."""


class CutShort(CannotRead):
    """A row is not as wide as the header: the file was cut, or a page was lost."""


class WrongEncoding(CannotRead):
    """The bytes are not text in any encoding that can be read without guessing."""


class BadCell(CannotRead):
    """One cell holds what its column cannot hold: half a unit, a word for a number, a date to come."""


class ListedTwice(CannotRead):
    """One SKU, location, state and time stands on two rows, and nothing says that they add."""


class NothingInIt(CannotRead):
    """The file has a header and no rows, or not even that: an empty report is not zero stock."""


class NotSafe(CannotRead):
    """Opening the file could harm: it unpacks far beyond its size, or is locked or encrypted."""


class CannotRun(MastersheetError):
    """The command cannot run: nothing was written; exit code 2.

    partly: a large refresh of a shared sheet, which goes in several batches, may have written some of them.
    """

    partly: bool = False


class SetupWrong(CannotRun):
    """The setup tables contradict themselves."""


class NothingToRead(CannotRun):
    """There is no export to read at all."""


class FolderNotEmpty(CannotRun):
    """The folder holds other things, which a new brand must not mix with."""


class WorkbookOpen(CannotRun):
    """Excel has the workbook open."""


class WorkbookChanged(CannotRun):
    """Somebody saved the workbook between our reading and our writing: what they did would be lost."""


class ChangedMeanwhile(WorkbookChanged):
    """Somebody worked in a shared sheet between our reading and our writing, where we write. A refresh begins again."""


class BrandBusy(CannotRun):
    """Another refresh of the brand is running, and did not end while we waited."""


class HistoryBusy(CannotRun):
    """Another refresh is writing the history, and did not end while we waited."""


class HistoryUnreadable(CannotRun):
    """The history cannot be opened or is damaged, or it is to lie where a database would break."""


class WorkbookUnreadable(CannotRun):
    """The workbook cannot be read, or a table that we need is not in it."""


class InTheWay(CannotRun):
    """Something of the user's in the workbook stands where we must write: it would be lost or broken."""
