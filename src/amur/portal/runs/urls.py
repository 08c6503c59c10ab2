"""Addresses of runs, inside a language."""

from django.urls import path

from amur.portal.runs import views

urlpatterns = [
    path("<uuid:uuid>/", views.page, name="run"),
    path("<uuid:uuid>/state.json", views.state, name="run-state"),
    path("<uuid:uuid>/cancel", views.cancel, name="run-cancel"),
]
