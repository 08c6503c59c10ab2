"""What leaves a camera project: a coarse summary, and nothing of its rows."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db
START = datetime.datetime(2024, 5, 3, 1, 2, 3, tzinfo=datetime.UTC)
CANARIES = ("135.78", "46.12", "CANARY", "01:02", "2024-05-0", "2024-06-0", "IMG_77")


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.AMUR_DATA = tmp_path / "data"
    settings.AMUR_DATA.mkdir()


def study(office: Any, stations: int = 3, species: str = "Sus scrofa") -> Any:
    """A finished study: a station with six boars for each, and a single red deer at the first."""
    from django.contrib.gis.geos import Point

    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Event, Media, Observation
    from amur.portal.languages.text import MultilingualText

    name = MultilingualText.of("en", en="Boar study")
    project = actions.create_project(office, "boar", name, "Asia/Vladivostok")
    act = actions.begin(project, "import", None)
    for number in range(stations):
        place = Point(135.781234 + number / 100, 46.123456, srid=4326)
        station = actions.create_station(project, f"CANARY-{number}", place, zone="landscape")
        end = START + datetime.timedelta(days=30)
        camera = actions.create_deployment(station, f"CANARY-D{number}", START, end, comments="CANARY")
        names = [species] * 6 + (["Cervus elaphus"] if number == 0 else [])
        for turn, one in enumerate(names):
            event = Event.objects.create(
                project=project, deployment=camera, code=f"CANARY-{number}-{turn}", start=START, end=START
            )
            Media.objects.create(
                project=project, deployment=camera, event=event, code=f"IMG_77{number}{turn}", captured=START,
                path="CANARY/IMG_77.jpg", media_type="image/jpeg",
            )  # fmt: skip
            about = {"deployment": camera, "event": event, "start": START, "end": START, "level": "event"}
            actions.make(act, [Observation(**about, type="animal", scientific_name=one, comments="CANARY")])
    return project


def everything(client: Client, project: Any) -> str:
    """All that the public can fetch about a project."""
    from amur.portal.search.actions import rebuild

    rebuild(anew=True)
    found = ""
    for address in (
        "/en/cameras/",
        f"/en/cameras/{project.uuid}/",
        f"/ru/cameras/{project.uuid}/",
        "/api/v1/cameras",
        f"/api/v1/cameras/{project.uuid}",
        "/en/search/?q=boar",
        "/sitemap.xml",
    ):
        answer = client.get(address)
        found += answer.content.decode() + str(dict(answer.headers))
    return found


def test_nothing_is_public_before_the_office_releases_it(cast: Cast, log_in: Callable[[Any], Client]) -> None:
    project = study(cast.ours)
    client = log_in(None)

    assert client.get(f"/en/cameras/{project.uuid}/").status_code == 404
    assert client.get(f"/api/v1/cameras/{project.uuid}").status_code == 404
    assert "Boar study" not in everything(client, project)


def test_the_public_sees_a_summary_and_nothing_of_the_rows(
    cast: Cast, log_in: Callable[[Any], Client]
) -> None:
    from amur.portal.cameras import actions
    from amur.portal.release.models import Released

    project = study(cast.ours)
    actions.release(project, published=True)
    row = Released.objects.get(kind="camera-project")

    assert row.fields["species"] == ["Sus scrofa"]  # the single deer is too few
    assert (row.fields["stations"], row.fields["effort_days"]) == (3, 90)
    assert (row.fields["period_start"], row.fields["period_end"]) == ("2024-05", "2024-06")
    assert row.fields["cell_degrees"] == "1"
    assert row.fields["cells"] == [[135.0, 46.0, 136.0, 47.0]]
    text = everything(log_in(None), project)
    assert "Boar study" in text
    for canary in CANARIES:
        assert canary not in text, canary
    assert "Cervus elaphus" not in text

    actions.release(project, published=False)
    assert "Boar study" not in everything(log_in(None), project)


def test_counts_of_few_stations_are_not_told(cast: Cast) -> None:
    from amur.portal.cameras import actions
    from amur.portal.release.models import Released

    actions.release(study(cast.ours, stations=2), published=True)
    fields = Released.objects.get(kind="camera-project").fields

    assert (fields["stations"], fields["effort_days"], fields["species"], fields["cells"]) == (
        None,
        None,
        [],
        [],
    )


def test_an_unknown_zone_or_name_takes_the_cells_away_at_once(cast: Cast) -> None:
    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Observation
    from amur.portal.release.models import Released

    project = study(cast.ours)
    actions.release(project, published=True)
    project.refresh_from_db()
    act = actions.begin(project, "review", None)
    one = Observation.objects.first()
    assert one is not None
    given = {"deployment": one.deployment, "event": one.event, "start": START, "end": START, "level": "event"}
    actions.make(act, [Observation(**given, type="animal", scientific_name="Quite unknown")])

    assert Released.objects.get(kind="camera-project").fields["cells"] == []


def test_a_released_file_has_cells_and_months_and_none_of_the_offices_words(
    cast: Cast, tmp_path: Path
) -> None:
    from amur.portal.cameras import actions, releasing, writing

    project = study(cast.ours)
    with pytest.raises(releasing.NothingReleased):
        writing.write(project, "darwin-core", tmp_path / "no.zip")
    actions.release(project, published=True)
    project.package = {"metadata": {"title": "CANARY"}, "files": {"CANARY.csv": "0" * 64}}
    project.save()

    for kind, released in (("darwin-core", False), ("camtrapdp", True), ("csv", True), ("camtrapr", True)):
        target = tmp_path / f"{kind}.zip"
        writing.write(project, kind, target, released=released)  # type: ignore[arg-type]
        with zipfile.ZipFile(target) as archive:
            text = "\n".join(f"{name}\n{archive.read(name).decode()}" for name in archive.namelist())
        assert "Sus scrofa" in text
        for canary in (*CANARIES, "Cervus elaphus"):
            if not (kind == "camtrapr" and canary.startswith("2024")):
                assert canary not in text.replace("2024-05-01", "").replace("2024-06-0", ""), (kind, canary)


def test_a_released_package_is_a_valid_one(cast: Cast, tmp_path: Path) -> None:
    from amur.formats.camtrapdp import check_package
    from amur.portal.cameras import actions, writing

    project = study(cast.ours)
    actions.release(project, published=True)
    writing.write(project, "camtrapdp", tmp_path / "out", released=True)
    checked = check_package(tmp_path / "out")

    assert checked.found.error_count == 0, str(checked.found)
    assert checked.rows == {"deployments": 1, "media": 0, "observations": 18}
