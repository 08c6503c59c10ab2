"""Pages of those who are responsible for the data: machines that look first, thresholds, networks."""

from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from amur.formats.errors import FormatErrors
from amur.portal.cameras.models import Act, CameraProject
from amur.portal.cameras.queries import offices_for
from amur.portal.offices.policies import Verb
from amur.portal.offices.seeing import person_of
from amur.portal.review import networks, suggestions, wordings, work
from amur.portal.review.forms import MachineForm, NetworkForm, ThresholdForm
from amur.portal.review.models import Network, Suggestion
from amur.portal.review.seeing import project_or_404
from amur.portal.review.views import private
from amur.portal.runs import actions as runs
from amur.portal.runs.models import Run, RunState
from amur.portal.runs.queries import PROBLEMS as RUN_PROBLEMS
from amur.portal.website.shell import addresses, current_language, show
from amur.portal.website.uploads import measured
from amur.science.detection import threshold_for

FORM_BYTES: Final = 1 << 20  # what a form may have besides its files
PROBLEMS: Final[dict[str, str | Promise]] = {
    "no-right": gettext_lazy("You may no longer let machines look at the pictures of this office."),
    "network-gone": gettext_lazy("The network cannot be used any more: {reason}"),
    **RUN_PROBLEMS,
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def machines(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let a machine look at the sequences of a project; what the last one found, and the threshold."""
    row = project_or_404(request, uuid, Verb.PUBLISH)
    if request.method != "POST":
        return _machines_page(request, row, MachineForm(row))
    form = MachineForm(row, request.POST)
    if not form.is_valid():
        return _machines_page(request, row, form, status=422)
    waiting = Run.objects.filter(
        kind=work.NAME,
        office=row.office,
        state__in=(RunState.QUEUED, RunState.RUNNING),
        parameters__project=str(uuid),
    ).first()
    run = waiting or runs.start(work.NAME, form.parameters, person_of(request), row.office)
    return redirect(reverse("run", kwargs={"uuid": run.uuid}))


@require_POST
@login_required
@private
def threshold(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose from which score on a sequence is not blank."""
    row = project_or_404(request, uuid, Verb.PUBLISH)
    form = ThresholdForm(request.POST)
    if not form.is_valid():
        return _machines_page(request, row, MachineForm(row), form, status=422)
    suggestions.set_threshold(row, form.cleaned_data["threshold"])
    return redirect(reverse("review-machines", kwargs={"uuid": uuid}))


def _too_large(request: HttpRequest) -> HttpResponse:
    form = NetworkForm(offices_for(person_of(request), Verb.PUBLISH), data={})
    form.errors.clear()
    form.add_error(
        "weights",
        _("The files are larger than %(limit)s MiB together.") % {"limit": networks.LIMIT_BYTES >> 20},
    )
    return _networks_page(request, form, status=413)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
@measured(lambda: networks.LIMIT_BYTES + FORM_BYTES, _too_large)
def all_networks(request: HttpRequest) -> HttpResponse:
    """The networks of one's offices; a new one."""
    offices = offices_for(person_of(request), Verb.PUBLISH)
    if not offices.exists():
        raise Http404
    if request.method != "POST":
        return _networks_page(request, NetworkForm(offices))
    form = NetworkForm(offices, request.POST, request.FILES)
    if not form.is_valid():
        return _networks_page(request, form, status=422)
    given = form.cleaned_data
    try:
        others = [one for one in (given["weights"], given["labels"]) if one]
        networks.take_in(given["office"], given["manifest"], others)
    except FormatErrors as wrong:
        for problem in wrong.errors:
            form.add_error(None, wordings.sentence(problem))
        return _networks_page(request, form, status=422)
    except networks.Known:
        form.add_error("weights", _("The office has these weights already."))
        return _networks_page(request, form, status=409)
    return redirect(reverse("review-networks"))


@require_POST
@login_required
@private
def delete_network(request: HttpRequest, network: UUID) -> HttpResponse:
    """Take a network away; what it has suggested stays."""
    offices = offices_for(person_of(request), Verb.PUBLISH)
    row = Network.objects.filter(uuid=network, office__in=offices).first()
    if row is None:
        raise Http404
    networks.take_away(row)
    return redirect(reverse("review-networks"))


def _machines_page(
    request: HttpRequest,
    row: CameraProject,
    form: MachineForm,
    chosen: ThresholdForm | None = None,
    status: int = 200,
) -> HttpResponse:
    table, judged = suggestions.judged(row)
    now = suggestions.threshold_of(row)
    last = Run.objects.filter(kind=work.NAME, parameters__project=str(row.uuid)).order_by("-created").first()
    return show(
        request,
        "review/machines.html",
        title=_("Machines that look first"),
        section="cameras",
        links=addresses("review-machines", lambda code: {"uuid": row.uuid}),
        status=status,
        project=row,
        name=row.names.text(current_language()),
        form=form,
        threshold=chosen or ThresholdForm(initial={"threshold": now}),
        now=now,
        choices=[threshold_for(table, recall) for recall in suggestions.RECALLS] if table else [],
        judged=judged,
        fewest=suggestions.FEWEST_JUDGED,
        suggested=Suggestion.objects.filter(project=row).count(),
        networks=Network.objects.filter(office=row.office_id),
        last=last,
        problems=[
            str(PROBLEMS.get(one["code"], one["code"])).format_map(one.get("params") or {})
            for one in (last.problems if last else ())
        ],
        acts=Act.objects.filter(project=row, kind=Act.Kind.DETECTION, undone_by=None)[:5],
    )


def _networks_page(request: HttpRequest, form: NetworkForm, status: int = 200) -> HttpResponse:
    offices = offices_for(person_of(request), Verb.PUBLISH)
    return show(
        request,
        "review/networks.html",
        title=_("Networks of the office"),
        section="cameras",
        links=addresses("review-networks"),
        status=status,
        form=form,
        networks=Network.objects.filter(office__in=offices).select_related("office"),
    )
