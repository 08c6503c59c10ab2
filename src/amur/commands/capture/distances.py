"""Least-cost distances for a survey, from the file of a resistance raster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from amur.commands.jobs.running import reading
from amur.formats.rasters import Raster, read
from amur.portal.operations.problems import Problem, _
from amur.science.capture import Survey
from amur.science.capture.data import Floats, Integers, Session
from amur.science.capture.fitting import Progress
from amur.science.capture.leastcost import least_cost_distances


def with_resistance(survey: Survey, path: Path, progress: Progress) -> Survey:
    """The survey with distances along cheapest paths. Raises `Problem` for what lies off the raster."""
    if survey.searched:
        raise Problem(_("--resistance cannot be combined with searches of areas."), 2)
    with reading():
        raster = read(path)
    return Survey(tuple(_with_distances(session, raster, progress) for session in survey.sessions))


def _with_distances(session: Session, raster: Raster, progress: Progress) -> Session:
    detectors = _cells(raster, session.detectors.positions, session.name, _("detectors"))
    points = _cells(raster, session.mask.points, session.name, _("points of the mask"))
    size = (raster.grid.height, raster.grid.width)
    try:
        table = least_cost_distances(raster.values, detectors, points, size, progress)
    except ValueError as error:
        raise Problem(f"{raster.file}: {error}.") from error
    return replace(session, distances=table)


def _cells(raster: Raster, places: Floats, session: str, what: str) -> Integers:
    """Rows and columns (n, 2) of the cells of places; all must have a resistance."""
    grid = raster.grid
    cells = [grid.cell_at(*place) for place in places.tolist()]
    off = [k for k, cell in enumerate(cells) if cell is None or np.isnan(raster.values[cell])]
    if off:
        easting, northing = places[off[0]].tolist()
        raise Problem(
            _(
                "{file} has no resistance for {count} {what} of session {session}, the first at {easting}, "
                "{northing}. Give a raster that covers them, in their projection."
            ).format(
                file=raster.file, count=len(off), what=what, session=session, easting=f"{easting:.10g}",
                northing=f"{northing:.10g}",
            )
        )  # fmt: skip
    return np.array(cells, dtype=np.int64)
