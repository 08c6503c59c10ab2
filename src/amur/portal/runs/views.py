"""The page of a run: how far it is, Cancel, and the way on when it is done. For people of its office."""

import hashlib
import json
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from amur.portal.runs import actions, queries
from amur.portal.runs.kinds import kind_named
from amur.portal.runs.models import Run, RunState
from amur.portal.website.shell import addresses, show

private = cache_control(private=True, no_store=True)


@require_safe
@login_required
@private
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The run as a page; a finished one leads on to its result."""
    actions.look_after()
    run = _visible(request, uuid)
    kind = kind_named(run.kind)
    if run.state == RunState.DONE and kind.address is not None:
        return redirect(kind.address(run))
    return show(
        request,
        "runs/run.html",
        title=str(kind.label),
        description=_("Progress of a run"),
        section="office",
        links=addresses("run", lambda language: {"uuid": run.uuid}),
        run=run,
        standing=queries.standing(run),
        problems=[queries.PROBLEMS.get(one.get("code", ""), "") for one in run.problems],
        may_cancel=queries.may_cancel(request.user, run),
        onward=kind.address(run) if kind.address is not None else "",
    )


@require_safe
@login_required
def state(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far the run is, as JSON for the script of the page; unchanged states are answered with 304."""
    actions.look_after()
    run = _visible(request, uuid)
    now = queries.standing(run)
    body = json.dumps(
        {
            "state": now.state.value,
            "label": str(now.state.label),
            "percent": now.percent,
            "stage": now.stage,
            "finished": now.is_finished,
            "cancel_asked": now.cancel_asked,
        },
        ensure_ascii=False,
    )
    etag = quote_etag(hashlib.blake2b(body.encode(), digest_size=12).hexdigest())
    response: HttpResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="application/json")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_POST
@login_required
@private
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask the run to end."""
    run = _visible(request, uuid)
    if not queries.may_cancel(request.user, run):
        raise Http404
    actions.ask_cancel(run)
    return redirect(reverse("run", kwargs={"uuid": uuid}))


def _visible(request: HttpRequest, uuid: UUID) -> Run:
    """The run, or 404 as for one that is not there: an office does not learn of another's runs."""
    run = get_object_or_404(Run.objects.select_related("office"), uuid=uuid)
    if not queries.may_see(request.user, run):
        raise Http404
    return run
