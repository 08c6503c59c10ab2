"""What a request asks for, as whoever asks may see it, or 404 as for what is not there."""

from uuid import UUID

from django.http import Http404, HttpRequest

from amur.portal.cameras import queries
from amur.portal.cameras.models import CameraProject, Event
from amur.portal.offices.policies import Verb
from amur.portal.offices.seeing import person_of
from amur.portal.review.queues import Queue, queue_named


def project_or_404(request: HttpRequest, uuid: UUID, verb: Verb = Verb.CHANGE) -> CameraProject:
    """The project, for people who may label its pictures, or do more."""
    project = queries.project_for(person_of(request), uuid, verb)
    if project is None:
        raise Http404
    return project


def event_or_404(project: CameraProject, uuid: UUID) -> Event:
    """A sequence of the project."""
    found = Event.objects.select_related("deployment__station").filter(project=project, uuid=uuid).first()
    if found is None:
        raise Http404
    found.project = project
    return found


def queue_or_404(name: str) -> Queue:
    """A queue."""
    queue = queue_named(name)
    if queue is None:
        raise Http404
    return queue


def is_chief(request: HttpRequest, project: CameraProject) -> bool:
    """Whether this person decides where people disagree, and chooses machines and thresholds."""
    return queries.may_in(person_of(request), Verb.PUBLISH, project)
