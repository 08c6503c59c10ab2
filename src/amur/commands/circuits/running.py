"""Runs a job from files to files: reads, checks, solves, writes, reports; resumable at any moment."""

from __future__ import annotations

import time
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import numpy as np

from amur.commands.circuits.preflight import look_at_network, look_at_raster
from amur.commands.circuits.report import Report, write_report
from amur.commands.circuits.tasks import landscape_of, network_of, task_of, wanted_of
from amur.commands.jobs.measures import require_room, time_text
from amur.commands.jobs.page import shrunk
from amur.commands.jobs.running import Say, converging, reading, tell
from amur.commands.jobs.state import State, hash_of, keeping, take_up
from amur.formats.circuitscape import (
    NetworkInputs,
    RasterInputs,
    Settings,
    Writer,
    read_job,
    read_network,
    read_rasters,
)
from amur.formats.errors import FormatError
from amur.portal.operations.problems import _
from amur.science.circuits import (
    NetworkResult,
    Result,
    Table,
    solve,
    solve_network_advanced,
    solve_network_pairs,
)
from amur.science.circuits.results import Kind, Name, Progress
from amur.science.circuits.solution import Floats


@dataclass(frozen=True, slots=True)
class Options:
    """How a job is run: `output` replaces the folder of the results."""

    output: Path | None = None
    resume: bool = False
    snap: bool = False
    check: bool = False


def run_job(path: Path, options: Options, say: Say, progress: Progress) -> int:
    """Run one job and say what happens; returns the exit status. Raises `Problem`, KeyboardInterrupt."""
    begun = time.monotonic()
    with reading():
        settings = read_job(path, options.output)
        inputs: RasterInputs | NetworkInputs
        inputs = read_network(settings) if settings.network else read_rasters(settings, snap=options.snap)
    notes = [*settings.notes, *inputs.notes]
    tell(notes, say)
    job = _RasterJob(settings, inputs) if isinstance(inputs, RasterInputs) else _NetworkJob(settings, inputs)
    del inputs
    for line in job.preflight.lines:
        say(line)
    say(_("results: {path}_…").format(path=settings.output))
    if options.check:
        return 0
    require_room(settings.output.parent, job.preflight.disk)
    state = take_up(_state(settings, snap=options.snap), resume=options.resume, say=say)
    with keeping(state), converging():
        job.solve(state, progress)
        progress(0.99, _("writing"))
        seconds = time.monotonic() - begun
        report = job.report(notes, seconds)
        page = write_report(report)
        progress(1.0, _("done"))
    for line in report.summary:
        say(line)
    say(_("Report: {path} ({time})").format(path=page, time=time_text(seconds)))
    return 0


def _state(settings: Settings, *, snap: bool) -> State:
    output = settings.output
    kept = {
        name: getattr(settings, name)
        for name in Settings.__dataclass_fields__
        if name not in ("file", "notes", "output") and name not in settings.inputs
    }
    digest = hash_of(kept | {"snap": snap}, settings.inputs)
    return State(output.with_name(f".{output.name}.state"), digest, f".{escape(output.name)}_*")


class _Files:
    """A sink that writes maps, and knows which are there already."""

    def __init__(self, writer: Writer, state: State) -> None:
        self._writer = writer
        self._state = state

    def wants(self, kind: Kind, name: Name) -> bool:
        path = self._writer.map_path("curmap" if kind == "current" else "voltmap", name)
        return not (path.name in self._state.done and path.is_file())

    def take(self, kind: Kind, name: Name, values: Floats) -> None:
        if kind == "current":
            path = self._writer.current_map(values, name=name)
        else:
            path = self._writer.voltage_map(values, name)
        self._state.finished(path.name)


class _RasterJob:
    def __init__(self, settings: Settings, inputs: RasterInputs) -> None:
        self._settings = settings
        self._landscape = landscape_of(settings, inputs)
        self._task = task_of(settings, inputs)
        self.preflight = look_at_raster(settings, inputs, self._landscape)
        self._writer = Writer(settings, inputs.grid, self._landscape.conductance <= 0)
        self._result: Result | None = None

    def solve(self, state: State, progress: Progress) -> None:
        self._result = solve(
            self._landscape,
            self._task,
            wanted_of(self._settings),
            sink=_Files(self._writer, state),
            store=state,
            progress=lambda done, stage: progress(0.97 * done, stage),
        )
        result, writer, settings = self._result, self._writer, self._settings
        if result.resistances is not None:
            writer.resistances(result.ids, result.resistances)
        if result.cumulative is not None and settings.scenario != "advanced":
            writer.current_map(result.cumulative, "cum_curmap")
        if result.maximum is not None:
            writer.current_map(result.maximum, "max_curmap")

    def report(self, notes: list[FormatError], seconds: float) -> Report:
        assert self._result is not None  # noqa: S101
        result = self._result
        conductance = shrunk(self._landscape.conductance)
        hidden = conductance <= 0
        with np.errstate(divide="ignore"):
            pictures = [(_("Resistance of the landscape"), np.where(hidden, np.nan, 1 / conductance))]
        advanced = self._settings.scenario == "advanced"
        for title, values in (
            (_("Current") if advanced else _("Cumulative current"), result.cumulative),
            (_("Maximum current"), result.maximum),
        ):
            if values is not None:
                pictures.append((title, np.where(hidden, np.nan, shrunk(values))))
        return Report(
            settings=self._settings,
            preflight=self.preflight,
            notes=tuple(notes),
            ids=result.ids,
            resistances=result.resistances,
            groups=result.groups,
            without_data=result.without_data,
            solved=result.solved,
            pictures=tuple(pictures),
            files=tuple(self._writer.files),
            seconds=seconds,
        )


class _NetworkJob:
    def __init__(self, settings: Settings, inputs: NetworkInputs) -> None:
        self._settings = settings
        self._inputs = inputs
        self.preflight = look_at_network(settings, inputs)
        self._writer = Writer(settings)
        self._result: NetworkResult | None = None

    def solve(self, state: State, progress: Progress) -> None:
        settings, inputs = self._settings, self._inputs
        network = network_of(inputs)
        if inputs.focal is None:
            assert inputs.sources is not None and inputs.grounds is not None  # noqa: S101
            result = solve_network_advanced(
                network, inputs.sources, inputs.grounds, settings.conflict, progress=progress
            )
        else:
            included = None if inputs.pairs is None else inputs.pairs.among(inputs.nodes[inputs.focal])
            result = solve_network_pairs(
                network, inputs.focal, included, wanted_of(settings), store=state, progress=progress
            )
        self._result = result
        if result.resistances is not None:
            self._writer.resistances(result.ids, result.resistances)
        advanced = inputs.focal is None
        for table in result.tables:
            name = "_".join(str(part) for part in table.name)
            self._tables(table, name, currents=settings.each_current or (advanced and settings.any_current))
        if result.cumulative is not None:
            self._tables(result.cumulative, "cum", currents=True, voltages=False)

    def _tables(self, table: Table, name: str, *, currents: bool, voltages: bool = True) -> None:
        inputs, writer = self._inputs, self._writer
        nodes = inputs.nodes[table.nodes]
        if currents:
            writer.node_table("node_currents", nodes, table.node_currents, name)
            first, second = inputs.nodes[inputs.first[table.edges]], inputs.nodes[inputs.second[table.edges]]
            writer.branch_table(first, second, table.branch_currents, name)
        if voltages and self._settings.voltage_maps:
            writer.node_table("voltages", nodes, table.voltages, name)

    def report(self, notes: list[FormatError], seconds: float) -> Report:
        assert self._result is not None  # noqa: S101
        return Report(
            settings=self._settings,
            preflight=self.preflight,
            notes=tuple(notes),
            ids=self._result.ids,
            resistances=self._result.resistances,
            groups=self._result.groups,
            without_data=(),
            solved=self._result.solved,
            pictures=(),
            files=tuple(self._writer.files),
            seconds=seconds,
        )
