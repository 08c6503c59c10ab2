"""What a request asks for, as whoever asks may see it, or 404 as for what is not there."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from amur.portal.offices.models import Person
from amur.portal.offices.seeing import person_of
from amur.portal.population import queries
from amur.portal.population.models import CaptureSurvey, JointAnalysis
from amur.portal.population.queries import Shown


def shown_or_404(request: HttpRequest, uuid: UUID) -> Shown:
    """The result."""
    shown = queries.find(request.user, uuid)
    if shown is None:
        raise Http404
    return shown


def survey_or_404(request: HttpRequest, uuid: UUID) -> CaptureSurvey:
    """The survey, for people who may estimate for its office."""
    survey = queries.survey_for(person_of(request), uuid)
    if survey is None:
        raise Http404
    return survey


def joint_or_404(request: HttpRequest, uuid: UUID) -> JointAnalysis:
    """The joint analysis, for people who may estimate for one of its offices."""
    joint = queries.joint_for(person_of(request), uuid)
    if joint is None:
        raise Http404
    return joint


def analyst(request: HttpRequest) -> Person:
    """Somebody who may estimate for an office. Raises PermissionDenied."""
    person = person_of(request)
    if not queries.offices_for(person).exists():
        raise PermissionDenied
    return person
