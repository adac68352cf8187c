"""The column maps that come with us."""

from __future__ import annotations

import pytest

from connectors.column_map import ColumnMap
from connectors.ready_maps import ready
from connectors.tables import mapped_tables

FILES = {
    "skubana": {
        "inventory.csv": (
            "productStockId,product.masterSku,product.upc,stockLocation.location,stockLocation.warehouseId,quantity,"
            "quantityLocked,availableQuantity,allocatedQuantity,warehouseStockTotals.onHandQuantity\n"
            "1,A-1,012345678905,BIN-1,77,10,1,8,1,25\n"
            "2,A-1,012345678905,BIN-2,77,15,0,15,0,25\n"
        ),
        "totals.csv": ("masterSku,warehouseName,onHandQuantity,lockedQuantity,inTransitQuantity\nA-1,Reno,487,2,40\n"),
    },
    "Extensiv 3PL Warehouse Manager": {
        "lots.csv": (
            "itemIdentifier.sku,itemDescription,lotNumber,facilityIdentifier.name,receivedQty,onHandQty,availableQty,"
            "onHoldQty\nA-1,Mug,L1,Reno,300,200,174,0\nA-1,Mug,L2,Reno,50,50,40,10\n"
        ),
        "summaries.csv": (
            "sku,facilityId,onHand,allocated,available,onHold,orderedNotAllocated\n007,5,200,26,174,0,3\n"
        ),
    },
    "Flieber": {
        "balance.csv": "sku,fnsku,location_name,units_available,inbound_quantity\nA-1,X00A,FBA US,500,60\n",
        "forecast.csv": (
            "productCode,productName,inventoryLocationName,onHandInventoryUnits,onOrderInventoryUnits,tier\n"
            "A-1,Mug,AWD,900,120,A\n"
        ),
    },
    "ShipBob": {
        "levels.csv": (
            "inventory_id,sku,name,location_id,location_name,on_hand_quantity,fulfillable_quantity,committed_quantity,"
            "awaiting_quantity,internal_transfer_quantity\n9,A-1,Mug,3,Cicero (IL),100,90,10,24,6\n"
        ),
    },
    "ShipHero": {
        "products.csv": (
            "sku,warehouse_id,warehouse_identifier,on_hand,allocated,available,backorder,non_sellable_quantity,"
            "reserve_inventory\nA-1,V2,Primary,50,5,45,0,2,1\n"
        ),
    },
    "Shopify": {
        "levels.csv": (
            "SKU,Title,Location,On hand,Available,Committed,Incoming,Damaged,Quality control,Reserved,Safety stock\n"
            "A-1,Mug,Shop,30,20,4,12,1,2,2,1\n"
        ),
    },
}


@pytest.mark.parametrize("system", FILES)
def test_ready_map_reads_the_apis_fields(system, read, golden, as_text):
    """A table with the fields of the system's API is recognised and gives the frames of its golden file."""
    found = ready(system)
    batch = read(FILES[system], kinds=mapped_tables(system, (), ready=found.maps))
    assert not batch.set_aside
    golden(f"tables/ready_{system.lower().replace(' ', '_')}.txt", as_text(batch))


def test_bins_of_skubana_add_and_totals_are_left(read, units):
    """Skubana's stock per bin adds up to the warehouse; the totals it repeats on each bin are not read."""
    files = {"inventory.csv": FILES["skubana"]["inventory.csv"]}
    counts = units(read(files, kinds=mapped_tables("Skubana", (), ready=ready("Skubana").maps)).counts)
    assert counts["77", "A-1", "on_hand"] == 25
    assert counts["77", "A-1", "available"] == 23


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Skubana", "oms"),
        ("Extensiv Order Manager", "oms"),
        ("extensiv 3pl warehouse manager", "wms"),
        ("3PL-Central", "wms"),
        ("FLIEBER", "planner"),
        ("ShipBob", "wms"),
        ("shiphero", "wms"),
        ("Shopify", "store"),
    ],
)
def test_system_is_known_by_its_names(name, role):
    """A system is found by any of its names, however it is written, with what it is for."""
    assert ready(name).role == role


def test_unknown_system_has_no_map():
    """A system we have no map for has none, and no guess."""
    assert ready("3PL Portal") is None


def test_users_own_map_goes_before_a_ready_one(read, units):
    """A copy of a ready map that a user cut down reads the file; the ready one stands back."""
    own = ColumnMap(sku="sku", location="location", states={"on_hand": "on hand"})
    kinds = mapped_tables("Shopify", [own], ready=ready("Shopify").maps)
    batch = read(FILES["Shopify"], kinds=kinds)
    assert units(batch.counts) == {("Shop", "A-1", "on_hand"): 30}
