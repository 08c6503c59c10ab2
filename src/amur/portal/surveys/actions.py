"""The verbs of the room: making a survey, counting it, releasing and deleting its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon

from amur.portal.audit.actions import batch
from amur.portal.cameras.models import CameraProject
from amur.portal.facts.actions import delete_computed
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office, Person
from amur.portal.runs import actions as runs
from amur.portal.runs.models import Run, RunState
from amur.portal.surveys import facts, files, work
from amur.portal.surveys.choosing import Choice
from amur.portal.surveys.models import CameraSurvey, SurveyNumbers

WAITING = (RunState.QUEUED, RunState.RUNNING)


class InUse(Exception):
    """A survey with numbers stays."""


@dataclass(frozen=True, slots=True)
class About:
    """What people say of a survey: its names, an area of the register, a drawn place."""

    names: MultilingualText
    area_key: str = ""
    place: Polygon | MultiPolygon | None = None


def make_survey(office: Office, choice: Choice, about: About, rules: Mapping[str, Any]) -> CameraSurvey:
    """Keep a choice of deployments with its rules.

    Raises ValueError naming the rule that is wrong, and for a project of another office.
    """
    _require_own(office, choice.projects)
    stored = work.checked_rules({**rules, "level": choice.level})
    place = about.place
    with batch():
        survey = CameraSurvey(
            office=office,
            names=about.names,
            area_key=about.area_key,
            place=MultiPolygon(place) if isinstance(place, Polygon) else place,
            groups=list(choice.groups),
            period_start=choice.start,
            period_end=choice.end,
            rules=stored,
        )
        survey.full_clean()
        survey.save()
        survey.projects.set(choice.projects)
    return survey


def _require_own(office: Office, projects: Sequence[CameraProject]) -> None:
    """What another office recorded is not counted here: two offices count together in a joint analysis."""
    if not projects:
        raise ValueError("projects: at least one is needed")
    if any(project.office_id != office.pk for project in projects):
        raise ValueError("projects: all have to be of the office that owns the survey")


def start(survey: CameraSurvey, person: Person | None, *, in_background: bool = True) -> Run:
    """Start a run; one of the same survey that waits or works is given.

    A run over records that have not changed leads to the stored numbers.
    """
    checked = work.checked({"survey": str(survey.uuid)})
    going = Run.objects.filter(
        kind=work.NAME, parameters__survey=checked["survey"], state__in=WAITING
    ).first()
    return going or runs.start(
        work.NAME,
        checked,
        person,
        survey.office,
        inputs={"projects": survey.projects.count()},
        in_background=in_background,
    )


def release(numbers: SurveyNumbers, *, published: bool) -> None:
    """Let the public see the numbers and those of their facts that are large enough, or take them back."""
    with batch():
        numbers.is_published = published
        numbers.save()
        facts.follow_release(numbers)


def delete(numbers: SurveyNumbers) -> None:
    """Take numbers away with their facts and their file."""
    with batch():
        delete_computed(numbers.run)
        numbers.delete()
    if not SurveyNumbers.objects.filter(sha256=numbers.sha256).exists():
        files.path_of(numbers.sha256).unlink(missing_ok=True)


def delete_survey(survey: CameraSurvey) -> None:
    """Take a survey away. Raises InUse."""
    with batch():
        if survey.numbers.exists():
            raise InUse
        survey.delete()
