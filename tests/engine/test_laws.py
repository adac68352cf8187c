"""Laws that hold for every brand: sums, thresholds, order of rows, and what has nothing to do with what."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.frames import ON_HAND, ON_HAND_PARTS
from sheets.engine.reconcile import reconcile
from sheets.setup_tables import HEADERS

# The same examples every time, and few enough for a coffee.
FEW = settings(
    derandomize=True, deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

SKUS = ["A", "B", "C", "KIT"]
LOCATIONS = [
    ("FBA US", "US", "fba"),
    ("FBA CA", "Canada", "fba"),
    ("To FBA US", "US", "transit"),
    ("3PL", "US", "3pl", {"pct": 0.05}),
    ("Store", "Canada", "store", {"in_total": "no"}),
]
MAP = [
    ("FBA US", "Seller Central", "authority", "on_hand", "US"),
    ("FBA CA", "Seller Central", "authority", "on_hand", "CA", {"absent": "zero"}),
    ("To FBA US", "Seller Central", "authority", "inbound_shipped; inbound_receiving", "US"),
    ("3PL", "Portal", "authority", "available; allocated", "Hall 1"),
    ("3PL", "Portal", "authority", "on_hand", "Hall 2"),
    ("Store", "Shopify", "authority", "available", "Shop"),
    ("FBA US", "Skubana", "secondary", "on_hand", "Amazon"),
    ("3PL", "Skubana", "secondary", "on_hand", "NJ"),
    ("3PL", "Flieber", "secondary", "on_hand", "NJ", {"absent": "zero"}),
]
IDENTIFIERS = [
    ("Portal", "A-CASE", "A", 12, "case"),
    ("Skubana", "B-FBM", "B", 1, "same"),
    ("Portal", "KIT", "C", 3, "kit"),
]
NAMES = [*SKUS, "A-CASE", "B-FBM", "STRANGER"]
PLACES = {
    "Seller Central": ["US", "CA", "MX"],
    "Portal": ["Hall 1", "Hall 2"],
    "Shopify": ["Shop"],
    "Skubana": ["Amazon", "NJ"],
    "Flieber": ["NJ"],
}
STATES = ["on_hand", "available", "allocated", "unfulfillable", "inbound_working", "inbound_shipped", "buildable"]
DAYS = ["2026-10-05 12:00", "2026-10-05 06:00"]
BEFORE = ["2026-10-04 12:00", "2026-10-03 12:00"]


def counted(days):
    """Counts: each place, name and state at most once a day, from files of their systems."""
    keys = [
        (system, place, name, state)
        for system, places in PLACES.items()
        for place in places
        for name in NAMES
        for state in STATES
    ]
    return st.dictionaries(
        st.tuples(st.sampled_from(keys), st.sampled_from(days)), st.integers(0, 400), max_size=40
    ).map(lambda made: [(*key, units, day) for (key, day), units in made.items()])


TODAYS = counted(DAYS[:1])
demands = st.lists(
    st.tuples(st.sampled_from(SKUS), st.sampled_from(["US", "Canada"]), st.integers(0, 9)),
    max_size=6,
    unique_by=lambda row: row[:2],
)


def whole(brand, counts, past=(), **other):
    return brand(
        **{
            "locations": LOCATIONS,
            "source_map": MAP,
            "skus": [(sku, 5) for sku in SKUS],
            "identifiers": IDENTIFIERS,
            "counts": counts,
            "past": past,
            **other,
        }
    )


@FEW
@given(counts=TODAYS, past=counted(BEFORE))
def test_totals_are_the_sums_of_positions(brand, counts, past):
    """Each segment, and each SKU's total, adds the positions of the locations in the total, and nothing else."""
    found = whole(brand, counts, past).reconciled().result
    inside = found.counts[found.counts["location"] != "Store"]
    by_segment = inside.groupby(["sku", "segment"], observed=True)["position"].sum(min_count=1).dropna()
    shown = found.segments.set_index(["sku", "segment"])["units"].dropna()
    assert by_segment.to_dict() == shown.to_dict()
    totals = inside.groupby("sku", observed=True)["position"].sum(min_count=1).dropna()
    assert totals.to_dict() == found.orders.set_index("sku")["total"].dropna().to_dict()


@FEW
@given(counts=TODAYS)
def test_every_unit_is_counted_once_or_reported(brand, counts):
    """What authorities say is in a position, reported as unmapped, or in a state that the map leaves out."""
    # One coverage for all: Seller Central and Hall 2 report on_hand, the other hall its parts.
    counts = [line for line in counts if line[0] in ("Seller Central", "Portal", "Shopify")]
    made = whole(brand, counts)
    found = made.reconciled().result
    takes = {
        ("Seller Central", "US"): {"on_hand", "inbound_shipped", "inbound_receiving"},
        ("Seller Central", "CA"): {"on_hand"},
        ("Portal", "Hall 1"): {"available", "allocated"},
        ("Portal", "Hall 2"): {"on_hand"},
        ("Shopify", "Shop"): {"available"},
    }
    given_states: dict[tuple[str, str], set[str]] = {}
    for system, place, _, state, *_ in counts:
        given_states.setdefault((system, place), set()).add(state)
    positions, unmapped = Counter(), Counter()
    incomplete = set()
    for system, place, name, state, units, _ in counts:
        slot, parts = (system, place), given_states[system, place] & set(ON_HAND_PARTS)
        derived = ON_HAND in takes.get(slot, ()) and ON_HAND not in given_states[slot] and bool(parts)
        sku, per = {("Portal", "A-CASE"): ("A", 12)}.get((system, name), (name, 1))
        taken = state in takes.get(slot, ()) or (derived and state in ON_HAND_PARTS)
        if slot in takes and taken and sku in SKUS:
            positions[slot, sku, state] += units * per
            if derived and state in ON_HAND_PARTS and len(parts) > 1:
                incomplete.add((slot, sku))
        elif slot not in takes or taken:
            unmapped[system, place, name, state] += units
    # Where a total is made of parts and one of them is missing the total is missing: not looked at here.
    skipped = {sku for slot, sku in incomplete if slot != ("Seller Central", "CA")}
    expected = Counter()
    for (_, sku, _), units in positions.items():
        expected[sku] += units
    summed = found.counts.groupby("sku", observed=True)["position"].sum().to_dict()
    for sku in set(SKUS) - skipped:
        assert summed.get(sku, 0) == expected[sku]
    reported = {tuple(row[:4]): row[4] for row in found.unmapped.itertuples(index=False, name=None)}
    strangers = {(line[0], line[1], line[2]) for line in unmapped if line[3] == ON_HAND}
    assert (
        reported
        == {
            key: units
            for key, units in unmapped.items()
            if units
            and key[3] != "buildable"
            # At a place that nobody maps the whole is reported, not its parts beside it.
            and not (key[:2] not in takes and key[3] in ON_HAND_PARTS and key[:3] in strangers)
        }
    )


edges = st.tuples(
    st.integers(0, 2_000_000),
    st.integers(0, 1000).map(lambda n: Decimal(n) / 1000),
    st.integers(0, 500),
    st.integers(-2, 2),
    st.sampled_from([1, -1]),
)


@FEW
@given(skus=st.lists(edges, min_size=20, max_size=60))
def test_a_gap_is_flagged_exactly_when_it_is_over_the_threshold(compared, skus):
    """abs(gap) > round(max(pct x units, units), 6), as decimal arithmetic has it, at the edge too."""
    wanted, tables, counts = [], [], []
    for number, (units, pct, least, beside, sign) in enumerate(skus):
        threshold = max(pct * units, Decimal(least)).quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)
        gap = sign * max(int(threshold) + beside, 0)
        wanted.append((float(threshold), float(gap), abs(gap) > threshold))
        tables.append((f"S{number}", {"gap_pct": float(pct), "gap_units": least}))
        counts.append(("Seller Central", "FBA US", f"S{number}", "on_hand", units))
        counts.append(("Flieber", "FBA US", f"S{number}", "on_hand", units + gap))
    rows = compared(1, 1, skus=tables, counts=counts).result.gaps
    assert list(zip(rows["threshold"], rows["gap"], rows["flagged"], strict=True)) == wanted
    assert (rows["flag"] == "CHECK").tolist() == [flagged for *_, flagged in wanted]


@FEW
@given(counts=counted(DAYS), past=counted(BEFORE), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(brand, same, counts, past, shuffled):
    """Rows of counts in any order give an equal reconciliation, frame by frame."""
    made = whole(brand, counts, past, demand=[("A", "US", 2)])
    batch, setup = made.batch, made.setup
    other = replace(
        batch,
        counts=batch.counts.iloc[shuffled.sample(range(len(counts)), len(counts))].reset_index(drop=True),
        past=batch.past.iloc[shuffled.sample(range(len(past)), len(past))].reset_index(drop=True),
    )
    same(reconcile(batch, setup), reconcile(other, setup))


@FEW
@given(counts=counted(DAYS), past=counted(BEFORE))
def test_categories_and_texts_are_the_same_counts(brand, same, counts, past):
    """Frames whose texts are categories, as large files give them, are reconciled alike."""
    made = whole(brand, counts, past)
    batch, setup = made.batch, made.setup
    texts = ["system", "system_location", "system_sku", "state", "source"]
    other = replace(
        batch,
        counts=batch.counts.astype(dict.fromkeys(texts, "category")),
        past=batch.past.astype(dict.fromkeys(texts, "category")),
    )
    same(reconcile(batch, setup), reconcile(other, setup))


def without(frame: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """The rows of others, as plain values."""
    rows = frame[frame[column].astype("str") != value].reset_index(drop=True)
    return pd.DataFrame({name: rows[name].to_numpy(object) for name in rows})


def equal_without(one, other, column: str, value: str, names=("counts", "gaps", "segments", "orders")) -> None:
    for name in names:
        mine, theirs = (without(getattr(found, name), column, value) for found in (one, other))
        pd.testing.assert_frame_equal(mine[sorted(mine)], theirs.reindex(columns=sorted(mine)), obj=name)


@FEW
@given(counts=TODAYS, past=counted(BEFORE), units=st.integers(0, 900), demand=demands)
def test_an_unrelated_sku_changes_nothing_for_the_others(brand, counts, past, units, demand):
    """A SKU that is added, counted and sold is a row more, and every other row is as it was."""
    places = [("Seller Central", "US", "on_hand"), ("Portal", "Hall 2", "on_hand"), ("Skubana", "NJ", "on_hand")]
    added = [(system, place, "NEW", state, units, DAYS[0]) for system, place, state in places]
    # Both know the same places: what a file covers is not what is added here.
    covered = [(*place, DAYS[0]) for place in places]
    before = whole(brand, counts, past, demand=demand, also_covered=covered).reconciled(DAYS[0])
    after = whole(
        brand,
        [*counts, *added],
        past,
        skus=[*((sku, 5) for sku in SKUS), ("NEW", 7)],
        demand=[*demand, ("NEW", "US", 3)],
        also_covered=covered,
    ).reconciled(DAYS[0])
    equal_without(before.result, after.result, "sku", "NEW")
    assert set(after.unmapped) == set(before.unmapped)


@FEW
@given(counts=TODAYS, past=counted(BEFORE), others=st.dictionaries(st.sampled_from(SKUS), st.integers(0, 900)))
def test_an_unrelated_secondary_changes_nothing_for_the_others(brand, counts, past, others):
    """One more system to compare with adds its gaps; positions and the other systems' gaps are as they were."""
    new = [("Planner", "US stock", sku, "on_hand", units, DAYS[0]) for sku, units in others.items()]
    before = whole(brand, counts, past).reconciled(DAYS[0]).result
    after = (
        whole(
            brand,
            [*counts, *new],
            past,
            source_map=[*MAP, ("FBA US", "Planner", "secondary", "on_hand", "US stock")],
        )
        .reconciled(DAYS[0])
        .result
    )
    equal_without(before, after, "system", "Planner", names=("gaps",))
    positions = [found.counts.dropna(subset=["position"]) for found in (before, after)]
    one, other = (dict(zip(zip(f["sku"], f["location"], strict=True), f["position"], strict=True)) for f in positions)
    assert one == other
    for name in ("total", "order_against"):
        pd.testing.assert_series_equal(before.orders[name], after.orders[name])


def renamed(rows, *places):
    """Short tuples with the names in these places spelt backwards."""
    return [tuple(cell[::-1] if at in places else cell for at, cell in enumerate(row)) for row in rows]


@FEW
@given(counts=counted(DAYS), past=counted(BEFORE))
def test_names_are_only_names(brand, counts, past):
    """Systems and locations called otherwise, everywhere, change names and nothing else."""
    made = whole(brand, counts, past).reconciled().result
    other = whole(
        brand,
        renamed(counts, 0, 1),
        renamed(past, 0, 1),
        locations=renamed(LOCATIONS, 0),
        source_map=renamed(MAP, 0, 1, 4),
        identifiers=renamed(IDENTIFIERS, 0),
    )
    other = other.reconciled().result
    for name in ("counts", "gaps", "segments", "orders"):
        # Of several files behind one number the first by its name is shown.
        mine, theirs = (
            getattr(found, name).drop(columns=["source", "row"], errors="ignore") for found in (made, other)
        )
        plain = [pd.DataFrame({column: frame[column].to_numpy(object) for column in frame}) for frame in (mine, theirs)]
        for column in {"location", "system", "authority"} & set(mine):
            plain[0][column] = pd.Series([value[::-1] for value in plain[0][column]], dtype=object)
        pd.testing.assert_frame_equal(*plain, check_dtype=False, obj=name)
    unmapped = [tuple(found.unmapped.itertuples(index=False, name=None)) for found in (made, other)]
    assert {(system[::-1], place[::-1], *rest) for system, place, *rest in unmapped[0]} == set(unmapped[1])


@pytest.mark.parametrize("shape", ["locations", "source_map", "skus", "demand", "identifiers"])
def test_headers_of_a_tab_are_names_of_its_own(shape):
    """No two columns of a tab are called the same, so that each is found by its header."""
    assert len({header.lower() for header in HEADERS[shape].values()}) == len(HEADERS[shape])
