"""All that a program here can reach: Google's spreadsheets and Google's sign-in, both stand-ins; and loopback.

It stands below requests, so that gspread and google-auth run as they are. The sign-in follows RFC 7523 (a service
account) and RFC 6749 (a refresh token), as https://developers.google.com/identity/protocols/oauth2/service-account
describes them.
"""

from __future__ import annotations

import base64
import json
import urllib.parse
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from requests.adapters import HTTPAdapter

from tests.google.emulator import ADDRESS, Emulator, answered

TOKENS = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/spreadsheets"
ACCOUNT = "mastersheet@acme-nights.iam.gserviceaccount.com"
# What must be in no log, no message and no file of ours.
CODE = "4/the-code-that-the-browser-brings"
SECRET_TOKEN = "ya29.planted-access-token"
SECRET_REFRESH = "1//planted-refresh-token"


class Internet:
    """tokens: what the sign-in answers, in turn; without one it gives a token to whoever signs rightly.

    ended: methods at whose next call the token has ended.
    """

    def __init__(self, google: Emulator) -> None:
        self.google, self.signed = google, 0
        self.tokens: list[tuple[int, Any]] = []
        self.ended: list[str] = []
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def installed(self, patch: pytest.MonkeyPatch) -> Internet:
        real = HTTPAdapter.send

        def send(adapter: HTTPAdapter, request: Any, **more: Any) -> requests.Response:
            host = urllib.parse.urlsplit(request.url).hostname
            if request.url.startswith(ADDRESS):
                path = urllib.parse.urlsplit(request.url).path
                called = path.rpartition(":")[2] if ":" in path else "get"
                if called in self.ended:
                    self.ended.remove(called)
                    return answered(request, 401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
                if request.headers.get("Authorization") != f"Bearer {SECRET_TOKEN}":
                    return answered(request, 401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
                return self.google.send(request, **more)
            if request.url == TOKENS:
                return self._token(request)
            assert host in ("127.0.0.1", "localhost"), f"no test reaches {host}"
            return real(adapter, request, **more)

        patch.setattr(HTTPAdapter, "send", send)
        return self

    @property
    def private_key(self) -> str:
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def key_file(self, path: Path) -> Path:
        """The key of a service account, as Google Cloud gives it."""
        said = {"type": "service_account", "project_id": "acme-nights", "private_key_id": "1",
                "private_key": self.private_key, "client_email": ACCOUNT, "client_id": "1",
                "token_uri": TOKENS}  # fmt: skip
        path.write_text(json.dumps(said), encoding="utf-8")
        return path

    def client_file(self, path: Path) -> Path:
        """The file of an OAuth client of a desktop app, as Google Cloud gives it."""
        said = {"installed": {
            "client_id": "1.apps.googleusercontent.com", "client_secret": "planted-client-secret",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": TOKENS,
            "redirect_uris": ["http://localhost"],
        }}  # fmt: skip
        path.write_text(json.dumps(said), encoding="utf-8")
        return path

    def _token(self, request: Any) -> requests.Response:
        self.signed += 1
        if self.tokens:
            return answered(request, *self.tokens.pop(0))
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        said = {name: values[0] for name, values in urllib.parse.parse_qs(body).items()}
        if said["grant_type"] == "refresh_token":
            right = said["refresh_token"] == SECRET_REFRESH
        elif said["grant_type"] == "authorization_code":
            assert said["code_verifier"]
            right = said["code"] == CODE
            if right:
                return answered(request, 200, {
                    "access_token": SECRET_TOKEN, "refresh_token": SECRET_REFRESH, "expires_in": 3599,
                    "token_type": "Bearer", "scope": SCOPE,
                })  # fmt: skip
        else:
            assert said["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
            head, claims, signature = said["assertion"].split(".")
            self._key.public_key().verify(_bytes(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(),
                                          hashes.SHA256())  # fmt: skip
            told = json.loads(_bytes(claims))
            right = (told["iss"], told["scope"], told["aud"]) == (ACCOUNT, SCOPE, TOKENS)
        if not right:
            return answered(request, 400, {"error": "invalid_grant", "error_description": "Bad Request"})
        return answered(request, 200, {"access_token": SECRET_TOKEN, "expires_in": 3599, "token_type": "Bearer"})


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
