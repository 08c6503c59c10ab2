"""The run of the room: raster, areas and parameters in; a result with its map, corridors and facts out.

All or nothing, so a lost run is started again; what was computed before is not computed again.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from django.contrib.gis.geos import GEOSGeometry
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from shapely import LineString, MultiLineString

from amur.formats.errors import FormatError
from amur.portal.areas.queries import Placed, placed_for
from amur.portal.audit.actions import batch
from amur.portal.connectivity import computing, files, scenarios
from amur.portal.connectivity.models import ConnectivityResult, ResistanceRaster, random_key
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.release.actions import holding
from amur.portal.runs.actions import input_hash
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run
from amur.science.circuits.solvers import NotConverged

NAME: Final = "connectivity"
MOST_AREAS: Final = 200
LARGEST_JOIN: Final = 20
AVERAGES: Final = ("resistance", "conductance")
STAGES: Final = {
    "read": _("Reading the raster and placing the areas"),
    "solve": _("Sending current between the areas"),
    "corridors": _("Finding the corridors"),
    "store": _("Storing the result"),
}
# What decides the result; how it is called does not.
DECISIVE: Final = ("areas", "neighbours", "average", "join", "changes")


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    raster = ResistanceRaster.objects.filter(uuid=str(given.get("raster"))).first()
    if raster is None:
        raise ValueError("raster: the resistance raster is not known")
    areas = given.get("areas")
    if not isinstance(areas, list) or not all(isinstance(key, str) for key in areas):
        raise ValueError("areas: a list of keys is needed")
    areas = sorted(set(areas))
    if not 2 <= len(areas) <= MOST_AREAS:
        raise ValueError(f"areas: {len(areas)} are given, from 2 to {MOST_AREAS} are possible")
    if given.get("neighbours") not in (4, 8):
        raise ValueError("neighbours: 4 or 8")
    if given.get("average") not in AVERAGES:
        raise ValueError("average: resistance or conductance")
    join = given.get("join", 1)
    if not isinstance(join, int) or not 1 <= join <= LARGEST_JOIN:
        raise ValueError(f"join: a whole number from 1 to {LARGEST_JOIN}")
    return {
        "raster": str(raster.uuid),
        "areas": areas,
        "neighbours": given["neighbours"],
        "average": given["average"],
        "join": join,
        "changes": list(given.get("changes") or ()),
        "scenario": MultilingualText.from_json(given.get("scenario")).to_json(),
        "names": MultilingualText.from_json(given.get("names")).to_json(),
        "key": str(given.get("key") or random_key()),
    }


def digest(parameters: Mapping[str, Any], raster: ResistanceRaster, areas: list[Placed]) -> str:
    """One hash of everything that decides a result, the places of the areas among it."""
    decisive = {name: parameters[name] for name in DECISIVE}
    places = {area.key: area.geometry.wkb_hex for area in areas}
    return input_hash(NAME, decisive, {"raster": raster.sha256, "places": places})


def areas_of(office: Office, keys: list[str]) -> list[Placed]:
    """The areas that an office may compute with and that were asked for, by key."""
    wanted = set(keys)
    return [area for area in placed_for(office) if area.key in wanted]


def _work(task: Task) -> Outcome:
    run, given = task.run, task.run.parameters
    office = run.office
    if office is None:
        raise ValueError(f"run {run.uuid} has no office")
    if run.owner is not None and not may(run.owner, Verb.ADD, Subject.CONNECTIVITY, office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    task.progress(0.0, "read")
    row = ResistanceRaster.objects.get(uuid=given["raster"], office=office)
    areas = areas_of(office, given["areas"])
    inputs = digest(given, row, areas)
    known = ConnectivityResult.objects.filter(office=office, input_hash=inputs).first()
    if known is not None:
        return Outcome({"result": str(known.uuid)})
    try:
        raster = files.read(row.sha256)
    except FormatError as error:
        raise Refused([{**error.as_dict(), "code": "raster-gone"}]) from error
    raster = computing.joined(raster, given["join"])
    touched = scenarios.apply(raster.values, raster.grid, given["changes"])
    placement = computing.place(raster, areas)
    if len(placement.nodes) < 2:
        raise Refused([_few(placement)])
    try:
        found = computing.compute(
            raster,
            placement.nodes,
            neighbours=given["neighbours"],
            average=given["average"],
            progress=lambda share, stage: task.progress(0.05 + 0.85 * share, stage),
        )
    except NotConverged as error:
        raise Refused([{"code": "not-converged", "severity": "error"}]) from error
    task.progress(0.92, "store")
    current = files.keep(found.current, raster.grid)
    with batch(), holding():  # nothing of it is public yet, so there is nothing to release
        result = _store(run, office, row, raster, placement, found, current, inputs, touched)
        task.require_own()
    return Outcome({"result": str(result.uuid)})


def _few(placement: computing.Placement) -> dict[str, Any]:
    names = ", ".join(str(area.names) for area, _reason in placement.left_out[:5])
    return {"code": "too-few-areas", "severity": "error", "params": {"names": names}}


def _store(
    run: Run,
    office: Office,
    row: ResistanceRaster,
    raster: Any,
    placement: computing.Placement,
    found: computing.Computed,
    current: str,
    inputs: str,
    touched: list[int],
) -> ConnectivityResult:
    from amur.portal.connectivity.facts import record

    lines = [computing.line_of(raster.grid, link.path) for link in found.corridors.links]
    given = run.parameters
    result = ConnectivityResult.objects.create(
        office=office,
        key=given["key"],
        names=MultilingualText.from_json(given["names"]),
        raster=row,
        run=run,
        input_hash=inputs,
        parameters={
            **{name: given[name] for name in ("neighbours", "average", "join", "scenario", "changes")},
            "touched": touched,
        },
        areas=[_area(node, raster.grid) for node in placement.nodes],
        left_out=[
            {"key": area.key, "names": area.names.to_json(), "reason": reason}
            for area, reason in placement.left_out
        ],
        resistances=[
            [None if np.isnan(value) else float(value) for value in line] for line in found.resistances
        ],
        links=[
            [link.first - 1, link.second - 1, float(link.cost), float(link.length)]
            for link in found.corridors.links
        ],
        paths=_stored(lines),
        report=dict(found.report),
        current=current,
        breaks=computing.classes(found.current),
        bounds=computing.bounds_of(raster.grid),
    )
    record(result)
    return result


def _stored(lines: list[LineString]) -> Any:
    return GEOSGeometry(MultiLineString(lines).wkt, srid=4326) if lines else None


def _area(node: computing.Node, grid: Any) -> dict[str, Any]:
    centre = node.area.geometry.representative_point()
    return {
        "key": node.area.key,
        "uuid": str(node.area.uuid),
        "kind": node.area.kind,
        "names": node.area.names.to_json(),
        "cells": int(node.cells.size),
        "has_boundary": node.has_boundary,
        "place": [round(centre.x, 5), round(centre.y, 5)],
    }


def _address(run: Run) -> str:
    return reverse("connectivity-outcome", kwargs={"uuid": run.uuid})


KIND: Final = Kind(
    NAME,
    _("Connectivity between areas"),
    Subject.CONNECTIVITY,
    _work,
    checked,
    address=_address,
    stages=STAGES,
)
