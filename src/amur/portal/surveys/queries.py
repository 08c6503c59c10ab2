"""Questions to the room: what this person may see of a survey and of its numbers.

The public sees the released view; people of the office with a right to camera records see everything of it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from amur.portal.cameras.models import CameraProject
from amur.portal.cameras.queries import offices_for as camera_offices
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.surveys.capturing import Captured, Doubts, NoPlaces, of_survey
from amur.portal.surveys.models import CameraSurvey, SurveyNumbers
from amur.portal.surveys.records import fields_of
from amur.science.cameras import Rules

__all__ = [
    "Captured", "Doubts", "NoPlaces", "Shown", "Viewer", "capture_history", "find", "offices_for",
    "projects_for", "row_with", "survey_for", "surveys_for", "visible",
]  # fmt: skip

Viewer = Person | AnonymousUser


@dataclass(frozen=True, slots=True)
class Shown:
    """Numbers as somebody may see them; `numbers` is the row itself for people of the office, else None."""

    uuid: UUID
    key: str
    names: MultilingualText
    fields: dict[str, Any]
    is_published: bool
    numbers: SurveyNumbers | None = None

    @property
    def is_whole(self) -> bool:
        """Whether this is the office's own view, which nobody else may be given."""
        return self.numbers is not None


def find(person: Viewer, uuid: UUID) -> Shown | None:
    """The numbers as the person may see them; None when there are none that the person may see."""
    numbers = row_with(uuid)
    if numbers is not None and may(person, Verb.VIEW, Subject.CAMERAS, numbers.office_id):
        return _whole(numbers)
    row = released("survey").filter(uuid=uuid).first()
    return _public(row) if row is not None else None


def row_with(uuid: UUID) -> SurveyNumbers | None:
    """The row of numbers with what its views need."""
    return SurveyNumbers.objects.select_related("office", "run", "survey").filter(uuid=uuid).first()


def visible(person: Viewer) -> list[Shown]:
    """All numbers that the person may see, newest first."""
    own = SurveyNumbers.objects.select_related("office", "run", "survey").filter(
        office__in=camera_offices(person, Verb.VIEW)
    )
    mine = {row.uuid: _whole(row) for row in own}
    public = [_public(row) for row in released("survey").order_by("-sort", "key") if row.uuid not in mine]
    everything = [*mine.values(), *public]
    return sorted(everything, key=lambda one: one.fields["computed"] or "", reverse=True)


def offices_for(person: Viewer, verb: Verb = Verb.ADD) -> "QuerySet[Office]":
    """The offices for which the person may make a survey."""
    return camera_offices(person, verb)


def projects_for(person: Viewer) -> "QuerySet[CameraProject]":
    """The camera projects that the person may count."""
    return CameraProject.objects.select_related("office").filter(office__in=offices_for(person))


def surveys_for(person: Viewer) -> "QuerySet[CameraSurvey]":
    """The surveys of the offices for which the person may make one, newest first."""
    return CameraSurvey.objects.select_related("office").filter(office__in=offices_for(person))


def survey_for(person: Viewer, uuid: UUID) -> CameraSurvey | None:
    """The survey, for people who may make one for its office."""
    survey = CameraSurvey.objects.select_related("office").filter(uuid=uuid).first()
    allowed = survey is not None and may(person, Verb.ADD, Subject.CAMERAS, survey.office_id)
    return survey if allowed else None


def capture_history(survey: CameraSurvey, scientific_name: str, rules: Rules) -> tuple[Captured, Doubts]:
    """The capture history of a species in the deployments of a survey: see `capturing.of_survey`."""
    return of_survey(survey, scientific_name, rules)


def _whole(numbers: SurveyNumbers) -> Shown:
    return Shown(numbers.uuid, numbers.key, numbers.names, fields_of(numbers), numbers.is_published, numbers)


def _public(row: Released) -> Shown:
    return Shown(row.uuid, row.key, row.names, row.fields, True)
