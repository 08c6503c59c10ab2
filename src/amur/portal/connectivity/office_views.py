"""The pages of the offices: a new run, what became of it, releasing and deleting a result."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.portal.connectivity import actions, queries, uploads, work
from amur.portal.connectivity.forms import NewRunForm
from amur.portal.connectivity.models import ConnectivityResult
from amur.portal.offices.models import Person
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.runs.models import Run, RunState
from amur.portal.runs.queries import FINISHED, may_see
from amur.portal.runs.queries import PROBLEMS as RUN_PROBLEMS
from amur.portal.website.shell import addresses, current_language, show
from amur.portal.website.uploads import measured

FORM_BYTES = 4 << 20  # what a form may have besides its file
PROBLEMS: dict[str, str | Promise] = {
    "no-right": gettext_lazy("You may no longer compute for this office."),
    "raster-gone": gettext_lazy("The stored resistance raster cannot be read any more; give it again."),
    "too-few-areas": gettext_lazy(
        "Fewer than two of the areas lie on cells with data. Left out, among others: {names}."
    ),
    "not-converged": gettext_lazy(
        "The equations could not be solved exactly enough: the contrast of resistances is too high. "
        "Use a smaller range of resistances, or join cells."
    ),
    **RUN_PROBLEMS,
}

private = cache_control(private=True, no_store=True)


def _too_large(request: HttpRequest) -> HttpResponse:
    form = NewRunForm(_planner(request), current_language(), data={})
    form.errors.clear()
    form.add_error(
        "file",
        _("The file is larger than %(limit)s MiB. Give a coarser raster or a smaller part.")
        % {"limit": uploads.LIMIT_BYTES >> 20},
    )
    return _form_page(request, form, status=413)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
@measured(lambda: uploads.LIMIT_BYTES + FORM_BYTES, _too_large)
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new run, and what comes by it."""
    person = _planner(request)
    if request.method != "POST":
        return _form_page(request, NewRunForm(person, current_language()))
    form = NewRunForm(person, current_language(), request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    found = actions.start(form.parameters, person, form.cleaned_data["office"])
    if isinstance(found, ConnectivityResult):
        return redirect(reverse("connectivity-result", kwargs={"uuid": found.uuid}))
    return redirect(reverse("run", kwargs={"uuid": found.uuid}))


@require_safe
@login_required
@private
def outcome(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What became of a run: leads on to its result, or says why there is none."""
    run = get_object_or_404(Run.objects.select_related("office"), uuid=uuid, kind=work.NAME)
    if not may_see(request.user, run):
        raise Http404
    if run.state == RunState.DONE:
        found = ConnectivityResult.objects.filter(uuid=str((run.result or {}).get("result"))).first()
        if found is None:
            raise Http404
        return redirect(reverse("connectivity-result", kwargs={"uuid": found.uuid}))
    if run.state not in FINISHED:
        return redirect(reverse("run", kwargs={"uuid": uuid}))
    return show(
        request,
        "connectivity/outcome.html",
        title=_("Connectivity between areas"),
        section="connectivity",
        links=addresses("connectivity-outcome", lambda language: {"uuid": uuid}),
        run=run,
        problems=[
            str(PROBLEMS.get(one["code"], one["code"])).format_map(one.get("params") or {})
            for one in run.problems
        ],
    )


@require_POST
@login_required
@private
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let the public see a result, or take it back."""
    result = _own(request, uuid, Verb.CHANGE)
    actions.release(result, published=request.POST.get("published") == "1")
    return redirect(reverse("connectivity-result", kwargs={"uuid": uuid}))


@require_POST
@login_required
@private
def delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a result away for good."""
    actions.delete(_own(request, uuid, Verb.DELETE))
    return redirect(reverse("connectivity"))


def _own(request: HttpRequest, uuid: UUID, verb: Verb) -> ConnectivityResult:
    """The result, or 404 as for one that is not there: an office does not learn of another's."""
    result = queries.rows_with(uuid=uuid)
    if result is None or not may(_person(request), verb, Subject.CONNECTIVITY, result.office_id):
        raise Http404
    return result


def _planner(request: HttpRequest) -> Person:
    """Somebody who may compute for an office."""
    person = _person(request)
    if not queries.offices_for(person).exists():
        raise PermissionDenied
    return person


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def _form_page(request: HttpRequest, form: NewRunForm, status: int = 200) -> HttpResponse:
    return show(
        request,
        "connectivity/new.html",
        title=_("New connectivity run"),
        description=_("Choose areas, a resistance raster and parameters"),
        section="connectivity",
        links=addresses("connectivity-new"),
        status=status,
        form=form,
    )
