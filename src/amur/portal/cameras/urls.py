"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.cameras import import_views, library_views, views

urlpatterns = [
    path("", views.projects, name="cameras"),
    path("import/", import_views.new, name="cameras-import"),
    path("import/<uuid:uuid>/", import_views.outcome, name="cameras-import-outcome"),
    path("import/<uuid:uuid>/confirm", import_views.confirm, name="cameras-import-confirm"),
    path("exports/<uuid:uuid>/", import_views.exported, name="cameras-export-outcome"),
    path("exports/<uuid:uuid>/archive.zip", import_views.archive, name="cameras-export-file"),
    path("deployments/<uuid:uuid>/", views.deployment, name="cameras-deployment"),
    path("media/<uuid:uuid>/", library_views.picture, name="cameras-media"),
    path("<uuid:uuid>/", views.project, name="cameras-project"),
    path("<uuid:uuid>/settings", views.settings, name="cameras-settings"),
    path("<uuid:uuid>/release", views.release, name="cameras-release"),
    path("<uuid:uuid>/export", import_views.export, name="cameras-export"),
    path("<uuid:uuid>/acts/<uuid:act>/undo", views.undo, name="cameras-undo"),
    path("<uuid:uuid>/library/", library_views.pictures, name="cameras-library"),
    path("<uuid:uuid>/library/media.csv", library_views.as_csv, name="cameras-library-csv"),
]
