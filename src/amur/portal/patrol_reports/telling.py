"""Numbers and days of the room as the reader's language writes them; what is unknown is said so."""

import datetime
from collections.abc import Mapping

from django.utils.translation import gettext as _

from amur.portal.languages.dates import written
from amur.portal.languages.numbers import number, significant
from amur.portal.patrol_reports.finds import Encounters
from amur.portal.patrols.measure_words import value
from amur.portal.website.shell import current_language
from amur.science.effort import Rate, Told


def day(date: datetime.date) -> str:
    """A day."""
    return written(date.isoformat(), current_language())


def period(start: datetime.date, end: datetime.date) -> str:
    """From a day to another one."""
    return f"{day(start)} – {day(end)}"


def amount(given: float | None, decimals: int = 0) -> str:
    """A number, or that it is unknown."""
    return _("unknown") if given is None else number(given, current_language(), decimals)


def row_of(sums: Mapping[str, Told]) -> list[str]:
    """The values of measures in their order, without units; a sum that leaves days out has a star."""
    language = current_language()
    return [value(one.value, key, language, 1) + ("*" if one.left_out else "") for key, one in sums.items()]


def rate(found: Encounters) -> str:
    """Finds for 100 km."""
    return "–" if found.exact is None else significant(found.exact.estimate, current_language())


def interval(one: Rate | None) -> str:
    """The interval of a rate; a dash where it cannot be known."""
    if one is None or one.upper != one.upper:
        return "–"
    language = current_language()
    return f"{significant(one.lower, language)} – {significant(one.upper, language)}"
