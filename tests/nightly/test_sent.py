"""Digests sent by the real apprise to servers on this machine; the address is never shown."""

from __future__ import annotations

import json

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from connectors.errors import CannotRun
from sheets.config import read_config
from sheets.nights.digest import digest_of
from sheets.nights.sent import address_of, sent
from sheets.nights.written import Digest, Name, Part

SECRET = "Pl4nted-S3cret"

# apprise looks for a module that Python 3.13 no longer has.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def test_a_digest_reaches_a_server_and_the_next_night_says_what_changed(small, nightly, web, monkeypatch):
    """By its own program, to an address of the environment; what was told is remembered."""
    acme = small("acme").to("${DIGEST_TO}")
    monkeypatch.setenv("DIGEST_TO", f"json://ann:{SECRET}@127.0.0.1:{web.port}/digest")
    done = nightly(acme.folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert web.got[0]["title"] == "acme: 1 flag, $230 at cost"
    assert "1. `A_1*` Headlamp, FBA US" in web.got[0]["message"]
    assert "Changed since" not in web.got[0]["message"]
    assert acme.remembered.told.number == 1
    assert acme.remembered.sent
    acme.all(510, 509)
    assert nightly(acme.folder).exit_code == 0
    assert "Closed: `A_1*` at FBA US in Skubana" in web.got[1]["message"]
    nightly(acme.folder)
    assert web.got[2]["title"] == ""
    assert web.got[2]["message"].startswith("acme: refresh 3 at 06:59, nothing flagged, set aside or changed")


def test_a_digest_that_is_refused_is_told_and_compared_to_once_more(small, nightly, web, monkeypatch, tmp_path):
    """One line and exit code 3; the address stands nowhere; the next digest tells of both nights."""
    acme = small("acme").all(510, 509).to("${DIGEST_TO}", "${NOT_SET}")
    monkeypatch.setenv("DIGEST_TO", f"json://ann:{SECRET}@127.0.0.1:{web.port}/{SECRET}")
    assert nightly(acme.folder).exit_code == 3
    web.code = 500
    for units in (487, 487):
        done = nightly(acme.all(510, units).folder)
        assert done.exit_code == 3
        assert done.stdout.endswith("; the digest did not reach every address\n")
        assert done.stderr == (
            "acme: mastersheet.toml, digest.to: ${DIGEST_TO}: the digest was refused, or nobody answered\n"
            "acme: mastersheet.toml, digest.to: ${NOT_SET}: is not set. Set the environment variable to the address\n"
        )
    assert not acme.remembered.sent
    assert acme.remembered.told.number == 1
    web.code = 200
    nightly(acme.folder)
    assert "Changed since refresh 1" in web.got[-1]["message"]
    assert "New: `A_1*`" in web.got[-1]["message"]
    shown(tmp_path, acme.place.parent, done.output)


def shown(*places_and_texts) -> None:
    """Fails where the planted secret stands in a text or in any file below a folder."""
    for one in places_and_texts:
        if isinstance(one, str):
            assert SECRET not in one
            continue
        files = [path for path in one.rglob("*") if path.is_file()]
        assert files
        assert [path for path in files if SECRET.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("address", [f"nosuch://{SECRET}@x", f"slack://{SECRET}", f"{SECRET}", f"mailto://a:{SECRET}@"])
@pytest.mark.parametrize("debug", [False, True])
def test_an_address_that_is_none_is_not_shown(small, run_program, monkeypatch, address, debug, tmp_path):
    """Not even by apprise's own words, and not with --debug."""
    acme = small("acme").to("${DIGEST_TO}")
    monkeypatch.setenv("DIGEST_TO", address)
    done = run_program(*(["--debug"] if debug else []), "nightly", acme.folder)
    assert done.returncode == 3
    assert "digest.to: ${DIGEST_TO}: holds no address that apprise knows; expected such as " in done.stderr
    shown(done.stdout, done.stderr, tmp_path)


def test_a_night_that_failed_always_speaks(small, nightly, web, monkeypatch):
    """With the line of what went wrong and the last good refresh; what was told before is still compared to."""
    acme = small("acme").to("${DIGEST_TO}")
    monkeypatch.setenv("DIGEST_TO", f"json://127.0.0.1:{web.port}")
    nightly(acme.folder)
    for one in (acme.folder / "exports").rglob("counts.csv"):
        one.unlink()
    done = nightly(acme.folder)
    assert done.exit_code == 2
    assert web.got[1]["title"] == "acme: the refresh FAILED"
    assert "no export to read" in web.got[1]["message"]
    assert "as refresh 1 of 2099-01-06 06:59 left it: 1 flag" in web.got[1]["message"].replace("\\", "")
    assert acme.remembered.told.number == 1


def test_mail_has_a_subject_and_is_read_as_html_or_as_text(small, nightly, mail, monkeypatch):
    """Through a real conversation with a mail server that asks for a password."""
    acme = small("acme").to("${DIGEST_TO}")
    monkeypatch.setenv(
        "DIGEST_TO",
        f"mailto://ann:{SECRET}@127.0.0.1:{mail.port}?mode=insecure&from=master@example.com&to=team@example.com",
    )
    done = nightly(acme.folder)
    assert (done.exit_code, done.stderr) == (0, "")
    (got,) = mail.got
    assert got["Subject"] == "acme: 1 flag, $230 at cost"
    parts = {
        one.get_content_type(): one.get_payload(decode=True).decode() for one in got.walk() if not one.is_multipart()
    }
    assert "<li><b>A_1*</b> Headlamp, FBA US<br>" in parts["text/html"]
    assert "- A_1* Headlamp, FBA US\nSeller Central 510, Skubana 487, gap -23" in parts["text/plain"].replace("\r", "")


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        (f"slack://T1JJ3T3L2/A1BRTD4JD/{SECRET[:7]}TIiajkdnlazkcOXrI/", ("attachments", 0, "text")),
        (f"workflows://host.example.com:443/643e/{SECRET}", ("attachments", 0, "content", "body")),
    ],
)
def test_chats_get_each_name_to_the_letter(address, keys, monkeypatch):
    """What apprise would post to Slack and to Teams holds the SKU as it is, and no mention of anybody."""
    posted = []

    class Answer:
        status_code, content, text, headers = 200, b"ok", "ok", {}

    def post(url: str, data: str | bytes = b"", **_: object) -> Answer:
        posted.append(json.loads(data))
        return Answer()

    monkeypatch.setattr("requests.post", post)
    monkeypatch.setattr("requests.request", lambda _, url, **more: post(url, **more))
    monkeypatch.setattr("requests.Session.request", lambda _, method, url, **more: post(url, more["data"]))
    monkeypatch.setenv("DIGEST_TO", address)
    digest = Digest("acme: 1 flag", (Part((Name("A_1*"), " <!channel> <at>all</at>")),))
    assert sent(digest, ["${DIGEST_TO}"]) == []
    found = posted[0]
    for key in keys:
        found = found[key]
    said = json.dumps(found)
    assert "`A_1*`" in said
    assert "<!channel>" not in said
    assert "mention" not in json.dumps(posted[0])


class Kept(KeyringBackend):
    """A keyring with one entry, or none that can be opened."""

    priority = 1

    def __init__(self, entries: dict[tuple[str, str], str] | None) -> None:
        super().__init__()
        self.entries = entries

    def get_password(self, service: str, username: str) -> str | None:
        if self.entries is None:
            raise NoKeyringError(SECRET)
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


def test_an_address_can_lie_in_the_keyring(monkeypatch):
    """keyring:service/name, without a service mastersheet's; what is not there is told with what puts it there."""
    kept = Kept({("mastersheet", "mail"): f"json://{SECRET}", ("acme/team", "chat"): "json://x"})
    monkeypatch.setattr(keyring.core, "_keyring_backend", kept)
    assert address_of("keyring:mastersheet/mail") == f"json://{SECRET}"
    assert address_of("keyring:mail") == f"json://{SECRET}"
    assert address_of("keyring:acme/team/chat") == "json://x"
    with pytest.raises(CannotRun, match=r"no such entry\. `keyring set mastersheet slack` puts it there"):
        address_of("keyring:slack")
    monkeypatch.setattr(keyring.core, "_keyring_backend", Kept(None))
    (line,) = sent(Digest("x", ()), ["keyring:mail"])
    assert "the keyring cannot be read (NoKeyringError)" in line
    shown(line)


@pytest.mark.parametrize(
    "inline", [f"slack://{SECRET}", f"mailto://ann:{SECRET}@example.com", f"${{A}}/{SECRET}", f"json://x {SECRET}"]
)
def test_an_address_in_the_toml_is_refused_unseen(tmp_path, inline):
    """Only where it is kept may stand there; the line does not show it."""
    file = tmp_path / "mastersheet.toml"
    for to in (f'["{inline}"]', f'"{inline}"', f'["${{OK}}", "{inline}"]'):
        file.write_text(f"[digest]\nto = {to}\n", encoding="utf-8")
        with pytest.raises(CannotRun) as refused:
            read_config(file)
        assert "digest.to" in refused.value.line
        assert '"${ENV_NAME}" or "keyring:name"' in refused.value.line
        shown(refused.value.line)
    file.write_text('[digest]\nto = ["${MASTERSHEET_SLACK}", "keyring:mastersheet/mail"]\n', encoding="utf-8")
    assert read_config(file).digest.to == ("${MASTERSHEET_SLACK}", "keyring:mastersheet/mail")
    file.write_text("[digest]\nfor = []\n", encoding="utf-8")
    with pytest.raises(CannotRun, match=r"unknown key digest.for; expected one of to"):
        read_config(file)


def test_what_apprise_raises_is_not_shown(monkeypatch):
    """Only its kind: its words may hold the address."""

    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"bad {SECRET}")

    monkeypatch.setenv("DIGEST_TO", f"json://{SECRET}")
    monkeypatch.setattr("apprise.Apprise.notify", broken)
    (line,) = sent(Digest("x", (Part(("x",)),)), ["${DIGEST_TO}"])
    assert line == "mastersheet.toml, digest.to: ${DIGEST_TO}: the digest could not be sent (ValueError)"


def test_a_digest_says_nothing_of_where_it_goes(small):
    """Not even the reference."""
    acme = small("acme").to("${DIGEST_TO}")
    outcome = acme.night("2099-01-06 07:00")
    assert "DIGEST_TO" not in repr(digest_of("acme", outcome.night, None, workbook="x"))
