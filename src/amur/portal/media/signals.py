"""What follows from a change of a file: caches are told, and bytes that nobody names any more go."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from amur.portal.media import store
from amur.portal.media.models import MediaFile
from amur.portal.media.queries import named
from amur.portal.release.actions import is_held, raise_generation


def connect() -> None:
    """Called when the app is ready."""
    post_save.connect(_saved, sender=MediaFile, dispatch_uid="media-saved")
    post_delete.connect(_deleted, sender=MediaFile, dispatch_uid="media-deleted")


def _saved(sender: type[MediaFile], instance: MediaFile, raw: bool = False, **_: Any) -> None:
    if not raw and not is_held():
        raise_generation()


def _deleted(sender: type[MediaFile], instance: MediaFile, **_: Any) -> None:
    raise_generation()
    hashes = [instance.sha256, *(one["sha256"] for one in instance.variants.values())]
    transaction.on_commit(lambda: forget(hashes))


def forget(hashes: list[str]) -> None:
    """Remove stored files that no row names."""
    for sha256 in set(hashes) - named():
        store.discard(sha256)
