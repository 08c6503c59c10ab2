"""The run of the room: a survey, or those of two offices, and models in; a result with its facts out.

All or nothing, so a lost run is started again; what was estimated before is not estimated again. What a joint
run stores, its problems included, holds nothing that one of the offices did not bring itself but sums.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from amur.disclosure import Level, surface_level
from amur.portal.audit.actions import batch
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.population import files, modelling, places
from amur.portal.population.models import CaptureSurvey, JointAnalysis, PopulationResult, random_key
from amur.portal.release.actions import holding
from amur.portal.runs.actions import input_hash
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run
from amur.portal.species.queries import scientific_name

if TYPE_CHECKING:
    from amur.science.capture import Survey

NAME: Final = "population"
DECISIVE: Final = ("models", "sex", "twice", "thorough")
STAGES: Final = {
    "read": _("Reading the survey"),
    **{
        f"fit {number}": format_lazy(_("Fitting model {number}"), number=number)
        for number in range(1, modelling.MOST_MODELS + 1)
    },
    "judge": _("Looking for what makes the estimates doubtful"),
    "attribute": _("Counting by country and area"),
    "store": _("Storing the result"),
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    survey, joint = given.get("survey"), given.get("joint")
    if bool(survey) == bool(joint):
        raise ValueError("survey or joint: exactly one is needed")
    if survey and not CaptureSurvey.objects.filter(uuid=str(survey)).exists():
        raise ValueError("survey: it is not known")
    if joint and not JointAnalysis.objects.filter(uuid=str(joint)).exists():
        raise ValueError("joint: it is not known")
    models = given.get("models")
    if not isinstance(models, list) or not 1 <= len(models) <= modelling.MOST_MODELS:
        raise ValueError(f"models: from 1 to {modelling.MOST_MODELS} are possible")
    for one in models:
        if one.get("function") not in modelling.FUNCTIONS or not isinstance(one.get("formulas"), str):
            raise ValueError("models: each has formulas and a detection function")
    sex = str(given.get("sex") or "")
    modelling.models(models, sex)
    return {
        "survey": str(survey) if survey else None,
        "joint": str(joint) if joint else None,
        "models": [{name: one[name] for name in ("formulas", "function")} for one in models],
        "sex": sex,
        "twice": bool(given.get("twice")),
        "thorough": bool(given.get("thorough")),
        "names": MultilingualText.from_json(given.get("names")).to_json(),
        "key": str(given.get("key") or random_key()),
    }


def surveys_of(parameters: Mapping[str, Any]) -> list[CaptureSurvey]:
    """The surveys of a run, of a joint analysis in the order of consent. Raises Refused without it."""
    if parameters["survey"]:
        return [CaptureSurvey.objects.select_related("office").get(uuid=parameters["survey"])]
    joint = JointAnalysis.objects.get(uuid=parameters["joint"])
    parts = list(joint.parts.select_related("survey__office"))
    if len(parts) < 2 or not all(part.stands for part in parts):
        raise Refused([{"code": "no-consent", "severity": "error"}])
    return [part.survey for part in parts if part.survey is not None]


def digest(parameters: Mapping[str, Any], surveys: Sequence[CaptureSurvey]) -> str:
    """One hash of everything that decides a result, the boundaries of areas among it."""
    decisive = {name: parameters[name] for name in DECISIVE}
    read = [
        [one.sha256, one.crs, one.buffer, one.species_key, str(one.period_start), str(one.period_end)]
        for one in surveys
    ]
    found = {"surveys": read, "areas": places.areas_digest(), "joint": parameters["joint"]}
    return input_hash(NAME, decisive, found)


def cell_level(species_key: str, ended: Any, *, simulated: bool) -> Level:
    """How fine the public may see a density. A survey that the program made up has no animal in it."""
    if simulated:
        return Level.TENTH
    taxon = scientific_name(species_key)
    return surface_level([taxon] if taxon else [], ended, timezone.now())


def _work(task: Task) -> Outcome:
    from amur.portal.population import computing

    run, given = task.run, task.run.parameters
    office = run.office
    if office is None:
        raise ValueError(f"run {run.uuid} has no office")
    if run.owner is not None and not may(run.owner, Verb.ADD, Subject.POPULATION, office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    task.progress(0.0, "read")
    rows = surveys_of(given)
    inputs = digest(given, rows)
    known = PopulationResult.objects.filter(office=office, input_hash=inputs).first()
    if known is not None:
        return Outcome({"result": str(known.uuid)})
    survey = computing.prepared(_read(rows), rows[0].crs)
    try:
        found = computing.compute(
            survey,
            rows[0].crs,
            modelling.models(given["models"], given["sex"]),
            buffer=rows[0].buffer if len(rows) == 1 else None,
            twice=given["twice"],
            thorough=given["thorough"],
            progress=task.progress,
        )
    except computing.Nothing as nothing:
        problem = {"code": "no-model", "severity": "error", "params": {"reason": str(nothing)}}
        if len(rows) > 1:
            problem = {"code": "no-joint-model", "severity": "error"}
        raise Refused([problem]) from nothing
    task.progress(0.98, "store")
    with batch(), holding():  # nothing of it is public yet, so there is nothing to release
        surveys_of(given)  # a consent may have been withdrawn meanwhile
        result = _store(run, office, rows, found, inputs)
        task.require_own()
    return Outcome({"result": str(result.uuid)})


def _read(rows: Sequence[CaptureSurvey]) -> "Survey":
    """The survey of a run, joined where there are two. Raises Refused."""
    from amur.portal.population import joining

    try:
        surveys = [files.read(row.sha256) for row in rows]
    except files.Gone as gone:
        raise Refused([{"code": "survey-gone", "severity": "error"}]) from gone
    if len(rows) == 1:
        return surveys[0]
    try:
        return joining.joined(surveys[0], rows[0].crs, surveys[1], rows[1].crs)
    except (joining.Apart, places.WrongSystem) as apart:
        code = str(apart.args[0]) if isinstance(apart, joining.Apart) else "joint-far"
        raise Refused([{"code": code, "severity": "error"}]) from apart


def _store(
    run: Run, office: Office, rows: Sequence[CaptureSurvey], found: Any, inputs: str
) -> PopulationResult:
    from amur.portal.population.facts import record

    given = run.parameters
    joint = JointAnalysis.objects.get(uuid=given["joint"]) if given["joint"] else None
    about: Any = joint or rows[0]
    simulated = all(row.simulated for row in rows)
    cells = found.cells
    if joint is not None:  # neither office gets finer cells of the other's survey than everybody
        level = cell_level(about.species_key, max(row.period_end for row in rows), simulated=simulated)
        cells = {level.word: cells[level.word]} if level.word in cells else {}
    result = PopulationResult.objects.create(
        office=office,
        key=given["key"],
        names=MultilingualText.from_json(given["names"]),
        survey=None if joint else rows[0],
        joint=joint,
        run=run,
        input_hash=inputs,
        species_key=about.species_key,
        period_start=min(row.period_start for row in rows),
        period_end=max(row.period_end for row in rows),
        simulated=simulated,
        parameters={name: given[name] for name in DECISIVE}
        | {"kind": rows[0].kind, "buffer": rows[0].buffer if joint is None else None},
        answers=found.answers,
        table=found.table,
        estimates=found.estimates,
        curves=found.curves,
        cells=cells,
        findings=found.findings,
        effort=found.effort,
    )
    record(result)
    return result


def _address(run: Run) -> str:
    return reverse("population-outcome", kwargs={"uuid": run.uuid})


KIND: Final = Kind(
    NAME,
    _("Population estimate"),
    Subject.POPULATION,
    _work,
    checked,
    address=_address,
    stages=STAGES,
)
