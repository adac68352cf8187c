"""A digest sent to the addresses of a brand, which no file and no message ever shows."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from connectors.errors import CannotRun
from sheets.nights.written import Digest, as_html, as_markdown, as_text

_SERVICE: Final = "mastersheet"
_ENV: Final = re.compile(r"\$\{(\w+)\}")
_LOGS: Final = ("apprise", "urllib3", "requests_oauthlib", "keyring")


def sent(digest: Digest, references: Sequence[str]) -> list[str]:
    """Sends a digest to every address; a line for each that did not get it, which names the reference alone.

    references: "${ENV_NAME}" or "keyring:service/name"; what they stand for is an address of apprise's,
    https://github.com/caronc/apprise/wiki
    """
    return [line for reference in references for line in _sent_to(digest, reference)]


def address_of(reference: str) -> str:
    """The address that a reference stands for. Raises CannotRun where there is none, naming the reference."""
    where = f"mastersheet.toml, digest.to: {reference}"
    named = _ENV.fullmatch(reference)
    if named:
        if address := os.environ.get(named[1], "").strip():
            return address
        raise CannotRun("is not set", where=where, todo="set the environment variable to the address")
    service, _, name = reference.removeprefix("keyring:").rpartition("/")
    import keyring
    from keyring.errors import KeyringError

    try:
        kept = keyring.get_password(service or _SERVICE, name)
    except KeyringError as problem:
        raise CannotRun(f"the keyring cannot be read ({type(problem).__name__})", where=where) from None
    if not kept:
        todo = f"`keyring set {service or _SERVICE} {name}` puts it there"
        raise CannotRun("the keyring has no such entry", where=where, todo=todo)
    return kept.strip()


def _sent_to(digest: Digest, reference: str) -> Iterator[str]:
    for log in _LOGS:
        # Their own words show addresses.
        logging.getLogger(log).setLevel(logging.CRITICAL + 1)
    where = f"mastersheet.toml, digest.to: {reference}"
    try:
        service = _service(address_of(reference))
        if service is None:
            yield CannotRun("holds no address that apprise knows", where=where, expected=_EXPECTED).line
        elif not _notified(service, digest):
            yield CannotRun("the digest was refused, or nobody answered", where=where).line
    except CannotRun as problem:
        yield problem.line
    except Exception as problem:
        # What it says may show the address; its kind does not.
        yield CannotRun(f"the digest could not be sent ({type(problem).__name__})", where=where).line


_EXPECTED: Final = (
    "such as mailtos://USER:PASSWORD@SERVER?to=YOU, slack://TOKENS or workflows://HOST/WORKFLOW/SIGNATURE"
)


def _service(address: str) -> Any:  # noqa: ANN401 - apprise's own
    from apprise import Apprise, AppriseAsset

    asset = AppriseAsset(app_id="Mastersheet", app_desc="Mastersheet")
    return Apprise.instantiate(address, asset=asset, suppress_exceptions=True)


def _notified(service: Any, digest: Digest) -> bool:  # noqa: ANN401 - apprise's own
    """Sends it as the service shows it best: mail as HTML with its plain text, chats as Markdown, others as text."""
    from apprise import Apprise, NotifyFormat, NotifyType

    shown = service.resolve_format(NotifyFormat.MARKDOWN)
    written = {NotifyFormat.HTML: as_html, NotifyFormat.MARKDOWN: as_markdown}.get(shown, as_text)
    kind = NotifyType.INFO if digest.good else NotifyType.WARNING
    # A chat shows a good night as the one line that it is; mail needs its subject.
    title = "" if digest.good and shown != NotifyFormat.HTML else digest.title
    apprise = Apprise()
    apprise.add(service)
    return bool(apprise.notify(body=written(digest), title=title, notify_type=kind, body_format=shown))
