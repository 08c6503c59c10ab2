"""What an omnidirectional job will do, before it does it: windows, memory, time, files."""

from __future__ import annotations

from dataclasses import dataclass

from amur.commands.jobs.measures import cost_line, size_text
from amur.commands.jobs.state import PATIENCE
from amur.formats.omniscape import Inputs, Settings
from amur.portal.operations.problems import _
from amur.science.circuits import Landscape
from amur.science.circuits.omnidirectional import Plan, Windows, plan

BASE_BYTES = 250 << 20
CELL_BYTES = 60
"""Bytes of the rasters of a job and of its results, for each cell and besides those of the engine."""
TEXT_BYTES = 13


@dataclass(frozen=True, slots=True)
class Preflight:
    """The estimate: `lines` for people, the plan of the engine, bytes on `disk` of the results and, in runs
    long enough to keep it, of the state.
    """

    lines: tuple[str, ...]
    plan: Plan
    disk: int


def look_at(
    settings: Settings, inputs: Inputs, landscape: Landscape, windows: Windows, workers: int
) -> Preflight:
    """The estimate of a job with so many `workers`."""
    found = plan(landscape, inputs.sources, windows, workers)
    rows, columns = landscape.shape
    cells = rows * columns
    map_bytes = cells * (8 if settings.geotiff else TEXT_BYTES)
    maps = len(settings.maps)
    busy = max(1, min(workers, found.tiles))
    lines = (
        _("{rows} rows and {columns} columns, {used} cells with data").format(
            rows=rows, columns=columns, used=int((landscape.conductance > 0).sum())
        ),
        _("{sources} cells are sources; {windows} windows with a radius of {radius} cells").format(
            sources=int((inputs.sources > 0).sum()), windows=found.targets, radius=windows.reach
        ),
        cost_line(BASE_BYTES + CELL_BYTES * cells + found.memory, found.seconds / busy),
        _("{maps} maps or tables of about {size} will be written").format(
            maps=maps, size=size_text(map_bytes)
        ),
        _("results: {path}").format(path=settings.output),
    )
    planes = 2 if windows.with_flow else 1
    state = 2 * planes * 8 * cells if found.seconds > PATIENCE else 0  # the old one until the new is whole
    return Preflight(lines, found, maps * map_bytes + state)
