"""Labels, opinions, decisions and undoing: what is accepted, and that nothing said is ever lost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.portal.review.conftest import BEAR, TIGER, events_of, label, state, suggest

from amur.portal.cameras import actions
from amur.portal.cameras.models import Act, Observation
from amur.portal.review import labels
from amur.portal.review.models import Suggestion

pytestmark = pytest.mark.django_db


def accepted(event: Any) -> list[tuple[str, str]]:
    rows = Observation.objects.filter(event=event, ended=None, status="accepted").order_by("pk")
    return [(one.type, one.scientific_name) for one in rows]


def test_a_label_of_one_person_is_accepted_where_one_is_enough(survey: Any, cast: Any) -> None:
    event = events_of(survey())[0]
    act = label(event, cast.ranger, TIGER, count=2, sex="female")
    one = Observation.objects.get(event=event)
    assert (one.scientific_name, one.count, one.sex, one.level) == (TIGER, 2, "female", "event")
    assert (one.method, one.classified_by, one.made, one.status) == ("human", "ranger", act, "accepted")
    assert state(event) == "reviewed"


def test_several_species_on_one_sequence_are_one_label(survey: Any, cast: Any) -> None:
    event = events_of(survey())[0]
    label(event, cast.ranger, TIGER, BEAR)
    assert accepted(event) == [("animal", TIGER), ("animal", BEAR)]


def test_a_new_label_ends_the_old_one_and_keeps_it(survey: Any, cast: Any) -> None:
    event = events_of(survey())[0]
    label(event, cast.ranger, TIGER)
    act = label(event, cast.ranger, BEAR)
    assert accepted(event) == [("animal", BEAR)]
    assert Observation.objects.get(event=event, scientific_name=TIGER).ended == act


def test_statements_about_single_pictures_stay_where_the_label_agrees(survey: Any, cast: Any) -> None:
    event = events_of(survey())[0]
    act = actions.begin(event.project, Act.Kind.IMPORT, None)
    common = {"deployment": event.deployment, "event": event, "start": event.start, "end": event.end}
    actions.make(
        act,
        [
            Observation(
                **common, level="media", media=event.media.first(), type="animal", scientific_name=name
            )
            for name in (TIGER, BEAR)
        ],
    )
    label(event, cast.ranger, TIGER)
    standing = Observation.objects.filter(event=event, ended=None)
    assert sorted((one.level, one.scientific_name) for one in standing) == [
        ("event", TIGER),
        ("media", TIGER),
    ]


def test_undoing_a_label_brings_back_what_it_ended(survey: Any, cast: Any) -> None:
    event = events_of(survey())[0]
    suggest(event, "unknown", 0.7)
    act = label(event, cast.ranger, TIGER)
    assert not Suggestion.objects.get(event=event).waits
    actions.undo(act, cast.ranger)
    assert accepted(event) == []
    assert state(event) == "unreviewed"
    again = Suggestion.objects.get(event=event)
    assert again.waits and again.score == 0.7
    assert Observation.objects.filter(event=event, ended=None, status="suggested").count() == 1


def test_who_is_uncertain_says_a_guess_and_no_species(survey: Any, cast: Any) -> None:
    event = events_of(survey())[0]
    labels.label(event, [labels.Label("unknown", perhaps=TIGER)], cast.ranger, seen="")
    one = Observation.objects.get(event=event)
    assert (one.type, one.scientific_name, labels.guess_of(one)) == ("unknown", "", TIGER)
    assert state(event) == "uncertain"


def test_a_label_begun_before_another_was_accepted_is_refused(survey: Any, cast: Any, second: Any) -> None:
    event = events_of(survey())[0]
    seen = labels.seen_of(event)
    label(event, second, BEAR)
    with pytest.raises(labels.Overtaken):
        labels.label(event, [labels.Label("animal", TIGER)], cast.ranger, seen=seen)
    assert accepted(event) == [("animal", BEAR)]
    assert Act.objects.filter(person=cast.ranger).count() == 0


@pytest.mark.parametrize("wrong", [[], [labels.Label("blank"), labels.Label("blank")]])
def test_an_empty_or_doubled_label_is_refused(survey: Any, cast: Any, wrong: Any) -> None:
    with pytest.raises(ValueError, match="a label says"):
        labels.label(events_of(survey())[0], wrong, cast.ranger, seen="")
    assert Act.objects.count() == 0


def test_two_who_agree_make_it_accepted(survey: Any, cast: Any, second: Any) -> None:
    event = events_of(survey(opinions_needed=2))[0]
    label(event, cast.ranger, TIGER, count=1, sex="female")
    assert (accepted(event), state(event)) == ([], "opinion")
    act = label(event, second, TIGER, count=3)
    assert (accepted(event), state(event)) == ([("animal", TIGER)], "reviewed")
    one = Observation.objects.get(event=event, status="accepted")
    assert (one.count, one.sex, one.made) == (
        3,
        "",
        act,
    )  # the largest count; a sex only one has seen is unknown
    assert len(labels.opinions(event)) == 2


def test_the_same_person_twice_is_one_opinion(survey: Any, cast: Any) -> None:
    event = events_of(survey(opinions_needed=2))[0]
    label(event, cast.ranger, BEAR)
    label(event, cast.ranger, TIGER)
    assert (accepted(event), state(event)) == ([], "opinion")
    assert [one.scientific_name for one in labels.opinions(event)[cast.ranger]] == [TIGER]


def test_two_who_disagree_make_a_conflict_and_a_chief_decides(survey: Any, cast: Any, second: Any) -> None:
    event = events_of(survey(opinions_needed=2))[0]
    label(event, cast.ranger, TIGER)
    label(event, second, BEAR)
    assert (accepted(event), state(event)) == ([], "conflict")
    labels.label(event, [labels.Label("animal", TIGER)], cast.data_manager, seen="", decides=True)
    assert (accepted(event), state(event)) == ([("animal", TIGER)], "reviewed")
    assert len(labels.opinions(event)) == 2


def test_whoever_changes_an_opinion_ends_the_conflict(survey: Any, cast: Any, second: Any) -> None:
    event = events_of(survey(opinions_needed=2))[0]
    label(event, cast.ranger, TIGER)
    label(event, second, BEAR)
    label(event, second, TIGER)
    assert state(event) == "reviewed"


def test_undoing_the_opinion_that_completed_the_agreement_takes_back_what_was_accepted(
    survey: Any, cast: Any, second: Any
) -> None:
    event = events_of(survey(opinions_needed=2))[0]
    label(event, cast.ranger, TIGER)
    act = label(event, second, TIGER)
    actions.undo(act, second)
    assert (accepted(event), state(event)) == ([], "opinion")
    assert list(labels.opinions(event)) == [cast.ranger]


def test_many_sequences_get_one_label_in_one_act(survey: Any, cast: Any) -> None:
    project = survey(sequences=5)
    events = events_of(project)
    label(events[0], cast.ranger, TIGER)
    act, left_out = labels.label_many(
        project, [event.uuid for event in events[:4]], [labels.Label("blank")], cast.ranger
    )
    assert left_out == 1
    assert [state(event) for event in events] == ["reviewed"] * 4 + ["unreviewed"]
    assert accepted(events[0]) == [("animal", TIGER)]
    assert act is not None and act.made.count() == 3
    actions.undo(act, cast.ranger)
    assert [state(event) for event in events] == ["reviewed"] + ["unreviewed"] * 4


def test_sequences_of_another_project_are_left_out(survey: Any, cast: Any) -> None:
    one, other = survey(), survey(key="khanka")
    foreign = events_of(other)[0]
    act, left_out = labels.label_many(one, [foreign.uuid], [labels.Label("blank")], cast.ranger)
    assert (act, left_out) == (None, 1)
    assert state(foreign) == "unreviewed"
