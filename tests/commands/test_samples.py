"""Public data of another tool becomes a brand through a column map alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
from typer.testing import CliRunner

from addin.cli import app

TOML = """
[brand]
name = "Seeds"

[[systems.Warehouse.tables]]
sku = "seller_sku"
location_name = "FBA"
fnsku = "fn_sku"
asin = "asin"
title = "product_name"
rows = "add"
states.available = "fulfillable_quantity"
states.reserved_orders = "pending_customer_order_quantity"
states.reserved_transfer = "pending_transshipment_quantity"
states.reserved_processing = "fc_processing_quantity"
states.researching = "total_researching_quantity"
states.unfulfillable = "total_unfulfillable_quantity"
states.inbound_working = "inbound_working_quantity"
states.inbound_shipped = "inbound_shipped_quantity"
states.inbound_receiving = "inbound_receiving_quantity"
"""
STOCK = ("fulfillable", "pending_customer_order", "pending_transshipment", "fc_processing", "total_researching",
         "total_unfulfillable")  # fmt: skip


def test_fivetran_seeds_are_a_brand_whose_positions_are_their_own_sums(samples: Path, tmp_path: Path):
    """Stock and transit of the seeds, read by a column map, add up to the sums of the file's own columns."""
    seed = samples / "fivetran_amazon" / "fba_inventory_summary.csv"
    setup = tmp_path / "setup"
    (setup / "exports" / "warehouse").mkdir(parents=True)
    shutil.copy(seed, setup / "exports" / "warehouse" / "summary.csv")
    (setup / "mastersheet.toml").write_text(TOML, encoding="utf-8")
    (setup / "locations.csv").write_text("location,segment,kind\nFBA,US,fba\nTo FBA,US,transit\n", encoding="utf-8")
    (setup / "source_map.csv").write_text(
        "location,system,role,system_location,states\nFBA,Warehouse,authority,FBA,on_hand\n"
        "To FBA,Warehouse,authority,FBA,inbound_shipped;inbound_receiving\n",
        encoding="utf-8",
    )
    brand = tmp_path / "brand"
    assert CliRunner().invoke(app, ["new", str(brand), "--from", str(setup)]).exit_code == 0
    done = CliRunner().invoke(app, ["check", str(brand), "--all", "--json"])
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    seeds = pd.read_csv(seed)
    units = pd.DataFrame(found["positions"]).groupby("location")["units"].sum().to_dict()
    assert units == {
        "FBA": int(sum(seeds[f"{name}_quantity"].sum() for name in STOCK)),
        "To FBA": int(seeds["inbound_shipped_quantity"].sum() + seeds["inbound_receiving_quantity"].sum()),
    }
    assert sum(total["total"] for total in found["totals"]) == sum(units.values())
    assert found["unmapped"] == []
