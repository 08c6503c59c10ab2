"""From the files of a survey to estimates: reads, checks, fits, tells, writes."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from amur.commands.capture.results import results_of, summary_of
from amur.commands.jobs.measures import time_text
from amur.commands.jobs.running import Say, reading, tell
from amur.formats.capture import Sources, read_survey
from amur.formats.files import replacing
from amur.portal.operations.problems import Problem, _
from amur.science.capture import Model, Survey, fit
from amur.science.capture.fitting import Progress
from amur.science.capture.formula import Formula, parse_model, variables_of

STAGES = {"layout": _("preparing the likelihood"), "search": _("searching the maximum"), "done": _("done")}


@dataclass(frozen=True, slots=True)
class Job:
    """What is fitted to what: `model` are formulas as text, `output` is the file of the results."""

    sources: Sources
    model: str = ""
    function: str = "HHN"
    conditional: bool = False
    distribution: Literal["poisson", "binomial"] = "poisson"
    mixture_covariate: str = ""
    keep_occasions: bool = False
    output: Path | None = None


def run_fit(job: Job, say: Say, progress: Progress) -> int:
    """Fit a model and say what came out; returns the exit status. Raises `Problem`, KeyboardInterrupt."""
    begun = time.monotonic()
    if job.output is not None and not job.output.absolute().parent.is_dir():
        raise Problem(_("There is no folder {folder}.").format(folder=job.output.absolute().parent))
    progress(0.0, _("reading"))
    with reading():
        read = read_survey(job.sources)
    tell(read.notes, say)
    if job.sources.kind == "single":
        say(_("note: single-catch traps are analysed as multi-catch traps, as is usual."))
    model = model_of(job, read.survey)

    def told(done: float, stage: str) -> None:
        progress(0.95 * done, STAGES.get(stage, stage))

    try:
        found = fit(read.survey, model, progress=told)
    except ValueError as error:
        raise Problem(_("The model cannot be fitted: {reason}.").format(reason=error)) from error
    results = results_of(found)
    progress(1.0, _("done"))
    for line in summary_of(results, found, job.sources.buffer):
        say(line)
    if job.output is not None:
        with replacing(job.output) as temporary:
            text = json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False)
            temporary.write_text(text + "\n", encoding="utf-8")
        say(_("Results: {path}").format(path=job.output))
    say(_("time: {time}").format(time=time_text(time.monotonic() - begun)))
    return 0 if found.convergence.converged else 1


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
