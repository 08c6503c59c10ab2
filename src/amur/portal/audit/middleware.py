"""Tells the log in whose name a request acts. Stands directly after Django's AuthenticationMiddleware."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from amur.portal.audit.actor import acting

Next = Callable[[HttpRequest], HttpResponse]


def actor(get_response: Next) -> Next:
    """Everything noted while a request is answered is noted as done by its person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with acting(request):
            return get_response(request)

    return middleware
