"""Template filters of the room: figures with their intervals."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amur.portal.languages import numbers
from amur.portal.languages.codes import as_language

register = template.Library()


@register.filter
def interval(values: Mapping[str, Any] | None, digits: int = 3) -> str:
    """An estimate with its 95 % interval: "0.74 (0.52–1.06)"; a word for what is withheld."""
    if values is None or values.get("estimate") is None:
        return _("withheld")
    middle = significant(values["estimate"], digits)
    if values.get("lower") is None or values.get("upper") is None:
        return middle
    return f"{middle} ({significant(values['lower'], digits)}–{significant(values['upper'], digits)})"


@register.filter
def density(values: Mapping[str, Any] | None) -> str:
    """A density with its interval, all with the same decimals: "0.74 (0.52–1.06)"."""
    if values is None or values.get("estimate") is None:
        return _("withheld")
    language = as_language(get_language())
    decimals = 2 if values["estimate"] < 10 else 1 if values["estimate"] < 100 else 0
    told = {
        name: numbers.number(values[name], language, decimals)
        for name in ("estimate", "lower", "upper")
        if values.get(name) is not None
    }
    if len(told) < 3:
        return told["estimate"]
    return f"{told['estimate']} ({told['lower']}–{told['upper']})"


@register.filter
def animals(values: Mapping[str, Any] | None) -> str:
    """A number of animals, whole, with its interval."""
    if values is None or values.get("estimate") is None:
        return _("withheld")
    language = as_language(get_language())
    whole = {
        name: numbers.number(round(values[name]), language, 0) for name in values if values[name] is not None
    }
    if "lower" not in whole or "upper" not in whole:
        return whole["estimate"]
    return f"{whole['estimate']} ({whole['lower']}–{whole['upper']})"


@register.filter
def significant(value: float | None, digits: int = 3) -> str:
    """So many significant digits, as the language writes them; a dash for none."""
    return numbers.significant(value, as_language(get_language()), digits)


@register.filter
def percent(share: float | None) -> str:
    """A share of one in per cent."""
    return "–" if share is None else f"{numbers.significant(100 * share, as_language(get_language()), 2)} %"


@register.filter
def km(metres: float | None) -> str:
    """A length in metres as kilometres."""
    if metres is None:
        return "–"
    figure = numbers.significant(metres / 1000, as_language(get_language()), 3)
    return _("%(figure)s km") % {"figure": figure}
