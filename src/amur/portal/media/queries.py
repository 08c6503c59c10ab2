"""Questions about files: which one is public, which may be chosen, does a picture have its text."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from amur.portal.languages.codes import Language
from amur.portal.media.models import Kind, MediaFile
from amur.portal.offices.policies import Subject, Verb, standing


def public(uuid: UUID | str) -> MediaFile | None:
    """The published file of that identifier; None when there is none or it is not published. One query."""
    return MediaFile.objects.filter(uuid=uuid, is_published=True).first()


def by_keys(keys: Iterable[str]) -> dict[str, MediaFile]:
    """The published files of these keys, in one query; keys without one are left out."""
    wanted = set(keys)
    if not wanted:
        return {}
    return {one.key: one for one in MediaFile.objects.filter(key__in=wanted, is_published=True)}


def may_see(person: Any, file: MediaFile) -> bool:
    """Whether a person may see a file that is not published: people of its office whose role sees files."""
    return standing(person).may(Verb.VIEW, Subject.MEDIA, file.office_id)


def choosable(person: Any) -> "QuerySet[MediaFile]":
    """The files a person may put into a page: those of the own office, and what any office has published."""
    keys = standing(person).offices(Verb.VIEW, Subject.MEDIA)
    if keys is None:
        return MediaFile.objects.all()
    return (
        MediaFile.objects.filter(Q(office__in=keys) | Q(is_published=True))
        if keys
        else MediaFile.objects.none()
    )


def named() -> set[str]:
    """The hashes of all stored files that some row names, originals and copies."""
    return {
        found
        for sha256, variants in MediaFile.objects.values_list("sha256", "variants")
        for found in (sha256, *(one["sha256"] for one in variants.values()))
    }


def missing_alt(file: MediaFile | None, language: Language) -> bool:
    """Whether a picture lacks its text in a language. Asked when a page of that language is published.

    >>> missing_alt(MediaFile(kind="picture"), "ru"), missing_alt(MediaFile(kind="document"), "ru")
    (True, False)
    """
    return file is not None and file.kind == Kind.PICTURE and not file.alt.has(language)
