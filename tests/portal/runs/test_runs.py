"""Long work: claimed once, cancelled cleanly, seen as lost, started again once, shown to its office only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from amur.portal.offices.policies import Subject
from amur.portal.runs import actions, kinds, live
from amur.portal.runs.execution import work_on
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run, RunState
from amur.portal.runs.worker import work_through

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_data_folder(settings: Any, tmp_path: Path) -> None:
    settings.AMUR_DATA = tmp_path


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    calls: list[bool] = []
    monkeypatch.setattr(actions, "wake", lambda: calls.append(True))
    return calls


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Registers a kind of work for one test."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))

    def make(work: Any, name: str = "example", **more: Any) -> str:
        kinds.register(Kind(name, "An example", Subject.REGISTER, work, dict, **more))
        return name

    return make


def queued(cast: Any, name: str) -> Run:
    return actions.start(name, {"a": 1}, cast.data_manager, cast.ours)


def test_work_is_done_and_its_result_kept(cast, kind):
    run = work_on(queued(cast, kind(lambda task: Outcome({"sum": 2}))).uuid)
    assert (run.state, run.result, run.progress, run.attempt) == (RunState.DONE, {"sum": 2}, 1.0, 1)
    assert run.finished is not None and run.code_version


def test_a_run_is_done_once_even_when_asked_twice(cast, kind):
    done = []
    run = queued(cast, kind(lambda task: done.append(1) or Outcome({})))
    work_on(run.uuid)
    work_on(run.uuid)
    assert done == [1]


def test_a_run_that_another_process_holds_is_left_alone(cast, kind):
    run = queued(cast, kind(lambda task: Outcome({})))
    with live.held(run.uuid):
        assert work_on(run.uuid).state == RunState.QUEUED


def test_work_that_is_asked_to_end_ends_at_its_next_step_and_undoes_its_transaction(cast, kind):
    from django.db import transaction

    def work(task):
        with transaction.atomic():
            cast.ours.country = "MN"
            cast.ours.save()
            actions.ask_cancel(task.run)
            task.progress(0.5, "half")
        raise AssertionError("it went on")

    run = work_on(queued(cast, kind(work)).uuid)
    cast.ours.refresh_from_db()
    assert run.state == RunState.CANCELLED and cast.ours.country == "RU"
    assert not live.is_cancel_asked(run.uuid), "the wish does not outlive the run"


def test_a_waiting_run_is_cancelled_at_once(cast, kind):
    run = queued(cast, kind(lambda task: Outcome({})))
    actions.ask_cancel(run)
    assert work_on(run.uuid).state == RunState.CANCELLED


def test_ctrl_c_notes_the_run_as_cancelled_and_goes_on(cast, kind):
    def work(task):
        raise KeyboardInterrupt

    run = queued(cast, kind(work))
    with pytest.raises(KeyboardInterrupt):
        work_on(run.uuid)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_a_mistake_of_the_program_fails_the_run_without_telling_its_inside(cast, kind):
    def work(task):
        raise RuntimeError("secret path /srv")

    run = work_on(queued(cast, kind(work)).uuid)
    assert run.state == RunState.FAILED and run.problems == [{"code": "run-broken", "severity": "error"}]


def test_work_that_cannot_be_done_as_asked_says_why(cast, kind):
    def work(task):
        raise Refused([{"code": "why"}])

    run = work_on(queued(cast, kind(work)).uuid)
    assert run.state == RunState.FAILED and run.problems == [{"code": "why"}]


def test_a_run_whose_process_is_gone_waits_again_once_and_is_then_given_up(cast, kind):
    run = queued(cast, kind(lambda task: Outcome({})))
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, attempt=1)
    assert actions.give_up_lost() == 1
    run.refresh_from_db()
    assert run.state == RunState.QUEUED
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, attempt=2)
    actions.give_up_lost()
    run.refresh_from_db()
    assert run.state == RunState.LOST and run.problems[0]["code"] == "run-lost"


def test_work_that_must_not_be_repeated_is_given_up_at_once(cast, kind):
    run = queued(cast, kind(lambda task: Outcome({}), restartable=False))
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, attempt=1)
    actions.give_up_lost()
    run.refresh_from_db()
    assert run.state == RunState.LOST


def test_a_living_run_is_not_taken_for_lost_and_a_silent_one_is(cast, kind, monkeypatch):
    run = queued(cast, kind(lambda task: Outcome({})))
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, attempt=1)
    with live.held(run.uuid):
        live.beat(run.uuid, 0.5, "half")
        assert actions.give_up_lost() == 0
        monkeypatch.setattr(actions, "SILENT_S", -1.0)
        assert actions.give_up_lost() == 1


def test_a_process_that_wakes_after_it_was_given_up_overwrites_nothing(cast, kind):
    def work(task):
        Run.objects.filter(pk=task.run.pk).update(state=RunState.RUNNING, attempt=2)
        task.require_own()
        raise AssertionError("it went on")

    run = work_on(queued(cast, kind(work)).uuid)
    assert (run.state, run.attempt, run.result) == (RunState.RUNNING, 2, None)


def test_a_worker_does_all_that_waits_oldest_first_and_leaves_when_no_slot_is_free(cast, kind):
    order = []
    name = kind(lambda task: order.append(task.run.pk) or Outcome({}))
    runs = [queued(cast, name) for _number in range(3)]
    with live.slot(), live.slot():
        assert work_through() == 0
    assert work_through() == 3 and order == [run.pk for run in runs]


def test_unknown_kinds_and_wrong_parameters_are_refused(cast, kind):
    with pytest.raises(ValueError, match="there is no kind of run 'nothing'"):
        actions.start("nothing", {}, None, cast.ours)


def test_the_page_tells_how_far_it_is_and_an_unchanged_state_is_not_sent_again(cast, kind, log_in):
    run = queued(cast, kind(lambda task: Outcome({})))
    client = log_in(cast.data_manager)
    page = client.get(f"/en/office/runs/{run.uuid}/")
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    state = client.get(f"/en/office/runs/{run.uuid}/state.json")
    assert json.loads(state.content)["state"] == "queued"
    same = client.get(
        f"/en/office/runs/{run.uuid}/state.json", headers={"if-none-match": state.headers["ETag"]}
    )
    assert same.status_code == 304 and not same.content


def test_another_office_and_the_public_see_no_run(cast, kind, log_in):
    run = queued(cast, kind(lambda task: Outcome({})))
    address = f"/en/office/runs/{run.uuid}/"
    assert log_in(cast.foreign_data_manager).get(address).status_code == 404
    assert log_in(None).get(address).status_code == 302
    assert log_in(cast.ranger).post(f"{address}cancel").status_code == 404
    assert log_in(cast.data_manager).post(f"{address}cancel").status_code == 302
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_what_waits_too_long_wakes_a_process_when_somebody_looks(cast, kind, log_in, woken, monkeypatch):
    run = queued(cast, kind(lambda task: Outcome({})))
    woken.clear()
    monkeypatch.setattr(actions, "WAITING_S", -1.0)
    log_in(cast.data_manager).get(f"/en/office/runs/{run.uuid}/")
    assert woken
