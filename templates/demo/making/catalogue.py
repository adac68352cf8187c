"""What Fernhill Outdoor sells, where it stands, and the dice that all chance comes from."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

FIRST: Final = date(2026, 9, 6)
LAST: Final = 29  # days are counted from 0; day 29 is 2026-10-05

NJ, TORONTO, FBA_US, FBA_CA = "3PL NJ", "3PL Toronto", "FBA US", "FBA CA"
PLACES: Final = (NJ, TORONTO, FBA_US, FBA_CA)
TRANSIT: Final = {FBA_US: "In Transit To FBA US", FBA_CA: "In Transit To FBA CA"}
SEGMENT: Final = {NJ: "US", FBA_US: "US", TORONTO: "Canada", FBA_CA: "Canada"}

_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def day(number: int) -> date:
    """The date of a day's number."""
    return FIRST + timedelta(days=number)


def dice(*topic: object) -> random.Random:
    """A stream of chance of its own per topic, so that a change in one place leaves the others as they were.

    Only `random()` is drawn from it: it is the one method whose numbers Python promises to keep.
    """
    return random.Random("fernhill|" + "|".join(str(part) for part in topic))


def below(roll: random.Random, limit: int) -> int:
    """A whole number from 0 to limit - 1."""
    return int(roll.random() * limit)


def about(roll: random.Random, rate: float) -> int:
    """A whole number that is `rate` on average."""
    return int(rate * (0.5 + roll.random()) + roll.random())


def code(roll: random.Random, length: int) -> str:
    """Letters and digits, as in an ASIN."""
    return "".join(_LETTERS[below(roll, len(_LETTERS))] for _ in range(length))


@dataclass(frozen=True)
class Product:
    """One SKU: unit cost in USD, and units a day that leave each place (of the 3PLs: Amazon orders only)."""

    sku: str
    title: str
    cost: float
    fba_us: float
    nj: float
    fba_ca: float = 0.0
    toronto: float = 0.0
    case_pack: int = 12
    supplier: str = "Harbor Mill Supply"
    lead_time: int = 45
    status: str = "active"

    @property
    def in_canada(self) -> bool:
        return self.fba_ca > 0

    @property
    def price(self) -> float:
        return int(self.cost * 2.9) + 0.99

    @property
    def asin(self) -> str:
        return "B0" + code(dice("asin", self.sku), 8)

    @property
    def fnsku(self) -> str:
        return "X00" + code(dice("fnsku", self.sku), 7)

    @property
    def upc(self) -> str:
        """Twelve digits; those that begin with 4 belong to no company."""
        digits = "4" + "".join(str(below(roll, 10)) for roll in [dice("upc", self.sku)] for _ in range(10))
        total = 3 * sum(map(int, digits[0::2])) + sum(map(int, digits[1::2]))
        return digits + str(-total % 10)

    @property
    def places(self) -> tuple[str, ...]:
        return PLACES if self.in_canada else (NJ, FBA_US)

    def rate(self, place: str) -> float:
        return {NJ: self.nj, TORONTO: self.toronto, FBA_US: self.fba_us, FBA_CA: self.fba_ca}[place]


_ALPINE, _TIN, _GLOW = "Alpine Textile Works", "Tinsmith Cookware", "Glowline Electric"

PRODUCTS: Final = (
    Product("FH-TENT-4P-TAN", "Ridgeline 4-Person Tent, Tan", 80.50, 20, 0.5, 1.8, 0.4, 4, _ALPINE, 75),
    Product("FH-TENT-2P-GRN", "Ridgeline 2-Person Tent, Green", 54.00, 1.8, 0.3, 0.6, 0.1, 4, _ALPINE, 75),
    Product("FH-TENT-1P-GRY", "Ridgeline 1-Person Tent, Grey", 47.50, 0.9, 0.2, case_pack=4, supplier=_ALPINE),
    Product("FH-BAG-20F", "Down Sleeping Bag, 20°F", 42.00, 1.3, 0.2, 0.6, 0.1, 6, _ALPINE, 60),
    Product("FH-BAG-35F", "Summer Sleeping Bag, 35°F", 36.50, 1.0, 0.2, case_pack=6, supplier=_ALPINE),
    Product("FH-PAD-INFL", "Inflatable Sleeping Pad", 18.90, 2.6, 0.3, 0.8, 0.1, 12, _ALPINE, 60),
    Product("FH-PILLOW-CMP", "Compressible Pillow", 6.90, 1.6, 0.2, 0.7, 0.1, 12, _ALPINE, 60),
    Product("FH-HMMCK-DBL", "Double Hammock with Straps", 15.30, 2.8, 0.4, supplier=_ALPINE, lead_time=60),
    Product("FH-TARP-3X3", "Ripstop Tarp 3 x 3 m", 13.50, 1.9, 0.3, 0.8, 0.2, 12, _ALPINE, 60),
    Product("FH-PACK-28L", "Day Pack, 28 L", 24.80, 1.4, 0.3, 0.6, 0.1, 6, _ALPINE, 60),
    Product("FH-PACK-55L", "Trail Pack, 55 L", 52.30, 0.8, 0.2, case_pack=6, supplier=_ALPINE, lead_time=60),
    Product("FH-DRYBAG-20", "Dry Bag, 20 L", 5.60, 1.5, 0.2, 0.7, 0.1, 24, _ALPINE, 60),
    Product("FH-COOLER-25", "Soft Cooler, 25 L", 33.60, 1.1, 0.3, 0.6, 0.1, 4, _ALPINE, 60),
    Product("FH-HDLMP-400", "Headlamp 400 Lumen, USB-C", 11.20, 14, 0.4, 1.2, 0.2, 24, _GLOW, 50),
    Product("FH-LNTRN-USB", "Rechargeable Lantern", 12.90, 2.9, 0.3, case_pack=12, supplier=_GLOW, lead_time=50),
    Product("FH-LNTRN-SOLAR", "Solar Lantern, Collapsible", 9.70, 1.3, 0.2, supplier=_GLOW, lead_time=50),
    Product("1E5-LAMP", "100,000-Hour Tent Lamp", 6.30, 1.2, 0.2, supplier=_GLOW, lead_time=50),
    Product("FH-STOVE-BKPK", "Backpacking Stove, Folding", 14.60, 3.0, 0.3, supplier=_TIN),
    Product("FH-STOVE-CANI", "Canister Stove, 3.5 kW", 17.20, 1.5, 0.3, supplier=_TIN),
    Product("FH-POT-TI-900", "Titanium Pot, 900 ml", 16.80, 1.2, 0.2, supplier=_TIN),
    Product("FH-KIT-COOK", "Trail Cook Kit: Stove and Two Mugs", 29.50, 1.0, 0.3, case_pack=6, supplier=_TIN),
    Product("FH-SKLLT-10", 'Cast Iron 10" Skillet', 12.60, 1.4, 0.3, case_pack=6, supplier=_TIN),
    Product("FH-GRILL-FLD", "Folding Grill", 22.10, 0.9, 0.2, case_pack=6, supplier=_TIN),
    Product("FH-MUG-CAFE-12", "Café Enamel Mug, 12 oz", 4.40, 1.4, 0.2, 0.8, 0.1, 12, _TIN),
    Product("FH-MUG-ENML-BLU", "Enamel Mug 12 oz, Blue", 4.10, 1.6, 0.3, 0.8, 0.1, 12, _TIN),
    Product("FH-SPORK-TI", "Titanium Spork", 4.20, 1.3, 0.2, 0.8, 0.1, 48, _TIN),
    Product("FH-BTL-32-STL", "Steel Bottle 32 oz", 9.80, 3.4, 0.4, 0.9, 0.2, 12, _TIN),
    Product("FH-FILTR-SQZ", "Squeeze Water Filter", 13.80, 3.1, 0.3, case_pack=24),
    Product("FH-CHAIR-CAMP", "Camp Chair, Packable", 21.40, 2.7, 0.3, 0.8, 0.1, 4),
    Product("FH-TABLE-ROLL", "Roll-Top Camp Table", 29.90, 0.9, 0.2, case_pack=4),
    Product("FH-POLES-CRBN", "Carbon Trekking Poles, Pair", 27.40, 1.3, 0.2, 0.6, 0.1, 6),
    Product("FH-HTCHT-14", "Forged Hatchet, 14 in", 19.70, 2.2, 0.6, case_pack=6),
    Product("FH-KNIFE-FLD", "Folding Knife, 3 in", 10.40, 1.5, 0.3),
    Product("FH-SAW-FLD", "Folding Saw", 9.10, 1.2, 0.2),
    Product("FH-ROPE-PARA", "Paracord, 100 ft", 4.00, 1.2, 0.2, case_pack=24),
    Product("FH-FRSTR-FERRO", "Ferro Fire Starter", 4.60, 1.3, 0.3, case_pack=24),
    Product("FH-TOWEL-CMP", "Quick-Dry Camp Towel", 5.20, 1.2, 0.2, case_pack=24, supplier=_ALPINE),
    Product("007", "Brass Compass No. 007", 8.80, 1.2, 0.2, 0.6, 0.1, 24),
    Product("A*-CLIP", "A* Tarp Clips, Set of 8", 4.90, 1.2, 0.2, 0.6, 0.1, 48),
    Product("FH-UMBR-TRAIL", "Trail Umbrella", 13.10, 0.0, 0.0, status="discontinued"),
)  # fmt: skip
BY_SKU: Final = {product.sku: product for product in PRODUCTS}
CASE_OF_12: Final = "FH-MUG-ENML-BLU"
KIT: Final = {"FH-STOVE-CANI": 1, "FH-MUG-CAFE-12": 2}

# What stands at a place at the end of the last day, where the story needs an exact number.
_CLOSING: Final = {
    (NJ, "FH-TENT-4P-TAN"): 1100,
    (FBA_US, "FH-TENT-4P-TAN"): 900,
    (TORONTO, "FH-TENT-4P-TAN"): 1120,
    (FBA_CA, "FH-TENT-4P-TAN"): 380,
    (FBA_US, "FH-HDLMP-400"): 510,
    (NJ, "FH-HDLMP-400"): 340,
    (NJ, "FH-FRSTR-FERRO"): 0,
    (NJ, "FH-UMBR-TRAIL"): 30,
    (FBA_US, "FH-UMBR-TRAIL"): 0,
    (NJ, "FH-LNTRN-USB"): 150,
    (TORONTO, "FH-TARP-3X3"): 64,
}


def closing(place: str, product: Product) -> int:
    """Units at a place at the end of the last day: 30 to 50 days of cover, where the story names no number."""
    if (place, product.sku) in _CLOSING:
        return _CLOSING[place, product.sku]
    roll = dice("closing", place, product.sku)
    served = product.rate(place)
    if place == NJ:
        served += 0.8 * product.fba_us
    if place == TORONTO:
        served += 0.8 * product.fba_ca
    return round(served * (30 + 20 * roll.random()))
