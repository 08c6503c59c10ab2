"""Who sees a result and what of it: the office the whole, the public what was released and nothing besides."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from amur.portal.connectivity import actions, drawing, files
from amur.portal.connectivity.models import ConnectivityResult
from amur.portal.facts.models import Fact
from amur.portal.maps.grid import tile_at
from amur.portal.maps.tiles import decode
from amur.portal.release.models import Released

pytestmark = pytest.mark.django_db


def page(result: Any, language: str = "en") -> str:
    return f"/{language}/connectivity/{result.uuid}/"


def tile(result: Any, suffix: str = "png", zoom: int = 7) -> str:
    longitude, latitude = result.areas[1]["place"]
    at = tile_at(longitude, latitude, zoom)
    return f"/tiles/connectivity/{result.uuid}/{zoom}/{at.column}/{at.row}.{suffix}"


def every_address(result: Any) -> list[str]:
    """Everything that a result has on the web."""
    files_of = [f"{page(result)}{name}" for name in ("current.tif", "corridors.gpkg", "resistances.csv")]
    return [
        page(result), *files_of, tile(result), tile(result, "pbf"), f"/maps/connectivity/{result.uuid}/en.json",
    ]  # fmt: skip


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture
def hidden(areas: Any, compute: Any) -> Any:
    """A released result in which an area of ours takes part that is not public."""
    areas["north"].is_published = False
    areas["north"].save()
    result = compute()
    actions.release(result, published=True)
    return result


def test_before_its_release_only_people_of_the_office_find_a_result(
    compute: Any, cast: Any, log_in: Any
) -> None:
    result = compute()
    for name in ("public", "foreign_data_manager", "ranger"):
        client = log_in(cast[name])
        assert [client.get(one).status_code for one in every_address(result)] == [404] * 7, name
        assert str(result.uuid) not in client.get("/en/connectivity/").content.decode()
    for name in ("data_manager", "editor", "auditor"):
        client = log_in(cast[name])
        for address in every_address(result):
            answer = client.get(address)
            assert answer.status_code == 200 and "private" in answer.headers["Cache-Control"], (name, address)
        assert str(result.uuid) in client.get("/en/connectivity/").content.decode()
    assert not Released.objects.filter(kind="connectivity").exists()


def test_a_released_result_is_public_with_its_facts_and_can_be_taken_back(
    compute: Any, cast: Any, log_in: Any
) -> None:
    result = compute()
    office, public = log_in(cast.data_manager), log_in(None)
    assert office.post(page(result) + "release", {"published": "1"}).status_code == 302
    for address in every_address(result):
        answer = public.get(address)
        assert answer.status_code == 200 and "public" in answer.headers["Cache-Control"], address
    assert Released.objects.filter(kind="fact", subject=f"connectivity:{result.key}").count() == 6
    text = public.get(page(result)).content.decode()
    assert "How we know" in text and "Area theirs" in text and "not joined" in text
    office.post(page(result) + "release", {"published": "0"})
    assert [public.get(one).status_code for one in every_address(result)] == [404] * 7
    assert not Released.objects.filter(kind="fact", subject=f"connectivity:{result.key}").exists()


def test_an_area_that_is_not_public_shows_nowhere(hidden: Any, cast: Any, log_in: Any) -> None:
    """Neither name nor key nor place of it is in a page, table, tile, file, fact or answer of the API."""
    public = log_in(None)
    assert b"Area north" in log_in(cast.data_manager).get(page(hidden)).content
    assert public.get(tile(hidden)).status_code == 404
    assert public.get(page(hidden) + "current.tif").status_code == 404
    readable = [page(hidden), page(hidden, "ru"), "/en/facts/", "/en/connectivity/", f"{page(hidden)}resistances.csv",
                f"{page(hidden)}corridors.gpkg", f"/api/v1/connectivity/{hidden.uuid}", "/api/v1/connectivity",
                "/api/v1/facts", f"/maps/connectivity/{hidden.uuid}/en.json"]  # fmt: skip
    place = next(one["place"] for one in hidden.areas if one["key"] == "north")
    for address in readable:
        answer = public.get(address)
        assert answer.status_code == 200, address
        content = body(answer)
        for word in ("Area north", "Участок north", '"key": "north"', hidden.current, f"{place[0]:.4f}"):
            assert word.encode() not in content, (address, word)
    features = decode_plain(public.get(tile(hidden, "pbf", zoom=4)).content)
    assert {one["name_en"] for one in features if one["kind"] == "protected_area"} == {
        "Area west", "Area middle", "Area theirs", "Area cut-off",
    }  # fmt: skip
    assert not any("north" in one["name_en"] for one in features)


def test_what_is_shown_follows_an_area_that_becomes_public(hidden: Any, areas: Any, log_in: Any) -> None:
    areas["north"].is_published = True
    areas["north"].save()
    assert log_in(None).get(tile(hidden)).status_code == 200
    assert b"Area north" in log_in(None).get(page(hidden)).content
    assert Fact.objects.filter(subject_key=hidden.key, is_published=True).count() == 6
    areas["north"].is_published = False
    areas["north"].save()
    assert Fact.objects.filter(subject_key=hidden.key, is_published=True).count() == 3
    assert log_in(None).get(tile(hidden)).status_code == 404


def test_an_area_whose_place_is_released_only_coarsely_takes_no_part_in_public(
    areas: Any, compute: Any, log_in: Any
) -> None:
    """The result was computed at its true place, so bright spot, corridors and resistances would tell it."""
    note = {"code": "place-cell", "params": {"step": "0.1", "office": "ours"}}
    Released.objects.filter(uuid=areas["north"].uuid).update(generalizations=[note])
    result = compute()
    actions.release(result, published=True)
    shown = Released.objects.get(uuid=result.uuid).fields
    assert "north" not in {one["key"] for one in shown["areas"]} and shown["current"] is None
    assert len(shown["resistances"]) == len(result.areas) - 1
    assert Fact.objects.filter(subject_key=result.key, is_published=True).count() == 3
    assert log_in(None).get(tile(result)).status_code == 404


def decode_plain(content: bytes) -> list[dict[str, Any]]:
    import gzip

    (layer,) = decode(gzip.compress(content)).values()
    return [one["properties"] for one in layer["features"]]


def test_a_tile_shows_each_cell_in_the_colour_of_its_class(compute: Any, cast: Any, log_in: Any) -> None:
    """The pixel at an area has the last colour, where much current flows; without data it is clear."""
    result = compute(areas=["west", "north", "theirs"])
    client = log_in(cast.data_manager)
    longitude, latitude = result.areas[0]["place"]
    at = tile_at(longitude, latitude, 9)
    address = f"/tiles/connectivity/{result.uuid}/9/{at.column}/{at.row}.png"
    picture = Image.open(io.BytesIO(client.get(address).content)).convert("RGBA")
    assert picture.size == (256, 256)
    west, _south, east, north = at.bounds()
    across = int((longitude - west) / (east - west) * 256)
    unit = at.to_units(__import__("shapely").Point(longitude, latitude))
    pixel = picture.getpixel((across, int(unit.y / 16)))
    assert pixel == (*drawing.palette(result.breaks)[-1], 255)
    everywhere = np.asarray(picture).reshape(-1, 4)
    known = {(*colour, 255) for colour in drawing.palette(result.breaks)}
    assert {tuple(one) for one in everywhere.tolist() if one[3]} <= known
    far = client.get(f"/tiles/connectivity/{result.uuid}/3/0/0.png")
    assert not np.asarray(Image.open(io.BytesIO(far.content)).convert("RGBA"))[..., 3].any()
    assert client.get(f"/tiles/connectivity/{result.uuid}/12/0/0.png").status_code == 404
    assert client.get(f"/tiles/connectivity/{result.uuid}/2/9/9.png").status_code == 404


def test_an_unchanged_tile_is_answered_without_a_body(compute: Any, log_in: Any) -> None:
    result = compute()
    actions.release(result, published=True)
    first = log_in(None).get(tile(result))
    again = log_in(None).get(tile(result), headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.content


def test_the_legend_names_every_class_in_the_readers_language(compute: Any, cast: Any, log_in: Any) -> None:
    result = compute(areas=["west", "north"])
    text = log_in(cast.data_manager).get(page(result, "ru")).content.decode()
    entries = drawing.legend(result.breaks, "ru")
    assert len(entries) == len(result.breaks) + 1 == 10
    for entry in entries:
        assert entry.colour in text and entry.words.replace("<", "&lt;") in text


def test_the_files_hold_what_the_page_shows(compute: Any, cast: Any, log_in: Any, tmp_path: Any) -> None:
    import csv

    import pyogrio
    import rasterio

    result = compute()
    client = log_in(cast.data_manager)
    table = body(client.get(page(result) + "resistances.csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == 10 and [one["effective_resistance_ohm"] for one in rows].count("") == 4
    keys = [one["key"] for one in result.areas]
    for one in rows:
        value = result.resistances[keys.index(one["area_1"])][keys.index(one["area_2"])]
        assert one["effective_resistance_ohm"] == ("" if value is None else repr(value))
    tif = tmp_path / "a.tif"
    tif.write_bytes(body(client.get(page(result) + "current.tif")))
    with rasterio.open(tif) as raster:
        assert raster.tags(ns="IMAGE_STRUCTURE").get("LAYOUT") == "COG" and raster.nodata == files.NODATA
    gpkg = tmp_path / "a.gpkg"
    gpkg.write_bytes(body(client.get(page(result) + "corridors.gpkg")))
    assert {str(name) for name, _kind in pyogrio.list_layers(gpkg)} == {"areas", "corridors"}
    _meta, _ids, shapes, columns = pyogrio.raw.read(gpkg, layer="corridors")
    assert len(shapes) == len(result.links)
    assert sorted(columns[4]) == pytest.approx(sorted(link[2] for link in result.links))


def test_a_name_cannot_become_a_formula(area: Any, compute: Any, cast: Any, log_in: Any) -> None:
    from amur.portal.languages.text import MultilingualText

    area("bad", (5.5, 5.5), names=MultilingualText.of("en", en="=1+1"))
    result = compute(areas=["bad", "west"])
    table = body(log_in(cast.data_manager).get(page(result) + "resistances.csv")).decode()
    assert ",'=1+1," in table


def test_deleting_takes_the_result_its_facts_and_its_map(compute: Any, cast: Any, log_in: Any) -> None:
    result = compute()
    assert log_in(cast.editor).post(page(result) + "delete").status_code == 404
    assert log_in(cast.foreign_data_manager).post(page(result) + "delete").status_code == 404
    assert ConnectivityResult.objects.exists()
    assert log_in(cast.data_manager).post(page(result) + "delete").status_code == 302
    assert not ConnectivityResult.objects.exists() and not Fact.objects.filter(unit="ohm").exists()
    assert not files.path_of(result.current).exists() and files.path_of(result.raster.sha256).exists()


def test_the_api_gives_the_released_result(compute: Any, log_in: Any) -> None:
    result = compute(areas=["west", "north", "theirs"])
    public = log_in(None)
    assert public.get("/api/v1/connectivity").json()["count"] == 0
    assert public.get(f"/api/v1/connectivity/{result.uuid}").status_code == 404
    actions.release(result, published=True)
    (one,) = public.get("/api/v1/connectivity").json()["items"]
    assert one == public.get(f"/api/v1/connectivity/{result.uuid}").json()
    assert one["resistances"] == result.resistances and one["synthetic"] is False
    assert one["geometry"]["type"] == "MultiLineString" and len(one["links"]) == len(result.links)
    assert one["addresses"]["mn"] == page(result, "mn")


def test_title_and_notes_are_changed_in_the_editing_pages_and_nothing_else(
    compute: Any, cast: Any, log_in: Any
) -> None:
    from form_data import filled_form

    result = compute()
    address = f"/admin/connectivity/edit/{result.pk}/"
    client = log_in(cast.data_manager)
    given = filled_form(client, address)
    client.post(address, {**given, "names-ru": "По-русски", "names-ru-status": "reviewed"})
    changed = ConnectivityResult.objects.get(pk=result.pk)
    assert changed.names.text("ru") == "По-русски" and changed.resistances == result.resistances
    assert client.get("/admin/connectivity/new/").status_code == 302
    assert log_in(cast.foreign_data_manager).get(address).status_code == 404


def test_the_style_holds_the_raster_below_borders_and_the_corridors_above(
    compute: Any, cast: Any, log_in: Any
) -> None:
    from amur.portal.maps import atlas

    if not (atlas.ATLAS_FOLDER / "package.json").exists():
        pytest.skip("the atlas of the basemap is not fetched")
    result = compute()
    style = json.loads(log_in(cast.data_manager).get(f"/maps/connectivity/{result.uuid}/mn.json").content)
    order = [layer["id"] for layer in style["layers"]]
    assert (
        order.index("land") < order.index("raster") < order.index("border") < order.index("connectivity-line")
    )
    for source in ("raster", "connectivity"):
        (address,) = style["sources"][source]["tiles"]
        assert address.startswith(f"/tiles/connectivity/{result.uuid}/") and "{z}/{x}/{y}" in address


def test_the_search_finds_a_released_result_by_its_title_and_areas(compute: Any, log_in: Any) -> None:
    result = compute(names={"source": "en", "texts": {"en": {"text": "Quernbeck crossing"}}})
    public = log_in(None)
    assert str(result.uuid) not in public.get("/en/search/", {"q": "Quernbeck"}).content.decode()
    actions.release(result, published=True)
    assert str(result.uuid) in public.get("/en/search/", {"q": "Quernbeck"}).content.decode()
    actions.release(result, published=False)
    assert str(result.uuid) not in public.get("/en/search/", {"q": "Quernbeck"}).content.decode()
