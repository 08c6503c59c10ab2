"""The pages of results: the list, one result, and its files. The public sees what is released; people of an
office its own as well.
"""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.portal.languages.codes import as_language, is_language
from amur.portal.maps.atlas import AtlasMissing
from amur.portal.offices.policies import Verb
from amur.portal.population import downloads, drawing, presenting, queries
from amur.portal.population.queries import Shown
from amur.portal.population.seeing import shown_or_404
from amur.portal.species.queries import species_names
from amur.portal.website.answers import for_all_or_one, small_file
from amur.portal.website.shell import addresses, current_language, show


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """All results that may be seen, newest first; for analysts their surveys and joint analyses, too."""

    def answer() -> HttpResponse:
        may_estimate = queries.offices_for(request.user).exists()
        names = species_names(current_language())
        return show(
            request,
            "population/results.html",
            title=_("How many animals"),
            description=_(
                "Densities and numbers of animals by spatial capture-recapture, with their intervals"
            ),
            section="population",
            links=addresses("population"),
            results=[
                (one, names.get(one.fields["species"], ""), one.fields["answers"][-1])
                for one in queries.visible(request.user)
            ],
            may_estimate=may_estimate,
            surveys=queries.surveys_for(request.user) if may_estimate else [],
            joints=queries.joints_for(request.user) if may_estimate else [],
        )

    return for_all_or_one(request, answer, whole=request.user.is_authenticated)


@require_safe
def result(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One result: the answer, what makes it doubtful, how it was estimated, and its files."""
    shown = shown_or_404(request, uuid)

    def answer() -> HttpResponse:
        language = current_language()
        return show(
            request,
            "population/result.html",
            title=shown.names.text(language),
            description=_("Density and number of animals with their intervals, and what makes them doubtful"),
            section="population",
            links=addresses("population-result", lambda code: {"uuid": uuid}),
            names=shown.names,
            style=reverse("population-map:style", args=(uuid, language)),
            **presenting.context_of(shown, language),
            **_decisions(request, shown),
        )

    return for_all_or_one(request, answer, whole=shown.is_whole)


def _decisions(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    """What the person may do with a result."""
    row = shown.result
    if row is None:
        return {}
    verb = Verb.CHANGE if row.joint is None else Verb.PUBLISH
    deciding = queries.offices_in(request.user, row, verb)
    return {
        "deciding": [(office, office.key in row.released_by) for office in deciding],
        "waiting": row.joint is not None and bool(row.released_by) and not row.is_published,
        "may_edit": row.office in queries.offices_in(request.user, row, Verb.CHANGE),
        "may_delete": row.joint is None and bool(queries.offices_in(request.user, row, Verb.DELETE)),
        "facts": queries.counted_facts(row),
    }


@require_safe
def result_json(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The result as JSON."""
    shown = shown_or_404(request, uuid)
    return for_all_or_one(request, lambda: downloads.as_json(shown), whole=shown.is_whole)


@require_safe
def result_csv(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The figures as a table."""
    shown = shown_or_404(request, uuid)
    return for_all_or_one(request, lambda: downloads.as_csv(shown), whole=shown.is_whole)


@require_safe
def report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page as one file."""
    shown = shown_or_404(request, uuid)
    return for_all_or_one(
        request, lambda: downloads.as_report(request, shown, current_language()), whole=shown.is_whole
    )


@require_safe
def style(request: HttpRequest, uuid: UUID, language: str) -> HttpResponse:
    """The style of a result's map with its cells, in a language; `?cjk=1` adds Chinese fonts."""
    shown = shown_or_404(request, uuid)
    if not is_language(language):
        raise Http404
    try:
        document = drawing.style(
            as_language(language), drawing.cells_of(shown.fields), chinese_fonts=request.GET.get("cjk") == "1"
        )
    except AtlasMissing as error:
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return small_file(request, body, "application/json", whole=shown.is_whole)
