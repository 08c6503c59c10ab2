"""The queue, the page of one encounter, and the picture of a flank. For people who see raw camera records."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.portal.identity import cutting, presenting, queries
from amur.portal.identity.models import Encounter
from amur.portal.identity.seeing import encounter_or_404, flank_or_404, gallery_or_404, person_of, private
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.website.shell import addresses, show
from amur.science.stripes import UnusablePicture

PAGE = 40
PICTURE_POLICY = "default-src 'none'; sandbox"


@require_safe
@private
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, by state; the pictures that could not be described are a queue of their own."""
    person = person_of(request)
    office, species = gallery_or_404(request, request.GET)
    state = request.GET.get("state", Encounter.State.OPEN)
    if state not in {*Encounter.State.values, queries.HARDLY}:
        raise Http404
    rows = queries.encounters_for(person).filter(project__office=office, species=species)
    pages = Paginator(queries.in_state(rows, state).order_by("start", "pk"), PAGE)
    page = pages.get_page(request.GET.get("page"))
    return show(
        request,
        "identity/queue.html",
        title=_("Who is it"),
        section="animals",
        links=addresses("identity"),
        office=office,
        offices=queries.offices_for(person),
        species=species,
        marked=queries.MARKED,
        state=state,
        states=queries.counts_by_state(office, species),
        page=page,
        first=queries.first_flanks(page.object_list),
        unscored=[
            (one, presenting.PROBLEMS.get(one.problem, one.problem))
            for one in queries.unscored(office, species)[:PAGE]
        ],
        unscored_count=queries.unscored(office, species).count(),
        may_work=may(person, Verb.ADD, Subject.CAMERAS, office),
        projects=queries.projects_with_names(office, species),
    )


@require_safe
@private
def encounter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An encounter beside the animals that it may be."""
    row = encounter_or_404(request, uuid)
    return review_page(request, row)


def review_page(request: HttpRequest, row: Encounter, problem: str = "", status: int = 200) -> HttpResponse:
    """The page of an encounter, with what was wrong about what the person said."""
    person = person_of(request)
    following = queries.next_for(person, row)
    return show(
        request,
        "identity/encounter.html",
        title=_("Who is it"),
        section="animals",
        links=addresses("identity-encounter", lambda code: {"uuid": row.uuid}),
        status=status,
        review=presenting.review(row, person),
        problem=problem,
        following=following,
    )


@require_safe
def picture(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A flank as JPEG without metadata, or 404."""
    if not request.user.is_authenticated:
        raise Http404
    flank = flank_or_404(request, uuid)
    try:
        content = cutting.jpeg_of(flank)
    except (cutting.NoPicture, UnusablePicture):
        raise Http404 from None
    headers = {
        "Cache-Control": "private, max-age=600",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": PICTURE_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Disposition": "inline",
    }
    return HttpResponse(content, content_type="image/jpeg", headers=headers)
