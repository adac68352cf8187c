"""Where history lies, and where it refuses to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors.errors import CannotRun, HistoryUnreadable
from sheets.brand import open_brand
from sheets.history import place
from sheets.history.place import history_file, history_of, new_id


@pytest.fixture
def brand(tmp_path):
    """brand(text): the brand whose mastersheet.toml says this."""

    def make(text: str = "", folder: str = "acme"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "mastersheet.toml").write_text(text)
        return open_brand(tmp_path / folder)

    return make


def test_it_lies_in_the_users_data_by_the_brands_id(brand, tmp_path, monkeypatch):
    """Wherever the folder lies, and whatever it is called."""
    monkeypatch.setenv("MASTERSHEET_DATA", str(tmp_path / "data"))
    assert history_file(brand('[brand]\nid = "acme-1"\n')) == tmp_path / "data/acme-1/history.sqlite"
    assert history_file(brand('[brand]\nid = "acme-1"\n', "moved")) == tmp_path / "data/acme-1/history.sqlite"
    assert history_file(brand(folder="one")) != history_file(brand(folder="two"))


def test_ids_of_new_brands_differ():
    """Two brands of one name have two histories."""
    assert new_id("Acme & Co.") != new_id("Acme & Co.")
    assert new_id("Acme & Co.").startswith("acme-co-")


def test_asking_makes_nothing(brand, tmp_path, monkeypatch):
    """A check leaves no file behind."""
    monkeypatch.setenv("MASTERSHEET_DATA", str(tmp_path / "data"))
    assert history_of(brand()) is None
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("folder", ["OneDrive - Acme", "Dropbox", "Google Drive", "Mobile Documents", "iCloudDrive"])
def test_a_synced_folder_is_refused_by_name(brand, tmp_path, monkeypatch, folder):
    """A database that is copied while it is written breaks; the line says where else."""
    monkeypatch.setenv("MASTERSHEET_DATA", str(tmp_path / folder / "data"))
    with pytest.raises(HistoryUnreadable, match=rf"lies in '{folder}'.*MASTERSHEET_DATA"):
        history_of(brand(), make=True)
    assert not (tmp_path / folder).exists()


def test_a_network_share_is_known_by_its_mount(tmp_path):
    """The longest mount point above the file decides."""
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/x /net/team\\040share nfs4 rw 0 0\n/dev/b /net/own ext4 rw 0 0\n"
    )
    assert place._on_network(Path("/net/team share/history.sqlite"), mounts)
    assert not place._on_network(Path("/net/own/history.sqlite"), mounts)
    assert place._on_network(Path("//server/share/history.sqlite"), mounts)


def test_a_copy_a_day_and_the_last_few_stay(brand, tmp_path, monkeypatch):
    """Before the day's first refresh the history is copied whole; a damaged one pushes out no copy."""
    monkeypatch.setenv("MASTERSHEET_DATA", str(tmp_path / "data"))
    acme = brand('[brand]\nid = "acme-1"\n')
    assert history_of(acme, make=True) is not None
    folder = history_file(acme).parent
    for day in range(1, 6):
        (folder / f"history-2026-01-0{day}.sqlite").write_bytes(b"old")
    assert history_of(acme, make=True) is not None
    copies = sorted(path.name for path in folder.glob("history-*.sqlite"))
    assert len(copies) == place.COPIES
    assert copies[:2] == ["history-2026-01-04.sqlite", "history-2026-01-05.sqlite"]
    assert (folder / copies[-1]).read_bytes()[:15] == b"SQLite format 3"
    (folder / copies[-1]).unlink()
    with history_file(acme).open("r+b") as file:
        file.seek(100)
        file.write(os.urandom(4000))
    with pytest.raises(HistoryUnreadable, match="is damaged"):
        history_of(acme, make=True)
    assert sorted(path.name for path in folder.glob("history-*.sqlite")) == copies[:2]


def test_an_address_may_name_the_environment(brand, monkeypatch, tmp_path):
    """A password stands there, never in the file; what is not set is named."""
    acme = brand('[history]\nurl = "sqlite:///${WHERE}/h.sqlite"\n')
    with pytest.raises(CannotRun, match=r"names \$\{WHERE\}, which is not set"):
        history_of(acme)
    monkeypatch.setenv("WHERE", str(tmp_path))
    assert history_of(acme, make=True) is not None
    assert (tmp_path / "h.sqlite").is_file()
