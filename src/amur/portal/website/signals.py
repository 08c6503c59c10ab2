"""Editors' pages change what is public as well: each publication empties the caches."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from amur.portal.offices.models import LegalNotice, Office, OfficeName
from amur.portal.release.actions import raise_generation


def connect() -> None:
    """Follow publication, withdrawal, moves and deletion of pages, and changes of legal notices."""
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(_changed, dispatch_uid="generation-of-pages")
    post_delete.connect(_changed, sender=Page, dispatch_uid="generation-of-pages")
    for signal in (post_save, post_delete):
        for model in (LegalNotice, Office, OfficeName):
            signal.connect(_changed, sender=model, dispatch_uid=f"generation-of-{model.__name__}")


def _changed(sender: Any, **_: Any) -> None:
    raise_generation()
