"""What Google refuses, in the user's words; no word of it holds a token or a key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from connectors.errors import CannotRun

if TYPE_CHECKING:
    from requests import Response

# What looks like a token, a key or a password in a text of somebody else's.
_SECRET: Final = re.compile(
    r"(?:Bearer\s+\S+|ya29\.\S+|1//\S+|AIza\S+|-----BEGIN.*?-----END[^-]*-----"
    r"|(?:access_token|refresh_token|client_secret|private_key|key|assertion)[\"']?\s*[=:]\s*[\"']?"
    r"(?:-----BEGIN.*?-----END[^-]*-----|[^\s\"'&,}]+))",
    re.IGNORECASE | re.DOTALL,
)


class MayBeWritten(CannotRun):
    """A write was sent and no answer came: it was done or it was not."""


class NotShared(CannotRun):
    """Whoever signs in may not do this with the spreadsheet."""


class SignInEnded(CannotRun):
    """Google takes the sign-in no more, or there is none: somebody must sign in again."""


class NotTaken(CannotRun):
    """Google takes the request for wrong: it names what is not there, or what cannot be."""


def refused(problem: Response | Exception, account: str) -> CannotRun:
    """The line for an answer that no second try changes. account: the address that a sheet must be shared with."""
    if isinstance(problem, Exception):
        return SignInEnded(
            f"does not accept the sign-in ({safe(str(problem.args[0] if problem.args else problem)).rstrip('.')})",
            where="Google",
            todo="sign in again, or take a new key of the service account",
        )
    status, said = problem.status_code, _message(problem)
    who = account or "the address that signs in"
    if status == 404:
        return CannotRun(
            "there is no such spreadsheet", where="Google Sheets",
            todo="correct its id in mastersheet.toml: the long word between /d/ and /edit in its address",
        )  # fmt: skip
    if status == 401:
        return SignInEnded("the sign-in has ended", where="Google", todo="sign in again")
    if status == 403 and "SERVICE_DISABLED" in problem.text:
        return CannotRun(
            "the Google Sheets API is switched off for this project", where="Google",
            todo="switch it on in the Google Cloud console, wait some minutes, then try again",
        )  # fmt: skip
    if status == 403:
        return NotShared(
            f"the spreadsheet is not shared with {who}, or only for reading", where="Google Sheets",
            todo=f"in the spreadsheet press Share, and add {who} as an editor",
        )  # fmt: skip
    if "not supported for this document" in said:
        return CannotRun(
            "is an Excel workbook that lies in Google Drive, and no Google Sheet", where="Google Sheets",
            todo="open it there, press File, Save as Google Sheets, and take the new one's address",
        )  # fmt: skip
    if "protected cell" in said:
        return CannotRun(
            "somebody protected cells that a refresh writes", where="Google Sheets",
            todo=f"press Data, Protect sheets and ranges there, and let {who} edit them, or only warn",
        )  # fmt: skip
    return NotTaken(f"refused it ({status}: {said}). A defect of ours", where="Google Sheets")


def no_answer(status: int | None, failed: Exception | None) -> CannotRun:
    """The line for a call that was tried as long as that made sense."""
    if status == 429:
        return CannotRun(
            "takes no more calls for now: 60 in a minute", where="Google Sheets",
            todo="nothing was written: try again in some minutes",
        )  # fmt: skip
    why = f"answers with {status}" if status is not None else f"does not answer ({type(failed).__name__})"
    return CannotRun(why, where="Google Sheets", todo="nothing was written: try again when it works again")


def safe(text: str) -> str:
    """A text on one line, without what looks like a secret."""
    return " ".join(_SECRET.sub("...", text).split())[:300]


def _message(response: Response) -> str:
    try:
        return safe(str(response.json()["error"]["message"]))
    except (ValueError, KeyError, TypeError):
        return "no reason given"
