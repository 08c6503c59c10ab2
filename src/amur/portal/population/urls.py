"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.population import joint_views, office_views, views

urlpatterns = [
    path("", views.results, name="population"),
    path("new/", office_views.new, name="population-new"),
    path("new/cameras/", office_views.new_from_cameras, name="population-new-cameras"),
    path("surveys/<uuid:uuid>/", office_views.survey, name="population-survey"),
    path("surveys/<uuid:uuid>/delete", office_views.delete_survey, name="population-survey-delete"),
    path("surveys/<uuid:uuid>/offer/", joint_views.offer, name="population-offer"),
    path("joint/<uuid:uuid>/", joint_views.joint, name="population-joint"),
    path("joint/<uuid:uuid>/agree", joint_views.agree, name="population-joint-agree"),
    path("joint/<uuid:uuid>/withdraw", joint_views.withdraw, name="population-joint-withdraw"),
    path("outcome/<uuid:uuid>/", office_views.outcome, name="population-outcome"),
    path("<uuid:uuid>/", views.result, name="population-result"),
    path("<uuid:uuid>/result.json", views.result_json, name="population-json"),
    path("<uuid:uuid>/result.csv", views.result_csv, name="population-csv"),
    path("<uuid:uuid>/report.html", views.report, name="population-report"),
    path("<uuid:uuid>/release", office_views.release, name="population-release"),
    path("<uuid:uuid>/delete", office_views.delete, name="population-delete"),
]
