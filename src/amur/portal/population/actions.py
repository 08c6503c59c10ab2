"""The verbs of the room: taking a survey in, estimating, releasing; offering, agreeing and withdrawing."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from amur.portal.audit.actions import batch
from amur.portal.facts.actions import delete_computed
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office, Person
from amur.portal.population import facts, files, summaries, work
from amur.portal.population.models import CaptureSurvey, JointAnalysis, JointPart, PopulationResult
from amur.portal.population.records import offices_of
from amur.portal.population.sources import Source
from amur.portal.runs import actions as runs
from amur.portal.runs.models import Run, RunState

WAITING = (RunState.QUEUED, RunState.RUNNING)


class InUse(Exception):
    """A survey with results or in a joint analysis stays."""


@dataclass(frozen=True, slots=True)
class About:
    """What people say of a survey: its names, species, first and last day, reference system."""

    names: MultilingualText
    species: str
    start: datetime.date
    end: datetime.date
    crs: str
    simulated: bool = False


def take_survey(source: Source, about: About, office: Office) -> CaptureSurvey:
    """Keep what a source gives as a survey of an office. Raises `sources.Wrong`; then nothing is kept."""
    given = source.read()
    figures = summaries.summary(given.survey, about.crs)
    return CaptureSurvey.objects.create(
        office=office,
        names=about.names,
        species_key=about.species,
        period_start=about.start,
        period_end=about.end,
        crs=about.crs,
        kind=given.survey.sessions[0].detectors.kind,
        buffer=given.buffer,
        sha256=files.keep(given.survey),
        files=list(given.files),
        summary=figures,
        notes=list(given.notes),
        simulated=about.simulated,
    )


def delete_survey(survey: CaptureSurvey) -> None:
    """Take a survey and its file away. Raises InUse."""
    with batch():
        if survey.results.exists() or survey.parts.filter(ended=None).exists():
            raise InUse
        for part in survey.parts.all():
            part.survey = None
            part.save()
        survey.delete()
    if not CaptureSurvey.objects.filter(sha256=survey.sha256).exists():
        files.path_of(survey.sha256).unlink(missing_ok=True)


def start(
    parameters: Mapping[str, Any], person: Person | None, office: Office, *, in_background: bool = True
) -> Run | PopulationResult:
    """Start a run, or give the result of the same inputs; a run of them that waits or works is given, too.

    Raises ValueError naming the parameter that is wrong, and `runs.kinds.Refused` without consent.
    """
    checked = work.checked(parameters)
    surveys = work.surveys_of(checked)
    if all(survey.office != office for survey in surveys):
        raise ValueError("survey: it is not one of this office")
    inputs = work.digest(checked, surveys)
    offices = [survey.office for survey in surveys]
    known = PopulationResult.objects.filter(input_hash=inputs, office__in=offices).first()
    if known is not None:
        return known
    going = Run.objects.filter(kind=work.NAME, office=office, inputs__all=inputs, state__in=WAITING).first()
    return going or runs.start(
        work.NAME,
        checked,
        person,
        office,
        inputs={"surveys": len(surveys), "simulated": all(one.simulated for one in surveys), "all": inputs},
        in_background=in_background,
    )


def release(result: PopulationResult, office: Office, *, published: bool) -> None:
    """Let the public see a result and its facts, or take them back.

    A joint result is public while both offices release it.
    """
    with batch():
        others = [key for key in result.released_by if key != office.key]
        result.released_by = sorted([*others, office.key] if published else others)
        result.is_published = set(result.released_by) >= set(offices_of(result))
        result.save()
        facts.follow_release(result)


def delete(result: PopulationResult) -> None:
    """Take a result away with its facts."""
    with batch():
        delete_computed(result.run)
        result.delete()


def offer(
    survey: CaptureSurvey, partner: Office, names: MultilingualText, person: Person | None
) -> JointAnalysis:
    """Offer another office to analyse a survey together with one of its own; this is the office's consent."""
    with batch():
        joint = JointAnalysis.objects.create(
            office=survey.office,
            partner=partner,
            names=names,
            species_key=survey.species_key,
            period_start=survey.period_start,
            period_end=survey.period_end,
        )
        agree(joint, survey, person)
    return joint


def agree(joint: JointAnalysis, survey: CaptureSurvey, person: Person | None) -> JointPart:
    """Record that an office gives a survey to a joint analysis. Raises ValueError when it may not."""
    if survey.office_id not in (joint.office_id, joint.partner_id):
        raise ValueError("survey: its office takes no part")
    if survey.species_key != joint.species_key:
        raise ValueError("survey: it is of another species")
    with transaction.atomic():
        part, _made = JointPart.objects.get_or_create(joint=joint, office=survey.office)
        if part.ended is not None or part.stands:
            raise ValueError("joint: the office has decided already")
        part.survey, part.agreed_by, part.agreed = survey, person, timezone.now()
        part.save()
    return part


def withdraw(joint: JointAnalysis, office: Office) -> None:
    """End the consent of an office, or decline: no run any more, what was estimated goes with its facts."""
    with batch():
        part, _made = JointPart.objects.get_or_create(joint=joint, office=office)
        part.ended = part.ended or timezone.now()
        part.save()
        for result in joint.results.select_related("run"):
            delete(result)
    for run in Run.objects.filter(kind=work.NAME, parameters__joint=str(joint.uuid), state__in=WAITING):
        runs.ask_cancel(run)
