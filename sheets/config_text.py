"""mastersheet.toml as text: lines that a command puts into it, where the user's own stay as they are."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from connectors.google.address import address_of
from sheets.history.place import new_id

FILE_NOTE: Final = "# The workbook that is kept true. It lies beside this file."
SHEET_NOTE: Final = "# The Google Sheet that is kept true."
_SHEET: Final = re.compile(r"""^\s*workbook\s*=\s*["']google:([\w-]+)""", re.MULTILINE)


@dataclass(frozen=True)
class Shared:
    """A Google spreadsheet by its id, and the file by which we sign in: its key in mastersheet.toml and its name."""

    spreadsheet: str
    sign_in: tuple[str, str] | None = None


def with_id(text: str, name: str) -> str:
    """With an id for the brand: one without is known by its folder, which may be made again."""
    line = f"id = {quoted(new_id(name))}"
    head = _head("brand")
    made = head.sub(lambda found: f"{found[0]}\n{line}", text, count=1) if head.search(text) else ""
    return made or f"[brand]\n{line}\n\n{text}"


def with_file(text: str, file: str) -> str:
    """With a file as the workbook."""
    made, line = _without_workbook(text).lstrip("\n"), f"file = {quoted(file)}"
    if _head("workbook").search(made):
        return _head("workbook").sub(lambda found: f"{found[0]}\n{line}", made, count=1)
    return f"{made.rstrip()}\n\n[workbook]\n{line}\n".lstrip()


def with_google(text: str, shared: Shared) -> str:
    """With a Google spreadsheet as the workbook, and who signs in."""
    made = _without_section(_without_workbook(text), "workbook")
    made = f"{SHEET_NOTE}\nworkbook = {quoted('google:' + shared.spreadsheet)}\n\n{made.lstrip()}"
    if shared.sign_in is None:
        return made
    line = f"{shared.sign_in[0]} = {quoted(shared.sign_in[1])}"
    made = _without(made, "google", ("service_account", "person"))
    if _head("google").search(made):
        return _head("google").sub(lambda found: f"{found[0]}\n{line}", made, count=1)
    return f"{made.rstrip()}\n\n# Who signs in to Google.\n[google]\n{line}\n"


def _without_workbook(text: str) -> str:
    """Without what says where the workbook is: a line above all sections, or lines of its own section."""
    first = re.search(r"^[ \t]*\[", text, re.MULTILINE)
    above, below = (text, "") if first is None else (text[: first.start()], text[first.start() :])
    above = re.sub(
        rf"(?:^{re.escape(SHEET_NOTE)}\n)?^[ \t]*workbook[ \t]*=[^\n]*(?:\n|\Z)", "", above, flags=re.MULTILINE
    )
    return above + _without(below, "workbook", ("file", "google"))


def _head(section: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*\[[ \t]*{section}[ \t]*\].*$", re.MULTILINE)


def _without(text: str, section: str, keys: tuple[str, ...]) -> str:
    """Without those keys of a section."""
    found = re.compile(
        rf"^[ \t]*\[[ \t]*{section}[ \t]*\][^\n]*(?:\n|\Z)(?:(?![ \t]*\[)[^\n]*\n|[^\n\[]+\Z)*", re.MULTILINE
    )
    named = re.compile(rf"^[ \t]*(?:{'|'.join(keys)})[ \t]*=[^\n]*(?:\n|\Z)", re.MULTILINE)
    return found.sub(lambda part: named.sub("", part[0]), text, count=1)


def _without_section(text: str, section: str) -> str:
    """Without a section in which nothing is left, and without our own note above it."""
    return re.sub(
        rf"(?:^{re.escape(FILE_NOTE)}\n)?^[ \t]*\[[ \t]*{section}[ \t]*\][^\n]*(?:\n\s*|\Z)(?=\[|#|\Z)",
        "",
        text,
        count=1,
        flags=re.MULTILINE,
    )


def quoted(text: str) -> str:
    """Text as a basic string of TOML, whose escapes are JSON's."""
    return json.dumps(text, ensure_ascii=False)


def sheet_said(text: str) -> str:
    """The address of the Google Sheet that it names, be it damaged elsewhere; empty where none is found."""
    found = _SHEET.search(text)
    return "" if found is None else address_of(found[1])
