"""Machines that look first: the run goes on where it was, people's answers stand, networks are checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.portal.review.conftest import TIGER, events_of, give_pictures, label
from tiny_networks import channel_means, constant_network, written

from amur.formats.detectors.messages import WORDINGS
from amur.portal.cameras import actions
from amur.portal.cameras.models import Act, Observation
from amur.portal.review import wordings, work
from amur.portal.review.models import Network, Suggestion
from amur.portal.runs import actions as runs
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run

pytestmark = pytest.mark.django_db

BOXES = np.array([[[32, 32, 32, 16, 0.9, 1.0, 0, 0]]], np.float32)


def started(project: Any, person: Any, **given: Any) -> Any:
    run = runs.start(
        work.NAME, {"project": str(project.uuid), **given}, person, project.office, in_background=False
    )
    return work_on(run.uuid)


def uploads(beside: Path, **changed: Any) -> dict[str, Any]:
    manifest = written(beside, **changed)
    return {
        "manifest": SimpleUploadedFile(manifest.name, manifest.read_bytes()),
        "weights": SimpleUploadedFile(beside.name, beside.read_bytes()),
    }


def test_the_default_sorts_drawn_scenes_better_than_chance(survey: Any, cast: Any) -> None:
    project = survey(sequences=20, burst=3)
    truth = give_pictures(project)
    done = started(project, cast.data_manager)
    assert done.state == "done", done.problems
    assert done.result["sequences"] == done.result["judged"] == 20
    score = dict(Suggestion.objects.filter(project=project).values_list("event", "score"))
    with_animal = [score[key] for key, there in truth.items() if there]
    blank = [score[key] for key, there in truth.items() if not there]
    better = np.mean([one > other for one in with_animal for other in blank])
    assert better > 0.8
    one = Observation.objects.filter(project=project, type="unknown").first()
    assert one is not None
    assert (one.status, one.method, one.level, one.ended) == ("suggested", "machine", "media", None)


def test_answers_of_people_are_left_alone(survey: Any, cast: Any) -> None:
    project = survey(sequences=6)
    give_pictures(project)
    event = events_of(project)[2]
    label(event, cast.ranger, TIGER)
    started(project, cast.data_manager)
    assert Observation.objects.filter(event=event).count() == 1
    assert Suggestion.objects.filter(project=project).count() == 5


def test_a_run_that_was_ended_keeps_what_it_did_and_goes_on(survey: Any, cast: Any, monkeypatch: Any) -> None:
    from amur.portal.runs import live

    monkeypatch.setattr(work, "STEP", 2)
    project = survey(sequences=8)
    give_pictures(project)
    run = runs.start(
        work.NAME, {"project": str(project.uuid)}, cast.data_manager, project.office, in_background=False
    )

    def impatient(share: float, stage: str) -> None:
        if share >= 0.5:
            live.ask_cancel(run.uuid)

    assert work_on(run.uuid, impatient).state == "cancelled"
    assert Suggestion.objects.count() == 4
    done = started(project, cast.data_manager)
    assert done.result["sequences"] == 4
    assert Suggestion.objects.count() == 8
    assert Observation.objects.filter(ended=None).count() == 16


def test_the_same_run_started_again_says_nothing_twice(survey: Any, cast: Any) -> None:
    project = survey(sequences=4)
    give_pictures(project)
    run = started(project, cast.data_manager, again=True)
    Run.objects.filter(pk=run.pk).update(state="queued")
    assert work_on(run.uuid).state == "done"
    assert Act.objects.filter(kind="detection").count() == 1
    assert Observation.objects.count() == 8


def test_looking_again_ends_what_was_suggested_before_and_undoing_brings_it_back(
    survey: Any, cast: Any
) -> None:
    project = survey(sequences=4)
    give_pictures(project)
    started(project, cast.data_manager)
    assert started(project, cast.data_manager).result["sequences"] == 0
    before = sorted(Suggestion.objects.values_list("event", "score"))
    started(project, cast.data_manager, again=True)
    assert Observation.objects.filter(ended=None).count() == 8
    second = Act.objects.filter(kind="detection").order_by("-pk")[0]
    assert second.made.count() == 8
    actions.undo(second, cast.data_manager)
    assert sorted(Suggestion.objects.values_list("event", "score")) == before
    assert Observation.objects.filter(ended=None).count() == 8


def test_undoing_the_first_run_leaves_no_suggestion(survey: Any, cast: Any) -> None:
    project = survey(sequences=4)
    give_pictures(project)
    started(project, cast.data_manager)
    actions.undo(Act.objects.get(kind="detection"), cast.data_manager)
    assert Suggestion.objects.count() == 0


def test_sequences_without_pictures_get_no_suggestion(survey: Any, cast: Any) -> None:
    done = started(survey(), cast.data_manager)
    assert (done.state, done.result["judged"], Suggestion.objects.count()) == ("done", 0, 0)


def test_a_ranger_lets_no_machine_look(survey: Any, cast: Any) -> None:
    done = started(survey(), cast.ranger)
    assert (done.state, done.problems[0]["code"]) == ("failed", "no-right")


def test_an_office_brings_a_detector_and_a_classifier(
    survey: Any, cast: Any, log_in: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    project = survey(sequences=2)
    give_pictures(project)
    client = log_in(cast.data_manager)
    office = {"office": cast.ours.pk}
    sent = uploads(constant_network(tmp_path / "boxes.onnx", BOXES), licence="AGPL-3.0")
    assert client.post("/en/review/networks/", office | sent).status_code == 302
    names = SimpleUploadedFile("labels.txt", f"{TIGER}\nUrsus arctos\nblank\n".encode())
    (tmp_path / "labels.txt").write_bytes(names.read())
    names.seek(0)
    about = {"task": "classifier", "output": "logits", "labels": "labels.txt"}
    sent = uploads(channel_means(tmp_path / "names.onnx", factor=200.0), name="Names 1", **about) | {
        "labels": names
    }
    assert client.post("/en/review/networks/", office | sent).status_code == 302
    page = client.get("/en/review/networks/").content.decode()
    assert "Tiny 1" in page and "AGPL-3.0" in page and "Names 1" in page
    detector, classifier = Network.objects.get(task="detector"), Network.objects.get(task="classifier")
    given = {"detector": str(detector.uuid), "classifier": str(classifier.uuid)}
    started_page = client.post(f"/en/review/{project.uuid}/machines/", given)
    run = Run.objects.get()
    assert started_page.headers["Location"] == f"/en/office/runs/{run.uuid}/"
    assert work_on(run.uuid).state == "done"
    said = list(Observation.objects.filter(ended=None))
    assert len(said) == 4
    assert {(one.type, one.classified_by) for one in said} == {("animal", "Tiny 1 + Names 1")}
    assert all(one.probability == pytest.approx(0.9) and one.box_width == pytest.approx(0.5) for one in said)
    shown = client.get(f"/en/review/{project.uuid}/machines/").content.decode()
    assert "2 of 2 sequences" in shown and "Tiny 1 + Names 1" in shown
    assert client.post(f"/en/review/networks/{detector.uuid}/delete").status_code == 302
    assert not Network.objects.filter(pk=detector.pk).exists()
    gone = started(project, cast.data_manager, again=True)
    assert gone.state == "done"


def test_networks_of_another_office_are_not_there(
    cast: Any, log_in: Any, tmp_path: Path, survey: Any
) -> None:
    weights = constant_network(tmp_path / "boxes.onnx", BOXES)
    theirs = log_in(cast.foreign_data_manager)
    assert theirs.post("/en/review/networks/", {"office": cast.ours.pk} | uploads(weights)).status_code == 422
    assert (
        theirs.post("/en/review/networks/", {"office": cast.theirs.pk} | uploads(weights)).status_code == 302
    )
    network = Network.objects.get()
    client = log_in(cast.data_manager)
    assert "Tiny 1" not in client.get("/en/review/networks/").content.decode()
    assert client.post(f"/en/review/networks/{network.uuid}/delete").status_code == 404
    project = survey()
    with pytest.raises(ValueError, match="not one of this office"):
        started(project, cast.data_manager, detector=str(network.uuid))
    assert (
        client.post(f"/en/review/{project.uuid}/machines/", {"detector": str(network.uuid)}).status_code
        == 422
    )


def test_a_network_that_is_wrong_leaves_nothing_behind(cast: Any, log_in: Any, tmp_path: Path) -> None:
    from amur.portal.review.networks import folder

    client = log_in(cast.data_manager)
    weights = constant_network(tmp_path / "boxes.onnx", BOXES)
    for changed, words in (
        ({"licence": ""}, "licence is not there"),
        ({"sha256": "0" * 64}, "The SHA-256 of the weights is"),
        ({"output": "yolov10"}, "which is not what “yolov10” gives"),
        ({"weights": "../boxes.onnx"}, "is no file beside the manifest"),
    ):
        answer = client.post("/en/review/networks/", {"office": cast.ours.pk} | uploads(weights, **changed))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    before = set(folder().iterdir())
    assert client.post("/en/review/networks/", {"office": cast.ours.pk} | uploads(weights)).status_code == 302
    again = client.post("/en/review/networks/", {"office": cast.ours.pk} | uploads(weights))
    assert again.status_code == 409 and "has these weights already" in again.content.decode()
    assert len(set(folder().iterdir()) - before) == 1


def test_a_threshold_is_chosen_on_the_page(survey: Any, cast: Any, log_in: Any) -> None:
    from amur.portal.review.suggestions import threshold_of

    project = survey()
    client = log_in(cast.data_manager)
    address = f"/en/review/{project.uuid}/threshold"
    assert client.post(address, {"threshold": "0.35"}).status_code == 302
    assert threshold_of(project) == 0.35
    assert client.post(address, {"threshold": "7"}).status_code == 422
    assert "57 % of 151 real pictures" in client.get(f"/en/review/{project.uuid}/machines/").content.decode()


def test_every_sentence_about_a_network_can_be_translated() -> None:
    assert set(wordings.OF_NETWORKS) == set(WORDINGS)
    for code, (text, expected) in wordings.OF_NETWORKS.items():
        assert (str(text), str(expected)) == (WORDINGS[code].text, WORDINGS[code].expected)
