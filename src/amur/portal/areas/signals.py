"""A corrected record corrects the totals in the same transaction."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from amur.portal.areas.actions import recompute_totals
from amur.portal.areas.models import Area
from amur.portal.release.actions import is_held


def connect() -> None:
    """Compute the totals anew whenever a row of the register changes."""
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=Area, dispatch_uid="totals-of-the-register")


def _changed(sender: Any, raw: bool = False, **_: Any) -> None:
    if not raw and not is_held():
        recompute_totals()
