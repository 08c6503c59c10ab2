"""News as Atom (RFC 4287) and JSON Feed 1.1, in each language and for each rubric.

A feed holds the newest items in its language first by date; an item that exists in another language only
is there as well and names its language.
"""

import datetime
import json
from collections.abc import Callable, Sequence
from typing import Final
from xml.etree import ElementTree as Xml

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from amur.portal.languages.codes import HTML_TAGS, Language
from amur.portal.website.middleware import public
from amur.portal.website.models import NewsPage
from amur.portal.website.queries import PageLink, news
from amur.portal.website.shell import current_language

MOST: Final = 50
ATOM: Final = "http://www.w3.org/2005/Atom"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
Xml.register_namespace("", ATOM)


@public
def news_feed(request: HttpRequest, form: str, rubric: str = "") -> HttpResponse:
    """The newest news of a rubric, or of all."""
    if form not in FORMS or (rubric and rubric not in NewsPage.Rubric.values):
        raise Http404
    write, media_type = FORMS[form]
    language = current_language()
    wanted = f"rubric:{rubric}"
    links = [link for link in news(language) if not rubric or wanted in link.subjects]
    links.sort(key=lambda link: (link.date, not link.fallback), reverse=True)
    title = (
        _("Amur information centre") + " · " + (str(NewsPage.Rubric(rubric).label) if rubric else _("News"))
    )
    body = write(title, links[:MOST], request.build_absolute_uri("/").rstrip("/"), request.path, language)
    return HttpResponse(body, content_type=f"{media_type}; charset=utf-8")


def instant(link: PageLink) -> str:
    """When the item is dated, as RFC 3339; of a date known less exactly the first day."""
    text = (link.date + "-01-01")[:10] if len(link.date) == 4 else (link.date + "-01")[:10]
    return f"{text}T00:00:00Z"


def changed(link: PageLink) -> str:
    """When the item was last published, as RFC 3339."""
    if link.changed is None:
        return instant(link)
    return link.changed.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def atom(title: str, links: Sequence[PageLink], site: str, path: str, language: Language) -> str:
    """The items as an Atom feed."""
    feed = Xml.Element(f"{{{ATOM}}}feed", {XML_LANG: HTML_TAGS[language]})

    def add(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> Xml.Element:
        element = Xml.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        element.text = text or None
        return element

    add(feed, "id", site + path)
    add(feed, "title", title)
    add(feed, "updated", max((changed(link) for link in links), default="1970-01-01T00:00:00Z"))
    add(feed, "link", rel="self", type="application/atom+xml", href=site + path)
    add(feed, "link", rel="alternate", type="text/html", href=site + reverse("home"))
    add(add(feed, "author"), "name", _("Amur information centre"))
    for link in links:
        entry = add(feed, "entry")
        if link.fallback:
            entry.set(XML_LANG, link.tag)
        add(entry, "id", site + link.address)
        add(entry, "title", f"{link.title} [{link.language_name}]" if link.fallback else link.title)
        add(entry, "published", instant(link))
        add(entry, "updated", changed(link))
        add(entry, "link", rel="alternate", href=site + link.address, hreflang=link.tag)
        add(entry, "summary", link.summary)
    return Xml.tostring(feed, encoding="unicode", xml_declaration=False)


def json_feed(title: str, links: Sequence[PageLink], site: str, path: str, language: Language) -> str:
    """The items as JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": site + reverse("home"),
        "feed_url": site + path,
        "language": HTML_TAGS[language],
        "items": [
            {
                "id": site + link.address,
                "url": site + link.address,
                "title": link.title,
                "content_text": link.summary or link.title,
                "summary": link.summary,
                "date_published": instant(link),
                "date_modified": changed(link),
                "language": link.tag,
                "tags": sorted(link.subjects),
            }
            for link in links
        ],
    }
    return json.dumps(feed, ensure_ascii=False)


Write = Callable[[str, Sequence[PageLink], str, str, Language], str]
FORMS: Final[dict[str, tuple[Write, str]]] = {
    "atom": (atom, "application/atom+xml"),
    "json": (json_feed, "application/feed+json"),
}
