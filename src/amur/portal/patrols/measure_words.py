"""Measures of patrols in the reader's language: names with definitions, units, values, what is left out.

The one table of their words, for pages of patrols, questions, targets and reports; keys are those of
`amur.science.effort.MEASURES`.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import Language, as_language
from amur.portal.languages.numbers import number
from amur.science.effort import MEASURES

Text = str | Promise

NAMES: Final[Mapping[str, tuple[Text, Text]]] = {
    "patrols": (_("Patrols"), _("Different patrols.")),
    "patrol_days": (_("Patrol days"), _("Different pairs of patrol and local day.")),
    "calendar_days": (_("Calendar days"), _("Different local days, however many patrols were out.")),
    "patrol_nights": (_("Patrol nights"), _("Patrol days less patrols.")),
    "leg_days": (_("Days of legs"), _("A day of a leg counts once, whoever went along.")),
    "distance": (
        _("Kilometres"),
        _(
            "Length of the ways after cleaning, once for each day of a leg;"
            " of days without fixes as SMART wrote it."
        ),
    ),
    "recorded_distance": (_("Kilometres by SMART"), _("The kilometres that SMART wrote for days of legs.")),
    "patrol_hours": (_("Patrol hours"), _("From start to end of each day of a leg, rest included.")),
    "field_hours": (_("Field hours, without rest"), _("Patrol hours less rest.")),
    "track_hours": (_("Hours of tracks"), _("Time between the fixes that count, standing included.")),
    "standing_hours": (_("Standing hours"), _("Time of tracks within 30 m for 10 minutes or more.")),
    "speed": (_("Speed"), _("Kilometres for each field hour.")),
    "people": (_("People"), _("Different people, by number of the employee, else by name.")),
    "teams": (_("Teams"), _("Different teams.")),
    "team_size": (_("Size of a team"), _("Mean number of people over days of legs.")),
    "person_days": (_("Person-days"), _("Different pairs of local day and person.")),
    "person_patrol_hours": (_("Person-hours on patrol"), _("Patrol hours summed over people.")),
    "person_field_hours": (_("Person-hours in the field"), _("Field hours summed over people.")),
    "person_kilometres": (
        _("Person-kilometres"),
        _("Kilometres summed over people; this is no measure of the way."),
    ),
    "observations": (_("Observations"), _("Observations of the chosen category.")),
    "waypoints": (_("Waypoints"), _("Waypoints with an observation of the chosen category.")),
    "incidents": (_("Incidents"), _("Groups of observations that belong together, at one waypoint.")),
    "value_sum": (_("Sum"), _("Sum of the attribute over observations that give a number.")),
    "value_mean": (_("Mean"), _("Mean of the attribute over observations that give a number.")),
    "value_least": (_("Least"), _("The least number of the attribute.")),
    "value_most": (_("Most"), _("The largest number of the attribute.")),
    "value_variance": (_("Variance"), _("Sample variance of the attribute, of two numbers or more.")),
    "value_deviation": (
        _("Standard deviation"),
        _("Sample standard deviation of the attribute, of two numbers or more."),
    ),
    "finds_per_km": (_("Finds for each kilometre"), _("Observations divided by kilometres.")),
    "finds_per_hour": (_("Finds for each field hour"), _("Observations divided by field hours.")),
    "finds_per_day": (_("Finds for each patrol day"), _("Observations divided by patrol days.")),
    "finds_per_patrol": (_("Finds for each patrol"), _("Observations divided by patrols.")),
    "cells_visited": (_("Cells visited"), _("Different cells of equal area that a way touches.")),
    "coverage": (_("Coverage"), _("Share of an area whose cells somebody visited in the period.")),
    "days_since_visit": (
        _("Days since the last visit"),
        _("Median over an area; unknown where nobody was in more than half of it."),
    ),
    "tracked_share": (_("Days with a track"), _("Share of days of legs with two whole fixes or more.")),
    "days_without_way": (_("Days without a way"), _("Days of legs whose kilometres nobody knows.")),
    "flagged_share": (_("Flagged fixes"), _("Share of fixes that the cleaning ledger flagged.")),
    "removed_distance": (
        _("Kilometres taken away"),
        _("Kilometres between whole fixes that the cleaning ledger took away."),
    ),
}
UNITS: Final[Mapping[str, Text]] = {
    "km": _("km"),
    "h": pgettext_lazy("unit", "h"),
    "days": _("days"),
    "nights": _("nights"),
    "patrols": _("patrols"),
    "people": _("people"),
    "teams": _("teams"),
    "km/h": _("km/h"),
    "finds": _("finds"),
    "waypoints": _("waypoints"),
    "incidents": _("incidents"),
    "finds/km": _("finds/km"),
    "finds/h": _("finds/h"),
    "finds/day": _("finds/day"),
    "finds/patrol": _("finds/patrol"),
    "cells": _("cells"),
    "%": "%",
    "": "",
}


def value(given: float | None, key: str, language: Language, decimals: int = 2) -> str:
    """The value of a measure as the language writes it, with at most so many decimals, or that it is unknown.

    >>> value(7.0, "patrol_days", "en"), value(66.72, "distance", "ru")
    ('7', '66,72')
    """
    if given is None:
        return translated("unknown")
    measure = MEASURES[key]
    if measure.over or measure.family == "numbers":
        return number(float(f"{given:.4g}"), language, 6)
    return number(given, language, decimals)


def with_unit(given: float | None, key: str) -> str:
    """The value of a measure for running text; of counts the name says what is counted."""
    measure = MEASURES[key]
    counts = not measure.over and measure.unit not in ("km", "h", "km/h", "%")
    unit = "" if given is None or counts else UNITS[measure.unit]
    return f"{value(given, key, as_language(get_language()), 1)} {unit}".strip()


def left_out(count: int, key: str) -> str:
    """How many rows the value of a measure leaves out, and of what kind; "" for none."""
    if not count:
        return ""
    if MEASURES[key].family in ("finds", "numbers"):
        words = ngettext(
            "without %(count)s find of which this is unknown",
            "without %(count)s finds of which this is unknown",
            count,
        )
    else:
        words = ngettext(
            "without %(count)s day of a leg of which this is unknown",
            "without %(count)s days of legs of which this is unknown",
            count,
        )
    return words % {"count": count}
