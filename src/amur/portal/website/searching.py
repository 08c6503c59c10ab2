"""What the search finds of the pages that editors write.

Live pages only: a draft is in no table that this room reads. Whenever a page is published, withdrawn, moved
or deleted, its item is made anew in the same transaction.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any
from uuid import UUID

from django.db.models.signals import post_delete
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from amur.portal.languages.codes import LANGUAGES, Language, nearest
from amur.portal.search import actions
from amur.portal.search.registry import Item, Kind, Source, Text, lines
from amur.portal.website.models import (
    ArchivePage,
    CampaignPage,
    CentrePage,
    HomePage,
    ModulePage,
    NewsPage,
    ProjectPage,
    StoryPage,
    VideoPage,
)
from amur.portal.website.queries import MODELS

KINDS = {
    NewsPage: "news",
    ProjectPage: "project",
    CampaignPage: "campaign",
    StoryPage: "story",
    VideoPage: "video",
    ArchivePage: "archive",
    ModulePage: "module",
}
_END_OF_BLOCK = re.compile(r"</(?:p|li|h\d)>|<br\s*/?>")


def items() -> Iterator[Item]:
    """Every live page with its versions."""
    versions: dict[UUID, dict[Language, Any]] = {}
    for model in MODELS:
        for page in model.objects.filter(live=True).select_related("locale"):
            versions.setdefault(page.translation_key, {})[page.language] = page
    for key, found in versions.items():
        yield page_item(key, found)


def page_item(key: UUID, versions: Mapping[Language, Any]) -> Item:
    """A page in the languages in which it is live."""
    one = next(iter(versions.values()))
    return Item(
        identity=f"page:{key}",
        kind=KINDS.get(type(one), "page"),
        texts={code: _text(page) for code, page in versions.items()},
        addresses={code: _address(versions, code) for code in LANGUAGES},
        date=getattr(one, "known_date", ""),
        subjects=getattr(one, "subjects", frozenset()),
    )


def connect() -> None:
    """Follow publication, withdrawal, moves and deletion of pages."""
    for signal in (page_published, page_unpublished):
        signal.connect(_changed, dispatch_uid="search-pages")
    for signal in (post_page_move, page_slug_changed):
        signal.connect(_moved, dispatch_uid="search-moved-pages")
    for model in MODELS:
        post_delete.connect(_changed, sender=model, dispatch_uid="search-pages")


def _changed(sender: Any, instance: Page, **_: Any) -> None:
    _renew({instance.translation_key})


def _moved(sender: Any, instance: Page, **_: Any) -> None:
    """The page's own path begins the addresses of all pages below it."""
    _renew({instance.translation_key, *instance.get_descendants().values_list("translation_key", flat=True)})


def _renew(keys: Iterable[UUID]) -> None:
    if actions.is_postponed():
        return
    wanted = list(keys)
    versions: dict[UUID, dict[Language, Any]] = {key: {} for key in wanted}
    for model in MODELS:
        rows = model.objects.filter(live=True, translation_key__in=wanted).select_related("locale")
        for page in rows:
            versions[page.translation_key][page.language] = page
    actions.remove(*(f"page:{key}" for key, found in versions.items() if not found))
    actions.refresh(SEARCHED, [page_item(key, found) for key, found in versions.items() if found])


def _address(versions: Mapping[Language, Any], language: Language) -> str:
    """Where a reader of a language finds the page: in the own tree, else as the best other version."""
    path = versions[nearest(language, versions) or language].url_path.split("/", 2)[2]
    with translation.override(language):
        return reverse("wagtail_serve", args=[path]) if path else reverse("home")


def _text(page: CentrePage) -> Text:
    return Text(
        title=page.title,
        summary=page.summary,
        body=lines(*_body(page), getattr(page, "place", "")),
        keywords=() if isinstance(page, HomePage) else (page.slug.replace("-", " "),),
    )


def _body(page: CentrePage) -> Iterator[str]:
    """The words of a page's blocks; captions of files and quoted facts are found elsewhere."""
    for block in page.body:
        match block.block_type:
            case "heading":
                yield str(block.value)
            case "text":
                yield plain(str(block.value.source))
            case "quote":
                yield lines(block.value["text"], block.value.get("who") or "")
            case "table":
                yield lines(block.value["caption"], block.value["cells"].replace("|", " "))
            case "linked_video":
                yield str(block.value["title"])


def plain(html: str) -> str:
    """Rich text as lines of plain text.

    >>> plain("<p>Deer &amp; boar</p><p>in <b>snow</b></p>")
    'Deer & boar\\nin snow'
    """
    return unescape(strip_tags(_END_OF_BLOCK.sub("\n", html))).strip()


SEARCHED = Source(
    name="website",
    kinds={
        "page": Kind(_("Page")),
        "module": Kind(_("Module of the programme")),
        "news": Kind(_("News")),
        "project": Kind(_("Project")),
        "campaign": Kind(_("Campaign")),
        "story": Kind(_("Photo story")),
        "video": Kind(_("Video")),
        "archive": Kind(_("Archived page"), weight=0.7),
    },
    items=items,
)
