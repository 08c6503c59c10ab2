"""What a request asks for, as whoever asks may see or do it, or 404 as for what is not there."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import cache_control

from amur.portal.cameras.models import Event
from amur.portal.identity import queries
from amur.portal.identity.models import Encounter, Flank
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may

View = Callable[..., HttpResponseBase]


def private(view: View) -> View:
    """For people who are logged in, and kept by nobody."""
    return login_required(cache_control(private=True, no_store=True)(view))


def person_of(request: HttpRequest) -> Person:
    """Somebody who may see camera records of an office. Raises PermissionDenied."""
    person = request.user
    if not isinstance(person, Person) or not queries.offices_for(person).exists():
        raise PermissionDenied
    return person


def encounter_or_404(request: HttpRequest, uuid: UUID | str, verb: Verb = Verb.VIEW) -> Encounter:
    """The encounter, for people who may do that to the camera records of its office."""
    found = queries.encounters_for(person_of(request), verb).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def event_or_404(request: HttpRequest, uuid: UUID) -> Event:
    """A sequence in which flanks are to be drawn, for people who may label its pictures."""
    rows = Event.objects.select_related("project").filter(uuid=uuid)
    found = rows.filter(project__office__in=queries.offices_for(person_of(request), Verb.CHANGE)).first()
    if found is None:
        raise Http404
    return found


def flank_or_404(request: HttpRequest, uuid: UUID | str, verb: Verb = Verb.VIEW) -> Flank:
    """The flank, in the same way."""
    rows = Flank.objects.select_related("media", "encounter__project__office", "encounter__deployment")
    found = rows.filter(uuid=uuid).first()
    if found is None or not may(request.user, verb, Subject.CAMERAS, found.encounter.project.office_id):
        raise Http404
    return found


def gallery_or_404(request: HttpRequest, given: Any, verb: Verb = Verb.VIEW) -> tuple[Office, str]:
    """The office and the species that a form or an address names, else the first office and its commonest."""
    offices = queries.offices_for(person_of(request), verb)
    key = given.get("office")
    office = offices.filter(key=key).first() if key else offices.first()
    if office is None:
        raise Http404
    species = given.get("species") or queries.commonest(office)
    if species not in queries.MARKED:
        raise Http404
    return office, species
