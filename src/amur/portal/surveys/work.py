"""The run of the room: a survey and its rules in; its numbers with their facts out.

All or nothing, so a lost run is started again; what was counted before is not counted again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur import __version__
from amur.portal.audit.actions import batch
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.release.actions import holding
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run
from amur.portal.surveys import files
from amur.portal.surveys.models import CameraSurvey, SurveyNumbers, random_key

if TYPE_CHECKING:
    from amur.portal.surveys.sampling import Sample
    from amur.science.cameras import Rules, Table

NAME: Final = "surveys.numbers"
LEVELS: Final = ("", "event", "media")
STAGES: Final = {
    "read": _("Reading the records"),
    "effort": _("Counting trap days"),
    "events": _("Finding independent events"),
    "species": _("Computing indices"),
    "matrices": _("Making detection matrices"),
    "accumulation": _("Drawing accumulation curves"),
    "individuals": _("Counting known animals"),
    "activity": _("Fitting activity curves"),
    "overlap": _("Comparing activity"),
    "store": _("Storing the result"),
}


def rules_of(given: Mapping[str, Any]) -> "Rules":
    """The rules of science in stored ones. Raises ValueError naming the rule that is wrong."""
    from amur.science.cameras import Rules

    known = {field.name for field in fields(Rules)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    return Rules(**{name: value for name, value in values.items() if name in known})


def checked_rules(given: Mapping[str, Any]) -> dict[str, Any]:
    """Rules as they are stored. Raises ValueError naming the rule that is wrong."""
    level = str(given.get("level") or "")
    if level not in LEVELS:
        raise ValueError(f"level: {level!r}, expected event or media")
    return {**json.loads(json.dumps(asdict(rules_of(given)))), "level": level}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    survey = CameraSurvey.objects.filter(uuid=str(given.get("survey") or "")).first()
    if survey is None:
        raise ValueError("survey: it is not known")
    return {
        "survey": str(survey.uuid),
        "rules": checked_rules(survey.rules),
        "names": MultilingualText.from_json(given.get("names") or survey.names.to_json()).to_json(),
        "key": str(given.get("key") or random_key()),
    }


def digest(rules: Mapping[str, Any], survey: CameraSurvey, sample: "Sample") -> str:
    """One hash of everything that decides the numbers."""
    decisive = [NAME, rules, str(survey.period_start), str(survey.period_end), sample.digest, __version__]
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()


def _work(task: Task) -> Outcome:
    from amur.portal.surveys.choosing import choice_of, sample
    from amur.science.cameras import compute

    run, given = task.run, task.run.parameters
    survey = CameraSurvey.objects.select_related("office").filter(uuid=given["survey"]).first()
    if survey is None:
        raise Refused([{"code": "survey-gone", "severity": "error"}])
    if run.owner is not None and not may(run.owner, Verb.ADD, Subject.CAMERAS, survey.office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    task.progress(0.0, "read")
    found = sample(choice_of(survey), task.progress)
    inputs = digest(given["rules"], survey, found)
    known = survey.numbers.filter(input_hash=inputs).first()
    if known is not None:
        return Outcome({"numbers": str(known.uuid)})
    period = (np.datetime64(survey.period_start, "D"), np.datetime64(survey.period_end, "D"))
    try:
        tables = compute(
            found.cameras,
            found.sightings,
            rules_of(given["rules"]),
            period,
            lambda done, stage: task.progress(0.1 + 0.85 * done, stage if stage in STAGES else "store"),
        )
    except ValueError as error:
        raise Refused([{"code": "no-effort", "severity": "error"}]) from error
    task.progress(0.96, "store")
    with batch(), holding():  # nothing of it is public yet, so there is nothing to release
        numbers = _store(run, survey, found, tables, inputs)
        task.require_own()
    return Outcome({"numbers": str(numbers.uuid)})


def _store(
    run: Run, survey: CameraSurvey, found: "Sample", tables: Mapping[str, "Table"], inputs: str
) -> SurveyNumbers:
    from amur.portal.surveys.facts import record

    given = run.parameters
    caught = tables.get("captures")
    numbers = SurveyNumbers.objects.create(
        office=survey.office,
        key=given["key"],
        survey=survey,
        names=MultilingualText.from_json(given["names"]),
        run=run,
        input_hash=inputs,
        period_start=survey.period_start,
        period_end=survey.period_end,
        rules=given["rules"],
        counts={
            "deployments": found.cameras.count,
            "stations": len(found.cameras.stations),
            "observations": len(found.sightings.time),
            "level": found.level,
        },
        tables={name: files.plain(table) for name, table in tables.items() if not table.by_station},
        caught_at=len(set(caught.column("station"))) if caught is not None else None,
        sha256=files.keep({name: table for name, table in tables.items() if table.by_station}),
        simulated=any(project.simulated for project in survey.projects.all()),
    )
    record(numbers)
    return numbers


def _address(run: Run) -> str:
    return reverse("survey-outcome", kwargs={"uuid": run.uuid})


KIND: Final = Kind(
    NAME,
    _("Numbers of a camera survey"),
    Subject.CAMERAS,
    _work,
    checked,
    address=_address,
    stages=STAGES,
)
