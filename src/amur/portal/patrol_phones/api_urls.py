"""The addresses of SMART Connect, outside the languages."""

from django.urls import path

from amur.portal.patrol_phones import endpoint

urlpatterns = [
    path("info", endpoint.info, name="smart-info"),
    path("conservationarea", endpoint.areas, name="smart-areas"),
    path("metadata/configurablemodel", endpoint.forms, name="smart-forms"),
    path("metadata/configurablemodel/<str:uuid>", endpoint.form, name="smart-form"),
    path("metadata/patrol/<str:area>", endpoint.words, name="smart-words"),
    path("data/<str:area>", endpoint.data, name="smart-data"),
    path("ctdata/<str:area>", endpoint.data, name="smart-ctdata"),
]
