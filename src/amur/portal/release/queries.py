"""Questions to the released view: what the public pages, tiles and exports are made from."""

from collections.abc import Iterable

from django.db.models import QuerySet

from amur.portal.languages.codes import Language
from amur.portal.languages.models import Address
from amur.portal.release.models import Released


def released(kind: str | Iterable[str]) -> "QuerySet[Released]":
    """All released records of a kind or of several."""
    kinds = [kind] if isinstance(kind, str) else list(kind)
    return Released.objects.filter(kind__in=kinds)


def about(kind: str, *subjects: str) -> "QuerySet[Released]":
    """Released records of a kind whose subject is `species:amur-tiger` or the like."""
    return Released.objects.filter(kind=kind, subject__in=subjects)


def by_slug(kind: str, language: Language, slug: str) -> tuple[Released, str] | None:
    """The record at an address and its right slug in that language; None when there is none.

    Slugs of other languages lead to the record as well, so that a guessed or old address still helps.
    """
    found = sorted(
        Address.objects.filter(kind=kind, slug=slug),
        key=lambda one: (one.language != language, not one.current),
    )
    if not found:
        return None
    record = Released.objects.filter(kind=kind, uuid=found[0].record).first()
    return (record, slug_in(record, language)) if record else None


def slug_in(record: Released, language: Language) -> str:
    """The record's slug in a language, or in the language its name falls back to."""
    reading = record.names.reading(language)
    return str(record.slugs.get(reading.language if reading else language, record.uuid))
