"""A small cast of areas for the tests of the WDPCA format, and the ways to put them on disk."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from amur.formats.wdpca import AreaReport, AreaRow, check, write
from amur.formats.wdpca.columns import COLUMNS
from amur.formats.wdpca.geometries import geodesic_area_km2

FORMAT_NAMES = ("areas.gpkg", "areas.zip", "areas.geojson", "areas.csv")
SQUARE = shapely.box(133.0, 48.5, 133.5, 49.0)

Checker = Callable[..., AreaReport]


@pytest.fixture
def area() -> AreaRow:
    """A right row with nothing to warn of: one square in the middle Amur."""
    return AreaRow(
        site_id=900001,
        site_pid="900001",
        site_type="PA",
        name_eng="Sample Reserve",
        name="Заповедник «Образец»",
        desig="заповедник",
        desig_eng="Zapovednik",
        desig_type="National",
        iucn_cat="Ia",
        realm="Terrestrial",
        rep_area=round(geodesic_area_km2(SQUARE), 2),
        status="Designated",
        status_yr=1997,
        iso3="RUS",
        geometry=SQUARE,
        extra={"name_zh": "样本自然保护区", "name_mn": "Үлгэр дархан цаазат газар", "confidence": "high"},
    )


@pytest.fixture
def cells(area: AreaRow) -> dict[str, str]:
    """The same row as a person types it into a table."""
    texts = {column.name: getattr(area, column.name) for column in COLUMNS}
    filled = {name: str(value) for name, value in texts.items() if value is not None}
    return {**filled, "geometry": SQUARE.wkt}


@pytest.fixture
def check_table(tmp_path: Path) -> Checker:
    """Write dictionaries as a CSV file, header from the first, and check it."""

    def checked(*rows: dict[str, str], separator: str = ",", this_year: int = 2026) -> AreaReport:
        sink = io.StringIO(newline="")
        writer = csv.DictWriter(sink, list(rows[0]), delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / "typed.csv"
        path.write_bytes(sink.getvalue().encode())
        return check(path, this_year=this_year)

    return checked


@pytest.fixture
def shapefile(tmp_path: Path, area: AreaRow) -> Path:
    """The parts of a Shapefile in a folder, without the table of full names; returns its `.shp`."""
    import zipfile

    path = tmp_path / "layer.zip"
    write(path, [replace(area, extra={})])
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "parts")
    return tmp_path / "parts" / "layer_polygons.shp"
