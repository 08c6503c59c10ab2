"""The pages of a joint analysis: offer, consent, run, withdrawal. An office sees its own survey and sums."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.offices.seeing import person_of
from amur.portal.population import actions, queries
from amur.portal.population.forms import ConsentForm, ModelsForm, OfferForm
from amur.portal.population.models import JointAnalysis
from amur.portal.population.office_views import onward, private
from amur.portal.population.queries import Party
from amur.portal.population.seeing import joint_or_404, survey_or_404
from amur.portal.runs.kinds import Refused
from amur.portal.species.queries import species_names
from amur.portal.website.shell import addresses, current_language, show


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def offer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Offer a survey of one's own to another office."""
    survey = survey_or_404(request, uuid)
    if not may(request.user, Verb.PUBLISH, Subject.POPULATION, survey.office):
        raise Http404
    language = current_language()
    form = OfferForm(survey, language, request.POST or None)
    if request.method == "POST" and form.is_valid():
        joint = actions.offer(survey, form.cleaned_data["partner"], form.names, person_of(request))
        return redirect(reverse("population-joint", kwargs={"uuid": joint.uuid}))
    return show(
        request,
        "population/offer.html",
        title=_("Offer a joint analysis"),
        section="population",
        links=addresses("population-offer", lambda code: {"uuid": uuid}),
        status=422 if request.method == "POST" else 200,
        survey=survey,
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def joint(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A joint analysis: who agreed, the choice of models, results."""
    row = joint_or_404(request, uuid)
    parties = queries.parties(request.user, row)
    own = next((one for one in parties if one.may_estimate and one.stands), None)
    agreed = all(one.stands for one in parties)
    form = None
    if own is not None and own.part is not None and own.part.survey is not None and agreed:
        given = request.POST if request.method == "POST" else None
        form = ModelsForm(
            current_language(), own.part.survey.summary, given, joint=True, initial={"title": str(row.names)}
        )
    if request.method == "POST":
        if form is None or own is None:
            raise Http404
        if form.is_valid():
            try:
                found = actions.start({**form.parameters, "joint": str(uuid)}, person_of(request), own.office)
            except Refused as refused:  # the other office has just withdrawn
                raise Http404 from refused
            return onward(found)
    return _page(request, row, parties, form, status=422 if request.method == "POST" else 200)


@require_POST
@login_required
@private
def agree(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The consent of the office that was asked, with its survey."""
    row = joint_or_404(request, uuid)
    office = _deciding(request, row)
    form = ConsentForm(person_of(request), row, office, request.POST)
    if form.is_valid():
        try:
            actions.agree(row, form.cleaned_data["survey"], person_of(request))
        except ValueError as error:
            raise Http404 from error
        return redirect(reverse("population-joint", kwargs={"uuid": uuid}))
    return _page(request, row, queries.parties(request.user, row), None, status=422, consent=form)


@require_POST
@login_required
@private
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End the consent of one's office, or decline an offer."""
    row = joint_or_404(request, uuid)
    actions.withdraw(row, _deciding(request, row))
    return redirect(reverse("population-joint", kwargs={"uuid": uuid}))


def _deciding(request: HttpRequest, row: JointAnalysis) -> Office:
    """The office for which the person decides; 404 without one. Who may for both says which."""
    mine = [one.office for one in queries.parties(request.user, row) if one.may_decide]
    office = next((one for one in mine if one.key == request.POST.get("office", one.key)), None)
    if office is None:
        raise Http404
    return office


def _page(
    request: HttpRequest,
    row: JointAnalysis,
    parties: list[Party],
    form: ModelsForm | None,
    *,
    status: int,
    consent: ConsentForm | None = None,
) -> HttpResponse:
    language = current_language()
    asked = next((one for one in parties if one.may_decide and one.part is None), None)
    if consent is None and asked is not None:
        consent = ConsentForm(person_of(request), row, asked.office)
    return show(
        request,
        "population/joint.html",
        title=row.names.text(language),
        section="population",
        links=addresses("population-joint", lambda code: {"uuid": row.uuid}),
        names=row.names,
        status=status,
        joint=row,
        species=species_names(language).get(row.species_key, row.species_key),
        parties=parties,
        asked=asked,
        consent=consent if asked is not None else None,
        form=form,
        ended=any(one.part is not None and one.part.ended for one in parties),
        agreed=all(one.stands for one in parties),
        results=row.results.all(),
    )
