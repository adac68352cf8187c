"""Google is asked: within its quota, with a limit on each call and on all tries together, and never twice for a write
that it may have done.

Status codes, quotas: https://developers.google.com/sheets/api/limits and /workspace/sheets/api/troubleshoot-api-errors.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Mapping
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

from google.auth.exceptions import RefreshError, TransportError
from gspread.http_client import HTTPClient
from requests.exceptions import ChunkedEncodingError, Timeout
from requests.exceptions import ConnectionError as Broken

from connectors.errors import CannotRun
from connectors.google.refused import MayBeWritten, no_answer, refused

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
    from requests import Response, Session

# Seconds: for a connection and between two bytes; for all tries of a call. Google itself works for up to 180 on one.
LIMITS: Final = (10.0, 190.0)
DEADLINE: Final = 240.0
# Calls in a minute that Google takes from one user, reads and writes each.
QUOTA: Final = 60
_MINUTE: Final = 60.0
_LONGEST_PAUSE: Final = 32.0
_AGAIN: Final = {408, 429, 500, 502, 503, 504}
_NOT_DONE: Final = 429  # refused before anything was done
_READS: Final = (":search", ":getByDataFilter", ":batchGetByDataFilter")


class Asked(HTTPClient):
    """gspread's way to Google, with retries of ours. account: who asks, for messages; clock, pause: for tests."""

    def __init__(
        self,
        auth: Credentials | None,
        session: Session | None = None,
        *,
        account: str = "",
        clock: Callable[[], float] = monotonic,
        pause: Callable[[float], None] = sleep,
        deadline: float = DEADLINE,
    ) -> None:
        # None beside a session, as gspread says.
        super().__init__(auth, session)  # type: ignore[arg-type]
        self.set_timeout(LIMITS)
        # Google packs an answer for programs whose name says so:
        # https://developers.google.com/workspace/sheets/api/guides/performance
        self.session.headers["User-Agent"] = "mastersheet (gzip)"
        self.account, self._clock, self._pause, self._deadline = account, clock, pause, deadline
        self._made: dict[bool, deque[float]] = {True: deque(), False: deque()}

    def request(
        self,
        method: str,
        endpoint: str,
        params: Any = None,  # noqa: ANN401 - gspread's own signature
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: Any = None,  # noqa: ANN401
        headers: Any = None,  # noqa: ANN401
    ) -> Response:
        """One call, tried again while that helps. Raises CannotRun, and MayBeWritten for a write without an answer."""
        reads = _reads(method, endpoint)
        until, tries = self._clock() + self._deadline, 0
        while True:
            self._wait_for_quota(reads, until)
            response, failed = self._once(method, endpoint, params, data, json, files, headers)
            if response is not None and response.ok:
                return response
            status = None if response is None else response.status_code
            if response is not None and status not in _AGAIN:
                raise refused(response, self.account)
            if not reads and status != _NOT_DONE and not isinstance(failed, (RefreshError, TransportError)):
                raise MayBeWritten(no_answer(status, failed).what, where="Google Sheets")
            pause = self._next_pause(response, tries)
            if self._clock() + pause > until:
                raise no_answer(status, failed)
            self._pause(pause)
            tries += 1

    def told(self, method: str, endpoint: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as `request`
        """The same, as what the answer says. Raises CannotRun for an answer of somebody else's, as `request` does."""
        answer = self.request(method, endpoint, **more)
        try:
            found: dict[str, Any] = answer.json()
        except ValueError:
            kind = CannotRun if _reads(method, endpoint) else MayBeWritten
            raise kind(
                "the answer is not Google's", where="Google Sheets",
                todo="see whether this network asks for a sign-in of its own, then try again",
            ) from None  # fmt: skip
        return found

    def _once(self, method: str, endpoint: str, *rest: Any) -> tuple[Response | None, Exception | None]:  # noqa: ANN401
        params, data, json, files, headers = rest
        try:
            return self.session.request(
                method, endpoint, params=params, data=data, json=json, files=files, headers=headers,
                timeout=self.timeout,
            ), None  # fmt: skip
        except RefreshError as failed:
            if not getattr(failed, "retryable", False):
                raise refused(failed, self.account) from failed
            return None, failed
        except (Broken, ChunkedEncodingError, Timeout, TransportError) as failed:
            return None, failed

    def _next_pause(self, response: Response | None, tries: int) -> float:
        """What Google asks for, else a pause by chance that may be twice as long each time."""
        asked = "" if response is None else response.headers.get("Retry-After", "")
        if asked.isdigit():
            return float(asked)
        return random.uniform(0.5, min(_LONGEST_PAUSE, 2.0 ** (tries + 1)))

    def _wait_for_quota(self, reads: bool, until: float) -> None:
        """Waits where a minute's calls are used up. Raises CannotRun where that would take too long."""
        made = self._made[reads]
        while made and made[0] <= self._clock() - _MINUTE:
            made.popleft()
        if len(made) >= QUOTA:
            pause = made[0] + _MINUTE - self._clock()
            if self._clock() + pause > until:
                raise no_answer(_NOT_DONE, None)
            self._pause(pause)
            made.popleft()
        made.append(self._clock())


def _reads(method: str, endpoint: str) -> bool:
    return method.lower() == "get" or endpoint.endswith(_READS)
