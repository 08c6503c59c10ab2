"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.connectivity import compare_views, office_views, views

urlpatterns = [
    path("", views.results, name="connectivity"),
    path("new/", office_views.new, name="connectivity-new"),
    path("compare/", compare_views.compare, name="connectivity-compare"),
    path(
        "compare/<uuid:before>/<uuid:after>/change.csv",
        compare_views.change_csv,
        name="connectivity-change-table",
    ),
    path(
        "compare/<uuid:before>/<uuid:after>/change.tif",
        compare_views.change_tif,
        name="connectivity-change-map",
    ),
    path("outcome/<uuid:uuid>/", office_views.outcome, name="connectivity-outcome"),
    path("<uuid:uuid>/", views.result, name="connectivity-result"),
    path("<uuid:uuid>/current.tif", views.current_tif, name="connectivity-current"),
    path("<uuid:uuid>/corridors.gpkg", views.corridors_gpkg, name="connectivity-corridors"),
    path("<uuid:uuid>/resistances.csv", views.resistances_csv, name="connectivity-resistances"),
    path("<uuid:uuid>/release", office_views.release, name="connectivity-release"),
    path("<uuid:uuid>/delete", office_views.delete, name="connectivity-delete"),
]
