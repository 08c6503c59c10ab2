"""Questions to the pages that editors write: which version of a page a reader of a language gets.

The live pages are remembered without their bodies as one `Tree`, until something that is public changes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from amur.portal.languages.codes import FALLBACKS, HTML_TAGS, OWN_NAMES, Language, as_language
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.release.memory import remembered
from amur.portal.website.models import CentrePage, HomePage, ModulePage, NewsIndexPage, NewsPage, TextPage

MODELS: tuple[type[CentrePage], ...] = (HomePage, ModulePage, TextPage, NewsIndexPage, NewsPage)


@dataclass(frozen=True, slots=True)
class PageRow:
    """A live page in one language, without its body."""

    pk: int
    model: type[CentrePage]
    subject: Any
    language: Language
    path: str
    title: str
    summary: str
    key: str
    source_language: Language
    status: Status
    date: str
    order: tuple[Any, ...]

    @property
    def address(self) -> str:
        """Where the page is found inside the language that is active now."""
        return reverse("wagtail_serve", args=[self.path]) if self.path else reverse("home")


@dataclass(frozen=True, slots=True)
class Tree:
    """All live pages, by language and path, and by subject."""

    by_path: Mapping[tuple[Language, str], PageRow]
    by_subject: Mapping[Any, Mapping[Language, PageRow]]


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


@remembered
def tree() -> Tree:
    """The live pages as of now."""
    by_path: dict[tuple[Language, str], PageRow] = {}
    by_subject: dict[Any, dict[Language, PageRow]] = {}
    for model in MODELS:
        for page in model.objects.filter(live=True).select_related("locale").defer("body"):
            row = _row(page)
            by_path[row.language, row.path] = row
            by_subject.setdefault(row.subject, {})[row.language] = row
    return Tree(by_path, by_subject)


def _row(page: Any) -> PageRow:
    return PageRow(
        pk=page.pk,
        model=type(page),
        subject=page.translation_key,
        language=page.language,
        path=page.url_path.split("/", 2)[2],
        title=page.title,
        summary=page.summary,
        key=page.key,
        source_language=as_language(page.source_language),
        status=Status(page.translation_status),
        date=getattr(page, "known_date", ""),
        order=(getattr(page, "order", 0), page.path),
    )


def find(language: Language, path: str) -> PageRow | None:
    """The live page at a path of a language's tree; else the one another tree has there; None without any.

    The caller shows a page of another language with its label.
    """
    paths = tree().by_path
    return next(
        (found for code in (language, *FALLBACKS[language]) if (found := paths.get((code, path)))), None
    )


def versions(row: PageRow) -> Mapping[Language, PageRow]:
    """The page in each language it is published in."""
    return tree().by_subject[row.subject]


def names(rows: Mapping[Language, PageRow]) -> MultilingualText:
    """The titles of a page's versions as one text, which says where the page really exists."""
    one = next(iter(rows.values()))
    texts = {code: Translation(row.title, row.status) for code, row in rows.items()}
    return MultilingualText(one.source_language, texts)


def all_versions() -> Iterator[Mapping[Language, PageRow]]:
    """For each page its versions."""
    yield from tree().by_subject.values()


def best_versions(model: type[CentrePage], language: Language) -> Iterable[PageLink]:
    """One link a page of a model: in the reader's language, else the next of the fallback order."""
    pages = [
        next(found[code] for code in (language, *FALLBACKS[language]) if code in found)
        for found in tree().by_subject.values()
        if next(iter(found.values())).model is model
    ]
    for page in sorted(pages, key=lambda one: one.order):
        yield PageLink(
            title=page.title,
            summary=page.summary,
            address=page.address,
            language=page.language,
            fallback=page.language != language,
            date=page.date,
            key=page.key,
        )


def news(language: Language) -> list[PageLink]:
    """All news, newest first, each in the best language for the reader."""
    return sorted(best_versions(NewsPage, language), key=lambda link: link.date, reverse=True)
