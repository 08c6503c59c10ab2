"""Public pages of the newsletter: the archive with the form, an issue, its file, and the feed of issues."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.urls import reverse
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.newsletter import queries, store
from amur.portal.newsletter.addresses import address_of
from amur.portal.newsletter.letters import is_ready
from amur.portal.newsletter.lists import offices
from amur.portal.newsletter.queries import Edition
from amur.portal.newsletter.records import title_of
from amur.portal.newsletter.subscribing import form_token
from amur.portal.newsletter.wording import quarter_in_words
from amur.portal.offices.queries import imprint_of
from amur.portal.website.feeds import FORMS
from amur.portal.website.lists import paged
from amur.portal.website.middleware import public
from amur.portal.website.queries import PageLink
from amur.portal.website.shell import LanguageLink, addresses, current_language, link_to, show

FILE_POLICY = "default-src 'none'; sandbox"


@public
def archive(request: HttpRequest) -> HttpResponse:
    """All issues, the newest first, and the form to subscribe."""
    language = current_language()
    rows = [one for row in queries.issues() if (one := queries.issue(row.fields["number"], language))]
    return show(
        request,
        "newsletter/archive.html",
        title=_("Newsletter"),
        description=_("Four times a year: what the offices of the ecoregion have done and found out"),
        section="newsletter",
        links=addresses("newsletter"),
        list=paged(rows, request.GET),
        **form_context(language),
    )


def form_context(language: Language) -> dict[str, Any]:
    """What the form to subscribe needs: the lists there are, and the token of the day."""
    kept = offices()
    return {
        "is_ready": is_ready() and bool(kept),
        "choices": [code for code in LANGUAGES if code in kept],
        "chosen": language,
        "token": form_token(),
    }


@public
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """One issue with its stories, each with a heading and an address of its own."""
    edition = queries.issue(number, current_language())
    if edition is None:
        raise Http404
    return show_edition(request, edition)


def show_edition(
    request: HttpRequest,
    edition: Edition,
    links: Mapping[Language, str] | None = None,
    *,
    is_draft: bool = False,
) -> HttpResponse:
    """The page of an edition; `links` are the addresses of a preview."""
    language, number = edition.language, edition.number
    numbers = [row.fields["number"] for row in queries.issues()]
    there = queries.languages_of(number)
    return show(
        request,
        "newsletter/issue.html",
        title=title_of(number).text(language),
        description=edition.intro.text[:300]
        if edition.intro
        else quarter_in_words(edition.year, edition.quarter),
        section="newsletter",
        links=links or addresses("newsletter-issue", lambda code: {"number": number}),
        names=_names(number, there) if there else None,
        content_language=language,
        edition=edition,
        quarter=quarter_in_words(edition.year, edition.quarter),
        file=None if is_draft else queries.file_of(number, language),
        earlier=max((one for one in numbers if one < number), default=None),
        later=min((one for one in numbers if one > number), default=None),
        imprint=imprint_of(edition.office, edition.published, language),
        is_draft=is_draft,
    )


def _names(number: int, there: frozenset[Language]) -> MultilingualText:
    """The title in the languages in which the issue really exists."""
    texts = title_of(number).texts
    source: Language = "en" if "en" in there else next(code for code in LANGUAGES if code in there)
    return MultilingualText(source, {code: Translation(texts[code].text, Status.REVIEWED) for code in there})


@require_safe
def file(request: HttpRequest, number: int) -> HttpResponseBase:
    """The issue as PDF, as long as it tells what the page tells; made by a run, never here."""
    found = queries.file_of(number, current_language())
    if found is None or not store.path_of(found.sha256).exists():
        raise Http404
    etag = quote_etag(found.sha256)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = FileResponse(
            store.path_of(found.sha256).open("rb"),
            content_type="application/pdf",
            filename=f"newsletter-{number}-{current_language()}.pdf",
        )
    response.headers["ETag"] = etag
    # No longer than a page: a story that is withdrawn must go from here, too.
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@public
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """The issues as Atom or JSON Feed."""
    if form not in FORMS:
        raise Http404
    write, media_type = FORMS[form]
    language = current_language()
    links = [_link(one) for row in queries.issues() if (one := queries.issue(row.fields["number"], language))]
    title = _("Amur information centre") + " · " + _("Newsletter")
    body = write(title, links, request.build_absolute_uri("/").rstrip("/"), request.path, language)
    return HttpResponse(body, content_type=f"{media_type}; charset=utf-8")


def in_sitemap() -> Iterator[list[LanguageLink]]:
    """The issues in the languages in which they really exist."""
    for row in queries.issues():
        number = row.fields["number"]
        there = queries.languages_of(number)
        yield [link_to(code, address_of(number, code)) for code in LANGUAGES if code in there]


def _link(edition: Edition) -> PageLink:
    told = "; ".join(one.heading for one in edition.told)
    changed = max((one.changed for one in edition.told if one.changed), default="")
    return PageLink(
        title=title_of(edition.number).text(edition.language),
        summary=edition.intro.text if edition.intro else told,
        address=reverse("newsletter-issue", kwargs={"number": edition.number}),
        language=edition.language,
        fallback=False,
        date=edition.published,
        changed=datetime.datetime.fromisoformat(changed) if changed else None,
        kind="newsletter",
    )
