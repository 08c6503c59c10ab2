"""Addresses of the catalogue, inside a language."""

from django.urls import path

from amur.portal.animals import saying_views, views

urlpatterns = [
    path("", views.catalogue, name="animals"),
    path("statement/<slug:kind>/<uuid:uuid>/retract", saying_views.retract, name="animal-retract"),
    path("<uuid:uuid>/", views.animal, name="animal"),
    path("<uuid:uuid>/say", saying_views.say, name="animal-say"),
]
