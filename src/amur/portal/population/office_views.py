"""The pages of analysts: a new survey, its verification, what became of a run, releasing, deleting."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.portal.offices.policies import Verb
from amur.portal.population import actions, drawing, queries, uploads, wordings, work
from amur.portal.population.camera_forms import CameraRecordsForm
from amur.portal.population.forms import ModelsForm, NewSurveyForm, OfferForm
from amur.portal.population.models import CaptureSurvey, PopulationResult
from amur.portal.population.seeing import analyst, survey_or_404
from amur.portal.population.sources import Wrong
from amur.portal.runs.models import Run, RunState
from amur.portal.runs.queries import FINISHED, may_see
from amur.portal.runs.queries import PROBLEMS as RUN_PROBLEMS
from amur.portal.species.queries import species_names
from amur.portal.website.shell import addresses, current_language, show
from amur.portal.website.uploads import measured

FORM_BYTES = 1 << 20  # what a form may have besides its files
PROBLEMS: dict[str, str | Promise] = {
    "no-right": gettext_lazy("You may no longer estimate for this office."),
    "survey-gone": gettext_lazy("The stored survey cannot be read any more; give its files again."),
    "no-consent": gettext_lazy("The consent of one of the offices has ended; a new offer is needed."),
    "no-model": gettext_lazy("No model could be fitted: {reason}. Choose simpler models."),
    "no-joint-model": gettext_lazy(
        "No model could be fitted to both surveys together. Choose simpler models."
    ),
    "joint-kinds": gettext_lazy(
        "The two surveys have different kinds of detectors. Both have to count in the same way."
    ),
    "joint-sessions": gettext_lazy(
        "The two surveys have no session of the same name. Give sessions that belong together the same name."
    ),
    "joint-contradiction": gettext_lazy(
        "The two surveys contradict each other: an animal cannot be held by two traps on one occasion. "
        "Check the identifiers of the animals together."
    ),
    "joint-far": gettext_lazy("The two surveys lie too far apart to be analysed as one."),
    **RUN_PROBLEMS,
}

private = cache_control(private=True, no_store=True)


def _too_large(request: HttpRequest) -> HttpResponse:
    form = NewSurveyForm(analyst(request), current_language(), data={})
    form.errors.clear()
    form.add_error(
        "captures",
        _("The files are larger than %(limit)s MiB together. Give a coarser mask or fewer sessions.")
        % {"limit": uploads.LIMIT_BYTES >> 20},
    )
    return _form_page(request, form, status=413)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
@measured(lambda: uploads.LIMIT_BYTES + FORM_BYTES, _too_large)
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new survey, and what comes by it; leads on to the verification."""
    person = analyst(request)
    if request.method != "POST":
        return _form_page(request, NewSurveyForm(person, current_language()))
    form = NewSurveyForm(person, current_language(), request.POST, request.FILES)
    if form.is_valid():
        try:
            survey = actions.take_survey(form.source, form.about, form.cleaned_data["office"])
        except Wrong as wrong:
            form.refuse(wrong.problems)
        else:
            return redirect(reverse("population-survey", kwargs={"uuid": survey.uuid}))
    return _form_page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def new_from_cameras(request: HttpRequest) -> HttpResponse:
    """The form of a survey from camera records; leads on to the verification, as files do."""
    person = analyst(request)
    if request.method != "POST":
        first = {"survey": request.GET.get("survey", "")}
        return _cameras_page(request, CameraRecordsForm(person, current_language(), initial=first))
    form = CameraRecordsForm(person, current_language(), request.POST)
    if form.is_valid():
        source = form.source
        try:
            survey = actions.take_survey(source, form.about(source), form.cleaned_data["survey"].office)
        except Wrong as wrong:
            form.refuse(wrong.problems)
        else:
            return redirect(reverse("population-survey", kwargs={"uuid": survey.uuid}))
    return _cameras_page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def survey(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The verification of a survey, and the choice of models, which starts a run."""
    row = survey_or_404(request, uuid)
    if request.method != "POST":
        first = ModelsForm(current_language(), row.summary, joint=False, initial={"title": str(row.names)})
        return _survey_page(request, row, first)
    form = ModelsForm(current_language(), row.summary, request.POST, joint=False)
    if not form.is_valid():
        return _survey_page(request, row, form, status=422)
    found = actions.start({**form.parameters, "survey": str(row.uuid)}, analyst(request), row.office)
    return onward(found)


def onward(found: Run | PopulationResult) -> HttpResponse:
    """To the stored result, or to the run."""
    if isinstance(found, PopulationResult):
        return redirect(reverse("population-result", kwargs={"uuid": found.uuid}))
    return redirect(reverse("run", kwargs={"uuid": found.uuid}))


@require_POST
@login_required
@private
def delete_survey(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a survey away for good, unless results or agreements stand on it."""
    row = survey_or_404(request, uuid)
    try:
        actions.delete_survey(row)
    except actions.InUse:
        form = ModelsForm(current_language(), row.summary, joint=False, initial={"title": str(row.names)})
        return _survey_page(request, row, form, status=409, in_use=True)
    return redirect(reverse("population"))


@require_safe
@login_required
@private
def outcome(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What became of a run: leads on to its result, or says why there is none."""
    run = get_object_or_404(Run.objects.select_related("office"), uuid=uuid, kind=work.NAME)
    if not may_see(request.user, run):
        raise Http404
    if run.state == RunState.DONE:
        found = PopulationResult.objects.filter(uuid=str((run.result or {}).get("result"))).first()
        if found is None:
            raise Http404
        return onward(found)
    if run.state not in FINISHED:
        return redirect(reverse("run", kwargs={"uuid": uuid}))
    return show(
        request,
        "population/outcome.html",
        title=_("Population estimate"),
        section="population",
        links=addresses("population-outcome", lambda language: {"uuid": uuid}),
        run=run,
        back=_back(run),
        problems=[
            str(PROBLEMS.get(one["code"], one["code"])).format_map(one.get("params") or {})
            for one in run.problems
        ],
    )


def _back(run: Run) -> str:
    """Where models can be chosen again."""
    if run.parameters.get("joint"):
        return reverse("population-joint", kwargs={"uuid": run.parameters["joint"]})
    return reverse("population-survey", kwargs={"uuid": run.parameters["survey"]})


@require_POST
@login_required
@private
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let the public see a result and its facts, or take them back; of a joint one each office decides."""
    row = queries.row_with(uuid)
    verb = Verb.CHANGE if row is None or row.joint is None else Verb.PUBLISH
    offices = queries.offices_in(request.user, row, verb) if row is not None else ()
    office = next((one for one in offices if one.key == request.POST.get("office", offices[0].key)), None)
    if row is None or office is None:
        raise Http404
    actions.release(row, office, published=request.POST.get("published") == "1")
    return redirect(reverse("population-result", kwargs={"uuid": uuid}))


@require_POST
@login_required
@private
def delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a result away for good; a joint one goes when an office withdraws."""
    row = queries.row_with(uuid)
    if row is None or row.joint is not None or not queries.offices_in(request.user, row, Verb.DELETE):
        raise Http404
    actions.delete(row)
    return redirect(reverse("population"))


def _form_page(request: HttpRequest, form: NewSurveyForm, status: int = 200) -> HttpResponse:
    return show(
        request,
        "population/new.html",
        title=_("New survey"),
        description=_("Files of detectors and captures become a survey that can be analysed"),
        section="population",
        links=addresses("population-new"),
        status=status,
        form=form,
    )


def _cameras_page(request: HttpRequest, form: CameraRecordsForm, status: int = 200) -> HttpResponse:
    return show(
        request,
        "population/new_from_cameras.html",
        title=_("New survey from the camera records"),
        description=_("Deployments and known animals become a survey that can be analysed"),
        section="population",
        links=addresses("population-new-cameras"),
        status=status,
        form=form,
    )


def _survey_page(
    request: HttpRequest, row: CaptureSurvey, form: ModelsForm, *, status: int = 200, in_use: bool = False
) -> HttpResponse:
    language = current_language()
    consents = queries.offices_for(request.user, Verb.PUBLISH).filter(pk=row.office_id).exists()
    return show(
        request,
        "population/survey.html",
        title=row.names.text(language),
        section="population",
        links=addresses("population-survey", lambda code: {"uuid": row.uuid}),
        status=status,
        survey=row,
        species=species_names(language).get(row.species_key, row.species_key),
        sessions=[
            {**one, "plot": drawing.effort(one["active"], language)} for one in row.summary["sessions"]
        ],
        notes=[wordings.sentence(note) for note in row.notes],
        form=form,
        in_use=in_use,
        offer=OfferForm(row, language) if consents else None,
        results=row.results.all(),
        joints=[part.joint for part in row.parts.select_related("joint")],
    )
