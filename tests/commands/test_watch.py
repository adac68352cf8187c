"""`mastersheet watch`: a refresh when a file has landed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from typer.testing import CliRunner

from addin.cli import app
from addin.watching import watched

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def watching(exports: Path, refresh=lambda files: None) -> Iterator[tuple[SimpleQueue, SimpleQueue]]:
    """A folder watched by a thread; gives what landed, and what failed."""
    seen, failed, stop = SimpleQueue(), SimpleQueue(), Event()

    def landed(files: list[Path]) -> None:
        seen.put(files)
        refresh(files)

    thread = Thread(target=watched, args=(exports, landed, failed.put), kwargs={"stop": stop, "still": 0.3})
    thread.start()
    try:
        _until_it_looks(exports, seen)
        yield seen, failed
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def _until_it_looks(exports: Path, seen: SimpleQueue) -> None:
    """The thread needs a moment before the system tells it of files: one is laid again and again until it is told."""
    until = monotonic() + 30
    while monotonic() < until:
        (exports / "first.csv").write_text(f"{monotonic()}", encoding="utf-8")
        try:
            seen.get(timeout=1)
        except Empty:
            continue
        while True:
            try:
                seen.get(timeout=1.5)
            except Empty:
                return
    raise AssertionError("nothing was seen")


def test_a_file_that_lands_is_told_once_it_is_whole(tmp_path):
    """One that grows is waited for; files of programs' own are no exports."""
    with watching(tmp_path) as (seen, _):
        with (tmp_path / "counts.csv").open("w", encoding="utf-8") as file:
            for line in range(8):
                file.write(f"line {line}\n")
                file.flush()
                sleep(0.1)
        (tmp_path / ".counts.csv.swp").write_text("x", encoding="utf-8")
        (tmp_path / "~$stock.xlsx").write_text("x", encoding="utf-8")
        (tmp_path / "big.csv.crdownload").write_text("x", encoding="utf-8")
        assert [one.name for one in seen.get(timeout=10)] == ["counts.csv"]
        with pytest.raises(Empty):
            seen.get(timeout=2)


def test_a_refresh_that_fails_is_said_and_the_next_file_is_waited_for(tmp_path):
    """What goes wrong once ends nothing."""

    def refresh(files: list[Path]) -> None:
        if files[0].name == "bad.csv":
            raise OSError("disk full")

    with watching(tmp_path, refresh) as (seen, failed):
        (tmp_path / "bad.csv").write_text("x", encoding="utf-8")
        assert [one.name for one in seen.get(timeout=10)] == ["bad.csv"]
        assert str(failed.get(timeout=10)) == "disk full"
        (tmp_path / "good.csv").write_text("x", encoding="utf-8")
        assert [one.name for one in seen.get(timeout=10)] == ["good.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for one program alone in Windows")
def test_the_command_refreshes_and_ends_with_ctrl_c(tmp_path):
    """The demo is refreshed when a file lands, by itself; Ctrl+C ends it without a word of error."""
    folder = tmp_path / "demo"
    assert CliRunner().invoke(app, ["demo", str(folder)]).exit_code == 0
    newest = sorted((folder / "exports" / "flieber").glob("*.csv"))[-1]
    watch = subprocess.Popen(
        [sys.executable, "-m", "addin.cli", "watch", str(folder)], text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        # Who runs tests in the background of a shell hands on that Ctrl+C is not heard.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    try:
        said: SimpleQueue[str] = SimpleQueue()
        Thread(target=lambda: [said.put(line) for line in watch.stdout], daemon=True).start()
        until, line = monotonic() + 60, ""
        while not line and monotonic() < until:
            shutil.copyfile(newest, newest.with_name("again.csv"))
            try:
                line = said.get(timeout=8)
            except Empty:
                continue
        assert line.startswith("Refresh 2: ")
        assert "11 flags on the daily check" in line
    finally:
        watch.send_signal(signal.SIGINT)
        try:
            _, errors = watch.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            watch.kill()
            raise
    assert watch.returncode == 0
    assert "Traceback" not in errors
    assert "Landed: flieber/again.csv" in errors
