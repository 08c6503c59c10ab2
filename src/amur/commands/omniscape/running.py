"""Runs an omnidirectional job from files to files: reads, checks, computes, writes, reports; resumable."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amur.commands.jobs.measures import require_room, time_text
from amur.commands.jobs.page import Floats, shrunk
from amur.commands.jobs.running import Say, converging, reading, tell
from amur.commands.jobs.state import State, hash_of, keeping, take_up
from amur.commands.omniscape.executors import cores, on_cluster, on_this_machine
from amur.commands.omniscape.preflight import look_at
from amur.commands.omniscape.report import Report, write_report
from amur.commands.omniscape.tasks import landscape_of, windows_of
from amur.formats.omniscape import Inputs, Settings, Writer, read_inputs, read_job
from amur.portal.operations.problems import _
from amur.portal.operations.progress import Progress, part
from amur.science.circuits import Landscape
from amur.science.circuits.omnidirectional import OmnidirectionalResult, omnidirectional

QUICK = 10.0
"""Seconds of computing up to which one core does all."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a job is run: `output` is the folder of the results, `workers` a number of cores, `cluster` the
    address of a Dask scheduler.
    """

    output: Path | None = None
    resume: bool = False
    snap: bool = False
    check: bool = False
    as_peer: bool = False
    workers: int | None = None
    cluster: str | None = None


def run_job(path: Path, options: Options, say: Say, progress: Progress) -> int:
    """Run one job and say what happens; returns the exit status. Raises `Problem`, KeyboardInterrupt."""
    begun = time.monotonic()
    with reading():
        settings = read_job(path, options.output)
        inputs = read_inputs(settings, snap=options.snap)
    notes = (*settings.notes, *inputs.notes)
    tell(notes, say)
    landscape = landscape_of(settings, inputs)
    windows = windows_of(settings, inputs, as_peer=options.as_peer)
    preflight = look_at(settings, inputs, landscape, windows, options.workers or cores())
    for line in preflight.lines:
        say(line)
    if options.check:
        return 0
    require_room(settings.output, preflight.disk)
    state = take_up(_state(settings, options), resume=options.resume, say=say)
    quick = options.workers is None and preflight.plan.seconds < QUICK
    with keeping(state), converging():
        with _executor(options, quick=quick) as (executor, workers):
            result = omnidirectional(
                landscape,
                inputs.sources,
                windows,
                executor=executor,
                workers=workers,
                store=state,
                progress=part(progress, 0.0, 0.97),
            )
        progress(0.98, _("writing"))
        files = _write(settings, inputs, landscape, result)
        seconds = time.monotonic() - begun
        pictures = _pictures(inputs, landscape, result)
        report = Report(settings, preflight, notes, result, pictures, tuple(files), seconds, options.as_peer)
        page = write_report(report)
        progress(1.0, _("done"))
    for line in report.summary:
        say(line)
    say(_("Report: {path} ({time})").format(path=page, time=time_text(seconds)))
    return 0


@contextmanager
def _executor(options: Options, *, quick: bool) -> Iterator[tuple[Executor | None, int]]:
    if options.cluster:
        with on_cluster(options.cluster) as found:
            yield found
    else:
        workers = 1 if quick else options.workers or cores()
        with on_this_machine(workers) as executor:
            yield executor, workers


def _state(settings: Settings, options: Options) -> State:
    paths = ("file", "notes", "output", "resistance", "sources", "classes", "conditions")
    kept = {name: getattr(settings, name) for name in Settings.__dataclass_fields__ if name not in paths}
    conditions = [(one.comparison, one.lower, one.upper) for one in settings.conditions]
    asked = {"conditions": conditions, "snap": options.snap, "as_peer": options.as_peer}
    return State(settings.output / ".state", hash_of(kept | asked, settings.inputs))


def _write(
    settings: Settings, inputs: Inputs, landscape: Landscape, result: OmnidirectionalResult
) -> list[Path]:
    writer = Writer(settings, inputs.grid)
    maps = {
        "cum_currmap": result.cumulative,
        "flow_potential": result.flow_potential,
        "normalized_cum_currmap": result.normalized,
        "classified_resistance": inputs.classified,
    }
    for name in settings.maps:
        values = maps[name]
        assert values is not None  # noqa: S101
        writer.write(name, values)
    writer.copy_job()
    return writer.files


def _pictures(
    inputs: Inputs, landscape: Landscape, result: OmnidirectionalResult
) -> tuple[tuple[str, Floats], ...]:
    hidden = shrunk(landscape.conductance) <= 0
    with np.errstate(divide="ignore"):
        resistance = 1 / shrunk(landscape.conductance)
    found = [
        (_("Resistance of the landscape"), resistance),
        (_("Source strength"), shrunk(inputs.sources)),
        (_("Cumulative current"), shrunk(result.cumulative)),
    ]
    if result.flow_potential is not None:
        found.append((_("Flow potential"), shrunk(result.flow_potential)))
    if result.normalized is not None:
        found.append((_("Normalized current"), shrunk(result.normalized)))
    return tuple((title, np.where(hidden, np.nan, values)) for title, values in found)
