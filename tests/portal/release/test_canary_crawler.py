"""The crawler can fail: a leak that is planted on purpose is found in every form, and what is allowed is not."""

import base64
import gzip
import hashlib
import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable

import mapbox_vector_tile
import pytest
import shapely
from canary_crawler import Crawler, Pattern, filled, references
from canary_decoders import decode
from canary_finder import FIRST_KEY, Canaries
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import path
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from shapely import Point

EAST, NORTH = 133.71834652, 47.28261957
WORD = "kanarzqleak"


def canaries() -> Canaries:
    made = Canaries()
    made.word("leak", {"ranger"})
    made.cyrillic("лес")
    made.spot("den", EAST, NORTH, 0.05, {"ranger"}, (133.5, 47.5))
    made.secret("argon2-of-somebody")
    made.secret("hash-of-a-file", {"ranger"})
    return made


def found(body: bytes, address: str = "/x", **role: object) -> set[str]:
    """The names of the canaries that a body betrays."""
    given = {"role": "public", "inside": False, **role}
    return {trace.canary for trace in canaries().traces(decode(body, address), **given)}  # type: ignore[arg-type]


def tile(longitude: float, latitude: float) -> bytes:
    """Tile 12/3569/1435, with a point given as a share of the tile."""
    feature = {"geometry": Point(longitude, latitude), "properties": {"name": "x"}}
    return mapbox_vector_tile.encode(
        [{"name": "areas", "features": [feature]}], default_options={"y_coord_down": True}
    )


def in_tile() -> bytes:
    import math

    side = 1 << 12
    across = (EAST + 180) / 360 * side
    down = (1 - math.asinh(math.tan(math.radians(NORTH))) / math.pi) / 2 * side
    assert (int(across), int(down)) == (3569, 1435)
    return tile(round((across % 1) * 4096), round((down % 1) * 4096))


def archive(name: str, body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, body)
    return out.getvalue()


def database(value: object) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE areas (geom)")
    connection.execute("INSERT INTO areas VALUES (?)", [value])
    connection.commit()
    body: bytes = connection.serialize()
    return body


def picture() -> bytes:
    out, told = io.BytesIO(), PngInfo()
    told.add_text("Comment", f"at {NORTH}, {EAST}")
    Image.new("RGB", (4, 4)).save(out, "PNG", pnginfo=told)
    return out.getvalue()


PLACES: dict[str, Callable[[], bytes]] = {
    "a number in a page": lambda: f"<td>{EAST}</td>".encode(),
    "rounded to 100 m": lambda: b"<p>47.283 N</p>",
    "rounded to 1 km, as a pair": lambda: b"[133.72, 47.28]",
    "with decimal commas": lambda: b"<p>47,2826 133,7183</p>",
    "escaped in an attribute": lambda: b'data-map="{&quot;at&quot;:[133.71835,47.28262]}"',
    "GeoJSON": lambda: json.dumps({"coordinates": [EAST, NORTH]}).encode(),
    "CSV": lambda: f"name;lon;lat\r\nx;{EAST:.4f};{NORTH:.4f}\r\n".encode("utf-8-sig"),
    "an address in percent signs": lambda: b'<a href="?at=133%2E71834%2C47%2E28262">',
    "degrees, minutes and seconds": lambda: "47°16′57″ с.ш., 133°43′06″ в.д.".encode(),
    "Chinese degrees": lambda: "北纬47度 47°16分57秒".encode(),
    "whole numbers of 1e-7 degrees": lambda: b'{"lon": 1337183465}',
    "Web Mercator": lambda: b"center: 14885459.6, 5984160.2",
    "UTM": lambda: "{0:.0f} {1:.0f}".format(*canaries().spots[0].utm).encode(),
    "a geohash": lambda: f"<i>{canaries().spots[0].geohash}xy</i>".encode(),
    "a plus code": lambda: f"<i>{canaries().spots[0].plus_code}4C</i>".encode(),
    "WKB as hexadecimal": lambda: Point(EAST, NORTH).wkb_hex.encode(),
    "WKB as base64": lambda: b"x=" + base64.b64encode(Point(EAST, NORTH).wkb),
    "big-endian doubles": lambda: b"\xff\x00\xfe" + struct.pack(">2d", EAST, NORTH),
    "a bounding box of doubles": lambda: b"\xff" + struct.pack("<4d", EAST, EAST, NORTH, NORTH),
    "gzip": lambda: gzip.compress(f"{EAST}".encode()),
    "a member of a ZIP": lambda: archive("areas.shp", b"\xff\xfe" + struct.pack("<2d", EAST, NORTH)),
    "a name in a ZIP": lambda: archive(f"{EAST}.txt", b"x"),
    "a GeoPackage's geometry": lambda: database(b"GP\x00\x01\xe6\x10\x00\x00" + Point(EAST, NORTH).wkb),
    "a GeoPackage's column": lambda: database(NORTH),
    "a picture's text": picture,
}  # fmt: skip


@pytest.mark.parametrize("form", PLACES)
def test_a_true_place_is_found_as(form: str) -> None:
    assert "den" in found(PLACES[form]())


def test_a_true_place_is_found_in_a_tile_at_a_high_zoom() -> None:
    assert found(in_tile(), "/tiles/areas/1/12/3569/1435.pbf") == {"den"}
    assert found(gzip.compress(in_tile()), "/tiles/areas/1/12/3569/1435.pbf") == {"den"}
    assert found(in_tile(), "/tiles/areas/1/12/3570/1435.pbf") == set(), "elsewhere on earth"


def test_a_released_cell_is_not_taken_for_the_true_place() -> None:
    for body in (
        b'{"coordinates": [133.5, 47.5], "uncertainty_m": 67000}',
        Point(133.5, 47.5).wkb_hex.encode(),
        database(b"GP\x00\x01\xe6\x10\x00\x00" + Point(133.5, 47.5).wkb),
        shapely.to_geojson(shapely.box(133, 47, 134, 48)).encode(),
        b"133 47 2026-11-21 133.7 km",
    ):
        assert found(body) == set()


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{WORD}</p>".encode(),
        f"<p>{WORD.upper()}s</p>".encode(),
        b"<p>kanarzq&#108;eak</p>",
        json.dumps({"x": f"Канарзклес {WORD}"}).encode(),
        b"%6Banarzqleak",
        base64.b64encode(f"some text around {WORD}".encode()),
        gzip.compress(WORD.encode(), mtime=0),
        archive("x.csv", WORD.encode()),
        database(WORD),
        WORD.encode("utf-16-le") + b"\xff\xd8",
        b"\x1f\x8b no packing at all " + WORD.encode(),
        gzip.compress(b"", mtime=0)[:12] + WORD.encode(),
    ],
)
def test_a_word_is_found_in_any_packing(body: bytes) -> None:
    assert WORD in found(body)


def test_a_cyrillic_word_is_found_escaped_and_in_an_address() -> None:
    assert found(json.dumps("в Канарзклесу").encode()) == {"канарзклес"}
    assert found(b"/ru/areas/%D0%BA%D0%B0%D0%BD%D0%B0%D1%80%D0%B7%D0%BA%D0%BB%D0%B5%D1%81/") == {"канарзклес"}


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
@pytest.mark.parametrize("plain", [WORD, f"{EAST},{NORTH}"])
def test_a_hash_of_a_canary_is_found(name: str, plain: str) -> None:
    digest = hashlib.new(name, plain.encode(), usedforsecurity=False)
    assert found(f'{{"etag": "{digest.hexdigest()}"}}'.encode()) == {plain}
    assert found(base64.b64encode(digest.digest())) == {plain}


def test_a_secret_and_a_primary_key_are_found() -> None:
    assert found(b"x argon2-of-somebody y", role="ranger", inside=True) == {"a secret"}
    assert found(b"hash-of-a-file", role="ranger") == found(b"hash-of-a-file", role="editor", inside=True)
    assert found(b"hash-of-a-file", role="editor", inside=True) == {"a secret"}
    assert found(b"hash-of-a-file", role="ranger", inside=True) == set()
    assert found(f'<a href="/en/areas/{FIRST_KEY + 3}/">'.encode()) == {"a primary key"}


def test_an_office_may_see_its_own_on_its_own_pages_only() -> None:
    body = f"{WORD} {EAST}".encode()
    assert found(body, role="ranger", inside=True) == set()
    assert (
        found(body, role="ranger", inside=False) == found(body, role="editor", inside=True) == {WORD, "den"}
    )


def test_the_word_that_somebody_asked_for_may_be_repeated_to_them() -> None:
    content = decode(f'<input value="{WORD}">'.encode())
    assert canaries().traces(content, "public", inside=False, known=f"/en/areas/?q={WORD}") == set()
    assert canaries().traces(content, "public", inside=False, known="/en/areas/?q=x")


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        '<a href="two/">two</a> <script src="/three.js"></script> <a href="https://example.org/">x</a>'
    )


def _script(request: HttpRequest) -> HttpResponse:
    return HttpResponse('load("/four.json?deep=1")', content_type="text/plain")


def _tail(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f'{{"at": [{EAST}, {NORTH}]}}', content_type="application/json")


def _header(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/gone/", headers={"X-Place": WORD})


def _missing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"There is no {NORTH:.5f}", status=404)


urlpatterns = [
    path("", _page),
    path("two/", _header),
    path("three.js", _script),
    path("four.json", _tail),
    path("gone/", _missing),
]


@pytest.mark.urls("test_canary_crawler")
@pytest.mark.django_db
def test_the_crawler_follows_pages_scripts_and_redirects_to_the_leaks() -> None:
    crawler = Crawler("public", Client(), canaries())
    crawler.walk(["/"])
    assert {(one.address, one.trace.canary) for one in crawler.findings} == {
        ("/two/", WORD),
        ("/four.json?deep=1", "den"),
        ("/gone/", "den"),
    }


def test_references_leave_out_other_hosts_and_the_program_itself() -> None:
    page = HttpResponse(
        '<a href="//example.org/a"><a href="mailto:a@b"><a href="#c"><img src="/d"><form action="e">'
    )
    assert set(references("/f/", page)) == {"/d", "/f/e"}


def test_a_pattern_is_filled_with_every_value_in_every_language() -> None:
    pattern = Pattern("area", "/<language>/areas/<str:slug>/")
    values = {"language": ("en", "mn"), "slug": ["a", "б"]}
    assert set(filled(pattern, values)) == {
        "/en/areas/a/", "/mn/areas/a/", "/en/areas/%D0%B1/", "/mn/areas/%D0%B1/",
    }  # fmt: skip
