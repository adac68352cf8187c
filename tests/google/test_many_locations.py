"""Brands of many locations."""

from __future__ import annotations

from tests.commands.conftest import command


def test_eighty_locations_can_be_shown(shared, run, internet):
    """Google takes 30,000 signs of metadata for a sheet, which columns carry."""
    names = [f"Store {at:03} Springfield" for at in range(80)]
    shared.file("locations.csv", "location,segment,kind\n" + "".join(f"{one},US,3pl\n" for one in names))
    shared.file("source_map.csv", "location,system,role,system_location,states,absent\n" + "".join(
        f"{one},Seller Central,authority,{one},on_hand,unknown\n" for one in names))  # fmt: skip
    result = command("new", shared.brand, "--from", shared.setup, "--google", "book", "--sign-in", shared.key)
    assert result.exit_code == 0, result.output


def test_more_than_can_be_shown_is_refused_in_words(shared, run, internet):
    """One line that says what to do; nothing is laid into the sheet."""
    names = [f"Store {at:03} Springfield" for at in range(160)]
    shared.file("locations.csv", "location,segment,kind\n" + "".join(f"{one},US,3pl\n" for one in names))
    shared.file("source_map.csv", "location,system,role,system_location,states,absent\n" + "".join(
        f"{one},Seller Central,authority,{one},on_hand,unknown\n" for one in names))  # fmt: skip
    result = command("new", shared.brand, "--from", shared.setup, "--google", "book", "--sign-in", shared.key)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "too many columns" in result.stderr
    assert [one.title for one in internet.google.books["book"].sheets] == ["Sheet1"]
