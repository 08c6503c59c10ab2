"""Packages come in whole or not at all, and go out as they came."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Cast

DATA = Path(__file__).parents[4] / "shared" / "data" / "camtrapdp"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="the example package is not there"),
]
TABLES = ("deployments", "media", "observations")


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.AMUR_DATA = tmp_path / "data"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the official example."""
    return Path(shutil.copytree(DATA / "example-1.0.2", tmp_path / "example"))


def take(path: Path, office: Any, project: Any = None, **more: Any) -> Any:
    """Read a package into a project, or into a new one."""
    from amur.portal.cameras import packages, taking
    from amur.portal.languages.text import MultilingualText

    into = project or taking.NewProject(
        office, "mica", MultilingualText.of("en", en="MICA"), more.pop("zone", "Europe/Brussels")
    )
    given = packages.read(path, more.pop("kind", "camtrapdp"), into.time_zone)
    return taking.take(given, into, None, {"file": path.name}, **more)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def by_key(folder: Path, name: str) -> dict[str, dict[str, str]]:
    """The rows of a table by their identifier."""
    return {next(iter(row.values())): row for row in rows_of(folder / f"{name}.csv")}


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def exported(project: Any, folder: Path) -> Path:
    from amur.formats.camtrapdp import write_package
    from amur.portal.cameras.exporting import package_of

    write_package(package_of(project), folder)
    return folder


def assert_same(one: Path, other: Path) -> None:
    """Every cell of every table, the order of rows and columns, metadata and other files are equal."""
    for name in TABLES:
        assert rows_of(one / f"{name}.csv") == rows_of(other / f"{name}.csv"), name
        first = (one / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert first == (other / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
    ours, theirs = (json.loads((each / "datapackage.json").read_text("utf-8")) for each in (one, other))
    assert ours == theirs


def test_the_example_comes_in_with_all_its_rows_and_goes_out_without_loss(
    cast: Cast, example: Path, tmp_path: Path
) -> None:
    from amur.portal.cameras.acts import state_of
    from amur.portal.cameras.models import Deployment, Event, Media, Observation

    found = take(example, cast.ours)

    counts = [
        model.objects.filter(project=found.project).count() for model in (Deployment, Media, Observation)
    ]
    assert counts == [4, 423, 549]
    levels = Observation.objects.filter(level="event").count()
    assert (levels, Observation.objects.filter(level="media").count()) == (36, 513)
    assert Media.objects.filter(event=None).count() == 0
    for event in Event.objects.all():
        assert event.state == state_of(event.observations.all())
    assert_same(example, exported(found.project, tmp_path / "out"))


def test_times_in_the_offset_of_the_place_need_no_texts_of_their_own(cast: Cast, example: Path) -> None:
    from amur.portal.cameras.models import Media, Observation

    take(example, cast.ours)

    # One camera kept winter time after the clocks were changed: its texts differ from the zone's.
    assert set(Media.objects.exclude(extra=None).values_list("deployment__code", flat=True)) == {"62c200a9"}
    assert not Observation.objects.exclude(extra=None).exists()


def test_columns_files_and_cells_that_only_the_package_knows_are_kept(
    cast: Cast, example: Path, tmp_path: Path
) -> None:
    observations = rows_of(example / "observations.csv")
    for number, row in enumerate(observations):
        row["mood"] = "hungry, “very”" if number % 3 else ""
        row["count"] = {"1": "01", "": "NA"}.get(row["count"], row["count"])
    write(example / "observations.csv", observations)
    media = rows_of(example / "media.csv")
    media[0]["exifData"] = '{"Make":"RECONYX",  "FNumber": 2.0}'
    media[1]["timestamp"] = media[1]["timestamp"].replace("+02:00", "+0200")
    media[2]["favorite"] = "TRUE"
    write(example / "media.csv", media)
    metadata = json.loads((example / "datapackage.json").read_text("utf-8"))
    metadata["resources"].append({"name": "matches", "path": "own/matches.csv"})
    (example / "datapackage.json").write_text(json.dumps(metadata), "utf-8")
    (example / "own").mkdir()
    (example / "own" / "matches.csv").write_bytes(b"a;b\r\n\xff\n")

    found = take(example, cast.ours)
    out = exported(found.project, tmp_path / "out")

    assert_same(example, out)
    assert (out / "own" / "matches.csv").read_bytes() == b"a;b\r\n\xff\n"


def test_the_same_package_again_adds_nothing(cast: Cast, example: Path) -> None:
    from amur.portal.cameras import taking
    from amur.portal.cameras.models import Observation

    first = take(example, cast.ours)
    again = take(example, cast.ours, first.project)

    assert again.act is None
    assert Observation.objects.count() == 549
    assert taking.known_act(first.project, first.act.about["sha256"]) == first.act


def test_a_changed_package_ends_and_makes_statements_and_can_be_undone(
    cast: Cast, example: Path, tmp_path: Path
) -> None:
    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Observation

    first = take(example, cast.ours)
    before = exported(first.project, tmp_path / "before")
    observations = rows_of(example / "observations.csv")
    gone = observations.pop()
    observations[0]["scientificName"] = "Vulpes vulpes"
    observations.append({**gone, "observationID": "quite-new"})
    write(example / "observations.csv", observations)
    metadata = json.loads((example / "datapackage.json").read_text("utf-8"))
    (example / "datapackage.json").write_text(json.dumps({**metadata, "title": "Another title"}), "utf-8")
    media = rows_of(example / "media.csv")
    media[5]["mediaComments"] = "lens was wet"
    write(example / "media.csv", media)
    deployments = rows_of(example / "deployments.csv")
    deployments[0] |= {"cameraHeight": "1.55", "latitude": "51.497"}
    write(example / "deployments.csv", deployments)

    second = take(example, cast.ours, first.project)

    assert second.counts["observations"] == {"new": 1, "changed": 1, "gone": 1, "kept": 0}
    assert second.counts["media"]["changed"] == second.counts["deployments"]["changed"] == 1
    assert Observation.objects.count() == 551
    out = exported(second.project, tmp_path / "out")
    for name in TABLES:
        assert by_key(out, name) == by_key(example, name)

    actions.undo(second.act, None)
    second.project.refresh_from_db()
    back = exported(second.project, tmp_path / "back")
    for name in TABLES:
        assert by_key(back, name) == by_key(before, name)
    described = [json.loads((one / "datapackage.json").read_text("utf-8")) for one in (back, before)]
    assert described[0] == described[1]


def test_what_people_said_here_since_is_kept(cast: Cast, example: Path) -> None:
    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Observation

    first = take(example, cast.ours)
    observations = rows_of(example / "observations.csv")
    one = Observation.objects.get(code=observations[0]["observationID"])
    review = actions.begin(first.project, "review", cast.data_manager)
    actions.end(review, [one])
    answer = Observation(
        deployment=one.deployment, event=one.event, start=one.start, end=one.end, level="event", type="blank"
    )
    actions.make(review, [answer])
    observations[0]["count"] = "7"
    write(example / "observations.csv", observations)

    second = take(example, cast.ours, first.project)

    assert second.act is None
    assert second.counts["observations"]["kept"] == 1
    assert Observation.objects.filter(ended=None, pk=answer.pk).exists()


def test_an_import_that_is_undone_can_be_done_again(cast: Cast, example: Path, tmp_path: Path) -> None:
    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Observation

    first = take(example, cast.ours)
    actions.undo(first.act, None)
    assert not Observation.objects.filter(ended=None).exists()

    again = take(example, cast.ours, first.project)

    assert again.counts["observations"]["new"] == 549
    assert_same(example, exported(again.project, tmp_path / "out"))


def test_an_older_package_comes_in_and_what_it_lost_is_told(cast: Cast) -> None:
    from amur.portal.cameras import packages
    from amur.portal.cameras.models import Media, Observation

    given = packages.read(DATA / "mica-0.1.6", "camtrapdp", "Europe/Brussels")
    take(DATA / "mica-0.1.6", cast.ours)

    assert given.losses
    assert any(note.code == "old-version" for note in given.notes)
    assert given.package is not None
    assert Observation.objects.count() == given.package.observations.count > 0
    assert Media.objects.count() == given.package.media.count > 0


def test_a_package_that_is_wrong_leaves_nothing_behind(cast: Cast, example: Path) -> None:
    from amur.formats.errors import FormatErrors
    from amur.portal.cameras.models import CameraProject

    observations = rows_of(example / "observations.csv")
    observations[3]["count"] = "many"
    observations[4]["behavior"] = "b" * 201
    write(example / "observations.csv", observations)

    with pytest.raises(FormatErrors) as wrong:
        take(example, cast.ours)
    assert [(one.row, one.column) for one in wrong.value.errors] == [(5, "count")]

    observations[3]["count"] = "3"
    write(example / "observations.csv", observations)
    with pytest.raises(FormatErrors) as wrong:
        take(example, cast.ours)
    assert [(one.code, one.row, one.column) for one in wrong.value.errors] == [
        ("cell-too-long", 6, "behavior")
    ]
    assert not CameraProject.objects.exists()


def test_whoever_stops_an_import_leaves_nothing_behind(cast: Cast, example: Path) -> None:
    from amur.portal.cameras.models import CameraProject, Media

    class Stopped(Exception):
        pass

    def stop(share: float, _stage: str) -> None:
        if share > 0.9:
            raise Stopped

    with pytest.raises(Stopped):
        take(example, cast.ours, progress=stop)

    assert not CameraProject.objects.exists()
    assert not Media.objects.exists()
