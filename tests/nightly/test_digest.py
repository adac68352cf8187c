"""The digest's text: made of plain values alone, the same in mail, chat and plain text."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from sheets.nights.digest import MOST, digest_of, failed_digest
from sheets.nights.night import Aside, Flag, Missed, Night, Stale
from sheets.nights.since import changes_since, told_of
from sheets.nights.written import as_html, as_markdown, as_text

WRITERS = {"txt": as_text, "md": as_markdown, "html": as_html}


def flag(sku: str, gap: float | None = -23, **more: object) -> Flag:
    """A flagged row of Skubana's at FBA US."""
    row = {
        "sku": sku, "title": "Headlamp", "location": "FBA US", "system": "Skubana", "authority": "Seller Central",
        "authority_units": 510, "system_units": None if gap is None else 510 + gap, "gap": gap, "threshold": 15.3,
        "at_cost": None if gap is None else abs(gap) * 10, "flag": "CHECK", "verdict": "Not explained",
        "todo": "Order by Seller Central; find out why Skubana has 23 fewer",
    }  # fmt: skip
    return Flag(**(row | more))


def night(number: int, *flags: Flag, day: int = 26, **more: object) -> Night:
    """A night of November 2026, at 02:00 in New York."""
    at = datetime(2026, 11, day, 7, tzinfo=UTC)
    usual = {"time_zone": "America/New_York", "currency": "USD", "newest": date(2026, 11, day - 1)}
    return Night(number=number, at=at, flags=flags, **(usual | more))


THEN = night(211, flag("CLOSED"), flag("MOVED", -20), flag("SAME"), flag("HURT"), flag("KNOWN"), day=23, holds=("H-1",))
NOW = night(
    212,
    flag("NEW_1*", 60, title="Lamp <b> & [x](y) *new*", flag="MAPPING", cause="Mapping", verdict="Confirmed",
         todo="Name `NEW` in Identifiers"),
    flag("MOVED", -60),
    flag("SAME", flag="IN TRANSIT", cause="In transit", verdict="Likely", todo="Wait until it closes: FBA1"),
    flag("NONE", None, flag="NO COUNT", authority="", authority_units=None, title="", todo=""),
    known=(("KNOWN", "FBA US", "Skubana"),),
    holds=("H-2",),
    set_aside=(Aside(system="Flieber", reason="counts.csv: no rows.", kept=date(2026, 11, 22),
                     since=date(2026, 11, 23)),
               Aside(system="Shopify", reason="orders.csv: cut short", since=date(2026, 11, 26))),
    stale=(Stale(system="Flieber", newest=date(2026, 11, 22)), Stale(system="3PL Portal", newest=date(2026, 11, 21))),
    missed=Missed(since=date(2026, 11, 23), nights=2),
)  # fmt: skip
CHANGES = changes_since(told_of(THEN), NOW, {("HURT", "FBA US", "Skubana")})


@pytest.mark.parametrize("kind", WRITERS)
def test_the_digest(kind, golden):
    """Flags by money at risk, what changed, what was set aside, and how old it is."""
    digest = digest_of("Acme", NOW, CHANGES, workbook="/brands/acme/master.xlsx")
    golden(f"nightly/digest.{kind}", f"{digest.title}\n\n{WRITERS[kind](digest)}\n")


@pytest.mark.parametrize("kind", WRITERS)
def test_a_good_night_is_one_line(kind):
    """Nothing flagged, set aside or changed."""
    digest = digest_of("Acme", night(213), changes_since(told_of(night(212)), night(213)), workbook="master.xlsx")
    said = re.sub("<[^>]+>", "", WRITERS[kind](digest))
    assert said == "Acme: refresh 213 at 02:00, nothing flagged, set aside or changed"


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (night(213, missed=NOW.missed), "first refresh since 2026-11-23: 2 nights missed"),
        (night(213, holds=("A",)), "On HOLD now: A"),
        (night(213, set_aside=(Aside(system="Flieber", reason="cut short"),)), "Flieber: cut short"),
        (night(213, stale=(Stale(system="Flieber"),)), "Flieber: no count"),
        (night(213, newest=date(2026, 11, 20)), "the newest count of all is of 2026-11-20, 6 days before"),
    ],
)  # fmt: skip
def test_a_night_with_anything_to_say_is_not_a_good_one(now, word):
    """It is said, in more than one line."""
    digest = digest_of("Acme", now, changes_since(told_of(night(212)), now), workbook="master.xlsx")
    assert not digest.good
    assert word in as_text(digest)


def test_a_failed_night_says_what_went_wrong_and_what_is_good_still():
    """With the last good refresh, where one is remembered."""
    digest = failed_digest("Acme", "exports: no export to read", THEN)
    assert digest.title == "Acme: the refresh FAILED"
    assert as_text(digest) == (
        "exports: no export to read\n\n"
        "The workbook is as refresh 211 of 2026-11-23 02:00 left it: 5 flags, $1,120 at cost"
    )
    assert as_text(failed_digest("Acme", "exports: no export to read", None)) == "exports: no export to read"


def test_twenty_flags_and_how_many_more():
    """The first of them, and the number of the others."""
    digest = digest_of("Acme", night(213, *(flag(f"S-{at}") for at in range(27))), None, workbook="master.xlsx")
    said = as_text(digest)
    assert said.count("gap -23") == MOST == 20
    assert "the first 20, 7 more on the tab Daily Check" in said


def test_a_row_with_an_address_is_a_link():
    """The row of the sheet, wherever the first one stands."""

    def link(tab: str, row: int) -> str:
        return f"https://example.com/{tab}?row={row}"

    digest = digest_of("Acme", night(213, flag("A"), flag("B")), None, workbook="", first_row=8, tab="Daily", link=link)
    assert '<a href="https://example.com/Daily?row=9">Daily, row 9</a>' in as_html(digest)
    assert "[Daily, row 8](<https://example.com/Daily?row=8>)" in as_markdown(digest)
    assert "Daily, row 8 (https://example.com/Daily?row=8)" in as_text(digest)


def test_a_title_is_no_markup():
    """What a system calls a product calls nobody in a chat, and runs nowhere in a mail."""
    bad = "<!channel> <at>all</at> <script>x</script> [pay](http://x) \x1b[2J\nnext"
    digest = digest_of("Acme", night(213, flag("A", title=bad)), None, workbook="")
    assert not re.search(r"(?<!\\)<", as_markdown(digest))
    assert "](" not in as_markdown(digest).replace("\\](", "")
    tags = set()
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: tags.add(tag)  # type: ignore[method-assign]
    reader.feed(as_html(digest))
    assert tags == {"p", "b", "ol", "li", "br"}
    assert "\x1b" not in as_text(digest)


def test_what_changed():
    """New, closed, moved by more than is tolerated; not what a buyer accepted, nor what a stale count hides."""
    assert [one.sku for one in CHANGES.new] == ["NEW_1*", "NONE"]
    assert [one.sku for one in CHANGES.closed] == ["CLOSED"]
    assert [one.sku for one in CHANGES.silent] == ["HURT"]
    assert [(one.flag.sku, one.gap) for one in CHANGES.moved] == [("MOVED", -20)]
    assert (CHANGES.holds, CHANGES.freed) == (("H-2",), ("H-1",))
    assert not changes_since(told_of(NOW), NOW).some


def test_a_missing_number_is_never_0():
    """Money of flags without a cost is missing, and said to be; of no flags it is 0."""
    priceless = night(213, flag("A", at_cost=None), flag("B", at_cost=None))
    assert priceless.at_cost is None
    assert digest_of("Acme", priceless, None, workbook="").title == "Acme: 2 flags, 2 without a cost"
    assert night(213).at_cost == 0
