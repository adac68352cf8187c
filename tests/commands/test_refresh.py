"""`refresh` writes what `check` finds; --dry-run says what it would write."""

from __future__ import annotations

from sheets.brand import open_brand, tables_of

COUNTS = "sku,location,state,units,as_of\n"


def test_a_refresh_is_numbered_and_logged(three_systems, run):
    """The first is 1, the second 2, each a row of the Log."""
    three_systems.new()
    assert run("refresh", three_systems.brand).stdout.startswith("Refresh 1: ")
    assert run("refresh", three_systems.brand).stdout.startswith("Refresh 2: ")
    log = tables_of(open_brand(three_systems.brand))["Log"]
    assert list(log["Refresh"]) == [1, 2]
    assert list(log["Flags"]) == [1, 1]


def test_check_writes_nothing(three_systems, run):
    """Not one file of the folder differs after it."""
    three_systems.new()
    run("refresh", three_systems.brand)
    before = {path: path.read_bytes() for path in three_systems.brand.rglob("*") if path.is_file()}
    run("check", three_systems.brand, "--all", "--json")
    run("refresh", three_systems.brand, "--dry-run")
    run("lint", three_systems.brand)
    assert {path: path.read_bytes() for path in three_systems.brand.rglob("*") if path.is_file()} == before


def test_a_dry_run_without_changes_says_none(three_systems, run):
    """The same exports would give the same cells."""
    three_systems.new()
    run("refresh", three_systems.brand)
    result = run("refresh", three_systems.brand, "--dry-run")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("0 changes; nothing was written\n")


def test_a_dry_run_tells_old_and_new(three_systems, run):
    """Cells of Counts, Gaps and Positions, by their rows, old -> new."""
    three_systems.new()
    run("refresh", three_systems.brand)
    three_systems.export("skubana/counts.csv", COUNTS + "A,FBA,on_hand,505,2026-10-05\n")
    said = run("refresh", three_systems.brand, "--dry-run").stdout.splitlines()
    gaps = [line for line in said if line.startswith("Gaps: A, FBA US, Skubana: ")]
    assert "Gaps: A, FBA US, Skubana: System Units 487 -> 505" in gaps
    assert "Gaps: A, FBA US, Skubana: Gap -23 -> -5" in gaps
    assert "Gaps: A, FBA US, Skubana: Flag CHECK -> OK" in gaps
    assert "Positions: A: Order? HOLD -> GO" in said


def test_names_that_could_not_be_mapped_wait_for_a_sku(three_systems, run):
    """A refresh adds them to Identifiers without a SKU, once, and goes on with them there."""
    three_systems.file("exports/skubana/counts.csv", COUNTS + "A,FBA,on_hand,487,2026-10-05\n"
                       "A-FBM,FBA,on_hand,40,2026-10-05\n")  # fmt: skip
    three_systems.new()
    for _ in range(3):
        assert run("refresh", three_systems.brand).exit_code == 0
    rows = tables_of(open_brand(three_systems.brand))["Identifiers"]
    assert [(row["System"], row["System SKU"], row["SKU"]) for row in rows.to_dict("records")] == [
        ("Skubana", "A-FBM", None)
    ]


def test_as_of_takes_an_earlier_day(three_systems, run):
    """What is dated later is not used; ages are measured against the end of that day."""
    days = "A,FBA US,on_hand,{},2026-10-04\nA,FBA US,on_hand,{},2026-10-05\n"
    three_systems.file("exports/seller-central/counts.csv", COUNTS + days.format(530, 510))
    three_systems.new()
    report = three_systems.report("--as-of", "2026-10-04", exits=3)
    assert report["as_of"] == "2026-10-04"
    assert [row["units"] for row in report["positions"]] == [530]
    assert [row["units"] for row in three_systems.report()["positions"]] == [510]
    early = run("check", three_systems.brand, "--as-of", "2026-10-01")
    assert early.exit_code == 2
    assert "no counts up to the day that --as-of names" in early.stderr


def test_lint_tells_what_no_export_gives(three_systems, run):
    """A name that no file of the system has is a warning, with the names that it has, and so is each of these."""
    three_systems.file("exports/skubana/counts.csv", COUNTS + "A,Amazon,on_hand,487,2026-10-05\n")
    three_systems.new()
    result = run("lint", three_systems.brand)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "warning: Source Map row 3: Skubana says nothing of 'FBA'; it names Amazon",
        "warning: Source Map: Skubana's 'Amazon' is in no row: what it counts there stays unmapped",
    ]


def test_lint_of_a_whole_brand_finds_nothing(three_systems, run):
    """And says so."""
    three_systems.new()
    assert run("lint", three_systems.brand).stdout == "nothing found\n"


def test_a_gap_without_a_past_says_what_to_do(three_systems, run):
    """The first day of a brand: nothing is explained, and nobody is asked about a SKU that they do list."""
    three_systems.new()
    run("refresh", three_systems.brand)
    daily = tables_of(open_brand(three_systems.brand))["DailyCheck"]
    assert daily[["Verdict", "What To Do"]].values.tolist() == [
        ["Not explained", "Order by Seller Central; find out why Skubana has 23 fewer"]
    ]
