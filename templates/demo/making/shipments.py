"""Shipments from the 3PLs to FBA, and suppliers' containers that reached the 3PLs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from making.catalogue import FBA_CA, FBA_US, LAST, NJ, TORONTO


@dataclass(frozen=True)
class Shipment:
    """Units on their way to FBA. Days are numbers; None has not happened; receipts are (day, SKU, units)."""

    shipment: str
    origin: str
    place: str
    fc: str
    lines: dict[str, int]
    shipped: int | None
    arrived: int | None = None
    receipts: tuple[tuple[int, str, int], ...] = ()
    closed: int | None = None

    def received(self, sku: str, by: int = LAST) -> int:
        return sum(units for at, line, units in self.receipts if line == sku and at <= by)

    def status(self, at: int = LAST) -> str:
        """Amazon's word for it at the end of a day; empty before it was announced, two days ahead."""
        if self.shipped is None or self.shipped > at:
            return "WORKING" if self.shipped is None or self.shipped - 2 <= at else ""
        if self.closed is not None and self.closed <= at:
            return "CLOSED"
        if any(day <= at for day, _, _ in self.receipts):
            return "RECEIVING"
        if self.arrived is not None and self.arrived <= at:
            return "DELIVERED"
        return "SHIPPED" if self.shipped == at else "IN_TRANSIT"


def _regular(shipment: str, origin: str, place: str, fc: str, shipped: int, lines: dict[str, int]) -> Shipment:
    """Four days on the road, received in two halves, closed two days later."""
    arrived = shipped + 4
    receipts = tuple(
        entry
        for sku, units in lines.items()
        for entry in ((arrived + 1, sku, units // 2), (arrived + 2, sku, units - units // 2))
    )
    return Shipment(shipment, origin, place, fc, lines, shipped, arrived, receipts, arrived + 4)


DOUBLE: Final = "FBA18QX4D7TK"  # left New Jersey; one system still has it there too
PALLET: Final = "FBA18QW9M2RB"  # landed, half of it received
HEADLAMPS: Final = "FBA18QX1H6VC"  # the first half received on the last day
SHORT: Final = "FBA18QT3P8LN"  # closed three units short

SHIPMENTS: Final = (
    _regular("FBA18QR2K5WA", NJ, FBA_US, "EWR4", -2, {"FH-TENT-2P-GRN": 24, "FH-POLES-CRBN": 18, "007": 24}),
    _regular("FBA18QR8C3ZD", NJ, FBA_US, "ABE2", 2, {"FH-TENT-4P-TAN": 320, "FH-HDLMP-400": 192}),
    _regular(
        "FBA18QS4N9YF", NJ, FBA_US, "EWR4", 6,
        {"FH-STOVE-BKPK": 36, "FH-BTL-32-STL": 48, "FH-FILTR-SQZ": 48, "FH-MUG-ENML-BLU": 24},
    ),
    _regular(
        "FBA18QS7V1BG", NJ, FBA_US, "ONT8", 9,
        {"FH-HMMCK-DBL": 36, "FH-HTCHT-14": 24, "FH-CHAIR-CAMP": 24, "A*-CLIP": 24, "FH-KIT-COOK": 12},
    ),
    Shipment(
        SHORT, NJ, FBA_US, "ABE2", {"FH-PAD-INFL": 60}, 12, 16, ((17, "FH-PAD-INFL", 40), (18, "FH-PAD-INFL", 17)), 21
    ),
    _regular("FBA18QU6J4XH", NJ, FBA_US, "ABE2", 15, {"FH-TENT-4P-TAN": 240, "FH-HDLMP-400": 120, "FH-SKLLT-10": 18}),
    _regular("FBA18QV2E8SM", NJ, FBA_US, "ONT8", 18, {"FH-LNTRN-USB": 36, "FH-PACK-28L": 18, "FH-SPORK-TI": 48}),
    Shipment(PALLET, NJ, FBA_US, "EWR4", {"FH-CHAIR-CAMP": 80}, 22, 26, ((27, "FH-CHAIR-CAMP", 40),)),
    Shipment(HEADLAMPS, NJ, FBA_US, "ABE2", {"FH-HDLMP-400": 48}, 24, 28, ((29, "FH-HDLMP-400", 24),)),
    Shipment(DOUBLE, NJ, FBA_US, "EWR4", {"FH-STOVE-BKPK": 60}, 26),
    Shipment("FBA18QX6R3PJ", NJ, FBA_US, "ONT8", {"FH-TENT-2P-GRN": 20, "FH-KNIFE-FLD": 24}, 27),
    Shipment("FBA18QY5B7GT", NJ, FBA_US, "ABE2", {"FH-TOWEL-CMP": 24, "FH-GRILL-FLD": 6}, None),
    _regular("FBA18QR5T6CE", TORONTO, FBA_CA, "YYZ4", 1, {"FH-TENT-4P-TAN": 80, "FH-HDLMP-400": 24}),
    _regular("FBA18QT9A2QK", TORONTO, FBA_CA, "YYZ4", 10, {"FH-PAD-INFL": 12, "FH-BTL-32-STL": 24, "007": 12}),
    _regular("FBA18QV7L5NR", TORONTO, FBA_CA, "YVR3", 17, {"FH-COOLER-25": 8, "FH-DRYBAG-20": 12}),
    Shipment("FBA18QX8F4MW", TORONTO, FBA_CA, "YYZ4", {"FH-CHAIR-CAMP": 12, "FH-PILLOW-CMP": 6}, 26),
)  # fmt: skip

# Reference, place, day received, units per SKU; all of them arrived complete.
CONTAINERS: Final = (
    ("CTR-70413", NJ, 7, {"FH-TENT-4P-TAN": 480, "FH-TENT-2P-GRN": 24, "FH-BAG-20F": 18, "FH-PACK-28L": 18}),
    ("CTR-70426", NJ, 14, {"FH-HDLMP-400": 240, "FH-LNTRN-USB": 48, "FH-BTL-32-STL": 48, "FH-STOVE-BKPK": 36}),
    ("CTR-70431", TORONTO, 12, {"FH-HDLMP-400": 24, "FH-MUG-CAFE-12": 12, "FH-TARP-3X3": 24}),
)  # fmt: skip


def under_way(place: str, sku: str, at: int) -> dict[str, int]:
    """Units of a SKU not yet at FBA at the end of a day: working, shipped, receiving."""
    found = {"working": 0, "shipped": 0, "receiving": 0}
    for shipment in _to(place, sku):
        status = shipment.status(at)
        if status == "WORKING":
            found["working"] += shipment.lines[sku]
        elif status == "RECEIVING":
            found["receiving"] += shipment.lines[sku] - shipment.received(sku, at)
        elif status in ("SHIPPED", "IN_TRANSIT", "DELIVERED"):
            found["shipped"] += shipment.lines[sku]
    return found


def in_transit(place: str, sku: str, at: int) -> int:
    """Units that left the 3PL and are not received yet."""
    units = under_way(place, sku, at)
    return units["shipped"] + units["receiving"]


def _to(place: str, sku: str) -> Iterator[Shipment]:
    return (one for one in SHIPMENTS if one.place == place and sku in one.lines)
