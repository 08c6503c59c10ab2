"""Questions to the pages that editors write: which version of a page a reader of a language gets.

The live pages are remembered without their bodies as one `Tree`, until something that is public changes.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from amur.portal.languages.codes import HTML_TAGS, LANGUAGES, OWN_NAMES, Language, as_language, nearest
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.media.models import MediaFile
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.website.models import (
    ArchiveIndexPage,
    ArchivePage,
    CampaignIndexPage,
    CampaignPage,
    CentrePage,
    HomePage,
    ItemPage,
    ModulePage,
    NewsIndexPage,
    NewsPage,
    ProjectIndexPage,
    ProjectPage,
    StoryIndexPage,
    StoryPage,
    TextPage,
    VideoIndexPage,
    VideoPage,
)

# The page of a list -> what it lists.
LISTS: dict[type[CentrePage], type[ItemPage]] = {
    NewsIndexPage: NewsPage,
    ProjectIndexPage: ProjectPage,
    CampaignIndexPage: CampaignPage,
    StoryIndexPage: StoryPage,
    VideoIndexPage: VideoPage,
    ArchiveIndexPage: ArchivePage,
}
MODELS: tuple[type[CentrePage], ...] = (HomePage, ModulePage, TextPage, *LISTS, *LISTS.values())


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
    subjects: frozenset[str] = frozenset()
    picture: MediaFile | None = None
    changed: datetime.datetime | None = None

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
    subjects: frozenset[str] = frozenset()
    picture: MediaFile | None = None
    changed: datetime.datetime | None = None
    kind: str = ""

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
        related = ["locale", *(["lead_picture"] if issubclass(model, ItemPage) else [])]
        for page in model.objects.filter(live=True).select_related(*related).defer("body"):
            row = row_of(page)
            by_path[row.language, row.path] = row
            by_subject.setdefault(row.subject, {})[row.language] = row
    return Tree(by_path, by_subject)


def row_of(page: Any) -> PageRow:
    """A page in one language without its body."""
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
        subjects=getattr(page, "subjects", frozenset()),
        picture=getattr(page, "lead_picture", None),
        changed=page.last_published_at,
    )


def find(language: Language, path: str) -> PageRow | None:
    """The live page at a path of a language's tree; else the one another tree has there; None without any."""
    found = {code: row for code in LANGUAGES if (row := tree().by_path.get((code, path)))}
    return best(found, language) if found else None


def best(versions: Mapping[Language, PageRow], language: Language) -> PageRow:
    """The version that a reader of a language gets; there is at least one."""
    return versions[nearest(language, versions) or language]


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
        best(found, language)
        for found in tree().by_subject.values()
        if next(iter(found.values())).model is model
    ]
    for page in sorted(pages, key=lambda one: one.order):
        yield link_of(page, language)


@remembered
def module_titles(language: Language) -> Mapping[str, str]:
    """What the modules of the programme are called, by key."""
    return {link.key: link.title for link in best_versions(ModulePage, language)}


def link_of(page: PageRow, language: Language) -> PageLink:
    """The page as a list of a language shows it."""
    return PageLink(
        title=page.title,
        summary=page.summary,
        address=page.address,
        language=page.language,
        fallback=page.language != language,
        date=page.date,
        key=page.key,
        subjects=page.subjects,
        picture=page.picture if page.picture is not None and page.picture.is_published else None,
        changed=page.changed,
        kind=page.model.__name__.removesuffix("Page").lower(),
    )


def items(model: type[CentrePage], language: Language) -> list[PageLink]:
    """All items of a kind, newest first, each in the best language for the reader."""
    return sorted(best_versions(model, language), key=lambda link: link.date, reverse=True)


def news(language: Language) -> list[PageLink]:
    """All news, newest first, each in the best language for the reader."""
    return items(NewsPage, language)


@dataclass(frozen=True, slots=True)
class About:
    """What the centre has published about one subject."""

    pages: tuple[PageLink, ...]
    publications: tuple[Released, ...]
    events: tuple[Released, ...]

    def __bool__(self) -> bool:
        return bool(self.pages or self.publications or self.events)


MOST_ABOUT = 6


@remembered
def _by_subject(language: Language) -> Mapping[str, tuple[PageLink, ...]]:
    found: dict[str, list[PageLink]] = {}
    links = [link for model in LISTS.values() for link in items(model, language)]
    for link in sorted(links, key=lambda one: one.date, reverse=True):
        for subject in link.subjects:
            found.setdefault(subject, []).append(link)
    return {subject: tuple(rows) for subject, rows in found.items()}


def about(kind: str, key: str, language: Language) -> About:
    """The newest pages, publications and events about a subject, such as `about("area", "bastak", "ru")`.

    Answered from memory: it costs no query while nothing that is public changes.
    """
    from amur.portal.events.queries import events_about
    from amur.portal.library.queries import about as publications_about

    return About(
        pages=_by_subject(language).get(f"{kind}:{key}", ())[:MOST_ABOUT],
        publications=tuple(publications_about(kind, key)[:MOST_ABOUT]),
        events=tuple(events_about(kind, key)[:MOST_ABOUT]),
    )


def sharing(subjects: Iterable[str], language: Language, without: str = "") -> About:
    """What shares a species, an area or a module of the subjects; the most shared first.

    Countries and rubrics are too wide to make a relation. `without` is the address of the page, or the
    identifier of the record, that asks for its relations.
    """
    shared: dict[str, int] = {}
    links: dict[str, PageLink] = {}
    publications: dict[str, Released] = {}
    events: dict[str, Released] = {}
    for subject in subjects:
        kind, _colon, key = subject.partition(":")
        if kind not in {"area", "species", "module"}:
            continue
        weight = 1 if kind == "module" else 2
        found = about(kind, key, language)
        publications |= {row.key: row for row in found.publications}
        events |= {row.key: row for row in found.events if str(row.uuid) != without}
        for link in found.pages:
            if link.address != without:
                links[link.address] = link
                shared[link.address] = shared.get(link.address, 0) + weight
    best = sorted(links.values(), key=lambda one: (shared[one.address], one.date), reverse=True)
    latest = sorted(events.values(), key=lambda row: row.sort, reverse=True)
    return About(
        tuple(best[:MOST_ABOUT]), tuple(publications.values())[:MOST_ABOUT], tuple(latest[:MOST_ABOUT])
    )
