"""How results become records for the gate: areas whose exact place is released, and what lies between."""

import json
from collections.abc import Collection, Iterable
from typing import Any

from amur.disclosure import Place, Record
from amur.portal.areas.models import Area
from amur.portal.areas.queries import exactly_released
from amur.portal.connectivity.models import ConnectivityResult
from amur.portal.languages.text import MultilingualText
from amur.portal.release.registry import Adapter, Draft


def result_draft(result: ConnectivityResult) -> Draft:
    """A result without the areas whose exact place is not released, without their pairs and corridors.

    The map of current shows every area as a bright spot: it leaves only when all of them are released so.
    """
    keys = [one["key"] for one in (*result.areas, *result.left_out)]
    names = exactly_released(keys)
    shown = [at for at, area in enumerate(result.areas) if area["key"] in names]
    paths = _paths(result, shown)
    return Draft(
        record=Record(
            kind="connectivity",
            id=result.uuid,
            owner=result.office.key,
            place=Place(geometry=json.dumps(paths)) if paths["coordinates"] else None,
            fields=fields_of(result, names, shown),
            published=result.is_published,
        ),
        key=result.key,
        sort=result.created.isoformat() if result.created else "",
    )


def fields_of(
    result: ConnectivityResult, names: dict[str, MultilingualText], shown: list[int]
) -> dict[str, Any]:
    """The fields of a result as far as the areas at the places `shown` go.

    Pairs and corridors count places among the shown areas; `names` are the present names of areas by key.
    """
    at = {place: number for number, place in enumerate(shown)}
    whole = len(shown) == len(result.areas)
    raster, parameters = result.raster, result.parameters
    return {
        "name": result.names.to_json(),
        "notes": result.notes.to_json(),
        "synthetic": raster.is_synthetic,
        "raster": raster.name,
        "raster_sha256": raster.sha256,
        "grid": {
            "rows": result.report.get("rows"),
            "columns": result.report.get("columns"),
            "west": raster.west,
            "north": raster.grid.north,
            "cell_width": raster.cell_width * parameters["join"],
            "cell_height": raster.cell_height * parameters["join"],
            "crs": raster.crs,
        },
        "parameters": {name: parameters[name] for name in ("neighbours", "average", "join")},
        "scenario": parameters["scenario"],
        "changes": parameters["changes"],
        "areas": [
            {**result.areas[place], "number": place + 1, "names": _name(result.areas[place], names).to_json()}
            for place in shown
        ],
        "left_out": [
            {**one, "names": _name(one, names).to_json()} for one in result.left_out if one["key"] in names
        ],
        "resistances": [[result.resistances[one][other] for other in shown] for one in shown],
        "links": [
            [at[int(one)], at[int(other)], cost, length]
            for one, other, cost, length in result.links
            if one in at and other in at
        ],
        "report": dict(result.report),
        "current": result.current if whole else None,
        "breaks": list(result.breaks) if whole else None,
        "bounds": list(result.bounds),
        "run": str(result.run.uuid),
        "run_code": result.run.code_version,
        "computed": result.created.date().isoformat() if result.created else None,
        "office": result.office.key,
    }


def of_area(area: Area) -> Iterable[ConnectivityResult]:
    """The results in which an area takes part. In Python, because SQLite cannot look into a list in JSON."""
    return [
        result
        for result in rows()
        if any(one["key"] == area.key for one in (*result.areas, *result.left_out))
    ]


def rows() -> Iterable[ConnectivityResult]:
    """All results with what their records need."""
    found: Iterable[ConnectivityResult] = ConnectivityResult.objects.select_related("office", "raster", "run")
    return found


def _name(area: dict[str, Any], names: dict[str, MultilingualText]) -> MultilingualText:
    return names.get(area["key"]) or MultilingualText.from_json(area["names"])


def _paths(result: ConnectivityResult, shown: Collection[int]) -> dict[str, Any]:
    """The lines of the corridors between shown areas, as GeoJSON, in the order of the field `links`."""
    lines = json.loads(result.paths.json)["coordinates"] if result.paths else []
    kept = [
        line for line, link in zip(lines, result.links, strict=True) if link[0] in shown and link[1] in shown
    ]
    return {"type": "MultiLineString", "coordinates": kept}


RESULTS = Adapter(
    kind="connectivity",
    model=ConnectivityResult,
    draft=result_draft,
    rows=rows,
    dependents={Area: of_area},
)
