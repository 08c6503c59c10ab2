"""Making the four page trees from the content files."""

import datetime
import re
from typing import Any

from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, Page, Site
from wagtail.rich_text import RichText

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.website.models import CentrePage, HomePage, ModulePage, NewsIndexPage, NewsPage, TextPage
from amur.portal.website.pages import home_slug

MODELS: dict[str, type[CentrePage]] = {"module": ModulePage, "text": TextPage, "news": NewsPage}


def load_pages(pages: list[dict[str, Any]]) -> None:
    """Make the trees of the four languages; pages that exist are left as editors made them."""
    if HomePage.objects.exists():
        return
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
    root = Page.get_first_root_node()
    Page.objects.filter(depth=2).delete()  # Wagtail's own welcome page
    root.refresh_from_db()
    by_key = {page["key"]: page for page in pages}
    home = next(page for page in pages if page["kind"] == "home")
    homes: dict[Language, HomePage] = {}
    for code, page in _versions(home, HomePage, locales, by_key).items():
        page.slug = home_slug(code)
        homes[code] = root.add_child(instance=page)
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=homes["en"], is_default_site=True)
    index = next(page for page in pages if page["kind"] == "news-index")
    news = {
        code: homes[code].add_child(instance=page)
        for code, page in _versions(index, NewsIndexPage, locales, by_key).items()
    }
    order = sorted(
        (page for page in pages if page["kind"] in MODELS), key=lambda page: page.get("order") or 0
    )
    for row in order:
        for code, page in _versions(row, MODELS[row["kind"]], locales, by_key).items():
            _fill(page, row)
            (news if row["kind"] == "news" else homes)[code].add_child(instance=page)


def _versions(
    row: dict[str, Any], model: type[Any], locales: dict[Language, Locale], pages: dict[str, dict[str, Any]]
) -> dict[Language, Any]:
    key = None
    found: dict[Language, Any] = {}
    for code in LANGUAGES:
        words = row["texts"].get(code)
        if words is None:
            continue
        page = model(
            title=words["title"],
            slug=words["slug"] or row["key"],
            summary=words["summary"],
            key=row["key"],
            locale=locales[code],
            source_language=row["source_language"],
            translation_status=words["status"],
            sources=row.get("sources") or [],
            search_description=words["summary"][:300],
        )
        page.translation_key = key or page.translation_key
        key = page.translation_key
        page.body = [
            (kind, RichText(_linked(value, code, pages)) if kind == "text" else value)
            for kind, value in words["body"]
        ]
        found[code] = page
    return found


def _fill(page: Any, row: dict[str, Any]) -> None:
    if row["kind"] == "module":
        page.order = row["order"]
    if row["kind"] == "news":
        page.date = datetime.date.fromisoformat(row["date"])
        page.date_precision = row["date_precision"]
        page.area_key = row.get("area") or ""
        page.species_keys = row.get("species") or []


def _linked(html: str, code: Language, pages: dict[str, dict[str, Any]]) -> str:
    """The links `amur:area/KEY`, `amur:species/KEY` and `amur:page/KEY` as addresses of the language."""

    def address(match: "re.Match[str]") -> str:
        kind, key = match[1], match[2]
        with translation.override(code):
            if kind == "page":
                return _page_address(pages, key, code)
            return reverse(f"{kind}-by-key", kwargs={"key": key})

    return re.sub(r"amur:(area|species|page)/([\w-]+)", address, html)


def _page_address(pages: dict[str, dict[str, Any]], key: str, code: Language) -> str:
    row = pages[key]
    words = row["texts"].get(code) or next(iter(row["texts"].values()))
    above = f"{_news_slug(pages, code)}/" if row["kind"] == "news" else ""
    path = f"{above}{words['slug']}/"
    return reverse("home") if row["kind"] == "home" else reverse("wagtail_serve", args=[path])


def _news_slug(pages: dict[str, dict[str, Any]], code: Language) -> str:
    index = next(page for page in pages.values() if page["kind"] == "news-index")
    return str(index["texts"][code]["slug"])
