"""The addresses of the API; whatever else is asked below them gets the API's own 404."""

from django.urls import path, re_path

from amur.portal.api.errors import shaped, unknown_address
from amur.portal.api.views import api

_all, _app, _namespace = api.urls
_patterns = [one for one in _all if one.name != "api-root"]  # a page of its own, in another shape
for _pattern in _patterns:
    _pattern.callback = shaped(_pattern.callback)

urlpatterns = [
    path("", (_patterns, _app, _namespace)),
    re_path(r"", unknown_address),
]
