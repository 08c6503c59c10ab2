"""Units and kinds of figures: their codes, and their words with the right plural in each language."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

# Each takes the deciding count and gives a pattern with %(figure)s in it.
_PATTERNS: dict[str, Callable[[int], str]] = {
    "individuals": lambda n: ngettext("%(figure)s individual", "%(figure)s individuals", n),
    "adults": lambda n: ngettext("%(figure)s adult", "%(figure)s adults", n),
    "males": lambda n: ngettext("%(figure)s male", "%(figure)s males", n),
    "females": lambda n: ngettext("%(figure)s female", "%(figure)s females", n),
    "cubs": lambda n: ngettext("%(figure)s cub", "%(figure)s cubs", n),
    "pairs": lambda n: ngettext("%(figure)s pair", "%(figure)s pairs", n),
    "territorial-pairs": lambda n: ngettext("%(figure)s territorial pair", "%(figure)s territorial pairs", n),
    "nests": lambda n: ngettext("%(figure)s nest", "%(figure)s nests", n),
    "occupied-nests": lambda n: ngettext("%(figure)s occupied nest", "%(figure)s occupied nests", n),
    "newly-found-nests": lambda n: ngettext("%(figure)s newly found nest", "%(figure)s newly found nests", n),
    "artificial-nests": lambda n: ngettext("%(figure)s artificial nest", "%(figure)s artificial nests", n),
    "areas": lambda n: ngettext("%(figure)s area", "%(figure)s areas", n),
    "ha": lambda n: ngettext("%(figure)s ha", "%(figure)s ha", n),
    "km": lambda n: ngettext("%(figure)s km", "%(figure)s km", n),
    "km2": lambda n: ngettext("%(figure)s km²", "%(figure)s km²", n),
    "percent": lambda n: ngettext("%(figure)s%%", "%(figure)s%%", n),
    "individuals-per-km2": lambda n: ngettext(
        "%(figure)s individual per km²", "%(figure)s individuals per km²", n
    ),
    "individuals-per-100-km2": lambda n: ngettext(
        "%(figure)s individual per 100 km²", "%(figure)s individuals per 100 km²", n
    ),
    "trap-days": lambda n: ngettext("%(figure)s trap day", "%(figure)s trap days", n),
    "events-per-100-trap-days": lambda n: ngettext(
        "%(figure)s event per 100 trap days", "%(figure)s events per 100 trap days", n
    ),
    "species": lambda n: ngettext("%(figure)s species", "%(figure)s species", n),
    "ohm": lambda n: ngettext("%(figure)s ohm", "%(figure)s ohms", n),
}

UNIT_NAMES: dict[str, Promise] = {
    "individuals": _("individuals"),
    "adults": _("adults"),
    "males": _("males"),
    "females": _("females"),
    "cubs": _("cubs"),
    "pairs": _("pairs"),
    "territorial-pairs": _("territorial pairs"),
    "nests": _("nests"),
    "occupied-nests": _("occupied nests"),
    "newly-found-nests": _("newly found nests"),
    "artificial-nests": _("artificial nests"),
    "areas": _("areas"),
    "ha": _("hectares"),
    "km": _("kilometres"),
    "km2": _("square kilometres"),
    "percent": _("per cent"),
    "individuals-per-km2": _("individuals per km²"),
    "individuals-per-100-km2": _("individuals per 100 km²"),
    "trap-days": _("trap days"),
    "events-per-100-trap-days": _("events per 100 trap days"),
    "species": _("species"),
    "ohm": _("ohms, in the units of the resistance raster"),
}


def with_unit(figure: str, count: float | None, unit: str) -> str:
    """The written figure with its unit, in the active language; an unknown unit stands as it is.

    A fraction takes the plural of two, as Russian asks for; no count takes that of many.

    >>> with_unit("4", 4, "adults")
    '4 adults'
    """
    pattern = _PATTERNS.get(unit)
    number = 1000 if count is None else int(count) if float(count).is_integer() else 2
    return pattern(number) % {"figure": figure} if pattern else f"{figure} {unit}"


def unit_name(unit: str) -> str:
    """The unit's name by itself, as a table's heading or a chart's axis has it."""
    return str(UNIT_NAMES.get(unit, unit))


KIND_NAMES: dict[str, Promise] = {
    "total": _("total"),
    "adults": _("adults only"),
    "part": _("part of a total"),
    "minimum": _("minimum"),
    "upper-bound": _("upper bound"),
    "baseline": _("baseline"),
    "births": _("births"),
    "range": _("range"),
    "area": pgettext_lazy("size of a place", "area"),
    "share": _("share"),
    "density": _("density"),
    "estimate": _("estimate with interval"),
    "effective-resistance": _("effective resistance"),
}


def kind_name(kind: str) -> str:
    """The kind of a figure in the active language."""
    return str(KIND_NAMES.get(kind, kind))
