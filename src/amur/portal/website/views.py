"""Views of the frame: home, pages, news, timeline, and the small machine-read addresses."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from amur.portal.areas.queries import register_summary
from amur.portal.facts.queries import facts_by_key, headline_facts
from amur.portal.languages.codes import LANGUAGES, Language, is_language
from amur.portal.offices.queries import imprint
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.species.queries import all_species
from amur.portal.website import lists, sitemaps
from amur.portal.website.middleware import public, wanted_language
from amur.portal.website.models import (
    ArchivePage,
    CentrePage,
    ItemPage,
    ModulePage,
    NewsIndexPage,
    NewsPage,
    VideoPage,
)
from amur.portal.website.queries import (
    LISTS,
    PageRow,
    best,
    find,
    items,
    names,
    news,
    sharing,
    versions,
)
from amur.portal.website.shell import addresses, current_language, show


def choose_language(request: HttpRequest) -> HttpResponse:
    """The bare address leads to the language that the visitor agreed to be remembered, or the browser's."""
    remembered_language = request.COOKIES.get(settings.VISITORS_LANGUAGE_COOKIE, "")
    language = remembered_language if is_language(remembered_language) else wanted_language(request)
    response = HttpResponseRedirect(f"/{language}/")
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


TEMPLATES: dict[type[CentrePage], str] = {
    ArchivePage: "website/archived.html",
    VideoPage: "website/video.html",
}


@public
def home(request: HttpRequest) -> HttpResponse:
    """The first page: the ecoregion, its map, its modules, its headline figures, its news."""
    row = find(current_language(), "")
    return draw_home(request, _whole(row), versions(row)) if row else draw_home(request, None, {})


def draw_home(request: HttpRequest, page: Any, others: Mapping[Language, PageRow]) -> HttpResponse:
    """The first page around what its editors wrote, if they have."""
    return show(
        request,
        "website/home.html",
        title=page.title if page else _("Information centre of the ecoregion"),
        description=page.summary if page else "",
        section="home",
        links=addresses("home"),
        names=names(others) if others else None,
        page=page,
        quoted=quoted_facts(page) if page else {},
        headlines=headline_facts(),
        summary=register_summary(),
        species=all_species(),
        news=news(current_language())[:4],
    )


@public
def timeline(request: HttpRequest) -> HttpResponse:
    """Events and agreements through the years."""
    rows = sorted(released(["event", "transboundary-unit"]), key=lambda row: row.sort, reverse=True)
    return show(
        request,
        "website/timeline.html",
        title=_("Timeline"),
        description=_("Agreements, forums, releases and other events of the ecoregion"),
        section="timeline",
        links=addresses("timeline"),
        rows=rows,
    )


@public
def page(request: HttpRequest, path: str) -> HttpResponse:
    """A page at its own path, or the version that the reader understands best, labelled as such."""
    language = current_language()
    found = find(language, path)
    if found is None:
        raise Http404
    others = versions(found)
    row = best(others, language)
    if row.path != path:  # for another language's reader only as long as nobody has translated the page
        return redirect(row.address, permanent=row.language == language)
    if row.model in LISTS:
        return draw_list(request, row, others, _links(row))
    return draw_text(request, row, _whole(row), others, _links(row))


def draw_list(
    request: HttpRequest, row: PageRow, others: Mapping[Language, PageRow], links: Mapping[Language, str]
) -> HttpResponse:
    """A list of items, each in the best language for the reader."""
    everything = items(LISTS[row.model], current_language())
    filters = lists.chosen(request.GET)
    is_news = row.model is NewsIndexPage
    rubric = filters.get("rubric")
    if rubric and rubric not in NewsPage.Rubric.values:
        is_news = False  # there is no feed of such a rubric
    return show(
        request,
        "website/news.html",
        title=row.title,
        description=row.summary,
        section="news" if row.model is NewsIndexPage else "",
        links=links,
        names=names(others),
        list=lists.paged(lists.matching(everything, filters), request.GET),
        total=len(everything),
        choices=lists.choices(everything, filters),
        filters=filters,
        is_news=is_news,
    )


def draw_text(
    request: HttpRequest,
    row: PageRow,
    page: Any,
    others: Mapping[Language, PageRow],
    links: Mapping[Language, str],
) -> HttpResponse:
    """A page with a body; an item also has its office and what shares its subjects."""
    language = current_language()
    is_item = isinstance(page, ItemPage)
    return show(
        request,
        TEMPLATES.get(row.model, "website/item.html" if is_item else "website/page.html"),
        title=page.title,
        description=page.summary,
        section="programme" if row.model is ModulePage else "news" if is_item else page.key,
        links=links,
        names=names(others),
        page=page,
        quoted=quoted_facts(page),
        related=_related(row.subjects),
        sharing=sharing(row.subjects, language, row.address) if is_item else None,
        imprint=imprint(page.office_id, page.date, language) if is_item else None,
        module_key=page.key if row.model is ModulePage else "",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same short page for what does not exist and for what may not be seen."""
    return show(
        request, "website/404.html", title=_("Page not found"), links=addresses("home"), status=404
    )  # fmt: skip


def server_error(request: HttpRequest) -> HttpResponse:
    """A page that needs no database."""
    return HttpResponse(render_to_string("website/500.html"), status=500)


def health(request: HttpRequest) -> JsonResponse:
    """For supervisors: 200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"status": "database does not answer"}, status=503)
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may visit, and where the map of the site is."""
    lines = ["User-agent: *", "Disallow: /admin/", *(f"Disallow: /{code}/account/" for code in LANGUAGES)]
    lines += [f"Disallow: /{code}/search/" for code in LANGUAGES]
    lines.append(f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public address in the languages in which it really exists."""
    base = request.build_absolute_uri("/").rstrip("/")
    return HttpResponse(
        render_to_string("website/sitemap.xml", {"entries": sitemaps.entries(), "base": base}),
        content_type="application/xml; charset=utf-8",
    )


@remembered
def _whole(row: PageRow) -> Any:
    """The page with its body, and what its first lines show."""
    related = ["lead_picture"] if issubclass(row.model, ItemPage) else []
    found: Any = row.model.objects.select_related(*related).get(pk=row.pk)
    return found


@remembered
def _related(subjects: frozenset[str]) -> list[Released]:
    """The areas and the species that an item is about."""
    keys = [one.partition(":")[2] for one in subjects if one.startswith(("area:", "species:"))]
    rows = released(["area", "species"]).filter(key__in=keys) if keys else ()
    return [row for row in rows if f"{row.kind}:{row.key}" in subjects]


@remembered
def _links(shown: PageRow) -> Mapping[Language, str]:
    return links_between(versions(shown))


def links_between(others: Mapping[Language, PageRow]) -> Mapping[Language, str]:
    """A page's address in each language, or that of the version shown there instead."""
    links: dict[Language, str] = {}
    for code in LANGUAGES:
        with translation.override(code):
            links[code] = best(others, code).address
    return links


def quoted_facts(page: CentrePage) -> Mapping[str, Released]:
    """The facts that a page's body quotes, in one query."""
    return facts_by_key(tuple(block.value for block in page.body if block.block_type == "fact"))
