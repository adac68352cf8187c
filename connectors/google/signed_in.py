"""Signing in to Google: as a service account, by the machine's own credentials, or as a person; spreadsheets alone.

A person's sign-in is kept in a file of the user's data folder that nobody else may read; it is never in the brand's
folder, which may be shared. Scopes: https://developers.google.com/workspace/sheets/api/scopes
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from connectors.errors import CannotRun
from connectors.google.refused import SignInEnded, safe

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

    from connectors.google.asked import Asked

SCOPES: Final = ("https://www.googleapis.com/auth/spreadsheets",)
_CONNECT: Final = "sign in with `mastersheet connect`"


@dataclass(frozen=True)
class SignIn:
    """Who signs in. service_account: its key file; person: the file of an OAuth client; neither: the machine.

    kept: where a person's sign-in is kept.
    """

    service_account: Path | None = None
    person: Path | None = None
    kept: Path = Path()

    @property
    def said(self) -> str:
        """How it signs in, for people."""
        if self.service_account is not None:
            return f"service account, {self.service_account.name}"
        return "a person" if self.person is not None else "the credentials of this machine"


def kind_of(file: Path) -> str:
    """Under which key mastersheet.toml names the file: service_account or person. Raises CannotRun for any other."""
    about = _json(file, "the key of a service account, or the file of an OAuth client")
    if about.get("type") == "service_account":
        return "service_account"
    if "installed" in about:
        return "person"
    raise CannotRun(
        "is neither", where=str(file), expected="the key of a service account, or the file of an OAuth client of a "
        "desktop app", todo="docs/google.md says where Google gives them",
    )  # fmt: skip


def signed_in(sign_in: SignIn, *, deadline: float | None = None) -> Asked:
    """What asks Google in that name. deadline: seconds for all tries of a call, if not as usual.

    Raises CannotRun where the files are not there or cannot be read.
    """
    from connectors.google.asked import DEADLINE, Asked

    credentials = credentials_of(sign_in)
    return Asked(credentials, account=address_of(credentials), deadline=DEADLINE if deadline is None else deadline)


def credentials_of(sign_in: SignIn) -> Credentials:
    """The credentials themselves; nothing is asked of Google yet. Raises CannotRun."""
    if sign_in.service_account is not None:
        return _of_service_account(sign_in.service_account)
    if sign_in.person is not None:
        return _of_person(sign_in.kept)
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    try:
        found, _ = google.auth.default(scopes=list(SCOPES))
    except DefaultCredentialsError as problem:
        raise CannotRun(
            f"nobody is signed in on this machine ({safe(str(problem).split('. ')[0])})",
            where="Google",
            expected="service_account or person under [google] in mastersheet.toml, or GOOGLE_APPLICATION_CREDENTIALS",
            todo="follow docs/google.md",
        ) from None
    return found


def address_of(credentials: object) -> str:
    """The address that a spreadsheet is to be shared with; empty where the credentials do not say."""
    said = getattr(credentials, "service_account_email", None) or getattr(credentials, "account", None)
    return said if isinstance(said, str) and "@" in said else ""


def _of_service_account(file: Path) -> Credentials:
    from google.oauth2 import service_account

    about = _json(file, "the key of a service account")
    try:
        return service_account.Credentials.from_service_account_info(  # type: ignore[no-any-return, no-untyped-call]
            about, scopes=list(SCOPES)
        )
    except (ValueError, KeyError, TypeError):
        raise CannotRun(
            "is not the key of a service account", where=str(file), expected="the JSON file that Google Cloud gave",
            todo="make a new key for it there",
        ) from None  # fmt: skip


def _of_person(kept: Path) -> Credentials:
    from google.oauth2.credentials import Credentials as OfPerson

    if not kept.is_file():
        raise SignInEnded("you have not signed in yet on this computer", where="Google", todo=_CONNECT)
    try:
        about = json.loads(kept.read_text(encoding="utf-8"))
        return OfPerson.from_authorized_user_info(  # type: ignore[no-any-return, no-untyped-call]
            about, scopes=list(SCOPES)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise SignInEnded("cannot be read", where=str(kept), expected="a person's sign-in", todo=_CONNECT) from None


def kept_for(folder: Path, client: Path | None) -> Path:
    """The file that keeps a person's sign-in by an OAuth client; two clients may be of two persons."""
    usual = folder / "signed-in.json"
    number = _client(client)
    if not number or _client(usual) == number:
        return usual
    return folder / f"signed-in-{crc32(number.encode()):08x}.json"


def _client(file: Path | None) -> str:
    """The id of the client in its own file, or in a kept sign-in; empty where none can be read."""
    try:
        about = json.loads(file.read_text(encoding="utf-8")) if file is not None else {}
        return str(about.get("installed", about).get("client_id", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def sign_in_person(sign_in: SignIn) -> Credentials:
    """Lets a person sign in in the browser, and keeps it. Raises CannotRun."""
    from google_auth_oauthlib.flow import InstalledAppFlow

    assert sign_in.person is not None
    about = _json(sign_in.person, "the file of an OAuth client")
    try:
        flow = InstalledAppFlow.from_client_config(about, scopes=list(SCOPES))
    except (ValueError, KeyError, TypeError):
        raise CannotRun(
            "is not the file of an OAuth client", where=str(sign_in.person), expected="that of a desktop app",
            todo="download it from Google Cloud, APIs & Services, Credentials",
        ) from None  # fmt: skip
    try:
        found = flow.run_local_server(host="127.0.0.1", bind_addr="127.0.0.1", port=0, open_browser=True)
    except Exception as problem:
        raise CannotRun(
            f"the sign-in did not end well ({safe(str(problem)) or type(problem).__name__})", where="Google",
            todo="try again, and allow spreadsheets",
        ) from None  # fmt: skip
    keep(found.to_json(), sign_in.kept)
    return found  # type: ignore[no-any-return]


def keep(text: str, file: Path) -> None:
    """Writes what nobody else may read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.part")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)
    fresh.replace(file)


def _json(file: Path, expected: str) -> dict[str, Any]:
    """A file's object. Raises CannotRun; what is in the file is never said."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotRun("is not there", where=str(file), expected=expected) from None
    except (OSError, ValueError):
        raise CannotRun("cannot be read", where=str(file), expected=expected) from None
    if not isinstance(found, dict):
        raise CannotRun("cannot be read", where=str(file), expected=expected)
    return found
