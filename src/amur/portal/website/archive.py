"""Taking over the saved pages of an older site: `amur website import-archive`. All or nothing, repeatable.

A page is known by its old address. One that is as it was is left alone, a changed one becomes a new version.
Its old address leads to the new one from then on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from wagtail.models import Locale
from wagtail.rich_text import RichText

from amur.disclosure.texts import scan
from amur.formats.errors import FormatError, FormatErrors, Wording
from amur.formats.media.problems import MediaProblem
from amur.formats.saved_pages import SavedFile, SavedPage, read_folder
from amur.portal.languages.codes import Language
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.media.actions import store_bytes
from amur.portal.offices.models import Office
from amur.portal.redirects.actions import lead_to
from amur.portal.website.models import ArchiveIndexPage, ArchivePage, HomePage

Progress = Callable[[float, str], None]
TITLES: dict[Language, str] = {"en": "Archive", "ru": "Архив", "zh-hans": "档案", "mn": "Архив"}
WORDINGS = {
    "file": Wording("The file {name} cannot be taken: {why}.", "Save it again, or take it out of the page."),
    "coordinates": Wording("The text names coordinates: {typed}.", "Name the area or the district instead."),
    "old-address": Wording(
        "The old address is kept by another office: {address}.", "Ask that office to change it."
    ),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """How many pages were new, changed and as they were, and the files that the folder does not have."""

    added: int
    changed: int
    same: int
    missing: tuple[str, ...]


def import_archive(
    folder: Path, office: Office, language: Language, progress: Progress = lambda done, stage: None
) -> Imported:
    """Take over all pages of a folder into the tree of a language, in one transaction.

    Raises FormatErrors naming each file and what is wrong with it, LookupError without the tree.
    """
    pages = read_folder(folder)
    problems: list[FormatError] = []
    counts = {"added": 0, "changed": 0, "same": 0}
    with transaction.atomic():
        index = _index(language)
        for number, page in enumerate(pages):
            progress(number / len(pages), page.file)
            try:
                counts[_take(page, index, office, language)] += 1
            except FormatError as problem:
                problems.append(problem)
        if problems:
            raise FormatErrors(problems, len(problems))
    progress(1.0, "done")
    missing = tuple(f"{page.file}: {link}" for page in pages for link in page.missing)
    return Imported(**counts, missing=missing)


def _index(language: Language) -> ArchiveIndexPage:
    home = HomePage.objects.filter(locale__language_code=language).first()
    if home is None:
        raise LookupError(f"there is no page tree in the language {language}")
    found: ArchiveIndexPage | None = ArchiveIndexPage.objects.child_of(home).first()
    if found is None:
        locale = Locale.objects.get(language_code=language)
        title = TITLES[language]
        found = ArchiveIndexPage(
            title=title, slug=slugify(title, allow_unicode=True), locale=locale, source_language=language
        )
        home.add_child(instance=found)
        found.save_revision().publish()
    return found


def _take(page: SavedPage, index: ArchiveIndexPage, office: Office, language: Language) -> str:
    known = ArchivePage.objects.filter(source_address=page.address).first()
    if known is not None and known.source_digest == page.digest:
        return "same"
    for text in (page.title, page.summary, *(one for one in page.parts if isinstance(one, str))):
        if found := scan(text):
            raise _problem("coordinates", page, typed=text[found[0].start : found[0].end])
    row = known or ArchivePage(
        source_address=page.address, slug=_slug(page, index), locale=index.locale, office=office
    )
    row.title, row.summary, row.date = page.title, page.summary, page.date
    row.source_digest, row.source_language = page.digest, language
    row.body = [_block(one, page, office, language) for one in page.parts]
    if known is None:
        index.add_child(instance=row)
    row.save_revision().publish()
    _redirect(page, row, office, language)
    return "added" if known is None else "changed"


def _block(part: str | SavedFile, page: SavedPage, office: Office, language: Language) -> tuple[str, Any]:
    if isinstance(part, str):
        return "text", RichText(part)
    words = part.words if not re.fullmatch(r"[\w\- .()]+\.\w{3,4}", part.words) else ""
    # A picture without words of its own goes by the page's title, marked as nobody's wording.
    status = Status.DRAFT if words else Status.MACHINE
    given = MultilingualText(language, {language: Translation((words or page.title)[:300], status)})
    fields = {"alt": given} if part.is_picture else {"caption": given}
    try:
        file, _new = store_bytes(office, part.path.name, part.path.read_bytes(), is_published=True, **fields)
    except MediaProblem as problem:
        raise _problem("file", page, name=part.path.name, why=str(problem)) from problem
    wanted = "picture" if part.is_picture else "document"
    if file.kind != wanted:
        raise _problem("file", page, name=part.path.name, why=f"{file.kind}, not {wanted}")
    return wanted, {"file": file}


def _slug(page: SavedPage, index: ArchiveIndexPage) -> str:
    parts = urlsplit(page.address)
    last = parts.path.rstrip("/").rsplit("/", 1)[-1].rpartition(".")
    words = slugify(f"{last[0] or last[2]} {parts.query}".strip(), allow_unicode=True)
    base = (words or slugify(page.title, allow_unicode=True) or "page")[:200].strip("-")
    slug, number = base, 1
    taken = set(ArchivePage.objects.child_of(index).values_list("slug", flat=True))
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _redirect(page: SavedPage, row: ArchivePage, office: Office, language: Language) -> None:
    parts = urlsplit(page.address)
    old = parts.path + (f"?{parts.query}" if parts.query else "")
    with translation.override(language):
        new = reverse("wagtail_serve", args=[row.url_path.split("/", 2)[2]])
    if parts.path.rstrip("/") and not lead_to(office, old, new):
        raise _problem("old-address", page, address=old)


def _problem(code: str, page: SavedPage, **params: object) -> FormatError:
    return FormatError(code, WORDINGS[code], params, file=page.file)
