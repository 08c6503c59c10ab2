"""Queues: what waits for whom, in an order that can be walked; progress and agreement."""

from __future__ import annotations

from typing import Any

import pytest
from tests.portal.review.conftest import BEAR, TIGER, events_of, label, suggest

from amur.portal.review import labels, progress, queues, suggestions
from amur.science.agreement import cohen_kappa, fleiss_kappa

pytestmark = pytest.mark.django_db


def walked(name: str, project: Any, person: Any) -> list[str]:
    """The codes of a queue, one after the other as the pages go."""
    queue, found, after = queues.queue_named(name), [], None
    assert queue is not None
    while page := queues.page(queue, project, person, after, 1):
        after = page[0]
        found.append(after.code)
    return found


def test_a_queue_is_walked_once_and_begins_anew(survey: Any, cast: Any) -> None:
    project = survey(sequences=3)
    events = events_of(project)
    queue = queues.queue_named("unreviewed")
    assert queue is not None
    assert walked("unreviewed", project, cast.ranger) == ["E000", "E001", "E002"]
    assert queues.next_of(queue, project, cast.ranger, events[2]) == events[0]
    label(events[0], cast.ranger, TIGER)
    assert queues.next_of(queue, project, cast.ranger, events[0]) == events[1]
    for event in events[1:]:
        label(event, cast.ranger, "blank")
    assert queues.next_of(queue, project, cast.ranger, events[2]) is None


def test_the_last_one_left_does_not_follow_itself(survey: Any, cast: Any) -> None:
    project = survey(sequences=1)
    queue = queues.queue_named("unreviewed")
    assert queue is not None
    assert queues.next_of(queue, project, cast.ranger, events_of(project)[0]) is None


def test_machines_sort_what_waits_by_their_score(survey: Any, cast: Any) -> None:
    project = survey(sequences=6)
    events = events_of(project)
    for event, (kind, score) in zip(
        events,
        [("unknown", 0.5), ("blank", None), ("unknown", 0.9), ("unknown", 0.1), ("animal", 0.5)],
        strict=False,
    ):
        suggest(event, kind, score)
    assert walked("something", project, cast.ranger) == ["E002", "E004", "E000"]
    assert walked("blank", project, cast.ranger) == ["E001", "E003"]
    suggestions.set_threshold(project, 0.05)
    assert walked("something", project, cast.ranger) == ["E002", "E004", "E000", "E003"]
    label(events[2], cast.ranger, TIGER)
    assert "E002" not in walked("something", project, cast.ranger)


@pytest.mark.parametrize("wrong", [0, -1, 1.5, float("nan")])
def test_a_threshold_lies_between_nought_and_one(survey: Any, wrong: float) -> None:
    with pytest.raises(ValueError, match="is no threshold"):
        suggestions.set_threshold(survey(), wrong)


def test_a_second_opinion_is_asked_of_others_alone(survey: Any, cast: Any, second: Any) -> None:
    project = survey(sequences=2, opinions_needed=2)
    label(events_of(project)[0], cast.ranger, TIGER)
    assert walked("opinion", project, cast.ranger) == []
    assert walked("opinion", project, second) == ["E000"]


def test_conflicts_and_uncertain_ones_have_their_queues(survey: Any, cast: Any, second: Any) -> None:
    project = survey(sequences=3, opinions_needed=2)
    events = events_of(project)
    for person, name in ((cast.ranger, TIGER), (second, BEAR)):
        label(events[0], person, name)
        labels.label(events[1], [labels.Label("unknown")], person, seen="")
    assert walked("conflict", project, cast.data_manager) == ["E000"]
    assert walked("uncertain", project, cast.ranger) == ["E001"]
    assert progress.done(project) == (1, 3)
    assert {one.queue.name: one.count for one in progress.waiting(project, cast.ranger)} == {
        "unreviewed": 1, "something": 0, "blank": 0, "opinion": 0, "uncertain": 1, "conflict": 1,
        "no-flank": 0,
    }  # fmt: skip


def test_agreement_is_told_of_all_and_of_each_two(survey: Any, cast: Any, second: Any) -> None:
    project = survey(sequences=4, opinions_needed=2)
    said = [(TIGER, TIGER), (BEAR, BEAR), (TIGER, BEAR), ("blank", "blank")]
    for event, (one, other) in zip(events_of(project), said, strict=True):
        label(event, cast.ranger, one)
        label(event, second, other)
    found = progress.agreement(project)
    assert found.sequences == 4
    assert found.pairs[0][:3] == ("ranger", "second", 4)
    assert found.pairs[0][3] == pytest.approx(cohen_kappa(said))
    assert found.kappa == pytest.approx(fleiss_kappa(said))


def test_what_thresholds_would_do_is_told_once_there_is_enough_to_judge(survey: Any, cast: Any) -> None:
    fewest = suggestions.FEWEST_JUDGED
    project = survey(sequences=2 * fewest, burst=1)
    events = events_of(project)
    for number, event in enumerate(events):
        something = number % 2 == 0
        suggest(event, "unknown", 0.9 if something else 0.1)
        if number < 2 * fewest - 1:
            label(event, cast.ranger, TIGER if something else "blank")
    assert suggestions.judged(project) == ([], 2 * fewest - 1)
    label(events[-1], cast.ranger, "blank")
    table, judged = suggestions.judged(project)
    assert judged == 2 * fewest
    assert [(one.threshold, one.recall, one.false_alarms) for one in table] == [(0.1, 1, 1), (0.9, 1, 0)]


def test_another_room_may_add_a_queue(survey: Any, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from amur.portal.cameras.models import Event

    monkeypatch.setattr(queues, "_queues", dict(queues._queues))
    mine = queues.Queue("mine", "Mine", "", lambda project, person: Event.objects.filter(project=project))
    queues.register(mine)
    assert walked("mine", survey(sequences=2), cast.ranger) == ["E000", "E001"]
    with pytest.raises(ValueError, match="registered twice"):
        queues.register(queues.Queue("mine", "Other", "", mine.rows))
