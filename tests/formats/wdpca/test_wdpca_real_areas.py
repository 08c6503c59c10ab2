"""The areas of the ecoregion, as the offices know them, survive export and import in every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from amur.formats.wdpca import AreaRow, read, write

FACTS = Path(__file__).parents[3].parent / "shared" / "data" / "amur" / "facts.json"
ISO3 = {"RU": "RUS", "CN": "CHN", "MN": "MNG"}


@pytest.fixture(scope="module")
def listed() -> list[AreaRow]:
    if not FACTS.exists():
        pytest.skip("the list of real areas is not on this machine")
    return [
        _row(each) for each in json.loads(FACTS.read_text())["protected_areas"] if each.get("lat") is not None
    ]


def _row(each: dict[str, object]) -> AreaRow:
    names = each["names"]
    assert isinstance(names, dict)
    hectares, year = each.get("area_ha"), each.get("established")
    extra = {f"name_{language}": name for language, name in names.items() if name}
    extra |= {key: str(each[key]) for key in ("source", "area_source", "confidence") if each.get(key)}
    return AreaRow(
        site_type="PA",
        name_eng=names.get("en"),
        name=names.get({"RU": "ru", "CN": "zh", "MN": "mn"}[str(each["country"])[:2]]),
        desig_eng=str(each["category"]),
        iucn_cat=str(each["iucn_mapping"]) if each.get("iucn_mapping") else None,
        rep_area=float(hectares) / 100 if isinstance(hectares, int | float) else None,
        status="Designated",
        status_yr=year if isinstance(year, int) else None,
        iso3=ISO3[str(each["country"])[:2]],
        geometry=shapely.Point(float(str(each["lon"])), float(str(each["lat"]))),
        extra={**extra, "geometry_accuracy": "approximate centroid"},
    )


@pytest.mark.parametrize("name", ["areas.gpkg", "areas.geojson", "areas.csv"])
def test_real_areas_come_back_equal(name: str, listed: list[AreaRow], tmp_path: Path) -> None:
    write(tmp_path / name, listed)
    report = read(tmp_path / name, this_year=2026)
    assert len(listed) >= 60
    assert report.areas == tuple(listed)
    assert {problem.code for problem in report.problems} <= {"number-missing"}


def test_a_generated_register_of_polygons_is_read_whole(tmp_path: Path) -> None:
    rows = [
        AreaRow(
            site_id=number,
            site_pid=str(number),
            site_type="PA",
            name_eng=f"Generated {number}",
            name=f"Участок {number}",
            desig_eng="Sample",
            iucn_cat="IV",
            status="Designated",
            status_yr=0,
            iso3="RUS",
            geometry=shapely.Point(125 + number % 20 * 0.7, 43 + number // 20 * 0.2).buffer(
                0.05, quad_segs=16
            ),
        )
        for number in range(1, 501)
    ]
    for name in ("areas.gpkg", "areas.zip", "areas.geojson", "areas.csv"):
        write(tmp_path / name, rows)
        report = read(tmp_path / name, this_year=2026)
        assert report.warning_count == 0
        assert report.areas == tuple(rows)
