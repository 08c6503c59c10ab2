"""The form of a new run: who may, what is wrong said beside its field, and where it leads."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.portal.connectivity.conftest import GRID, degrees, small_landscape

from amur.formats import rasters
from amur.formats.rasters import Grid, Raster
from amur.portal.connectivity import files, office_views, uploads, work
from amur.portal.connectivity.models import ConnectivityResult, ResistanceRaster
from amur.portal.runs import actions as runs
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run

pytestmark = pytest.mark.django_db
FORM = "/en/connectivity/new/"


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "wake", lambda: None)


@pytest.fixture
def ask(cast: Any, areas: Any, raster: Any, log_in: Any) -> Any:
    """Sends the form, some of it changed; a field that is None is left out."""

    def send(path: str = FORM, **changed: Any) -> Any:
        given = {
            "office": cast.ours.pk,
            "title": "As it is",
            "areas": ["west", "north", "theirs"],
            "raster": str(raster.uuid),
            "neighbours": "8",
            "average": "resistance",
            "join": "1",
            "change": "",
            "factor": "10",
        }
        data = {name: value for name, value in {**given, **changed}.items() if value is not None}
        return log_in(cast.data_manager).post(path, data)

    return send


def upload(tmp_path: Path, raster: Raster, name: str = "own.tif") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, rasters.write(tmp_path / name, raster).read_bytes())


def errors(response: Any, field: str) -> str:
    """What stands beside a field; the field itself must name it."""
    assert response.status_code == 422, response.status_code
    text = response.content.decode()
    found = re.search(rf'<ul class="errorlist" id="id_{field}_error">(.*?)</ul>', text, re.S)
    assert found, re.findall(r'id="(id_\w+_error)"', text)
    assert f"id_{field}_error" in "".join(re.findall(r'aria-describedby="([^"]*)"', text))
    return re.sub(r"<.*?>", "", found[1]).replace("&quot;", '"').replace("&#x27;", "'")


def test_only_who_may_compute_gets_the_form(cast: Any, log_in: Any) -> None:
    assert "/account/login/" in log_in(None).get(FORM).headers["Location"]
    for name in ("ranger", "editor", "translator", "auditor", "administrator"):
        assert log_in(cast[name]).get(FORM).status_code in (403, 404), name
    page = log_in(cast.data_manager).get(FORM)
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    assert "synthetic" in page.content.decode()


def test_a_planner_goes_from_the_form_over_the_run_to_the_result(ask: Any, cast: Any, log_in: Any) -> None:
    answer = ask()
    run = Run.objects.get(kind=work.NAME)
    assert answer.headers["Location"] == f"/en/office/runs/{run.uuid}/"
    client = log_in(cast.data_manager)
    assert b"progress" in client.get(answer.headers["Location"]).content
    work_on(run.uuid)
    onward = client.get(client.get(answer.headers["Location"]).headers["Location"])
    result = ConnectivityResult.objects.get()
    assert onward.headers["Location"] == f"/en/connectivity/{result.uuid}/"
    assert result.names.text("en") == "As it is" and not result.is_published
    assert ask(title="Again").headers["Location"] == onward.headers["Location"]
    assert Run.objects.filter(kind=work.NAME).count() == 1


def test_a_run_is_cancelled_by_its_button(ask: Any, cast: Any, log_in: Any) -> None:
    address = ask().headers["Location"]
    client = log_in(cast.data_manager)
    client.post(f"{address}cancel")
    run = Run.objects.get(kind=work.NAME)
    assert work_on(run.uuid).state == "cancelled" and not ConnectivityResult.objects.exists()
    assert b"cancelled" in client.get(f"/en/connectivity/outcome/{run.uuid}/").content
    assert log_in(cast.foreign_data_manager).get(f"/en/connectivity/outcome/{run.uuid}/").status_code == 404


def test_the_whole_econet_is_every_protected_area_with_a_place(ask: Any, area: Any, cast: Any) -> None:
    area("a-corridor", (9.5, 9.5), kind="corridor")
    ask(areas=[], econet="on")
    assert Run.objects.get(kind=work.NAME).parameters["areas"] == [
        "cut-off",
        "middle",
        "north",
        "theirs",
        "west",
    ]


def test_the_synthetic_landscape_is_made_once_and_says_so(ask: Any, area: Any, cast: Any) -> None:
    from django.contrib.gis.geos import Point

    for key, place in {"one": (120.0, 50.0), "two": (128.0, 48.0)}.items():
        row = area(key, (1, 1))
        row.geometry = Point(*place, srid=4326)
        row.save()
    for _ in range(2):
        ask(areas=["one", "two"], raster="synthetic")
    row = ResistanceRaster.objects.get(seed__isnull=False)
    assert row.is_synthetic and "synthetic" in row.name
    assert Run.objects.filter(kind=work.NAME).count() == 1


def test_an_own_raster_is_kept_by_its_hash_and_used(ask: Any, tmp_path: Path) -> None:
    land = small_landscape()
    answer = ask(raster="upload", file=upload(tmp_path, land.with_values(land.values * 2)))
    assert answer.status_code == 302
    row = ResistanceRaster.objects.get(name="own.tif")
    stored = files.read(row.sha256)
    assert np.array_equal(stored.values, land.values * 2, equal_nan=True) and stored.grid.shape == GRID.shape
    assert not list((files.folder() / files.ARRIVING).iterdir())


def test_an_ascii_grid_needs_its_reference_system_said(ask: Any, tmp_path: Path) -> None:
    plain = Raster(small_landscape().values, Grid(*GRID.shape, GRID.west, GRID.south, 2000.0, 2000.0))
    given = upload(tmp_path, plain, "own.asc")
    assert "EPSG" in errors(ask(raster="upload", file=given), "file")
    given.seek(0)
    assert "“EPSG:nonsense” is no reference system" in errors(
        ask(raster="upload", file=given, crs="EPSG:nonsense"), "file"
    )
    given.seek(0)
    assert ask(raster="upload", file=given, crs="EPSG:32652").status_code == 302


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((4, 6, 0.0), "Row 5, column 7: the resistance is 0."),
        ((4, 6, -3.5), "Row 5, column 7: the resistance is -3.5."),
        ((2, 3, 1e12), "Row 3, column 4: the resistance 1e+12 is"),
    ],
)
def test_a_wrong_value_is_named_with_its_row_and_column(
    ask: Any, tmp_path: Path, change: tuple[int, int, float], said: str
) -> None:
    land = small_landscape()
    row, column, value = change
    land.values[row, column] = value
    assert said in errors(ask(raster="upload", file=upload(tmp_path, land)), "file")
    assert not ResistanceRaster.objects.filter(name="own.tif").exists()


def test_what_is_no_raster_is_refused(ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(name: str, content: bytes) -> str:
        return errors(ask(raster="upload", file=SimpleUploadedFile(name, content)), "file")

    assert "of no raster format" in said("land.exe", b"MZ")
    assert "cannot be read as GeoTIFF" in said("land.tif", b"II*\0 nothing")
    wrong = b"ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2\n3 x\n"
    assert "row 7, column 2: “x” is not a number." in said("land.asc", wrong)
    empty = small_landscape()
    assert "without data" in errors(
        ask(raster="upload", file=upload(tmp_path, empty.with_values(np.full(GRID.shape, np.nan)))), "file"
    )
    assert "Choose a file" in errors(ask(raster="upload"), "file")
    monkeypatch.setattr(uploads, "LARGEST_CELLS", 100)
    assert "30 rows and 40 columns" in errors(
        ask(raster="upload", file=upload(tmp_path, small_landscape())), "file"
    )
    monkeypatch.setattr(uploads, "LIMIT_BYTES", 100)
    assert "larger than" in errors(ask(raster="upload", file=upload(tmp_path, small_landscape())), "file")
    monkeypatch.setattr(office_views, "FORM_BYTES", 100)
    assert ask(raster="upload", file=upload(tmp_path, small_landscape())).status_code == 413
    assert not list((files.folder() / files.ARRIVING).iterdir())


def test_areas_beside_the_raster_are_said(ask: Any, area: Any) -> None:
    area("far", (500.0, 500.0))
    area("farther", (700.0, 500.0))
    said = errors(ask(areas=["far", "farther", "west"]), "areas")
    assert "2 of 3 lie outside it, for example Area far" in said
    assert "at least two" in errors(ask(areas=["west"]), "areas")


def test_a_drawing_becomes_changes_with_its_own_factors(ask: Any) -> None:
    line = {"type": "LineString", "coordinates": [list(degrees(10, 1)), list(degrees(10, 28))]}
    square = {
        "type": "Polygon",
        "coordinates": [[list(degrees(*c)) for c in ((1, 1), (5, 1), (5, 5), (1, 1))]],
    }
    drawing = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {}, "geometry": line},
            {"type": "Feature", "properties": {"factor": 0.5}, "geometry": square},
        ],
    }
    assert (
        ask(change="drawing", scenario="With a road", drawing=json.dumps(drawing), factor="7").status_code
        == 302
    )
    parameters = Run.objects.get(kind=work.NAME).parameters
    assert [one["factor"] for one in parameters["changes"]] == [7.0, 0.5]
    assert parameters["scenario"]["texts"]["en"]["text"] == "With a road"


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ("{", "line 1, column 2"),
        ("[]", "no GeoJSON object"),
        ('{"type": "Point", "coordinates": [1, 2]}', "“Point”"),
        ('{"type": "LineString", "coordinates": [[1, 2], ["a", 3]]}', "cannot be read"),
        ('{"type": "LineString", "coordinates": [[700000, 5200000], [3, 4]]}', "outside the degrees"),
        ('{"type": "FeatureCollection", "features": []}', "0 features"),
        (
            '{"type": "Feature", "properties": {"factor": 0}, "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}',
            "factor “0”",
        ),
    ],
)
def test_a_wrong_drawing_is_said(ask: Any, drawing: str, said: str) -> None:
    assert said in errors(ask(change="drawing", scenario="x", drawing=drawing), "drawing")


def test_a_change_needs_a_name_and_a_drawing(ask: Any) -> None:
    assert "name" in errors(ask(change="railway"), "scenario")
    assert "Put the drawing here" in errors(ask(change="drawing", scenario="x"), "drawing")


def test_the_form_needs_its_token_and_an_office_of_ones_own(ask: Any, cast: Any) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.data_manager)
    assert client.post(FORM, {"office": cast.ours.pk}).status_code == 403
    assert ask(office=cast.theirs.pk).status_code == 422


def test_every_sentence_of_the_reader_of_rasters_is_here_word_for_word() -> None:
    """Those that only two rasters, or writing one, can cause are not needed."""
    from django.utils import translation

    from amur.formats.rasters import WORDINGS
    from amur.portal.connectivity.wordings import OF_RASTERS

    others = {
        "raster-missing", "raster-not-square", "raster-size-differs", "raster-shifted", "raster-crs-differs",
        "raster-snapped", "raster-not-whole",
    }  # fmt: skip
    assert OF_RASTERS.keys() == WORDINGS.keys() - others
    with translation.override("en"):
        for code, (text, expected) in OF_RASTERS.items():
            assert (str(text), str(expected)) == (WORDINGS[code].text, WORDINGS[code].expected)
