"""Questions to the room: what this person may see of a result, a survey, a joint analysis.

The public sees the released view; people of an office see its own results before that, and those of its own
survey in finer cells. Of a joint analysis either office sees exactly what the public may see.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may, offices_where
from amur.portal.population.facts import figures
from amur.portal.population.models import CaptureSurvey, JointAnalysis, JointPart, PopulationResult
from amur.portal.population.records import fields_of, rows
from amur.portal.release.models import Released
from amur.portal.release.queries import released

Viewer = Person | AnonymousUser


@dataclass(frozen=True, slots=True)
class Shown:
    """A result as somebody may see it: `fields` are those of the kind `population`.

    `result` is the row itself for people of an office that takes part, else None; `mine` are their offices.
    """

    uuid: UUID
    key: str
    names: MultilingualText
    fields: dict[str, Any]
    is_published: bool
    result: PopulationResult | None = None
    mine: tuple[Office, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether this is an office's own view, which nobody else may be given."""
        return self.result is not None


def find(person: Viewer, uuid: UUID) -> Shown | None:
    """The result as the person may see it; None when there is none, or none that the person may see."""
    result = row_with(uuid)
    if result is not None and (mine := offices_in(person, result, Verb.VIEW)):
        return _whole(result, mine)
    row = released("population").filter(uuid=uuid).first()
    return _public(row) if row is not None else None


def row_with(uuid: UUID) -> PopulationResult | None:
    """The row of a result with what its views need."""
    return (
        PopulationResult.objects.select_related("office", "run", "survey", "joint__office", "joint__partner")
        .filter(uuid=uuid)
        .first()
    )


def offices_in(person: Viewer, result: PopulationResult, verb: Verb) -> tuple[Office, ...]:
    """The offices of a result in which the person may do something to it."""
    offices = [result.office]
    if result.joint is not None:
        offices = [result.joint.office, result.joint.partner]
    return tuple(office for office in offices if may(person, verb, Subject.POPULATION, office))


def visible(person: Viewer) -> list[Shown]:
    """All results that the person may see, newest first."""
    own = [_whole(one, mine) for one in rows() if (mine := offices_in(person, one, Verb.VIEW))]
    known = {one.uuid for one in own}
    public = [_public(row) for row in released("population").order_by("-sort", "key")]
    everything = [*own, *(one for one in public if one.uuid not in known)]
    return sorted(everything, key=lambda one: one.fields["computed"] or "", reverse=True)


def offices_for(person: Viewer, verb: Verb = Verb.ADD) -> "QuerySet[Office]":
    """The offices for which the person may estimate; with PUBLISH, those for which the person may consent."""
    return offices_where(person, verb, Subject.POPULATION)


def survey_for(person: Viewer, uuid: UUID) -> CaptureSurvey | None:
    """The survey, for people who may estimate for its office."""
    survey = CaptureSurvey.objects.select_related("office").filter(uuid=uuid).first()
    return (
        survey if survey is not None and may(person, Verb.ADD, Subject.POPULATION, survey.office_id) else None
    )


def surveys_for(person: Viewer) -> "QuerySet[CaptureSurvey]":
    """The surveys of the offices for which the person may estimate, newest first."""
    return CaptureSurvey.objects.select_related("office").filter(office__in=offices_for(person))


def joint_for(person: Viewer, uuid: UUID) -> JointAnalysis | None:
    """The joint analysis, for people who may estimate for one of its offices."""
    return joints_for(person).filter(uuid=uuid).first()


def joints_for(person: Viewer) -> "QuerySet[JointAnalysis]":
    """The joint analyses of the offices for which the person may estimate, newest first."""
    offices = offices_for(person)
    return JointAnalysis.objects.select_related("office", "partner").filter(
        Q(office__in=offices) | Q(partner__in=offices)
    )


@dataclass(frozen=True, slots=True)
class Party:
    """An office of a joint analysis and what it decided."""

    office: Office
    part: JointPart | None
    may_decide: bool
    may_estimate: bool

    @property
    def stands(self) -> bool:
        """Whether its consent stands."""
        return self.part is not None and self.part.stands


def parties(person: Viewer, joint: JointAnalysis) -> list[Party]:
    """Both offices, the one that offered first."""
    parts = {part.office_id: part for part in joint.parts.select_related("survey")}
    return [
        Party(
            office,
            parts.get(office.pk),
            may(person, Verb.PUBLISH, Subject.POPULATION, office),
            may(person, Verb.ADD, Subject.POPULATION, office),
        )
        for office in (joint.office, joint.partner)
    ]


def counted_facts(result: PopulationResult) -> int:
    """How many figures of a result are facts."""
    return sum(1 for _figure in figures(result))


def _whole(result: PopulationResult, mine: tuple[Office, ...]) -> Shown:
    fields = fields_of(result, own=result.joint is None)
    return Shown(result.uuid, result.key, result.names, fields, result.is_published, result, mine)


def _public(row: Released) -> Shown:
    return Shown(row.uuid, row.key, row.names, row.fields, True)
