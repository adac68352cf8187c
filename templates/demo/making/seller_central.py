"""What Seller Central saw: the reports of one country, in the shapes Amazon gives them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from making.catalogue import BY_SKU, FBA_CA, FBA_US, LAST, NJ, PRODUCTS, TORONTO, Product, about, below, day, dice
from making.shipments import SHIPMENTS, under_way
from making.truth import CENTERS, SELLABLE, Event, amazon_order, balances, events, pending
from making.writing import Row, write_quoted, write_tabs

_MYI: Final = (
    "sku", "fnsku", "asin", "product-name", "condition", "your-price", "mfn-listing-exists",
    "mfn-fulfillable-quantity", "afn-listing-exists", "afn-warehouse-quantity", "afn-fulfillable-quantity",
    "afn-unsellable-quantity", "afn-reserved-quantity", "afn-total-quantity", "per-unit-volume",
    "afn-inbound-working-quantity", "afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity",
    "afn-researching-quantity", "afn-reserved-future-supply", "afn-future-supply-buyable",
)  # fmt: skip
_FC_TRANSFER: Final = ("afn-fc-transfer-quantity", "afn-onhand-buyable-quantity")
_RESERVED: Final = (
    "sku", "fnsku", "asin", "product-name", "reserved_qty", "reserved_customerorders", "reserved_fc-transfers",
    "reserved_fc-processing", "program",
)  # fmt: skip
_LEDGER: Final = (
    "Date", "FNSKU", "ASIN", "MSKU", "Title", "Event Type", "Reference ID", "Quantity", "Fulfillment Center",
    "Disposition", "Reason", "Country", "Reconciled Quantity", "Unreconciled Quantity",
)  # fmt: skip
_SUMMARY: Final = (
    "Date", "FNSKU", "ASIN", "MSKU", "Title", "Disposition", "Starting Warehouse Balance",
    "In Transit Between Warehouses", "Receipts", "Customer Shipments", "Customer Returns", "Vendor Returns",
    "Warehouse Transfer In/Out", "Found", "Lost", "Damaged", "Disposed", "Other Events",
    "Ending Warehouse Balance", "Unknown Events", "Location",
)  # fmt: skip
_RESTOCK: Final = (
    "Country", "Product Name", "FNSKU", "Merchant SKU", "ASIN", "Condition", "Supplier", "Supplier part no.",
    "Currency code", "Price", "Sales last 30 days", "Units Sold Last 30 Days", "Total Units", "Inbound",
    "Available", "FC transfer", "FC Processing", "Customer Order", "Unfulfillable", "Working", "Shipped",
    "Receiving", "Fulfilled by", "Total Days of Supply (including units from open shipments)",
    "Days of Supply at Amazon Fulfillment Network", "Alert", "Recommended replenishment qty",
    "Recommended ship date", "Recommended action", "Unit storage size",
)  # fmt: skip
_ORDERS: Final = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
    "fulfillment-channel", "sales-channel", "order-channel", "ship-service-level", "product-name", "sku", "asin",
    "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax",
    "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city",
    "ship-state", "ship-postal-code", "ship-country", "promotion-ids", "cpf", "is-business-order",
    "purchase-order-number", "price-designation", "signature-confirmation-recommended",
)  # fmt: skip
_SHIPMENTS: Final = (
    "ShipmentId", "ShipmentName", "ShipmentStatus", "DestinationFulfillmentCenterId", "SellerSKU",
    "FulfillmentNetworkSKU", "QuantityShipped", "QuantityReceived",
)  # fmt: skip
_STORE: Final = "Fernhill Outdoor"
_EVENT_TYPE: Final = {
    "sale": "Shipments", "receipt": "Receipts", "return": "CustomerReturns", "adjustment": "Adjustments",
    "removal": "VendorReturns", "transfer": "WhseTransfers",
}  # fmt: skip


@dataclass(frozen=True)
class Country:
    """One country's marketplace, and the variants in which its reports come."""

    folder: str
    code: str
    place: str
    origin: str
    site: str
    currency: str
    rate: float  # of its currency to the dollar, for prices
    encoding: str
    fc_transfer: bool
    towns: tuple[tuple[str, str, str], ...]

    @property
    def products(self) -> tuple[Product, ...]:
        return tuple(one for one in PRODUCTS if self.place in one.places)

    def price(self, product: Product) -> str:
        return f"{int(product.price * self.rate) + 0.99:.2f}"


COUNTRIES: Final = (
    Country(
        "us", "US", FBA_US, NJ, "Amazon.com", "USD", 1.0, "cp1252", True,
        (("Portland", "OR", "97205"), ("Boise", "ID", "83702"), ("Asheville", "NC", "28801")),
    ),
    Country(
        "ca", "CA", FBA_CA, TORONTO, "Amazon.ca", "CAD", 1.37, "utf-8-sig", False,
        (("Ottawa", "ON", "K1P 5M7"), ("Calgary", "AB", "T2P 2M5"), ("Halifax", "NS", "B3J 1S9")),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """One SKU's units at FBA at the end of a day, by what they are doing."""

    fulfillable: int
    unsellable: int
    orders: int
    transfers: int
    processing: int
    researching: int

    @property
    def reserved(self) -> int:
        return self.orders + self.transfers + self.processing

    @property
    def warehouse(self) -> int:
        return self.fulfillable + self.unsellable + self.reserved + self.researching


def parts(country: Country, product: Product, at: int) -> Parts:
    """The split Amazon gives of what stands there; orders of the last day are those in the orders report."""
    standing = balances()[at]
    left = standing[country.place, product.sku, SELLABLE]
    damaged = sum(
        units
        for (place, sku, disposition), units in standing.items()
        if (place, sku) == (country.place, product.sku) and disposition != SELLABLE
    )
    roll = dice("parts", country.code, product.sku, at)
    wanted = pending(country.place, product.sku) if at == LAST else about(roll, 0.4 * product.rate(country.place))
    taken = []
    for units in (wanted, int(left * 0.08 * roll.random()), int(left * 0.03 * roll.random()), roll.random() < 0.06):
        taken.append(min(left, int(units)))
        left -= taken[-1]
    return Parts(left, damaged, *taken)


def _names(product: Product) -> tuple[str, str, str, str]:
    return product.sku, product.fnsku, product.asin, product.title


def write_country(folder: Path, country: Country) -> None:
    """All reports of one country: the counts of every day, the rest once."""
    target, today = folder / country.folder, day(LAST)
    header = (*_MYI, *(_FC_TRANSFER if country.fc_transfer else ()), "store")
    for at in range(LAST + 1):
        rows = [_myi(country, product, at) for product in country.products]
        write_tabs(target / f"fba-myi-{day(at)}.txt", header, rows, country.encoding)
    write_tabs(target / f"reserved-{today}.txt", _RESERVED, _reserved(country), country.encoding)
    write_tabs(target / f"restock-{today}.txt", _RESTOCK, _restock(country), country.encoding)
    write_tabs(target / f"shipments-{today}.txt", _SHIPMENTS, _shipments(country), country.encoding)
    _write_orders(target / f"all-orders-{today}.txt", country)
    _write_ledger(target, country)


def _myi(country: Country, product: Product, at: int) -> Row:
    here, way = parts(country, product, at), under_way(country.place, product.sku, at)
    merchant = product.rate(country.origin) > 0
    row: list[object] = [
        *_names(product), "New", country.price(product) if product.status == "active" else "",
        "Yes" if merchant else "No", 10 if merchant else "--", "Yes", here.warehouse, here.fulfillable,
        here.unsellable, here.reserved, here.warehouse + sum(way.values()), "0.21", way["working"], way["shipped"],
        way["receiving"], here.researching, 0, 0,
    ]  # fmt: skip
    if country.fc_transfer:
        row += [here.transfers, here.fulfillable + here.transfers]
    return [*row, _STORE]


def _reserved(country: Country) -> list[Row]:
    rows: list[Row] = []
    for product in country.products:
        here = parts(country, product, LAST)
        if here.reserved:
            rows.append((*_names(product), here.reserved, here.orders, here.transfers, here.processing, "FBA"))
    return rows


def _shipments(country: Country) -> list[Row]:
    return [
        (
            one.shipment, f"FBA STA {one.shipment[-4:]}", one.status(), one.fc, sku, BY_SKU[sku].fnsku, units,
            one.received(sku),
        )
        for one in SHIPMENTS
        if one.place == country.place
        for sku, units in one.lines.items()
    ]  # fmt: skip


def _restock(country: Country) -> list[Row]:
    rows: list[Row] = []
    for product in country.products:
        here, way = parts(country, product, LAST), under_way(country.place, product.sku, LAST)
        sold = -sum(one.units for one in _at(country) if one.kind == "sale" and one.sku == product.sku)
        inside = here.fulfillable + here.reserved
        total, price = inside + sum(way.values()), float(country.price(product))
        rows.append((
            country.code, product.title, product.fnsku, product.sku, product.asin, "New", "unassigned", "",
            country.currency, f"{price:.2f}", f"{price * sold:.2f}", sold, total, sum(way.values()), here.fulfillable,
            here.transfers, here.processing, here.orders, here.unsellable, way["working"], way["shipped"],
            way["receiving"], "Amazon", _days(total, sold), _days(inside, sold), "", 0, "none",
            "No action required", "Standard-Size",
        ))  # fmt: skip
    return rows


def _days(units: int, sold: int) -> str:
    days = units * 30 // sold if sold else 366
    return "365+" if days > 365 else str(days)


def _at(country: Country) -> list[Event]:
    return [one for one in events() if one.place == country.place]


def _write_ledger(target: Path, country: Country) -> None:
    rows = [row for one in reversed(_at(country)) for row in _ledger(country, one)]
    if country.code == "US":
        header = (*_LEDGER, "Date and Time", "Store")
        write_tabs(target / f"ledger-detail-{day(LAST)}.txt", header, rows, country.encoding)
        summary = [(*row, _STORE) for row in _summary(country)]
        write_tabs(target / f"ledger-summary-{day(LAST)}.txt", (*_SUMMARY, "Store"), summary, country.encoding)
        return
    write_quoted(target / f"ledger-detail-{day(LAST)}.csv", _LEDGER, [row[:14] for row in rows], country.encoding)
    write_quoted(target / f"ledger-summary-{day(LAST)}.csv", _SUMMARY, _summary(country), country.encoding)


def _ledger(country: Country, one: Event) -> list[Row]:
    """The rows of one event: a sale is a row per unit, everything else one row."""
    product, when = BY_SKU[one.sku], day(one.day)
    reference = "" if one.kind == "sale" else one.reference
    lost = one.kind == "adjustment" and one.reason == "M"
    times, units = (-one.units, -1) if one.kind == "sale" else (1, one.units)
    row = (
        f"{when:%m/%d/%Y}", product.fnsku, product.asin, product.sku, product.title, _EVENT_TYPE[one.kind], reference,
        units, one.center, one.disposition, one.reason, country.code, 0 if lost else "", -units if lost else "",
        f"{when}T00:00:00-0700", _STORE,
    )  # fmt: skip
    return [row] * times


def _summary(country: Country) -> list[Row]:
    """One row per SKU and disposition for the last day, by country; decreases are printed as positive."""
    of_day: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in _at(country):
        if one.day == LAST:
            of_day[one.sku, one.disposition][one.kind] += one.units
    rows: list[Row] = []
    for (place, sku, disposition), ending in sorted(balances()[LAST].items()):
        starting, moved = balances()[LAST - 1].get((place, sku, disposition), 0), of_day[sku, disposition]
        if place != country.place or not (starting or ending or disposition == SELLABLE):
            continue
        product = BY_SKU[sku]
        assert not moved["adjustment"], "an adjustment on the last day has no column here"
        rows.append((
            f"{day(LAST):%m/%d/%Y}", product.fnsku, product.asin, sku, product.title, disposition, starting, 0,
            moved["receipt"], -moved["sale"], moved["return"], -moved["removal"], moved["transfer"], 0, 0, 0, 0, 0,
            ending, 0, country.code,
        ))  # fmt: skip
    return rows


def _write_orders(path: Path, country: Country) -> None:
    sold = [one for one in events() if one.kind == "sale" and one.channel == f"Amazon {country.code}"]
    rows = [_order(country, one.reference, one.sku, one.day, -one.units, one.order_type == "fba") for one in sold]
    rows += [_order(country, *line, True, "Pending") for line in _pending(country)]
    cancelled = [one for one in sold if dice("cancelled", one.reference).random() < 0.01]
    for one in cancelled:
        reference = amazon_order(country.code, "cancelled", one.reference)
        rows.append(_order(country, reference, one.sku, one.day, 0, True, "Cancelled"))
    rows.sort(key=lambda row: (str(row[3]), str(row[0])), reverse=True)
    if country.code == "US":
        write_tabs(path, _ORDERS, rows, country.encoding)
        return
    older = [[*row[:8], "", *row[8:28], *row[29:32]] for row in rows]
    write_tabs(path, (*_ORDERS[:8], "url", *_ORDERS[8:28], *_ORDERS[29:32]), older, country.encoding)


def _pending(country: Country) -> list[tuple[str, str, int, int]]:
    return [
        (amazon_order(country.code, product.sku, "pending", number), product.sku, LAST, 1)
        for product in country.products
        for number in range(pending(country.place, product.sku))
    ]


def _order(
    country: Country, order: str, sku: str, at: int, units: int, by_amazon: bool, status: str = "Shipped"
) -> Row:
    """One line of the orders report; it was bought and shipped on the same day."""
    product, roll = BY_SKU[sku], dice("line", order)
    minute, later = below(roll, 360), below(roll, 240)
    bought, updated = (
        f"{day(at)}T{13 + m // 60:02}:{m % 60:02}:{below(roll, 60):02}+00:00" for m in (minute, minute + later)
    )
    city, state, postal = country.towns[below(roll, len(country.towns))]
    price = f"{float(country.price(product)) * units:.2f}" if status == "Shipped" else ""
    item = {"Shipped": "Shipped", "Pending": "Unshipped", "Cancelled": "Cancelled"}[status]
    return (
        order, "", bought, updated, status, "Amazon" if by_amazon else "Merchant", country.site, "",
        "Expedited" if by_amazon else "Standard", product.title, sku, product.asin, item, units, country.currency,
        price, "", "", "", "", "", "", "", city, state, postal, country.code, "", "", "false", "", "", "false",
    )  # fmt: skip


assert set(CENTERS) == {country.place for country in COUNTRIES}
