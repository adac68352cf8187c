"""Orders per channel at every system that has orders: a channel that does not arrive is a mapping fault.

It is found though every count agrees: orders that a planner does not see are demand that it does not plan for.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import Note
from sheets.engine.setup import Setup
from sheets.engine.standing import local_days
from sheets.engine.tally import microseconds

DAYS: Final = 30
WEEK: Final = 7
LEAST: Final = 0.9  # the part of its source's units from which a channel is taken to arrive
LEAST_ORDERS: Final = 2  # one order may be a day late
_MARKETPLACES: Final = "Seller Central"
# Amazon's sales channels as order reports spell them, and as other systems call them.
_AMAZON: Final = {
    "com": "US", "ca": "CA", "com.mx": "MX", "com.br": "BR", "co.uk": "UK", "de": "DE", "fr": "FR", "it": "IT",
    "es": "ES", "nl": "NL", "se": "SE", "pl": "PL", "com.be": "BE", "com.tr": "TR", "ae": "AE", "sa": "SA", "eg": "EG",
    "in": "IN", "sg": "SG", "co.jp": "JP", "com.au": "AU", "ie": "IE",
}  # fmt: skip


def channel_named(name: str) -> str:
    """A channel under one name: Amazon.com and AMAZON US are `Amazon US`."""
    plain = " ".join(name.split())
    folded = plain.casefold()
    if folded.startswith("amazon."):
        country = _AMAZON.get(folded.removeprefix("amazon."))
        return f"Amazon {country}" if country else plain
    if folded.startswith("amazon "):
        return f"Amazon {plain[7:].upper()}" if len(plain) <= 9 else f"Amazon {plain[7:]}"
    return plain


def channels(orders: pd.DataFrame, movements: pd.DataFrame, setup: Setup) -> pd.DataFrame:
    """Each channel at each system beside the channel's source.

    orders: as in `Reconciliation.orders_seen`. The source is the channel's own system (Seller Central for Amazon's,
    else the system of the channel's name), else the system with most units of it. Systems that are a channel's own are
    not asked for other channels' orders. Compared are the last 30 days that both systems know orders of.
    Columns: channel, source, system, days (how many were compared), source_units, units,
    part (NaN where the source has none), source_orders (NaN where it does not count them), flagged, references
    (orders of the channel in other systems' movements that this system's do not have, oldest first).
    flagged: the channel has two orders at its source and under 90 % of its units here; or none of the last 7 days'
    while there are two orders, of more units than Settings' Gap Units, at its source.
    """
    rows = pd.DataFrame(
        {
            "system": orders["system"].astype("str"),
            "channel": _named(orders["channel"]),
            "day": local_days(microseconds(orders["day"]), setup.settings.time_zone),
            "units": orders["units"].to_numpy(float),
            "orders": orders["orders"].to_numpy(float, na_value=np.nan),
        }
    )
    known = rows.groupby("system", sort=True)["day"].agg(["min", "max"])
    sold = _references(movements, setup)
    # A marketplace or a store has its own orders alone; who should have them are the systems that gather.
    own = {system for channel in rows["channel"].unique() for system in known.index if _is_of(system, str(channel))}
    found = []
    for channel, mine in rows.groupby("channel", sort=True):
        source = _source(str(channel), mine, list(known.index))
        for system in known.index:
            if system == source or system in own:
                continue
            last = min(known.at[source, "max"], known.at[system, "max"])
            first = max(last - DAYS + 1, known.at[source, "min"], known.at[system, "min"])
            there, here = (mine[(mine["system"] == one) & mine["day"].between(first, last)] for one in (source, system))
            missing = _missing(there, here, last, setup.settings.units)
            found.append(
                {
                    "channel": str(channel),
                    "source": source,
                    "system": system,
                    "days": int(max(last - first + 1, 0)),
                    "source_units": there["units"].sum(),
                    "units": here["units"].sum(),
                    "part": here["units"].sum() / there["units"].sum() if there["units"].sum() > 0 else np.nan,
                    "source_orders": there["orders"].sum(min_count=1),
                    "flagged": missing,
                    "references": _not_there(sold, str(channel), system, int(first), int(last)) if missing else (),
                }
            )
    return pd.DataFrame(found, columns=_COLUMNS)


_COLUMNS: Final = ["channel", "source", "system", "days", "source_units", "units", "part", "source_orders", "flagged",
                   "references"]  # fmt: skip


def said(row: pd.Series) -> str:
    """A flagged channel in one line that a buyer can act on."""
    names = list(row["references"])
    shown = f" ({', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''})" if names else ""
    number = row["source_orders"]
    orders = f" in {number:,.0f} orders" if number == number else ""
    return (
        f"Ask {row['system']} why {row['channel']} orders do not arrive: {row['units']:,.0f} of "
        f"{row['source_units']:,.0f} units{orders} in {row['days']} days{shown}"
    )


def channel_notes(found: pd.DataFrame) -> list[Note]:
    """A note for each flagged channel."""
    return [Note("", "Orders Check", said(row)) for _, row in found.iterrows() if row["flagged"]]


def _named(names: pd.Series) -> pd.Series:
    different = {name: channel_named(str(name)) for name in names.dropna().unique()}
    return names.astype("object").map(different)


def _is_of(system: str, channel: str) -> bool:
    """Whether a channel's orders are made in that system."""
    own = _MARKETPLACES if channel.startswith("Amazon") else channel
    return system.casefold() == own.casefold()


def _source(channel: str, mine: pd.DataFrame, systems: list[str]) -> str:
    for system in systems:
        if _is_of(system, channel):
            return system
    sums = mine.groupby("system", sort=True)["units"].sum()
    return str(sums.idxmax())


def _missing(there: pd.DataFrame, here: pd.DataFrame, last: int, least_units: float) -> bool:
    def many(rows: pd.DataFrame) -> bool:
        counted = rows["orders"].fillna(1).sum()
        return bool(counted >= LEAST_ORDERS)

    if many(there) and here["units"].sum() < LEAST * there["units"].sum():
        return True
    lately = there[there["day"] > last - WEEK]
    none = not here.loc[here["day"] > last - WEEK, "units"].sum()
    return none and many(lately) and bool(lately["units"].sum() > least_units)


def _references(movements: pd.DataFrame, setup: Setup) -> pd.DataFrame:
    """Sales with a reference: system, channel, day, reference."""
    sold = movements[(movements["event"] == "sale").to_numpy(bool) & movements["reference"].notna().to_numpy(bool)]
    return pd.DataFrame(
        {
            "system": sold["system"].astype("str"),
            "channel": _named(sold["channel"]),
            "day": local_days(microseconds(sold["at"]), setup.settings.time_zone),
            "reference": sold["reference"].astype("str"),
        }
    ).sort_values(["day", "reference"], kind="stable")


def _not_there(sold: pd.DataFrame, channel: str, system: str, first: int, last: int) -> tuple[str, ...]:
    here = set(sold.loc[sold["system"] == system, "reference"])
    mine = sold[(sold["channel"] == channel) & sold["day"].between(first, last) & (sold["system"] != system)]
    return tuple(name for name in dict.fromkeys(mine["reference"]) if name not in here)
