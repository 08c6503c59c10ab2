"""The pages of those who count: a new survey with live counts, what became of a run, releasing, deleting."""

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.portal.languages.codes import as_language, is_language
from amur.portal.maps.atlas import AtlasMissing
from amur.portal.offices.policies import Verb
from amur.portal.runs.models import Run, RunState
from amur.portal.runs.queries import FINISHED, may_see
from amur.portal.surveys import actions, choosing, drawing, work
from amur.portal.surveys.forms import ChoiceForm, RulesForm
from amur.portal.surveys.models import CameraSurvey, SurveyNumbers
from amur.portal.surveys.seeing import counter, numbers_or_404, survey_or_404
from amur.portal.surveys.wordings import PROBLEMS
from amur.portal.website.answers import small_file
from amur.portal.website.shell import addresses, current_language, show

MOST_ROWS = 400
"""Deployments that the list names; all are counted."""
private = cache_control(private=True, no_store=True)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def new(request: HttpRequest) -> HttpResponse:
    """A choice of deployments with its counts (asked by GET), then the rules, which make it (POST)."""
    person = counter(request)
    asked = request.POST if request.method == "POST" else request.GET
    choice = ChoiceForm(person, asked) if asked else ChoiceForm(person)
    if not asked or not choice.is_valid():
        return _form_page(request, choice, None, status=422 if request.method == "POST" else 200)
    species = choosing.seen_species(choice.choice)
    if request.method != "POST":
        return _form_page(request, choice, RulesForm(species, current_language(), initial=_first(species)))
    rules = RulesForm(species, current_language(), request.POST)
    if not rules.is_valid():
        return _form_page(request, choice, rules, status=422)
    survey = actions.make_survey(
        choice.cleaned_data["office"], choice.choice, rules.about(choice), rules.rules
    )
    return redirect(reverse("run", kwargs={"uuid": actions.start(survey, person).uuid}))


@require_safe
@login_required
@private
def survey(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A survey with its counts and all numbers that were made of it."""
    row = survey_or_404(request, uuid)
    return _survey_page(request, row)


@require_POST
@login_required
@private
def count(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Count a survey again, with the records as they are now."""
    row = survey_or_404(request, uuid)
    return redirect(reverse("run", kwargs={"uuid": actions.start(row, counter(request)).uuid}))


@require_POST
@login_required
@private
def delete_survey(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a survey away for good, unless numbers stand on it."""
    row = survey_or_404(request, uuid)
    try:
        actions.delete_survey(row)
    except actions.InUse:
        return _survey_page(request, row, status=409, in_use=True)
    return redirect(reverse("surveys"))


@require_safe
@login_required
@private
def outcome(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What became of a run: leads on to its numbers, or says why there are none."""
    run = get_object_or_404(Run.objects.select_related("office"), uuid=uuid, kind=work.NAME)
    if not may_see(request.user, run):
        raise Http404
    if run.state == RunState.DONE:
        found = get_object_or_404(SurveyNumbers, uuid=str((run.result or {}).get("numbers")))
        return redirect(reverse("survey-result", kwargs={"uuid": found.uuid}))
    if run.state not in FINISHED:
        return redirect(reverse("run", kwargs={"uuid": uuid}))
    return show(
        request,
        "surveys/outcome.html",
        title=_("Numbers of a camera survey"),
        section="cameras",
        links=addresses("survey-outcome", lambda language: {"uuid": uuid}),
        run=run,
        back=reverse("survey", kwargs={"uuid": run.parameters["survey"]}),
        problems=[str(PROBLEMS.get(one["code"], one["code"])) for one in run.problems],
    )


@require_POST
@login_required
@private
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let the public see the sums and those of their facts that are large enough, or take them back."""
    numbers = numbers_or_404(request, uuid, Verb.PUBLISH)
    actions.release(numbers, published=request.POST.get("published") == "1")
    return redirect(reverse("survey-result", kwargs={"uuid": uuid}))


@require_POST
@login_required
@private
def delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take numbers away for good."""
    actions.delete(numbers_or_404(request, uuid, Verb.DELETE))
    return redirect(reverse("surveys"))


@require_safe
@login_required
def style(request: HttpRequest, language: str) -> HttpResponse:
    """The map style with the stations of a choice, which the query tells as the form does."""
    choice = ChoiceForm(counter(request), request.GET)
    if not is_language(language) or not choice.is_valid():
        raise Http404
    places = [(row["station"], *row["place"]) for row in _rows(choice.choice) if row["place"]]
    try:
        document = drawing.map_style(
            as_language(language), sorted(set(places)), chinese_fonts=request.GET.get("cjk") == "1"
        )
    except AtlasMissing as error:
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    answer = small_file(request, body, "application/json", whole=True)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _rows(choice: choosing.Choice) -> list[dict[str, Any]]:
    """The deployments of a choice as the list and the map tell them."""
    found = []
    for row in choosing.deployments(choice):
        point = row.place or row.station.place
        found.append(
            {
                "station": row.station.code,
                "code": row.code,
                "project": str(row.project),
                "start": row.start.date().isoformat(),
                "end": row.end.date().isoformat(),
                "days": (row.end - row.start).total_seconds() / 86_400,
                "outages": len(row.outages.all()),
                "place": (round(point.x, 6), round(point.y, 6)) if point is not None else None,
            }
        )
    return found


def counts_of(choice: choosing.Choice) -> dict[str, Any]:
    """What the form counts while it is filled in."""
    rows = _rows(choice)
    places = [row["place"] for row in rows if row["place"]]
    return {
        "rows": rows[:MOST_ROWS],
        "deployments": len(rows),
        "stations": len({(row["project"], row["station"]) for row in rows}),
        "days": sum(row["days"] for row in rows),
        "without_place": len(rows) - len(places),
        "bounds": _bounds(places),
    }


def _bounds(places: list[tuple[float, float]]) -> list[float]:
    """West, south, east, north around all places, with some room."""
    if not places:
        return []
    east, north = [one[0] for one in places], [one[1] for one in places]
    return [min(east) - 0.1, min(north) - 0.1, max(east) + 0.1, max(north) + 0.1]


def _first(species: list[str]) -> dict[str, Any]:
    """What the rules begin with: the commonest species."""
    return {"matrices": species[:3], "first": species[0] if species else ""}


def _form_page(
    request: HttpRequest, choice: ChoiceForm, rules: RulesForm | None, status: int = 200
) -> HttpResponse:
    valid = rules is not None
    query = request.GET if request.method != "POST" else request.POST
    asked = query.copy()
    for name in [name for name in asked if name not in choice.fields]:
        del asked[name]
    return show(
        request,
        "surveys/new.html",
        title=_("New camera survey"),
        description=_("Deployments of a place and a time become a survey with its numbers"),
        section="cameras",
        links=addresses("survey-new"),
        status=status,
        choice=choice,
        rules=rules,
        hidden=[(name, value) for name in asked for value in asked.getlist(name)] if valid else [],
        counts=counts_of(choice.choice) if valid else None,
        style=f"{reverse('surveys-map:style', args=[current_language()])}?{asked.urlencode()}",
    )


def _survey_page(
    request: HttpRequest, row: CameraSurvey, *, status: int = 200, in_use: bool = False
) -> HttpResponse:
    return show(
        request,
        "surveys/survey.html",
        title=row.names.text(current_language()),
        section="cameras",
        links=addresses("survey", lambda code: {"uuid": row.uuid}),
        status=status,
        survey=row,
        projects=row.projects.all(),
        counts=counts_of(choosing.choice_of(row)),
        numbers=row.numbers.all(),
        in_use=in_use,
    )
