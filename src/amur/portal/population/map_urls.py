"""Addresses of the room's map styles; the site includes them at its root, outside the languages."""

from django.urls import path

from amur.portal.population import views

app_name = "population-map"
urlpatterns = [path("maps/population/<uuid:uuid>/<slug:language>.json", views.style, name="style")]
