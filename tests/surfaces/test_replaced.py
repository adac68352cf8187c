"""One file in another's place. Windows is played by a stand-in that does what Microsoft's documentation says of
ReplaceFileW; nothing here ran on Windows."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import CannotRun, WorkbookOpen
from sheets.surfaces import replaced as module
from sheets.surfaces.replaced import fresh_beside, put_back, replaced, sweep
from sheets.surfaces.xlsx_file import XlsxFile

as_root = pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root may give files away")

OPEN = "master.xlsx: is open in another program. Close it and try again"


class Windows:
    """kernel32 with ReplaceFileW: what goes wrong is told by number, each with the files as documented.

    A file's rights stand for all that ReplaceFileW keeps of the old file.
    """

    def __init__(self) -> None:
        self.ReplaceFileW = _Function(self._replace)
        self.wrong: list[int] = []
        self.calls: list[tuple[str, str, str]] = []
        self.last = 0
        self.killed = False

    def _replace(self, path: str, fresh: str, kept: str, flags: int, exclude: None, reserved: None) -> int:
        old, new, backup = Path(path), Path(fresh), Path(kept)
        assert (flags, exclude, reserved) == (6, None, None)
        assert old.parent == new.parent == backup.parent
        assert len({old, new, backup}) == 3
        assert old.exists()
        assert new.exists()
        self.calls.append((old.name, new.name, backup.name))
        self.last = self.wrong.pop(0) if self.wrong else 0
        if self.last in {0, 1177}:
            new.chmod(old.stat().st_mode)
            old.rename(backup)
        if self.killed:
            raise SystemExit(9)
        if self.last == 0:
            new.rename(old)
        return int(self.last == 0)


class _Function:
    """A function of a library, which is told what it takes and gives."""

    def __init__(self, does) -> None:
        self._does = does
        self.argtypes: list[object] = []
        self.restype: object = None

    def __call__(self, *given: object) -> int:
        text, pointer = ctypes.c_wchar_p, ctypes.c_void_p
        assert self.argtypes == [text, text, text, ctypes.c_uint32, pointer, pointer]
        assert self.restype is ctypes.c_int
        return self._does(*given)


@pytest.fixture
def windows(monkeypatch) -> Windows:
    """Replacing as on Windows, without waiting between the tries."""
    kernel = Windows()

    def library(name: str, *, use_last_error: bool) -> Windows:
        assert (name, use_last_error) == ("kernel32", True)
        return kernel

    monkeypatch.setattr(ctypes, "WinDLL", library, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: kernel.last, raising=False)
    monkeypatch.setattr(module, "WINDOWS", True)
    monkeypatch.setattr(module, "PAUSES", (0.0, 0.0))
    return kernel


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = tmp_path / "master.xlsx"
    path.write_text("old")
    path.chmod(0o640)
    return path


@pytest.fixture
def fresh(master: Path) -> Path:
    path = fresh_beside(master)
    path.write_text("new")
    path.chmod(0o600)
    return path


def _there(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_windows_keeps_what_the_old_file_had(windows, master, fresh, tmp_path: Path):
    """On Windows the new file takes over the old one's rights, and the old one is not left under another name."""
    replaced(fresh, master)
    assert _there(tmp_path) == {"master.xlsx": "new"}
    assert _mode(master) == 0o640
    assert windows.calls == [("master.xlsx", fresh.name, f".master-{os.getpid()}.old")]


@pytest.mark.parametrize("number", [32, 33, 1175, 1176, 1177])
def test_windows_says_that_a_file_is_held(windows, master, fresh, tmp_path: Path, number):
    """A file that stays held is open in another program; both files are as they were, under their own names."""
    windows.wrong = [number] * 9
    with pytest.raises(WorkbookOpen) as refusal:
        replaced(fresh, master)
    assert refusal.value.line == OPEN
    assert _there(tmp_path) == {"master.xlsx": "old", fresh.name: "new"}
    assert len(windows.calls) == 3


@pytest.mark.parametrize("number", [32, 33, 1175, 1176, 1177, 5])
def test_windows_is_asked_again(windows, master, fresh, tmp_path: Path, number):
    """A file that a scanner holds for a moment is replaced when it lets go."""
    windows.wrong = [number] * 2
    replaced(fresh, master)
    assert _there(tmp_path) == {"master.xlsx": "new"}
    assert _mode(master) == 0o640


@pytest.mark.parametrize(("number", "tries", "said"), [(112, 1, "error 112"), (5, 3, "error 5, access denied")])
def test_what_else_windows_says_is_no_open_file(windows, master, fresh, tmp_path: Path, number, tries, said):
    """A full disk or a missing right is not called an open workbook, and is not tried in vain."""
    windows.wrong = [number] * 9
    with pytest.raises(OSError, match=f"^Windows {said}$"):
        replaced(fresh, master)
    assert _there(tmp_path) == {"master.xlsx": "old", fresh.name: "new"}
    assert len(windows.calls) == tries


@pytest.mark.parametrize("number", [1, 50, 120])
def test_a_drive_that_cannot_replace_renames(windows, master, fresh, tmp_path: Path, number):
    """On a drive that does not know the function a rename does it, in one step as well."""
    windows.wrong = [number]
    replaced(fresh, master)
    assert _there(tmp_path) == {"master.xlsx": "new"}


def test_windows_renames_where_nothing_stands(windows, master, fresh, tmp_path: Path):
    """The first workbook takes nothing's place."""
    master.unlink()
    replaced(fresh, master)
    assert _there(tmp_path) == {"master.xlsx": "new"}
    assert windows.calls == []


def test_windows_may_hold_a_new_file_too(windows, master, fresh, tmp_path: Path, monkeypatch):
    """A new file that stays held is said to be so."""
    master.unlink()

    def held(*_: object) -> None:
        raise PermissionError(13, "held")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(WorkbookOpen):
        replaced(fresh, master)
    assert _there(tmp_path) == {fresh.name: "new"}


def test_a_name_that_was_lost_is_given_back(windows, master, fresh, tmp_path: Path):
    """A program killed between the two steps of Windows leaves the old file under another name: it gets its own back,
    and what was half made goes with the next replacement."""
    windows.killed = True
    with pytest.raises(SystemExit):
        replaced(fresh, master)
    assert not master.exists()
    put_back(master)
    assert _there(tmp_path) == {"master.xlsx": "old", fresh.name: "new"}
    put_back(master)
    windows.killed = False
    replaced(fresh, master)
    assert _there(tmp_path) == {"master.xlsx": "new"}


def test_the_newest_is_given_back(master, tmp_path: Path):
    """Of two that were left the newest gets the name; where nothing was left, or no folder is, nothing happens."""
    put_back(tmp_path / "no folder" / "master.xlsx")
    master.unlink()
    put_back(master)
    assert _there(tmp_path) == {}
    for number, text, when in [(1, "older", 10), (2, "newest", 30), (3, "old", 20)]:
        left = tmp_path / f".master-{number}.old"
        left.write_text(text)
        os.utime(left, (when, when))
    put_back(master)
    assert master.read_text() == "newest"


def test_a_name_that_cannot_be_given_back_stops(windows, master, fresh, tmp_path: Path, monkeypatch):
    """As long as the workbook has another name nothing takes it for missing: one line says which, and what to do."""
    windows.killed = True
    with pytest.raises(SystemExit):
        replaced(fresh, master)

    def held(*_: object) -> None:
        raise PermissionError("held")

    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(CannotRun) as refusal:
        put_back(master)
    name = f".master-{os.getpid()}.old"
    assert refusal.value.line == (
        f"master.xlsx: has the name {name} since a refresh was cut off, and cannot be given its own back (held). Close "
        "what holds it, rename it to master.xlsx, then try again"
    )
    assert _there(tmp_path) == {name: "old", fresh.name: "new"}


def test_a_workbook_is_written_on_windows(windows, brand, positions, tmp_path: Path):
    """A refresh goes through the replacement of Windows as it does elsewhere: rights kept, nothing left beside it."""
    file = XlsxFile(tmp_path / "master.xlsx")
    file.write(brand())
    file.path.chmod(0o640)
    other = [replace(one, values=[5.0] * 9) if one.header == "Units" else one for one in positions.columns]
    file.write(brand(replace(positions, columns=tuple(other))))
    assert file.read().tables["Positions"]["Units"].tolist() == [5] * 9
    assert len(windows.calls) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backups", "master.xlsx"]
    assert _mode(file.path) == 0o640


@pytest.fixture
def ended() -> int:
    """The number of a program that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as program:
        program.wait()
    return program.pid


def _left(folder: Path, name: str, *, age: float = 0.0) -> str:
    path = folder / name
    path.write_text("half")
    when = path.stat().st_mtime - age
    os.utime(path, (when, when))
    return name


@pytest.mark.skipif(os.name != "posix", reason="whether another program runs is not asked on Windows")
def test_what_ended_programs_left_is_removed(master, fresh, ended, tmp_path: Path):
    """A replacement removes what ended programs left half made of this workbook, and nothing else."""
    for name in (f".master-{ended}.part", f".master-{ended}.old", ".master-9999999999.part"):
        _left(tmp_path, name)
    stay = {
        _left(tmp_path, name)
        for name in (
            f".master-{os.getppid()}.part",
            ".master-1.part",
            f".other-{ended}.part",
            f".master-2-{ended}.part",
            f"master-{ended}.part",
            f".master-{ended}.xlsx",
            ".master-notes.part",
        )
    }
    replaced(fresh, master)
    assert set(_there(tmp_path)) == {"master.xlsx", *stay}


def test_what_is_old_is_removed(master, fresh, tmp_path: Path):
    """What is hours old is nobody's, even if a program has its number now."""
    _left(tmp_path, f".master-{os.getppid()}.part", age=7200)
    sweep(master)
    assert set(_there(tmp_path)) == {"master.xlsx", fresh.name}


def test_windows_is_not_asked_who_runs(windows, master, ended, tmp_path: Path, monkeypatch):
    """On Windows the question whether a program runs would end it: what is new stays, what is hours old goes."""
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("killed"))
    new = _left(tmp_path, f".master-{ended}.part")
    _left(tmp_path, ".master-7.part", age=7200)
    sweep(master)
    assert set(_there(tmp_path)) == {"master.xlsx", new}


def test_the_only_copy_is_not_removed(master, tmp_path: Path):
    """While there is no workbook, the one that lost its name is not swept away, however old; half of a new one is."""
    _left(tmp_path, ".master-1.old", age=7200)
    _left(tmp_path, ".master-1.part", age=7200)
    master.unlink()
    sweep(master)
    assert set(_there(tmp_path)) == {".master-1.old"}


def test_what_cannot_be_removed_is_left(master, fresh, ended, tmp_path: Path, monkeypatch):
    """Something that cannot be swept away does not make a refresh fail that has succeeded."""
    _left(tmp_path, f".master-{ended}.part", age=7200)

    def held(*_: object, **__: object) -> None:
        raise PermissionError("held")

    monkeypatch.setattr(Path, "unlink", held)
    replaced(fresh, master)
    assert master.read_text() == "new"


@as_root
def test_the_new_file_has_the_old_ones_owner(master, fresh):
    """A refresh by root leaves the workbook with those to whom it belongs."""
    os.chown(master, 65534, 12345)
    replaced(fresh, master)
    assert (master.stat().st_uid, master.stat().st_gid) == (65534, 12345)
    assert master.read_text() == "new"


@as_root
def test_the_group_alone_is_kept(master, fresh, monkeypatch):
    """Who may not give a file away still leaves it with the group that works in it."""
    chown = os.chown

    def only_the_group(path: Path, owner: int, group: int) -> None:
        if owner != -1:
            raise PermissionError(1, "Operation not permitted")
        chown(path, owner, group)

    os.chown(master, 65534, 12345)
    monkeypatch.setattr(os, "chown", only_the_group)
    replaced(fresh, master)
    assert (master.stat().st_uid, master.stat().st_gid) == (0, 12345)


@as_root
def test_an_owner_that_cannot_be_kept_stops_nothing(master, fresh, monkeypatch):
    """Where neither can be kept the file is replaced all the same."""

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    os.chown(master, 65534, 12345)
    monkeypatch.setattr(os, "chown", refused)
    replaced(fresh, master)
    assert master.read_text() == "new"
