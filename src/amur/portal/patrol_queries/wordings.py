"""What the room says in the reader's language: families of measures, groups, intervals, variants."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.patrols.measure_words import NAMES, UNITS
from amur.science.effort import MEASURES, Measure

Text = str | Promise

FAMILIES: Final[Mapping[str, Text]] = {
    "effort": _("Effort"),
    "people": _("People"),
    "finds": _("Finds"),
    "numbers": _("Numbers of an attribute"),
    "rates": _("Encounter rates"),
    "cells": _("Cells and areas"),
    "quality": _("Quality of the data"),
}
GROUP_NAMES: Final[Mapping[str, Text]] = {
    "": _("all"),
    "month": pgettext_lazy("period", "month"),
    "week": pgettext_lazy("period", "week"),
    "year": pgettext_lazy("period", "year"),
    "patrol": _("patrol"),
    "leader": _("leader"),
    "member": _("member"),
    "team": _("team"),
    "station": _("station"),
    "mandate": _("mandate"),
    "transport": _("transport"),
    "kind": _("type of patrol"),
    "office": _("office"),
    "area": _("area"),
    "category": _("category"),
}
INTERVALS: Final[Mapping[str, Text]] = {
    "patrols": _("over patrols"),
    "exact": _("exact, for finds that are independent of each other"),
    "": "",
}


def measure_choices() -> list[tuple[Text, list[tuple[str, Text]]]]:
    """All measures by family, for a list to choose from."""
    return [
        (title, [(key, NAMES[key][0]) for key, one in MEASURES.items() if one.family == family])
        for family, title in FAMILIES.items()
    ]


def cell_width(metres: int) -> str:
    """How wide a cell is."""
    return translated("%(width)s m") % {"width": metres}


def variants(measure: Measure) -> list[str]:
    """What other programs call this very measure."""
    told = []
    if measure.smart:
        told.append(translated("SMART: “%(name)s”") % {"name": measure.smart})
    if measure.ecoscope:
        told.append(translated("ecoscope: “%(name)s”") % {"name": measure.ecoscope})
    return told


def registry() -> list[dict[str, Any]]:
    """Every measure as its table tells it."""
    return [
        {
            "family": FAMILIES[one.family],
            "name": NAMES[key][0],
            "definition": NAMES[key][1],
            "unit": UNITS[one.unit],
            "is_additive": one.is_additive,
            "variants": variants(one),
        }
        for key, one in MEASURES.items()
    ]
