"""Small brands, and servers on this machine that take what is sent."""

from __future__ import annotations

import json
import socketserver
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from addin.cli import app
from tests.commands.conftest import made, three_systems  # noqa: F401 - fixtures
from tests.google.conftest import google, internet, shared  # noqa: F401 - fixtures
from tests.nightly.brands import Small, new_small


@pytest.fixture
def small(tmp_path: Path) -> Callable[[str], Small]:
    """small("acme"): a new brand of that name."""
    return lambda name: new_small(tmp_path, name)


@pytest.fixture
def nightly(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """nightly(folder, ..., "--minutes", 1): the command, whose brands run in programs of their own."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return lambda *words: CliRunner().invoke(app, ["nightly", *map(str, words)])


@dataclass
class Web:
    """A web server. code: what it answers; got: the bodies that were posted, as JSON."""

    port: int = 0
    code: int = 200
    got: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server on this machine."""
    taken = Web()

    class Posted(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(taken.code)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Posted) as server:
        taken.port = server.server_port
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield taken
        server.shutdown()


@dataclass
class Mail:
    """A mail server, and the mails that it took."""

    port: int = 0
    got: list[Message] = field(default_factory=list)


@pytest.fixture
def mail() -> Iterator[Mail]:
    """A mail server on this machine that lets everybody in."""
    taken = Mail()

    class Said(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline().decode().strip():
                word = line.split()[0].upper()
                if word == "EHLO":
                    self._say("250-here")
                    self._say("250 AUTH PLAIN")
                elif word == "AUTH":
                    self._say("235 in")
                elif word == "DATA":
                    self._say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    taken.got.append(message_from_bytes(b"".join(one.removeprefix(b".") for one in lines)))
                    self._say("250 taken")
                elif word == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 well")

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with socketserver.TCPServer(("127.0.0.1", 0), Said) as server:
        taken.port = server.server_address[1]
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield taken
        server.shutdown()


@pytest.fixture
def run_program(monkeypatch: pytest.MonkeyPatch) -> Callable[..., subprocess.CompletedProcess[str]]:
    """run_program("nightly", folder): the command as a program of its own."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return lambda *words: subprocess.run(
        [sys.executable, "-m", "addin.cli", *map(str, words)], capture_output=True, encoding="utf-8", check=False
    )
