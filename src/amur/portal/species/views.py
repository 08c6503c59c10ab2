"""Public pages of the species: what it is, how many there are through the years, and known individuals."""

import csv
import io

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from amur.portal.facts.chart import svg
from amur.portal.facts.queries import facts_about, units_in
from amur.portal.facts.series import chart_series, table_rows
from amur.portal.facts.units import unit_name
from amur.portal.languages.codes import Language
from amur.portal.release.models import Released
from amur.portal.release.queries import about, by_slug, released, slug_in
from amur.portal.species.queries import all_species
from amur.portal.website.middleware import public
from amur.portal.website.shell import addresses, current_language, show


@public
def species_list(request: HttpRequest) -> HttpResponse:
    """All species of the programme."""
    return show(
        request,
        "species/list.html",
        title=_("Species"),
        description=_("The species that the programme works for, with counts through the years"),
        section="species",
        links=addresses("species"),
        species=all_species(),
    )


@public
def species(request: HttpRequest, slug: str) -> HttpResponse:
    """A species with its counts: chart, table, and files of the same."""
    language = current_language()
    row, right = _found(slug)
    if right != slug:
        return redirect(reverse("species-page", kwargs={"slug": right}), permanent=True)
    facts = facts_about(f"species:{row.key}")
    return show(
        request,
        "species/species.html",
        title=row.names.text(language),
        description=row.fields["scientific_name"],
        section="species",
        links=addresses("species-page", lambda code: {"slug": slug_in(row, code)}),
        names=row.names,
        content_language=language,
        species=row,
        facts=facts,
        charts=lambda: [
            (unit, drawn) for unit in units_in(facts) if (drawn := _chart(row, facts, unit, language))
        ],
        animals=list(about("animal", f"species:{row.key}")),
    )


@public
def counts_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The counts as a table for a spreadsheet, with every source."""
    row, _right = _found(slug)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(table_rows(facts_about(f"species:{row.key}"), current_language()))
    return HttpResponse(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{row.key}-counts.csv"'},
    )


@public
def counts_svg(request: HttpRequest, slug: str) -> HttpResponse:
    """One chart as a picture file; `?unit=` chooses among several."""
    row, _right = _found(slug)
    facts = facts_about(f"species:{row.key}")
    units = units_in(facts)
    unit = request.GET.get("unit") or (units[0] if units else "")
    drawn = _chart(row, facts, unit, current_language()) if unit in units else ""
    if not drawn:
        raise Http404
    return HttpResponse(
        drawn,
        content_type="image/svg+xml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{row.key}-{unit}.svg"'},
    )


def by_key(request: HttpRequest, key: str) -> HttpResponse:
    """A lasting address for texts that quote a species: leads to its page in the language."""
    row = get_object_or_404(released("species"), key=key)
    return redirect(reverse("species-page", kwargs={"slug": slug_in(row, current_language())}))


def _found(slug: str) -> tuple[Released, str]:
    found = by_slug("species", current_language(), slug)
    if found is None:
        raise Http404
    return found


def _chart(row: Released, facts: list[Released], unit: str, language: Language) -> str:
    series = chart_series([fact for fact in facts if fact.fields["unit"] == unit], language)
    if not series:
        return ""
    name = row.names.text(language)
    return svg(
        series,
        language,
        title=_("%(species)s: counts through the years") % {"species": name},
        description=_(
            "Each mark is one published figure; a vertical bar is its interval, a ring a disputed one."
        ),
        axis=unit_name(unit),
    )
