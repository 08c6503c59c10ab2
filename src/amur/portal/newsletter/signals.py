"""What follows from a change of a story: files that still tell the old one are made anew, or withdrawn."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.signals import page_published, page_unpublished

from amur.portal.newsletter import actions, queries
from amur.portal.newsletter.records import KIND
from amur.portal.release.actions import is_held
from amur.portal.release.models import Released

STORIES = frozenset({"publication", "event", KIND})


def connect() -> None:
    """Called when the app is ready."""
    for signal in (page_published, page_unpublished):
        signal.connect(_page_changed, dispatch_uid="newsletter-page")
    for changed in (post_save, post_delete):
        changed.connect(_record_changed, sender=Released, dispatch_uid="newsletter-record")


def _page_changed(sender: Any, instance: Any, **_: Any) -> None:
    _look_at(str(instance.translation_key))


def _record_changed(sender: Any, instance: Released, raw: bool = False, **_: Any) -> None:
    if instance.kind in STORIES and not raw:
        _look_at(str(instance.uuid))


def _look_at(target: str) -> None:
    if is_held():
        return

    def later() -> None:
        numbers = [
            row.fields["number"]
            for row in queries.issues()
            if str(row.uuid) == target or any(one == target for _kind, one in row.fields["items"])
        ]
        if numbers:
            actions.make_stale_files(numbers)

    transaction.on_commit(later)
