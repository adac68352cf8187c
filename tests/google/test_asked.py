"""Google asked: retries, limits, the quota, and what is said when it refuses."""

from __future__ import annotations

import json

import pytest
from google.auth.exceptions import RefreshError, TransportError
from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL

from connectors.errors import CannotRun
from connectors.google.asked import DEADLINE, LIMITS, QUOTA, Asked
from connectors.google.refused import MayBeWritten, safe
from tests.google.emulator import Emulator, Fault

TITLE = {"requests": [{"updateSpreadsheetProperties": {"properties": {"title": "New"}, "fields": "title"}}]}
TOKEN = "ya29.A0planted-token"


class Clock:
    """Time that passes by waiting alone."""

    def __init__(self) -> None:
        self.now, self.pauses = 0.0, []

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def asked(google: Emulator, clock: Clock) -> Asked:
    google.made("book")
    session = google.mounted()
    session.headers["Authorization"] = f"Bearer {TOKEN}"
    return Asked(None, session, account="sheet@acme.iam.gserviceaccount.com", clock=clock, pause=clock.pause)


def read(asked: Asked) -> dict:
    return asked.request("get", SPREADSHEET_URL % "book", params={"fields": "properties(title)"}).json()


def write(asked: Asked) -> dict:
    return asked.request("post", SPREADSHEET_BATCH_UPDATE_URL % "book", json=TITLE).json()


def test_every_call_has_a_limit(google, asked):
    """None waits for ever for a connection or for the next byte."""
    read(asked)
    write(asked)
    assert google.timeouts == [LIMITS, LIMITS]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_read_is_tried_again(google, asked, clock, status):
    """Whatever passes by itself: codes that Google names, with or without JSON in the answer."""
    google.faults += [Fault(status, "<html>Bad Gateway</html>")] * 3
    assert read(asked) == {"properties": {"title": "Untitled"}}
    assert len(google.calls) == 4
    assert len(clock.pauses) == 3
    assert all(0.5 <= pause <= 8 for pause in clock.pauses)


def test_a_minute_of_429_is_waited_for(google, asked, clock):
    """Google says how long; the write is sent again, since it was not done."""
    google.faults += [Fault(429, "", (("Retry-After", "20"),))] * 3
    write(asked)
    assert clock.pauses == [20, 20, 20]
    assert google.books["book"].title == "New"


def test_it_ends_within_the_deadline(google, asked, clock):
    """A Google that is down is told in one line; the tries together take no longer than was said."""
    google.faults += [Fault(503)] * 200
    with pytest.raises(CannotRun, match=r"Google Sheets: answers with 503. Nothing was written: try again"):
        read(asked)
    assert clock.now <= DEADLINE


@pytest.mark.parametrize(
    "fault", [Fault(500), Fault(502, "<html>"), Fault(broken=True), Fault(broken=True, applied=True)]
)
def test_a_write_without_an_answer_is_never_sent_twice(google, asked, fault):
    """It may have been done: whoever asked must look before it is sent again."""
    google.faults.append(fault)
    with pytest.raises(MayBeWritten):
        write(asked)
    assert len(google.calls) == 1
    assert google.books["book"].title == ("New" if fault.applied else "Untitled")


def test_a_dropped_connection_is_tried_again_for_a_read(google, asked):
    """Nothing can have happened."""
    google.faults += [Fault(broken=True)] * 2
    assert read(asked)["properties"]["title"] == "Untitled"


def test_the_quota_is_kept(google, asked, clock):
    """Sixty reads in a minute, and as many writes beside them; the next waits."""
    for _ in range(QUOTA):
        read(asked)
        write(asked)
    assert clock.now == 0
    read(asked)
    assert clock.now == 60
    for _ in range(QUOTA - 1):
        read(asked)
    assert clock.now == 60


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, {}, "there is no such spreadsheet. Correct its id in mastersheet.toml"),
        (403, {}, "add sheet@acme.iam.gserviceaccount.com as an editor"),
        (
            403,
            {"error": {"message": "x", "details": [{"reason": "SERVICE_DISABLED"}]}},
            "the Google Sheets API is switched off",
        ),
        (401, {}, "the sign-in has ended"),
        (400, {"error": {"message": f"Invalid requests[0] {TOKEN}"}}, "Invalid requests[0] ...). A defect of ours"),
    ],
)
def test_what_no_second_try_changes_is_one_line(google, asked, clock, status, body, said):
    """What, where and what to do; asked once; and no secret in it."""
    google.faults.append(Fault(status, json.dumps(body)))
    with pytest.raises(CannotRun) as raised:
        read(asked)
    assert said in raised.value.line
    assert len(google.calls) == 1
    assert clock.pauses == []
    assert TOKEN not in raised.value.line


@pytest.mark.parametrize("failed", [TransportError("no network"), RefreshError("502", retryable=True)])
def test_a_token_that_cannot_be_had_now_is_tried_again(google, asked, monkeypatch, failed):
    """The sign-in's own server was away for a moment: nothing of the call was sent."""
    real, left = asked.session.request, [2]

    def request(*arguments, **more):
        left[0] -= 1
        if left[0] >= 0:
            raise failed
        return real(*arguments, **more)

    monkeypatch.setattr(asked.session, "request", request)
    write(asked)
    assert google.books["book"].title == "New"


def test_a_key_that_was_taken_back_is_one_line(asked, monkeypatch):
    """No second try, and nothing of the key."""

    def request(*arguments, **more):
        raise RefreshError(f"invalid_grant: Bearer {TOKEN}", {"error": "invalid_grant"})

    monkeypatch.setattr(asked.session, "request", request)
    with pytest.raises(CannotRun, match="does not accept the sign-in") as raised:
        read(asked)
    assert TOKEN not in raised.value.line


KEY = "-----BEGIN KEY-----\nMII\n-----END KEY-----"


@pytest.mark.parametrize(
    "secret",
    [
        "Bearer abc.def-1",
        "ya29.xyz",
        "1//0refresh",
        "AIzaSyKey",
        f'"private_key": "{KEY}"',
        "refresh_token=abc123",
        "client_secret: 'hush'",
        '{"access_token":"tok"}',
    ],
)
def test_what_looks_like_a_secret_is_left_out(secret):
    """Of any text that is shown or logged."""
    words = ("abc", "xyz", "0refresh", "SyKey", "MII", "hush", 'tok"')
    said = safe(f"it failed: {secret} and so on")
    assert not any(word in said for word in words)
    assert said.startswith("it failed: ")
