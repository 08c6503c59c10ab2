"""Tracks of receivers: every format becomes the same fixes, and nothing unknown becomes zero."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyogrio
import pytest
import shapely

from amur.formats.errors import FormatErrors
from amur.formats.tracks import Columns, Track, read_tracks

GPX = Path(__file__).parents[4] / "shared" / "data" / "earthranger" / "gpsmap_data.gpx"
TIMES = ["2026-03-01T08:30:00+10:00", "2026-03-01T08:31:00+10:00"]
KML = f"""<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
<Placemark><name>a</name><gx:Track><when>{TIMES[0]}</when><when>{TIMES[1]}</when>
<gx:coord>135.1 48.2 100</gx:coord><gx:coord>135.2 48.3</gx:coord></gx:Track></Placemark></Document></kml>"""
POINTS = "".join(
    f"<Placemark><TimeStamp><when>{time}</when></TimeStamp><Point><coordinates>{place}</coordinates></Point></Placemark>"
    for time, place in zip(TIMES, ("135.1,48.2,100", "135.2,48.3"), strict=True)
)


def assert_is_the_walk(track: Track) -> None:
    assert track.longitude.tolist() == [135.1, 135.2]
    assert track.latitude.tolist() == [48.2, 48.3]
    assert track.instant.astype("M8[s]").astype(str).tolist() == [
        "2026-02-28T22:30:00",
        "2026-02-28T22:31:00",
    ]
    assert np.isnan(track.accuracy).all()


def written(folder: Path, name: str) -> Path:
    path = folder / name
    if name == "t.gpx":
        fixes = "".join(
            f'<trkpt lon="{lon}" lat="{lat}"><time>{time}</time></trkpt>'
            for lon, lat, time in zip((135.1, 135.2), (48.2, 48.3), TIMES, strict=True)
        )
        path.write_text(
            f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{fixes}</trkseg></trk></gpx>'
        )
    elif name == "t.kml":
        path.write_text(KML)
    elif name == "points.kml":
        path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{POINTS}</Document></kml>')
    elif name == "t.kmz":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("doc.kml", KML)
    elif name == "line.geojson":
        geometry = {"type": "LineString", "coordinates": [[135.1, 48.2], [135.2, 48.3]]}
        path.write_text(
            json.dumps({"type": "Feature", "geometry": geometry, "properties": {"coordTimes": TIMES}})
        )
    elif name == "points.geojson":
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": place},
                "properties": {"time": time},
            }
            for place, time in zip(([135.1, 48.2], [135.2, 48.3]), TIMES, strict=True)
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    elif name == "t.gpkg":
        points = shapely.to_wkb(shapely.points([[135.1, 48.2], [135.2, 48.3]]))
        pyogrio.raw.write(
            path, points, [np.array(TIMES, dtype=object)], ["time"],
            geometry_type="Point", crs="EPSG:4326", layer="fixes", driver="GPKG",
        )  # fmt: skip
    else:
        rows = [f"{TIMES[0]};135.1;48.2", f"{TIMES[1]};135.2;48.3"]
        path.write_text("\n".join(["Time;Lon;Lat", *rows]))
    return path


NAMES = ["t.gpx", "t.kml", "points.kml", "t.kmz", "line.geojson", "points.geojson", "t.gpkg", "t.csv"]


@pytest.mark.parametrize("name", NAMES)
def test_each_format_gives_the_same_fixes(tmp_path: Path, name: str) -> None:
    (track,) = read_tracks(written(tmp_path, name)).tracks
    assert_is_the_walk(track)


@pytest.mark.skipif(not GPX.is_file(), reason=f"the public track is not at {GPX}")
def test_a_track_of_a_receiver_is_read_with_what_was_left_out() -> None:
    found = read_tracks(GPX)
    (track,) = found.tracks
    assert len(track) == 642
    assert str(track.instant.min().astype("M8[s]")) == "2020-06-06T04:17:33"
    assert found.losses == ("waypoints: 14",)


def test_unknown_stays_unknown(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "lon,lat,time,accuracy,device\n135.1,48.2,2026-03-01T08:30:00Z,4.5,a\n,,,,a\n135.3,48.4,,,b\n"
    )
    first, second = read_tracks(path).tracks
    assert first.accuracy[0] == 4.5
    assert np.isnan([first.longitude[1], first.latitude[1], first.accuracy[1], second.accuracy[0]]).all()
    assert np.isnat([first.instant[1], second.instant[0]]).all()


def test_a_local_time_needs_the_zone_of_the_place(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("lon,lat,time\n135.1,48.2,2026-03-01 08:30:00\n")
    with pytest.raises(FormatErrors, match=r"t\.csv, row 2: The time .* has no offset from UTC"):
        read_tracks(path)
    (track,) = read_tracks(path, ZoneInfo("Asia/Vladivostok")).tracks
    assert str(track.instant[0].astype("M8[s]")) == "2026-02-28T22:30:00"


def test_columns_of_any_name_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("ost,nord,zeit,what\n135.1,48.2,2026-03-01T08:30:00Z,x\n")
    found = read_tracks(path, columns=Columns(longitude="ost", latitude="nord", time="zeit"))
    assert found.tracks[0].longitude.tolist() == [135.1]
    assert found.losses == ("column what",)
    with pytest.raises(FormatErrors, match="There is no column for longitude"):
        read_tracks(path)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("200,48.2,2026-03-01T08:30:00Z,1", "fix-place"),
        ("135.1,,2026-03-01T08:30:00Z,1", "fix-place"),
        ("135.1,48.2,1 March,1", "fix-time"),
        ("135.1,48.2,2026-03-01T08:30:00Z,good", "fix-number"),
        ("135.1,48.2", "row-columns"),
    ],
)
def test_a_wrong_fix_is_told_in_its_row(tmp_path: Path, row: str, code: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"lon,lat,time,accuracy\n135.0,48.0,2026-03-01T08:29:00Z,1\n{row}\n")
    with pytest.raises(FormatErrors) as refused:
        read_tracks(path)
    assert [(problem.code, problem.row) for problem in refused.value.problems] == [(code, 3)]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("t.gpx", b'<!DOCTYPE gpx [<!ENTITY a "b">]><gpx/>', "xml-doctype"),
        ("t.gpx", b"<kml/>", "content-unknown"),
        ("t.gpx", b"<gpx/>", "no-fixes"),
        ("t.kmz", b"no archive", "archive"),
        ("t.geojson", b"{", "json-broken"),
        ("t.geojson", b'{"features": 3}', "json-shape"),
        ("t.gpkg", b"no database", "file-unreadable"),
        ("t.doc", b"", "format-unknown"),
    ],
)
def test_files_that_are_none_are_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FormatErrors) as refused:
        read_tracks(path)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_line_with_a_time_too_few_is_refused(tmp_path: Path) -> None:
    geometry = {"type": "LineString", "coordinates": [[135.1, 48.2], [135.2, 48.3]]}
    path = tmp_path / "t.geojson"
    path.write_text(
        json.dumps({"type": "Feature", "geometry": geometry, "properties": {"coordTimes": TIMES[:1]}})
    )
    with pytest.raises(FormatErrors, match="has 2 places and 1 times"):
        read_tracks(path)
