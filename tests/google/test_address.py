"""How people name a spreadsheet."""

from __future__ import annotations

import pytest

from connectors.google.address import spreadsheet_of

AT = "https://docs.google.com"


@pytest.mark.parametrize("said", [
    "1AbC-d_9", f"{AT}/spreadsheets/d/1AbC-d_9/edit#gid=0", f"{AT}/spreadsheets/d/1AbC-d_9",
    f"{AT}/spreadsheets/u/1/d/1AbC-d_9/edit",
    f"{AT}/a/acme.example/spreadsheets/d/1AbC-d_9/edit?usp=sharing", " 1AbC-d_9 ",
])  # fmt: skip
def test_the_address_in_the_browser_names_it(said):
    """With the number of an account, or of a domain, or the id alone."""
    assert spreadsheet_of(said) == "1AbC-d_9"


@pytest.mark.parametrize(
    "said", [f"{AT}/spreadsheets/d/e/2PACX-1v/pubhtml", f"{AT}/document/d/1AbC/edit", "two words", ""]
)
def test_any_other_address_is_refused(said):
    """A published copy has no id of a spreadsheet."""
    with pytest.raises(ValueError, match="address"):
        spreadsheet_of(said)
