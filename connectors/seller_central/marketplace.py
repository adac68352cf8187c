"""Which country's FBA stock a row is about: from its own column, its sales channel, or the file's folder."""

from __future__ import annotations

import re
from typing import Final

from connectors.base import Dropped
from connectors.errors import NoMarketplace

# Where Amazon has a marketplace, and the end of its web address (Selling Partner API, "Marketplace IDs").
_SITES: Final = {
    "US": "com",
    "CA": "ca",
    "MX": "com.mx",
    "BR": "com.br",
    "UK": "co.uk",
    "DE": "de",
    "FR": "fr",
    "IT": "it",
    "ES": "es",
    "NL": "nl",
    "BE": "com.be",
    "SE": "se",
    "PL": "pl",
    "IE": "ie",
    "TR": "com.tr",
    "AE": "ae",
    "SA": "sa",
    "EG": "eg",
    "ZA": "co.za",
    "IN": "in",
    "JP": "co.jp",
    "AU": "com.au",
    "SG": "sg",
}
_BY_CHANNEL: Final = {f"amazon.{site}": country for country, site in _SITES.items()}


def fba(country: str) -> str:
    """The name of FBA stock in a country: "DE" is "FBA DE", "GB" is "FBA UK". Raises ValueError."""
    code = country.upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise ValueError("is not a country's two letters")
    return f"FBA {'UK' if code == 'GB' else code}"


def fba_of_channel(channel: str) -> str | None:
    """The FBA stock that a sales channel is served from: "Amazon.ca" and "Non-Amazon CA" from "FBA CA".

    None when the channel names no country, as "Non-Amazon" does. One account's order report may hold the
    channels of several countries (All Orders report, column sales-channel).
    """
    name = channel.lower()
    if name in _BY_CHANNEL:
        return fba(_BY_CHANNEL[name])
    outside = re.fullmatch(r"non-amazon[ -]([a-z]{2})", name)
    return fba(outside[1]) if outside else None


def marketplace(dropped: Dropped) -> str:
    """The FBA stock that the file's folder names: exports/seller-central/us is "FBA US".

    Raises NoMarketplace for a file in no such folder.
    """
    code = dropped.folder.upper()
    code = "UK" if code == "GB" else code
    if code not in _SITES:
        folder = f"the folder '{dropped.folder}'" if dropped.folder else "no folder of a marketplace"
        raise NoMarketplace(
            f"the report names no marketplace, and it lies in {folder}",
            where=dropped.name,
            expected=f"it in one of {', '.join(country.lower() for country in _SITES)}",
            todo="move it into its marketplace's folder, such as exports/seller-central/us",
        )
    return fba(code)
