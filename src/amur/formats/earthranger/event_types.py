"""Event types of EarthRanger: forms in JSON Schema, whose choices stand in records of their own.

Reads the fixtures of the server (`activity.eventtype`, `choices.choice`). A schema is text with places
such as `{{enum___color___values}}`, which the server fills with the choices before it is JSON; here, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amur.formats.earthranger.values import Record, Values, records_of
from amur.formats.errors import FormatError, ProblemList, shortened

_PLACE = re.compile(r"\{\{\s*(enum|query|table|dynamic)?_*([A-Za-z0-9_]+?)___(values|names|map)\s*\}\}")


@dataclass(frozen=True, slots=True)
class EventField:
    """A field of a form: its JSON type, and the choices (value, name) where it has some."""

    key: str
    title: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    least: float | None = None
    most: float | None = None
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event with its form."""

    value: str
    display: str
    category: str | None
    fields: tuple[EventField, ...]


@dataclass(frozen=True, slots=True)
class EventTypes:
    """The event types of a file, what of them was not taken over, and what a person should look at."""

    types: tuple[EventType, ...]
    losses: tuple[str, ...]
    notes: tuple[FormatError, ...]


def read_event_types(source: Path | bytes) -> EventTypes:
    """The event types of a fixture, with their choices filled in. Raises `FormatErrors`."""
    records, problems = records_of(source, "event types")
    choices = _choices(records)
    types = []
    losses = {"the layout of forms (definition)": 0, "icons, colours and order of types": 0}
    for row, record in enumerate(records, start=1):
        if record.get("model") != "activity.eventtype" or not isinstance(record.get("fields"), dict):
            continue
        fields = record["fields"]
        values = Values(row, problems)
        value = values.text(fields, "value", needed=True)
        if value is None:
            continue
        schema = _schema(value, str(fields.get("schema") or "{}"), choices, row, problems)
        losses["the layout of forms (definition)"] += "definition" in schema
        losses["icons, colours and order of types"] += any(
            fields.get(name) is not None for name in ("icon", "ordernum", "default_priority")
        )
        types.append(
            EventType(value, values.text(fields, "display") or value, _category(fields), _form(schema))
        )
    dynamic = sum(record.get("model") == "choices.dynamicchoice" for record in records)
    told = [f"{what}: {count}" for what, count in losses.items() if count]
    if dynamic:
        told.append(f"choices that the server asks its own records for: {dynamic}")
    problems.raise_if_errors()
    return EventTypes(tuple(types), tuple(told), problems.listed)


def _choices(records: list[Record]) -> Mapping[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[float, str, str]]] = {}
    for record in records:
        fields = record.get("fields")
        if record.get("model") == "choices.choice" and isinstance(fields, dict):
            order = fields.get("ordernum")
            found.setdefault(str(fields.get("field")), []).append(
                (
                    float(order) if isinstance(order, (int, float)) else 0.0,
                    str(fields.get("value")),
                    str(fields.get("display")),
                )
            )
    ordered = {name: sorted(several, key=lambda each: each[0]) for name, several in found.items()}
    return {
        name: [(value, display) for _order, value, display in several] for name, several in ordered.items()
    }


def _schema(
    name: str,
    text: str,
    choices: Mapping[str, list[tuple[str, str]]],
    row: int,
    problems: ProblemList,
) -> dict[str, Any]:
    def fill(found: re.Match[str]) -> str:
        kind, field, what = found.groups()
        several = choices.get(field)
        if kind == "enum" and several is None and what == "values":
            problems.warn("choices-missing", row=row, column="schema", name=name, choices=field)
        pairs = several or []
        if what == "values":
            return json.dumps([value for value, _display in pairs], ensure_ascii=False)
        if what == "map":
            return json.dumps(
                [{"value": value, "name": display} for value, display in pairs], ensure_ascii=False
            )
        return json.dumps(dict(pairs), ensure_ascii=False)

    try:
        schema = json.loads(_PLACE.sub(fill, text))
    except (ValueError, RecursionError) as error:
        problems.error("schema-broken", row=row, column="schema", name=name, reason=shortened(error, 120))
        return {}
    return schema if isinstance(schema, dict) else {}


def _form(schema: Mapping[str, Any]) -> tuple[EventField, ...]:
    inner = schema.get("schema", schema)
    properties = inner.get("properties", {}) if isinstance(inner, dict) else {}
    required = inner.get("required", []) if isinstance(inner, dict) else []
    if not isinstance(properties, dict):
        return ()
    return tuple(
        _field(key, about, isinstance(required, list) and key in required)
        for key, about in properties.items()
        if isinstance(about, dict)
    )


def _field(key: str, about: Mapping[str, Any], is_required: bool) -> EventField:
    values = about.get("enum")
    names = about.get("enumNames")
    choices: list[tuple[str, str]] = []
    if isinstance(values, list):
        by_value = names if isinstance(names, dict) else {}
        in_order = names if isinstance(names, list) else []
        for k, value in enumerate(values):
            name = by_value.get(value, in_order[k] if k < len(in_order) else value)
            choices.append((str(value), str(name)))
    limits = [about.get(name) for name in ("minimum", "maximum")]
    least, most = [float(each) if isinstance(each, (int, float)) else None for each in limits]
    title, kind = str(about.get("title") or key), str(about.get("type") or "string")
    return EventField(key, title, kind, tuple(choices), least, most, is_required)


def _category(fields: Record) -> str | None:
    found = fields.get("category")
    if isinstance(found, list):
        found = found[0] if found else None
    return None if found is None else str(found)
