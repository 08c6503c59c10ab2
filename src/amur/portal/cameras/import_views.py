"""Import and export on the pages: what comes up, what became of it, what may be fetched."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.portal.cameras import exports_work, package_files, packages_work, queries, wordings
from amur.portal.cameras.forms import ImportForm, in_language
from amur.portal.cameras.models import CameraProject
from amur.portal.cameras.seeing import private, project_or_404
from amur.portal.offices.policies import Verb
from amur.portal.offices.seeing import person_of
from amur.portal.runs import actions as runs
from amur.portal.runs import uploads
from amur.portal.runs.models import Run, RunState
from amur.portal.runs.queries import FINISHED, may_see
from amur.portal.website.shell import addresses, current_language, show
from amur.portal.website.uploads import measured

LIMIT_BYTES = 1 << 30
FORM_BYTES = 1 << 20


def _too_large(request: HttpRequest) -> HttpResponse:
    form = ImportForm(person_of(request), data={})
    form.errors.clear()
    form.add_error(
        "file",
        _("The file is larger than %(limit)s MiB. Leave pictures out of the package.")
        % {"limit": LIMIT_BYTES >> 20},
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
        return _form_page(request, ImportForm(person, initial={"project": request.GET.get("project")}))
    form = ImportForm(person, request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    return redirect(reverse("run", kwargs={"uuid": _start(form).uuid}))


def _start(form: ImportForm) -> Run:
    given = form.cleaned_data
    upload: UploadedFile = given["file"]
    project: CameraProject | None = given["project"]
    office = project.office if project is not None else given["office"]
    parameters: dict[str, Any] = {
        "token": package_files.UPLOADS.receive(str(upload.name), upload.chunks()),
        "format": given["format"],
        "project": str(project.uuid) if project is not None else None,
    }
    if project is None:
        names = in_language(current_language(), given["title"])
        parameters |= {"key": form.key, "names": names.to_json(), "time_zone": given["time_zone"]}
    return runs.start(packages_work.NAME, parameters, form.person, office)


def _form_page(request: HttpRequest, form: ImportForm, status: int = 200) -> HttpResponse:
    return show(
        request,
        "cameras/import.html",
        title=_("Import of camera-trap data"),
        section="cameras",
        links=addresses("cameras-import"),
        status=status,
        form=form,
    )


@require_safe
@login_required
@private
def outcome(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What became of an import: errors, a preview that waits for a yes, or what is in now."""
    run = _run(request, uuid, packages_work.NAME)
    if run.state not in FINISHED:
        return redirect(reverse("run", kwargs={"uuid": uuid}))
    result = run.result or {}
    project = _project_of(request, result.get("project") or run.parameters.get("project"))
    return show(
        request,
        "cameras/outcome.html",
        title=_("Import of camera-trap data"),
        section="cameras",
        links=addresses("cameras-import-outcome", lambda code: {"uuid": uuid}),
        run=run,
        done=run.state == RunState.DONE,
        result=result,
        project=project,
        counts=[(wordings.TABLES[name], counts) for name, counts in result.get("counts", {}).items()],
        problems=[wordings.told(one) for one in run.problems],
        may_confirm=project is not None and queries.may_in(request.user, Verb.CHANGE, project),
    )


def _project_of(request: HttpRequest, uuid: Any) -> CameraProject | None:
    return queries.project_for(request.user, UUID(str(uuid))) if uuid else None


def _run(request: HttpRequest, uuid: UUID, kind: str) -> Run:
    run = get_object_or_404(Run.objects.select_related("office"), uuid=uuid, kind=kind)
    if not may_see(request.user, run):
        raise Http404
    return run


@require_POST
@login_required
@private
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say yes to the changes of a preview: starts the run that makes them."""
    run = _run(request, uuid, packages_work.NAME)
    project = _project_of(request, run.parameters.get("project"))
    if project is None or not queries.may_in(request.user, Verb.CHANGE, project):
        raise Http404
    try:
        again = runs.start(
            packages_work.NAME, {**run.parameters, "confirmed": True}, person_of(request), project.office
        )
    except ValueError:  # somebody has done it already, or waited for longer than uploads are kept
        return redirect(reverse("cameras-import"))
    return redirect(reverse("run", kwargs={"uuid": again.uuid}))


@require_POST
@login_required
@private
def export(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Start the run that writes a project into an archive."""
    project = project_or_404(request, uuid)
    asked = request.POST.get("format", "")
    parameters = {
        "project": str(uuid),
        "format": asked.removesuffix("-released"),
        "released": asked.endswith("-released"),
    }
    try:
        run = runs.start(exports_work.NAME, parameters, person_of(request), project.office)
    except ValueError as wrong:
        raise Http404 from wrong
    return redirect(reverse("run", kwargs={"uuid": run.uuid}))


@require_safe
@login_required
@private
def exported(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What became of an export, with the way to its file."""
    run = _run(request, uuid, exports_work.NAME)
    if run.state not in FINISHED:
        return redirect(reverse("run", kwargs={"uuid": uuid}))
    return show(
        request,
        "cameras/exported.html",
        title=_("Export of camera-trap data"),
        section="cameras",
        links=addresses("cameras-export-outcome", lambda code: {"uuid": uuid}),
        run=run,
        done=run.state == RunState.DONE,
        project=_project_of(request, run.parameters["project"]),
        losses=(run.result or {}).get("losses", []),
        problems=[wordings.told(one) for one in run.problems],
    )


@require_safe
@login_required
@private
def archive(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The file of an export, for people who see the project."""
    run = _run(request, uuid, exports_work.NAME)
    try:
        path = package_files.UPLOADS.arrived(str((run.result or {}).get("token")))
    except uploads.Gone as gone:
        raise Http404 from gone
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
