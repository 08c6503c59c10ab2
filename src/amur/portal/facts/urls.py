"""Addresses of the facts, inside a language."""

from django.urls import path

from amur.portal.facts import views

urlpatterns = [
    path("", views.facts, name="facts"),
    path("<uuid:uuid>/", views.fact, name="fact"),
]
