"""Filters of the room: numbers and days in words, progress in percent, a block as its kind."""

import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from amur.portal.patrol_reports import telling
from amur.portal.patrol_reports.blocks import Picture

register = template.Library()
register.filter("amount", telling.amount)
register.filter("day", telling.day)


@register.filter
def days(dates: list[datetime.date]) -> str:
    """Days, one after the other, as short as can be."""
    return ", ".join(each.isoformat() for each in dates)


@register.filter
def percent(share: float | None) -> str:
    """A share as whole percent."""
    return telling.amount(None if share is None else round(share * 100))


@register.filter
def drawn(picture: Picture) -> SafeString:
    """The picture of a page: numbers and colours of our own, no words."""
    return mark_safe(picture.svg)  # noqa: S308  # made of numbers


@register.filter
def cells(row: Any, wide: frozenset[int]) -> list[tuple[str, bool]]:
    """The cells of a row of a table, each with whether it is a number."""
    return [(text, number not in wide) for number, text in enumerate(row)]
