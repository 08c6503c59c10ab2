"""Addresses of the map; the site includes them at its root, outside the languages."""

from django.urls import path

from amur.portal.maps import views

app_name = "maps"
urlpatterns = [
    path("tiles/basemap/<int:zoom>/<int:column>/<int:row>.pbf", views.basemap_tile, name="basemap"),
    path(
        "tiles/<slug:name>/<int:generation>/<int:zoom>/<int:column>/<int:row>.pbf",
        views.layer_tile,
        name="layer",
    ),
    path("maps/style/<slug:language>.json", views.map_style, name="style"),
]
