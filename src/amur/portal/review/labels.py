"""The verbs of a review: labelling sequences, deciding between opinions, undoing.

One label is one act, of one sequence or of many. With `opinions_needed` above one a label is an opinion; the
opinion that completes the agreement makes the accepted statements, too. People agree when they name the same
types and species; of counts that differ the largest is accepted, sex, life stage and behaviour only where
they are the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from amur.portal.cameras import actions
from amur.portal.cameras.models import Act, CameraProject, Event, Observation
from amur.portal.offices.models import Person
from amur.portal.review.suggestions import follow_states

Type, Status, Level = Observation.Type, Observation.Status, Observation.Level
_PERHAPS = "perhaps:"


class Overtaken(Exception):
    """Somebody has accepted something else about the sequence since it was shown."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one line of a label says. `perhaps` is a guess at the species of what cannot be told for sure."""

    type: str
    scientific_name: str = ""
    count: int | None = None
    life_stage: str = ""
    sex: str = ""
    behaviour: str = ""
    perhaps: str = ""
    comments: str = ""

    @property
    def view(self) -> tuple[str, str]:
        """What people agree or disagree about."""
        return self.type, self.scientific_name


def seen_of(event: Event) -> str:
    """A word for what is accepted about a sequence; a label that was begun on another one is refused."""
    accepted = Observation.objects.filter(event=event, ended=None, status=Status.ACCEPTED)
    return "-".join(str(key) for key in accepted.order_by("pk").values_list("pk", flat=True))


def label(event: Event, labels: Sequence[Label], person: Person, *, seen: str, decides: bool = False) -> Act:
    """Say what a sequence shows. `decides` accepts it at once, whatever others think.

    Raises Overtaken, and ValueError for no label or the same view twice.
    """
    _check(labels)
    with transaction.atomic():
        event = _locked([event.pk])[0]
        if seen_of(event) != seen:
            raise Overtaken
        act = actions.begin(
            event.project, Act.Kind.REVIEW, person, {"event": str(event.uuid), "decides": decides}
        )
        _say(act, [event], labels, person, decides=decides)
        follow_states([event.pk])
    return act


def label_many(
    project: CameraProject, uuids: Iterable[UUID], labels: Sequence[Label], person: Person
) -> tuple[Act | None, int]:
    """Say the same of many sequences about which nothing is accepted; the act, and how many were left out."""
    _check(labels)
    wanted = set(uuids)
    with transaction.atomic():
        keys = list(Event.objects.filter(project=project, uuid__in=wanted).values_list("pk", flat=True))
        accepted = Observation.objects.filter(event__in=keys, ended=None, status=Status.ACCEPTED)
        answered = set(accepted.exclude(type=Type.UNCLASSIFIED).values_list("event", flat=True))
        events = _locked([key for key in keys if key not in answered])
        if not events:
            return None, len(wanted)
        act = actions.begin(project, Act.Kind.REVIEW, person, {"sequences": len(events)})
        _say(act, events, labels, person)
        follow_states([event.pk for event in events])
    return act, len(wanted) - len(events)


def last_act(project: CameraProject, person: Person) -> Act | None:
    """The person's last label that is not undone."""
    found = Act.objects.filter(project=project, person=person, kind=Act.Kind.REVIEW, undone_by=None)
    return found.order_by("-pk").first()


def opinions(event: Event) -> dict[Person, list[Observation]]:
    """What each person thinks of a sequence."""
    said: dict[Person, list[Observation]] = defaultdict(list)
    standing = Observation.objects.filter(event=event, ended=None, status=Status.OPINION)
    for one in standing.select_related("made__person").order_by("pk"):
        if one.made.person is not None:
            said[one.made.person].append(one)
    return dict(said)


def guess_of(one: Observation) -> str:
    """The species that somebody guessed without being sure."""
    return one.tags.removeprefix(_PERHAPS) if one.tags.startswith(_PERHAPS) else ""


def _say(
    act: Act, events: Sequence[Event], labels: Sequence[Label], person: Person, *, decides: bool = False
) -> None:
    """Say the same of sequences of one project, as an opinion where several people are needed."""
    if decides or act.project.opinions_needed <= 1:
        _accept(act, [(event, labels) for event in events], person)
        return
    own = Observation.objects.filter(event__in=events, ended=None, status=Status.OPINION, made__person=person)
    actions.end(act, own)
    actions.make(
        act, [_observation(event, one, person, Status.OPINION) for event in events for one in labels]
    )
    agreed = []
    for event in events:
        said = opinions(event)
        views = {frozenset((one.type, one.scientific_name) for one in lines) for lines in said.values()}
        if len(said) >= act.project.opinions_needed and len(views) == 1:
            agreed.append((event, _common(list(said.values()))))
    _accept(act, agreed, person)


def _accept(act: Act, answers: Sequence[tuple[Event, Sequence[Label]]], person: Person) -> None:
    """Make what is accepted; statements that say otherwise and answered suggestions end."""
    views = {event.pk: {one.view for one in labels} for event, labels in answers}
    standing = Observation.objects.filter(
        event__in=[event for event, _labels in answers],
        ended=None,
        status__in=(Status.ACCEPTED, Status.SUGGESTED),
    )
    ending = [
        one
        for one in standing
        if one.status == Status.SUGGESTED
        or one.level == Level.EVENT
        or (one.type, one.scientific_name) not in views[one.event_id or 0]
    ]
    actions.end(act, ending)
    actions.make(
        act,
        [_observation(event, one, person, Status.ACCEPTED) for event, labels in answers for one in labels],
    )


def _common(said: Sequence[Sequence[Observation]]) -> list[Label]:
    """One label from opinions that agree."""
    by_view: dict[tuple[str, str], list[Label]] = defaultdict(list)
    for lines in said:
        for one in lines:
            by_view[one.type, one.scientific_name].append(_label_of(one))
    found = []
    for (kind, name), several in by_view.items():
        first = several[0]
        counts = [one.count for one in several if one.count is not None]
        same = {
            field: getattr(first, field)
            if all(getattr(one, field) == getattr(first, field) for one in several)
            else ""
            for field in ("life_stage", "sex", "behaviour", "perhaps", "comments")
        }
        found.append(replace(first, type=kind, scientific_name=name, count=max(counts, default=None), **same))
    return found


def _label_of(one: Observation) -> Label:
    return Label(
        one.type, one.scientific_name, one.count, one.life_stage, one.sex, one.behaviour,
        perhaps=guess_of(one), comments=one.comments,
    )  # fmt: skip


def _observation(event: Event, one: Label, person: Person, status: str) -> Observation:
    return Observation(
        project=event.project,
        deployment_id=event.deployment_id,
        event=event,
        start=event.start,
        end=event.end,
        level=Level.EVENT,
        type=one.type,
        status=status,
        scientific_name=one.scientific_name,
        count=one.count,
        life_stage=one.life_stage,
        sex=one.sex,
        behaviour=one.behaviour,
        tags=f"{_PERHAPS}{one.perhaps}" if one.perhaps else "",
        comments=one.comments,
        method=Observation.Method.HUMAN,
        classified_by=person.get_username(),
        classified_at=timezone.now(),
    )


def _locked(keys: Sequence[int]) -> list[Event]:
    """The sequences, of which nobody else says anything until this transaction ends."""
    found = Event.objects.select_for_update(of=("self",)).select_related("project")
    return [
        one for first in range(0, len(keys), 500) for one in found.filter(pk__in=keys[first : first + 500])
    ]


def _check(labels: Sequence[Label]) -> None:
    if not labels:
        raise ValueError("a label says at least one thing")
    if len({one.view for one in labels}) < len(labels):
        raise ValueError("a label says the same twice")
