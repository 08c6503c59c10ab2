"""What a request asks for, as whoever asks may see it, or 404 as for what is not there."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.views.decorators.cache import cache_control

from amur.portal.cameras import queries
from amur.portal.cameras.models import CameraProject, Deployment, Media
from amur.portal.offices.policies import Verb

private = cache_control(private=True, no_store=True)


def project_or_404(request: HttpRequest, uuid: UUID, verb: Verb = Verb.VIEW) -> CameraProject:
    """The project, for people of its office with the right."""
    project = queries.project_for(request.user, uuid, verb)
    if project is None:
        raise Http404
    return project


def deployment_or_404(request: HttpRequest, uuid: UUID) -> Deployment:
    """The deployment, for people who see its project."""
    found = Deployment.objects.select_related("project__office", "station").filter(uuid=uuid).first()
    if found is None or not queries.may_in(request.user, Verb.VIEW, found.project):
        raise Http404
    return found


def media_or_404(request: HttpRequest, uuid: UUID) -> Media:
    """The picture, for people who see its project."""
    found = Media.objects.select_related("project__office", "deployment__station", "event").filter(uuid=uuid)
    media = found.first()
    if media is None or not queries.may_in(request.user, Verb.VIEW, media.project):
        raise Http404
    return media
