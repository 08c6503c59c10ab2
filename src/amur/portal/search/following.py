"""The index follows the released view: what changes there changes here in the same transaction."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from amur.portal.release.models import Released
from amur.portal.search import actions
from amur.portal.search.registry import identity_of, sources


def connect() -> None:
    """Follow every row of the released view. Rooms whose items lie elsewhere call `actions` themselves."""
    post_save.connect(_released, sender=Released, dispatch_uid="search-released")
    post_delete.connect(_withdrawn, sender=Released, dispatch_uid="search-withdrawn")


def _released(sender: Any, instance: Released, raw: bool = False, **_: Any) -> None:
    if not raw:
        _renew(instance)


def _withdrawn(sender: Any, instance: Released, **_: Any) -> None:
    actions.remove(identity_of(instance))
    _renew(instance, without=identity_of(instance))


def _renew(row: Released, without: str = "") -> None:
    if actions.is_postponed():
        return
    for source in sources():
        items = source.released.get(row.kind)
        if items is not None:
            actions.refresh(source, [one for one in items(row) if one.identity != without])
