"""Public pages of the library: the list with filters, one publication, and its citations."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from amur.portal.languages.codes import HTML_TAGS, Language, as_language
from amur.portal.languages.text import MultilingualText
from amur.portal.library import queries
from amur.portal.library.citing import FORMS, Work
from amur.portal.offices.queries import imprint_of
from amur.portal.release.models import Released
from amur.portal.release.queries import by_slug, released, slug_in
from amur.portal.website.lists import paged
from amur.portal.website.middleware import public
from amur.portal.website.shell import addresses, current_language, show


@public
def library(request: HttpRequest) -> HttpResponse:
    """All publications, with filters in the address."""
    everything = queries.publications()
    filters = {name: str(request.GET[name]) for name in queries.FILTERS if request.GET.get(name)}
    found = queries.matching(everything, filters)
    return show(
        request,
        "library/library.html",
        title=_("Publications"),
        description=_("Books, reports, articles and maps of the ecoregion, with their files"),
        section="library",
        links=addresses("library"),
        list=paged(found, request.GET),
        total=len(everything),
        choices=queries.choices(everything, filters),
        filters=filters,
    )


@public
def publication(request: HttpRequest, slug: str) -> HttpResponse:
    """One publication with its annotation, files and subjects."""
    language = current_language()
    row, right = _found(slug)
    if right != slug:
        return redirect(reverse("publication", kwargs={"slug": right}), permanent=True)
    files = queries.files(row)
    fields = row.fields
    subjects = {"area": fields["areas"], "species": fields["species"]}
    return show(
        request,
        "library/publication.html",
        title=row.names.text(language),
        description=MultilingualText.from_json(fields["annotation"]).text(language)[:300],
        section="library",
        links=addresses("publication", lambda code: {"slug": slug_in(row, code)}),
        names=row.names,
        content_language=language,
        publication=row,
        files=[files[one] for one in fields["files"] if one in files],
        cover=files.get(fields.get("cover") or ""),
        related=[
            one
            for one in released(subjects).filter(key__in=[key for keys in subjects.values() for key in keys])
            if one.key in subjects[one.kind]
        ],
        forms=FORMS,
        imprint=imprint_of(fields["office"], fields["issued"], language),
    )


@public
def citation(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The citation as a file for a reference manager."""
    row, _right = _found(slug)
    if form not in FORMS:
        raise Http404
    write, media_type = FORMS[form]
    work = work_of(row, current_language(), request.build_absolute_uri(_address(row)))
    return HttpResponse(
        write(work),
        content_type=f"{media_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{row.key}.{form}"'},
    )


def work_of(row: Released, language: Language, address: str) -> Work:
    """A released publication as a reference manager sees it, in the best language for the reader."""
    fields: dict[str, Any] = row.fields
    reading = row.names.reading(language)
    return Work(
        key=row.key,
        type=fields["type"],
        title=reading.text if reading else row.key,
        language=HTML_TAGS[as_language(fields["languages"][0]) if fields["languages"] else language],
        authors=tuple(fields["authors"]),
        issued=fields["issued"],
        publisher=fields.get("publisher") or "",
        doi=fields.get("doi") or "",
        isbn=fields.get("isbn") or "",
        address=address,
    )


def _address(row: Released) -> str:
    return reverse("publication", kwargs={"slug": slug_in(row, current_language())})


def _found(slug: str) -> tuple[Released, str]:
    found = by_slug("publication", current_language(), slug)
    if found is None:
        raise Http404
    return found
