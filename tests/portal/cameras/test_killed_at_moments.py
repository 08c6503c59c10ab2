"""A Camtrap DP package that is killed at each kind of moment of its import comes in whole and once."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import kills
import pytest
from camtrapdp_packages import Tables, write_small
from django.db import connection

from amur.portal.audit import keys
from amur.portal.cameras import acts, package_files, packages_work, storing
from amur.portal.cameras.models import CameraProject
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Person
from amur.portal.runs import actions as runs
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run

KINDS = (
    "fsync cameras/packages", "replace cameras/packages", "unlink cameras/packages", "rmdir cameras/packages",
    "INSERT runs_run", "INSERT cameras_act", "INSERT cameras_media", "INSERT cameras_observation", "commit",
)  # fmt: skip
RECORDS = {
    "projects": "SELECT key, package FROM cameras_cameraproject",
    "deployments": 'SELECT code, start, "end", heading FROM cameras_deployment ORDER BY 1',
    "sequences": "SELECT code, state FROM cameras_event ORDER BY 1",
    "media": "SELECT code, captured, path, comments FROM cameras_media ORDER BY 1",
    "statements": "SELECT o.code, o.scientific_name, o.count, o.ended_id IS NULL, m.code FROM cameras_observation o"
    " LEFT JOIN cameras_media m ON m.id = o.media_id ORDER BY 1, 4",
    "acts": "SELECT kind FROM cameras_act ORDER BY id",
    "suggestions": "SELECT score, waits FROM review_suggestion ORDER BY 1",
}


def bring(centre: Path, **more: Any) -> None:
    """What a person does: sends the package unless a run has it already, and sees to it that the run ends."""
    storing.CHUNK = acts.BATCH = 1  # type: ignore[misc]  # else the small package has few moments
    runs.give_up_lost()
    run = Run.objects.filter(kind=packages_work.NAME).last()
    if run is None:
        person = Person.objects.get(username="data_manager")
        package = centre.with_name("package.zip")
        token = package_files.UPLOADS.receive(package.name, [package.read_bytes()])
        given = {"token": token, "format": "camtrapdp", "project": None, **more}
        run = runs.start(packages_work.NAME, given, person, person.office, in_background=False)
    assert work_on(run.uuid).state == "done"


def bring_new(centre: Path) -> None:
    """The package makes a project."""
    names = MultilingualText.of("en", en="Ridge").to_json()
    bring(centre, key="ridge", names=names, time_zone="Asia/Vladivostok")


def bring_changed(centre: Path) -> None:
    """The package changes the records of a project, as somebody has confirmed."""
    bring(centre, project=str(CameraProject.objects.get().uuid), confirmed=True)


def _changed(tables: Tables) -> None:
    """A picture has a comment and one is new; an animal is another one, an observation is gone, two are new."""
    tables["media"][0]["mediaComments"] = "flash"
    tables["media"].append({**tables["media"][2], "mediaID": "m4", "filePath": "d1/IMG_4.JPG"})
    tables["deployments"][1]["cameraHeading"] = "240"
    first, second, _gone = tables["observations"]
    first["scientificName"] = "Panthera pardus"
    fresh = [{**second, "observationID": f"o{k}", "classificationMethod": "machine"} for k in (4, 5)]
    tables["observations"] = [first, second, *fresh]


def packed(folder: Path, change: Callable[[Tables], object] = lambda tables: None) -> Path:
    """The package with a table of its own, as an archive."""

    def with_individuals(content: dict[str, Any]) -> None:
        content["resources"].append({"name": "individuals", "path": "individuals.csv"})

    write_small(folder, change, with_individuals)
    (folder / "individuals.csv").write_text(f"individualID,note\nT12,{change.__name__}\n", encoding="utf-8")
    return Path(shutil.make_archive(str(folder), "zip", folder))


@pytest.fixture
def centre(cast: Any, tmp_path: Path, settings: Any) -> Path:
    if connection.vendor != "sqlite":
        pytest.skip("the processes of this test share a file of SQLite")
    folder = tmp_path / "centre"
    folder.mkdir()
    shutil.copy(keys.key_file(), folder)
    settings.AMUR_DATA = folder
    return folder


def keep_database(centre: Path) -> None:
    """From here on the data folder is for processes of their own."""
    (centre / "amur.sqlite3").write_bytes(connection.connection.serialize())


def ask(centre: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(centre / "amur.sqlite3", timeout=30)) as database:
        return database.execute(question).fetchall()


def records_of(centre: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a package is about; what its project keeps of it is there, whole."""
    found = {name: ask(centre, question) for name, question in RECORDS.items()}
    for _key, told in found["projects"]:
        for sha256 in json.loads(told).get("files", {}).values():
            assert (centre / "cameras" / "packages" / "kept" / sha256).is_file()
    return found


def assert_acknowledged(centre: Path, after: bool) -> None:
    """A run that a person was told of has what it needs, or has done its work."""
    for state, parameters in ask(centre, "SELECT state, parameters FROM runs_run"):
        upload = centre / "cameras" / "packages" / "arrived" / json.loads(parameters)["token"]
        assert after or (state != "done" and any(upload.iterdir()))


def killed_everywhere(centre: Path, work: str, *kinds: str) -> None:
    before = records_of(centre)
    with kills.Nursery(centre, f"{__name__}:{work}") as nursery:
        passed = nursery.do()
        after = records_of(centre)
        assert before != after
        assert not {f"before {kind}" for kind in KINDS + kinds} - set(passed)
        moments, killed, came = kills.aimed(passed), 0, 0
        for moment in moments:
            nursery.begin_anew()
            killed += nursery.kill(moment)
            there = records_of(centre)
            assert there in (before, after), moment
            assert_acknowledged(centre, there == after)
            came += there == after
            nursery.do()
            assert records_of(centre) == after, moment
        print(f"{len(passed)} moments, {killed} kills at {len(set(passed))} kinds, {came} after it was in")
    assert killed == len(moments)
    assert 0 < came < killed


def test_a_new_project_is_there_whole_or_not_at_all(centre: Path) -> None:
    packed(centre.with_name("package"))
    keep_database(centre)
    killed_everywhere(centre, "bring_new")


def test_a_changed_package_ends_and_makes_statements_together_or_not_at_all(centre: Path) -> None:
    packed(centre.with_name("package"))
    bring_new(centre)
    Run.objects.all().delete()
    packed(centre.with_name("package"), _changed)
    keep_database(centre)
    killed_everywhere(centre, "bring_changed", "UPDATE cameras_media", "UPDATE cameras_observation")
