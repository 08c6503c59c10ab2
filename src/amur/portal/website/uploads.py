"""Forms with large files: the upload is measured before anybody reads it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def measured(
    most_bytes: Callable[[], int], refuse: Callable[[HttpRequest], HttpResponse]
) -> Callable[[View[P]], View[P]]:
    """A view whose body may have `most_bytes()`; a longer one is answered by `refuse` unread.

    Django's own protection of forms would read the whole body first, so it stands behind the measuring.
    """

    def decorate(view: View[P]) -> View[P]:
        protected = csrf_protect(view)

        def measure(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > most_bytes():
                return refuse(request)
            return protected(request, *args, **kwargs)

        return csrf_exempt(wraps(view)(measure))  # type: ignore[return-value]  # a wrapper of the same shape

    return decorate
