"""Acts on observations: begun, made, ended, undone. Nothing that was said is ever overwritten or deleted.

Imports, reviews, detectors and identifications all go this way; `actions.py` gives the verbs to other rooms.
A statement stands while `ended` is null. Whoever answers a machine's suggestion ends it by the same act.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from amur.portal.cameras import releasing
from amur.portal.cameras.models import Act, CameraProject, Event, Observation
from amur.portal.offices.models import Person

BATCH: Final = 500
Also = Callable[[Act, Act], None]
_also: dict[str, list[Also]] = defaultdict(list)


class CannotUndo(Exception):
    """An act that is undone already, or on which later acts stand; `later` is one of those, if any."""

    def __init__(self, act: Act, later: Act | None) -> None:
        self.act, self.later = act, later
        super().__init__(f"act {act.uuid} cannot be undone")


def begin(
    project: CameraProject,
    kind: str,
    person: Person | None,
    about: Mapping[str, Any] | None = None,
    *,
    undoes: Act | None = None,
) -> Act:
    """Begin an act; `about` is JSON that tells what it was, such as the name of a detector."""
    return Act.objects.create(
        project=project, kind=Act.Kind(kind), person=person, about=dict(about or {}), undoes=undoes
    )


def make(act: Act, observations: Iterable[Observation]) -> list[Observation]:
    """Store new statements of an act; one without a code gets its own. The states of sequences follow.

    Raises ValueError for one that is stored already or belongs to another project; then none is stored.
    """
    made = list(observations)
    for one in made:
        if one.pk is not None or one.project_id not in (None, act.project_id):
            raise ValueError("an act makes new statements of its own project")
        one.project_id, one.made, one.ended = act.project_id, act, None
        one.code = one.code or str(one.uuid)
    with transaction.atomic():
        Observation.objects.bulk_create(made, batch_size=BATCH)
        follow_states(one.event_id for one in made)
        follow_names(act.project, {one.scientific_name for one in made})
    return made


def end(act: Act, observations: "QuerySet[Observation] | Iterable[Observation]") -> int:
    """End statements of the act's project that stand; how many. The states of sequences follow."""
    ended = 0
    events: set[int | None] = set()
    with transaction.atomic():
        for keys in _batches(_keys(observations)):
            standing = Observation.objects.filter(project_id=act.project_id, pk__in=keys, ended=None)
            events.update(standing.values_list("event_id", flat=True))
            ended += standing.update(ended=act)
        follow_states(events)
    return ended


def undo(act: Act, person: Person | None) -> Act:
    """End what an act made and make anew what it ended; gives the act that does so.

    Raises CannotUndo where it is undone already or a later act ended what it made, unless that is undone.
    """
    with transaction.atomic():
        act = Act.objects.select_for_update().select_related("project").get(pk=act.pk)
        if Act.objects.filter(undoes=act).exists():
            raise CannotUndo(act, None)
        standing = _standing_of(act)
        undoing = begin(act.project, Act.Kind.UNDO, person, {"of": act.kind}, undoes=act)
        end(undoing, standing)
        make(undoing, (_again(one) for one in act.ended.all()))
        for more in _also[act.kind]:
            more(act, undoing)
    return undoing


def also_undo(kind: str, more: Also) -> None:
    """Have `more(act, undoing)` called when an act of a kind is undone, in the same transaction."""
    if more not in _also[kind]:
        _also[kind].append(more)


def _standing_of(act: Act) -> list[Observation]:
    """What an act made, as it stands: itself, or what undoing a later act made anew in its place."""
    found: list[Observation] = []
    waiting = list(act.made.all())
    while waiting:
        found += [one for one in waiting if one.ended_id is None]
        codes: dict[int, set[str]] = defaultdict(set)
        for one in waiting:
            if one.ended_id is not None:
                codes[one.ended_id].add(one.code)
        waiting = []
        for later, undoing in _undoings(codes).items():
            if undoing is None:
                raise CannotUndo(act, Act.objects.get(pk=later))
            waiting += [one for one in undoing.made.all() if one.code in codes[later]]
    return found


def _undoings(keys: Iterable[int]) -> dict[int, Act | None]:
    undone: dict[int | None, Act] = {one.undoes_id: one for one in Act.objects.filter(undoes__in=list(keys))}
    return {key: undone.get(key) for key in keys}


def _again(one: Observation) -> Observation:
    """The same statement as a new row."""
    values = {
        field.attname: getattr(one, field.attname)
        for field in Observation._meta.concrete_fields
        if field.name not in ("id", "uuid", "made", "ended")
    }
    return Observation(**values)


def follow_states(events: Iterable[int | None]) -> None:
    """Set the states of sequences by the statements that stand about them."""
    for keys in _batches(sorted({key for key in events if key is not None})):
        said: dict[int, list[Observation]] = defaultdict(list)
        rows = Observation.objects.filter(event__in=keys, ended=None).select_related("made")
        for one in rows.only("event", "type", "status", "scientific_name", "made__person"):
            if one.event_id is not None:
                said[one.event_id].append(one)
        by_state: dict[str, list[int]] = defaultdict(list)
        for key in keys:
            by_state[state_of(said[key])].append(key)
        for state, some in by_state.items():
            Event.objects.filter(pk__in=some).exclude(state=state).update(state=state)


def follow_names(project: CameraProject, names: set[str]) -> None:
    """Judge a public project anew when something is named that it did not have: it may be stricter now."""
    if project.is_published and names - {"", *project.summary.get("taxa", [])}:
        project.summary = releasing.summary_of(project)
        project.save(update_fields=["summary"])


def state_of(standing: Iterable[Observation]) -> Event.State:
    """What the statements that stand make of a sequence.

    Accepted ones decide; without any, opinions of people wait or disagree; suggestions of machines and
    “not looked at” leave it as it was.
    """
    said = [one for one in standing if one.type != Observation.Type.UNCLASSIFIED]
    accepted = [one for one in said if one.status == Observation.Status.ACCEPTED]
    if accepted:
        unsure = any(one.type == Observation.Type.UNKNOWN for one in accepted)
        return Event.State.UNCERTAIN if unsure else Event.State.REVIEWED
    opinions: dict[int | None, set[tuple[str, str]]] = defaultdict(set)
    for one in said:
        if one.status == Observation.Status.OPINION:
            opinions[one.made.person_id].add((one.type, one.scientific_name))
    if not opinions:
        return Event.State.UNREVIEWED
    agree = all(views == next(iter(opinions.values())) for views in opinions.values())
    return Event.State.OPINION if agree else Event.State.CONFLICT


def _keys(observations: "QuerySet[Observation] | Iterable[Observation]") -> list[int]:
    if isinstance(observations, QuerySet):
        return list(observations.values_list("pk", flat=True))
    return [one.pk for one in observations]


def _batches(keys: list[int]) -> Iterable[list[int]]:
    return (keys[first : first + BATCH] for first in range(0, len(keys), BATCH))
