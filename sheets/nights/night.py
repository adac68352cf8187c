"""What one night found of one brand, as plain values that can be kept and handed from one program to another."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    import pandas as pd

    from sheets.engine.reconcile import Reconciliation

# Who refreshes at night: it stands on the tabs, and by it history tells the nights from other refreshes.
NIGHTLY: Final = "nightly"

Key = tuple[str, str, str]


class Frozen(BaseModel):
    """Plain values; what a newer Mastersheet adds to them is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Flag(Frozen):
    """One row of the daily check. Numbers that are missing are None."""

    sku: str
    title: str = ""
    location: str
    system: str
    authority: str
    authority_units: float | None
    system_units: float | None
    gap: float | None
    threshold: float | None
    at_cost: float | None
    flag: str
    cause: str = ""
    verdict: str = ""
    todo: str = ""
    days_open: float | None = None

    @property
    def key(self) -> Key:
        """What identifies the row."""
        return self.sku, self.location, self.system


class Aside(Frozen):
    """An input that was set aside. kept: the day of the count that stands in its place; since: the first such night."""

    system: str
    reason: str
    kept: date | None = None
    since: date | None = None


class Stale(Frozen):
    """A system whose counts are too old. newest: the day of its newest count, None where it has none."""

    system: str
    newest: date | None = None


class Missed(Frozen):
    """Nights without a refresh. since: the day of the last good one."""

    since: date
    nights: int


class Night(Frozen):
    """What a night's refresh found. Times are in UTC, days in the brand's time zone.

    flags: the daily check, most money at risk first. known: what a buyer accepted. holds: SKUs not to be ordered.
    masked: the cost of overstock that totals hide, None where no unit of it has a cost. newest: of all counts.
    """

    number: int
    at: datetime
    time_zone: str
    currency: str
    flags: tuple[Flag, ...] = ()
    known: tuple[Key, ...] = ()
    holds: tuple[str, ...] = ()
    set_aside: tuple[Aside, ...] = ()
    stale: tuple[Stale, ...] = ()
    masked: float | None = None
    newest: date | None = None
    missed: Missed | None = None

    @property
    def local(self) -> datetime:
        """When it was, as the brand's clocks said."""
        return self.at.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)

    @property
    def at_cost(self) -> float | None:
        """The money at risk, as far as costs are known; None where none of the flagged rows has a cost."""
        return added([one.at_cost for one in self.flags])

    @property
    def oldest(self) -> float | None:
        """The days that the oldest flag is open."""
        return max((one.days_open for one in self.flags if one.days_open is not None), default=None)


def added(amounts: list[float | None]) -> float | None:
    """The sum of the known ones; None where there are some and none is known."""
    known = [one for one in amounts if one is not None]
    return None if amounts and not known else sum(known)


def night_of(found: Reconciliation, *, number: int, at: pd.Timestamp, missed: Missed | None = None) -> Night:
    """What a refresh found. at: when it was made."""
    import pandas as pd

    zone, settings = ZoneInfo(found.setup.settings.time_zone), found.setup.settings
    masked = found.segments.loc[found.segments["masked"].to_numpy(bool), "over_value"]
    return Night(
        number=number,
        at=at.floor("s").to_pydatetime(),
        time_zone=settings.time_zone,
        currency=settings.brand_currency,
        flags=flags_of(found),
        known=tuple(_keys(found.known)),
        holds=tuple(found.orders.loc[(found.orders["order"] == "HOLD").to_numpy(bool), "sku"].astype("str")),
        set_aside=tuple(
            Aside(system=one.system, reason=one.reason, kept=_day(one.kept_as_of, zone)) for one in found.set_aside
        ),
        stale=tuple(_stale(found, zone)),
        masked=added([None if pd.isna(one) else float(one) for one in masked]),
        newest=_day(found.coverage["as_of"].max(), zone) if len(found.coverage) else None,
        missed=missed,
    )


def flags_of(found: Reconciliation) -> tuple[Flag, ...]:
    """The rows of the daily check, with what to do about each."""
    from sheets.tabs.next_action import SHOWN, Row, shown_cause, what_to_do

    zone = found.setup.settings.time_zone
    titles = dict(zip(found.setup.skus["sku"], found.setup.skus["title"], strict=True))
    place_of = {sku: at for at, sku in enumerate(found.setup.skus["sku"])}
    today = (found.as_of.tz_convert(zone).date() - date(1970, 1, 1)).days
    flags = []
    for line in found.daily.itertuples(index=False):
        row = Row(line.authority, line.system, line.location, line.gap, today,
                  found.legs.get(place_of[line.sku], {}), found.setup.settings.claim_days)  # fmt: skip
        title = titles[line.sku]
        flags.append(
            Flag(
                sku=line.sku,
                title=title if isinstance(title, str) else "",
                location=line.location,
                system=line.system,
                authority=_word(line.authority),
                **{name: _number(getattr(line, name)) for name in
                   ("authority_units", "system_units", "gap", "threshold", "at_cost", "days_open")},
                flag=line.flag,
                cause=_word(shown_cause(line.cause)),
                verdict=_word(SHOWN.get(line.verdict)),
                todo=what_to_do(found.diagnoses.get(line.at), row, line.threshold),
            )
        )  # fmt: skip
    return tuple(flags)


def stale_gaps(found: Reconciliation) -> set[Key]:
    """The gaps of which one side is stale: that such a one is flagged no more says nothing."""
    return set(_keys(found.gaps[found.gaps["stale"].to_numpy(bool)]))


def missed_between(last: datetime, now: datetime, time_zone: str) -> Missed | None:
    """The nights without a refresh between the last good one and now; None where there is none."""
    zone = ZoneInfo(time_zone)
    since = last.astimezone(zone).date()
    nights = (now.astimezone(zone).date() - since).days - 1
    return Missed(since=since, nights=nights) if nights > 0 else None


def _stale(found: Reconciliation, zone: ZoneInfo) -> list[Stale]:
    """Systems with a newer input set aside, or whose newest count is older than Settings allows, in the map's order."""
    settings, coverage = found.setup.settings, found.coverage
    newest = coverage.groupby(coverage["system"].astype("str"), observed=True)["as_of"].max()
    kinds = dict(zip(found.setup.locations["location"], found.setup.locations["kind"], strict=True))
    rows = found.setup.source_map
    hurt = {one.system for one in found.set_aside if one.counts and not one.system_sku}
    systems = dict.fromkeys([*rows["system"], *(one.system for one in found.set_aside if one.system in hurt)])
    stale = []
    for system in systems:
        places = rows.loc[(rows["system"] == system).to_numpy(bool), "location"]
        fba = len(places) > 0 and all(kinds.get(place) == "fba" for place in places)
        most = settings.max_age_fba if fba else settings.max_age
        count = newest.get(system)
        old = count is not None and (found.as_of - count).total_seconds() / 3600 > most
        if old or system in hurt:
            stale.append(Stale(system=system, newest=_day(count, zone)))
    return stale


def _keys(frame: pd.DataFrame) -> list[Key]:
    columns = (frame[name].astype("str") for name in ("sku", "location", "system"))
    return list(zip(*columns, strict=True))


def _day(moment: Any, zone: ZoneInfo) -> date | None:  # noqa: ANN401 - a time, NaT or nothing
    return None if moment is None or moment != moment else moment.tz_convert(zone).date()


def _number(value: float) -> float | None:
    return None if value != value else float(value)


def _word(value: Any) -> str:  # noqa: ANN401 - a word, NaN or nothing
    return value if isinstance(value, str) else ""
