"""Tiles and styles over HTTP: what browsers keep, what is refused, and that no older state ever shows."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from shapely import Point, box

from amur.portal.maps import basemap, layers
from amur.portal.maps.grid import Bounds, tile_at
from amur.portal.maps.tiles import Feature, decode

BIKIN = tile_at(135.0, 46.6, 5)
ADDRESS = f"{BIKIN.zoom}/{BIKIN.column}/{BIKIN.row}.pbf"


class Subject:
    """A layer whose features and generation a test can change."""

    def __init__(self) -> None:
        self.generation = 1
        self.features: list[Feature] = [(Point(135, 46.6), {"uuid": "bikin", "name_ru": "Бикин"})]
        self.asked: list[Bounds] = []

    def query(self, bounds: Bounds) -> Iterable[Feature]:
        self.asked.append(bounds)
        return [feature for feature in self.features if feature[0].intersects(box(*bounds))]


@pytest.fixture
def subject(settings: Settings, tmp_path: Path) -> Iterator[Subject]:
    settings.AMUR_DATA = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    subject = Subject()
    layer = layers.Layer("trial", subject.query, generation=lambda: subject.generation, maximum_zoom=7)
    layers.register(layer)
    yield subject
    layers.unregister("trial")


def names(content: bytes) -> list[str]:
    layer = decode(content).get("trial", {"features": []})
    return [feature["properties"].get("name_ru", "") for feature in layer["features"]]


def test_a_tile_of_the_present_generation_may_be_kept_for_ever(client: Client, subject: Subject) -> None:
    response = client.get(f"/tiles/trial/1/{ADDRESS}", headers={"accept-encoding": "gzip, br"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Accept-Encoding" in response.headers["Vary"]
    assert names(response.content) == ["Бикин"]


def test_a_reader_without_gzip_gets_the_plain_tile(client: Client, subject: Subject) -> None:
    response = client.get(f"/tiles/trial/1/{ADDRESS}")
    assert "Content-Encoding" not in response.headers
    assert names(gzip.compress(response.content)) == ["Бикин"]


def test_tiles_set_no_cookie_and_ask_the_subject_once(client: Client, subject: Subject) -> None:
    for _ in range(3):
        assert not client.get(f"/tiles/trial/1/{ADDRESS}").cookies
    assert len(subject.asked) == 1


def test_after_a_change_the_withdrawn_place_is_in_no_tile_old_or_new(
    client: Client, subject: Subject
) -> None:
    client.get(f"/tiles/trial/1/{ADDRESS}")
    subject.features = [(Point(135, 46.6), {"uuid": "other", "name_ru": "Хор"})]
    subject.generation = 2
    gzipped = {"accept-encoding": "gzip"}
    new = client.get(f"/tiles/trial/2/{ADDRESS}", headers=gzipped)
    old = client.get(f"/tiles/trial/1/{ADDRESS}", headers=gzipped)
    assert names(new.content) == names(old.content) == ["Хор"]
    assert old.headers["Cache-Control"] == "no-store"


def test_a_guessed_future_generation_is_not_kept(client: Client, subject: Subject) -> None:
    assert client.get(f"/tiles/trial/99/{ADDRESS}").headers["Cache-Control"] == "no-store"


def test_an_empty_tile_has_no_body(client: Client, subject: Subject) -> None:
    response = client.get("/tiles/trial/1/5/0/0.pbf")
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.django_db  # the page that says so asks for old addresses
@pytest.mark.parametrize(
    "address",
    [
        f"/tiles/unknown/1/{ADDRESS}",
        "/tiles/trial/1/8/0/0.pbf",
        "/tiles/trial/1/3/8/0.pbf",
        "/tiles/trial/1/3/0/8.pbf",
        "/tiles/basemap/9/0/0.pbf",
        "/tiles/basemap/2/4/0.pbf",
        "/tiles/basemap/99999999999999999999/0/0.pbf",
        "/maps/style/fr.json",
        "/maps/style/en.json?layers=unknown",
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, subject: Subject, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/plain")


def test_tiles_cannot_be_posted_to(client: Client, subject: Subject) -> None:
    assert client.post(f"/tiles/trial/1/{ADDRESS}").status_code == 405


@pytest.mark.parametrize("column", [0, 3])
def test_a_tile_at_the_antimeridian_asks_for_bounds_on_the_globe(
    client: Client, subject: Subject, column: int
) -> None:
    client.get(f"/tiles/trial/1/2/{column}/1.pbf")
    ((west, south, east, north),) = subject.asked
    assert (west, east) == (-180, 180)
    assert -90 <= south < north <= 90


@pytest.mark.usefixtures("atlas")
def test_the_basemap_is_kept_for_ever_only_under_its_version(client: Client, subject: Subject) -> None:
    present = client.get(f"/tiles/basemap/4/13/5.pbf?v={basemap.version()}")
    other = client.get("/tiles/basemap/4/13/5.pbf?v=older")
    assert present.headers["Cache-Control"].endswith("immutable")
    assert other.headers["Cache-Control"] == "no-cache"
    assert present.content == other.content


@pytest.mark.usefixtures("atlas")
def test_a_basemap_tile_that_the_browser_has_is_not_sent_again(client: Client, subject: Subject) -> None:
    first = client.get("/tiles/basemap/4/13/5.pbf")
    again = client.get("/tiles/basemap/4/13/5.pbf", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.fixture
def style(client: Client, subject: Subject, atlas: None) -> Any:
    def get(language: str, query: str = "?layers=trial") -> dict[str, Any]:
        response = client.get(f"/maps/style/{language}.json{query}")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-cache"
        document: dict[str, Any] = json.loads(response.content)
        return document

    return get


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans", "mn"])
def test_labels_come_in_the_readers_language_first(style: Any, language: str) -> None:
    document = style(language)
    fields = [
        layer["layout"]["text-field"]
        for layer in document["layers"]
        if "text-field" in layer.get("layout", {})
    ]
    assert len(fields) >= 6
    for field in fields:
        expression = field if field[0] == "coalesce" else field[-1]
        assert expression[1] == ["get", f"name_{language}"]
        assert len(expression) == 6  # the three other languages, then nothing
    assert document["metadata"]["languages"][0] == language


def test_the_style_names_no_other_server(style: Any) -> None:
    text = json.dumps(style("zh-hans", "?cjk=1&layers=trial"))
    assert "//" not in text
    assert "glyphs" not in style("en")
    assert "sprite" not in style("en")


def test_chinese_font_slices_come_only_on_request(style: Any) -> None:
    assert set(style("zh-hans")["font-faces"]) == {"Noto Sans"}
    slices = style("zh-hans", "?cjk=1&layers=trial")["font-faces"]["Noto Sans SC"]
    assert len(slices) > 90
    assert all(face["unicode-range"][0].startswith("U+") for face in slices)


def test_the_style_asks_for_the_tiles_of_the_present_generation(style: Any, subject: Subject) -> None:
    subject.generation = 41
    source = style("en")["sources"]["trial"]
    assert source["tiles"] == ["/tiles/trial/41/{z}/{x}/{y}.pbf"]
    assert source["maxzoom"] == 7


def test_approximate_places_are_drawn_apart_from_known_ones(style: Any) -> None:
    drawn = {layer["id"]: layer for layer in style("en")["layers"]}
    assert "line-dasharray" in drawn["trial-outline-approximate"]["paint"]
    assert "line-dasharray" not in drawn["trial-outline"]["paint"]
    assert "line-dasharray" in drawn["trial-line-approximate"]["paint"]
    assert ":approximate" in json.dumps(drawn["trial-point"]["layout"]["icon-image"])


def test_two_layers_of_one_name_are_refused(subject: Subject) -> None:
    with pytest.raises(ValueError, match="'trial' exists already"):
        layers.register(layers.Layer("trial", lambda _bounds: []))
    with pytest.raises(ValueError, match="'basemap' exists already"):
        layers.register(layers.Layer("basemap", lambda _bounds: []))
