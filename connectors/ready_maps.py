"""The column maps that come with us, by the name a system goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from connectors import extensiv_wms, flieber, shipbob, shiphero, shopify, skubana
from connectors.column_map import ColumnMap
from connectors.delimited import plain


class Ready(NamedTuple):
    """What a system is for and how its tables are read."""

    role: Literal["oms", "wms", "planner", "store"]
    maps: tuple[ColumnMap, ...]


_SKUBANA: Final = Ready(skubana.ROLE, skubana.MAPS)
_EXTENSIV_WMS: Final = Ready(extensiv_wms.ROLE, extensiv_wms.MAPS)
READY: Final[Mapping[str, Ready]] = {
    "Skubana": _SKUBANA,
    "Extensiv Order Manager": _SKUBANA,
    "Extensiv OM": _SKUBANA,
    "Extensiv 3PL Warehouse Manager": _EXTENSIV_WMS,
    "Extensiv Warehouse Manager": _EXTENSIV_WMS,
    "Extensiv WMS": _EXTENSIV_WMS,
    "3PL Warehouse Manager": _EXTENSIV_WMS,
    "3PL Central": _EXTENSIV_WMS,
    "Flieber": Ready(flieber.ROLE, flieber.MAPS),
    "ShipBob": Ready(shipbob.ROLE, shipbob.MAPS),
    "ShipHero": Ready(shiphero.ROLE, shiphero.MAPS),
    "Shopify": Ready(shopify.ROLE, shopify.MAPS),
}
"""The systems we have maps for, by each name they go by."""

_PLAIN: Final = {plain(name): known for name, known in READY.items()}


def ready(name: str) -> Ready | None:
    """Role and maps of the system of that name, however it is written; None for one we have no map for."""
    return _PLAIN.get(plain(name))
