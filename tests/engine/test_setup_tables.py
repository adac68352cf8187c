"""The buyer's tables, as CSV text or workbook values, become the setup."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from connectors.errors import SetupWrong
from connectors.frames import FrameWrong
from sheets.engine.setup import Settings, Setup
from sheets.setup_tables import HEADERS, SETTINGS, read_settings, read_setup


def table(**columns):
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})


LOCATIONS = table(location=["FBA US"], segment=["US"], kind=["fba"])
MAP = table(location=["FBA US"], system=["Seller Central"], role=["authority"], states=["on_hand"])


def settings(*rows):
    return read_settings(pd.DataFrame(rows, columns=["Setting", "Value"], dtype=object))


def test_optional_columns_may_be_missing():
    """What is not there is the usual: in the total, absent unknown, one unit, the location's own name."""
    setup = read_setup(
        {
            "locations": LOCATIONS,
            "source_map": MAP,
            "skus": table(sku=["A"]),
            "identifiers": table(system=["X"], system_sku=["a"], sku=["A"]),
        }
    )
    assert setup.locations[["no", "in_total"]].to_numpy().tolist() == [[1, True]]
    assert setup.locations["pool"].isna().all()
    assert setup.source_map[["system_location", "absent"]].to_numpy().tolist() == [["FBA US", "unknown"]]
    assert setup.skus[["id", "buying_today"]].to_numpy().tolist() == [[1, False]]
    assert setup.identifiers[["units_per", "kind"]].to_numpy(object).tolist() == [[1.0, "same"]]
    assert setup.demand.empty
    assert setup.settings == Settings()


def test_headers_are_read_in_any_spelling():
    """The tab's Title Case and a CSV's snake_case are the same columns."""
    for name, header in HEADERS["skus"].items():
        assert (
            len(read_setup({"skus": pd.DataFrame({"SKU": ["A"], "sku": ["A"], header: ["1"], name: ["1"]})}).skus) == 1
        )
    setup = read_setup({"skus": table(**{"SKU": ["A"], "UNIT COST": ["4"], "buying today": ["Yes"]})})
    assert setup.skus[["unit_cost", "buying_today"]].to_numpy(object).tolist() == [[4.0, True]]


def test_skus_stay_the_text_they_are():
    """Leading zeros, exponents, signs and case are part of a SKU's name; a workbook's whole number is one."""
    cells = ["007", "1E5", "=1+1", "+44", "a1", "A1", " A2 ", 7.0, 12]
    assert read_setup({"skus": table(sku=cells)}).skus["sku"].tolist() == [
        "007", "1E5", "=1+1", "+44", "a1", "A1", "A2", "7", "12",
    ]  # fmt: skip


def test_blank_rows_are_passed_over():
    """A row without a cell says nothing, and the others keep their numbers for messages."""
    setup = read_setup({"skus": table(sku=["A", None, " ", "B", float("nan")], title=["x", None, "", None, None])})
    assert setup.skus["sku"].tolist() == ["A", "B"]
    assert list(setup.row_numbers("skus")) == [1, 4]


def test_identifiers_without_a_sku_say_nothing_yet():
    """What a refresh could not map stands there with an empty SKU until the buyer names one."""
    setup = read_setup({"identifiers": table(system=["X", "X"], system_sku=["a", "b"], sku=[None, "B"])})
    assert setup.identifiers["system_sku"].tolist() == ["b"]


def test_numbers_that_stand_are_kept_and_missing_ones_follow():
    """The hidden numbers that look-ups go by stay with their rows; new and doubled rows get the next free."""
    setup = read_setup({"skus": table(id=[5, None, 3, 5, None], sku=list("ABCDE"))})
    assert setup.skus["id"].tolist() == [5, 6, 3, 7, 8]


def test_words_of_ours_are_read_in_any_case():
    """Kinds, roles, states and absent are ours, so their case says nothing."""
    setup = read_setup(
        {
            "locations": table(location=["3PL"], segment=["US"], kind=["3PL"], in_total=["No"]),
            "source_map": table(
                location=["3PL"], system=["Portal"], role=["Authority"], states=["On_Hand"], absent=["ZERO"]
            ),
        }
    )
    assert setup.locations[["kind", "in_total"]].to_numpy(object).tolist() == [["3pl", False]]
    assert setup.source_map[["role", "states", "absent"]].to_numpy().tolist() == [["authority", "on_hand", "zero"]]


@pytest.mark.parametrize(
    ("cell", "number"),
    [("4", 4), ("4.50", 4.5), (" 1,234.5 ", 1234.5), ("3%", 0.03), ("1e-05", 1e-05), (0.1, 0.1), (np.int64(7), 7)],
)
def test_numbers_are_read_as_they_are_written(cell, number):
    """Thousands, percent and workbook numbers are numbers."""
    assert read_setup({"skus": table(sku=["A"], unit_cost=[cell])}).skus["unit_cost"].tolist() == [number]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("ten", "a number"),
        ("$4.50", "a number"),
        ("nan", "a number"),
        ("inf", "a number"),
        ("1_0", "a number"),
        ("4,50", "a number such as 1234.5"),
        ("0,03", "a number such as 1234.5"),
        ("12,34", "a number such as 1234.5"),
    ],
)
def test_what_is_not_a_number_is_named_by_its_cell(cell, expected):
    """Nothing is guessed: a decimal comma is not a thousand, and the cell is named by its row on the tab."""
    with pytest.raises(SetupWrong) as refused:
        read_setup({"skus": table(sku=["A", None, "B"], unit_cost=["1", None, cell])})
    assert str(refused.value) == (
        f"SKUs row 3, Unit Cost: '{cell}' is not a number; expected {expected}. Correct the cell"
    )


def test_what_is_neither_yes_nor_no_is_named_by_its_cell():
    """A cell that decides must be yes or no."""
    with pytest.raises(SetupWrong) as refused:
        read_setup({"locations": table(location=["A"], segment=["US"], kind=["fba"], in_total=["maybe"])})
    assert str(refused.value) == (
        "Locations row 1, In Total: 'maybe' is neither yes nor no; expected yes or no. Correct the cell"
    )


def test_an_empty_cell_that_is_needed_is_named():
    """A row of the map without its system cannot be read."""
    with pytest.raises(SetupWrong) as refused:
        read_setup({"source_map": table(location=["A"], system=[None], role=["authority"], states=["on_hand"])})
    assert str(refused.value) == ("Source Map row 1, System: is empty; expected a value in every row. Correct the cell")


def test_a_column_that_is_needed_is_named_beside_those_that_are_there():
    """A table without one of its columns says which, and which it has."""
    with pytest.raises(SetupWrong) as refused:
        read_setup({"demand": table(sku=["A"], country=["US"])})
    assert str(refused.value) == "Demand: has no column 'Segment'; expected it among sku, country. Add the column"


def test_settings_are_read_by_their_names():
    """Every setting of the tab fills its own field."""
    made = settings(
        ("Gap %", "5%"), ("Gap Units", 20), ("Top N", 12), ("Max Age FBA", 30), ("Max Age", 40),
        ("Max Cover Days", 90), ("Brand Currency", "EUR"), ("Time Zone", "Europe/Berlin"),
        ("Rate USD", "0.9"), ("Sellable: reserved_processing", "no"), ("On The Way: inbound_working", "yes"),
        ("On Order Counts", "no"), ("Owed Counts", "no"), ("Colour", "red"), ("Max Age", None),
    )  # fmt: skip
    assert made == Settings(
        pct=0.05,
        units=20,
        top_n=12,
        max_age_fba=30,
        max_age=40,
        max_cover_days=90,
        brand_currency="EUR",
        time_zone="Europe/Berlin",
        rates={"USD": 0.9},
        sellable=("available", "reserved_transfer"),
        on_the_way=("inbound_working", "inbound_shipped", "inbound_receiving", "in_transit"),
        on_order=False,
        owed=False,
        unknown=("Colour",),
    )


def test_every_setting_of_the_tab_can_be_read():
    """No row of the Settings tab is unknown to its own reader."""
    value = {"percent": 0.03, "number": 10, "text": "UTC", "yes": "yes"}
    assert settings(*((setting.name, value[setting.form]) for setting in SETTINGS)).unknown == ()


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (("Gap %", 3), "Gap %: 3 is 300%; expected a part such as 3% or 0.03"),
        (("Gap Units", -1), "Gap Units: -1 is below 0; expected 0 or more"),
        (("Time Zone", "New York"), "Time Zone: 'New York' is not a time zone; expected a name such as "
                                    "America/New_York or UTC"),
        (("Owed Counts", "often"), "Owed Counts: 'often' is neither yes nor no; expected yes or no"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_named_by_its_row_on_the_tab(row, line):
    """A wrong setting stops with its row, blank rows counted, and what may stand there."""
    with pytest.raises(SetupWrong) as refused:
        settings(("Top N", 30), (None, None), row)
    assert str(refused.value) == f"Settings row 3, {line}. Correct the cell"


def test_a_frame_of_another_shape_is_refused_by_name():
    """The engine takes only frames of its own shape, and names the one that is not."""
    right = read_setup({"locations": LOCATIONS, "source_map": MAP, "skus": table(sku=["A"])})
    with pytest.raises(FrameWrong, match="skus: columns"):
        Setup(right.locations, right.source_map, right.skus.drop(columns="title"))
    with pytest.raises(FrameWrong, match=r"locations\.segment: 1 missing"):
        Setup(right.locations.assign(segment=pd.Series([None], dtype="str")), right.source_map, right.skus)
