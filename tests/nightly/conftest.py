"""Small brands with a clock of their own, and servers on this machine that take what is sent."""

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

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from addin.cli import app
from addin.night import refresh_brand
from sheets.brand import open_brand
from sheets.demo import MARKER
from sheets.nights.outcome import Outcome, read_outcome
from sheets.nights.remembered import Remembered, night_folder, read_remembered

SETUP = {
    "locations.csv": "location,segment,kind\nFBA US,US,fba\n",
    "source_map.csv": "location,system,role,system_location,states,absent\n"
    "FBA US,Seller Central,authority,FBA US,on_hand,unknown\n"
    "FBA US,Flieber,secondary,Amazon US,on_hand,unknown\n"
    "FBA US,Skubana,secondary,FBA,on_hand,unknown\n",
    "skus.csv": "sku,title,unit_cost,revenue_30_d\nA_1*,Headlamp,10,900\n",
    "settings.csv": "setting,value\ntime zone,America/New_York\n",
}
PLACES = {"seller-central": "FBA US", "flieber": "Amazon US", "skubana": "FBA"}
# Days that no clock of a machine has passed: the demo's mark lets a folder's clock begin there.
DAY = "2099-01-05"


@dataclass
class Small:
    """A brand with one SKU at one location, of which three systems speak."""

    folder: Path

    def counts(self, system: str, units: int | None, day: str = DAY, *, file: str = "counts.csv") -> Small:
        """A system's count of a day, in place of the file that is there; None: a header alone."""
        path = self.folder / "exports" / system / file
        path.parent.mkdir(parents=True, exist_ok=True)
        row = "" if units is None else f"A_1*,{PLACES[system]},on_hand,{units},{day}\n"
        path.write_text(f"sku,location,state,units,as_of\n{row}", encoding="utf-8")
        return self

    def all(self, units: int, skubana: int, day: str = DAY, *, file: str = "counts.csv") -> Small:
        """The counts of all three; Flieber says what Seller Central says."""
        for system, said in (("seller-central", units), ("flieber", units), ("skubana", skubana)):
            self.counts(system, said, day, file=file)
        return self

    def to(self, *references: str) -> Small:
        """Who gets the digest."""
        with (self.folder / "mastersheet.toml").open("a", encoding="utf-8") as toml:
            toml.write(f"\n[digest]\nto = {json.dumps(list(references))}\n")
        return self

    def night(self, now: str) -> Outcome:
        """One refresh at night, in this program, at a time of UTC."""
        file = self.folder.parent / f"{self.folder.name}.outcome"
        refresh_brand(self.folder, file, now=pd.Timestamp(now, tz="UTC"))
        outcome = read_outcome(file)
        assert outcome is not None
        return outcome

    @property
    def place(self) -> Path:
        """Where its nights are remembered."""
        return night_folder(open_brand(self.folder))

    @property
    def remembered(self) -> Remembered:
        """What is remembered of its nights."""
        return read_remembered(self.place)[0]


@pytest.fixture
def small(tmp_path: Path) -> Callable[[str], Small]:
    """small("acme"): a new brand of that name."""

    def make(name: str) -> Small:
        setup = tmp_path / f"{name}-setup"
        setup.mkdir()
        for file, text in SETUP.items():
            (setup / file).write_text(text, encoding="utf-8")
        Small(setup).all(510, 487, "2026-01-05")
        done = CliRunner().invoke(app, ["new", str(tmp_path / name), "--from", str(setup)])
        assert done.exit_code == 0, done.output
        (tmp_path / name / MARKER).write_text(DAY, encoding="utf-8")
        return Small(tmp_path / name).all(510, 487)

    return make


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
