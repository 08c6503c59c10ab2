"""Numbers and days of the room as the reader's language writes them; what is unknown is said so."""

import datetime
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amur.portal.languages.dates import written
from amur.portal.languages.numbers import number, significant
from amur.portal.patrol_reports.finds import Encounters
from amur.portal.patrol_reports.sums import Sum
from amur.portal.patrol_reports.wordings import MEASURES
from amur.portal.website.shell import current_language
from amur.science.effort import Rate


def day(date: datetime.date) -> str:
    """A day."""
    return written(date.isoformat(), current_language())


def period(start: datetime.date, end: datetime.date) -> str:
    """From a day to another one."""
    return f"{day(start)} – {day(end)}"


def amount(value: float | None, decimals: int = 0) -> str:
    """A number, or that it is unknown."""
    return _("unknown") if value is None else number(value, current_language(), decimals)


def summed(one: Sum) -> str:
    """The value of a measure."""
    return amount(one.value, MEASURES[one.key].decimals)


def left_out(one: Sum) -> str:
    """How many days of legs a sum leaves out; "" for none."""
    if not one.left_out:
        return ""
    words = ngettext("without %(days)s day of a leg", "without %(days)s days of legs", one.left_out)
    return words % {"days": amount(one.left_out)}


def row_of(sums: Mapping[str, Sum]) -> list[str]:
    """The values of all measures in their order; a sum that leaves days out has a star."""
    return [summed(sums[key]) + ("*" if sums[key].left_out else "") for key in MEASURES]


def rate(found: Encounters) -> str:
    """Finds for 100 km."""
    return "–" if found.exact is None else significant(found.exact.estimate, current_language())


def interval(one: Rate | None) -> str:
    """The interval of a rate; a dash where it cannot be known."""
    if one is None or one.upper != one.upper:
        return "–"
    language = current_language()
    return f"{significant(one.lower, language)} – {significant(one.upper, language)}"
