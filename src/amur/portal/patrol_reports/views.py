"""Reports and feedback sheets: what there is, a new one, its files. For people of the office only."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.offices.seeing import person_of
from amur.portal.patrol_reports import sheets, store, telling, work
from amur.portal.patrol_reports.forms import ReportForm
from amur.portal.patrol_reports.models import Report
from amur.portal.patrol_reports.wordings import PROBLEMS
from amur.portal.patrols import queries
from amur.portal.patrols.seeing import patrol_or_404, private
from amur.portal.runs import actions as runs
from amur.portal.runs.models import Run, RunState
from amur.portal.website.shell import addresses, current_language, show

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def reports(request: HttpRequest) -> HttpResponse:
    """What was made, and the form of a new one; starts a run."""
    person = person_of(request)
    offices = queries.offices_for(person)
    if not offices.exists():
        raise Http404
    may_add = queries.offices_for(person, Verb.ADD).exists()
    form = ReportForm(person, timezone.localdate(), current_language(), request.POST or None)
    if request.method == "POST" and not may_add:
        raise Http404
    if request.method == "POST" and form.is_valid():
        run = runs.start(work.NAME, form.parameters, person, form.cleaned_data["office"])
        return redirect(reverse("run", kwargs={"uuid": run.uuid}))
    failed = Run.objects.filter(kind=work.NAME, office__in=offices, state=RunState.FAILED)[:3]
    return show(
        request,
        "patrol_reports/reports.html",
        title=_("Reports of patrols"),
        section="patrols",
        links=addresses("patrol-reports"),
        status=422 if request.method == "POST" else 200,
        form=form if may_add else None,
        reports=Report.objects.filter(office__in=offices).select_related("office", "made_by")[:SHOWN],
        failed=[
            (run, [PROBLEMS.get(one.get("code", ""), one.get("code", "")) for one in run.problems])
            for run in failed
        ],
    )


@require_safe
@login_required
@private
def report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One report, with its files."""
    own = _report(request, uuid)
    return show(
        request,
        "patrol_reports/report.html",
        title=f"{own.get_kind_display().capitalize()}, {telling.period(own.start, own.end)}",
        section="patrols",
        links=addresses("patrol-reports-report", lambda code: {"uuid": own.uuid}),
        report=own,
        forms=["pdf", "docx"] if own.docx else ["pdf"],
    )


def _report(request: HttpRequest, uuid: UUID) -> Report:
    rows = Report.objects.select_related("office", "made_by")
    return get_object_or_404(rows, uuid=uuid, office__in=queries.offices_for(request.user))


@require_safe
@login_required
@private
def file(request: HttpRequest, uuid: UUID, form: str) -> HttpResponse:
    """A file of a report."""
    own = _report(request, uuid)
    if form not in store.FORMS:
        raise Http404
    try:
        content = store.read(getattr(own, form), form)
    except store.Gone as gone:
        raise Http404 from gone
    name = f"patrols-{own.kind}-{own.start}-{own.end}-{own.language}.{form}"
    return HttpResponse(
        content,
        content_type=store.FORMS[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def sheet(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The feedback sheet of a patrol; a POST starts the run that makes its PDF."""
    own = patrol_or_404(request, uuid)
    may_add = own.ended is None and may(request.user, Verb.ADD, Subject.PATROLS, own.office_id)
    if request.method == "POST":
        if not may_add:
            raise Http404
        parameters = {
            "start": own.start.isoformat(),
            "end": own.end.isoformat(),
            "language": current_language(),
            "kind": Report.Kind.SHEETS,
            "patrol": str(own.uuid),
        }
        run = runs.start(work.NAME, parameters, person_of(request), own.office)
        return redirect(reverse("run", kwargs={"uuid": run.uuid}))
    page = sheets.sheet(own)
    return show(
        request,
        "patrol_reports/sheet.html",
        title=page.title,
        section="patrols",
        links=addresses("patrol-sheet", lambda code: {"uuid": own.uuid}),
        patrol=own,
        page=page,
        may_add=may_add,
    )
