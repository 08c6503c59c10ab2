"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.patrols import import_views, record_views, views

urlpatterns = [
    path("", views.patrols, name="patrols"),
    path("import/", import_views.new, name="patrols-import"),
    path("import/<uuid:uuid>/", import_views.outcome, name="patrols-import-outcome"),
    path("import/<uuid:uuid>/confirm", import_views.confirm, name="patrols-import-confirm"),
    path("acts/", import_views.acts_of_offices, name="patrols-acts"),
    path("acts/<uuid:uuid>/undo", import_views.undo, name="patrols-undo"),
    path("incidents/", record_views.incidents, name="patrols-incidents"),
    path("incidents/<uuid:uuid>/smart.xml", record_views.incident_as_xml, name="patrols-incident-xml"),
    path("forms/", record_views.forms, name="patrols-forms"),
    path("forms/<uuid:uuid>/", record_views.form, name="patrols-form"),
    path("forms/<uuid:uuid>/smart.xml", record_views.form_as_xml, name="patrols-form-xml"),
    path("model/<uuid:uuid>/", views.model, name="patrols-model"),
    path("<uuid:uuid>/", views.patrol, name="patrols-patrol"),
    path("<uuid:uuid>/smart.xml", views.as_xml, name="patrols-xml"),
]
