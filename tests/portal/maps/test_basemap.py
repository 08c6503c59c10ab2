"""The basemap has land where land is, water where water is, and names in four languages."""

import json
from pathlib import Path

import pytest
from pyproj import Geod
from shapely import Point, STRtree
from shapely.geometry import shape

from amur.portal.languages.codes import LANGUAGES
from amur.portal.maps import atlas as world
from amur.portal.maps import basemap, drawn
from amur.portal.maps.grid import Tile, tile_at
from amur.portal.maps.tiles import decode

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "data" / "basemap" / "rivers.geojson"
EARTH = Geod(ellps="WGS84")

LAND = {"Harbin": (126.6, 45.7), "Chita": (113.5, 52.0), "Sakhalin": (142.9, 50), "Chukotka": (-178.0, 67.5)}
SEA = {"Sea of Japan": (135, 40.5), "Okhotsk": (147.0, 55), "Pacific": (165.0, 45), "Bering": (-178.0, 60)}
RIVERS = ["Amur", "Shilka", "Argun", "Zeya", "Ussuri", "Songhua", "Nen", "Kherlen", "Onon"]


def on_land(longitude: float, latitude: float, zoom: int) -> bool:
    tile = tile_at(longitude, latitude, zoom)
    here = tile.to_units(Point(longitude, latitude))
    land = decode(basemap.build(tile)).get("land", {"features": []})["features"]
    return any(shape(feature["geometry"]).contains(here) for feature in land)


@pytest.mark.usefixtures("atlas")
@pytest.mark.parametrize("zoom", [0, 2, 3, 5, 7])
def test_land_and_sea_are_where_they_are_at_every_scale(zoom: int) -> None:
    assert {name: on_land(*place, zoom) for name, place in LAND.items()} == dict.fromkeys(LAND, True)
    assert {name: on_land(*place, zoom) for name, place in SEA.items()} == dict.fromkeys(SEA, False)


@pytest.mark.usefixtures("atlas")
def test_the_coast_has_no_line_along_the_antimeridian() -> None:
    lines = world.outlines("50m").coast.geometries
    along = [
        line
        for line in lines
        for (west, _), (east, _) in zip(line.coords, line.coords[1:], strict=False)
        if abs(abs(west) - 180) < 1e-6 and abs(abs(east) - 180) < 1e-6
    ]
    assert along == []


@pytest.mark.usefixtures("atlas")
def test_the_amur_tile_shows_rivers_lakes_borders_and_cities() -> None:
    layers = decode(basemap.build(Tile(4, 13, 5)))
    rivers = {feature["properties"]["name_en"] for feature in layers["rivers"]["features"]}
    assert {"Amur", "Ussuri", "Songhua", "Zeya"} <= rivers
    assert layers["border"]["features"]
    cities = {feature["properties"]["name_zh-hans"] for feature in layers["places"]["features"]}
    assert "哈尔滨" in cities


@pytest.mark.usefixtures("atlas")
def test_a_border_river_is_the_border_itself() -> None:
    amur = next(river for river in drawn.read("rivers.geojson") if river.properties["name_en"] == "Amur")
    border = world.border_between("CN", "RU")
    assert border.buffer(1e-6).covers(amur.geometry)
    assert Point(amur.geometry.coords[0]).distance(Point(121.48, 53.33)) < 0.1
    assert Point(amur.geometry.coords[-1]).distance(Point(134.35, 48.38)) < 0.1


@pytest.mark.usefixtures("atlas")
@pytest.mark.parametrize("file", drawn.FILES)
def test_every_drawn_feature_has_a_name_in_each_of_the_four_languages(file: str) -> None:
    for feature in drawn.read(file):
        for language in LANGUAGES:
            assert feature.properties.get(f"name_{language}"), (feature.properties, language)


@pytest.mark.parametrize("file", drawn.FILES)
def test_cyrillic_and_chinese_names_use_their_own_letters(file: str) -> None:
    for feature in json.loads((drawn.FOLDER / file).read_text())["features"]:
        names = feature["properties"]
        if "territory" in names:
            continue
        assert any("а" <= letter <= "я" for letter in names["name_ru"]), names
        assert any("а" <= letter <= "ө" for letter in names["name_mn"]), names
        assert all(not ("a" <= letter <= "z") for letter in names["name_zh-hans"]), names


def test_countries_are_named_by_the_unicode_locale_data() -> None:
    assert drawn.country_names("CN") == {
        "name_en": "China",
        "name_ru": "Китай",
        "name_zh-hans": "中国",
        "name_mn": "Хятад",
    }


@pytest.mark.usefixtures("atlas")
@pytest.mark.parametrize("river", RIVERS)
def test_our_lines_run_near_the_mapped_rivers(river: str) -> None:
    if not REFERENCE.exists():
        pytest.skip(f"the reference rivers are not here ({REFERENCE})")
    mapped = STRtree(
        [shape(feature["geometry"]) for feature in json.loads(REFERENCE.read_text())["features"]]
    )
    offsets = []
    for line in (one.geometry for one in drawn.read("rivers.geojson") if one.properties["name_en"] == river):
        for place in line.coords:
            if 105 < place[0] < 142 and 40 < place[1] < 57:  # the window of the reference
                nearest = mapped.geometries[mapped.nearest(Point(place))]
                there = nearest.interpolate(nearest.project(Point(place)))
                offsets.append(EARTH.inv(*place, there.x, there.y)[2] / 1000)
    offsets.sort()
    assert offsets[len(offsets) // 2] < 12, f"half of {river} lies farther than that from any mapped river"
    assert offsets[int(len(offsets) * 0.95)] < 40


@pytest.mark.usefixtures("atlas")
def test_prebuilding_makes_every_tile_of_the_first_zooms_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basemap, "PREBUILT_ZOOM", 2)
    steps: list[float] = []
    count = basemap.prebuild(tmp_path, lambda done, _tile: steps.append(done))
    assert count == len(steps) == len(list(tmp_path.rglob("*.pbf.gz")))
    assert steps[-1] == 1.0
    monkeypatch.setattr(basemap, "build", lambda tile: pytest.fail(f"{tile} was made again"))
    basemap.prebuild(tmp_path)


def test_missing_outlines_are_named_with_the_command_that_fetches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "ATLAS_FOLDER", tmp_path)
    world.version.cache_clear()
    try:
        with pytest.raises(
            world.AtlasMissing, match=r"package\.json cannot be read .* amur\.portal\.frontend"
        ):
            world.version()
    finally:
        world.version.cache_clear()
