"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.patrol_phones import views

urlpatterns = [
    path("", views.phones, name="patrols-phones"),
    path("office/<uuid:uuid>/give", views.give, name="patrols-phone-give"),
    path("office/<uuid:uuid>/settle", views.settle, name="patrols-phones-settle"),
    path("<uuid:uuid>/revoke", views.revoke, name="patrols-phone-revoke"),
]
