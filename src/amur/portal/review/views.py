"""Pages on which people look through pictures: projects, queues, a grid, one sequence; undoing."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.portal.cameras import actions, people
from amur.portal.cameras.models import Act, CameraProject, Event, Media, Observation
from amur.portal.cameras.pictures import url_of
from amur.portal.cameras.queries import projects_for
from amur.portal.offices.policies import Verb
from amur.portal.offices.seeing import person_of
from amur.portal.review import labels, progress, queues, species
from amur.portal.review.forms import LabelForm
from amur.portal.review.queues import Queue
from amur.portal.review.seeing import event_or_404, is_chief, project_or_404, queue_or_404
from amur.portal.website.shell import addresses, current_language, show

GRID: Final = 48
MOST_PICTURES: Final = 60
AHEAD: Final = 2  # sequences whose pictures are loaded before they are asked for
AHEAD_PICTURES: Final = 12

private = cache_control(private=True, no_store=True)


@dataclass(frozen=True, slots=True)
class Card:
    """A sequence in a grid; `picture` is the address of its first picture, "" without one to show."""

    event: Event
    picture: str
    count: int
    hidden: bool


def _begun(event: Event) -> str:
    """When a sequence began, by the clocks of the place."""
    return f"{event.start.astimezone(ZoneInfo(event.deployment.time_zone)):%Y-%m-%d %H:%M}"


@require_safe
@login_required
@private
def projects(request: HttpRequest) -> HttpResponse:
    """The projects whose pictures this person may label."""
    rows = [(one, *progress.done(one)) for one in projects_for(person_of(request), Verb.CHANGE)]
    return show(
        request,
        "review/projects.html",
        title=_("Review of pictures"),
        description=_("Sequences of camera traps that wait for somebody to say what they show"),
        section="cameras",
        links=addresses("review"),
        projects=rows,
    )


@require_safe
@login_required
@private
def project(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The queues of a project, how far it is, how well its people agree."""
    row = project_or_404(request, uuid)
    person = person_of(request)
    answered, total = progress.done(row)
    return show(
        request,
        "review/project.html",
        title=row.names.text(current_language()),
        section="cameras",
        links=addresses("review-project", lambda code: {"uuid": uuid}),
        project=row,
        waiting=progress.waiting(row, person),
        answered=answered,
        total=total,
        percent=100 * answered // total if total else 0,
        agreement=progress.agreement(row) if row.opinions_needed > 1 else None,
        is_chief=is_chief(request, row),
        last=_last(row, request),
    )


@require_safe
@login_required
@private
def grid(request: HttpRequest, uuid: UUID, queue: str) -> HttpResponse:
    """Many sequences of a queue, to label those that show the same at once."""
    row, chosen = project_or_404(request, uuid), queue_or_404(queue)
    return _grid_page(request, row, chosen, LabelForm(species.known(), lines=1))


@require_safe
@login_required
@private
def onward(request: HttpRequest, uuid: UUID, queue: str) -> HttpResponse:
    """Leads to the next sequence of a queue, after one; to the queues where none is left."""
    row, chosen = project_or_404(request, uuid), queue_or_404(queue)
    after = request.GET.get("after", "")
    before = event_or_404(row, _uuid_or_404(after)) if after else None
    return _onward(request, row, chosen, before)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def sequence(request: HttpRequest, uuid: UUID, event: UUID) -> HttpResponse:
    """One sequence, large; its label, which leads on to the next one."""
    row = project_or_404(request, uuid)
    one = event_or_404(row, event)
    chosen = queue_or_404(request.GET.get("queue", "unreviewed"))
    decides = chosen.by_chief and is_chief(request, row)
    if not people.may_see_people(person_of(request), row) and people.with_people([one]):
        return _sequence_page(request, row, one, chosen, None)
    if request.method != "POST":
        return _sequence_page(request, row, one, chosen, LabelForm(species.known(), initial=_initial(one)))
    form = LabelForm(species.known(), request.POST)
    said = form.labels()
    if said is None:
        return _sequence_page(request, row, one, chosen, form, status=422)
    try:
        labels.label(one, said, person_of(request), seen=request.POST.get("seen", ""), decides=decides)
    except labels.Overtaken:
        form.problem = _(
            "Somebody else has labelled this sequence meanwhile. Look again, then save or go on."
        )
        return _sequence_page(request, row, one, chosen, form, status=409)
    return _onward(request, row, chosen, one)


@require_POST
@login_required
@private
def bulk(request: HttpRequest, uuid: UUID, queue: str) -> HttpResponse:
    """The same label for all chosen sequences of the grid."""
    row, chosen = project_or_404(request, uuid), queue_or_404(queue)
    form = LabelForm(species.known(), request.POST, lines=1)
    said = form.labels()
    wanted = {_uuid_or_404(text) for text in request.POST.getlist("sequence")}
    if said is None or not wanted:
        form.problem = form.problem or ("" if said is None else _("Choose at least one sequence."))
        return _grid_page(request, row, chosen, form, status=422)
    if not people.may_see_people(person_of(request), row):
        closed = people.with_people(Event.objects.filter(project=row, uuid__in=wanted))
        wanted -= set(Event.objects.filter(pk__in=closed).values_list("uuid", flat=True))
    act, left_out = labels.label_many(row, wanted, said, person_of(request))
    count = len(wanted) - left_out
    if act is not None:
        text = ngettext("%(count)s sequence is labelled.", "%(count)s sequences are labelled.", count)
        messages.success(request, text % {"count": count})
    if left_out:
        text = ngettext(
            "%(count)s sequence was left out: it is answered already.",
            "%(count)s sequences were left out: they are answered already.",
            left_out,
        )
        messages.warning(request, text % {"count": left_out})
    return redirect(reverse("review-grid", kwargs={"uuid": uuid, "queue": queue}))


@require_POST
@login_required
@private
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Undo one's own label; whoever is responsible for the data may undo anybody's and a machine's."""
    row = project_or_404(request, uuid)
    kinds = (Act.Kind.REVIEW, Act.Kind.DETECTION)
    key = _uuid_or_404(request.POST.get("act", ""))
    act = Act.objects.filter(project=row, uuid=key, kind__in=kinds).first()
    if act is None or (act.person != person_of(request) and not is_chief(request, row)):
        raise Http404
    try:
        actions.undo(act, person_of(request))
    except actions.CannotUndo:
        messages.error(
            request, _("This cannot be undone: it is undone already, or later labels stand on it.")
        )
    else:
        messages.success(request, _("Undone."))
    about = (
        Event.objects.filter(project=row, uuid=act.about["event"]).first() if "event" in act.about else None
    )
    if about is None:
        return redirect(reverse("review-project", kwargs={"uuid": uuid}))
    chosen = queue_or_404(request.POST.get("queue", "unreviewed"))
    return redirect(_address(row, about, chosen))


def _onward(request: HttpRequest, row: CameraProject, queue: Queue, before: Event | None) -> HttpResponse:
    found = queues.next_of(queue, row, person_of(request), before)
    if found is None:
        messages.info(request, _("Nothing is left in this queue."))
        return redirect(reverse("review-project", kwargs={"uuid": row.uuid}))
    return redirect(_address(row, found, queue))


def _address(row: CameraProject, event: Event, queue: Queue) -> str:
    place = reverse("review-sequence", kwargs={"uuid": row.uuid, "event": event.uuid})
    return f"{place}?queue={queue.name}"


def _grid_page(
    request: HttpRequest, row: CameraProject, queue: Queue, form: LabelForm, status: int = 200
) -> HttpResponse:
    after = request.GET.get("after", "")
    before = event_or_404(row, _uuid_or_404(after)) if after else None
    found = queues.page(queue, row, person_of(request), before, GRID + 1)
    return show(
        request,
        "review/grid.html",
        title=str(queue.label),
        section="cameras",
        links=addresses("review-grid", lambda code: {"uuid": row.uuid, "queue": queue.name}),
        status=status,
        project=row,
        queue=queue,
        cards=_cards(request, row, found[:GRID]),
        following=found[GRID - 1] if len(found) > GRID else None,
        form=form,
        frequent=species.frequent(row),
        vocabulary=species.names(current_language()),
        last=_last(row, request),
    )


def _cards(request: HttpRequest, row: CameraProject, events: list[Event]) -> list[Card]:
    firsts: dict[int, Media] = {}
    counts: dict[int, int] = {}
    for media in Media.objects.filter(event__in=events).order_by("captured", "pk"):
        if media.event_id is not None:
            firsts.setdefault(media.event_id, media)
            counts[media.event_id] = counts.get(media.event_id, 0) + 1
    closed = set() if people.may_see_people(person_of(request), row) else people.with_people(events)
    return [
        Card(
            event,
            url_of(firsts[event.pk]) if event.pk in firsts and event.pk not in closed else "",
            counts.get(event.pk, 0),
            event.pk in closed,
        )
        for event in events
    ]


def _sequence_page(
    request: HttpRequest,
    row: CameraProject,
    event: Event,
    queue: Queue,
    form: LabelForm | None,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    said = labels.opinions(event)
    judges = queue.by_chief and is_chief(request, row)
    standing = Observation.objects.filter(event=event, ended=None).order_by("pk")
    pictures = _pictures(event) if form is not None else []
    language = current_language()
    return show(
        request,
        "review/sequence.html",
        title=f"{event.deployment.station} · {_begun(event)}",
        section="cameras",
        links=addresses("review-sequence", lambda code: {"uuid": row.uuid, "event": event.uuid}),
        status=status,
        project=row,
        event=event,
        queue=queue,
        begin=queue.task.address(event) if queue.task is not None else "",
        pictures=pictures,
        boxes=_boxes(standing, pictures),
        form=form,
        seen=labels.seen_of(event),
        accepted=[one for one in standing if one.status == Observation.Status.ACCEPTED],
        suggested=_strongest(standing),
        opinions=said if person in said or judges else {},
        others=len(set(said) - {person}),
        judges=judges,
        frequent=list(enumerate(species.frequent(row), 1)),
        vocabulary=species.names(language),
        ahead=_ahead(row, event, queue, request),
        last=_last(row, request),
    )


def _pictures(event: Event) -> list[dict[str, Any]]:
    found = Media.objects.filter(event=event).order_by("captured", "pk")[:MOST_PICTURES]
    return [
        {"media": one, "thumb": url_of(one), "preview": url_of(one, "preview"), "number": number}
        for number, one in enumerate(found, 1)
    ]


def _boxes(standing: Any, pictures: list[dict[str, Any]]) -> dict[int, list[str]]:
    """The boxes on each picture, as left, top, width and height in shares."""
    found: dict[int, list[str]] = {one["media"].pk: [] for one in pictures}
    for one in standing:
        if one.media_id in found and one.box_left is not None:
            box = (one.box_left, one.box_top, one.box_width, one.box_height)
            found[one.media_id].append(",".join(f"{side or 0:.4f}" for side in box))
    for picture in pictures:
        picture["boxes"] = " ".join(found[picture["media"].pk])
    return found


def _strongest(standing: Any) -> Observation | None:
    suggested = [one for one in standing if one.status == Observation.Status.SUGGESTED]
    return max(
        suggested, key=lambda one: (one.type != Observation.Type.BLANK, one.probability or 0), default=None
    )


def _initial(event: Event) -> tuple[dict[str, Any], ...]:
    """A label that is accepted already, to be corrected."""
    standing = Observation.objects.filter(
        event=event, ended=None, status=Observation.Status.ACCEPTED, level=Observation.Level.EVENT
    )
    names = ("type", "count", "sex", "life_stage", "behaviour", "comments")
    return tuple(
        {name: getattr(one, name) for name in names}
        | {"species": one.scientific_name or labels.guess_of(one)}
        for one in standing.exclude(type=Observation.Type.UNCLASSIFIED).order_by("pk")
    )


def _ahead(row: CameraProject, event: Event, queue: Queue, request: HttpRequest) -> list[str]:
    """Addresses of the pictures that will be asked for next."""
    person = person_of(request)
    following = queues.page(queue, row, person, event, AHEAD)
    if not people.may_see_people(person, row):
        closed = people.with_people(following)
        following = [one for one in following if one.pk not in closed]
    found = Media.objects.filter(event__in=following).order_by("event", "captured", "pk")[:AHEAD_PICTURES]
    return [address for one in found if (address := url_of(one, "preview"))]


def _last(row: CameraProject, request: HttpRequest) -> Act | None:
    return labels.last_act(row, person_of(request))


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
