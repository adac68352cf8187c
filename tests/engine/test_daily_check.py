"""The daily check: which SKUs, which rows, and in which order."""

from __future__ import annotations

PLACES = [("FBA US", "US", "fba"), ("3PL", "US", "3pl")]
MAP = [
    ("FBA US", "Seller Central", "authority", "on_hand"),
    ("FBA US", "Skubana", "secondary", "on_hand"),
    ("3PL", "Portal", "authority", "on_hand"),
    ("3PL", "Skubana", "secondary", "on_hand"),
]


def off_by(gaps: dict[str, int], system: str = "Skubana", at: str = "FBA US"):
    """Counts of each SKU: 1,000 at the authority, and so much more or less at the other system."""
    authority = "Seller Central" if at == "FBA US" else "Portal"
    return [
        line
        for sku, gap in gaps.items()
        for line in ((authority, at, sku, "on_hand", 1000), (system, at, sku, "on_hand", 1000 + gap))
    ]


def revenue(thirty: float | None = None, ninety: float | None = None, **more):
    return {"revenue_30_d": thirty, "revenue_90_d": ninety, **more}


def checked(brand, skus, gaps, top_n=None, **more):
    return brand(locations=PLACES, source_map=MAP, skus=skus, counts=off_by(gaps), **more).reconciled(top_n=top_n)


ALL_OFF = {"A": 100, "B": 100, "C": 100, "D": 100}


def test_the_top_skus_by_revenue_are_checked(brand):
    """The two that earn most, in order of money at risk."""
    skus = [("A", 1, revenue(10)), ("B", 2, revenue(40)), ("C", 3, revenue(20)), ("D", 4, revenue(30))]
    assert [row[0] for row in checked(brand, skus, ALL_OFF, 2).daily] == ["D", "B"]


def test_the_better_of_30_and_90_days_counts(brand):
    """300 in 30 days are 10 a day, as 900 in 90 are: the better day is what a SKU is taken by."""
    skus = [
        ("A", 1, revenue(300, 300)),
        ("B", 1, revenue(30, 990)),
        ("C", 1, revenue(None, 720)),
        ("D", 1, revenue(210, None)),
    ]
    for most, expected in ((1, {"B"}), (2, {"A", "B"}), (3, {"A", "B", "C"})):
        assert {row[0] for row in checked(brand, skus, ALL_OFF, most).daily} == expected


def test_skus_marked_buying_today_are_checked_too(brand):
    """What is bought today is looked at, whatever it earns, and takes no other SKU's place."""
    skus = [("A", 1, revenue(40)), ("B", 1, revenue(30)), ("C", 1, revenue(1, buying_today="yes")), ("D", 1)]
    assert {row[0] for row in checked(brand, skus, ALL_OFF, 1).daily} == {"A", "C"}


def test_the_number_of_skus_is_a_setting(brand):
    """Top N on Settings, unless the command says otherwise."""
    skus = [("A", 1, revenue(40)), ("B", 1, revenue(30)), ("C", 1, revenue(20)), ("D", 1)]
    settings = [("Top N", 3)]
    assert len(checked(brand, skus, ALL_OFF, settings=settings).daily) == 3
    assert len(checked(brand, skus, ALL_OFF, 1, settings=settings).daily) == 1


def test_skus_without_revenue_come_after_all_that_have_some(brand):
    """An unknown revenue is not taken for more than a known one, not even than none."""
    skus = [("A", 1), ("B", 1, revenue(0)), ("C", 1, revenue(5)), ("D", 1)]
    assert {row[0] for row in checked(brand, skus, ALL_OFF, 2).daily} == {"B", "C"}


def test_only_flagged_rows_are_listed_most_money_first(brand):
    """Money at risk is the gap's size at unit cost, whichever way the gap goes."""
    skus = [("A", 1), ("B", 10), ("C", 100), ("D", 2)]
    found = checked(brand, skus, {"A": -200, "B": 50, "C": 30, "D": -150})
    assert found.daily == [("B", "FBA US", "Skubana"), ("D", "FBA US", "Skubana"), ("A", "FBA US", "Skubana")]
    assert found.result.daily["rank"].tolist() == [1, 2, 3]
    assert found.result.daily["at_cost"].tolist() == [500, 300, 200]


def test_an_unknown_cost_is_listed_first_the_largest_gap_before_others(brand):
    """A missing cost could be any money: it stands before every known one."""
    skus = [("A", 1000), "B", ("C", 5, {"currency": "CAD"}), ("D", 1)]
    found = checked(brand, skus, {"A": 500, "B": 40, "C": -60, "D": 100})
    assert [row[0] for row in found.daily] == ["C", "B", "A", "D"]
    assert found.result.daily["at_cost"].isna().tolist() == [True, True, False, False]


def test_a_cost_that_the_segment_gives_is_known(brand):
    """Demand's unit cost values the segment's gaps where the SKU has none."""
    found = checked(brand, ["A", ("B", 1)], {"A": 100, "B": 100}, demand=[("A", "US", 1, 120, 7)])
    assert found.result.daily["at_cost"].tolist() == [700, 100]


def test_each_system_and_location_has_its_own_row(brand):
    """One SKU can be wrong at two systems and two places: three rows, in the order of Locations and of the map."""
    found = brand(
        locations=PLACES,
        source_map=[*MAP, ("FBA US", "Flieber", "secondary", "on_hand")],
        skus=[("A", 1)],
        counts=[
            *off_by({"A": 100}),
            ("Flieber", "FBA US", "A", "on_hand", 900),
            *off_by({"A": 100}, at="3PL"),
        ],
    ).reconciled()
    assert found.daily == [("A", "FBA US", "Skubana"), ("A", "FBA US", "Flieber"), ("A", "3PL", "Skubana")]


def test_a_missing_authority_is_valued_by_what_the_other_system_says(brand):
    """Without an authority's number what the other counts is at risk."""
    found = brand(
        locations=PLACES[:1],
        source_map=MAP[:2],
        skus=[("A", 3)],
        counts=[("Skubana", "FBA US", "A", "on_hand", 50)],
    ).reconciled()
    assert (found.daily, found.result.daily["at_cost"].tolist()) == ([("A", "FBA US", "Skubana")], [150])


def test_the_evidence_of_a_listed_row_is_its_movements(brand):
    """Opening + movements = expected, beside what is counted, for each system at a listed place."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["A", "B"],
        identifiers=[("Portal", "A-CASE", "A", 12, "case")],
        counts=[*off_by({"A": 100, "B": 0}, at="3PL")],
        movements=[
            ("Portal", "3PL", "A", "sale", -3, "2026-10-03 08:00", "S-1"),
            ("Portal", "3PL", "A-CASE", "receipt", 2, "2026-10-04 08:00", "R-1"),
            ("Portal", "3PL", "B", "sale", -5, "2026-10-04 08:00", "S-2"),
            ("Portal", "3PL", "A", "sale", -7, "2026-09-01 08:00", "S-0"),
            ("Portal", "3PL", "A", "sale", -9, "2026-10-06 08:00", "S-9"),
            ("Skubana", "3PL", "A", "sale", -1, "2026-10-02 08:00"),
        ],
        past=[("Portal", "3PL", "A", "on_hand", 980, "2026-09-25 12:00")],
    ).reconciled()
    rows = found.result.evidence
    assert rows[["system", "event", "units", "reference"]].to_numpy(object).tolist() == [
        ["Portal", "opening", 980, None],
        ["Portal", "sale", -3, "S-1"],
        ["Portal", "receipt", 24, "R-1"],
        ["Portal", "expected", 1001, None],
        ["Portal", "counted", 1000, None],
        ["Skubana", "sale", -1, None],
        ["Skubana", "counted", 1100, None],
    ]
    assert set(rows["sku"]) == {"A"}
