"""Plants results that were computed with canaries: places that are known coarsely or not at all take part."""

from __future__ import annotations

from typing import Any

import numpy as np
from canary_finder import Canaries
from django.contrib.gis.geos import Point

from amur.formats.rasters import Grid, Raster

# 90 rows and 70 columns of 10 km in UTM zone 52 north, around all planted places but the western ones.
GRID = Grid(90, 70, 300_000.0, 4_800_000.0, 10_000.0, 10_000.0, "EPSG:32652")


def plant_public_results(cast: Any, canaries: Canaries) -> None:
    """Three public results: two of open areas, and one with an area whose place is public only coarsely.

    The areas lie where no path between them meets the longitude or latitude of a canary that is not theirs.
    """
    from canaries import area

    for key, longitude, latitude in (
        ("open-west", 132.3, 45.7),
        ("open-east", 133.1, 46.0),
        ("open-north", 129.2, 46.9),
    ):
        area(cast.ours, key, Point(longitude, latitude, srid=4326))
    for neighbours in (4, 8):
        _release(_computed(cast, "Open", ["open-west", "open-east"], neighbours=neighbours))
    partly = _computed(cast, "Partly", ["open-west", "open-east", "coarser"])
    for text in (partly.current, partly.current[:12]):
        canaries.secret(text, {"ranger", "editor", "data_manager", "auditor"})
    _release(partly)


def plant_hidden_results(cast: Any, canaries: Canaries) -> dict[str, Any]:
    """A result that is not public, with an area that is not public; by kind."""
    from canaries import OURS

    ours = OURS - {"ranger"}
    title = canaries.word("resulttitle", ours)
    result = _computed(
        cast, title, ["open-north", "closed"], raster_name=f"{canaries.word('rastername', ours)}.tif", seed=2
    )
    for text in (result.current, result.raster.sha256, result.raster.sha256[:12]):
        canaries.secret(text, ours)
    return {"connectivity": result}


def public_results() -> list[str]:
    """The identifiers of the public results, as texts."""
    from amur.portal.release.queries import released

    return [str(one.uuid) for one in released("connectivity").order_by("sort")]


def _release(result: Any) -> None:
    from amur.portal.connectivity.actions import release

    release(result, published=True)


def _computed(
    cast: Any,
    title: str,
    areas: list[str],
    *,
    neighbours: int = 8,
    raster_name: str = "land.tif",
    seed: int = 1,
) -> Any:
    from canaries import text_of

    from amur.portal.connectivity.actions import start, take_raster
    from amur.portal.connectivity.models import ConnectivityResult
    from amur.portal.runs.execution import work_on

    values = np.random.default_rng(seed).uniform(1.0, 5.0, GRID.shape).round(2)
    raster = take_raster(Raster(values, GRID, file=raster_name), raster_name, cast.ours)
    given = {
        "raster": str(raster.uuid),
        "areas": areas,
        "neighbours": neighbours,
        "average": "resistance",
        "names": text_of(en=title).to_json(),
    }
    run = start(given, cast.data_manager, cast.ours, in_background=False)
    done = work_on(run.uuid)
    assert done.state == "done", done.problems
    return ConnectivityResult.objects.get(uuid=done.result["result"])
