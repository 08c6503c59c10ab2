"""A fact's figure and period as a reader sees them. Works on the released fields, not on raw rows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from amur.portal.facts.units import with_unit
from amur.portal.languages.codes import Language
from amur.portal.languages.dates import written, year_of
from amur.portal.languages.numbers import number
from amur.portal.languages.text import MultilingualText


def figure(fields: Mapping[str, Any], language: Language) -> str:
    """The value or interval with its unit: "423–502 individuals", "≈ 750 individuals", "≤ 4,000 ...".

    An interval around a value follows it in brackets. Null bounds are left out, never shown as zero.
    """
    value, low, high = fields.get("value"), fields.get("low"), fields.get("high")
    if value is not None:
        text = number(value, language)
        if low is not None and high is not None:
            text = f"{text} ({_interval(low, high, language)})"
    elif low is not None and high is not None:
        text = _interval(low, high, language)
    elif low is not None:
        text = f"≥ {number(low, language)}"
    elif high is not None:
        text = f"≤ {number(high, language)}"
    else:
        return _("not known")
    if value is not None and fields.get("kind") == "minimum":
        text = f"≥ {text}"
    if fields.get("approximate"):
        text = f"≈ {text}"
    deciding = next((bound for bound in (high, value, low) if bound is not None), None)
    return with_unit(text, deciding, str(fields.get("unit", "")))


def _interval(low: float, high: float, language: Language) -> str:
    return f"{number(low, language)}–{number(high, language)}"


def period(fields: Mapping[str, Any], language: Language) -> str:
    """When the fact holds: its own words when it has them, else its dates."""
    label = MultilingualText.from_json(fields.get("period_label")).text(language)
    if label:
        return label
    start, end = str(fields.get("period_start") or ""), str(fields.get("period_end") or "")
    if start and end and start != end:
        return f"{written(start, language)} – {written(end, language)}"
    return written(start or end, language) if start or end else _("date not known")


def middle_year(fields: Mapping[str, Any]) -> float | None:
    """Where the fact stands on a time axis, in years; None without a date."""
    years = [year for key in ("period_start", "period_end") if (year := year_of(str(fields.get(key) or "")))]
    return sum(years) / len(years) if years else None
