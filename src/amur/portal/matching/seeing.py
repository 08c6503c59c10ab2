"""What a request asks for, as whoever asks may see it, or 404 as for what is not there."""

from typing import TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest

from amur.formats.matching.views import Pair
from amur.portal.matching import log, queries
from amur.portal.matching.models import Round
from amur.portal.offices.models import Person
from amur.portal.offices.policies import Verb

Thing = TypeVar("Thing")


def wanted(found: Thing | None) -> Thing:
    """What was found; 404 for nothing."""
    if found is None:
        raise Http404
    return found


def person_of(request: HttpRequest) -> Person:
    """Somebody who takes part in rounds of an office; 404 for everybody else."""
    if not isinstance(request.user, Person) or not queries.offices_for(request.user).exists():
        raise Http404
    return request.user


def round_or_404(request: HttpRequest, page: UUID, verb: Verb = Verb.VIEW) -> Round:
    """The round, for people who may do this to it."""
    return wanted(queries.round_for(person_of(request), page, verb))


def pair_or_404(round_: Round, request_code: UUID, answer_code: UUID) -> Pair:
    """A pair of a round."""
    return wanted(log.view(round_).pair(str(request_code), str(answer_code)))
