"""What a user gets wrong, and the one line that each mistake is told in."""

from __future__ import annotations

import pytest

HEADER = "sku,location,state,units,as_of\n"


def test_a_system_without_a_file_is_told_and_the_rest_goes_on(three_systems, run):
    """Exit code 3, and the line names the folder that is empty."""
    three_systems.new()
    (three_systems.brand / "exports/flieber/counts.csv").unlink()
    report = three_systems.report(exits=3)
    assert report["set_aside"] == [
        {
            "system": "Flieber",
            "source": "exports/flieber/",
            "reason": "exports/flieber/: no file to read; expected an export of Flieber. Drop one there",
            "kept_as_of": None,
        }
    ]
    assert [row["system_units"] for row in report["gaps"]] == [None, 487]


def test_no_export_at_all_is_nothing_to_read(three_systems, run):
    """Exit code 2."""
    three_systems.new()
    for path in three_systems.brand.glob("exports/*/*"):
        path.unlink()
    result = run("check", three_systems.brand)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        f"{three_systems.brand / 'exports'}: no export to read; expected a folder for each system with its exports in"
        " it, such as exports/seller-central/us. Drop them there and run it again\n"
    )


def test_exports_that_are_all_refused_cannot_run(three_systems, run):
    """Nothing counted is not a report of zeros: exit code 2 with the first reason."""
    three_systems.new()
    for path in three_systems.brand.glob("exports/*/*"):
        path.write_text(HEADER, encoding="utf-8")
    result = run("check", three_systems.brand, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("no counts can be read: Seller Central: counts.csv: ")
    assert result.stderr.endswith(" (and 2 more)\n")
    assert result.stderr.count("\n") == 1


MAP = "location,system,role,system_location,states\n"


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (
            "FBA US,Seller Central,authority,FBA US,on_hand\nFBA US,Flieber,authority,Amazon US,on_hand\n",
            "Source Map row 2: 'FBA US' has two authorities, Seller Central (row 1) and Flieber: make one of them"
            " secondary",
        ),
        (
            "FBA US,Seller Central,authority,FBA US,on_hand;available\n",
            "Source Map row 1: on_hand already holds available: keep on_hand or its parts, not both",
        ),
        (
            "FBA US,Seller Central,authority,FBA US,on_hand\nFBA CA,Flieber,secondary,Amazon CA,on_hand\n",
            "Source Map row 2: location 'FBA CA' is not in Locations; it has FBA US",
        ),
    ],
    ids=["two authorities", "on_hand with its parts", "a location that is not there"],
)
def test_new_refuses_a_source_map_that_contradicts_itself(three_systems, run, rows, line):
    """Exit code 2, the finding with its row, and nothing written."""
    three_systems.file("source_map.csv", MAP + rows)
    result = run("new", three_systems.brand, "--from", three_systems.setup)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{line}\n")
    assert not three_systems.brand.exists()


def test_new_names_every_finding(three_systems, run):
    """Two errors stand on one line, each with its row."""
    three_systems.file("source_map.csv", MAP + "FBA US,Seller Central,boss,FBA US,on_hand\n")
    result = run("new", three_systems.brand, "--from", three_systems.setup)
    assert result.exit_code == 2
    assert result.stderr == (
        "Source Map row 1: role 'boss' is not one of authority, secondary; Locations row 1: 'FBA US' has no authority:"
        " give it one in the Source Map\n"
    )


def test_a_location_that_an_export_names_and_no_map_does_is_reported(three_systems, run):
    """Its units are unmapped; the file's other rows count."""
    three_systems.file("exports/skubana/counts.csv", HEADER + "A,FBA,on_hand,487,2026-10-05\n"
                       "A,NJ-02,on_hand,40,2026-10-05\n")  # fmt: skip
    three_systems.new()
    report = three_systems.report()
    assert report["unmapped"] == [
        {"system": "Skubana", "system_location": "NJ-02", "system_sku": "A", "state": "on_hand", "units": 40}
    ]
    assert [row["system_units"] for row in report["gaps"]] == [500, 487]
    said = run("check", three_systems.brand).stdout
    assert "Not mapped: 40 units in Skubana at 'NJ-02', A: no row of the Source Map has it\n" in said


@pytest.mark.parametrize("absent", ["unknown", "zero"])
def test_a_negative_count_at_an_authority_is_set_aside_and_the_last_good_one_kept(three_systems, absent):
    """Exit code 3; yesterday's 520 stands as STALE, whatever an absence means, for -5 is no absence."""
    three_systems.file("source_map.csv", "location,system,role,states,absent\n"
                       f"FBA US,Seller Central,authority,on_hand,{absent}\n")  # fmt: skip
    three_systems.file("exports/seller-central/counts.csv", HEADER + "A,FBA US,on_hand,520,2026-10-04\n"
                       "A,FBA US,on_hand,-5,2026-10-05\n")  # fmt: skip
    three_systems.new()
    report = three_systems.report(exits=3)
    (aside,) = report["set_aside"]
    assert aside["kept_as_of"] == "2026-10-04"
    assert aside["reason"] == (
        "counts.csv:3: on_hand of A at FBA US is -5; expected 0 or more where Seller Central is the"
        " authority. Correct it there and export again"
    )
    (place,) = report["positions"]
    assert (place["units"], place["stale"], place["as_of"]) == (520, True, "2026-10-04")


def test_a_negative_count_that_nothing_good_came_before_is_missing(three_systems):
    """Never 0: no position, gaps without a number, and HOLD."""
    three_systems.file(
        "source_map.csv",
        """\
        location,system,role,system_location,states,absent
        FBA US,Seller Central,authority,FBA US,on_hand,zero
        FBA US,Flieber,secondary,Amazon US,on_hand,unknown
        """,
    )
    three_systems.file("exports/seller-central/counts.csv", HEADER + "A,FBA US,on_hand,-5,2026-10-05\n")
    three_systems.new()
    report = three_systems.report(exits=3)
    assert report["positions"] == []
    assert (report["totals"][0]["total"], report["totals"][0]["order"]) == (None, "HOLD")
    assert [(row["authority_units"], row["gap"], row["flag"]) for row in report["gaps"]] == [(None, None, "NO COUNT")]


def test_a_negative_count_at_a_secondary_is_shown(three_systems):
    """Exit code 0: what that system says is what is compared."""
    three_systems.file("exports/skubana/counts.csv", HEADER + "A,FBA,on_hand,-3,2026-10-05\n")
    three_systems.new()
    skubana = three_systems.report()["gaps"][1]
    assert (skubana["system_units"], skubana["gap"]) == (-3, -513)


def test_a_file_that_was_cut_is_set_aside(three_systems, run):
    """Exit code 3: the line names file and row, and yesterday's file stands in its place, STALE."""
    three_systems.file("exports/skubana/counts.csv", HEADER + "A,FBA,on_hand,480,2026-10-04\n")
    three_systems.file("exports/skubana/later.csv", HEADER + "A,FBA,on_hand,487,2026-10-05\nB,FBA,on_h")
    three_systems.new()
    report = three_systems.report(exits=3)
    (aside,) = report["set_aside"]
    assert (aside["system"], aside["source"], aside["kept_as_of"]) == ("Skubana", "later.csv", "2026-10-04")
    assert aside["reason"].startswith("later.csv:3: ")
    skubana = report["gaps"][1]
    assert (skubana["system_units"], skubana["age"]) == (480, "STALE")


def test_new_mixes_with_nothing(three_systems, run):
    """A folder with other content is refused, naming what lies there, and stays as it was."""
    three_systems.brand.mkdir()
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        (three_systems.brand / name).touch()
    result = run("new", three_systems.brand, "--from", three_systems.setup)
    assert result.exit_code == 2
    assert result.stderr == (
        f"{three_systems.brand}: holds a.txt, b.txt, c.txt and 1 more already; expected a new or empty folder."
        " Name another folder\n"
    )
    assert len(list(three_systems.brand.iterdir())) == 4


def test_new_needs_the_folder_that_it_is_made_from(made, run):
    """A setup folder that is not there is exit code 2."""
    result = run("new", made.brand, "--from", made.setup / "gone")
    assert result.exit_code == 2
    assert result.stderr == f"{made.setup / 'gone'}: no such folder; expected a folder with setup tables or exports\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sku,unit_cost\nA,ten\n", "SKUs row 1, Unit Cost: 'ten' is not a number; expected a number."
         " Correct the cell"),
        ("title\nMug\n", "SKUs: has no column 'SKU'; expected it among title. Add the column"),
        ("sku,title\nA,Mug,blue\n", "{setup}/skus.csv:2: has 3 cells; expected 2, as in the header. Put a cell with a"
         " comma in it in quotes"),
        ("", "{setup}/skus.csv: is empty; expected a header and the rows of SKUs"),
        ("sku,SKU\nA,B\n", "{setup}/skus.csv: has the column 'SKU' twice; expected each column once"),
    ],
    ids=["a word for a number", "a column gone", "a comma too many", "empty", "a column twice"],
)  # fmt: skip
def test_a_setup_table_that_cannot_be_read_is_named(three_systems, run, text, line):
    """Exit code 2 and nothing written."""
    three_systems.file("skus.csv", text)
    result = run("new", three_systems.brand, "--from", three_systems.setup)
    assert (result.exit_code, result.stderr) == (2, line.format(setup=three_systems.setup) + "\n")
    assert not three_systems.brand.exists()


def test_a_workbook_that_is_open_is_not_refreshed(three_systems, run):
    """Excel's lock file stops a refresh with exit code 2 before anything is read; check only looks, and goes on."""
    three_systems.new()
    (three_systems.brand / "~$master.xlsx").write_bytes(b"\5Buyer")
    before = (three_systems.brand / "master.xlsx").read_bytes()
    result = run("refresh", three_systems.brand)
    assert result.exit_code == 2
    assert result.stderr.startswith("master.xlsx: is open")
    assert result.stderr.count("\n") == 1
    assert (three_systems.brand / "master.xlsx").read_bytes() == before
    assert run("check", three_systems.brand).exit_code == 0


def test_a_folder_that_is_no_brands_is_told(tmp_path, run):
    """Exit code 2, and what makes one."""
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert result.stderr == (
        f"{tmp_path}: not a brand's folder; expected a folder with a mastersheet.toml."
        f" `mastersheet new {tmp_path}` makes one\n"
    )


def test_a_brand_without_its_workbook_is_told(three_systems, run):
    """Exit code 2, and the file that is missing."""
    three_systems.new()
    (three_systems.brand / "master.xlsx").unlink()
    result = run("check", three_systems.brand)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{three_systems.brand / 'master.xlsx'}: is not there;")


def test_a_folder_of_no_system_is_noted(three_systems, run):
    """Its units are unmapped, and a note names the folder; nothing stops."""
    three_systems.file("exports/acme-wms/counts.csv", HEADER + "A,Shelf,on_hand,4,2026-10-05\n")
    three_systems.new()
    (row,) = three_systems.report()["unmapped"]
    assert (row["system"], row["units"]) == ("Acme WMS", 4)
    said = run("check", three_systems.brand).stdout
    assert "Note: Acme WMS: exports/acme-wms/: the folder of no system" in said


@pytest.mark.parametrize(
    "words",
    [("check",), ("check", "DIR", "--top", "0"), ("check", "DIR", "--top", "3", "--all"), ("nonsense",), ("--wrong",),
     ("check", "DIR", "--json", "--csv"), ("refresh", "DIR", "--as-of", "yesterday")],
)  # fmt: skip
def test_a_command_line_that_is_none_is_exit_code_2(three_systems, run, words):
    """Whatever is wrong with it, nothing is printed on standard output."""
    three_systems.new()
    result = run(*(three_systems.brand if word == "DIR" else word for word in words))
    assert (result.exit_code, result.stdout) == (2, "")
