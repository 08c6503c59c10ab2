"""Addresses of the room's map styles; the site includes them at its root, outside the languages."""

from django.urls import path

from amur.portal.surveys import office_views

app_name = "surveys-map"
urlpatterns = [path("maps/surveys/<slug:language>.json", office_views.style, name="style")]
