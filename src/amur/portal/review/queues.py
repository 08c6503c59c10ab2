"""The queues: which sequences wait for whom, in which order, and the next one after another.

A queue is walked by its own key, so that the next sequence is one look into an index however many there are.
Other rooms add queues of theirs with `register`, such as cats without a flank.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.portal.cameras.models import CameraProject, Event, Observation
from amur.portal.offices.models import Person
from amur.portal.review.suggestions import threshold_of

OPEN: Final = (Event.State.UNREVIEWED, Event.State.OPINION, Event.State.CONFLICT)
Rows = Callable[[CameraProject, Person], "QuerySet[Event]"]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done with a sequence in the room that has added the queue: words, and where it begins.

    The address is posted to, from the page of the sequence.
    """

    label: str | Promise
    address: Callable[[Event], str]


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: `rows` are its sequences for a person, in the order of `keys`.

    The last key is that of the sequence, so that no two have the same place.
    """

    name: str
    label: str | Promise
    what: str | Promise
    rows: Rows
    keys: tuple[str, ...] = ("pk",)
    by_chief: bool = False
    task: Task | None = None


_queues: dict[str, Queue] = {}


def register(queue: Queue) -> None:
    """Make a queue known. Raises ValueError when its name is taken by another one."""
    if _queues.get(queue.name, queue) is not queue:
        raise ValueError(f"the queue {queue.name!r} is registered twice")
    _queues[queue.name] = queue


def all_queues() -> list[Queue]:
    """Every queue, in the order of their registration."""
    return list(_queues.values())


def queue_named(name: str) -> Queue | None:
    """The queue of that name."""
    return _queues.get(name)


def page(
    queue: Queue, project: CameraProject, person: Person, after: Event | None, count: int
) -> list[Event]:
    """The next sequences of a queue after one that is or was in it; from its beginning without one."""
    rows = queue.rows(project, person).select_related("deployment__station").order_by(*queue.keys)
    if after is None:
        return list(rows[:count])
    first, last = queue.keys[0], queue.keys[-1]
    if first == last:
        return list(rows.filter(pk__gt=after.pk)[:count])
    field, further = first.removeprefix("-"), "lt" if first.startswith("-") else "gt"
    here = Event.objects.filter(pk=after.pk).values_list(field, flat=True).first()
    if here is None:
        return list(rows[:count])
    # Two questions, each of which begins in the middle of an index; thousands may have the same score.
    later = "lt" if last.startswith("-") else "gt"
    same = list(rows.filter(**{field: here, f"{last.removeprefix('-')}__{later}": after.pk})[:count])
    return same + list(rows.filter(**{f"{field}__{further}": here})[: count - len(same)])


def next_of(queue: Queue, project: CameraProject, person: Person, after: Event | None) -> Event | None:
    """The next sequence of a queue; after its last one the first again, but never `after` itself."""
    found = page(queue, project, person, after, 1)
    if not found and after is not None:
        found = [one for one in page(queue, project, person, None, 2) if one != after][:1]
    return found[0] if found else None


def _in_state(*states: Event.State) -> Rows:
    def rows(project: CameraProject, person: Person) -> "QuerySet[Event]":
        return Event.objects.filter(project=project, state__in=states)

    return rows


def _not_said_by(rows: "QuerySet[Event]", person: Person) -> "QuerySet[Event]":
    """Without those about which the person has an opinion already."""
    mine = Observation.objects.filter(
        event=OuterRef("pk"), ended=None, status=Observation.Status.OPINION, made__person=person
    )
    return rows.exclude(Exists(mine))


def _second_opinion(project: CameraProject, person: Person) -> "QuerySet[Event]":
    return _not_said_by(Event.objects.filter(project=project, state=Event.State.OPINION), person)


def _suggested(something: bool) -> Rows:
    """Sequences that wait and on which a machine sees something, or nothing."""

    def rows(project: CameraProject, person: Person) -> "QuerySet[Event]":
        threshold = threshold_of(project)
        score = {"suggestion__score__gte" if something else "suggestion__score__lt": threshold}
        waiting = Event.objects.filter(suggestion__project=project, suggestion__waits=True, **score)
        found = waiting.filter(state__in=OPEN)
        return found if project.opinions_needed == 1 else _not_said_by(found, person)

    return rows


BUILT_IN: Final = (
    Queue(
        "unreviewed",
        _("Not looked at"),
        _("Nobody has said anything about these sequences yet."),
        _in_state(Event.State.UNREVIEWED),
    ),
    Queue(
        "something",
        _("A machine sees something"),
        _("Those of which it is surest come first."),
        _suggested(True),
        ("-suggestion__score", "-suggestion__event"),
    ),
    Queue(
        "blank",
        _("A machine sees nothing"),
        _("The emptiest come first. Look through them in the grid and label many at once."),
        _suggested(False),
        ("suggestion__score", "suggestion__event"),
    ),
    Queue(
        "opinion",
        _("Another opinion is needed"),
        _("Somebody has labelled these; what they said is shown after you have."),
        _second_opinion,
    ),
    Queue(
        "uncertain",
        _("Uncertain"),
        _("People could not tell what these show; perhaps you can."),
        _in_state(Event.State.UNCERTAIN),
    ),
    Queue(
        "conflict",
        _("People disagree"),
        _("Whoever is responsible for the data decides."),
        _in_state(Event.State.CONFLICT),
        by_chief=True,
    ),
)
for _one in BUILT_IN:
    register(_one)
