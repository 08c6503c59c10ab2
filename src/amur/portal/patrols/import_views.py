"""Import on the pages: what comes up, what became of it, what was done and may be undone."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.offices.seeing import person_of
from amur.portal.patrols import acts, modelling, queries, store, wordings, work
from amur.portal.patrols.forms import ImportForm, KeysForm
from amur.portal.patrols.models import Act
from amur.portal.patrols.seeing import private
from amur.portal.runs import actions as runs
from amur.portal.runs.models import Run, RunState
from amur.portal.runs.queries import FINISHED, may_see
from amur.portal.website.shell import addresses, show
from amur.portal.website.uploads import measured

LIMIT_BYTES = 1 << 30
FORM_BYTES = 1 << 20
ACTS_SHOWN = 100


def _too_large(request: HttpRequest) -> HttpResponse:
    form = ImportForm(person_of(request), data={})
    form.errors.clear()
    form.add_error(
        "file", _("The file is larger than %(limit)s MiB. Leave pictures out.") % {"limit": LIMIT_BYTES >> 20}
    )
    return _form_page(request, form, status=413)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
@measured(lambda: LIMIT_BYTES + FORM_BYTES, _too_large)
def new(request: HttpRequest) -> HttpResponse:
    """The form of an import, and what comes by it; starts a run."""
    person = person_of(request)
    if not queries.offices_for(person, Verb.ADD).exists():
        raise Http404
    if request.method != "POST":
        return _form_page(request, ImportForm(person))
    form = ImportForm(person, request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    upload: UploadedFile = form.cleaned_data["file"]
    parameters = {
        "token": store.UPLOADS.receive(str(upload.name), upload.chunks()),
        "time_zone": form.cleaned_data["time_zone"],
    }
    run = runs.start(work.NAME, parameters, person, form.cleaned_data["office"])
    return redirect(reverse("run", kwargs={"uuid": run.uuid}))


def _form_page(request: HttpRequest, form: ImportForm, status: int = 200) -> HttpResponse:
    return show(
        request,
        "patrols/import.html",
        title=_("Import of patrols"),
        section="patrols",
        links=addresses("patrols-import"),
        status=status,
        form=form,
    )


@require_safe
@login_required
@private
def outcome(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What became of an import: errors, a preview that waits for a yes, or what is in now."""
    run = _run(request, uuid)
    if run.state not in FINISHED:
        return redirect(reverse("run", kwargs={"uuid": uuid}))
    return _outcome_page(request, run, _keys_form(run))


def _run(request: HttpRequest, uuid: UUID) -> Run:
    run = get_object_or_404(Run.objects.select_related("office"), uuid=uuid, kind=work.NAME)
    if not may_see(request.user, run):
        raise Http404
    return run


def _keys_form(run: Run, *given: object) -> KeysForm:
    model = modelling.standing(run.office) if run.office is not None else None
    return KeysForm((run.result or {}).get("unknown", []), modelling.keys_of(model), *given)


def _outcome_page(request: HttpRequest, run: Run, form: KeysForm, status: int = 200) -> HttpResponse:
    fields = [(form[f"key-{number}"], one) for number, one in enumerate(form.unknown)]
    return show(
        request,
        "patrols/outcome.html",
        title=_("Import of patrols"),
        section="patrols",
        links=addresses("patrols-import-outcome", lambda code: {"uuid": run.uuid}),
        status=status,
        run=run,
        done=run.state == RunState.DONE,
        result=run.result or {},
        form=form,
        fields=[(field, wordings.KINDS[one["kind"]], one["count"]) for field, one in fields],
        known=[(kind, sorted(key for other, key in form.known if other == kind)) for kind in wordings.KINDS],
        problems=[wordings.told(one) for one in run.problems],
        may_confirm=_may_change(request, run),
    )


def _may_change(request: HttpRequest, run: Run) -> bool:
    return may(request.user, Verb.CHANGE, Subject.PATROLS, run.office_id)


@require_POST
@login_required
@private
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say yes to what a preview shows, and what unknown keys mean: starts the run that does it."""
    run = _run(request, uuid)
    if not _may_change(request, run) or not (run.result or {}).get("preview"):
        raise Http404
    form = _keys_form(run, request.POST)
    if not form.is_valid():
        return _outcome_page(request, run, form, status=422)
    parameters = {**run.parameters, "chosen": form.chosen, "confirmed": True}
    try:
        again = runs.start(work.NAME, parameters, person_of(request), run.office)
    except ValueError:  # somebody has done it already, or waited for longer than uploads are kept
        return redirect(reverse("patrols-import"))
    return redirect(reverse("run", kwargs={"uuid": again.uuid}))


@require_safe
@login_required
@private
def acts_of_offices(request: HttpRequest) -> HttpResponse:
    """What was taken over and undone, newest first."""
    return _acts_page(request)


def _acts_page(
    request: HttpRequest, status: int = 200, refused: acts.CannotUndo | None = None
) -> HttpResponse:
    offices = queries.offices_for(request.user)
    if not offices.exists():
        raise Http404
    changing = set(queries.offices_for(request.user, Verb.CHANGE).values_list("pk", flat=True))
    done = Act.objects.filter(office__in=offices).exclude(kind=Act.Kind.PHONE)
    rows = done.select_related("office", "person", "undone_by")
    return show(
        request,
        "patrols/acts.html",
        title=_("Imports of patrols"),
        section="patrols",
        links=addresses("patrols-acts"),
        status=status,
        acts=[(act, act.office_id in changing) for act in rows[:ACTS_SHOWN]],
        refused=refused,
    )


@require_POST
@login_required
@private
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Undo an import, or the undoing of one."""
    offices = queries.offices_for(request.user, Verb.CHANGE)
    act = get_object_or_404(Act, uuid=uuid, office__in=offices)
    try:
        acts.undo(act, person_of(request))
    except acts.CannotUndo as refused:
        return _acts_page(request, status=409, refused=refused)
    return redirect(reverse("patrols-acts"))
