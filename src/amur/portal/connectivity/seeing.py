"""The result that a request asks for, as whoever asks may see it."""

from uuid import UUID

from django.http import Http404, HttpRequest

from amur.portal.connectivity.queries import Shown, find


def shown_or_404(request: HttpRequest, uuid: UUID) -> Shown:
    """The result as whoever asks may see it, or 404 as for one that is not there."""
    shown = find(request.user, uuid)
    if shown is None:
        raise Http404
    return shown
