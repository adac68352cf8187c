"""What one shipment to FBA holds: the list of SKUs that sellers download from the shipment's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from connectors.base import Dropped, Match, Opening
from connectors.errors import CutShort, HeaderChanged
from connectors.frames import Batch
from connectors.seller_central.days import TIME
from connectors.seller_central.marketplace import marketplace
from connectors.seller_central.report import known, listed_once, nothing, opened, repeated

_KNOWN: Final = known(
    "Title", "ASIN", "FNSKU", "external-id", "Condition", "Who will prep?", "Prep Type", "Who will label?",
    "Units per Case", "Number of Cases",
)  # fmt: skip
_SHIPPED: Final = ("Shipped", "Dispatched")  # the United Kingdom's word


class ShipmentContents:
    """One shipment's SKUs and units, below lines that say Shipment ID, Name, Plan ID, Ship To, Total SKUs, Total Units.

    Gives shipments to the folder's marketplace. Amazon offers the list from the plan on, so status, received units
    and dates are missing. Raises NoMarketplace, ListedTwice, HeaderChanged without a Shipment ID, CutShort where
    rows or units are not the totals above them. Fields: Seller Central help, SKU list (200141470).
    """

    name: Final = "FBA shipment contents (Shipment ID above; Merchant SKU, FNSKU, Shipped)"
    marks: Final = known("Merchant SKU", "FNSKU", "external-id")
    supplies: Final[Mapping[str, int]] = {}
    file: Final[str | None] = None
    opening: Final = Opening(key_lines=True)
    stands_back: Final = False
    one_shipment: Final = True  # each file is of another shipment: a newer one takes nothing from the others

    def match(self, header: frozenset[str]) -> Match:
        """What is found in a header of plain names."""
        missing = sorted(f"'{mark}'" for mark in self.marks - header)
        if not known(*_SHIPPED) & header:
            missing.append("'Shipped'")
        return Match((self.marks | known(*_SHIPPED)) & header, tuple(missing))

    def read(self, dropped: Dropped) -> Batch:
        """The list's frames."""
        shipped = next(name for name in _SHIPPED if dropped.rows.has(name))
        cells, notes = opened(dropped, needs=("Merchant SKU", shipped), knows=_KNOWN)
        above = dropped.rows.above
        if not above.get("shipmentid"):
            raise HeaderChanged(
                "has no line 'Shipment ID' above its header",
                where=dropped.name,
                expected="the shipment's id, as in FBA15ABCDEFG",
                todo="download it again from the shipment's page",
            )
        listed_once(cells, "Merchant SKU")
        sku, units = cells.keys("Merchant SKU"), cells.units(shipped)
        _is_whole(dropped, above, len(sku), units)
        location, rows = marketplace(dropped), len(sku)
        missing = pd.Series([None] * rows, dtype=TIME)
        shipments = pd.DataFrame(
            {
                "system": repeated(dropped.system, rows),
                "shipment": repeated(above["shipmentid"], rows),
                "system_sku": sku,
                "from_location": nothing(rows),
                "to_location": repeated(location, rows),
                "status": nothing(rows),
                "shipped_units": units,
                "received_units": pd.Series([None] * rows, dtype="Int64"),
                "shipped_at": missing,
                "arrived_at": missing,
                "closed_at": missing,
                "source": repeated(dropped.name, rows),
                "row": dropped.rows.lines,
            }
        )
        return Batch(shipments=shipments, notes=tuple(notes))


def _is_whole(dropped: Dropped, above: Mapping[str, str], rows: int, units: pd.Series) -> None:
    """Rows and units are the totals that stand above them. Raises CutShort."""
    for name, there in (("Total SKUs", rows), ("Total Units", int(units.sum()))):
        said = above.get(name.replace(" ", "").lower(), "").replace(",", "")
        if said.isdigit() and int(said) != there:
            raise CutShort(
                f"lists {there:,} {'SKUs' if name == 'Total SKUs' else 'units'}",
                where=dropped.name,
                expected=f"{int(said):,}, its own {name}",
                todo="the file was cut or edited: download it again from the shipment's page",
            )
