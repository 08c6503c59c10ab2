"""What a request asks for, as whoever asks may see it, or 404 as for what is not there."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from amur.portal.offices.models import Person
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.offices.seeing import person_of
from amur.portal.surveys import queries
from amur.portal.surveys.models import CameraSurvey, SurveyNumbers
from amur.portal.surveys.queries import Shown


def shown_or_404(request: HttpRequest, uuid: UUID) -> Shown:
    """The numbers."""
    shown = queries.find(request.user, uuid)
    if shown is None:
        raise Http404
    return shown


def numbers_or_404(request: HttpRequest, uuid: UUID, verb: Verb) -> SurveyNumbers:
    """The row of numbers, for somebody who may do this to it."""
    numbers = queries.row_with(uuid)
    if numbers is None or not may(request.user, verb, Subject.CAMERAS, numbers.office_id):
        raise Http404
    return numbers


def survey_or_404(request: HttpRequest, uuid: UUID) -> CameraSurvey:
    """The survey, for people who may make one for its office."""
    survey = queries.survey_for(person_of(request), uuid)
    if survey is None:
        raise Http404
    return survey


def counter(request: HttpRequest) -> Person:
    """Somebody who may make a survey for an office. Raises PermissionDenied."""
    person = person_of(request)
    if not queries.offices_for(person).exists():
        raise PermissionDenied
    return person
