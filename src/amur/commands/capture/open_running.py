"""From the files of several years to survival and growth: reads, checks, fits, tells, writes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from amur.commands.capture.fitting import write_text
from amur.commands.capture.open_results import csv_of, results_of, summary_of
from amur.commands.jobs.measures import time_text
from amur.commands.jobs.running import Say, reading, tell
from amur.formats.capture import Sources, mask_around, read_survey
from amur.formats.texts import number_of
from amur.portal.operations.problems import Problem, _
from amur.science.capture import Survey
from amur.science.capture.fitting import Progress
from amur.science.capture.open import OpenFit, OpenModel, diagnose_open, fit_open
from amur.science.capture.open.model import Kind
from amur.science.capture.open.movement import Movement

STAGES = {"layout": _("preparing the likelihood"), "search": _("searching the maximum"), "done": _("done")}


@dataclass(frozen=True, slots=True)
class OpenJob:
    """What is fitted to what.

    `model` are formulas as text; `output`, `table` and `report` are the files of the results as JSON, CSV
    and HTML.
    """

    sources: Sources
    model: str = ""
    function: str = "HHN"
    kind: Kind = "jolly-seber"
    movement: Movement = "static"
    intervals: tuple[float, ...] = ()
    output: Path | None = None
    table: Path | None = None
    report: Path | None = None


def run_open(job: OpenJob, say: Say, progress: Progress) -> int:
    """Fit an open model and say what came out; returns the exit status. Raises `Problem`,
    KeyboardInterrupt.
    """
    begun = time.monotonic()
    for path in (job.output, job.table, job.report):
        if path is not None and not path.absolute().parent.is_dir():
            raise Problem(_("There is no folder {folder}.").format(folder=path.absolute().parent))
    try:
        model = OpenModel.of(job.model, function=job.function, kind=job.kind, movement=job.movement)
    except ValueError as error:
        raise Problem(_("--model: {reason}.").format(reason=error), 2) from error
    progress(0.0, _("reading"))
    with reading():
        read = read_survey(job.sources)
    tell(read.notes, say)
    if job.sources.kind == "single":
        say(_("note: single-catch traps are analysed as multi-catch traps, as is usual."))
    survey = one_mask(read.survey, job.sources)
    if len(survey.sessions) < 2:
        raise Problem(_("There is one session only: an open population needs two or more."))
    intervals = intervals_of(survey, job.intervals, say)

    def told(done: float, stage: str) -> None:
        progress(0.95 * done, STAGES.get(stage, stage))

    try:
        found = fit_open(survey, model, intervals=np.array(intervals), progress=told)
    except ValueError as error:
        raise Problem(_("The model cannot be fitted: {reason}.").format(reason=error)) from error
    results = results_of(found, diagnose_open(found, buffer=job.sources.buffer or None))
    progress(1.0, _("done"))
    for line in summary_of(results):
        say(line)
    for path in written(job, found, results):
        say(_("Results: {path}").format(path=path))
    say(_("time: {time}").format(time=time_text(time.monotonic() - begun)))
    return 0 if found.convergence.converged else 1


def written(job: OpenJob, found: OpenFit, results: Mapping[str, Any]) -> Iterator[Path]:
    """Write the files of the results that were asked for, each whole or not at all."""
    if job.output is not None:
        text = json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False)
        yield write_text(job.output, text + "\n")
    if job.table is not None:
        yield write_text(job.table, csv_of(results))
    if job.report is not None:
        from amur.commands.capture.open_report import write_report

        yield write_report(job.report, found, results)


def one_mask(survey: Survey, sources: Sources) -> Survey:
    """The survey with one mask for all years; that of a buffer lies around the detectors of all of them."""
    mask = survey.sessions[0].mask
    if not sources.masks:
        places = np.unique(
            np.concatenate([session.detectors.positions for session in survey.sessions]), axis=0
        )
        mask = mask_around(places, sources.buffer, sources.nx)
    return Survey(tuple(replace(session, mask=mask) for session in survey.sessions))


def intervals_of(survey: Survey, given: tuple[float, ...], say: Say) -> tuple[float, ...]:
    """The time between sessions: as given, or from names that are years, or 1.

    Raises `Problem` where there are not as many as needed, or years are not in the order of time.
    """
    names = [session.name for session in survey.sessions]
    wanted = len(names) - 1
    numbers = [number_of(name) for name in names]
    known = [number for number in numbers if number is not None]
    if len(known) == len(names):
        steps = tuple(after - before for before, after in pairwise(known))
        if min(steps) <= 0:
            raise Problem(
                _(
                    "The sessions {names} are not in the order of time. Sort the file of captures by session."
                ).format(names=", ".join(names))
            )
        if not given:
            if any(step != 1 for step in steps):
                text = ", ".join(f"{step:g}" for step in steps)
                say(
                    _("note: the time between sessions is taken from their names: {steps}.").format(
                        steps=text
                    )
                )
            return steps
    if not given:
        say(_("note: the time between sessions is taken for 1; give --intervals where it is not."))
        return (1.0,) * wanted
    if len(given) != wanted:
        raise Problem(
            _("--intervals has {found} numbers, {wanted} are needed between the sessions {names}.").format(
                found=len(given), wanted=wanted, names=", ".join(names)
            ),
            2,
        )
    return given
