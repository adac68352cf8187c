"""Histories to test on: SQLite in a fresh folder, and a PostgreSQL of the tests' own on a free port of 127.0.0.1."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from connectors.frames import Batch
from sheets.history.opened import open_history
from sheets.history.store import History, Recorded

UTC = ZoneInfo("UTC")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL cluster made for this run; skips where PostgreSQL is not installed, but not in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and .ci/run installs it")
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="mastersheet-pg-"))
    # PostgreSQL does not run as root.
    other: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        other = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    subprocess.run(
        [*other, initdb, "-D", str(data), "-U", "tests", "--auth=trust", "--no-sync", "-E", "UTF8"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    control = [*other, str(Path(initdb).resolve().parent / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run(
        [*control, "-l", str(folder / "log"), "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder
    )
    try:
        yield f"postgresql://tests@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd=folder)
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address of each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'history.sqlite'}"
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture
def history(url: str, request: pytest.FixtureRequest) -> History:
    """An empty history of a brand that no other test has."""
    return open_history(url, request.node.name)


@pytest.fixture
def record() -> Callable[..., int]:
    """record(history, number, batch, **of): stores a refresh."""

    def make(history: History, number: int, batch: Batch, *, as_of: str = "2026-10-05", **of: Any) -> int:
        moment = pd.Timestamp(as_of, tz="UTC")
        return history.record(
            Recorded(
                number=number, at=of.get("at", moment), who="", as_of=moment, first=moment - pd.Timedelta(days=60),
                batch=batch, tables=of.get("tables", {}), zone=UTC,
            )
        )  # fmt: skip

    return make
