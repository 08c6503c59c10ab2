"""Coarsening of dates: ISO 8601 texts of reduced precision, and how old a record surely is.

Called by the gate only. No clock is read here or anywhere in `amur.disclosure`: "now" is an argument.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from amur.disclosure.levels import TimeLevel

# A date without a time ends last at the meridian of UTC-12.
_LAST_ZONE = timedelta(hours=12)
_LENGTHS = {TimeLevel.YEAR: 4, TimeLevel.MONTH: 7}


def require_aware(moment: datetime, name: str) -> datetime:
    """The moment itself; ValueError when it has no time zone."""
    if moment.utcoffset() is None:
        raise ValueError(f"{name} has no time zone; an instant such as 2026-05-01T00:00:00+00:00 is needed")
    return moment


def zone_named(name: str | None) -> tzinfo:
    """The time zone in which a date is told: the IANA zone of the place, or UTC when none is stated.

    Raises ValueError for a name that the time zone database does not hold.
    """
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as 'Asia/Vladivostok'") from error


def latest_instant(moment: datetime | date) -> datetime:
    """The last instant that a date or instant can mean anywhere on Earth, in UTC."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC) + timedelta(days=1) + _LAST_ZONE


def months_later(moment: datetime, months: int) -> datetime:
    """The instant a number of calendar months later; the last day of a month stays within its month.

    >>> months_later(datetime(2024, 2, 29, tzinfo=UTC), 12).date().isoformat()
    '2025-03-01'
    """
    month_index = moment.month - 1 + months
    year, month = moment.year + month_index // 12, month_index % 12 + 1
    last = monthrange(year, month)[1]
    if moment.day <= last:
        return moment.replace(year=year, month=month)
    # Later rather than earlier, so that an embargo never ends a day too soon.
    return moment.replace(year=year, month=month, day=last) + timedelta(days=1)


def is_older_than(moment: datetime | date | None, months: int, now: datetime) -> bool:
    """Whether a record is surely at least so many months old at `now`. An unknown time is not old."""
    if moment is None:
        return False
    try:
        return months_later(latest_instant(moment), months) <= now
    except (OverflowError, ValueError):
        return False


def coarse_text(moment: datetime | date, level: TimeLevel, zone: tzinfo) -> str:
    """The text of a date or instant at a level: 2024, 2024-05, 2024-05-03 or an instant in UTC.

    >>> coarse_text(datetime(2024, 5, 31, 20, tzinfo=UTC), TimeLevel.MONTH, ZoneInfo("Asia/Vladivostok"))
    '2024-06'
    """
    if level is TimeLevel.WITHHELD:
        raise ValueError("a withheld time has no text")
    if level is TimeLevel.EXACT and isinstance(moment, datetime):
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    day = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
    return day.isoformat()[: _LENGTHS.get(level, 10)]


_REDUCED_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def is_reduced_date(text: str) -> bool:
    """Whether a text is a year, a month or a day of ISO 8601."""
    return _REDUCED_DATE.fullmatch(text) is not None


def coarse_reduced(text: str, level: TimeLevel) -> str:
    """A reduced date at a level; one that is coarser already stays as it is.

    >>> coarse_reduced("2013-05-09", TimeLevel.MONTH), coarse_reduced("1963", TimeLevel.DAY)
    ('2013-05', '1963')
    """
    if level is TimeLevel.WITHHELD:
        raise ValueError("a withheld time has no text")
    return text[: _LENGTHS.get(level, 10)]


def coarse_interval(
    start: datetime | date, end: datetime | date | None, level: TimeLevel, zone: tzinfo
) -> str:
    """The text of a period; one date when both ends read the same at this level."""
    first = coarse_text(start, level, zone)
    last = first if end is None else coarse_text(end, level, zone)
    return first if first == last else f"{first}/{last}"
