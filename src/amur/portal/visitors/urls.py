"""Addresses of the visitors' pages, inside a language."""

from django.urls import path

from amur.portal.visitors import choices, views

urlpatterns = [
    path("visitors/", views.kept, name="visitors"),
    path("privacy/cookies/", views.cookies, name="privacy-cookies"),
    path("privacy/choices/", choices.page, name="privacy-choices"),
]
