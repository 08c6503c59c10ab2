"""Facts that come to contradict each other, or no longer do, are released anew with that mark."""

from typing import Any

from django.db.models.signals import m2m_changed

from amur.portal.facts.models import Fact
from amur.portal.release.actions import refresh


def connect() -> None:
    """Follow the contradictions. Called when the app is ready."""
    m2m_changed.connect(_contradictions_changed, sender=Fact.contradicts.through, dispatch_uid="contradictions")


def _contradictions_changed(
    sender: Any, instance: Fact, action: str, pk_set: set[int] | None, **_: Any
) -> None:
    if action in {"post_add", "post_remove"} and pk_set:
        for fact in (instance, *Fact.objects.filter(pk__in=pk_set)):
            refresh(fact)
