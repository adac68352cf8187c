"""Who signs in: a service account, a person in the browser, or the machine; for spreadsheets alone."""

from __future__ import annotations

import os
import threading
import urllib.parse
import urllib.request
import webbrowser

import pytest

from tests.google.internet import ACCOUNT, CODE, SCOPE, SECRET_REFRESH, SECRET_TOKEN


class Browser:
    """Opens Google's page, where the person says yes or no; it then leads back to us. asked: what we asked for."""

    def __init__(self, says: dict[str, str]) -> None:
        self.asked: dict[str, str] = {}
        self._says = says

    def open(self, address: str, **_: object) -> bool:
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)
        self.asked = {name: values[0] for name, values in query.items()}
        back = urllib.parse.urlencode({**self._says, "state": self.asked["state"]})
        threading.Thread(target=urllib.request.urlopen, args=[f"{self.asked['redirect_uri']}?{back}"]).start()
        return True


@pytest.fixture
def browser(monkeypatch) -> Browser:
    made = Browser({"code": CODE, "scope": SCOPE})
    monkeypatch.setattr(webbrowser, "get", lambda *_: made)
    return made


@pytest.fixture
def with_sheet(three_systems, internet):
    """A brand in an empty sheet, with who signs in still to be said."""
    internet.google.made("book")
    return three_systems


def test_a_service_account_signs_in_for_spreadsheets_alone(shared, internet, run):
    """One token for a command's calls; its scope is looked at where it is given."""
    shared.new()
    internet.signed = 0
    assert run("refresh", shared.brand).exit_code == 0
    assert internet.signed == 1


def test_a_person_signs_in_once_in_the_browser(with_sheet, internet, run, browser, tmp_path, capfd):
    """`new` leads there; what is kept nobody else can read, and it is not in the brand's folder."""
    client = internet.client_file(tmp_path / "client.json")
    made = run("new", with_sheet.brand, "--from", with_sheet.setup, "--google", "book", "--sign-in", client)
    assert made.exit_code == 0, made.output
    assert (browser.asked["scope"], browser.asked["access_type"]) == (SCOPE, "offline")
    browser.asked.clear()
    assert run("refresh", with_sheet.brand).exit_code == 0
    assert browser.asked == {}
    assert run("connect", with_sheet.brand).stdout.startswith("Signs in as a person\n")
    (kept,) = _kept()
    assert SECRET_REFRESH in kept.read_text(encoding="utf-8")
    assert os.name != "posix" or kept.stat().st_mode & 0o777 == 0o600
    said = "".join([made.output, *capfd.readouterr()])
    assert [one for one in (SECRET_TOKEN, SECRET_REFRESH, CODE, "planted-client-secret") if one in said] == []
    assert not [path for path in with_sheet.brand.rglob("*") if path.is_file() and SECRET_REFRESH.encode()
                in path.read_bytes()]  # fmt: skip


def _kept():
    from sheets.history.place import data_folder

    return list((data_folder() / "google").glob("signed-in*.json"))


def test_a_person_who_says_no_is_told_so(with_sheet, internet, run, monkeypatch, tmp_path):
    """One line; nothing is kept."""
    monkeypatch.setattr(webbrowser, "get", lambda *_: Browser({"error": "access_denied"}))
    client = internet.client_file(tmp_path / "client.json")
    result = run("new", with_sheet.brand, "--from", with_sheet.setup, "--google", "book", "--sign-in", client)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("Google: the sign-in did not end well")
    assert _kept() == []
    assert not with_sheet.brand.exists()


def test_a_night_asks_nobody(with_sheet, internet, run, browser, tmp_path):
    """A person whose sign-in is gone is told to sign in; no browser opens."""
    client = internet.client_file(tmp_path / "client.json")
    run("new", with_sheet.brand, "--from", with_sheet.setup, "--google", "book", "--sign-in", client)
    _kept()[0].unlink()
    browser.asked.clear()
    result = run("refresh", with_sheet.brand)
    assert (result.exit_code, result.stderr, browser.asked) == (
        2, "Google: you have not signed in yet on this computer. Sign in with `mastersheet connect`\n", {},
    )  # fmt: skip


def test_a_sign_in_that_google_takes_no_more_says_what_to_do(shared, internet, run):
    """A key that was deleted."""
    shared.new()
    internet.tokens.append((400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}))
    result = run("refresh", shared.brand)
    assert result.exit_code == 2
    assert result.stderr == (
        "Google: does not accept the sign-in (invalid_grant: Invalid JWT Signature). "
        "Sign in again, or take a new key of the service account\n"
    )


def test_the_machine_itself_may_be_signed_in(with_sheet, internet, run, monkeypatch, tmp_path):
    """GOOGLE_APPLICATION_CREDENTIALS, as on a server; mastersheet.toml then names nobody."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(internet.key_file(tmp_path / "key.json")))
    made = run("new", with_sheet.brand, "--from", with_sheet.setup, "--google", "book")
    assert made.exit_code == 0, made.output
    assert "[google]" not in (with_sheet.brand / "mastersheet.toml").read_text(encoding="utf-8")
    assert run("connect", with_sheet.brand).stdout.startswith(
        f"Signs in as {ACCOUNT} (the credentials of this machine)\n"
    )


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"type": "service_account"}', '{"type": "service_account", '
                                  '"private_key": "-----BEGIN PRIVATE KEY-----planted"}'])  # fmt: skip
def test_a_file_that_is_no_key_is_named(with_sheet, run, tmp_path, text):
    """One line with its place; what stands in it is not said."""
    (tmp_path / "key.json").write_text(text, encoding="utf-8")
    result = run("new", with_sheet.brand, "--from", with_sheet.setup, "--google", "book", "--sign-in",
                 tmp_path / "key.json")  # fmt: skip
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith(f"{tmp_path / 'key.json'}: ")
    assert "planted" not in result.stderr


def test_a_token_that_ends_meanwhile_is_renewed(shared, internet, run):
    """Google takes it no more in the middle of a refresh: another is asked for, and the refresh goes on."""
    shared.new()
    internet.signed = 0
    internet.ended.append("getByDataFilter")
    assert run("refresh", shared.brand).stdout.startswith("Refresh 1:")
    assert (internet.signed, internet.ended) == (2, [])


def test_a_token_that_is_never_taken_is_said(shared, internet, run):
    """One line, and no endless asking."""
    shared.new()
    internet.ended += ["get"] * 20
    result = run("refresh", shared.brand)
    assert (result.exit_code, result.stderr) == (2, "Google: the sign-in has ended. Sign in again\n")


@pytest.mark.parametrize("kept", ["taken back", "damaged"])
def test_a_person_whose_sign_in_is_gone_signs_in_again(with_sheet, internet, run, browser, tmp_path, kept):
    """`connect` leads to the browser again, and the refresh then works."""
    client = internet.client_file(tmp_path / "client.json")
    run("new", with_sheet.brand, "--from", with_sheet.setup, "--google", "book", "--sign-in", client)
    if kept == "damaged":
        _kept()[0].write_text("{", encoding="utf-8")
    else:
        text = _kept()[0].read_text(encoding="utf-8").replace(SECRET_REFRESH, "1//taken-back")
        _kept()[0].write_text(text.replace(SECRET_TOKEN, "ya29.old"), encoding="utf-8")
    assert run("refresh", with_sheet.brand).exit_code == 2
    browser.asked.clear()
    result = run("connect", with_sheet.brand)
    assert result.exit_code == 0, result.output
    assert browser.asked["scope"] == SCOPE
    assert run("refresh", with_sheet.brand).exit_code == 0


def test_another_client_signs_in_another_person(with_sheet, internet, run, browser, tmp_path):
    """Two brands of two Google accounts on one computer: each goes by its own OAuth client's sign-in."""
    client = internet.client_file(tmp_path / "client.json")
    run("new", with_sheet.brand, "--from", with_sheet.setup, "--google", "book", "--sign-in", client)
    browser.asked.clear()
    other = tmp_path / "other.json"
    other.write_text(client.read_text(encoding="utf-8").replace('"1.apps', '"2.apps'), encoding="utf-8")
    internet.google.made("second")
    run("new", tmp_path / "second", "--from", with_sheet.setup, "--google", "second", "--sign-in", other)
    run("connect", tmp_path / "second")
    assert browser.asked.get("client_id") == "2.apps.googleusercontent.com"
