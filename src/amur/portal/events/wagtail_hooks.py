"""Registers the rights and the editing pages of events with Wagtail."""

from typing import Any

from django.urls import path
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.events.models import Commitment, Event
from amur.portal.offices.policies import OfficePermissionPolicy, Subject

register_permission_policy(Event, OfficePermissionPolicy(Event, Subject.EVENTS))
register_permission_policy(Commitment, OfficePermissionPolicy(Commitment, Subject.EVENTS))


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The events and the commitments, in the menu."""
    from amur.portal.events.admin import EventsGroup

    return EventsGroup()


@hooks.register("register_admin_urls")
def registration_urls() -> list[Any]:
    """The list of those who come, as a table for the organisers."""
    from amur.portal.events.registering import registrations_csv

    return [path("registrations/<slug:key>.csv", registrations_csv, name="event-registrations")]
