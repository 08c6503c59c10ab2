"""Addresses of the events, inside a language."""

from django.urls import path

from amur.portal.events import registering, views

urlpatterns = [
    path("", views.events, name="events"),
    path("events.ics", views.feed_ics, name="events-feed"),
    path("commitments/", views.commitments, name="commitments"),
    path("ticket/<str:token>/", registering.ticket, name="event-ticket"),
    path("register/<slug:key>/", registering.register_page, name="event-register"),
    path("<str:slug>/", views.event, name="event"),
    path("<str:slug>/event.ics", views.event_ics, name="event-calendar"),
    path("<str:slug>/event.json", views.event_json, name="event-data"),
]
