"""Addresses of the species, inside a language."""

from django.urls import path

from amur.portal.species import views

urlpatterns = [
    path("", views.species_list, name="species"),
    path("key/<slug:key>/", views.by_key, name="species-by-key"),
    path("<str:slug>/", views.species, name="species-page"),
    path("<str:slug>/counts.csv", views.counts_csv, name="species-counts"),
    path("<str:slug>/counts.svg", views.counts_svg, name="species-chart"),
]
