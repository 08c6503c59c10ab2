"""Addresses of the room's tiles and styles; the site includes them at its root, outside the languages."""

from django.urls import path

from amur.portal.connectivity import compare_views, map_views

app_name = "connectivity-map"
urlpatterns = [
    path(
        "tiles/connectivity/<uuid:uuid>/<int:zoom>/<int:column>/<int:row>.png",
        map_views.raster_tile,
        name="raster",
    ),
    path(
        "tiles/connectivity/<uuid:uuid>/<int:zoom>/<int:column>/<int:row>.pbf",
        map_views.vector_tile,
        name="features",
    ),
    path(
        "tiles/connectivity/<uuid:before>/<uuid:after>/<int:zoom>/<int:column>/<int:row>.png",
        compare_views.change_tile,
        name="change",
    ),
    path(
        "maps/connectivity/<uuid:before>/<uuid:after>/<slug:language>.json",
        compare_views.change_style,
        name="change-style",
    ),
    path("maps/connectivity/<uuid:uuid>/<slug:language>.json", map_views.result_style, name="style"),
]
