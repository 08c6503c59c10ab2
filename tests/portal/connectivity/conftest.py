"""A small landscape of two offices' areas, and results computed on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from amur.formats.rasters import Grid, Raster

# 30 rows and 40 columns of 2 km in UTM zone 52 north, on the lower Ussuri.
GRID = Grid(30, 40, 700_000.0, 5_200_000.0, 2_000.0, 2_000.0, "EPSG:32652")


def small_landscape() -> Raster:
    """Resistances from 1 to 5, and a column without data that leaves the east cut off."""
    random = np.random.default_rng(7)
    values = random.uniform(1.0, 5.0, GRID.shape).round(2)
    values[:, 34] = np.nan
    return Raster(values, GRID, file="land.tif")


def degrees(column: float, row: float) -> tuple[float, float]:
    """Longitude and latitude of a place in cells from the upper left corner."""
    from pyproj import Transformer

    transformer = Transformer.from_crs(GRID.crs, "EPSG:4326", always_xy=True)
    return transformer.transform(GRID.west + column * GRID.width, GRID.north - row * GRID.height)


def polygon(column: float, row: float, size: float) -> Any:
    """A square boundary in degrees, its upper left corner in cells."""
    from django.contrib.gis.geos import Polygon

    corners = [(column, row), (column + size, row), (column + size, row + size), (column, row + size)]
    return Polygon([degrees(*corner) for corner in [*corners, corners[0]]], srid=4326)


@pytest.fixture
def area(cast: Any) -> Callable[..., Any]:
    """Makes an area of the register: `area("west", (2.5, 15.5))`, or with `boundary=`."""

    def make(key: str, cell: tuple[float, float] | None = None, **more: Any) -> Any:
        from django.contrib.gis.geos import Point

        from amur.portal.areas.models import Area
        from amur.portal.languages.text import MultilingualText

        boundary = more.pop("boundary", None)
        place = boundary or (Point(*degrees(*cell), srid=4326) if cell else None)
        given = {
            "office": cast.ours,
            "kind": "protected-area",
            "status": "designated",
            "names": MultilingualText.of("en", en=f"Area {key}", ru=f"Участок {key}"),
            "countries": ["RU"],
            "geometry_accuracy": "boundary" if boundary else "approximate-centroid",
            "confidence": "high",
        }
        return Area.objects.create(key=key, geometry=place, **{**given, **more})

    return make


@pytest.fixture
def areas(area: Callable[..., Any], cast: Any) -> dict[str, Any]:
    """Two points and a boundary of ours that reach each other, one of theirs, one that nothing reaches."""
    return {
        "west": area("west", (2.5, 15.5)),
        "north": area("north", (18.5, 2.5)),
        "middle": area("middle", boundary=polygon(14, 20, 4)),
        "theirs": area("theirs", (30.5, 25.5), office=cast.theirs, countries=["CN"]),
        "cut-off": area("cut-off", (37.5, 10.5)),
    }


@pytest.fixture
def raster(cast: Any) -> Any:
    """The small landscape as a raster of ours."""
    from amur.portal.connectivity.actions import take_raster

    return take_raster(small_landscape(), "land.tif", cast.ours)


@pytest.fixture
def parameters(areas: dict[str, Any], raster: Any) -> dict[str, Any]:
    """What a planner asks for."""
    return {
        "raster": str(raster.uuid),
        "areas": list(areas),
        "neighbours": 8,
        "average": "resistance",
        "join": 1,
        "changes": [],
        "scenario": None,
        "names": {"source": "en", "texts": {"en": {"text": "As it is", "status": "reviewed"}}},
    }


@pytest.fixture
def compute(cast: Any, parameters: dict[str, Any]) -> Callable[..., Any]:
    """Computes a result at once: `compute(title="With a road", changes=[...])`."""

    def run(**changed: Any) -> Any:
        from amur.portal.connectivity.actions import start
        from amur.portal.connectivity.models import ConnectivityResult
        from amur.portal.runs.execution import work_on
        from amur.portal.runs.models import Run

        found = start({**parameters, **changed}, cast.data_manager, cast.ours, in_background=False)
        if not isinstance(found, Run):
            return found
        done = work_on(found.uuid)
        assert done.state == "done", done.problems
        return ConnectivityResult.objects.get(uuid=done.result["result"])

    return run
