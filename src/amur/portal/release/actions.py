"""Publishing through the gate: every change of a registered row is released anew in its transaction."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from amur.disclosure import Audience, Purpose, Statement, View, view
from amur.portal.languages.models import Address, assign_slugs
from amur.portal.languages.text import MultilingualText
from amur.portal.release.memory import forget_generation
from amur.portal.release.models import Generation, Released
from amur.portal.release.registry import Adapter, Draft, adapter_of, adapters, register

_held: ContextVar[bool] = ContextVar("release_held", default=False)


@contextmanager
def holding() -> Iterator[None]:
    """Release nothing inside the block; whoever loads many rows calls `rebuild` at its end."""
    token = _held.set(True)
    try:
        yield
    finally:
        _held.reset(token)


def is_held() -> bool:
    """Whether many rows are being loaded, so that derived figures wait for the end."""
    return _held.get()


def refresh(row: Model) -> None:
    """Pass one row through the gate and store what the public may see of it, or nothing."""
    adapter = adapter_of(type(row))
    if adapter is None or _held.get():
        return
    with transaction.atomic():
        _store(adapter, adapter.draft(row))
        raise_generation()


def withdraw(row: Model) -> None:
    """Take a deleted row out of the released view at once."""
    uuid: UUID = row.uuid  # type: ignore[attr-defined]  # every registered model has one
    with transaction.atomic():
        Released.objects.filter(uuid=uuid).delete()
        Address.objects.filter(record=uuid).delete()
        raise_generation()


def rebuild() -> int:
    """Release everything anew, as after a change of the rules; returns the number of released rows."""
    with transaction.atomic():
        for adapter in adapters():
            seen = []
            for row in adapter.rows():
                draft = adapter.draft(row)
                _store(adapter, draft)
                seen.append(draft.record.id)
            Released.objects.filter(kind=adapter.kind).exclude(uuid__in=seen).delete()
        raise_generation()
    return Released.objects.count()


def raise_generation() -> None:
    """Tell every cache that something public has changed.

    The number is drawn, not counted: a count that a rollback takes back would come again with other content.
    It has always 16 digits, so that no answer that carries it changes its length.
    """
    number = 10**15 + secrets.randbelow(8 * 10**15)
    Generation.objects.update_or_create(pk=1, defaults={"number": number})
    forget_generation()


def follow(adapter: Adapter) -> None:
    """Register an adapter and release its rows anew whenever they or what they depend on change."""
    register(adapter)
    post_save.connect(_saved, sender=adapter.model, dispatch_uid=f"release-{adapter.kind}")
    post_delete.connect(_deleted, sender=adapter.model, dispatch_uid=f"withdraw-{adapter.kind}")
    for model in adapter.dependents:
        for signal in (post_save, post_delete):
            signal.connect(_dependency_changed, sender=model, dispatch_uid="release-dependents")


def _saved(sender: type[Model], instance: Model, raw: bool = False, **_: Any) -> None:
    if not raw:
        refresh(instance)


def _deleted(sender: type[Model], instance: Model, **_: Any) -> None:
    withdraw(instance)


def _dependency_changed(sender: type[Model], instance: Model, raw: bool = False, **_: Any) -> None:
    for adapter in adapters():
        rows = adapter.dependents.get(sender)
        if rows is not None and not raw:
            for row in rows(instance):
                refresh(row)


def _store(adapter: Adapter, draft: Draft) -> None:
    seen = view(draft.record, Audience.public(), Purpose.PUBLICATION, timezone.now())
    if seen.withheld:
        Released.objects.filter(uuid=draft.record.id).delete()
        return
    names = _names(seen)
    Released.objects.update_or_create(
        uuid=draft.record.id,
        defaults={
            "kind": adapter.kind,
            "key": draft.key,
            "subject": draft.subject,
            "sort": draft.sort,
            "names": names,
            "slugs": assign_slugs(adapter.kind, draft.record.id, names, draft.slugs),
            "geometry": _geometry(seen),
            "fields": {name: _plain(value) for name, value in seen.fields.items()},
            "generalizations": [_plain(one) for one in seen.generalisations],
            "withheld": [_plain(one) for one in seen.reasons],
            "uncertainty_m": seen.place.uncertainty_m if seen.place else None,
        },
    )


def _names(seen: View) -> MultilingualText:
    """The released name; a record whose name is kept back, or that has none, goes by its identifier."""
    name = seen.fields.get("name")
    return MultilingualText.from_json(name) if isinstance(name, Mapping) else MultilingualText()


def _geometry(seen: View) -> GEOSGeometry | None:
    if seen.place is None:
        return None
    if seen.place.geometry is not None:
        return GEOSGeometry(seen.place.geometry, srid=4326)
    if seen.place.longitude is None or seen.place.latitude is None:
        return None
    return Point(seen.place.longitude, seen.place.latitude, srid=4326)


def _plain(value: Any) -> Any:
    """A released value as JSON; a statement in the place of a value keeps its code and parameters."""
    if isinstance(value, Statement):
        return {"statement": value.code, "parameters": dict(value.params), "english": str(value)}
    return json.loads(json.dumps(value, default=str))
