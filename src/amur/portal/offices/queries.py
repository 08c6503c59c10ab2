"""Questions to the offices: how one was called on a day, and which notices stand on its items today."""

import datetime
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from amur.portal.languages.codes import Language
from amur.portal.languages.text import MultilingualText, Reading
from amur.portal.offices.models import LegalNotice, Office, OfficeName
from amur.portal.release.memory import remembered


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands below an item of an office. `logo` is the identifier of a picture, empty without one."""

    names: MultilingualText
    logo: str
    notices: tuple[Reading, ...]
    age_mark: str


def imprint(office: int | None, day: datetime.date | None, language: Language) -> Imprint | None:
    """The office's name and logo on a day (today without one), and its notices in force today.

    None for an item without an office.
    """
    today = timezone.localdate()
    return _imprint(office, day or today, language, today) if office is not None else None


@remembered
def imprint_of(key: str, issued: str, language: Language) -> Imprint | None:
    """The same for a released record of an office with a date of reduced precision."""
    office = Office.objects.filter(key=key).values_list("pk", flat=True).first()
    first = datetime.date.fromisoformat((issued + "-01-01")[:10]) if issued else None
    return imprint(office, first, language)


@remembered
def _imprint(office: int, day: datetime.date, language: Language, today: datetime.date) -> Imprint | None:
    row = Office.objects.filter(pk=office).first()
    if row is None:
        return None
    former = (
        OfficeName.objects.filter(office=row)
        .exclude(valid_from__gt=day)
        .exclude(valid_to__lt=day)
        .order_by(F("valid_from").desc(nulls_last=True))
        .first()
    )
    found = former or row
    notices = [
        notice
        for notice in LegalNotice.objects.filter(office=row, scope=LegalNotice.Scope.ITEMS)
        if notice.valid_from <= today and (notice.valid_to is None or notice.valid_to >= today)
    ]
    readings = (notice.text.reading(language) for notice in notices if notice.text.has(language))
    marks = sorted((notice.age_mark for notice in notices if notice.age_mark), key=lambda one: int(one[:-1]))
    return Imprint(
        names=found.names,
        logo=str(found.uuid) if found.logo else "",
        notices=tuple(reading for reading in readings if reading),
        age_mark=marks[-1] if marks else "",
    )
