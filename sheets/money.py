"""Amounts of money in words, and the sentences about overstock that a total hides."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sheets.engine.gaps import rounded
from sheets.engine.reconcile import Reconciliation

_SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "MXN": "MX$", "JPY": "¥"}


def sign_of(currency: str) -> str:
    """What stands before an amount: `$`, or `SEK `."""
    return _SIGNS.get(currency, f"{currency} ")


def money(amount: float, currency: str) -> str:
    """A whole amount with its currency: $101,430, or SEK 500; half a unit is rounded up, as a workbook does."""
    whole = float(rounded(np.array([abs(amount)]), 0)[0])
    return f"{'-' if amount < 0 else ''}{sign_of(currency)}{whole:,.0f}"


def hidden_overstock(found: Reconciliation) -> list[str]:
    """One sentence per segment that is over while the total looks fine, the most money first.

    Units without a known cost are said beside the money, never valued at nothing.
    """
    masked = found.segments[found.segments["masked"].to_numpy(bool)]
    priceless = masked["over_value"].isna()
    frame = pd.DataFrame(
        {
            "segment": masked["segment"].astype("str"),
            "value": masked["over_value"],
            "units": masked["over_units"].where(priceless, 0),
        }
    )
    summed = frame.groupby("segment", sort=False).sum().sort_values(["value", "units"], ascending=False)
    currency = found.setup.settings.brand_currency
    sentences = []
    for segment, value, units in zip(summed.index, summed["value"], summed["units"], strict=True):
        parts = [money(value, currency)] if value else []
        parts += [f"{units:,.0f} units without a cost"] if units else []
        sentences.append(f"{segment}: {' and '.join(parts)} over, hidden by the total")
    return sentences
