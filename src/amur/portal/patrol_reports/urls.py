"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.patrol_reports import views, week_views

urlpatterns = [
    path("", views.reports, name="patrol-reports"),
    path("<uuid:uuid>/", views.report, name="patrol-reports-report"),
    path("<uuid:uuid>/file.<str:form>", views.file, name="patrol-reports-file"),
    path("sheet/<uuid:uuid>/", views.sheet, name="patrol-sheet"),
    path("week/", week_views.newest, name="patrol-week"),
    path("week/<uuid:uuid>/", week_views.week, name="patrol-week-of"),
    path("targets/", week_views.targets, name="patrol-targets"),
    path("targets/<uuid:uuid>/end", week_views.end_target, name="patrol-target-end"),
]
