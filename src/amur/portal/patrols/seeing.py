"""What a request asks for, as whoever asks may see it, or 404 as for what is not there."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.views.decorators.cache import cache_control

from amur.portal.offices.models import Office
from amur.portal.offices.policies import Verb
from amur.portal.patrols import queries
from amur.portal.patrols.models import Patrol

private = cache_control(private=True, no_store=True)


def patrol_or_404(request: HttpRequest, uuid: UUID) -> Patrol:
    """The patrol, for people of its office with the right."""
    patrol = queries.patrol_for(request.user, uuid)
    if patrol is None:
        raise Http404
    return patrol


def office_or_404(request: HttpRequest, uuid: UUID, verb: Verb = Verb.VIEW) -> Office:
    """The office, for people with the right in it."""
    office = queries.offices_for(request.user, verb).filter(uuid=uuid).first()
    if office is None:
        raise Http404
    return office
