"""Dates of reduced precision (ISO 8601: 2013, 2013-09, 2013-09-20), checked and written by language."""

import datetime
import re

from babel.dates import format_date, format_skeleton
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import Language

BABEL_LOCALES = {"en": "en_GB", "ru": "ru", "zh-hans": "zh_Hans", "mn": "mn"}
_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def reduced_date(text: str) -> None:
    """Refuse what is not a year, a month or a day of the calendar."""
    match = _SHAPE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError as error:
        raise ValidationError(
            _("“%(text)s” is no date; write a year, a month or a day: 2013, 2013-09 or 2013-09-20"),
            params={"text": text},
        ) from error


def year_of(text: str) -> int | None:
    """The year of a reduced date, None when there is none.

    >>> year_of("2013-09-20"), year_of("")
    (2013, None)
    """
    return int(text[:4]) if _SHAPE.fullmatch(text) else None


def written(text: str, language: Language) -> str:
    """A reduced date as the language writes it.

    >>> written("2013-09-20", "ru"), written("2013-09", "en"), written("2013", "zh-hans")
    ('20 сентября 2013\\u202fг.', 'September 2013', '2013年')
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        return text
    locale = BABEL_LOCALES[language]
    day = datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    if match[3]:
        return str(format_date(day, "long", locale=locale))
    if match[2]:
        return str(format_skeleton("yMMMM", day, locale=locale))
    return str(format_skeleton("y", day, locale=locale))
