"""Every problem says what, where (file, row, column) and what would be right; all rows are looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from amur.formats.errors import FormatErrors
from amur.formats.wdpca import AreaReport, check, read

Cells = dict[str, str]
Checker = Callable[..., AreaReport]


def codes_of(report: AreaReport) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in report.problems]


def test_a_right_table_has_nothing_to_tell(cells: Cells, check_table: Checker) -> None:
    report = check_table(cells)
    assert report.problems == ()
    assert report.areas[0].rep_area == pytest.approx(float(cells["rep_area"]))


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("rep_area", "about 40", "area-not-a-number"),
        ("rep_area", "12,5", "decimal-comma"),
        ("rep_area", "1 234,5", "decimal-comma"),
        ("rep_area", "-3", "number-negative"),
        ("rep_area", "nan", "area-not-a-number"),
        ("rep_area", "1e400", "area-not-a-number"),
        ("rep_area", "٤٢", "area-not-a-number"),
        ("rep_area", "6e8", "area-too-large"),
        ("rep_area", "=1+1", "area-not-a-number"),
        ("site_id", "12.5", "not-whole"),
        ("site_id", "-1", "number-negative"),
        ("site_id", "99999999999999999999", "not-whole"),
        ("status_yr", "97", "year-wrong"),
        ("status_yr", "2027", "year-wrong"),
        ("status_yr", "since 1997", "year-wrong"),
        ("iucn_cat", "Ic", "code-unknown"),
        ("realm", "Terestrial", "code-unknown-near"),
        ("site_type", "", "cell-missing"),
        ("status", "", "cell-missing"),
        ("iso3", "RU", "country-unknown"),
        ("iso3", "RUS,CHN", "country-unknown"),
        ("iso3", "rus", "country-unknown"),
        ("name", "Бик\x00ин", "character-control"),
        ("name", "Б\ufffdкин", "text-damaged"),
        ("name", "x" * 10_001, "text-too-long"),
        ("rep_m_area", "999999", "part-exceeds-whole"),
        ("geometry", "", "geometry-missing"),
        ("geometry", "POINT (133", "geometry-unreadable"),
        ("geometry", "here", "geometry-type"),
        ("geometry", "SRID=3857;POINT (1 2)", "crs-unknown"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_row_and_column(
    cells: Cells, check_table: Checker, column: str, value: str, code: str
) -> None:
    right = {**cells, "site_id": "1"}
    base = {"rep_m_area": "", **cells}
    report = check_table({"rep_m_area": "", **right}, {**base, column: value})
    assert (code, 3, column) in codes_of(report)
    problem = next(problem for problem in report.problems if problem.code == code)
    assert str(problem).startswith(f"typed.csv, row 3, column {column}: ")
    assert problem.severity == "error"
    assert problem.text.endswith(".") and problem.expected.endswith((".", "?"))
    assert len(report.rows) == 1


@pytest.mark.parametrize(
    ("column", "value", "code", "kept"),
    [
        ("site_type", "pa", "code-spelling", "PA"),
        ("gov_type", "Non-profit organizations", "code-spelling", "Non-profit organisations"),
        ("realm", "0", "code-spelling", "Terrestrial"),
        ("name", "=HYPERLINK(1)", "formula", "=HYPERLINK(1)"),
        ("name", "<b>", "character-unwelcome", "<b>"),
        ("name", "я" * 300, "text-long-for-schema", "я" * 300),
        ("no_take", "Not Applicable", None, "Not Applicable"),
        ("oecm_asmt", "National Approach", "values-disagree", "National Approach"),
        ("site_id", "", "number-missing", None),
        ("rep_area", "204000", "area-differs", 204000.0),
    ],
)
def test_a_doubtful_cell_is_taken_with_a_warning(
    cells: Cells, check_table: Checker, column: str, value: str, code: str | None, kept: object
) -> None:
    report = check_table({**cells, column: value})
    assert codes_of(report) == ([(code, 2, column)] if code else [])
    assert report.error_count == 0
    assert getattr(report.areas[0], column) == kept


def test_the_decimal_comma_message_shows_the_number_that_would_be_right(
    cells: Cells, check_table: Checker
) -> None:
    (problem,) = check_table({**cells, "rep_area": "1 270,94"}, separator=";").problems
    assert problem.params["example"] == "1270.94"
    assert "such as 1270.94" in str(problem)


def test_all_rows_are_told_of_and_only_a_thousand_are_listed(cells: Cells, check_table: Checker) -> None:
    bad = [{**cells, "site_id": str(number), "rep_area": "much"} for number in range(1, 1202)]
    report = check_table(*bad)
    assert report.error_count == 1201
    assert len(report.problems) == 1000


def test_reading_takes_all_or_nothing(cells: Cells, check_table: Checker, tmp_path: Path) -> None:
    check_table(cells, {**cells, "site_pid": "2", "iucn_cat": "X"})
    with pytest.raises(FormatErrors) as caught:
        read(tmp_path / "typed.csv", this_year=2026)
    assert caught.value.error_count == 1
    assert "typed.csv, row 3, column iucn_cat" in str(caught.value)


def test_a_second_row_of_the_same_site_and_parcel_points_at_the_first(
    cells: Cells, check_table: Checker
) -> None:
    report = check_table(cells, {**cells, "site_pid": "B"}, {**cells, "iucn_cat": "X"})
    assert ("duplicate", 4, "site_id") in codes_of(report)
    problem = next(problem for problem in report.problems if problem.code == "duplicate")
    assert problem.params["first_row"] == 2


def test_rows_are_counted_as_a_spreadsheet_shows_them(cells: Cells, tmp_path: Path) -> None:
    header = ",".join(cells)
    quoted = ",".join(f'"{value}"' for value in cells.values())
    broken = quoted.replace('"Ia"', '"Iz"')
    two_lines = quoted.replace("Sample Reserve", "Sample\nReserve").replace('"900001"', '"1"')
    path = tmp_path / "typed.csv"
    path.write_text(f"{header}\n{two_lines}\n\n{broken}\n", encoding="utf-8")
    assert ("code-unknown", 4, "iucn_cat") in codes_of(check(path, this_year=2026))


def test_missing_columns_are_named_with_the_nearest_name_in_the_file(
    cells: Cells, check_table: Checker
) -> None:
    cells["reparea"] = cells.pop("rep_area")
    del cells["iso3"], cells["desig"], cells["desig_eng"]
    report = check_table(cells)
    by_code = {
        (problem.code, problem.params.get("column_name")) for problem in report.problems if problem.row == 1
    }
    assert ("column-missing-near", "rep_area") in by_code
    assert ("column-missing", "iso3") in by_code
    assert ("column-missing", "desig_eng” or “desig") in by_code


def test_names_and_codes_of_the_older_wdpa_schema_are_understood_with_a_warning(
    cells: Cells, check_table: Checker
) -> None:
    old = {
        "site_id": "WDPAID",
        "site_pid": "WDPA_PID",
        "site_type": "PA_DEF",
        "realm": "MARINE",
        "name": "ORIG_NAME",
        "name_eng": "NAME",
    }
    renamed = {old.get(name, name.upper()): value for name, value in cells.items()}
    report = check_table({**renamed, "PA_DEF": "1", "MARINE": "2"})
    assert report.error_count == 0
    area = report.areas[0]
    assert (area.name_eng, area.name) == ("Sample Reserve", "Заповедник «Образец»")
    assert (area.site_type, area.realm) == ("PA", "Marine")
    assert sum(problem.code == "column-renamed" for problem in report.problems) == 6


def test_two_columns_of_one_meaning_are_refused(cells: Cells, check_table: Checker) -> None:
    report = check_table({**cells, "WDPAID": "5"})
    assert ("column-twice", 1, None) in codes_of(report)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(cells: Cells, check_table: Checker, separator: str) -> None:
    report = check_table({**cells, "desig": "a, b; c\td"}, separator=separator)
    assert report.error_count == 0 and report.areas[0].desig == "a, b; c\td"


def test_longitude_and_latitude_columns_make_a_point(cells: Cells, check_table: Checker) -> None:
    del cells["geometry"]
    place = {**cells, "lon": "133.05", "Latitude": "48.98", "site_pid": "2"}
    report = check_table(place, {**place, "lon": ""}, {**place, "site_pid": "4", "lon": "133,05"})
    assert report.areas[0].geometry.wkt == "POINT (133.05 48.98)"
    assert ("coordinate-pair-incomplete", 3, "lon") in codes_of(report)
    assert ("decimal-comma", 4, "lon") in codes_of(report)


def test_a_table_without_places_says_which_columns_would_do(cells: Cells, check_table: Checker) -> None:
    del cells["geometry"]
    (problem,) = check_table(cells).problems
    assert problem.code == "geometry-column-missing" and "longitude" in problem.expected


def test_bytes_that_are_not_utf8_are_shown_with_row_and_position(cells: Cells, tmp_path: Path) -> None:
    path = tmp_path / "typed.csv"
    text = ",".join(cells) + "\n" + ",".join(f'"{value}"' for value in cells.values()) + "\n"
    path.write_bytes(text.replace("\u2009", "").encode("cp1251", errors="replace"))
    (problem,) = check(path, this_year=2026).problems
    assert (problem.code, problem.row) == ("not-in-encoding", 2)
    assert "windows-1251" in problem.expected
    assert check(path, this_year=2026, encoding="cp1251").areas[0].name == "Заповедник «Образец»"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marked_unicode_is_read(cells: Cells, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "typed.csv"
    text = "\t".join(cells) + "\r\n" + "\t".join(cells.values()) + "\r\n"
    path.write_text(text, encoding=encoding, newline="")
    assert check(path, this_year=2026).areas[0].name == "Заповедник «Образец»"


@pytest.mark.parametrize(
    ("file_name", "content", "code"),
    [
        ("areas.kml", "<kml/>", "format-unknown"),
        ("areas.csv", "", "header-missing"),
        ("areas.geojson", "", "json-damaged"),
        ("areas.geojson", "[]", "geojson-shape"),
        ("areas.geojson", '{"type": "FeatureCollection", "features": []}', "no-rows"),
        ("areas.gpkg", "SQLite format 3", "file-unreadable"),
        ("areas.zip", "PK", "archive-unsafe"),
        ("areas.shp", "x", "shapefile-part-missing"),
    ],
)
def test_a_file_that_is_no_such_file_is_told_in_one_sentence(
    tmp_path: Path, file_name: str, content: str, code: str
) -> None:
    (tmp_path / file_name).write_text(content)
    report = check(tmp_path / file_name, this_year=2026)
    assert code in {problem.code for problem in report.problems}
    assert report.rows == ()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    (problem,) = check(tmp_path / "areas.csv", this_year=2026).problems
    assert problem.code == "file-missing"
