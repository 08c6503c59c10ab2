"""Addresses of the library, inside a language."""

from django.urls import path

from amur.portal.library import views

urlpatterns = [
    path("", views.library, name="library"),
    path("<str:slug>/", views.publication, name="publication"),
    path("<str:slug>/citation.<str:form>", views.citation, name="publication-citation"),
]
