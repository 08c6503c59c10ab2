"""When an area of the register becomes public or stops being so, the facts about it follow."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from amur.portal.areas.models import Area
from amur.portal.connectivity.facts import follow_release
from amur.portal.connectivity.records import of_area
from amur.portal.release.actions import is_held


def connect() -> None:
    """Follow each row of the register. Connected after the gate's own following, so its answer is fresh."""
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=Area, dispatch_uid="facts-of-connectivity")


def _changed(sender: Any, instance: Area, raw: bool = False, **_: Any) -> None:
    if not raw and not is_held():
        for result in of_area(instance):
            follow_release(result)
