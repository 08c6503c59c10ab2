"""The pages of an import: file, preview, decision, result. For people who may change an office's areas."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.portal.areas.exchange import store, wordings
from amur.portal.areas.exchange.fields import label, value_in_words
from amur.portal.areas.exchange.importing import IMPORT, PREVIEW, may_import
from amur.portal.areas.import_forms import ImportForm, offices_for
from amur.portal.offices.models import Person
from amur.portal.runs import actions as runs
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run, RunState
from amur.portal.runs.queries import FINISHED
from amur.portal.website.shell import addresses, current_language, show
from amur.portal.website.uploads import measured

AT_ONCE_BYTES = 256 * 1024
AT_ONCE_ROWS = 100
FORM_BYTES = 1 << 20  # what a form may have besides its file

private = cache_control(private=True, no_store=True)


def _too_large(request: HttpRequest) -> HttpResponse:
    form = ImportForm(_importer(request), data={})
    form.errors.clear()
    form.add_error("file", _("The file is too large. Split it into several files."))
    return _form_page(request, form, status=413)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
@measured(lambda: store.LIMIT_BYTES + FORM_BYTES, _too_large)
def start(request: HttpRequest) -> HttpResponse:
    """The form, and the file that comes by it."""
    person = _importer(request)
    if request.method != "POST":
        return _form_page(request, ImportForm(person))
    form = ImportForm(person, request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    given = form.cleaned_data
    kept = store.keep(given["file"].name[:200], given["file"].chunks())
    parameters = {
        "file": kept.file,
        "name": kept.name,
        "sha256": kept.sha256,
        **{name: given[name] for name in ("datum", "encoding", "layer")},
    }
    small = given["file"].size <= AT_ONCE_BYTES
    run = runs.start(PREVIEW, parameters, person, given["office"], in_background=not small)
    if small:
        work_on(run.uuid)
        return redirect(reverse("areas-import-preview", kwargs={"uuid": run.uuid}))
    return redirect(reverse("run", kwargs={"uuid": run.uuid}))


@require_safe
@login_required
@private
def preview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What the file would change, and everything that is wrong with it."""
    run = _run(request, uuid, PREVIEW)
    if run.state not in FINISHED:
        return redirect(reverse("run", kwargs={"uuid": uuid}))
    result: dict[str, Any] = run.result or {}
    counts = result.get("counts") or {}
    return show(
        request,
        "areas/import_preview.html",
        title=_("Preview of the import"),
        section="areas",
        links=addresses("areas-import-preview", lambda language: {"uuid": uuid}),
        run=run,
        file=run.parameters["name"],
        counts=counts,
        rows=[_shown(row) for row in result.get("rows", ())],
        rows_hidden=result.get("rows_hidden", 0),
        problems=[_problem(one) for one in run.problems],
        error_count=result.get("error_count", len(run.problems)),
        warning_count=result.get("warning_count", 0),
        is_accepted=result.get("is_accepted", False),
        is_idle=not counts.get("new") and not counts.get("changed"),
    )


@require_POST
@login_required
@private
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Import what the preview showed, or throw the file away."""
    found = _run(request, uuid, PREVIEW)
    if request.POST.get("decision") != "import":
        store.discard(found.parameters["file"])
        return redirect(reverse("areas-import"))
    result = found.result or {}
    if found.state != RunState.DONE or not result.get("is_accepted"):
        return redirect(reverse("areas-import-preview", kwargs={"uuid": uuid}))
    counts = result["counts"]
    small = counts["new"] + counts["changed"] <= AT_ONCE_ROWS
    run = runs.start(IMPORT, {"preview": str(uuid)}, _person(request), found.office, in_background=not small)
    if small:
        work_on(run.uuid)
        return redirect(reverse("areas-import-result", kwargs={"uuid": run.uuid}))
    return redirect(reverse("run", kwargs={"uuid": run.uuid}))


@require_safe
@login_required
@private
def result(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What an import has done."""
    run = _run(request, uuid, IMPORT)
    if run.state not in FINISHED:
        return redirect(reverse("run", kwargs={"uuid": uuid}))
    return show(
        request,
        "areas/import_result.html",
        title=_("Import of areas"),
        section="areas",
        links=addresses("areas-import-result", lambda language: {"uuid": uuid}),
        run=run,
        done=run.state == RunState.DONE,
        counts=(run.result or {}).get("counts"),
        problems=[_problem(one) for one in run.problems],
    )


def _form_page(request: HttpRequest, form: ImportForm, status: int = 200) -> HttpResponse:
    return show(
        request,
        "areas/import_form.html",
        title=_("Import areas"),
        description=_("A file in the WDPCA schema becomes areas of the register"),
        section="areas",
        links=addresses("areas-import"),
        status=status,
        form=form,
    )


def _importer(request: HttpRequest) -> Person:
    """Somebody who may import into an office."""
    person = _person(request)
    if not offices_for(person).exists():
        raise PermissionDenied
    return person


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def _run(request: HttpRequest, uuid: UUID, kind: str) -> Run:
    """The run, or 404 as for one that is not there: an office does not learn of another's imports."""
    run = get_object_or_404(Run.objects.select_related("office"), uuid=uuid, kind=kind)
    if run.office is None or not may_import(_person(request), run.office):
        raise Http404
    return run


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    language = current_language()
    changes = [
        {
            "column": name,
            "label": label(name),
            "old": value_in_words(name, old, language),
            "new": value_in_words(name, new, language),
        }
        for name, old, new in row["changes"]
    ]
    return {**row, "changes": changes}


def _problem(problem: dict[str, Any]) -> dict[str, Any]:
    text, expected = wordings.sentences(problem)
    return {**problem, "text": text, "expected": expected, "is_error": problem.get("severity") != "warning"}
