"""`new`: what is given is kept, what is missing is proposed with its reason."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from sheets.brand import folder_name, open_brand, setup_of, tables_of
from sheets.systems import system_in

COUNTS = "sku,location,state,units,as_of\n"


def maps(brand: Any) -> list[tuple[str, ...]]:
    """The source map in the workbook."""
    rows = setup_of(open_brand(brand)).source_map
    return list(rows.itertuples(index=False, name=None))


@pytest.fixture
def exports(made):
    """Exports of a portal, FBA, a planner and an order manager, and nothing else."""
    made.file("exports/3pl-portal/counts.csv", COUNTS + "A,NJ,on_hand,100,2026-10-05\n"
              "B,Toronto Annex,on_hand,5,2026-10-05\n")  # fmt: skip
    made.file("exports/seller-central/counts.csv", COUNTS + "A,FBA US,on_hand,50,2026-10-05\n"
              "C,FBA CA,on_hand,9,2026-10-05\nA,FBA US,inbound_shipped,4,2026-10-05\n")  # fmt: skip
    made.file("exports/flieber/counts.csv", COUNTS + "A,nj,on_hand,99,2026-10-05\nA,f b a US,on_hand,51,2026-10-05\n"
              "A,f b a US,in_transit,4,2026-10-05\nA,Elsewhere,on_hand,1,2026-10-05\n")  # fmt: skip
    made.file("exports/skubana/counts.csv", COUNTS + "A,NJ,available,97,2026-10-05\n")
    return made


def test_everything_is_proposed_from_exports_by_the_rule(exports, run):
    """The portal is right at the 3PLs, Seller Central at FBA and on the way there; the rest is compared."""
    result = exports.new()
    assert maps(exports.brand) == [
        ("NJ", "3PL Portal", "authority", "NJ", "on_hand", "zero"),
        ("NJ", "Flieber", "secondary", "nj", "on_hand", "unknown"),
        ("NJ", "Skubana", "secondary", "NJ", "available", "unknown"),
        ("Toronto Annex", "3PL Portal", "authority", "Toronto Annex", "on_hand", "zero"),
        ("FBA US", "Seller Central", "authority", "FBA US", "on_hand", "unknown"),
        ("FBA US", "Flieber", "secondary", "f b a US", "on_hand", "unknown"),
        ("In Transit To FBA US", "Seller Central", "authority", "FBA US", "inbound_shipped", "unknown"),
        ("In Transit To FBA US", "Flieber", "secondary", "f b a US", "in_transit", "unknown"),
        ("FBA CA", "Seller Central", "authority", "FBA CA", "on_hand", "unknown"),
    ]
    setup = setup_of(open_brand(exports.brand))
    assert list(setup.locations[["location", "segment", "kind"]].itertuples(index=False, name=None)) == [
        ("NJ", "US", "3pl"),
        ("Toronto Annex", "Canada", "3pl"),
        ("FBA US", "US", "fba"),
        ("In Transit To FBA US", "US", "transit"),
        ("FBA CA", "Canada", "fba"),
    ]
    assert sorted(setup.skus["sku"]) == ["A", "B", "C"]
    said = result.stdout.splitlines()
    assert "NJ: 3PL Portal is the authority, because units at a 3PL are right in its WMS or portal" in said
    assert "Flieber's 'Elsewhere' matches no location: add it to the Source Map" in said
    assert "NJ: Skubana is secondary, compared and never ordered against; it reports available units only" in said
    assert run("check", exports.brand).exit_code == 0


def test_what_is_given_is_kept(exports, run):
    """Given locations get authorities by their names; a place of no given location is left out and said."""
    exports.file("locations.csv", "location,segment,kind\nNJ,East,3pl\nFBA US,US,fba\n")
    result = exports.new()
    assert {row[0] for row in maps(exports.brand)} == {"NJ", "FBA US"}
    assert "3PL Portal's 'Toronto Annex' is not in Locations: left out" in result.stdout
    assert setup_of(open_brand(exports.brand)).segments == ["East", "US"]


def test_locations_are_proposed_for_a_given_map(exports):
    """Their kinds follow their authorities."""
    exports.file(
        "source_map.csv",
        """\
        location,system,role,system_location,states
        Warehouse,3PL Portal,authority,NJ,on_hand
        Amazon,Seller Central,authority,FBA CA,on_hand
        """,
    )
    exports.new()
    rows = setup_of(open_brand(exports.brand)).locations[["location", "segment", "kind"]]
    assert list(rows.itertuples(index=False, name=None)) == [
        ("Warehouse", "US", "3pl"),
        ("Amazon", "Canada", "fba"),
    ]


def test_two_warehouse_systems_do_not_both_own_a_location(made):
    """The first stays the authority, and a line says that the second counts there too."""
    made.file("exports/3pl-portal/counts.csv", COUNTS + "A,NJ,on_hand,100,2026-10-05\n")
    made.file("exports/acme-wms/counts.csv", COUNTS + "A,NJ,on_hand,90,2026-10-05\n")
    result = made.new()
    assert "NJ: Acme WMS counts it too; 3PL Portal stays its authority" in result.stdout
    assert [(row[1], row[2]) for row in maps(made.brand)] == [("3PL Portal", "authority"), ("Acme WMS", "secondary")]


def test_case_names_are_no_skus(exports):
    """A name that Identifiers explains is proposed under the SKU it means."""
    exports.file("identifiers.csv", "system,system_sku,sku,units_per,kind\n3PL Portal,A,C,12,case\n")
    exports.new()
    assert sorted(setup_of(open_brand(exports.brand)).skus["sku"]) == ["A", "B", "C"]


def test_without_exports_there_are_example_rows(made, run):
    """Two locations and a SKU show what goes where; a refresh then says that there is nothing to read."""
    result = run("new", made.brand)
    assert result.exit_code == 0
    assert "hold example rows" in result.stdout
    setup = setup_of(open_brand(made.brand))
    assert list(setup.locations["location"]) == ["3PL", "FBA US"]
    assert list(setup.skus["status"]) == ["example"]
    assert run("refresh", made.brand).exit_code == 2
    names = sorted(path.name for path in made.brand.iterdir())
    assert names == [".mastersheet.lock", "exports", "master.xlsx", "mastersheet.toml"]
    assert sorted(path.name for path in (made.brand / "exports").iterdir()) == ["3pl-portal", "seller-central"]


def test_a_folder_that_holds_exports_alone_becomes_a_brand(made, run):
    """`new DIR` proposes from the exports that lie there already."""
    made.export("3pl-portal/counts.csv", COUNTS + "A,NJ,on_hand,100,2026-10-05\n")
    assert run("new", made.brand).exit_code == 0
    assert maps(made.brand) == [("NJ", "3PL Portal", "authority", "NJ", "on_hand", "zero")]


def test_given_tables_come_back_from_the_workbook_to_the_letter(three_systems):
    """Text that spreadsheets like to spoil stays: 007, 1E5, a leading =, quotes, wildcards."""
    names = ["007", "1E5-LAMP", "=1+1", "A*", "~x", ">5", 'Skillet 10"', "+44", "true", "Ünïcode 品"]
    table = pd.DataFrame({"sku": names, "title": names, "fnsku": names})
    three_systems.file("skus.csv", table.to_csv(index=False))
    three_systems.new()
    skus = setup_of(open_brand(three_systems.brand)).skus
    assert list(skus["sku"]) == names
    assert list(skus["fnsku"]) == names


def test_the_given_settings_file_is_the_brands(three_systems):
    """mastersheet.toml of the setup folder is taken as it is, notes and all, with an id where it has none."""
    text = '# mine\n[brand]\nname = "Acme"\n[workbook]\nfile = "acme.xlsx"\n'
    three_systems.file("mastersheet.toml", text)
    three_systems.new()
    made = (three_systems.brand / "mastersheet.toml").read_text()
    assert re.sub(r'id = "acme-[0-9a-f]{12}"\n', "", made, count=1) == text
    assert made.splitlines()[2].startswith('id = "acme-')
    assert (three_systems.brand / "acme.xlsx").is_file()


def test_a_link_in_exports_is_not_followed(three_systems, tmp_path):
    """A link out of the folder stays a link, and is set aside when it is read."""
    (tmp_path / "secret.csv").write_text(COUNTS + "A,FBA,on_hand,1,2026-10-05\n")
    (three_systems.setup / "exports/skubana/linked.csv").symlink_to(tmp_path / "secret.csv")
    three_systems.new()
    assert (three_systems.brand / "exports/skubana/linked.csv").is_symlink()
    (aside,) = three_systems.report(exits=3)["set_aside"]
    assert "is a link" in aside["reason"]


def test_the_workbook_is_whole_before_the_first_refresh(three_systems):
    """All tables are there, ours empty and the buyer's full; the log has no refresh."""
    three_systems.new()
    shown = tables_of(open_brand(three_systems.brand))
    assert list(shown["SKUs"]["SKU"]) == ["A"]
    assert len(shown["SourceMap"]) == 3
    assert shown["Counts"].empty
    assert shown["Log"].empty


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("3PL Portal", "3pl-portal"),
        ("Seller Central", "seller-central"),
        ("A & B", "a---b"),
        ("Lager Süd", "lager-süd"),
    ],
)
def test_a_systems_folder(system, folder):
    """Lower case, and a dash for each sign that is no letter or digit."""
    assert folder_name(system) == folder


def test_a_folder_is_read_back_into_a_systems_name():
    """Known systems by their own names, others by their words."""
    assert [system_in(name) for name in ("seller-central", "extensiv-wms", "3pl-portal", "big_shed")] == [
        "Seller Central", "Extensiv WMS", "3PL Portal", "Big Shed",
    ]  # fmt: skip
