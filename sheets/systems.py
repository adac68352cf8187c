"""Which systems a brand has, by the source map, mastersheet.toml and the folders in exports/."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from connectors.errors import CannotRun
from sheets.brand import Brand, folder_name
from sheets.config import FILE

if TYPE_CHECKING:
    from connectors.base import Kind

SELLER_CENTRAL: Final = "Seller Central"

Role = Literal["marketplace", "wms", "oms", "planner", "store", "unknown"]
# Systems with a ready map, as their folders are read back into names; a map goes by other spellings too.
NAMED: Final = (
    "Skubana",
    "Extensiv Order Manager",
    "Extensiv WMS",
    "Flieber",
    "ShipBob",
    "ShipHero",
    "Shopify",
)
_WAREHOUSE: Final = ("3pl", "wms", "warehouse", "portal", "fulfil")
_UPPER: Final = {"3pl", "wms", "oms", "erp", "us", "uk", "eu"}


@dataclass(frozen=True)
class Systems:
    """The brand's systems in order, and the folders of exports/ that are none of them."""

    known: tuple[str, ...]
    strangers: tuple[str, ...]


def systems_of(brand: Brand, mapped: Iterable[str]) -> Systems:
    """The systems of the source map (`mapped`), then those with a section, then those that only have a folder.

    Raises CannotRun when two systems would share a folder.
    """
    named = list(dict.fromkeys([*mapped, *brand.config.systems]))
    taken: dict[str, str] = {}
    for system in named:
        folder = brand.system(system).exports or folder_name(system)
        other = taken.setdefault(folder, system)
        if other != system:
            raise CannotRun(
                f"{other} and {system} share the folder exports/{folder}",
                where=str(brand.folder),
                expected="a folder for each system",
                todo='give one of them `exports = "another-folder"` in mastersheet.toml',
            )
    below = {folder.split("/")[0] for folder in taken}
    strangers = [folder for folder in _folders(brand) if folder not in below]
    return Systems(tuple(named), tuple(system_in(folder) for folder in strangers))


def _folders(brand: Brand) -> list[str]:
    if not brand.exports.is_dir():
        return []
    return sorted(each.name for each in brand.exports.iterdir() if each.is_dir() and not each.name.startswith("."))


def system_in(folder: str) -> str:
    """The name of the system that a folder is for: a known one's own, else the folder's words as a name."""
    for name in (SELLER_CENTRAL, *NAMED):
        if folder_name(name) == folder_name(folder):
            return name
    words = folder.replace("_", "-").split("-")
    return " ".join(word.upper() if word in _UPPER else word.capitalize() for word in words if word) or folder


def role_of(system: str, brand: Brand) -> Role:
    """What a system is for, by its ready map, else by its name."""
    from connectors.ready_maps import ready

    chosen = brand.system(system).ready_map or system
    if SELLER_CENTRAL in (system, chosen):
        return "marketplace"
    known = ready(chosen)
    if known is not None and known.role in get_args(Role):
        return cast("Role", known.role)
    return "wms" if any(word in system.lower() for word in _WAREHOUSE) else "unknown"


def kinds_of(system: str, brand: Brand) -> Sequence[Kind]:
    """The kinds of export that a system's files may be. Raises CannotRun for a map that does not exist."""
    from connectors.canonical import CANONICAL
    from connectors.ready_maps import ready
    from connectors.seller_central import KINDS
    from connectors.tables import mapped_tables

    section = brand.system(system)
    chosen = section.ready_map or system
    own = KINDS if SELLER_CENTRAL in (system, chosen) else ()
    known = ready(chosen)
    if section.ready_map is not None and known is None and not own:
        raise CannotRun(
            f"systems.\"{system}\".map: there is no ready map '{section.ready_map}'",
            where=str(brand.folder / FILE),
            expected=f"one of {', '.join((SELLER_CENTRAL, *NAMED))}",
            todo="correct it, or map the columns under its tables",
        )
    maps = [*section.tables, *(known.maps if known else ())]
    return (*own, *mapped_tables(system, maps), *CANONICAL)
