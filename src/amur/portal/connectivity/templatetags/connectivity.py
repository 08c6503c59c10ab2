"""Template filters for results: figures with few digits, and codes in words."""

from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amur.portal.languages import numbers
from amur.portal.languages.codes import as_language
from amur.portal.languages.numbers import number
from amur.portal.languages.text import MultilingualText

register = template.Library()

REASONS = {
    "outside": _("outside the raster"),
    "no-data": _("on cells without data"),
}
METHODS = {
    "direct": _("direct factorisation"),
    "multigrid": _("conjugate gradients with multigrid"),
    "algebraic multigrid": _("conjugate gradients with algebraic multigrid"),
}
LAYERS = {
    "change": _("Change of the current"),
    "current": _("Current"),
    "areas": _("Areas"),
    "corridors": _("Corridors and changes"),
}
AVERAGES = {
    "resistance": _("mean of the resistances"),
    "conductance": _("mean of the conductances"),
}


@register.filter
def significant(value: float | None) -> str:
    """Four significant digits, as the language writes them; a dash for none."""
    return numbers.significant(value, as_language(get_language()), 4)


@register.filter
def small(value: float) -> str:
    """A tiny number in powers of ten."""
    return f"{value:.1e}"


@register.filter
def signed_percent(value: float | None) -> str:
    """A change in per cent with its sign; a dash for none."""
    if value is None:
        return "–"
    figure = number(abs(value), as_language(get_language()), 1)
    sign = "" if figure == "0" else "+" if value > 0 else "−"
    return f"{sign}{figure}%"


@register.filter
def distance(value: float | None, unit: str) -> str:
    """A length of metres in kilometres, or of cells as it is."""
    if value is None:
        return "–"
    language = as_language(get_language())
    if unit == "metres":
        return str(_("%(figure)s km")) % {"figure": number(value / 1000, language, 0)}
    return str(_("%(figure)s cells")) % {"figure": number(value, language, 0)}


@register.filter
def in_km(value: float) -> float:
    """Metres as kilometres."""
    return value / 1000


@register.filter
def as_text(names: dict[str, Any]) -> MultilingualText:
    """Names from a stored field."""
    return MultilingualText.from_json(names)


@register.filter
def reason(code: str) -> str:
    """Why an area takes no part."""
    return str(REASONS.get(code, code))


@register.filter
def method(code: str) -> str:
    """How the equations were solved."""
    return str(METHODS.get(code, code))


@register.filter
def layer_name(code: str) -> str:
    """What a switch beside the map shows."""
    return str(LAYERS.get(code, code))


@register.filter
def average_name(code: str) -> str:
    """What stands between two cells."""
    return str(AVERAGES.get(code, code))
