"""The address of the search, inside a language."""

from django.urls import path

from amur.portal.search import views

urlpatterns = [path("", views.search, name="search")]
