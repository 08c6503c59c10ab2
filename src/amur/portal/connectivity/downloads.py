"""Files of a result: the map of current as GeoTIFF, areas and corridors as GeoPackage, resistances as CSV."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.http import FileResponse, HttpResponse
from shapely import Point, from_wkb, get_parts

from amur.formats.gdal import fixed_date
from amur.portal.connectivity import files
from amur.portal.connectivity.queries import Shown, shapes_of
from amur.portal.connectivity.tables import pairs
from amur.portal.languages.codes import Language
from amur.portal.languages.text import MultilingualText
from amur.portal.website.spreadsheets import table


def current_tif(shown: Shown) -> FileResponse:
    """The map of current as it is stored: a Cloud-Optimised GeoTIFF in amperes."""
    return FileResponse(
        files.path_of(shown.fields["current"]).open("rb"),
        as_attachment=True,
        filename=f"{name_of(shown)}-current.tif",
        content_type="image/tiff; application=geotiff",
    )


def resistances_csv(shown: Shown, language: Language) -> HttpResponse:
    """The pairs with full numbers; an empty resistance means that nothing joins the two."""
    heading = (
        "area_1", "area_2", "name_1", "name_2", "effective_resistance_ohm", "least_cost_distance",
        f"path_length_{'m' if shown.fields['report']['cost_unit'] == 'metres' else 'cells'}",
    )  # fmt: skip
    rows = (
        (
            *pair.keys,
            pair.one.text(language),
            pair.other.text(language),
            pair.resistance,
            pair.cost,
            pair.length,
        )
        for pair in pairs(shown)
    )
    return table(f"{name_of(shown)}-resistances.csv", heading, rows)


def corridors_gpkg(shown: Shown, language: Language) -> HttpResponse:
    """A GeoPackage in degrees (WGS 84) with the layers `areas` and `corridors`."""
    areas = shown.fields["areas"]
    names = [MultilingualText.from_json(area["names"]).text(language) for area in areas]
    with tempfile.TemporaryDirectory() as folder, fixed_date():
        path = Path(folder) / "corridors.gpkg"
        _write_areas(path, shown, names)
        _write_corridors(path, shown, names)
        content = path.read_bytes()
    return HttpResponse(
        content,
        content_type="application/geopackage+sqlite3",
        headers={"Content-Disposition": f'attachment; filename="{name_of(shown)}-corridors.gpkg"'},
    )


def name_of(shown: Shown) -> str:
    """How the files of a result begin; what is made up says so."""
    return f"synthetic-{shown.key}" if shown.fields["synthetic"] else shown.key


def _write_areas(path: Path, shown: Shown, names: list[str]) -> None:
    outlines = shapes_of(shown)
    areas = shown.fields["areas"]
    shapes = [outlines.get(area["key"], Point(area["place"])) for area in areas]
    _write(
        path,
        "areas",
        shapes,
        {
            "key": np.array([area["key"] for area in areas], dtype=object),
            "name": np.array(names, dtype=object),
            "cells": np.array([area["cells"] for area in areas], dtype=np.int64),
            "boundary_known": np.array([area["has_boundary"] for area in areas], dtype=bool),
        },
        "Unknown",
    )


def _write_corridors(path: Path, shown: Shown, names: list[str]) -> None:
    links, areas = shown.fields["links"], shown.fields["areas"]
    lines = list(get_parts(from_wkb(bytes(shown.paths.wkb)))) if shown.paths is not None else []
    ohms = [shown.fields["resistances"][one][other] for one, other, *_rest in links]
    _write(
        path,
        "corridors",
        lines,
        {
            "area_1": np.array([areas[link[0]]["key"] for link in links], dtype=object),
            "area_2": np.array([areas[link[1]]["key"] for link in links], dtype=object),
            "name_1": np.array([names[link[0]] for link in links], dtype=object),
            "name_2": np.array([names[link[1]] for link in links], dtype=object),
            "least_cost_distance": np.array([link[2] for link in links], dtype=np.float64),
            "path_length": np.array([link[3] for link in links], dtype=np.float64),
            "effective_resistance_ohm": np.array(
                [np.nan if ohm is None else ohm for ohm in ohms], dtype=np.float64
            ),
        },
        "LineString",
    )


def _write(
    path: Path, layer: str, shapes: list[Any], columns: dict[str, np.ndarray[Any, Any]], kind: str
) -> None:
    import pyogrio

    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = [shapely.to_wkb(shape) for shape in shapes]
    pyogrio.raw.write(
        path,
        geometry,
        list(columns.values()),
        list(columns),
        layer=layer,
        driver="GPKG",
        geometry_type=kind,
        crs="EPSG:4326",
    )
