"""Where a brand's history lies: the user's own data folder, or where mastersheet.toml says; never where it breaks."""

from __future__ import annotations

import os
import re
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

from connectors.errors import CannotRun, HistoryUnreadable
from sheets.brand import Brand

if TYPE_CHECKING:
    from sheets.history.store import History

DATA: Final = "MASTERSHEET_DATA"
FILE: Final = "history.sqlite"
COPIES: Final = 3
_DATED: Final = "history-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].sqlite"
# Folders whose programs copy a database while it is written: the copy is half of one, and may come back.
_SYNCED: Final = re.compile(r"onedrive.*|dropbox.*|google ?drive.*|my drive|icloud.*|mobile documents|cloudstorage"
                            r"|nextcloud.*|owncloud.*|box( sync)?|pcloud.*|syncthing", re.IGNORECASE)  # fmt: skip
# File systems on another machine, whose locks SQLite cannot trust: https://www.sqlite.org/useovernet.html
_NETWORK: Final = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p", "fuse.sshfs", "davfs", "fuse.davfs2",
                   "glusterfs", "fuse.glusterfs", "ceph"}  # fmt: skip
_ENV: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def history_of(brand: Brand, *, make: bool = False) -> History | None:
    """The brand's history; None when there is none yet and none is to be made. Raises CannotRun."""
    url = brand.config.history.url
    if url is not None and not url.startswith("sqlite"):
        return _opened(_filled(url), brand)
    file = history_file(brand)
    if make:
        refuse_unfit(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            _copy(file)
    elif not file.exists():
        return None
    return _opened(f"sqlite:///{file}", brand)


def history_file(brand: Brand) -> Path:
    """The SQLite file of a brand without a database server."""
    url = brand.config.history.url
    if url is not None:
        return Path(_filled(url).removeprefix("sqlite:///")).expanduser()
    return data_folder() / brand_id(brand) / FILE


def data_folder() -> Path:
    """Mastersheet's folder among the user's data; the environment variable MASTERSHEET_DATA names another."""
    if place := os.environ.get(DATA):
        return Path(place)
    import platformdirs

    return Path(platformdirs.user_data_dir("mastersheet", appauthor=False))


def brand_id(brand: Brand) -> str:
    """What history knows the brand by: the id in mastersheet.toml, else its name and where its folder lies."""
    if brand.config.brand.id:
        return brand.config.brand.id
    place = str(brand.folder.resolve())
    name = re.sub(r"[^a-z0-9]+", "-", brand.name.lower()).strip("-") or "brand"
    return f"{name[:40]}-{blake2b(place.encode(), digest_size=6).hexdigest()}"


def new_id(name: str) -> str:
    """An id for a new brand, which no other brand has."""
    import secrets

    word = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "brand"
    return f"{word[:40]}-{secrets.token_hex(6)}"


def _opened(url: str, brand: Brand) -> History:
    from sheets.history.opened import open_history

    return open_history(url, brand_id(brand))


def _filled(url: str) -> str:
    """The address with what stands in the environment put in. Raises CannotRun for what does not."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in os.environ:
            raise CannotRun(
                f"names ${{{found[1]}}}, which is not set",
                where="mastersheet.toml, history.url",
                todo="set the environment variable",
            )
        return os.environ[found[1]]

    return _ENV.sub(value, url)


def _copy(file: Path) -> None:
    """One copy a day, before the day's first refresh; the last few stay."""
    from sqlalchemy import create_engine

    from sheets.history.opened import copied

    copy = file.with_name(f"history-{date.today():%Y-%m-%d}.sqlite")
    if not copy.exists():
        copied(create_engine(f"sqlite:///{file}"), copy)
        for old in sorted(file.parent.glob(_DATED), reverse=True)[COPIES:]:
            old.unlink()


def refuse_unfit(file: Path) -> None:
    """Raises HistoryUnreadable for a folder that is synced, or lies on another machine."""
    resolved = file.resolve()
    synced = next((part for part in resolved.parts if _SYNCED.fullmatch(part)), None)
    what = f"lies in '{synced}', which a program keeps in step with other machines" if synced else None
    if what is None and _on_network(resolved):
        what = "lies on a network share"
    if what is not None:
        raise HistoryUnreadable(
            what,
            where=str(file),
            expected="a folder of this machine alone: a database that is copied while it is written breaks",
            todo=f"name another with the environment variable {DATA} or `url` under [history] in mastersheet.toml",
        )


def _on_network(path: Path, mounts: Path = Path("/proc/mounts")) -> bool:
    text = str(path)
    if text.startswith(("\\\\", "//")):
        return True
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    kinds = {parts[1].replace("\\040", " "): parts[2] for line in lines if len(parts := line.split()) > 2}
    at = next((str(one) for one in (path, *path.parents) if str(one) in kinds), "")
    return kinds.get(at, "") in _NETWORK


def drop(brand: Brand) -> None:
    """Takes a brand out of history, with its folder there; payloads that other brands may use stay."""
    import shutil

    history = history_of(brand)
    if history is not None:
        history.forget()
        if brand.config.history.url is None:
            shutil.rmtree(history_file(brand).parent)
