"""The engine's arrays of locations x SKUs as rows: counts, gaps, orders, and what is unmapped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from connectors.frames import ON_HAND, ON_HAND_PARTS
from sheets.engine.bounds import Bounds
from sheets.engine.diagnosis.parts import OPEN
from sheets.engine.gaps import FLAGS, OK, compared_pairs, flags, least_units, thresholds
from sheets.engine.identifiers import meant
from sheets.engine.order import PARTS, Parts, with_kits, words
from sheets.engine.setup import Setup
from sheets.engine.standing import Standing, local_days
from sheets.engine.tally import NO_TIME, Feed


def by_location(
    array: np.ndarray, feeds: Sequence[Feed], shape: tuple[int, int], missing: float = np.nan
) -> np.ndarray:
    """The authorities' rows of an array of feeds x SKUs, as locations x SKUs."""
    found = np.full(shape, missing, dtype=array.dtype)
    for number, feed in enumerate(feeds):
        if feed.role == "authority":
            found[feed.no] = array[number]
    return found


def category(codes: np.ndarray | pd.Series, names: pd.Series) -> pd.Categorical:
    return pd.Categorical.from_codes(np.asarray(codes), pd.Index(names.astype(object)))


def _names(codes: np.ndarray, names: Sequence[str]) -> pd.Categorical:
    """Names by code, -1 missing."""
    distinct = list(dict.fromkeys(names))
    place_of = {name: at for at, name in enumerate(distinct)}
    recoded = np.array([place_of[name] for name in names] or [0])[codes] if len(names) else codes
    return pd.Categorical.from_codes(np.where(codes < 0, -1, recoded), distinct)


def _moments(times: np.ndarray) -> pd.DatetimeIndex:
    known = np.where(times == NO_TIME, np.iinfo(np.int64).min, times)
    return pd.DatetimeIndex(known.astype("datetime64[us]")).tz_localize("UTC")


def gap_rows(standing: Standing, units: np.ndarray, feeds: Sequence[Feed], setup: Setup) -> pd.DataFrame:
    """The gaps: what each secondary says against the authority; units: the authorities', locations x SKUs."""
    tally = standing.tally
    pairs = compared_pairs(feeds)
    theirs = np.array([pair[0] for pair in pairs], dtype=np.int64)
    ours = np.array([pair[1] for pair in pairs], dtype=np.int64)
    no = np.array([feeds[number].no for number in theirs], dtype=np.int64)
    # An absence that means zero is no count: a row needs a number that somebody wrote, today or before.
    written = (tally.said & ~standing.not_listed) | standing.before
    sku_at, pair_at = np.nonzero((written[theirs] | written[ours]).T) if len(pairs) else (theirs, theirs)
    at = theirs[pair_at], sku_at
    beside = ours[pair_at], sku_at
    where = no[pair_at], sku_at
    compared = standing.compared
    system_units, authority_units = compared.units[at], units[where]
    threshold = thresholds(units, setup)[where]
    quiet = standing.stale[beside] & ~np.isnan(authority_units)
    flag = flags(authority_units, system_units, threshold, quiet, least_units(setup)[where])
    gap = np.where(np.isnan(authority_units), np.nan, np.nan_to_num(system_units) - authority_units)
    cost = _costs(setup)[where]
    older = np.minimum(compared.as_of[beside], compared.as_of[at])
    at_risk = np.where(np.isnan(gap), np.abs(system_units), np.abs(gap)) * cost
    return pd.DataFrame(
        {
            "sku": category(sku_at, setup.skus["sku"]),
            "location": category(where[0], setup.locations["location"]),
            "system": _names(at[0], [feed.system for feed in feeds]),
            "authority": _names(beside[0], [feed.system for feed in feeds]),
            "authority_units": authority_units,
            "system_units": system_units,
            "gap": gap,
            "threshold": threshold,
            "flag": pd.Categorical.from_codes(flag, FLAGS),
            "flagged": flag != FLAGS.index(OK),
            "stale": standing.stale[beside] | standing.stale[at],
            "as_of": _moments(compared.as_of[at]),
            "older": np.where(older == NO_TIME, np.nan, local_days(older, setup.settings.time_zone)),
            "source": _names(compared.source[at], compared.sources).remove_unused_categories(),
            "row": compared.row[at],
            "unit_cost": cost,
            "at_cost": at_risk,
        },
        copy=False,  # arrays of our own: laid side by side again they would take half of the time
    )


def _costs(setup: Setup) -> np.ndarray:
    """Unit cost in the brand's currency, locations x SKUs: the segment's where Demand gives one."""
    costs = np.tile(setup.unit_costs(), (len(setup.locations), 1))
    own = setup.demand.dropna(subset=["unit_cost"])
    skus = pd.Index(setup.skus["sku"].astype(object)).get_indexer(pd.Index(own["sku"].astype(object)))
    rates = setup.currency_rates()
    for sku, segment, cost in zip(skus, own["segment"], own["unit_cost"], strict=True):
        if sku >= 0:
            costs[(setup.locations["segment"] == segment).to_numpy(), sku] = cost * rates[sku]
    return costs


def count_rows(
    standing: Standing,
    reported: np.ndarray,
    moved: np.ndarray,
    units: np.ndarray,
    elsewhere: np.ndarray,
    broken: Parts,
    corrections: pd.DataFrame,
    gaps: pd.DataFrame,
    feeds: Sequence[Feed],
    setup: Setup,
) -> pd.DataFrame:
    """What each authority counts, and where another system counts and the authority does not.

    Arrays are locations x SKUs: reported (as counted), moved (handed over), units (both), elsewhere (pools).
    """
    tally, shape = standing.tally, units.shape
    shown = ~np.isnan(units) | by_location(standing.hold, feeds, shape, False)
    shown[gaps["location"].cat.codes.to_numpy(), gaps["sku"].cat.codes.to_numpy()] = True
    sku_at, no = np.nonzero(shown.T)
    at = no, sku_at
    authority = np.full(shape[0], -1)
    for number, feed in enumerate(feeds):
        if feed.role == "authority":
            authority[feed.no] = number

    def of(array: np.ndarray, missing: float) -> np.ndarray:
        return by_location(array, feeds, shape, missing)[at]

    reasons: dict[tuple[int, int], str] = {}
    for line in corrections.itertuples(index=False):
        key = (int(line.no), int(line.sku))
        reasons[key] = f"{reasons[key]}; {line.reason}" if key in reasons else line.reason
    frame = pd.DataFrame(
        {
            "sku": category(sku_at, setup.skus["sku"]),
            "location": category(no, setup.locations["location"]),
            "segment": _names(no, setup.locations["segment"].to_list()),
            "authority": _names(authority[no], [feed.system for feed in feeds]),
            "as_of": _moments(of(tally.as_of, NO_TIME)),
            "reported": reported[at],
            "handed_over": moved[at],
            "reason": pd.Series(
                [reasons.get(key, "") for key in zip(no.tolist(), sku_at.tolist(), strict=True)] if reasons else "",
                index=range(len(no)),
                dtype="str",
            ),
            "units": units[at],
            "elsewhere": elsewhere[at],
            "position": (units - elsewhere)[at],
            "threshold": thresholds(units, setup)[at],
            "age_hours": of(standing.age_hours, np.nan),
            "stale": of(standing.stale, False),
            "kept": of(standing.kept, False),
            "hold": of(standing.hold, False),
            "not_listed": of(standing.not_listed, False),
            "source": _names(of(tally.source, -1), tally.sources).remove_unused_categories(),
            "row": of(tally.row, 0),
        }
    )
    for name in PARTS:
        frame[name] = getattr(broken, name)[at]
    for state, array in tally.by_state.items():
        frame[state] = array[at]
    return frame


def order_rows(
    counts: pd.DataFrame, gaps: pd.DataFrame, bounds: Bounds, broken: Parts, position: np.ndarray, setup: Setup
) -> pd.DataFrame:
    counted = setup.locations["in_total"].to_numpy(bool)
    own = broken.summed(counted)
    whole = with_kits(own, setup)
    size = len(setup.skus)
    inside = counted[counts["location"].cat.codes.to_numpy()]
    hold, stale = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    sku_at = counts["sku"].cat.codes.to_numpy()
    hold[sku_at[counts["hold"].to_numpy(bool) & inside]] = True
    stale[sku_at[counts["stale"].to_numpy(bool)]] = True
    worst = np.zeros(size, dtype=np.int64)
    # Of one type with `worst`: numpy takes a much slower way otherwise.
    np.maximum.at(worst, gaps["sku"].cat.codes.to_numpy(np.int64), gaps["flag"].cat.codes.to_numpy(np.int64))
    against = whole["sellable"] + whole["on_the_way"] + whole["on_order"] - whole["owed"]
    opened = np.zeros(size, dtype=bool)
    beyond = gaps["flagged"].to_numpy(bool) & (gaps["verdict"] == OPEN).to_numpy()
    opened[gaps["sku"].cat.codes.to_numpy()[beyond]] = True
    width = bounds.above - bounds.below
    tolerated = np.maximum(setup.settings.pct * against, setup.settings.units)
    inner = position[counted]
    total = (
        np.where(np.isnan(inner).all(axis=0), np.nan, np.nansum(inner, axis=0)) if len(inner) else np.full(size, np.nan)
    )
    return pd.DataFrame(
        {
            "sku": category(np.arange(size), setup.skus["sku"]),
            "total": total,
            **{f"own_{name}": own[name] for name in PARTS},
            **{name: whole[name] for name in PARTS},
            "order_against": against,
            "low": against + bounds.below,
            "high": against + bounds.above,
            "hold": hold,
            "open": opened,
            "order": words(width > tolerated, hold | opened),
            "stale": stale,
            "worst": pd.Categorical.from_codes(worst, FLAGS),
        }
    )


def unmapped_rows(counts: pd.DataFrame, standing: Standing) -> pd.DataFrame:
    """Units that no location of the source map, or no SKU, takes."""
    columns = ["system", "system_location", "system_sku", "state", "units"]
    placed = standing.placed
    size = len(counts)
    feed, known, sku = placed.feed[:size], placed.known_place[:size], placed.sku[:size]
    rows = counts[((feed >= 0) & (sku < 0) | ~known) & (counts["units"].to_numpy() != 0)][columns]
    rows = rows.astype(dict.fromkeys(columns[:4], "str"))
    if rows.empty:
        return rows.reset_index(drop=True)
    strange = rows[~rows.set_index(["system", "system_location"]).index.isin(_places(counts, known))]
    whole = strange[strange["state"] == ON_HAND][["system", "system_location", "system_sku"]]
    doubled = rows["state"].isin(ON_HAND_PARTS) & rows.set_index(list(whole.columns)).index.isin(
        pd.MultiIndex.from_frame(whole)
    )
    rows = rows[~doubled & (rows["state"] != "buildable")]
    return rows.groupby(columns[:4], as_index=False)["units"].sum()


def _places(counts: pd.DataFrame, known: np.ndarray) -> pd.MultiIndex:
    mapped = counts.loc[known, ["system", "system_location"]].drop_duplicates().astype("str")
    return pd.MultiIndex.from_frame(mapped)


def order_history(orders: pd.DataFrame, setup: Setup) -> pd.DataFrame:
    """Orders as read, with `sku` as a category (missing where unmapped) and units as the SKU's own."""
    sku, units_per = meant(orders, setup)
    return orders.assign(
        sku=category(sku, setup.skus["sku"]),
        units=orders["units"].to_numpy(np.int64) * units_per,
    )
