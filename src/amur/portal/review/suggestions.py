"""Suggestions of machines by sequence, kept in step with the statements; thresholds and what they would do.

Called by the detector run, by labelling and by undoing. Imports of packages and of a detector's results are
followed as soon as their act says what it did: see `follow_import`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import Q

from amur.portal.cameras.models import Act, CameraProject, Event, Observation
from amur.portal.review.models import Suggestion, Threshold
from amur.science.detection import Choice, choices

BATCH: Final = 500
DEFAULT_THRESHOLD: Final = 0.2
FEWEST_JUDGED: Final = 20
MOST_JUDGED: Final = 20_000
RECALLS: Final = (0.99, 0.95, 0.9, 0.8)


def summarise(events: Iterable[int]) -> None:
    """Make the summaries of sequences anew, by key, from the suggestions that stand.

    A sequence that people have answered keeps its last summary: by it thresholds are judged.
    """
    keys = sorted(set(events))
    for first in range(0, len(keys), BATCH):
        _summarise(keys[first : first + BATCH])


def _summarise(keys: Sequence[int]) -> None:
    said: dict[int, list[Observation]] = defaultdict(list)
    standing = Observation.objects.filter(event__in=keys, ended=None, status=Observation.Status.SUGGESTED)
    for one in standing.only("event", "type", "scientific_name", "probability"):
        if one.event_id is not None and one.type != Observation.Type.UNCLASSIFIED:
            said[one.event_id].append(one)
    states = dict(Event.objects.filter(pk__in=keys).values_list("pk", "state"))
    projects = dict(Event.objects.filter(pk__in=said).values_list("pk", "project"))
    made = [
        Suggestion(
            event_id=key,
            project_id=projects[key],
            type=strongest.type,
            scientific_name=strongest.scientific_name,
            score=score_of(strongest),
            waits=_waits(states[key]),
        )
        for key, several in said.items()
        for strongest in [max(several, key=score_of)]
    ]
    unanswered = [key for key in keys if key not in said and _waits(states.get(key, ""))]
    Suggestion.objects.filter(event__in=[*said, *unanswered]).delete()
    Suggestion.objects.bulk_create(made)
    follow_states(keys)


def follow_states(keys: Sequence[int]) -> None:
    """Note which of the sequences still wait for people."""
    waiting = {
        key for key, state in Event.objects.filter(pk__in=keys).values_list("pk", "state") if _waits(state)
    }
    Suggestion.objects.filter(event__in=waiting, waits=False).update(waits=True)
    Suggestion.objects.filter(event__in=set(keys) - waiting, waits=True).update(waits=False)


def follow_undo(act: Act, undoing: Act) -> None:
    """What an act of a review or a detector had changed, changes back."""
    touched = set(act.made.values_list("event", flat=True)) | set(
        undoing.made.values_list("event", flat=True)
    )
    summarise(key for key in touched if key is not None)


def follow_import(act: Act) -> None:
    """Make the summaries of sequences about which an import has brought, ended or answered suggestions."""
    touched: set[int | None] = set()
    for rows in (act.made.all(), act.ended.all()):
        told = rows.filter(Q(status=Observation.Status.SUGGESTED) | Q(event__suggestion__isnull=False))
        touched.update(told.order_by().values_list("event", flat=True))
    summarise(key for key in touched if key is not None)


def follow_undone_import(act: Act, undoing: Act) -> None:
    """The same when an import is undone: sequences that never had a suggestion are not looked at."""
    follow_import(undoing)


def score_of(one: Observation) -> float:
    """How sure a suggestion is that something is there."""
    certainty = one.probability if one.probability is not None else 1.0
    return 0.0 if one.type == Observation.Type.BLANK else certainty


def threshold_of(project: CameraProject) -> float:
    """The score from which a sequence counts as not blank."""
    chosen = Threshold.objects.filter(project=project).values_list("value", flat=True).first()
    return DEFAULT_THRESHOLD if chosen is None else chosen


def set_threshold(project: CameraProject, value: float) -> None:
    """Choose the threshold of a project. Raises ValueError outside of 0 to 1."""
    if not 0 < value <= 1:
        raise ValueError(f"{value} is no threshold, expected more than 0, at most 1")
    Threshold.objects.update_or_create(project=project, defaults={"value": value})


def judged(project: CameraProject) -> tuple[list[Choice], int]:
    """What each threshold would have done on the sequences that people have accepted, and how many these are.

    Empty while there are too few of them, blank ones or others. The newest are taken.
    """
    rows = list(
        Suggestion.objects.filter(project=project, waits=False, event__state=Event.State.REVIEWED)
        .order_by("-event")
        .values_list("event", "score")[:MOST_JUDGED]
    )
    with_something: set[int] = set()
    keys = [key for key, _score in rows]
    for first in range(0, len(keys), BATCH):
        with_something.update(
            key
            for key in Observation.objects.filter(
                event__in=keys[first : first + BATCH], ended=None, status=Observation.Status.ACCEPTED
            )
            .exclude(type=Observation.Type.BLANK)
            .values_list("event", flat=True)
            if key is not None
        )
    truth = [key in with_something for key in keys]
    if min(sum(truth), len(truth) - sum(truth)) < FEWEST_JUDGED:
        return [], len(rows)
    return choices([score for _key, score in rows], truth), len(rows)


def _waits(state: str) -> bool:
    return state in (Event.State.UNREVIEWED, Event.State.OPINION, Event.State.CONFLICT)
