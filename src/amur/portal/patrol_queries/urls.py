"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.patrol_queries import hotspot_views, views

urlpatterns = [
    path("", views.ask, name="patrol-questions"),
    path("answer.csv", views.as_csv, name="patrol-questions-csv"),
    path("answer.xlsx", views.as_xlsx, name="patrol-questions-xlsx"),
    path("measures/", views.measures, name="patrol-measures"),
    path("save", views.save, name="patrol-questions-save"),
    path("tracks", views.read_tracks, name="patrol-questions-tracks"),
    path("hotspots/", hotspot_views.ask, name="patrol-hotspots"),
    path("hotspots/find", hotspot_views.find, name="patrol-hotspots-find"),
    path("hotspots/<uuid:uuid>/", hotspot_views.found, name="patrol-hotspots-found"),
    path("hotspots/<uuid:uuid>/cells.csv", hotspot_views.as_csv, name="patrol-hotspots-csv"),
    path("<uuid:uuid>/", views.saved, name="patrol-question"),
    path("<uuid:uuid>/delete", views.delete, name="patrol-question-delete"),
]
