"""Registers the rights and the editing pages of events with Wagtail."""

from typing import Any

from django.urls import path
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.events.models import Commitment, Event, Series
from amur.portal.offices.policies import OfficePermissionPolicy, Subject

for model in (Series, Event, Commitment):
    register_permission_policy(model, OfficePermissionPolicy(model, Subject.EVENTS))


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """Events, series and what was agreed, in the menu."""
    from amur.portal.events.admin import EventsGroup

    return EventsGroup()


@hooks.register("register_admin_urls")
def registration_urls() -> list[Any]:
    """Those who come, for the organisers."""
    from amur.portal.events.registering import registrations, registrations_csv

    return [
        path("registrations/<slug:key>/", registrations, name="event-registrations"),
        path("registrations/<slug:key>.csv", registrations_csv, name="event-registrations-csv"),
    ]
