"""Addresses of the events, inside a language."""

from django.urls import path

from amur.portal.events import registering, views

urlpatterns = [
    path("", views.events, name="events"),
    path("events.ics", views.feed_ics, name="events-feed"),
    path("commitments/", views.commitments, name="commitments"),
    path("series/<str:slug>/", views.series, name="event-series"),
    path("series/<str:slug>/series.ics", views.series_ics, name="event-series-calendar"),
    path("ticket/<str:token>/", registering.ticket, name="event-ticket"),
    path("register/<slug:key>/", registering.register_page, name="event-register"),
    path("<str:slug>/", views.event, name="event"),
    path("<str:slug>/event.ics", views.event_ics, name="event-calendar"),
]
