"""What is done with counts: note a search, remove what is old. Called by `store`, search and CLI."""

import datetime
import re
import unicodedata
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from amur.portal.audit.actions import record
from amur.portal.audit.actor import SYSTEM
from amur.portal.visitors.counting import asked
from amur.portal.visitors.models import PageCount, SearchCount
from amur.portal.visitors.suppression import LEAST

KEPT_MONTHS: Final = 25
WORDS_CHARACTERS: Final = 60
_LONG_NUMBER: Final = re.compile(r"\d[\d\s().-]{5,}")


def searched(language: str, words: str, found: int, **_: Any) -> None:
    """Note that the visitor of the present request searched. `found` is the number of results.

    Does nothing outside a counted request, for empty words, and for what looks like an address or a number
    of a person. Ready to be connected to a signal: further arguments are ignored.
    """
    now = asked.get()
    normal = normalised(words)
    if now is not None and normal:
        counter, environ = now
        counter.search(environ, language, normal, found=found > 0)


def normalised(words: str) -> str:
    """Words as they are counted; empty when they must not be kept.

    >>> normalised("  Amur   TIGER "), normalised("anna@example.org"), normalised("8 914 555 12 34")
    ('amur tiger', '', '')
    """
    plain = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
    if "@" in plain or _LONG_NUMBER.search(plain) or not plain.isprintable():
        return ""
    return plain[:WORDS_CHARACTERS].rstrip()


def prune(today: datetime.date | None = None) -> int:
    """Remove counts older than 25 months, and words that few have searched for once their month is over.

    Returns how many rows went. The removal is noted in the audit log.
    """
    day = today or local_today()
    with transaction.atomic():
        pages, _kinds = PageCount.objects.filter(day__lt=first_kept(day)).delete()
        searches, _kinds = SearchCount.objects.filter(day__lt=first_kept(day)).delete()
        rare = _forget_rare_words(day)
        removed = pages + searches + rare
        if removed:
            record(
                "visitors.prune",
                kind="visitors.pagecount",
                changes={"pages": pages, "searches": searches, "rare": rare},
                actor=SYSTEM,
            )
    return removed


def first_kept(today: datetime.date) -> datetime.date:
    """The first day that is still kept: the present month and the 24 before it.

    >>> first_kept(datetime.date(2026, 11, 21))
    datetime.date(2024, 11, 1)
    """
    months = today.year * 12 + today.month - KEPT_MONTHS
    return datetime.date(months // 12, months % 12 + 1, 1)


def local_today() -> datetime.date:
    """The day at the site."""
    from zoneinfo import ZoneInfo

    return timezone.localdate(timezone=ZoneInfo(settings.VISITORS_TIME_ZONE))


def _forget_rare_words(today: datetime.date) -> int:
    """Words that fewer than five visitors typed in a month may be anything, a name for instance."""
    removed = 0
    old = SearchCount.objects.filter(day__lt=today.replace(day=1))
    for month in old.dates("day", "month"):
        of_month = old.filter(day__year=month.year, day__month=month.month)
        sums = of_month.values("language", "words").annotate(total=Sum("searches")).filter(total__lt=LEAST)
        for one in list(sums):
            count, _kinds = of_month.filter(language=one["language"], words=one["words"]).delete()
            removed += count
    return removed
