"""What a job will do, before it does it: size, components, memory, time, files; and whether there is room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.commands.jobs.measures import cost_line, size_text
from amur.commands.jobs.state import LARGEST_KEPT
from amur.formats.circuitscape import NetworkInputs, RasterInputs, Settings
from amur.portal.operations.problems import _
from amur.science.circuits import FocalNodes, Landscape
from amur.science.circuits.components import components_of
from amur.science.circuits.focal import place

# Measured on two cores (benchmarks/README.md); rough on purpose.
SETUP_SECONDS = 1.5e-6
SOLVE_SECONDS = 6e-7
MAP_SECONDS = 6e-7
BASE_BYTES = 250 << 20
CELL_BYTES = 120
SYSTEM_BYTES = 46
MOST_SOLVER_BYTES = 1_500_000_000
TEXT_BYTES = 13


@dataclass(frozen=True, slots=True)
class Preflight:
    """The estimate: counts, `memory` in bytes, `seconds`, how many `maps` of `map_bytes` are written."""

    lines: tuple[str, ...]
    memory: int
    seconds: float
    maps: int
    map_bytes: int
    systems: int

    @property
    def disk(self) -> int:
        """Bytes of results."""
        return self.maps * self.map_bytes


def look_at_raster(settings: Settings, inputs: RasterInputs, landscape: Landscape) -> Preflight:
    """The estimate of a raster job."""
    cells = landscape.conductance.size
    used = int((landscape.conductance > 0).sum())
    rows, columns = landscape.shape
    lines = [
        _("{rows} rows and {columns} columns, {used} cells with data").format(
            rows=rows, columns=columns, used=used
        )
    ]
    if settings.scenario == "advanced":
        components = components_of(landscape)
        sources = 0 if inputs.sources is None else int((inputs.sources != 0).sum())
        grounds = 0 if inputs.grounds is None else int((inputs.grounds != 0).sum())
        lines.append(
            _("{components} components, {sources} cells with sources, {grounds} with grounds").format(
                components=components.count, sources=sources, grounds=grounds
            )
        )
        systems, kept, maps = 1, 1, int(settings.any_current) + int(settings.voltage_maps)
    else:
        systems, kept, maps = _focal_lines(settings, inputs, landscape, lines)
    solver = min(MOST_SOLVER_BYTES, SYSTEM_BYTES * cells * min(8, max(systems, 1)))
    memory = BASE_BYTES + cells * CELL_BYTES + min(8 * cells * kept, LARGEST_KEPT) + solver
    seconds = used * (SETUP_SECONDS + systems * SOLVE_SECONDS + maps * MAP_SECONDS)
    map_bytes = cells * (8 if settings.geotiff else TEXT_BYTES)
    return _finished(lines, memory, seconds, maps, map_bytes, systems)


def look_at_network(settings: Settings, inputs: NetworkInputs) -> Preflight:
    """The estimate of a network job."""
    lines = [_("{nodes} nodes, {edges} edges").format(nodes=inputs.nodes.size, edges=inputs.first.size)]
    systems, tables = 1, 1
    if inputs.focal is not None:
        systems = max(inputs.focal.size - 1, 1)
        lines.append(_("{count} focal nodes").format(count=inputs.focal.size))
        tables = inputs.focal.size * systems // 2 if settings.each_current or settings.voltage_maps else 1
    memory = BASE_BYTES + inputs.nodes.size * (200 + 16 * systems)
    seconds = 1e-5 * inputs.nodes.size * (1 + systems / 10)
    return _finished(lines, memory, seconds, tables, 20 * inputs.first.size, systems)


def _focal_lines(
    settings: Settings, inputs: RasterInputs, landscape: Landscape, lines: list[str]
) -> tuple[int, int, int]:
    assert inputs.focal_ids is not None and inputs.focal_cells is not None  # noqa: S101
    focal = FocalNodes(inputs.focal_ids, inputs.focal_cells)
    placed = place(landscape, focal)
    count = focal.ids.size
    lines.append(
        _("{count} focal nodes on {cells} cells, in {components} of {all} components").format(
            count=count,
            cells=focal.cells.size,
            components=len(placed.by_component),
            all=placed.components.count,
        )
    )
    lost = placed.without_data
    if lost:
        shown = ", ".join(str(number) for number in lost[:12]) + (" …" if len(lost) > 12 else "")
        lines.append(_("on cells without data: focal nodes {nodes}").format(nodes=shown))
    pairs = sum(len(group) * (len(group) - 1) // 2 for group in placed.by_component)
    if inputs.pairs is not None and settings.scenario == "pairwise":
        pairs = min(pairs, int(np.triu(inputs.pairs.among(focal.ids), 1).sum()))
    if settings.scenario == "pairwise":
        systems = pairs if focal.has_regions else sum(len(group) - 1 for group in placed.by_component)
        single = pairs
    else:
        systems, single = max(count - 1, 1), count
    lines.append(
        _("{systems} systems to solve for {results} results").format(systems=systems, results=single)
    )
    maps = single * (int(settings.each_current) + int(settings.voltage_maps))
    return systems, count, maps + int(settings.any_current) + int(settings.maximum_map)


def _finished(
    lines: list[str], memory: int, seconds: float, maps: int, map_bytes: int, systems: int
) -> Preflight:
    lines.append(cost_line(memory, seconds))
    lines.append(
        _("{maps} maps or tables of about {size} will be written").format(
            maps=maps, size=size_text(map_bytes)
        )
    )
    return Preflight(tuple(lines), memory, seconds, maps, map_bytes, systems)
