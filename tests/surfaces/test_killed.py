"""A writer that is killed, or whose disk is full, at any instant: the workbook is the old one or the new one, whole."""

from __future__ import annotations

import os
import pickle
import random
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from connectors.errors import CannotRun
from sheets.surfaces.backups import BACKUPS, backups_of
from sheets.surfaces.visible import frame_of_table
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.surfaces.xlsx_read import read_tables
from sheets.tabs import formulas
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs fork, SIGKILL and limits on files, which POSIX has")

KILLS = 200

# Imports all once, then forks a writer for each line that it reads, and tells its number and how it ended. A step is
# what Python does to a file; "kill 3" ends the writer before its third step, "fail 3" says at that step that the disk
# is full. Exit codes: 0 written, 2 refused in one line, 3 written and there was no such step, 4 the workbook itself was
# opened to be written in: a kill between opening and writing would leave it broken.
_WRITER = """
import os, pickle, signal, sys
from itertools import cycle
from pathlib import Path
from connectors.errors import CannotRun
from sheets.surfaces.xlsx_file import XlsxFile

layouts = pickle.loads(Path(sys.argv[1]).read_bytes())
path = Path(sys.argv[2])
for layout in layouts:
    XlsxFile(path).write(layout)

def at_step(number, failing):
    passed = 0
    def step(event, given):
        nonlocal passed
        if not (event == "open" or event.startswith(("os.", "shutil."))):
            return
        if event == "open" and takes_room(event, given) and str(given[0]) == str(path):
            os._exit(4)
        if failing and not takes_room(event, given):
            return
        passed += 1
        if passed == number:
            if failing:
                raise OSError(28, "No space left on device")
            os.kill(os.getpid(), signal.SIGKILL)
    sync = os.fsync
    def fsync(handle):
        sys.audit("os.fsync", handle)
        sync(handle)
    os.fsync = fsync
    sys.addaudithook(step)
    return lambda: passed

def takes_room(event, given):
    if event == "open":
        return bool(given[2] & (os.O_WRONLY | os.O_RDWR))
    return event in {"os.rename", "os.mkdir", "os.fsync", "os.utime", "os.chmod", "shutil.copyfile"}

def write(how, number, which):
    if how == "on":
        for layout in cycle(layouts):
            XlsxFile(path).write(layout)
    passed = at_step(number, how == "fail")
    try:
        XlsxFile(path).write(layouts[which])
    except CannotRun as refusal:
        assert "\\n" not in refusal.line
        os._exit(2)
    os._exit(0 if passed() >= number else 3)

print("ready", flush=True)
for line in sys.stdin:
    how, number, which = line.split()
    child = os.fork()
    if child == 0:
        try:
            write(how, int(number), int(which))
        finally:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def _table(name: str, policy: str, shift: float, rows: int = 40) -> Table:
    numbers = {header: [shift + at + row / 8 for row in range(rows)] for at, header in enumerate("ABCDEF")}
    total = [one + other for one, other in zip(numbers["A"], numbers["B"], strict=True)]
    this = formulas.this
    return Table(
        name,
        (
            Column("SKU", [f"sku-{row}" for row in range(rows)]),
            *(Column(header, values, "number") for header, values in numbers.items()),
            Column("Both", total, "number", formula=f"={this(name, 'A')}+{this(name, 'B')}"),
            Column("Word", ["HOLD" if shift else "GO"] * rows, words=("HOLD", "GO")),
        ),
        ("SKU",),
        policy,
    )


def _layout(shift: float) -> Layout:
    """A workbook of three tabs in which every number is moved by `shift`."""
    tabs = [
        Tab(name, (Block(0, 0, Text(shift, "figure", "number")), Block(2, 1, _table(name, policy, shift))))
        for name, policy in [("Kept", "kept"), ("Anew", "laid anew"), ("Key", "by key")]
    ]
    return Layout(tuple(tabs))


LAYOUTS = (_layout(0.0), _layout(1000.5))


class Writer:
    """The program that forks writers of one workbook, and how each of them ended."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "master.xlsx"
        XlsxFile(self.path).write(LAYOUTS[0])
        book = openpyxl.load_workbook(self.path)
        book.create_sheet("Mine")["A1"] = "typed by a buyer"
        book.save(self.path)
        self._mine = self._buyers_tab()
        assert b"typed by a buyer" in self._mine
        layouts = folder.parent / "layouts"
        layouts.write_bytes(pickle.dumps(LAYOUTS))
        self._program = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(layouts), str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._program.stdout is not None
        return self._program.stdout.readline().strip()

    def start(self, how: str, number: int = 0, which: int = 0) -> int:
        """Starts a writer; its number."""
        assert self._program.stdin is not None
        self._program.stdin.write(f"{how} {number} {which}\n")
        self._program.stdin.flush()
        return int(self._line())

    def ended(self) -> int:
        """Waits for the writer; its exit code, or the signal that ended it, as a negative number."""
        return int(self._line())

    def close(self) -> None:
        self._program.kill()
        self._program.communicate()

    def _buyers_tab(self) -> bytes:
        with zipfile.ZipFile(self.path) as archive:
            assert archive.testzip() is None
            return archive.read("xl/worksheets/sheet4.xml")

    def shown(self) -> int:
        """Which of the two layouts the workbook shows: all of it, in every table, beside the buyer's tab."""
        assert self._buyers_tab() == self._mine
        tables = XlsxFile(self.path).read(even_if_open=True).tables
        assert set(tables) == {"Kept", "Anew", "Key"}
        shown = {
            name: [which for which in (0, 1) if frame.equals(FRAMES[which][name])] for name, frame in tables.items()
        }
        assert list(shown.values()) in ([[0]] * 3, [[1]] * 3), f"a mixed workbook: {shown}"
        return shown["Kept"][0]

    def parts(self) -> list[str]:
        """What killed writers left half made."""
        return [path.name for path in self.path.parent.iterdir() if path.name not in {"master.xlsx", "backups"}]


FRAMES: list[dict[str, pd.DataFrame]] = [
    {table.name: frame_of_table(table) for tab in layout.tabs for table in tab.tables} for layout in LAYOUTS
]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """A workbook that a buyer works in, and a program that writes it again and again."""
    folder = tmp_path / "brand"
    folder.mkdir()
    program = Writer(folder)
    yield program
    program.close()


def test_the_layouts_have_no_number_in_common():
    """Of any cell that holds a number it can be told which of the two layouts it comes from."""
    for name, frame in FRAMES[0].items():
        other = FRAMES[1][name]
        numbers = [header for header in frame.columns if header not in {"SKU", "Word"}]
        assert len(numbers) == 7
        assert not (frame[numbers] == other[numbers]).to_numpy().any()


def test_a_writer_killed_at_any_instant_leaves_a_whole_workbook(writer: Writer):
    """Killed 200 times at random instants, a writer never leaves a broken workbook nor one of two refreshes mixed; what
    it left half made disturbs no later refresh and does not pile up."""
    random_instants = random.Random(20261005)
    halved, shown = 0, set()
    for kill in range(KILLS):
        program = writer.start("on")
        time.sleep(random_instants.uniform(0.0, 0.08))
        os.kill(program, signal.SIGKILL)
        assert writer.ended() == -signal.SIGKILL
        shown.add(writer.shown())
        left = writer.parts()
        halved += f".master-{program}.part" in left
        if kill % 10 == 9:
            which = 1 - writer.shown()
            XlsxFile(writer.path).write(LAYOUTS[which])
            assert writer.shown() == which
            assert writer.parts() == []
    for backup in backups_of(writer.path):
        read_tables(backup)
    # The kills did hit writers in the middle of a workbook, and both of the workbooks were met.
    assert halved > 0
    assert shown == {0, 1}


def test_a_writer_killed_at_any_step_leaves_a_whole_workbook(writer: Writer):
    """Killed before each single thing it does to a file, in their order, a writer leaves the old workbook until the one
    step that puts the new one there, and after it the new one. It never opens the workbook itself to write in it."""
    XlsxFile(writer.path).write(LAYOUTS[0])
    seen: list[int] = []
    step, ended = 0, 0
    while ended != 3:
        step += 1
        writer.start("kill", step, 1)
        ended = writer.ended()
        assert ended in {-signal.SIGKILL, 3}
        seen.append(writer.shown())
        if seen[-1] == 1:
            XlsxFile(writer.path).write(LAYOUTS[0])
    replaced_at = seen.index(1)
    assert replaced_at > 5
    assert seen == [0] * replaced_at + [1] * (step - replaced_at)
    assert writer.parts() == []


def test_a_disk_that_fills_at_any_step_leaves_the_old_workbook(writer: Writer):
    """Whichever step finds the disk full, the refresh is refused in one line, the workbook is as it was to the byte and
    nothing half made lies beside it; or the new workbook stood there already."""
    XlsxFile(writer.path).write(LAYOUTS[0])
    refused = 0
    step, ended = 0, 0
    while ended != 3:
        step += 1
        before = writer.path.read_bytes()
        writer.start("fail", step, 1)
        ended = writer.ended()
        assert ended in {0, 2, 3}
        if ended == 2:
            refused += 1
            assert writer.path.read_bytes() == before
        else:
            assert writer.shown() == 1
            XlsxFile(writer.path).write(LAYOUTS[0])
        assert writer.parts() == []
    assert refused > 5


# Python takes no notice of the signal: a file that grows beyond the limit is an error of writing, as on a full disk.
# "killed" lets the signal end the program, in the middle of a write.
_LIMITED = """
import pickle, resource, signal, sys
from pathlib import Path
from connectors.errors import CannotRun
from sheets.surfaces.xlsx_file import XlsxFile
layout = pickle.loads(Path(sys.argv[1]).read_bytes())
if sys.argv[4] == "killed":
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    XlsxFile(Path(sys.argv[2])).write(layout)
except CannotRun as refusal:
    print(refusal.line)
"""


def _limited(path: Path, layout: Layout, most: int, *, how: str = "refused") -> str:
    pickled = path.parent.parent / "layout"
    pickled.write_bytes(pickle.dumps(layout))
    command = [sys.executable, "-c", _LIMITED, str(pickled), str(path), str(most), how]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == (-signal.SIGXFSZ if how == "killed" else 0), done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("of", [0.0, 0.1, 0.5, 0.95])
def test_a_workbook_that_finds_no_room_is_not_written(tmp_path: Path, of: float):
    """Where the new workbook fits in part, or not at all, one line says so; the old one is as it was to the byte and
    nothing half made lies beside it."""
    path = tmp_path / "brand" / "master.xlsx"
    path.parent.mkdir()
    XlsxFile(path).write(LAYOUTS[0])
    before = path.read_bytes()
    line = _limited(path, LAYOUTS[1], int(len(before) * of))
    assert line.startswith("master.xlsx: cannot be written (")
    assert line.endswith("See that there is room on the disk and that you may write in its folder; nothing was changed")
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir() if one.name != "backups"] == ["master.xlsx"]


@pytest.mark.parametrize("how", ["refused", "killed"])
def test_half_a_backup_is_no_backup(tmp_path: Path, how: str):
    """A backup that finds no room, or whose writer is killed in the middle of it, is not among the backups, which a
    restore would take it from; the next refresh makes a whole one and removes what was left of it."""
    path = tmp_path / "brand" / "master.xlsx"
    path.parent.mkdir()
    XlsxFile(path).write(LAYOUTS[0])
    packed = path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    before = path.read_bytes()
    # The new workbook is packed and fits, the old one is not and does not.
    _limited(path, LAYOUTS[1], (packed + len(before)) // 2, how=how)
    assert path.read_bytes() == before
    assert backups_of(path) == []
    assert (path.parent / BACKUPS).is_dir()
    XlsxFile(path).write(LAYOUTS[1])
    (backup,) = (path.parent / BACKUPS).iterdir()
    assert backup.read_bytes() == before


def test_a_first_workbook_that_finds_no_room_is_not_begun(tmp_path: Path):
    """Where the first workbook does not fit there is none, and nothing half made."""
    path = tmp_path / "brand" / "master.xlsx"
    path.parent.mkdir()
    assert "cannot be written (" in _limited(path, LAYOUTS[0], 4000)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("call", [1, 2])
def test_a_disk_that_does_not_take_it_leaves_the_old_workbook(tmp_path: Path, monkeypatch, call: int):
    """A disk that cannot say that it has the backup, or the new workbook, stops the refresh before the old one goes."""
    path = tmp_path / "master.xlsx"
    XlsxFile(path).write(LAYOUTS[0])
    before = path.read_bytes()
    calls = []

    def fsync(handle: int) -> None:
        calls.append(handle)
        if len(calls) == call:
            assert not stat.S_ISDIR(os.fstat(handle).st_mode)
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(CannotRun, match=r"cannot be written \(.*Input/output error"):
        XlsxFile(path).write(LAYOUTS[1])
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if one.name != "backups"] == ["master.xlsx"]


def test_a_folder_that_cannot_be_waited_for_stops_nothing(tmp_path: Path, monkeypatch):
    """A folder that cannot be waited for makes no failure of a refresh whose workbook stands in its place."""
    path = tmp_path / "master.xlsx"
    XlsxFile(path).write(LAYOUTS[0])
    asked = []

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            asked.append(handle)
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "fsync", fsync)
    XlsxFile(path).write(LAYOUTS[1])
    assert asked
    shown = XlsxFile(path).read()
    assert shown.tables["Kept"].equals(FRAMES[1]["Kept"])
