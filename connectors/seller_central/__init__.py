"""Amazon Seller Central: one reader per report, whether it came from the API or was downloaded by hand."""

from __future__ import annotations

from typing import Final

from connectors.base import Kind
from connectors.seller_central.afn import FulfilledByCountry, FulfilledInventory
from connectors.seller_central.all_orders import AllOrders
from connectors.seller_central.inbound import InboundShipments
from connectors.seller_central.ledger_detail import LedgerDetail
from connectors.seller_central.ledger_summary import LedgerSummary
from connectors.seller_central.myi import ManageInventory
from connectors.seller_central.reserved import ReservedInventory
from connectors.seller_central.restock import Restock
from connectors.seller_central.shipment_contents import ShipmentContents

KINDS: Final[tuple[Kind, ...]] = (
    ManageInventory(),
    FulfilledInventory(),
    FulfilledByCountry(),
    ReservedInventory(),
    LedgerSummary(),
    LedgerDetail(),
    InboundShipments(),
    ShipmentContents(),
    Restock(),
    AllOrders(),
)

__all__ = ["KINDS"]
