"""The gallery of a species: runs, names of imported records, suggested groups, vectors, agreement."""

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amur.portal.cameras.models import CameraProject
from amur.portal.identity import actions, agreement, galleries, learning, queries, vectors_table, work
from amur.portal.identity.models import Encounter
from amur.portal.identity.seeing import gallery_or_404, person_of, private
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.runs import actions as runs
from amur.portal.website.shell import addresses, show
from amur.portal.website.uploads import measured

KINDS = {"features": work.FEATURES, "search": work.SEARCH, "groups": work.SEARCH}
LIMIT_BYTES = 256 << 20


@require_POST
@private
def start(request: HttpRequest) -> HttpResponse:
    """Start a run for a gallery, or for one encounter."""
    person = person_of(request)
    office, species = gallery_or_404(request, request.POST, Verb.ADD)
    kind = request.POST.get("do", "")
    if kind not in KINDS:
        raise Http404
    given = {
        "species": species,
        "groups": kind == "groups",
        "encounter": request.POST.get("encounter") or None,
    }
    try:
        run = runs.start(KINDS[kind], given, person, office)
    except ValueError:
        raise Http404 from None
    return redirect(reverse("run", kwargs={"uuid": run.uuid}))


@require_POST
@private
def names(request: HttpRequest) -> HttpResponse:
    """Take the individuals that an imported package names for animals of the office."""
    person = person_of(request)
    office, species = gallery_or_404(request, request.POST, Verb.CHANGE)
    project = CameraProject.objects.filter(office=office, key=request.POST.get("project", "")).first()
    if project is None:
        raise Http404
    try:
        actions.take_names(project, person)
    except actions.Unfit as unfit:
        return _page(request, office, species, str(unfit), status=422)
    address = reverse("identity") + f"?office={office.key}&species={species.replace(' ', '+')}&state=known"
    return redirect(address)


@require_safe
@private
def gallery(request: HttpRequest) -> HttpResponse:
    """Suggested groups, what was learned, how people agree, vectors of a network."""
    office, species = gallery_or_404(request, request.GET)
    return _page(request, office, species)


def _page(
    request: HttpRequest, office: Office, species: str, problem: str = "", status: int = 200
) -> HttpResponse:
    state = galleries.state_of(office, species)
    chances = learning.Chances.from_json(state.calibration)
    people: dict[Any, str] = {**queries.people_by_key(office)}
    return show(
        request,
        "identity/gallery.html",
        title=_("Gallery"),
        section="animals",
        links=addresses("identity-gallery"),
        status=status,
        office=office,
        species=species,
        state=state,
        chances=chances,
        groups=queries.open_groups(state),
        agreements=[
            (one, [people.get(key, "?") for key in one.people or ()])
            for one in agreement.agreements(queries.blind_opinions(office, species))
        ],
        problem=problem,
        may_work=may(request.user, Verb.ADD, Subject.CAMERAS, office),
    )


@require_POST
@private
def group(request: HttpRequest) -> HttpResponse:
    """Say that the chosen visits of a suggested group are one new animal."""
    person = person_of(request)
    office, species = gallery_or_404(request, request.POST, Verb.CHANGE)
    rows = Encounter.objects.filter(project__office=office, species=species, gone=None)
    chosen = rows.filter(uuid__in=_uuids(request.POST.getlist("encounter"))).select_related("project__office")
    try:
        actions.accept_group(list(chosen.order_by("start", "pk")), person, request.POST.get("name", "")[:120])
    except actions.Unfit as unfit:
        return _page(request, office, species, str(unfit), status=409)
    address = reverse("identity-gallery") + f"?office={office.key}&species={species.replace(' ', '+')}"
    return redirect(address)


def _uuids(texts: list[str]) -> list[str]:
    return [text for text in texts if len(text) == 36 and set(text) <= set("0123456789abcdef-")]


def _too_large(request: HttpRequest) -> HttpResponse:
    office, species = gallery_or_404(request, request.GET)
    sentence = _("The table is larger than %(limit)s MiB.") % {"limit": LIMIT_BYTES >> 20}
    return _page(request, office, species, sentence, status=413)


@require_POST
@private
@measured(lambda: LIMIT_BYTES, _too_large)
def vectors(request: HttpRequest) -> HttpResponse:
    """Take a table of vectors that the office's own network made."""
    office, species = gallery_or_404(request, request.POST, Verb.CHANGE)
    file = request.FILES.get("table")
    try:
        if file is None:
            raise vectors_table.Wrong(_("Choose a file: CSV or NPZ."))
        vectors_table.take(galleries.state_of(office, species), file.name or "", file.read())
    except vectors_table.Wrong as wrong:
        return _page(request, office, species, str(wrong), status=422)
    address = reverse("identity-gallery") + f"?office={office.key}&species={species.replace(' ', '+')}"
    return redirect(address)


@require_safe
@private
def flanks_csv(request: HttpRequest) -> HttpResponse:
    """The flanks of a gallery with their boxes, for those who compute vectors of their own."""
    office, species = gallery_or_404(request, request.GET)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="flanks.csv"'
    writer = csv.writer(response)
    writer.writerow(("picture", "file", "side", "left", "top", "width", "height"))
    for one in galleries.flanks_in(office, species):
        writer.writerow((one.uuid, one.media.path, one.side, one.left, one.top, one.width, one.height))
    return response
