"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.surveys import office_views, views

urlpatterns = [
    path("", views.surveys, name="surveys"),
    path("new/", office_views.new, name="survey-new"),
    path("choices/<uuid:uuid>/", office_views.survey, name="survey"),
    path("choices/<uuid:uuid>/count", office_views.count, name="survey-count"),
    path("choices/<uuid:uuid>/delete", office_views.delete_survey, name="survey-delete"),
    path("outcome/<uuid:uuid>/", office_views.outcome, name="survey-outcome"),
    path("<uuid:uuid>/", views.result, name="survey-result"),
    path("<uuid:uuid>/numbers.json", views.result_json, name="survey-json"),
    path("<uuid:uuid>/secr.zip", views.secr, name="survey-secr"),
    path("<uuid:uuid>/<slug:name>.csv", views.result_csv, name="survey-csv"),
    path("<uuid:uuid>/release", office_views.release, name="survey-release"),
    path("<uuid:uuid>/delete", office_views.delete, name="survey-numbers-delete"),
]
