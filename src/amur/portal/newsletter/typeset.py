"""Typesetting an edition as PDF: tagged for screen readers (PDF/UA-1), with title, language and outline.

Called by `tasks` in a run, never in a request, and imported only then: typesetter and fonts are large. The
typesetter is Typst; what an editor wrote reaches it as data only. The file holds no date, no name of a person
and no path, so the same edition gives the same bytes.
"""

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typst
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from django.utils import translation
from django.utils.translation import gettext as _

from amur.portal.languages.codes import HTML_TAGS, OWN_NAMES, Language
from amur.portal.languages.dates import written
from amur.portal.newsletter.addresses import address_of
from amur.portal.newsletter.fonts import FAMILIES, write_fonts
from amur.portal.newsletter.queries import Edition, Story
from amur.portal.newsletter.records import title_of
from amur.portal.newsletter.wording import quarter_in_words
from amur.portal.offices.queries import imprint_of
from amur.portal.website.models import ItemPage

TEMPLATE: Final = Path(__file__).with_name("issue.typ")
BLOCKS: Final = ("p", "h2", "h3", "h4", "ul", "ol", "blockquote")


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a paragraph."""

    text: str
    strong: bool = False
    href: str = ""

    def data(self) -> dict[str, Any]:
        return {"text": self.text, "strong": self.strong, "href": self.href}


def typeset(editions: Sequence[Edition], site: str) -> dict[Language, bytes]:
    """The editions as PDF, by language; `site` begins the absolute addresses.

    Fonts are cut once for all of them. Raises `fonts.FontsMissing`, and typst.TypstError when the typesetter
    refuses.
    """
    texts: dict[Language, str] = {}
    for edition in editions:
        with translation.override(edition.language):
            texts[edition.language] = json.dumps(_data(edition, site), ensure_ascii=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_fonts("".join(texts.values()), folder)
        (folder / "issue.typ").write_bytes(TEMPLATE.read_bytes())
        compiler = typst.Compiler(
            str(folder / "issue.typ"), root=str(folder), font_paths=[str(folder)], ignore_system_fonts=True
        )
        return {language: _compile(compiler, text) for language, text in texts.items()}


def _compile(compiler: Any, text: str) -> bytes:
    made: bytes = compiler.compile(
        format="pdf", sys_inputs={"data": text}, pdf_standards=["ua-1"], timestamp=0
    )
    return made


def _data(edition: Edition, site: str) -> dict[str, Any]:
    language = edition.language
    imprint = imprint_of(edition.office, edition.published, language)
    bodies = _bodies(edition.told)
    notices = [one.text for one in imprint.notices] if imprint else []
    intro = edition.intro
    return {
        "title": title_of(edition.number).text(language),
        "subtitle": " · ".join(
            one
            for one in (quarter_in_words(edition.year, edition.quarter), written(edition.published, language))
            if one
        ),
        "office": imprint.names.text(language) if imprint else _("Amur information centre"),
        **_language(language),
        "hyphenate": language in {"ru", "en"},
        "fonts": list(FAMILIES.values()),
        "intro": {"text": intro.text, **_language(intro.language)} if intro else None,
        "stories": [_story(one, bodies.get(one.page, ()), language, site) for one in edition.stories],
        "read": _("Read on the site"),
        "colophon": [*notices, _("The newest state of every story is on the site:")],
        "address": site + address_of(edition.number, language),
    }


def _language(language: Language) -> dict[str, str | None]:
    """Language and region as the typesetter takes them; the region decides how Chinese letters look."""
    regions = {"en": "GB", "zh-hans": "CN"}
    return {"lang": HTML_TAGS[language].split("-")[0], "region": regions.get(language)}


def _story(story: Story, blocks: Iterable[dict[str, Any]], reader: Language, site: str) -> dict[str, Any]:
    label = _("Not yet translated; in the original language: %(language)s") % {
        "language": OWN_NAMES[story.language]
    }
    note = _("This story has been withdrawn.") if story.withdrawn else label if story.fallback else ""
    return {
        "withdrawn": story.withdrawn,
        "heading": story.heading or _("Story %(number)s") % {"number": story.position},
        "heading_language": _language(reader if story.withdrawn else story.heading_language),
        "language": _language(story.language),
        "note": note,
        "line": written(story.date, reader) if story.date else "",
        "summary": story.summary,
        "blocks": list(blocks),
        "address": site + story.address,
    }


def _bodies(stories: Iterable[Story]) -> dict[int, list[dict[str, Any]]]:
    """What the pages of the stories tell, in one query for each kind of page."""
    wanted = {one.page for one in stories if one.page}
    return {
        page.pk: blocks_of(page.body)
        for model in ItemPage.__subclasses__()
        for page in model.objects.filter(pk__in=wanted, live=True)
    }


def blocks_of(body: Any) -> list[dict[str, Any]]:
    """Headings, paragraphs and lists of a page's body; pictures, tables and figures stay on the site."""
    found: list[dict[str, Any]] = []
    for block in body:
        if block.block_type == "heading":
            found.append({"kind": "heading", "parts": [Part(str(block.value)).data()]})
        elif block.block_type == "text":
            found += blocks_of_html(str(block.value.source))
    return found


def blocks_of_html(html: str) -> list[dict[str, Any]]:
    """Rich text as blocks of words.

    >>> blocks_of_html("<p>A <b>crane</b></p><script>x</script>")[0]["parts"][1]["strong"]
    True
    """
    found: list[dict[str, Any]] = []
    for tag in BeautifulSoup(html, "html.parser").find_all(BLOCKS, recursive=False):
        if not isinstance(tag, Tag):
            continue
        if tag.name in {"ul", "ol"}:
            items = [_parts(item) for item in tag.find_all("li")]
            found.append({"kind": "list", "items": [item for item in items if item]})
        elif parts := _parts(tag):
            kind = "heading" if tag.name.startswith("h") else "paragraph"
            found.append({"kind": kind, "parts": parts})
    return found


def _parts(tag: Tag, strong: bool = False, href: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for child in tag.children:
        if isinstance(child, Tag):
            link = str(child.get("href") or "")
            outside = link if link.startswith(("https://", "http://")) else href
            found += _parts(child, strong or child.name in {"b", "strong"}, outside)
        elif type(child) is NavigableString and str(child):
            found.append(Part(" ".join(str(child).split("\n")), strong, href).data())
    return found
