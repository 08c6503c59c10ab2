"""Statements about pictures are made, ended and made anew, and never overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.portal.cameras.rows import project_of, statement

if TYPE_CHECKING:
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def state(project: object) -> str:
    from amur.portal.cameras.models import Event

    return Event.objects.get(project=project).state


def said(project: object) -> list[tuple[str, str]]:
    """What stands: code and species."""
    from amur.portal.cameras.models import Observation

    rows = Observation.objects.filter(project=project, ended=None).order_by("code")
    return [(one.code, one.scientific_name) for one in rows]


def test_a_statement_stands_until_an_act_ends_it_and_is_still_there_afterwards(cast: Cast) -> None:
    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Observation

    project = project_of(cast.ours)
    first = actions.begin(project, "review", None)
    (one,) = actions.make(first, [statement(project, code="o1")])
    second = actions.begin(project, "review", None)

    assert actions.end(second, [one]) == 1
    assert actions.end(second, [one]) == 0
    actions.make(second, [statement(project, code="o1", scientific_name="Panthera pardus")])

    assert said(project) == [("o1", "Panthera pardus")]
    old = Observation.objects.get(pk=one.pk)
    assert (old.scientific_name, old.made, old.ended) == ("Panthera tigris", first, second)


def test_undoing_brings_back_what_the_act_ended_and_undoing_that_takes_it_away_again(cast: Cast) -> None:
    from amur.portal.cameras import actions

    project = project_of(cast.ours)
    first = actions.begin(project, "import", None)
    made = actions.make(first, [statement(project, code="o1")])
    second = actions.begin(project, "review", None)
    actions.end(second, made)
    actions.make(second, [statement(project, code="o2", type="blank", scientific_name="")])

    undoing = actions.undo(second, None)
    assert said(project) == [("o1", "Panthera tigris")]
    actions.undo(undoing, None)
    assert said(project) == [("o2", "")]


def test_an_act_is_undone_through_what_was_made_anew_in_the_place_of_its_statements(cast: Cast) -> None:
    from amur.portal.cameras import actions

    project = project_of(cast.ours)
    first = actions.begin(project, "import", None)
    made = actions.make(first, [statement(project, code="o1")])
    second = actions.begin(project, "review", None)
    actions.end(second, made)
    actions.undo(second, None)

    actions.undo(first, None)

    assert said(project) == []


def test_an_act_on_which_a_later_one_stands_is_not_undone(cast: Cast) -> None:
    from amur.portal.cameras import actions

    project = project_of(cast.ours)
    first = actions.begin(project, "import", None)
    made = actions.make(first, [statement(project, code="o1"), statement(project, code="o2")])
    later = actions.begin(project, "review", None)
    actions.end(later, made[:1])

    with pytest.raises(actions.CannotUndo) as refused:
        actions.undo(first, None)

    assert refused.value.later == later
    assert said(project) == [("o2", "Panthera tigris")]


def test_an_act_is_undone_once(cast: Cast) -> None:
    from amur.portal.cameras import actions

    project = project_of(cast.ours)
    act = actions.begin(project, "review", None)
    actions.undo(act, None)

    with pytest.raises(actions.CannotUndo):
        actions.undo(act, None)


def test_statements_of_another_project_are_refused_and_none_is_stored(cast: Cast) -> None:
    from amur.portal.cameras import actions

    project, other = project_of(cast.ours), project_of(cast.ours, "other")
    act = actions.begin(project, "review", None)
    wrong = statement(other)
    wrong.project = other

    with pytest.raises(ValueError, match="own project"):
        actions.make(act, [statement(project), wrong])

    assert said(project) == []


def test_the_state_of_a_sequence_follows_what_is_said_about_it(cast: Cast) -> None:
    from amur.portal.cameras import actions

    project = project_of(cast.ours)

    def add(**given: object) -> object:
        act = actions.begin(project, "review", given.pop("person", None))  # type: ignore[arg-type]
        actions.make(act, [statement(project, **given)])
        return act

    add(status="suggested", method="machine")
    assert state(project) == "unreviewed"
    add(status="opinion", person=cast.data_manager)
    assert state(project) == "opinion"
    differing = add(status="opinion", person=cast.ranger, scientific_name="Panthera pardus")
    assert state(project) == "conflict"
    actions.undo(differing, None)  # type: ignore[arg-type]
    assert state(project) == "opinion"
    add(status="accepted")
    assert state(project) == "reviewed"
    add(status="accepted", type="unknown", scientific_name="")
    assert state(project) == "uncertain"
