"""Files from strangers: hostile, enormous, half broken or in the alphabet of another age."""

from __future__ import annotations

import json
import shutil
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.formats.wdpca import AreaReport, AreaRow, Limits, check, write

Checker = Callable[..., AreaReport]


def codes_of(report: AreaReport) -> set[str]:
    return {problem.code for problem in report.problems if problem.severity == "error"}


def test_a_shapefile_with_a_part_missing_names_the_part(shapefile: Path) -> None:
    for suffix, code in (
        (".shx", "shapefile-part-missing"),
        (".dbf", "shapefile-part-missing"),
        (".prj", "crs-missing"),
    ):
        kept = shapefile.with_suffix(suffix).read_bytes()
        shapefile.with_suffix(suffix).unlink()
        assert codes_of(check(shapefile, this_year=2026)) == {code}
        shapefile.with_suffix(suffix).write_bytes(kept)
    assert check(shapefile, this_year=2026).error_count == 0


@pytest.mark.parametrize("stated", ["UTF-8", "65001", "utf8"])
def test_the_code_page_file_is_believed(shapefile: Path, stated: str) -> None:
    shapefile.with_suffix(".cpg").write_text(stated)
    assert check(shapefile, this_year=2026).areas[0].name == "Заповедник «Образец»"


def _recoded(shapefile: Path, codec: str) -> None:
    """Put the two texts in other letters in place of UTF-8, field lengths kept."""
    path = shapefile.with_suffix(".dbf")
    data = path.read_bytes()
    for text in ("Заповедник «Образец»", "заповедник"):
        old = text.encode()
        data = data.replace(old, text.encode(codec).ljust(len(old)))
    path.write_bytes(data)


@pytest.mark.parametrize("stated", ["1251", "CP1251", "ANSI 1251", "windows-1251"])
def test_a_russian_code_page_is_read(shapefile: Path, stated: str) -> None:
    _recoded(shapefile, "cp1251")
    shapefile.with_suffix(".cpg").write_text(stated)
    report = check(shapefile, this_year=2026)
    assert report.error_count == 0
    assert report.areas[0].name == "Заповедник «Образец»"


def test_the_language_byte_is_believed_where_there_is_no_code_page_file(shapefile: Path) -> None:
    _recoded(shapefile, "cp1251")
    shapefile.with_suffix(".cpg").unlink()
    data = bytearray(shapefile.with_suffix(".dbf").read_bytes())
    data[29] = 0xC9
    shapefile.with_suffix(".dbf").write_bytes(data)
    assert check(shapefile, this_year=2026).areas[0].name == "Заповедник «Образец»"


def test_unknown_letters_are_asked_for_and_never_guessed(shapefile: Path) -> None:
    shapefile.with_suffix(".cpg").unlink()
    assert {problem.code for problem in check(shapefile, this_year=2026).problems} == {"encoding-assumed"}
    _recoded(shapefile, "cp1251")
    (problem,) = check(shapefile, this_year=2026).problems
    assert problem.code == "encoding-unknown"
    assert check(shapefile, this_year=2026, encoding="cp1251").areas[0].name == "Заповедник «Образец»"


@pytest.mark.parametrize("encoding", ["hex", "idna", "utf-7", "klingon", "\0"])
def test_an_encoding_that_is_none_is_refused(shapefile: Path, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_text("site_id")
    for path in (shapefile, tmp_path / "a.csv"):
        assert codes_of(check(path, this_year=2026, encoding=encoding)) == {"encoding-not-known"}


def test_a_wrong_code_page_file_is_found_with_row_and_column(shapefile: Path) -> None:
    _recoded(shapefile, "cp1251")
    (problem,) = check(shapefile, this_year=2026).problems
    assert (problem.code, problem.row, problem.column) == ("not-in-encoding", 1, "NAME")


def test_a_chinese_code_page_is_read(area: AreaRow, tmp_path: Path) -> None:
    write(tmp_path / "layer.zip", [replace(area, name="样本自然保护区", desig="x", extra={})])
    with zipfile.ZipFile(tmp_path / "layer.zip") as archive:
        archive.extractall(tmp_path / "parts")
    path = tmp_path / "parts" / "layer_polygons.dbf"
    text = "样本自然保护区"
    path.write_bytes(
        path.read_bytes().replace(text.encode(), text.encode("gb18030").ljust(len(text.encode())))
    )
    path.with_suffix(".cpg").write_text("936")
    assert check(path.with_suffix(".shp"), this_year=2026).areas[0].name == text


def test_what_is_no_number_in_a_field_of_numbers_is_not_taken_for_zero(shapefile: Path) -> None:
    path = shapefile.with_suffix(".dbf")
    path.write_bytes(path.read_bytes().replace(b"2044.41", b"a lot! "))
    report = check(shapefile, this_year=2026)
    found = [(problem.code, problem.row, problem.column) for problem in report.problems if problem.row]
    assert ("not-a-number", 1, "REP_AREA") in found
    assert report.rows == ()


def test_a_ring_that_gdal_would_close_is_refused(shapefile: Path) -> None:
    data = bytearray(shapefile.read_bytes())
    data[-16:] = struct.pack("<dd", 133.2, 48.6)
    shapefile.write_bytes(bytes(data))
    assert "geometry-unreadable" in codes_of(check(shapefile, this_year=2026))


def test_a_truncated_attribute_table_is_damaged(shapefile: Path) -> None:
    path = shapefile.with_suffix(".dbf")
    path.write_bytes(path.read_bytes()[:-200])
    assert codes_of(check(shapefile, this_year=2026)) == {"shapefile-damaged"}


def test_several_layers_are_named_and_one_can_be_chosen(area: AreaRow, tmp_path: Path) -> None:
    write(tmp_path / "a.gpkg", [area])
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        for name in ("rivers", "roads"):
            database.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
                " VALUES (?, 'features', ?, 4326)",
                (name, name),
            )
    (problem,) = check(tmp_path / "a.gpkg", this_year=2026).problems
    assert problem.code == "layer-choice" and "“rivers”" in str(problem)
    assert check(tmp_path / "a.gpkg", this_year=2026, layer="areas_polygons").error_count == 0
    assert codes_of(check(tmp_path / "a.gpkg", this_year=2026, layer="lakes")) == {"layer-missing"}


def test_a_view_that_never_ends_is_not_run(area: AreaRow, tmp_path: Path) -> None:
    write(tmp_path / "a.gpkg", [area])
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "CREATE VIEW trap AS WITH RECURSIVE t(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM t)"
            " SELECT * FROM t"
        )
        database.execute("UPDATE gpkg_contents SET table_name = 'trap', identifier = 'trap'")
    assert codes_of(check(tmp_path / "a.gpkg", this_year=2026)) == {"layer-unsafe"}


def test_limits_are_told_with_their_number(area: AreaRow, tmp_path: Path) -> None:
    two = [area, replace(area, site_pid="2")]
    for name in ("areas.gpkg", "areas.zip", "areas.geojson", "areas.csv"):
        write(tmp_path / name, two)
        assert codes_of(check(tmp_path / name, this_year=2026, limits=Limits(rows=1))) == {"too-many-rows"}
        assert codes_of(check(tmp_path / name, this_year=2026, limits=Limits(columns=5))) == {
            "too-many-columns"
        }
        assert codes_of(check(tmp_path / name, this_year=2026, limits=Limits(file_bytes=100))) == {
            "file-too-large"
        }
        assert codes_of(check(tmp_path / name, this_year=2026, limits=Limits(vertices=3))) == {
            "vertices-too-many"
        }


def test_formats_of_text_have_a_limit_of_their_own(area: AreaRow, tmp_path: Path) -> None:
    for name, codes in (("a.geojson", {"file-too-large"}), ("a.csv", {"file-too-large"}), ("a.gpkg", set())):
        write(tmp_path / name, [area])
        assert codes_of(check(tmp_path / name, this_year=2026, limits=Limits(text_bytes=100))) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "json-damaged"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "json-damaged"),
        ('{"type": "FeatureCollection", "features": [' + "9" * 5000 + "]}", "json-damaged"),
        ('{"type": "FeatureCollection", "type": "Feature"}', "json-damaged"),
        ('{"type": "FeatureCollection", "features": {}}', "geojson-shape"),
        ('{"type": "FeatureCollection", "features": [7]}', "geojson-shape"),
        (
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": []}]}',
            "geojson-shape",
        ),
    ],
)
def test_hostile_json_is_told_in_one_sentence(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "a.geojson").write_text(text)
    assert code in codes_of(check(tmp_path / "a.geojson", this_year=2026))


def test_nested_wkt_never_reaches_the_parser(cells: dict[str, str], check_table: Checker) -> None:
    report = check_table({**cells, "geometry": "GEOMETRYCOLLECTION(" * 100_000})
    assert codes_of(report) == {"geometry-type"}


def test_an_unclosed_quote_does_not_swallow_the_table(tmp_path: Path, cells: dict[str, str]) -> None:
    path = tmp_path / "typed.csv"
    path.write_text(",".join(cells) + '\n"never closed\n' + "a,b\n" * 1000)
    (problem,) = check(path, this_year=2026).problems
    assert (problem.code, problem.row) == ("csv-damaged", 2)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("areas.shp", bytes(50 << 20))
    (problem,) = check(tmp_path / "bomb.zip", this_year=2026).problems
    assert (problem.code, problem.params["reason"]) == ("archive-unsafe", "ratio")


def test_texts_that_look_like_formulas_leave_quoted(area: AreaRow, tmp_path: Path) -> None:
    write(
        tmp_path / "areas.csv",
        [replace(area, name="=cmd|' /C calc'!A0", mang_auth="@SUM(1)", extra={"=x": "-y"})],
    )
    text = (tmp_path / "areas.csv").read_text("utf-8-sig")
    assert "'=cmd|" in text and "'@SUM(1)" in text and "'=x" in text and "'-y" in text
    (back,) = check(tmp_path / "areas.csv", this_year=2026).areas
    assert (back.name, back.mang_auth, back.extra) == ("=cmd|' /C calc'!A0", "@SUM(1)", {"=x": "-y"})


@st.composite
def damages(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """A few wrong bytes, and perhaps a lost end."""
    places = draw(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8))
    share = draw(st.sampled_from([1.0, 1.0, 0.5, 0.99]))

    def damaged(good: bytes) -> bytes:
        broken = bytearray(good)
        for place, value in places:
            broken[int(place * len(broken))] = value
        return bytes(broken[: int(share * len(broken))])

    return damaged


FEW = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def is_a_full_report(report: AreaReport) -> bool:
    json.dumps([problem.as_dict() for problem in report.problems])
    return bool(report.error_count or report.rows)


@pytest.mark.parametrize("name", ["areas.gpkg", "areas.zip", "areas.geojson", "areas.csv"])
@given(damaged=damages())
@FEW
def test_a_damaged_file_gives_a_report_and_never_another_exception(
    name: str, area: AreaRow, tmp_path: Path, damaged: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / name
    if not path.exists():
        write(path, [area, replace(area, site_pid="2", geometry=shapely.Point(133, 48))])
    worse = tmp_path / f"worse{path.suffix}"
    worse.write_bytes(damaged(path.read_bytes()))
    assert is_a_full_report(check(worse, this_year=2026))


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf", ".prj", ".cpg"])
@given(damaged=damages())
@FEW
def test_a_damaged_part_of_a_shapefile_gives_a_report(
    suffix: str, shapefile: Path, damaged: Callable[[bytes], bytes]
) -> None:
    part = shapefile.with_suffix(suffix)
    good = part.read_bytes()
    try:
        part.write_bytes(damaged(good))
        assert is_a_full_report(check(shapefile, this_year=2026))
    finally:
        part.write_bytes(good)


def test_nothing_is_left_in_the_temporary_folder(
    area: AreaRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    for name in ("areas.gpkg", "areas.zip"):
        write(tmp_path / name, [area])
        check(tmp_path / name, this_year=2026)
    shutil.copy(tmp_path / "areas.gpkg", tmp_path / "areas_copy.zip")
    check(tmp_path / "areas_copy.zip", this_year=2026)
    assert list(scratch.iterdir()) == []
