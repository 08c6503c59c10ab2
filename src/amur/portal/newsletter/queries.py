"""Questions to the issues: what a reader of a language gets. Only what is released or live is in the answer.

`issue` and `archive` are asked by the public pages; `edition_of` serves previews, letters and files, too.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils import translation

from amur.portal.languages.codes import HTML_TAGS, LANGUAGES, OWN_NAMES, Language
from amur.portal.languages.text import MultilingualText, Reading, Status
from amur.portal.media.models import MediaFile
from amur.portal.newsletter.models import Issue
from amur.portal.newsletter.records import KIND, issue_draft
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import released, slug_in
from amur.portal.website.models import ItemPage
from amur.portal.website.queries import PageRow, best, link_of, tree
from amur.portal.website.sitemaps import ROUTES

LAYOUT: Final = 1  # a changed layout of the files makes them anew


@dataclass(frozen=True, slots=True)
class Story:
    """One story as a reader gets it; `withdrawn` ones have nothing but their place and the note."""

    position: int
    kind: str
    withdrawn: bool = False
    heading: str = ""
    heading_language: Language = "en"
    summary: str = ""
    language: Language = "en"
    fallback: bool = False
    address: str = ""
    date: str = ""
    changed: str = ""
    page: int = 0
    picture: MediaFile | None = field(default=None, compare=False)

    @property
    def anchor(self) -> str:
        """The story's own place in the page: it stays, because the order stays."""
        return f"story-{self.position}"

    @property
    def tag(self) -> str:
        return HTML_TAGS[self.language]

    @property
    def heading_tag(self) -> str:
        return HTML_TAGS[self.heading_language]

    @property
    def language_name(self) -> str:
        return OWN_NAMES[self.language]


@dataclass(frozen=True, slots=True)
class Edition:
    """An issue in one language."""

    number: int
    year: int
    quarter: int
    language: Language
    intro: Reading | None
    published: str
    office: str
    stories: tuple[Story, ...]

    @property
    def told(self) -> tuple[Story, ...]:
        """The stories that can be read."""
        return tuple(one for one in self.stories if not one.withdrawn)

    @property
    def content(self) -> str:
        """A digest of everything that a file of this edition is made from."""
        stories = [
            {one.name: getattr(story, one.name) for one in fields(story) if one.name != "picture"}
            for story in self.stories
        ]
        intro = [self.intro.text, self.intro.language] if self.intro else None
        whole = [LAYOUT, self.number, self.language, intro, self.published, stories]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def edition_of(stored: Mapping[str, Any], language: Language) -> Edition:
    """An edition out of an issue's fields, as `records` writes them."""
    headings = stored["headings"]
    if not isinstance(headings, list):  # the gate keeps them back
        headings = [None] * len(stored["items"])
    with translation.override(language):
        stories = tuple(
            _story(position, kind, UUID(target), MultilingualText.from_json(heading), language)
            for position, ((kind, target), heading) in enumerate(
                zip(stored["items"], headings, strict=True), start=1
            )
        )
    return Edition(
        number=stored["number"],
        year=stored["year"],
        quarter=stored["quarter"],
        language=language,
        intro=MultilingualText.from_json(stored["intro"]).reading(language),
        published=stored.get("published") or "",
        office=stored["office"],
        stories=stories,
    )


@remembered
def issues() -> Sequence[Released]:
    """All released issues, the newest first."""
    return sorted(released(KIND), key=lambda row: row.sort, reverse=True)


def row_of(number: int) -> Released | None:
    """The released issue of a number; None without one."""
    return next((row for row in issues() if row.fields["number"] == number), None)


@remembered
def issue(number: int, language: Language) -> Edition | None:
    """A released issue in a language; None when there is none."""
    row = row_of(number)
    return edition_of(row.fields, language) if row else None


def edition_of_row(row: Issue, language: Language) -> Edition:
    """An issue as it is stored, also a draft: for previews and runs."""
    return edition_of(issue_draft(row).record.fields, language)


@dataclass(frozen=True, slots=True)
class File:
    """A finished file; size in bytes."""

    sha256: str
    size: int


@remembered
def _files() -> Mapping[int, Mapping[str, Mapping[str, Any]]]:
    return dict(Issue.objects.filter(is_published=True).values_list("number", "files"))


def file_of(number: int, language: Language) -> File | None:
    """The file of a released issue; None without one, and while it tells something else than the site."""
    edition = issue(number, language)
    known = _files().get(number, {}).get(language)
    if edition is None or known is None or known["content"] != edition.content:
        return None
    return File(known["sha256"], known["size"])


@remembered
def languages_of(number: int) -> frozenset[Language]:
    """In which languages an issue really exists: those of its stories and of its introduction."""
    found: set[Language] = set()
    for code in LANGUAGES:
        edition = issue(number, code)
        if edition is None:
            continue
        own = edition.intro is not None and not edition.intro.fallback
        if own or any(not one.fallback for one in edition.told):
            found.add(code)
    return frozenset(found)


@remembered
def _records() -> Mapping[UUID, Released]:
    return {row.uuid: row for row in released(["publication", "event"])}


def _story(position: int, kind: str, target: UUID, heading: MultilingualText, language: Language) -> Story:
    if kind == "page":
        versions = tree().by_subject.get(target)
        row = _item(versions, language) if versions else None
        return _of_page(position, row, heading, language) if row else Story(position, kind, withdrawn=True)
    record = _records().get(target)
    if record is None or record.kind != kind:
        return Story(position, kind, withdrawn=True)
    return _of_record(position, record, heading, language)


def _item(versions: Mapping[Language, PageRow], language: Language) -> PageRow | None:
    row = best(versions, language)
    return row if issubclass(row.model, ItemPage) else None


def _of_page(position: int, row: PageRow, heading: MultilingualText, language: Language) -> Story:
    link = link_of(row, language)
    title = _heading(heading, language, row.language)
    return Story(
        position=position,
        kind="page",
        heading=title.text if title else link.title,
        heading_language=title.language if title else row.language,
        summary=link.summary,
        language=row.language,
        fallback=link.fallback,
        address=link.address,
        date=link.date,
        changed=link.changed.isoformat() if link.changed else "",
        page=row.pk,
        picture=link.picture,
    )


def _of_record(position: int, row: Released, heading: MultilingualText, language: Language) -> Story:
    name = row.names.reading(language) or Reading(row.key, language, Status.DRAFT, False)
    title = _heading(heading, language, name.language)
    about = row.fields.get("annotation" if row.kind == "publication" else "summary")
    summary = MultilingualText.from_json(about if isinstance(about, Mapping) else None)
    return Story(
        position=position,
        kind=row.kind,
        heading=title.text if title else name.text,
        heading_language=title.language if title else name.language,
        summary=_in(summary, name.language),
        language=name.language,
        fallback=name.fallback,
        address=address_of(row, language),
        date=str(row.fields.get("issued" if row.kind == "publication" else "start") or ""),
    )


def address_of(row: Released, language: Language) -> str:
    """Where a released record is read, in the language that is active."""
    route = ROUTES.get(row.kind)
    return reverse(route, kwargs={"slug": slug_in(row, language)}) if route else reverse("timeline")


def _heading(heading: MultilingualText, reader: Language, shown: Language) -> Reading | None:
    """The newsletter's own heading in the reader's language, else in that of the story."""
    code = next((one for one in (reader, shown) if heading.has(one)), None)
    return heading.reading(code) if code else None


def _in(text: MultilingualText, language: Language) -> str:
    found = text.texts.get(language)
    return found.text if found else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may become a story: `value` is kind and identifier with a colon between."""

    value: str
    kind: str
    date: str
    title: str


def choices(language: Language) -> list[Choice]:
    """All that may become a story, the newest first: live dated pages, released publications and events."""
    found = [
        Choice(f"page:{subject}", row.model._meta.verbose_name or "", row.date, row.title)
        for subject, versions in tree().by_subject.items()
        if (row := _item(versions, language)) is not None
    ]
    for record in _records().values():
        date = record.fields.get("issued" if record.kind == "publication" else "start") or ""
        found.append(
            Choice(
                f"{record.kind}:{record.uuid}",
                record.kind,
                str(date),
                record.names.text(language) or record.key,
            )
        )
    return sorted(found, key=lambda one: one.date, reverse=True)
