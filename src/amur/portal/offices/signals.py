"""Memberships, offices and home pages change the page rights in the same transaction."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from amur.portal.offices import groups
from amur.portal.offices.models import Membership, Office


def connect() -> None:
    """Keep the groups in step. Called when the app is ready."""
    from amur.portal.website.models import HomePage

    for signal in (post_save, post_delete):
        signal.connect(_membership_changed, sender=Membership, dispatch_uid="groups-of-memberships")
    post_save.connect(_office_saved, sender=Office, dispatch_uid="groups-of-offices")
    post_delete.connect(_office_deleted, sender=Office, dispatch_uid="groups-of-offices")
    post_save.connect(_home_page_saved, sender=HomePage, dispatch_uid="groups-of-home-pages")


def _membership_changed(sender: Any, instance: Membership, raw: bool = False, **_: Any) -> None:
    if not raw:
        groups.sync_person(instance.person)


def _office_saved(sender: Any, instance: Office, raw: bool = False, **_: Any) -> None:
    if not raw:
        groups.sync_office(instance)


def _office_deleted(sender: Any, instance: Office, **_: Any) -> None:
    groups.forget(instance)


def _home_page_saved(sender: Any, created: bool = False, raw: bool = False, **_: Any) -> None:
    if created and not raw:
        for office in Office.objects.all():
            groups.sync_office(office)
