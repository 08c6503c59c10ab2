"""From the files of a survey to estimates: reads, checks, fits, tells, writes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from amur.commands.capture.centres import write_centres
from amur.commands.capture.goodness import check_goodness, goodness_values
from amur.commands.capture.results import csv_of, results_of
from amur.commands.capture.summary import summary_of
from amur.commands.jobs.measures import time_text
from amur.commands.jobs.running import Say, reading, tell
from amur.formats.capture import Sources, read_survey
from amur.formats.files import replacing
from amur.portal.operations.problems import Problem, _
from amur.science.capture import Fit, Model, Survey, diagnose, fit, goodness_of_fit
from amur.science.capture.diagnosis import graded, withheld_of
from amur.science.capture.evidence import misfits
from amur.science.capture.fitting import Progress
from amur.science.capture.formula import Formula, parse_model, variables_of
from amur.science.capture.twice import with_animals

STAGES = {
    "layout": _("preparing the likelihood"),
    "search": _("searching the maximum"),
    "finer mask": _("checking with a finer mask"),
    "other starts": _("checking with other starts"),
    "learned response": _("checking for a learned response"),
    "two detections": _("checking without animals seen once"),
    "simulation": _("simulating surveys from the fit"),
    "done": _("done"),
}


@dataclass(frozen=True, slots=True)
class Job:
    """What is fitted to what.

    `model` are formulas as text. `output`, `table` and `report` are the files of the results as JSON, CSV and
    HTML. `thorough` checks with further fits. `resistance` is a raster of
    least-cost distances. `only` keeps individuals with these values of covariates. `centres` is the file of
    centres of activity, `goodness` the number of surveys to simulate for the goodness of fit.
    """

    sources: Sources
    model: str = ""
    function: str = "HHN"
    conditional: bool = False
    distribution: Literal["poisson", "binomial"] = "poisson"
    mixture_covariate: str = ""
    keep_occasions: bool = False
    output: Path | None = None
    table: Path | None = None
    report: Path | None = None
    thorough: bool = False
    at_least_two: bool = False
    trials: int = 0
    resistance: Path | None = None
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()
    centres: Path | None = None
    goodness: int = 0


def run_fit(job: Job, say: Say, progress: Progress) -> int:
    """Fit a model and say what came out; returns the exit status. Raises `Problem`, KeyboardInterrupt."""
    begun = time.monotonic()
    for path in (job.output, job.table, job.report, job.centres):
        if path is not None and not path.absolute().parent.is_dir():
            raise Problem(_("There is no folder {folder}.").format(folder=path.absolute().parent))
    progress(0.0, _("reading"))
    with reading():
        read = read_survey(job.sources)
    tell(read.notes, say)
    if job.sources.kind == "single":
        say(_("note: single-catch traps are analysed as multi-catch traps, as is usual."))
    survey = chosen(read.survey, job.only, say)
    if job.resistance is not None:
        from amur.commands.capture.distances import with_resistance

        progress(0.0, _("least-cost distances"))
        survey = with_resistance(survey, job.resistance, lambda done, stage: None)
    model = model_of(job, survey)

    if job.goodness:
        check_goodness(survey, model)
    judged = 0.7 if job.goodness else 1.0
    share = judged * (0.3 if job.thorough else 0.95)

    def told(done: float, stage: str, part: tuple[float, float] = (0.0, share)) -> None:
        progress(part[0] + (part[1] - part[0]) * done, STAGES.get(stage, stage))

    try:
        found = fit(survey, model, progress=told)
    except ValueError as error:
        raise Problem(_("The model cannot be fitted: {reason}.").format(reason=error)) from error
    findings = diagnose(
        found,
        buffer=job.sources.buffer or None,
        habitat=job.sources.habitat is not None,
        thorough=job.thorough,
        progress=partial(told, part=(share, judged)),
    )
    goodness = None
    if job.goodness and "D" in withheld_of(findings):
        say(_("note: density is withheld, so no surveys are simulated for the goodness of fit."))
    elif job.goodness:
        rows = goodness_of_fit(found, job.goodness, progress=partial(told, part=(judged, 1.0)))
        findings = graded([*findings, *misfits(rows)])
        goodness = goodness_values(rows, job.goodness)
    results = {
        **results_of(found, findings),
        "counted": counted(job.only),
        "habitat": job.sources.habitat.name if job.sources.habitat else "",
        "goodness": goodness,
    }
    progress(1.0, _("done"))
    for line in summary_of(results):
        say(line)
    for path in written(job, found, results):
        say(_("Results: {path}").format(path=path))
    if job.centres is not None and "sigma" in withheld_of(findings):
        say(_("note: sigma is withheld, so no centres of activity are written."))
    elif job.centres is not None:
        say(
            _("Centres of activity: {path}. These are places of animals, for those who may see them.").format(
                path=write_centres(job.centres, found)
            )
        )
    say(_("time: {time}").format(time=time_text(time.monotonic() - begun)))
    return 0 if found.convergence.converged else 1


def chosen(survey: Survey, only: Sequence[tuple[str, tuple[str, ...]]], say: Say) -> Survey:
    """The survey with the individuals that are counted, and who that is. Raises `Problem`."""
    before = survey.animals
    for name, values in only:
        sessions = []
        for session in survey.sessions:
            column = session.captures.covariates.get(name)
            if column is None:
                known = ", ".join(sorted(session.captures.covariates)) or "—"
                raise Problem(
                    _("--only: the captures have no covariate {name}; they have: {known}.").format(
                        name=name, known=known
                    ),
                    2,
                )
            sessions.append(with_animals(session, np.isin(np.asarray(column).astype(str), values)))
        survey = Survey(tuple(sessions))
    if only and not survey.animals:
        raise Problem(_("--only leaves no individual."), 2)
    if only:
        say(
            _("counted: only {rule}; left out: {count} of {before} individuals").format(
                rule=counted(only), count=before - survey.animals, before=before
            )
        )
    return survey


def counted(only: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    """The rule of who is counted, "" for all individuals of the file.

    >>> counted([("age", ("adult", "subadult"))])
    'age = adult | subadult'
    """
    return ", ".join(f"{name} = {' | '.join(values)}" for name, values in only)


def written(job: Job, found: Fit, results: Mapping[str, Any]) -> Iterator[Path]:
    """Write the files of the results that were asked for, each whole or not at all."""
    if job.output is not None:
        text = json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False)
        yield write_text(job.output, text + "\n")
    if job.table is not None:
        yield write_text(job.table, csv_of(results))
    if job.report is not None:
        from amur.commands.capture.report import write_report

        yield write_report(job.report, found, results)


def write_text(path: Path, text: str) -> Path:
    """Write a file whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return path


def model_of(job: Job, survey: Survey) -> Model:
    """The model of a job. Raises `Problem` where a formula cannot be read or does not fit the survey.

    The mixture covariate in a formula of detection means its classes, h2; a constant D is left out of a
    conditional likelihood, which has none.
    """
    try:
        formulas = parse_model(job.model)
        if job.conditional and not formulas.get("D", ("",)):
            del formulas["D"]
        if job.mixture_covariate:
            formulas = _by_class(formulas, job.mixture_covariate)
        model = Model(
            formulas=formulas,
            function=job.function,
            conditional=job.conditional,
            distribution=job.distribution,
            mixture_covariate=job.mixture_covariate,
            keep_occasions=job.keep_occasions,
            trials=job.trials,
            least_detections=2 if job.at_least_two else 1,
        )
    except ValueError as error:
        raise Problem(_("--model: {reason}.").format(reason=error), 2) from error
    known = {name for session in survey.sessions for name in session.captures.covariates}
    used = sorted(known & model.detection_variables)
    if used and not job.conditional:
        raise Problem(
            _(
                "--model: {name} is a covariate of individuals. Add --conditional, or --mixture-covariate "
                "{name} where it has two classes."
            ).format(name=used[0]),
            2,
        )
    density = sorted(known & variables_of(formulas.get("D", ())))
    if density:
        raise Problem(
            _("--model: {name} is a covariate of individuals; density cannot depend on it.").format(
                name=density[0]
            ),
            2,
        )
    return model


def _by_class(formulas: Mapping[str, Formula], covariate: str) -> dict[str, Formula]:
    def renamed(formula: Formula) -> Formula:
        return tuple(
            replace(term, variables=tuple("h2" if name == covariate else name for name in term.variables))
            for term in formula
        )

    return {name: formula if name == "D" else renamed(formula) for name, formula in formulas.items()}
