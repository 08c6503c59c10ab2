"""Drawing flanks: box and side of each picture of an encounter, and which ones show another animal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amur.portal.cameras.models import Event
from amur.portal.cameras.pictures import url_of
from amur.portal.identity import actions, queries, unflanked
from amur.portal.identity.models import Encounter
from amur.portal.identity.seeing import encounter_or_404, event_or_404, flank_or_404, person_of, private
from amur.portal.offices.policies import Verb
from amur.portal.website.shell import addresses, show

EDGES = ("left", "top", "width", "height")


@require_POST
@private
def begin(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """From a sequence of the review to the boxes of an animal in it."""
    event = event_or_404(request, uuid)
    encounter = unflanked.to_draw(event)
    if encounter is None:
        messages.info(request, _("No animal with a marked coat is accepted in this sequence."))
        return redirect(_onward(event))
    return redirect(reverse("identity-flanks", kwargs={"uuid": encounter.uuid}))


def _onward(event: Event) -> str:
    """The next sequence that waits for a flank."""
    place = {"uuid": event.project.uuid, "queue": unflanked.NAME}
    return reverse("review-next", kwargs=place) + f"?after={event.uuid}"


@require_safe
@private
def flanks(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All pictures of an encounter with their boxes, to be adjusted."""
    return _page(request, encounter_or_404(request, uuid, Verb.CHANGE))


def _page(request: HttpRequest, row: Encounter, problem: str = "", status: int = 200) -> HttpResponse:
    return show(
        request,
        "identity/flanks.html",
        title=_("Boxes and sides"),
        section="animals",
        links=addresses("identity-flanks", lambda code: {"uuid": row.uuid}),
        status=status,
        encounter=row,
        flanks=[
            (one, url_of(one.media, "preview"), [round(100 * getattr(one, edge), 2) for edge in EDGES])
            for one in sorted(queries.flanks_of(row), key=lambda one: (one.media.captured, one.pk))
        ],
        problem=problem,
        following=_onward(row.event) if row.event is not None else "",
    )


@require_POST
@private
def draw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Store a box and a side, add the other side in the same picture, or end a flank that shows no coat."""
    person = person_of(request)
    flank = flank_or_404(request, uuid, Verb.CHANGE)
    encounter = flank.encounter
    try:
        match request.POST.get("do"):
            case "other":
                actions.other_side(flank, person)
            case "drop":
                actions.drop(flank)
            case _:
                box = _box(request)
                now = (flank.left, flank.top, flank.width, flank.height)
                moved = any(abs(one - other) > 2e-4 for one, other in zip(box, now, strict=True))
                actions.draw(flank, person, side=request.POST.get("side"), box=box if moved else None)
    except actions.Unfit as unfit:
        return _page(request, encounter, str(unfit), status=422)
    return redirect(reverse("identity-flanks", kwargs={"uuid": encounter.uuid}) + f"#m{flank.media_id}")


def _box(request: HttpRequest) -> tuple[float, float, float, float]:
    """The box of the form, given in percent of the picture. Raises Unfit."""
    try:
        left, top, width, height = (float(request.POST[edge].replace(",", ".")) / 100 for edge in EDGES)
    except (KeyError, ValueError):
        raise actions.Unfit(_("The edges of a box are numbers, in percent of the picture.")) from None
    return left, top, width, height


@require_POST
@private
def separate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The chosen flanks show another animal of the same sequence."""
    row = encounter_or_404(request, uuid, Verb.CHANGE)
    chosen = [one for one in queries.flanks_of(row) if str(one.uuid) in request.POST.getlist("flank")]
    try:
        other = actions.separate(row, chosen, person_of(request))
    except actions.Unfit as unfit:
        return _page(request, row, str(unfit), status=422)
    return redirect(reverse("identity-encounter", kwargs={"uuid": other.uuid}))
