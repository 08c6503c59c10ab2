"""What a file of SMART says and no column does, as plain JSON, and back. Called by `storing` and `exporting`.

A dataclass of `amur.formats.smart` becomes a mapping of those fields that are not as usual; numbers that JSON
does not know are words (“NaN”).
"""

import dataclasses
import datetime
import math
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from amur.formats.smart.binding import Rest, Unknown
from amur.formats.smart.spelling import number_of, number_text

T = TypeVar("T")


def packed(made: Any) -> dict[str, Any]:
    """The fields of an object that are not as usual.

    >>> from amur.formats.smart.patrol import Label
    >>> packed(Label("Foot", rest=Rest(attributes=(("key", "foot"),))))
    {'value': 'Foot', 'rest': {'attributes': [['key', 'foot']]}}
    """
    found = {}
    fields: dict[str, Any] = _usual(type(made))  # type: ignore[arg-type]  # every type can be hashed
    for name, usual in fields.items():
        value = getattr(made, name)
        if usual is dataclasses.MISSING or value != usual:
            found[name] = _plain(value)
    return found


@cache
def _usual(cls: type) -> dict[str, Any]:
    """The fields of a dataclass, each with its default."""
    return {field.name: field.default for field in dataclasses.fields(cls)}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if dataclasses.is_dataclass(value):
        return packed(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return number_text(value)
    return value


def unpacked(cls: type[T], data: Mapping[str, Any]) -> T:
    """The object again.

    >>> from amur.formats.smart.patrol import Label
    >>> unpacked(Label, {'value': 'Foot', 'rest': {'attributes': [['key', 'foot']]}}).rest.attributes
    (('key', 'foot'),)
    """
    if cls is Rest:
        elements = tuple(_unknown(one) for one in data.get("elements", ()))
        return cls(**{**{name: _tuples(one) for name, one in data.items()}, "elements": elements})
    bases: dict[str, Any] = _bases(cls)  # type: ignore[arg-type]  # every type can be hashed
    return cls(**{name: _value(bases[name], value) for name, value in data.items()})


@cache
def _bases(cls: type) -> dict[str, Any]:
    """The type of each field, without what says where it stands in XML and that it may be missing."""
    found = {}
    for name, hint in typing.get_type_hints(cls, include_extras=True).items():
        base = typing.get_args(hint)[0] if typing.get_origin(hint) is typing.Annotated else hint
        if typing.get_origin(base) in (typing.Union, types.UnionType):
            (base,) = (one for one in typing.get_args(base) if one is not type(None))
        found[name] = base
    return found


def _value(base: Any, value: Any) -> Any:
    if value is None:
        return None
    if typing.get_origin(base) is tuple:
        return tuple(_value(typing.get_args(base)[0], one) for one in value)
    if dataclasses.is_dataclass(base):
        return unpacked(typing.cast(type, base), value)
    if base in (datetime.date, datetime.datetime, datetime.time):
        return base.fromisoformat(value)
    return number_of(value) if base is float and isinstance(value, str) else value


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def _unknown(given: Any) -> Unknown:
    tag, attributes, text, children = given
    return Unknown(tag, _tuples(attributes), text, tuple(_unknown(one) for one in children))
