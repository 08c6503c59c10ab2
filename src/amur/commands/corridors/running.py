"""Maps corridors from files to files: reads, checks, computes, writes, reports; resumable."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from amur.commands.corridors.cores import Cores, listed, read_cores
from amur.commands.corridors.report import Report, write_report
from amur.commands.corridors.results import Line, write_lines, write_map, write_table
from amur.commands.jobs.measures import cost_line, require_room, time_text
from amur.commands.jobs.running import Say, converging, reading, tell
from amur.commands.jobs.state import State, hash_of, keeping, take_up
from amur.formats import rasters
from amur.formats.rasters.raster import Raster
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Progress, part
from amur.science.corridors import Corridors, PinchPoints, barriers, corridors, pinch_points


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
    resume: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """The corridors, the effective resistance of each link or None, the maps (rows, cols) by the names of
    their files, and the estimated error of the resistances.
    """

    corridors: Corridors
    resistances: list[float | None]
    maps: dict[str, np.ndarray]
    error: float | None = None


def run_corridors(options: Options, say: Say, progress: Progress) -> int:
    """Map the corridors, say what happens, return the exit status. Raises `Problem`, KeyboardInterrupt."""
    begun = time.monotonic()
    if options.pinch_points and options.width is None:
        raise Problem(_("Pinch points are looked for inside corridors: say with --width how wide they are."))
    with reading():
        land = rasters.read(options.resistance)
        _require_costs(land)
        cores = read_cores(options.cores, land, snap=options.snap)
    cell_size, unit = _cell_size(land)
    notes = [*(str(note) for note in land.notes), *cores.notes]
    tell(notes, say)
    facts = _preflight(land, cores, unit, options)
    for fact in facts:
        say(fact)
    if options.check:
        return 0
    state = take_up(_state(options), resume=options.resume, say=say)
    with keeping(state), converging():
        found = _compute(land, cores, cell_size, options, state, progress)
        progress(0.97, _("writing"))
        lines = [Line(link, ohm) for link, ohm in zip(found.corridors.links, found.resistances, strict=True)]
        files = [
            write_map(options.output / f"{name}.tif", land, values) for name, values in found.maps.items()
        ]
        files.append(write_table(options.output / "links.csv", lines))
        files.append(write_lines(options.output / "links.gpkg", land.grid, lines))
        told = _told(found)
        took = time_text(time.monotonic() - begun)
        facts += [*told, _("time: {time}").format(time=took)]
        best, *others = _pictures(land, cores, found)
        report = Report(options.resistance.name, facts, others, best, lines, notes, options, files)
        files.append(write_report(report, options.output))
        progress(1.0, _("done"))
    for line in told:
        say(line)
    names = ", ".join(path.name for path in files)
    say(_("Written to {folder}: {files} ({time})").format(folder=options.output, files=names, time=took))
    return 0


def _compute(
    land: Raster,
    cores: Cores,
    cell_size: tuple[float, float],
    options: Options,
    state: State,
    progress: Progress,
) -> _Found:
    whole = part(progress, 0.0, 0.5 if options.pinch_points or options.barriers else 0.95)
    found = corridors(
        land.values,
        cores.numbers,
        options.width,
        options.neighbours,
        cell_size=cell_size,
        store=state,
        progress=whole,
    )
    maps = {"corridors": found.mosaic}
    resistances: list[float | None] = [None] * len(found.links)
    error = None
    if options.pinch_points:
        points = _pinch_points(land, cores, found, options, state, part(progress, 0.5, 0.75))
        largest = maps["pinch_points"] = np.full(land.grid.shape, np.nan)
        for link, one in zip(found.links, points, strict=True):
            inner = largest[link.window]
            np.fmax(inner, one.current, out=inner)
        resistances = [one.resistance for one in points]
        error = max((one.error_estimate for one in points), default=None)
    if options.barriers:
        places = barriers(
            land.values,
            cores.numbers,
            options.barriers,
            options.restored,
            options.neighbours,
            cell_size=cell_size,
            store=state,
            progress=part(progress, 0.75, 0.95),
        )
        maps |= {"barriers": places.improvement, "barriers_percent": 100 * places.share}
    return _Found(found, resistances, maps, error)


def _state(options: Options) -> State:
    files = {"resistance": options.resistance, "cores": options.cores}
    if options.cores.suffix.lower() == ".shp":
        files |= {path.suffix: path for path in sorted(options.cores.parent.glob(f"{options.cores.stem}.*"))}
    paths = ("resistance", "cores", "output", "resume", "check")
    kept = {name: getattr(options, name) for name in Options.__dataclass_fields__ if name not in paths}
    return State(options.output / ".state", hash_of(kept, files))


def _pictures(land: Raster, cores: Cores, found: _Found) -> list[tuple[str, np.ndarray]]:
    titles = {
        "corridors": _("Corridors: what the way through a cell costs more than the cheapest way"),
        "pinch_points": _("Pinch points: the largest current of all links"),
        "barriers": _("Barriers: cost saved for each metre that is restored"),
    }
    shown = [(title, found.maps[name]) for name, title in titles.items() if name in found.maps]
    places = np.where(cores.numbers > 0, 1.0, np.where(np.isfinite(land.values), 0.0, np.nan))
    return [*shown, (_("Resistance of the landscape"), land.values), (_("Cores"), places)]


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


def _preflight(land: Raster, cores: Cores, unit: str, options: Options) -> list[str]:
    """What the run will do, in lines. Raises `Problem` where the disk has no room."""
    rows, columns = land.grid.shape
    count = np.unique(cores.numbers[cores.numbers > 0]).size
    data = int(np.isfinite(land.values).sum())
    maps = 1 + int(options.pinch_points) + 2 * int(bool(options.barriers))
    if not options.check:
        require_room(options.output.absolute(), maps * rows * columns * 8)
    memory = 3e8 + rows * columns * 120
    seconds = 1e-7 * data * (count + 2) * (2 if options.barriers else 1)
    return [
        _("{rows} rows and {columns} columns, {cells} cells with data").format(
            rows=rows, columns=columns, cells=data
        ),
        _("{count} cores on {cells} cells; cost is {unit}").format(
            count=count, cells=int((cores.numbers > 0).sum()), unit=unit
        ),
        cost_line(memory, seconds),
    ]


def _pinch_points(
    land: Raster, cores: Cores, found: Corridors, options: Options, state: State, progress: Progress
) -> list[PinchPoints]:
    """The pinch points of each link; those that an interrupted run has kept are taken."""
    points = []
    for number, link in enumerate(found.links, start=1):
        key = f"pinch-{number}"
        kept = state.get(key)
        if kept is None:
            share = part(progress, (number - 1) / len(found.links), number / len(found.links))
            points.append(pinch_points(land.values, cores.numbers, link, options.neighbours, progress=share))
            state.put(key, points[-1].packed())
        else:
            points.append(PinchPoints.unpacked(kept))
    return points


def _told(found: _Found) -> list[str]:
    """What came out, in lines."""
    links = found.corridors
    lines = [_("{count} links between {cores} cores").format(count=len(links.links), cores=len(links.ids))]
    if links.without_data:
        text = _("on cells where nothing passes, so without links: cores {cores}")
        lines.append(text.format(cores=listed(links.without_data)))
    if len(links.ids) < 2:
        lines.append(_("There is nothing to link: corridors need two cores on cells with data."))
    elif links.isolated:
        text = _("no way leads to any other core from: cores {cores}")
        lines.append(text.format(cores=listed(links.isolated)))
    if len(links.groups) > 1 and len(links.ids) > 1:
        lines.append(_("the cores lie in {count} groups that no way joins").format(count=len(links.groups)))
    if found.error is not None:
        text = _("estimated error of the effective resistances: {error}")
        lines.append(text.format(error=f"{found.error:.1e}"))
    return lines
