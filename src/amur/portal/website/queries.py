"""Questions to the pages that editors write: which version of a page a reader of a language gets."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from amur.portal.languages.codes import FALLBACKS, HTML_TAGS, OWN_NAMES, Language
from amur.portal.website.models import CentrePage, HomePage, NewsPage


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page, saying its true language when that is not the reader's."""

    title: str
    summary: str
    address: str
    language: Language
    fallback: bool
    date: str = ""
    key: str = ""

    @property
    def tag(self) -> str:
        return HTML_TAGS[self.language]

    @property
    def language_name(self) -> str:
        return OWN_NAMES[self.language]


def live(pages: "QuerySet[Any]") -> "QuerySet[Any]":
    """Published pages with their language, in one query."""
    return pages.filter(live=True).select_related("locale")


def address(page: CentrePage, language: Language) -> str:
    """Where a reader of a language finds the page, whichever language it is written in."""
    path = page.url_path.strip("/").split("/", 1)
    return reverse("wagtail_serve", args=[f"{path[1]}/"]) if len(path) == 2 else reverse("home")


def best_versions(pages: "QuerySet[Any]", language: Language) -> Iterable[PageLink]:
    """One link a page: the version in the reader's language, else the next of the fallback order."""
    versions: dict[Any, dict[Language, CentrePage]] = {}
    for page in live(pages):
        versions.setdefault(page.translation_key, {})[page.language] = page
    for found in versions.values():
        code = next(one for one in (language, *FALLBACKS[language]) if one in found)
        page = found[code]
        yield PageLink(
            title=page.title,
            summary=page.summary,
            address=address(page, language),
            language=code,
            fallback=code != language,
            date=getattr(page, "known_date", ""),
            key=page.key,
        )


def versions(page: CentrePage) -> dict[Language, CentrePage]:
    """The page in each language it is published in."""
    found = live(type(page).objects.filter(translation_key=page.translation_key))
    return {one.language: one for one in found}


def home_pages(languages: Iterable[str]) -> "QuerySet[HomePage]":
    """The first pages of the language trees, published or not: what an office's page rights hang on."""
    return HomePage.objects.filter(locale__language_code__in=list(languages)).order_by("path")


def news(language: Language) -> list[PageLink]:
    """All news, newest first, each in the best language for the reader."""
    return list(best_versions(NewsPage.objects.order_by("-date", "path"), language))


def all_versions(pages: "QuerySet[Any]") -> Iterable[dict[Language, str]]:
    """For each page the addresses of the languages in which it is published."""
    found: dict[Any, dict[Language, str]] = {}
    for page in live(pages):
        with translation.override(page.language):
            found.setdefault(page.translation_key, {})[page.language] = address(page, page.language)
    return found.values()
