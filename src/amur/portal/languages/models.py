"""Public addresses: one slug a language for each released record, old ones kept for redirects."""

import uuid as uuids
from collections.abc import Mapping

from anyascii import anyascii
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.languages.text import MultilingualText


class Address(models.Model):
    """A slug under which a record is or was found in one language."""

    kind = models.CharField(max_length=40)
    record = models.UUIDField(db_index=True)
    language = models.CharField(max_length=8)
    slug = models.CharField(max_length=120)
    current = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("address")
        constraints = (
            models.UniqueConstraint(fields=("kind", "language", "slug"), name="address_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.language}/{self.kind}/{self.slug}"


def slug_of(text: str, language: Language) -> str:
    """The text as a path segment: Chinese keeps its characters, Cyrillic is transliterated.

    >>> slug_of("Заповедник «Бастак»", "ru"), slug_of("兴凯湖", "zh-hans")
    ('zapovednik-bastak', '兴凯湖')
    """
    if language == "zh-hans":
        return slugify(text, allow_unicode=True)[:100]
    return slugify(anyascii(text))[:100].strip("-")


def assign_slugs(
    kind: str, record: uuids.UUID, names: MultilingualText, wanted: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Give the record a slug in each language it has a name in, and return them by language.

    A changed name gets a new slug; the old one stays and redirects. A slug that another record of the
    kind already has gets a number.
    """
    slugs: dict[str, str] = {}
    for language in LANGUAGES:
        translation = names.texts.get(language)
        if translation is None:
            continue
        base = (wanted or {}).get(language) or slug_of(translation.text, language) or record.hex[:12]
        slugs[language] = _claim(kind, record, language, base)
    return slugs


def _claim(kind: str, record: uuids.UUID, language: Language, base: str) -> str:
    own = Address.objects.filter(kind=kind, record=record, language=language)
    for number in range(1, 1000):
        slug = base if number == 1 else f"{base}-{number}"
        taken = Address.objects.filter(kind=kind, language=language, slug=slug).first()
        if taken is None or taken.record == record:
            own.exclude(slug=slug).update(current=False)
            Address.objects.update_or_create(
                kind=kind, language=language, slug=slug, defaults={"record": record, "current": True}
            )
            return slug
    raise ValueError(f"more than 999 records of kind {kind!r} are called {base!r}")
