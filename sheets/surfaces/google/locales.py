"""The locale of a spreadsheet: it says how Google reads a formula, whoever writes it.

Where numbers have a decimal comma a formula has `;` between its arguments, and `\\` in lists: ours would be read
wrongly. Locales: https://support.google.com/docs/answer/58515
"""

from __future__ import annotations

from typing import Final

from connectors.errors import CannotRun

# Languages and places in whose locales numbers have a decimal point.
_POINT: Final = {"en", "ja", "zh", "ko", "th", "iw", "he", "hi", "bn", "gu", "kn", "ml", "mr", "pa", "ta", "te", "fil",
                 "cy", "ga", "my"}  # fmt: skip
_POINT_THERE: Final = {"es_MX", "es_US", "es_PR", "es_DO", "es_GT", "es_HN", "es_NI", "es_PA", "es_SV"}
_COMMA_THERE: Final = {"en_ZA"}


def refuse_locale(locale: str) -> None:
    """Raises CannotRun for a locale in which our formulas would be read wrongly; none said is Google's own, en_US."""
    language = locale.split("_")[0]
    if not locale or locale in _POINT_THERE or (language in _POINT and locale not in _COMMA_THERE):
        return
    raise CannotRun(
        f"its locale is {locale}, in which formulas are written otherwise", where="Google Sheets",
        expected="a locale whose numbers have a decimal point, such as United States or United Kingdom",
        todo="change it in the spreadsheet under File, Settings, Locale",
    )  # fmt: skip
