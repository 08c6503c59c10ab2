"""The pages of camera projects: who sees them, what comes in and goes out through them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.portal.cameras.rows import START, project_of, statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from tests.conftest import Cast

DATA = Path(__file__).parents[4] / "shared" / "data" / "camtrapdp"
pytestmark = pytest.mark.django_db
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the example package is not there")

ROLES = ("data_manager", "ranger", "auditor", "editor", "translator", "foreign_data_manager", "public")
SEES = {"data_manager", "ranger", "auditor"}
CHANGES = {"data_manager", "ranger"}


@pytest.fixture(autouse=True)
def _alone(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder for each test, and no processes."""
    from amur.portal.runs import actions as runs

    settings.AMUR_DATA = tmp_path / "data"
    settings.AMUR_DATA.mkdir()
    monkeypatch.setattr(runs, "wake", lambda: None)


@pytest.fixture
def browsers(cast: Cast, log_in: Callable[[Any], Client]) -> Callable[[str], Client]:
    return lambda role: log_in(cast[role])


def address(name: str, **more: Any) -> str:
    from django.urls import reverse
    from django.utils import translation

    with translation.override("en"):
        return reverse(name, kwargs=more)


def work(run: Any) -> Any:
    from amur.portal.runs.execution import work_on

    return work_on(run.uuid)


def last_run() -> Any:
    from amur.portal.runs.models import Run

    return Run.objects.order_by("-pk").first()


def zipped(folder: Path) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in [*sorted(folder.glob("*.csv")), folder / "datapackage.json"]:
            archive.write(path, path.name)
    return SimpleUploadedFile("example.zip", out.getvalue())


def post_package(client: Client, upload: Any, **more: Any) -> Any:
    form = {
        "file": upload,
        "format": "camtrapdp",
        "title": "Bikin 2026",
        "time_zone": "Europe/Brussels",
        **more,
    }
    return client.post(address("cameras-import"), form)


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_project_are_for_those_who_see_raw_records(
    role: str, cast: Cast, browsers: Callable[[str], Client]
) -> None:
    from amur.portal.cameras.models import Media

    project = project_of(cast.ours)
    media = Media.objects.first()
    assert media is not None
    wanted = 200 if role in SEES else 404
    client = browsers(role)
    for name, uuid in (
        ("cameras-project", project.uuid),
        ("cameras-library", project.uuid),
        ("cameras-library-csv", project.uuid),
        ("cameras-deployment", media.deployment.uuid),
        ("cameras-media", media.uuid),
    ):
        answer = client.get(address(name, uuid=uuid))
        public = role == "public" and name != "cameras-project"
        assert answer.status_code == (302 if public else wanted), name
        if answer.status_code != 200:
            assert b"Bikin" not in answer.content


@pytest.mark.parametrize("role", ROLES)
def test_only_those_who_may_change_a_project_change_it(
    role: str, cast: Cast, browsers: Callable[[str], Client]
) -> None:
    from amur.portal.cameras import actions
    from amur.portal.cameras.models import CameraProject

    project = project_of(cast.ours)
    act = actions.begin(project, "import", None)
    client = browsers(role)
    denied = 302 if role == "public" else 404
    settings = {"time_zone": "Asia/Vladivostok", "event_gap_s": 60, "opinions_needed": 2}
    answers = [
        client.post(address("cameras-settings", uuid=project.uuid), settings),
        client.post(address("cameras-undo", uuid=project.uuid, act=act.uuid)),
        client.post(address("cameras-import-confirm", uuid=project.uuid)),
        client.post(address("cameras-release", uuid=project.uuid), {"published": "1"}),
    ]
    changed = CameraProject.objects.get()
    assert answers[2].status_code == denied
    if role in CHANGES:
        assert [one.status_code for one in answers[:2]] == [302, 302]
        assert changed.event_gap_s == 60
    else:
        assert [one.status_code for one in answers[:2]] == [denied, denied]
        assert changed.event_gap_s == 120
    assert changed.is_published == (role == "data_manager")


@pytest.mark.parametrize("role", ROLES)
def test_only_those_who_may_add_bring_packages(role: str, browsers: Callable[[str], Client]) -> None:
    answer = browsers(role).get(address("cameras-import"))
    may = role in CHANGES or role == "foreign_data_manager"  # for another office
    assert answer.status_code == (200 if may else 302 if role == "public" else 404)


@with_data
def test_a_package_comes_in_through_the_page_and_again_changes_nothing(
    browsers: Callable[[str], Client],
) -> None:
    from amur.portal.cameras.models import CameraProject, Observation

    client = browsers("data_manager")
    assert post_package(client, zipped(DATA / "example-1.0.2")).status_code == 302
    run = work(last_run())
    assert (run.state, run.result["counts"]["observations"]["new"]) == ("done", 549)
    page = client.get(address("cameras-import-outcome", uuid=run.uuid))
    assert b"All of it is in." in page.content

    project = CameraProject.objects.get()
    post_package(client, zipped(DATA / "example-1.0.2"), project=str(project.uuid))
    again = work(last_run())
    assert again.result["same"] is True
    assert Observation.objects.count() == 549
    own = client.get(address("cameras-project", uuid=project.uuid)).content.decode()
    assert "B_HS_val 2_processiepark" in own
    assert "32.3" in own  # days of the first deployment


@with_data
def test_what_would_change_is_shown_before_it_does(browsers: Callable[[str], Client], tmp_path: Path) -> None:
    from amur.portal.cameras.models import CameraProject, Observation

    client = browsers("data_manager")
    post_package(client, zipped(DATA / "example-1.0.2"))
    work(last_run())
    project = CameraProject.objects.get()
    changed = Path(shutil.copytree(DATA / "example-1.0.2", tmp_path / "changed"))
    text = (changed / "observations.csv").read_text("utf-8")
    (changed / "observations.csv").write_text(text.replace("Anas platyrhynchos", "Vulpes vulpes", 1), "utf-8")

    post_package(client, zipped(changed), project=str(project.uuid))
    preview = work(last_run())
    assert preview.result["preview"] is True
    assert Observation.objects.count() == 549
    page = client.get(address("cameras-import-outcome", uuid=preview.uuid))
    assert b"Make these changes" in page.content

    client.post(address("cameras-import-confirm", uuid=preview.uuid))
    done = work(last_run())
    assert done.result["counts"]["observations"]["changed"] == 1
    assert Observation.objects.count() == 550


@with_data
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "observations.csv, row 2, column count: “many” is no whole number."),
        ("ru", "observations.csv"),
        ("zh-hans", "observations.csv"),
        ("mn", "observations.csv"),
    ],
)
def test_bad_rows_are_told_in_the_language_of_the_page(
    language: str, words: str, browsers: Callable[[str], Client], tmp_path: Path
) -> None:
    from django.urls import reverse
    from django.utils import translation

    from amur.portal.cameras.models import CameraProject

    broken = Path(shutil.copytree(DATA / "example-1.0.2", tmp_path / "broken"))
    text = (broken / "observations.csv").read_text("utf-8")
    (broken / "observations.csv").write_text(
        text.replace("Anas platyrhynchos,1,", "Anas platyrhynchos,many,", 1), "utf-8"
    )
    client = browsers("data_manager")
    post_package(client, zipped(broken))
    run = work(last_run())

    assert (run.state, CameraProject.objects.count()) == ("failed", 0)
    with translation.override(language):
        page = client.get(reverse("cameras-import-outcome", kwargs={"uuid": run.uuid}))
    assert words in page.content.decode()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"GIF89a" * 99, b'{"a": ' * 5000])
def test_hostile_uploads_end_in_a_sentence(content: bytes, browsers: Callable[[str], Client]) -> None:
    client = browsers("data_manager")
    for kind in ("camtrapdp", "coco", "wildlife-insights", "camtrapr", "timelapse"):
        answer = post_package(client, SimpleUploadedFile("../../evil.zip", content), format=kind)
        if content:
            run = work(last_run())
            assert run.state == "failed", kind
            assert run.problems[0]["code"] != "run-broken", kind
            assert client.get(address("cameras-import-outcome", uuid=run.uuid)).status_code == 200
        else:
            assert answer.status_code == 422


def test_outages_are_edited_in_the_time_of_the_place(cast: Cast, browsers: Callable[[str], Client]) -> None:
    from amur.portal.cameras.models import Outage

    deployment = project_of(cast.ours).deployments.get()
    client = browsers("ranger")
    form = {
        "form-TOTAL_FORMS": "2",
        "form-INITIAL_FORMS": "0",
        "form-0-start": "2026-03-05T10:00",
        "form-0-end": "2026-03-06T10:00",
        "form-0-reason": "flood",
        "form-1-start": "",
        "form-1-end": "",
    }
    assert client.post(address("cameras-deployment", uuid=deployment.uuid), form).status_code == 302
    outage = Outage.objects.get()
    assert outage.start.isoformat() == "2026-03-05T00:00:00+00:00"
    page = client.get(address("cameras-deployment", uuid=deployment.uuid)).content.decode()
    assert "<td>29</td>" in page

    wrong = client.post(
        address("cameras-deployment", uuid=deployment.uuid), {**form, "form-0-end": "2026-06-06T10:00"}
    )
    assert wrong.status_code == 422
    assert "not inside the deployment" in wrong.content.decode()
    assert Outage.objects.get() == outage


def test_the_library_finds_by_everything_it_offers(cast: Cast) -> None:
    from amur.portal.cameras import actions, library
    from amur.portal.cameras.library import Filters
    from amur.portal.cameras.models import Media

    project = project_of(cast.ours)
    act = actions.begin(project, "review", None)
    first = Media.objects.get(code="M1")
    actions.make(act, [statement(project, level="media", media=first, individual="T7")])

    def codes(**filters: Any) -> list[str]:
        return [one.code for one in library.page(project, Filters(**filters)).media]

    assert codes() == ["M2", "M1"]
    assert codes(species="Panthera tigris") == codes(type="animal") == codes(identified=True) == ["M1"]
    assert codes(species="Panthera tigris", type="blank") == codes(type="vehicle") == []
    assert codes(name="m2.JP") == ["M2"]
    assert codes(station="S1", deployment="D1", state="reviewed") == ["M2", "M1"]
    assert codes(station="S2") == codes(state="conflict") == []
    local = START.date()  # at ten in the morning at the place
    assert codes(start=local, end=local) == ["M2", "M1"]
    actions.make(act, [statement(project)])
    assert codes(species="Panthera tigris") == ["M2", "M1"]
    library_few = library.FEW
    try:
        library.FEW = 0  # type: ignore[misc]  # as if there were very many
        assert codes(species="Panthera tigris", name="M", state="reviewed") == ["M2", "M1"]
    finally:
        library.FEW = library_few  # type: ignore[misc]
    assert library.species_of(project) == ["Panthera tigris"]


def test_pages_of_the_library_show_every_picture_once(cast: Cast) -> None:
    from amur.portal.cameras import library
    from amur.portal.cameras.library import Filters
    from amur.portal.cameras.models import Media

    project = project_of(cast.ours)
    deployment = project.deployments.get()
    Media.objects.bulk_create(
        Media(
            project=project,
            deployment=deployment,
            code=f"X{number}",
            captured=START,
            path="x",
            media_type="image/jpeg",
        )
        for number in range(150)
    )
    seen: list[int] = []
    after = None
    for _turn in range(4):
        page = library.page(project, Filters(), after)
        seen += [one.pk for one in page.media]
        after = page.after
        if after is None:
            break
        assert library.cursor_of(after.text) == after
    assert (len(seen), len(set(seen))) == (152, 152)
    assert library.cursor_of("nonsense") is None


def test_a_picture_shows_everything_that_was_ever_said(cast: Cast, browsers: Callable[[str], Client]) -> None:
    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Media

    project = project_of(cast.ours)
    media = Media.objects.get(code="M1")
    machine = actions.begin(project, "detection", None, {"detector": "MegaDetector"})
    (said,) = actions.make(
        machine,
        [statement(project, media=media, level="media", status="suggested", method="machine",
                   classified_by="MegaDetector", probability=0.9, scientific_name="Lynx lynx")],
    )  # fmt: skip
    person = actions.begin(project, "review", cast.ranger)
    actions.end(person, [said])
    actions.make(person, [statement(project, media=media, level="media")])

    page = browsers("auditor").get(address("cameras-media", uuid=media.uuid)).content.decode()

    struck = page[page.index("<del>") : page.index("</del>")]
    assert "Lynx lynx" in struck
    assert "Panthera tigris" in page.replace(struck, "")
    assert "MegaDetector" in page
    assert "(0.9)" in page
    assert "ranger" in page


@with_data
def test_an_export_is_written_by_a_run_and_fetched_by_the_office_only(
    browsers: Callable[[str], Client],
) -> None:
    from amur.portal.cameras.models import CameraProject

    client = browsers("data_manager")
    post_package(client, zipped(DATA / "example-1.0.2"))
    work(last_run())
    project = CameraProject.objects.get()
    names = {
        "camtrapdp": {"datapackage.json", "deployments.csv", "media.csv", "observations.csv"},
        "camtrapr": {"recordTable.csv", "cameraTable.csv"},
        "csv": {"deployments.csv", "media.csv", "observations.csv"},
    }
    for kind, wanted in names.items():
        client.post(address("cameras-export", uuid=project.uuid), {"format": kind})
        run = work(last_run())
        assert run.state == "done", run.problems
        answer = client.get(address("cameras-export-file", uuid=run.uuid))
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            assert set(archive.namelist()) == wanted
            if kind != "camtrapr":
                rows = list(csv.DictReader(io.TextIOWrapper(archive.open("media.csv"), "utf-8")))
                assert len(rows) == 423
        other = browsers("foreign_data_manager").get(address("cameras-export-file", uuid=run.uuid))
        assert other.status_code == 404
    client.post(address("cameras-export", uuid=project.uuid), {"format": "darwin-core"})
    assert work(last_run()).problems[0]["code"] == "nothing-released"


@with_data
def test_results_of_a_detector_become_suggestions_once(browsers: Callable[[str], Client]) -> None:
    from amur.portal.cameras.models import CameraProject, Media, Observation

    client = browsers("data_manager")
    post_package(client, zipped(DATA / "example-1.0.2"))
    work(last_run())
    project = CameraProject.objects.get()
    paths = list(Media.objects.order_by("pk").values_list("path", flat=True)[:2])
    box = {"category": "1", "conf": 0.8, "bbox": [0.1, 0.1, 0.5, 0.5]}
    results = {
        "info": {"format_version": "1.6", "detector": "md_v5a"},
        "detection_categories": {"1": "animal"},
        "images": [
            {"file": paths[0], "detections": [box]},
            {"file": paths[1], "detections": []},
            {"file": "other.jpg", "detections": []},
        ],
    }

    def send(content: Any) -> Any:
        upload = SimpleUploadedFile("md.json", json.dumps(content).encode())
        post_package(client, upload, format="megadetector", project=str(project.uuid))
        return work(last_run())

    run = send(results)
    assert run.result["counts"]["observations"] == {"new": 2, "gone": 0}
    assert run.result["unknown"] == ["other.jpg"]
    said = Observation.objects.filter(made__kind="detection", ended=None)
    assert set(said.values_list("status", "type")) == {("suggested", "animal"), ("suggested", "blank")}
    assert send(results).result["same"] is True
    box["conf"] = 0.95
    assert send(results).result["counts"]["observations"] == {"new": 2, "gone": 2}
    assert said.count() == 2
