"""How far the review of a project is, and how well its people agree."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.db.models import Count

from amur.portal.cameras.models import CameraProject, Event, Observation
from amur.portal.offices.models import Person
from amur.portal.review.queues import Queue, all_queues
from amur.science.agreement import cohen_kappa, fleiss_kappa

MOST_COMPARED: Final = 50_000  # opinions, the newest ones

View = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue and how many sequences wait in it."""

    queue: Queue
    count: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Fleiss' kappa of all people, Cohen's of each two, None where undefined; of how many sequences."""

    sequences: int
    kappa: float | None
    pairs: tuple[tuple[str, str, int, float | None], ...]


def waiting(project: CameraProject, person: Person) -> list[Waiting]:
    """Every queue with its count."""
    return [Waiting(queue, queue.rows(project, person).count()) for queue in all_queues()]


def done(project: CameraProject) -> tuple[int, int]:
    """How many sequences are answered, uncertain ones among them, and how many there are."""
    rows = Event.objects.filter(project=project).order_by().values_list("state").annotate(Count("pk"))
    counts: dict[str, int] = dict(rows)
    answered = counts.get(Event.State.REVIEWED, 0) + counts.get(Event.State.UNCERTAIN, 0)
    return answered, sum(counts.values())


def agreement(project: CameraProject) -> Agreement:
    """How well people agree on the sequences of which several have an opinion, by type and species."""
    said = Observation.objects.filter(project=project, ended=None, status=Observation.Status.OPINION)
    views: dict[int, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    rows = said.order_by("-pk").values_list("event", "made__person__username", "type", "scientific_name")
    for event, who, kind, name in rows[:MOST_COMPARED]:
        views[event][who].add((kind, name))
    several = [
        {who: frozenset(view) for who, view in by_person.items()}
        for by_person in views.values()
        if len(by_person) > 1
    ]
    pairs: dict[tuple[str, str], list[tuple[View, View]]] = defaultdict(list)
    for by_person in several:
        people = sorted(by_person)
        for k, one in enumerate(people):
            for other in people[k + 1 :]:
                pairs[one, other].append((by_person[one], by_person[other]))
    return Agreement(
        len(several),
        fleiss_kappa([list(by_person.values()) for by_person in several]),
        tuple((one, other, len(rated), cohen_kappa(rated)) for (one, other), rated in sorted(pairs.items())),
    )
