"""Who asks: for the views of every room."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from amur.portal.offices.models import Person


def person_of(request: HttpRequest) -> Person:
    """Whoever is logged in. Raises PermissionDenied."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
