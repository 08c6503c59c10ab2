"""Maps corridors from files to files: reads, checks, computes, writes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from amur.commands.corridors.cores import Cores, listed, read_cores
from amur.commands.corridors.results import Line, write_lines, write_map, write_table
from amur.commands.jobs.measures import cost_line, require_room, time_text
from amur.formats import rasters
from amur.formats.errors import FormatError, FormatErrors
from amur.formats.rasters.raster import Raster
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Progress, part
from amur.science.corridors import Corridors, barriers, corridors, pinch_points

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for; `width` in the units of cost, `barriers` the radius of a circle in cells."""

    resistance: Path
    cores: Path
    output: Path
    width: float | None = None
    neighbours: Literal[4, 8] = 8
    pinch_points: bool = False
    barriers: int | None = None
    restored: float = 1.0
    snap: bool = False
    check: bool = False


def run_corridors(options: Options, say: Say, progress: Progress) -> int:
    """Map the corridors and say what happens; returns the exit status. Raises `Problem`."""
    begun = time.monotonic()
    if options.pinch_points and options.width is None:
        raise Problem(_("Pinch points are looked for inside corridors: say with --width how wide they are."))
    try:
        land = rasters.read(options.resistance)
        _require_costs(land)
        cores = read_cores(options.cores, land, snap=options.snap)
    except (FormatError, FormatErrors) as error:
        raise Problem(str(error)) from error
    cell_size, unit = _cell_size(land)
    for note in (*(str(note) for note in land.notes), *cores.notes):
        say(f"{_('note')}: {note}")
    _preflight(land, cores, unit, options, say)
    if options.check:
        return 0
    options.output.mkdir(parents=True, exist_ok=True)
    whole = part(progress, 0.0, 0.5 if options.pinch_points or options.barriers else 0.95)
    found = corridors(
        land.values, cores.numbers, options.width, options.neighbours, cell_size=cell_size, progress=whole
    )
    files = [write_map(options.output / "corridors.tif", land, found.mosaic)]
    resistances: list[float | None] = [None] * len(found.links)
    if options.pinch_points:
        current, resistances = _pinch_points(land, cores, found, options, part(progress, 0.5, 0.75))
        files.append(write_map(options.output / "pinch_points.tif", land, current))
    if options.barriers:
        places = barriers(
            land.values,
            cores.numbers,
            options.barriers,
            options.restored,
            options.neighbours,
            cell_size=cell_size,
            progress=part(progress, 0.75, 0.95),
        )
        files.append(write_map(options.output / "barriers.tif", land, places.improvement))
        files.append(write_map(options.output / "barriers_percent.tif", land, 100 * places.share))
    lines = [Line(link, ohm) for link, ohm in zip(found.links, resistances, strict=True)]
    files.append(write_table(options.output / "links.csv", lines))
    files.append(write_lines(options.output / "links.gpkg", land.grid, lines))
    progress(1.0, _("done"))
    _tell(found, say)
    say(
        _("Written to {folder}: {files} ({time})").format(
            folder=options.output,
            files=", ".join(path.name for path in files),
            time=time_text(time.monotonic() - begun),
        )
    )
    return 0


def _require_costs(land: Raster) -> None:
    wrong = land.values <= 0
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise Problem(
            _(
                "{file}, row {row}, column {column}: the resistance is {value}. Every cell that can be"
                " crossed costs something: give a number above 0, or no data where nothing passes."
            ).format(file=land.file, row=row + 1, column=column + 1, value=f"{land.values[row, column]:g}")
        )


def _cell_size(land: Raster) -> tuple[tuple[float, float], str]:
    """Height and width of a cell in metres and the unit of cost, or 1 and cells for degrees."""
    grid = land.grid
    if grid.crs:
        from pyproj import CRS

        system = CRS.from_user_input(grid.crs)
        if system.is_geographic:
            return (1.0, 1.0), _("resistance × cells, because the raster is in degrees")
        metres = float(system.axis_info[0].unit_conversion_factor) if system.axis_info else 1.0
        return (grid.height * metres, grid.width * metres), _("resistance × metres")
    return (grid.height, grid.width), _("resistance × units of the raster, taken as metres")


def _preflight(land: Raster, cores: Cores, unit: str, options: Options, say: Say) -> None:
    rows, columns = land.grid.shape
    count = np.unique(cores.numbers[cores.numbers > 0]).size
    data = int(np.isfinite(land.values).sum())
    say(
        _("{rows} rows and {columns} columns, {cells} cells with data").format(
            rows=rows, columns=columns, cells=data
        )
    )
    say(
        _("{count} cores on {cells} cells; cost is {unit}").format(
            count=count, cells=int((cores.numbers > 0).sum()), unit=unit
        )
    )
    maps = 1 + int(options.pinch_points) + 2 * int(bool(options.barriers))
    memory = 3e8 + rows * columns * 120
    seconds = 1e-7 * data * (count + 2) * (2 if options.barriers else 1)
    say(cost_line(memory, seconds))
    if not options.check:
        require_room(options.output.absolute(), maps * rows * columns * 8)


def _pinch_points(
    land: Raster, cores: Cores, found: Corridors, options: Options, progress: Progress
) -> tuple[np.ndarray, list[float | None]]:
    """The largest current of all links in each cell, and the effective resistance of each link."""
    largest = np.full(land.grid.shape, np.nan)
    resistances: list[float | None] = []
    for number, link in enumerate(found.links):
        share = part(progress, number / len(found.links), (number + 1) / len(found.links))
        points = pinch_points(land.values, cores.numbers, link, options.neighbours, progress=share)
        inner = largest[link.window]
        np.fmax(inner, points.current, out=inner)
        resistances.append(points.resistance)
    return largest, resistances


def _tell(found: Corridors, say: Say) -> None:
    say(_("{count} links between {cores} cores").format(count=len(found.links), cores=len(found.ids)))
    if found.without_data:
        say(
            _("on cells where nothing passes, so without links: cores {cores}").format(
                cores=listed(found.without_data)
            )
        )
    if len(found.ids) < 2:
        say(_("There is nothing to link: corridors need two cores on cells with data."))
    elif found.isolated:
        say(_("no way leads to any other core from: cores {cores}").format(cores=listed(found.isolated)))
    if len(found.groups) > 1 and len(found.ids) > 1:
        say(_("the cores lie in {count} groups that no way joins").format(count=len(found.groups)))
