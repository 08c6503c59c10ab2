"""Two people at one record: the later one sees what the earlier one saved; nothing is overwritten unseen.

The form of a record carries a fingerprint of each stored value that it was filled from. When it comes back,
the values that the database holds by then are compared with them under a lock; the editing view keeps that
lock until the record is saved. Called by `forms.OfficeForm`.
"""

import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import connection
from django.db.models import Model
from django.utils.crypto import salted_hmac
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from amur.portal.editing.words import in_words

FIELD = "loaded_state"
LONGEST = 200  # characters of a value in the message


def remember(form: Any) -> None:
    """Let the form of a stored record carry the fingerprints of what it was filled from."""
    if not form.instance.pk:
        return
    form.fields[FIELD] = forms.CharField(
        required=False, widget=forms.HiddenInput, initial=json.dumps(fingerprints(form, form.instance))
    )


def refuse_stale(form: Any) -> None:
    """Add an error that tells what has changed meanwhile; sent once more, the form is a conscious choice."""
    if FIELD not in form.fields:
        return
    rows = type(form.instance)._default_manager.filter(pk=form.instance.pk)
    if connection.in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    row = rows.first()
    if row is None:
        form.add_error(None, _("Somebody has deleted this record since you opened it."))
        return
    now = fingerprints(form, row)
    seen = _sent(form)
    changed = [name for name in now if seen.get(name) != now[name]]
    if not changed:
        return
    form.add_error(
        None,
        _(
            "Somebody has saved this record since you opened it; your form is not saved. "
            "Stored by now: %(values)s. Compare, then save again to put yours in its place."
        )
        % {"values": "; ".join(_told(form, row, changed))},
    )
    form.data = form.data.copy()
    form.data[form.add_prefix(FIELD)] = json.dumps(now)


def fingerprints(form: Any, row: Model) -> dict[str, str]:
    """A fingerprint of each value of the row that the form shows, and of each set of rows below it."""
    shown = {
        field.name: field.value_to_string(row)
        for field in row._meta.concrete_fields
        if field.name in form.fields
    }
    below = {name: "\n".join(_below(row, name)) for name in getattr(form, "formsets", {})}
    return {name: _fingerprint(value) for name, value in (shown | below).items()}


def _below(row: Model, relation: str) -> Iterator[str]:
    stored = type(row)._default_manager.get(pk=row.pk)
    for one in sorted(getattr(stored, relation).all(), key=lambda child: child.pk):
        yield json.dumps([field.value_to_string(one) for field in one._meta.concrete_fields])


def _fingerprint(value: object) -> str:
    return salted_hmac(__name__, str(value)).hexdigest()[:16]


def _sent(form: Any) -> dict[str, str]:
    try:
        sent = json.loads(form.data.get(form.add_prefix(FIELD)) or "{}")
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


def _told(form: Any, row: Model, names: list[str]) -> Iterator[str]:
    for name in names:
        field = form.fields.get(name)
        if field is None:  # rows below the record
            yield capfirst(str(row._meta.get_field(name).related_model._meta.verbose_name_plural))  # type: ignore[union-attr]
            continue
        stored = getattr(row, name)
        words = str(stored) if isinstance(stored, Model) else in_words(stored)
        yield f"{field.label}: {Truncator(words).chars(LONGEST) or '–'}"
