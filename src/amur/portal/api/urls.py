"""The addresses of the API; whatever else is asked below them gets the API's own 404."""

from django.urls import path, re_path

from amur.portal.api.errors import shaped, unknown_address
from amur.portal.api.views import api

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    if _pattern.callback is not None:
        _pattern.callback = shaped(_pattern.callback)

urlpatterns = [
    path("", (_patterns, _app, _namespace)),
    re_path(r"", unknown_address),
]
