"""Which models are followed, and the signals that note their changes.

An app's models are named in `followed`; `follow` may also be called by another app when it is ready.
"""

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from wagtail.models import Page

from amur.portal.audit import snapshot
from amur.portal.audit.actions import record


@dataclass(frozen=True, slots=True)
class Followed:
    """A model under the log's eye: columns that are left out, and columns whose values are hidden."""

    model: type[Model]
    ignore: frozenset[str]
    secret: frozenset[str]


_followed: dict[type[Model], Followed] = {}


def follow(model: type[Model], *, ignore: Collection[str] = (), secret: Collection[str] = ()) -> None:
    """Note every creation, change and deletion of this model's rows from now on."""
    if model in _followed:
        return
    _followed[model] = Followed(model, frozenset(ignore), frozenset(secret))
    _save_and_note_together(model)
    pre_save.connect(_before, sender=model, dispatch_uid=f"audit-{model._meta.label}")
    post_save.connect(_saved, sender=model, dispatch_uid=f"audit-{model._meta.label}")
    post_delete.connect(_deleted, sender=model, dispatch_uid=f"audit-{model._meta.label}")
    for field in model._meta.local_many_to_many:
        through = field.remote_field.through
        if through is not None and through._meta.auto_created:
            handler = functools.partial(_linked, field.name)
            uid = f"audit-{model._meta.label}-{field.name}"
            m2m_changed.connect(handler, sender=through, weak=False, dispatch_uid=uid)


def followed_models() -> frozenset[type[Model]]:
    """All models whose changes are noted."""
    return frozenset(_followed)


def is_followed(model: type[Model]) -> bool:
    """Whether the model's changes are noted."""
    return model in _followed


def _save_and_note_together(model: type[Model]) -> None:
    """Django sends post_save after the row's own transaction; here the row and its entry share one."""
    original: Callable[..., None] = model.save_base

    @functools.wraps(original)
    def save_base(self: Model, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic(using=kwargs.get("using"), savepoint=False):
            original(self, *args, **kwargs)

    setattr(model, "save_base", save_base)  # noqa: B010  # a method, replaced on purpose


def _values(row: Model) -> dict[str, Any]:
    rule = _followed[type(row)]
    return snapshot.values(row, rule.ignore, rule.secret)


def _before(sender: type[Model], instance: Model, **_: Any) -> None:
    """Remember the stored row before it is overwritten."""
    stored = None
    if instance.pk is not None and not instance._state.adding:
        stored = sender._base_manager.filter(pk=instance.pk).first()
    instance.__dict__["_audit_before"] = _values(stored) if stored is not None else None


def _saved(
    sender: type[Model],
    instance: Model,
    created: bool,
    update_fields: Collection[str] | None = None,
    **_: Any,
) -> None:
    before = instance.__dict__.pop("_audit_before", None)
    after = _values(instance)
    if update_fields is not None and before is not None:
        after = {name: value if name in update_fields else before[name] for name, value in after.items()}
        before = {name: before[name] for name in after}
    changes = snapshot.difference(before, after)
    if created or changes:
        note(instance, "add" if created else "change", changes)


def _deleted(sender: type[Model], instance: Model, **_: Any) -> None:
    if _is_base_of_a_page(instance):
        return
    note(instance, "delete", snapshot.difference(_values(instance), None))


def _is_base_of_a_page(row: Model) -> bool:
    """Deleting a news item also deletes its rows in the tables it stands on: noted once, as a news item."""
    return isinstance(row, Page) and row.specific_class is not None and row.specific_class is not type(row)


def _linked(
    name: str, instance: Model, action: str, pk_set: set[Any] | None, reverse: bool, **_: Any
) -> None:
    verb = {"post_add": "add", "post_remove": "remove", "pre_clear": "clear"}.get(action)
    if verb is None or (verb != "clear" and not pk_set):
        return
    pks = sorted(pk_set, key=str) if pk_set else []
    field = f"{name} (from the other side)" if reverse else name
    note(instance, "link", {field: {verb: [snapshot.plain(pk) for pk in pks]}})


def note(row: Model, verb: str, changes: dict[str, Any] | None = None) -> None:
    """Note something about a row, under its model's name: `areas.area.change`, `website.newspage.publish`."""
    label = row._meta.label_lower
    record(
        f"{label}.{verb}",
        kind=label,
        object_uuid=snapshot.uuid_of(row),
        object_key=snapshot.key_of(row),
        changes=changes,
        office=snapshot.office_of(row),
    )
