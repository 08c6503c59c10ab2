"""What is written comes back: every column, every letter, every digit, in all four formats."""

from __future__ import annotations

import hashlib
import json
import string
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import FormatErrors
from amur.formats.wdpca import COLUMNS, EXTENSIONS, AreaRow, read, write
from amur.formats.wdpca.codes import ISO3
from amur.formats.wdpca.columns import RESERVED
from amur.formats.wdpca.csv_source import quoted, unquoted

FORMAT_NAMES = ("areas.gpkg", "areas.zip", "areas.geojson", "areas.csv")

LETTERS = (
    string.ascii_letters
    + string.digits
    + " \"',;|=+-@<>&%{}\\/\t\n"
    + "Ёжик№«»"
    + "ӨөҮү"
    + "自然保护区"
    + "😀é"
)
texts = st.text(LETTERS, min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
names = st.text(string.ascii_letters + "_ Ёжй自然'\"", min_size=1, max_size=24).filter(
    lambda name: (
        name == name.strip() and name.casefold() not in RESERVED and name.casefold() not in EXTENSIONS
    )
)
# Micro square kilometres (a square metre) are what a Shapefile's numbers hold exactly.
areas = st.integers(0, 10**12).map(lambda number: number / 1e6)
longitudes = st.floats(-179.0, 178.0, allow_subnormal=False)
latitudes = st.floats(-89.0, 88.0, allow_subnormal=False)
points = st.builds(shapely.Point, longitudes, latitudes)


@st.composite
def boxes(draw: st.DrawFn) -> BaseGeometry:
    west, south = draw(longitudes), draw(latitudes)
    outer = shapely.box(west, south, west + 1, south + 1)
    hole = shapely.box(west + 0.25, south + 0.25, west + 0.5, south + 0.5)
    return outer.difference(hole) if draw(st.booleans()) else outer


@st.composite
def multipolygons(draw: st.DrawFn) -> shapely.MultiPolygon:
    west, south = draw(st.floats(-170, 170)), draw(latitudes)
    return shapely.MultiPolygon(
        [shapely.box(west + 2 * k, south, west + 2 * k + 1, south + 1) for k in range(2)]
    )


@st.composite
def rows(draw: st.DrawFn) -> AreaRow:
    values: dict[str, object] = {}
    for column in COLUMNS:
        kinds = {
            "text": texts,
            "whole": st.integers(0, 2**31 - 1),
            "area": areas,
            "year": st.one_of(st.just(0), st.integers(1700, 2026)),
            "code": st.sampled_from(column.codes or ("-",)),
            "countries": st.lists(st.sampled_from(sorted(ISO3)), min_size=1, max_size=3).map(";".join),
        }
        strategy = kinds[column.kind]
        values[column.name] = draw(strategy if column.required else st.one_of(st.none(), strategy))
    values["name_eng"] = draw(texts)
    for part, whole in (("rep_m_area", "rep_area"), ("gis_m_area", "gis_area"), ("no_tk_area", "rep_m_area")):
        if values[part] is not None and values[whole] is not None:
            values[part] = min(float(str(values[part])), float(str(values[whole])))
    extra = draw(st.dictionaries(st.one_of(names, st.sampled_from(sorted(EXTENSIONS))), texts, max_size=4))
    if len({name.casefold() for name in extra}) < len(extra):
        extra = {}
    geometry = draw(st.one_of(points, boxes(), multipolygons()))
    return AreaRow(**values, geometry=geometry, extra=extra)  # type: ignore[arg-type]


def distinct(listed: list[AreaRow]) -> list[AreaRow]:
    """The rows with numbers of their own, and with extra names that differ in more than capitals."""
    numbered = [replace(row, site_id=number) for number, row in enumerate(listed, start=1)]
    all_names = {name for row in numbered for name in row.extra}
    if len({name.casefold() for name in all_names}) < len(all_names):
        return [replace(row, extra={}) for row in numbered]
    return numbered


def comparable(row: AreaRow) -> tuple[object, ...]:
    values = [getattr(row, column.name) for column in COLUMNS]
    return (*values, dict(row.extra), row.geometry.normalize().wkb)


@pytest.mark.parametrize("file_name", FORMAT_NAMES)
@given(listed=st.lists(rows(), min_size=1, max_size=4).map(distinct))
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_whatever_is_written_is_read_back_equal(file_name: str, listed: list[AreaRow]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file_name
        write(path, listed)
        report = read(path, this_year=2026)
    by_site = sorted(report.areas, key=lambda row: row.site_id or 0)
    assert [comparable(row) for row in by_site] == [comparable(row) for row in listed]


@given(st.text())
def test_quoting_against_formulas_is_undone_exactly(text: str) -> None:
    assert unquoted(quoted(text)) == text
    assert not quoted(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("file_name", FORMAT_NAMES)
def test_the_same_rows_give_the_same_bytes(file_name: str, area: AreaRow, tmp_path: Path) -> None:
    digests = set()
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / file_name
        write(path, [area, replace(area, site_pid="2", geometry=shapely.Point(133.0, 48.0))])
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_geojson_shells_turn_counter_clockwise_and_there_is_no_crs_member(
    area: AreaRow, tmp_path: Path
) -> None:
    clockwise = shapely.Polygon([(133.0, 48.5), (133.0, 49.0), (133.5, 49.0), (133.5, 48.5)])
    assert not clockwise.exterior.is_ccw
    write(tmp_path / "areas.geojson", [replace(area, geometry=clockwise)])
    document = json.loads((tmp_path / "areas.geojson").read_text())
    assert "crs" not in document
    ring = document["features"][0]["geometry"]["coordinates"][0]
    assert shapely.LinearRing(ring).is_ccw


def test_an_unknown_value_stays_unknown_and_is_never_zero(area: AreaRow, tmp_path: Path) -> None:
    unknown = replace(area, site_id=None, site_pid=None, rep_m_area=None, status_yr=None, no_tk_area=None)
    for file_name in FORMAT_NAMES:
        write(tmp_path / file_name, [unknown])
        (back,) = read(tmp_path / file_name, this_year=2026).areas
        assert (back.site_id, back.rep_m_area, back.status_yr, back.no_tk_area) == (None, None, None, None)


def test_points_and_polygons_share_one_file_and_are_read_as_one_table(area: AreaRow, tmp_path: Path) -> None:
    point = replace(area, site_pid="2", geometry=shapely.Point(133.2, 48.7))
    for file_name in ("areas.gpkg", "areas.zip"):
        write(tmp_path / file_name, [point, area])
        report = read(tmp_path / file_name, this_year=2026)
        assert [row.area.geometry.geom_type for row in report.rows] == ["Polygon", "Point"]
        assert "polygons" in report.rows[0].file and "points" in report.rows[1].file


def test_a_shapefile_refuses_a_text_that_it_would_cut(area: AreaRow, tmp_path: Path) -> None:
    path = tmp_path / "areas.zip"
    path.write_bytes(b"the older export")
    with pytest.raises(FormatErrors) as caught:
        write(path, [area, replace(area, site_pid="2", mang_auth="Ж" * 128)])
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.column) == ("cannot-hold", 2, "mang_auth")
    assert path.read_bytes() == b"the older export"
    assert [file.name for file in tmp_path.iterdir()] == ["areas.zip"]


def test_an_extra_column_cannot_take_a_name_of_the_schema(area: AreaRow, tmp_path: Path) -> None:
    with pytest.raises(FormatErrors, match="has a name that the schema uses"):
        write(tmp_path / "areas.csv", [replace(area, extra={"ISO3": "RUS"})])
    assert not list(tmp_path.iterdir())


def test_progress_ends_at_one(area: AreaRow, tmp_path: Path) -> None:
    told: list[float] = []
    write(tmp_path / "areas.csv", [area], progress=lambda share, sentence: told.append(share))
    read(tmp_path / "areas.csv", this_year=2026, progress=lambda share, sentence: told.append(share))
    assert told.count(1.0) == 2 and all(0.0 <= share <= 1.0 for share in told)
