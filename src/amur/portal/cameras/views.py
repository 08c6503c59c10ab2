"""The list of projects and the page of one: for everybody what is released, for its office all of it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.portal.cameras import actions, drawing, exporting, overview, queries
from amur.portal.cameras.forms import EXPORTS, OutageForms, ProjectForm, outages_of, spans_of
from amur.portal.cameras.models import Act, CameraProject, Deployment
from amur.portal.cameras.seeing import deployment_or_404, private, project_or_404
from amur.portal.offices.policies import Verb
from amur.portal.offices.seeing import person_of
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.website.answers import for_all_or_one
from amur.portal.website.shell import addresses, current_language, show

ACTS_SHOWN = 30


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Released projects, and those of the office of whoever asks."""

    def answer() -> HttpResponse:
        mine = list(queries.projects_for(request.user)) if request.user.is_authenticated else []
        known = {one.uuid for one in mine}
        public = released("camera-project").order_by("-sort", "key")
        return show(
            request,
            "cameras/projects.html",
            title=_("Camera traps"),
            description=_("Studies with camera traps: species, effort, and where, as coarsely as it is safe"),
            section="cameras",
            links=addresses("cameras"),
            mine=mine,
            public=[row for row in public if row.uuid not in known],
            may_add=queries.offices_for(request.user).exists() if request.user.is_authenticated else False,
        )

    return for_all_or_one(request, answer, whole=request.user.is_authenticated)


@require_safe
def project(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One project: all of it for its office, the released summary for everybody else."""
    own = queries.project_for(request.user, uuid)
    if own is not None:
        return private(_own)(request, own)
    row = released("camera-project").filter(uuid=uuid).first()
    if row is None:
        raise Http404
    return for_all_or_one(request, lambda: _public(request, row), whole=False)


def _public(request: HttpRequest, row: Released) -> HttpResponse:
    return show(
        request,
        "cameras/public.html",
        title=row.names.text(current_language()),
        description=_("A study with camera traps"),
        section="cameras",
        links=addresses("cameras-project", lambda code: {"uuid": row.uuid}),
        names=row.names,
        row=row,
        fields=row.fields,
    )


def _own(request: HttpRequest, own: CameraProject, **more: Any) -> HttpResponse:
    deployments = list(queries.deployments_of(own))
    return show(
        request,
        "cameras/project.html",
        title=own.names.text(current_language()) or own.key,
        section="cameras",
        links=addresses("cameras-project", lambda code: {"uuid": own.uuid}),
        status=more.pop("status", 200),
        project=own,
        counts=overview.counts_of(own),
        stations=overview.stations_of(own, deployments),
        map=drawing.stations(own),
        timeline=drawing.timeline(deployments),
        deployments=overview.with_effort(deployments),
        acts=own.acts.select_related("person", "undone_by")[:ACTS_SHOWN],
        exports=EXPORTS,
        released={**own.summary, "office": own.office.key},
        form=more.pop("form", None) or ProjectForm(instance=own),
        may_change=queries.may_in(request.user, Verb.CHANGE, own),
        may_publish=queries.may_in(request.user, Verb.PUBLISH, own),
        **more,
    )


@require_POST
@login_required
@private
def settings(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change the rules of a project."""
    own = project_or_404(request, uuid, Verb.CHANGE)
    form = ProjectForm(request.POST, instance=own)
    if not form.is_valid():
        return _own(request, project_or_404(request, uuid), form=form, status=422)
    actions.change(own, form.cleaned_data)
    return redirect(reverse("cameras-project", kwargs={"uuid": uuid}))


@require_POST
@login_required
@private
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let the public see the summary of a project as it is today, or take it back."""
    own = project_or_404(request, uuid, Verb.PUBLISH)
    actions.release(own, published=request.POST.get("published") == "1")
    return redirect(reverse("cameras-project", kwargs={"uuid": uuid}))


@require_POST
@login_required
@private
def undo(request: HttpRequest, uuid: UUID, act: UUID) -> HttpResponse:
    """Undo an import or the results of a detector; reviews are undone where they are made."""
    own = project_or_404(request, uuid, Verb.CHANGE)
    found = own.acts.filter(uuid=act, kind__in=(Act.Kind.IMPORT, Act.Kind.DETECTION, Act.Kind.UNDO)).first()
    if found is None:
        raise Http404
    try:
        actions.undo(found, person_of(request))
    except actions.CannotUndo as refused:
        return _own(request, own, refused=refused, status=409)
    return redirect(reverse("cameras-project", kwargs={"uuid": uuid}))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def deployment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A deployment with its effort, and its outages, which may be edited."""
    row = deployment_or_404(request, uuid)
    may_change = queries.may_in(request.user, Verb.CHANGE, row.project)
    if request.method != "POST":
        return _deployment_page(request, row, OutageForms(initial=outages_of(row)), may_change=may_change)
    if not may_change:
        raise Http404
    forms = OutageForms(request.POST, initial=outages_of(row))
    problems: list[str] = []
    if forms.is_valid():
        try:
            actions.set_outages(row, spans_of(forms, row))
        except ValidationError as wrong:
            problems = list(wrong.messages)
        else:
            return redirect(reverse("cameras-deployment", kwargs={"uuid": uuid}))
    return _deployment_page(request, row, forms, may_change=may_change, problems=problems, status=422)


def _deployment_page(
    request: HttpRequest,
    row: Deployment,
    forms: Any,
    *,
    may_change: bool,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    (about,) = overview.with_effort([row])
    return show(
        request,
        "cameras/deployment.html",
        title=row.code,
        section="cameras",
        links=addresses("cameras-deployment", lambda code: {"uuid": row.uuid}),
        status=status,
        deployment=row,
        effort=about.effort_days,
        facts=overview.facts_of(row),
        media=row.media.count(),
        sequences=row.events.count(),
        statements=exporting.standing(row.project).filter(deployment=row).count(),
        forms=forms,
        problems=problems or [],
        may_change=may_change,
    )
