"""Public pages of the register: list with filters and map, an area, a transboundary unit."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from amur.portal.areas import queries
from amur.portal.areas.exchange import exporting
from amur.portal.facts.queries import facts_about
from amur.portal.languages.codes import Language
from amur.portal.release.models import Released
from amur.portal.release.queries import by_slug, released, slug_in
from amur.portal.website.middleware import public
from amur.portal.website.shell import addresses, current_language, show


@public
def register(request: HttpRequest) -> HttpResponse:
    """The register as a list beside a map, with filters in the address."""
    language = current_language()
    everything = queries.in_name_order(language)
    filters = queries.chosen(request.GET)
    words = request.GET.get("q", "")[:80]
    return show(
        request,
        "areas/register.html",
        title=_("Areas and map"),
        description=_(
            "Register of protected areas, buffer zones, ecological corridors and transboundary units"
        ),
        section="areas",
        links=addresses("areas"),
        areas=queries.matching(everything, filters, words),
        total=len(everything),
        choices=queries.choices(everything, filters) if filters else queries.all_choices(),
        filters=filters,
        words=words,
        units=queries.units(),
        forms=exporting.FORMS,
    )


@public
def area(request: HttpRequest, slug: str) -> HttpResponse:
    """One area: everything that is known of it, how, and where it is."""
    language = current_language()
    found = by_slug("area", language, slug)
    if found is None:
        raise Http404
    row, right = found
    if right != slug:
        return redirect(reverse("area", kwargs={"slug": right}), permanent=True)
    units = queries.units()
    own = [unit for unit in units if row.key in unit.fields["members"]]
    sisters = queries.sisters_of(row, own)
    related = queries.areas_by_key([*sisters, *([row.fields["parent"]] if row.fields["parent"] else [])])
    return show(
        request,
        "areas/area.html",
        title=row.names.text(language),
        description=_("Designation, size, establishment, position and sources"),
        section="areas",
        links=_links("area", row),
        names=row.names,
        content_language=language,
        area=row,
        units=own,
        sisters=[related[key] for key in sisters if key in related],
        parent=related.get(row.fields["parent"]),
        buffers=queries.parts_of(row),
        facts=facts_about(f"area:{row.key}", f"corridor:{row.key}"),
    )


@public
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    """One transboundary unit with its confirmed members."""
    language = current_language()
    found = by_slug("transboundary-unit", language, slug)
    if found is None:
        raise Http404
    row, right = found
    if right != slug:
        return redirect(reverse("unit", kwargs={"slug": right}), permanent=True)
    members = queries.areas_by_key(row.fields["members"])
    pairs = [(members[a], members[b]) for a, b in row.fields["pairs"] if a in members and b in members]
    return show(
        request,
        "areas/unit.html",
        title=row.names.text(language),
        description=_("Members, date and sources of the agreement"),
        section="areas",
        links=_links("unit", row),
        names=row.names,
        content_language=language,
        unit=row,
        members=[members[key] for key in row.fields["members"] if key in members],
        pairs=pairs,
    )


def by_key(request: HttpRequest, key: str) -> HttpResponse:
    """A lasting address for texts that quote an area: leads to its page in the language."""
    row = get_object_or_404(released("area"), key=key)
    return redirect(reverse("area", kwargs={"slug": slug_in(row, current_language())}))


def export(request: HttpRequest, form: str) -> HttpResponse:
    """The filtered register as a file in the schema of the world database."""
    if form not in exporting.FORMS:
        raise Http404
    rows = queries.matching(queries.register(), queries.chosen(request.GET), request.GET.get("q", "")[:80])
    return exporting.as_download(rows, form)


def _links(name: str, row: Released) -> dict[Language, str]:
    return addresses(name, lambda language: {"slug": slug_in(row, language)})
