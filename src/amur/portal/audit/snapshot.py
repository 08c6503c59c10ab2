"""A row as the log may hold it: plain values, secrets hidden, positions as fingerprints.

The log is internal to an office, yet auditors read all of it and it is exported: a true position
has no place there. Which geometry it was can be proved from the fingerprint, where it lies cannot.
"""

import datetime
import decimal
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Field, Model
from django.db.models.fields.files import FieldFile
from wagtail.blocks import StreamValue

from amur.portal.audit.chain import fingerprint, instant
from amur.portal.audit.keys import key
from amur.portal.languages.text import MultilingualText

SECRET = "(secret)"  # noqa: S105  # what stands in the log instead of a secret
SECRET_WORDS = ("password", "secret", "token", "session")
LONGEST = 2000  # characters of one text that are kept as they are

Values = Mapping[str, Any]


def values(row: Model, ignore: Collection[str] = (), secret: Collection[str] = ()) -> dict[str, Any]:
    """The row's own columns by name, as plain JSON-like values; secret ones as a keyed fingerprint."""
    deferred = row.get_deferred_fields()
    return {
        field.name: _value(field, row, is_secret(field.name, secret))
        for field in row._meta.concrete_fields
        if field.name not in ignore and field.attname not in deferred and not field.primary_key
    }


def is_secret(name: str, secret: Collection[str] = ()) -> bool:
    """Whether a column is never written to the log."""
    return name in secret or any(word in name.lower() for word in SECRET_WORDS)


def difference(before: Values | None, after: Values | None) -> dict[str, list[Any]]:
    """Field -> [old, new] for what differs; None stands for a row that is not there.

    >>> difference({"a": 1, "b": 2}, {"a": 1, "b": 3})
    {'b': [2, 3]}
    """
    old, new = before or {}, after or {}
    return {
        name: [_shown(old.get(name)), _shown(new.get(name))]
        for name in sorted(set(old) | set(new))
        if old.get(name) != new.get(name)
    }


class _Hidden:
    """A secret's stand-in: tells whether the secret changed, and nothing else."""

    def __init__(self, data: str) -> None:
        self._data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hidden) and other._data == self._data

    def __hash__(self) -> int:
        return hash(self._data)

    def __repr__(self) -> str:
        return SECRET


def _shown(value: Any) -> Any:
    return SECRET if isinstance(value, _Hidden) else value


def _value(field: "Field[Any, Any]", row: Model, hidden: bool) -> Any:
    raw = getattr(row, field.attname)
    if hidden:
        return _Hidden(str(raw)) if raw else None
    if isinstance(raw, GEOSGeometry):
        return _geometry(raw)
    if isinstance(raw, StreamValue):
        return plain(field.get_prep_value(raw))
    return plain(_typed(field, raw))


def _typed(field: "Field[Any, Any]", raw: Any) -> Any:
    """The value in the field's own type: a form may have left `"5"` where the database gives 5."""
    if isinstance(raw, MultilingualText | FieldFile) or hasattr(raw, "resolve_expression"):
        return raw
    try:
        return field.to_python(raw)
    except (ValidationError, ValueError, TypeError):
        return raw


def plain(value: Any) -> Any:
    """A value as JSON has it; what JSON does not know becomes its text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if len(value) <= LONGEST else _long(value)
    if isinstance(value, MultilingualText):
        return plain(value.to_json())
    if isinstance(value, datetime.datetime):
        return instant(value) if value.tzinfo else value.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, GEOSGeometry):
        return _geometry(value)
    return str(value)


def _long(text: str) -> str:
    mark = fingerprint(key(), text.encode("utf-8", "surrogatepass"))
    return f"{text[:LONGEST]}… ({len(text)} characters, fingerprint {mark})"


def _geometry(geometry: GEOSGeometry) -> str:
    mark = fingerprint(key(), bytes(geometry.ewkb))
    return f"{geometry.geom_type}, {geometry.num_coords} positions, fingerprint {mark}"


def key_of(row: Model) -> str:
    """What people call the row: its key, user name, slug or name; else nothing."""
    for name in ("key", "username", "slug", "name"):
        found = getattr(row, name, None)
        if isinstance(found, str) and found:
            return found
    return ""


def uuid_of(row: Model) -> uuid.UUID | None:
    """The row's own uuid, None when it has none."""
    found = getattr(row, "uuid", None) or getattr(row, "translation_key", None)
    return found if isinstance(found, uuid.UUID) else None


def office_of(row: Model) -> uuid.UUID | None:
    """The uuid of the office that a row belongs to, None for what belongs to the programme."""
    from amur.portal.offices.models import Office

    if isinstance(row, Office):
        return row.uuid
    for step in ("office", "person", "user", "unit", "fact"):
        try:
            owner = getattr(row, step, None)
        except ObjectDoesNotExist:
            continue
        if isinstance(owner, Model):
            return office_of(owner)
    return None
