"""Building a view: each released value is made here, from the level that was granted.

Called by the gate only, with a grant that it decided. Nothing of the record is kept by reference.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from amur.disclosure.grid import Cell, banded_uncertainty_m, cell_of
from amur.disclosure.levels import Level, Side, TimeLevel
from amur.disclosure.records import Place, Record
from amur.disclosure.rules import FieldRule, FieldType, KindRule, PlaceForm, Rules
from amur.disclosure.statements import Statement, statement
from amur.disclosure.texts import scan
from amur.disclosure.times import coarse_interval, coarse_reduced, coarse_text, is_reduced_date, zone_named
from amur.disclosure.views import ReleasedPlace, View


@dataclass(frozen=True)
class Grant:
    """What the gate granted."""

    side: Side
    level: Level
    time_level: TimeLevel
    instead: str | None
    final_level: Level
    agreed_fields: frozenset[str] | None
    media: bool
    personal: bool


# A random identifier (UUID4) may by chance be written like a place, and is none.
_RANDOM_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class _KeptBack(Exception):
    """Raised while a field is built when its value may not be released."""


def nothing(record: Record, rules: Rules) -> View:
    """A view that says only that there is nothing to see, in the same words for every reason."""
    return View(
        id=record.id,
        kind=record.kind,
        owner=record.owner,
        withheld=True,
        level=Level.WITHHELD,
        time_level=TimeLevel.WITHHELD,
        reasons=(statement("record-withheld", office=record.owner),),
        rules_version=rules.version,
    )


def build(record: Record, kind: KindRule, grant: Grant, rules: Rules) -> View:
    """The view that a grant allows."""
    place, place_reasons, place_notes = _place(record, kind, grant, rules)
    time, time_reasons, time_notes = _time(record, grant)
    fields, field_reasons = _fields(record, kind, grant)
    return View(
        id=record.id,
        kind=record.kind,
        owner=record.owner,
        withheld=False,
        level=grant.level,
        time_level=grant.time_level,
        place=place,
        time=time,
        fields=fields,
        reasons=(*place_reasons, *time_reasons, *field_reasons),
        generalisations=(*place_notes, *time_notes),
        rules_version=rules.version,
    )


_Statements = tuple[Statement, ...]


def _place(
    record: Record, kind: KindRule, grant: Grant, rules: Rules
) -> tuple[ReleasedPlace | None, _Statements, _Statements]:
    place, office = record.place, record.owner
    if place is None:
        return None, (), ()
    if grant.level is Level.EXACT and kind.place is not PlaceForm.NONE:
        return _exact_place(place, kind, office)
    unit = _unit_instead(place, grant)
    if unit is not None:
        return ReleasedPlace(grant.level, units=(unit,)), (), (statement("place-unit", office=office),)
    if not grant.level.is_cell or place.longitude is None or place.latitude is None:
        code = "place-withheld" if place.geometry is None else "geometry-withheld"
        return None, (statement(code, office=office),), ()
    cell = cell_of(place.longitude, place.latitude, grant.level)
    uncertainty, note = _uncertainty(place.uncertainty_m, cell, rules)
    released = ReleasedPlace(
        level=grant.level,
        longitude=cell.longitude,
        latitude=cell.latitude,
        cell=cell,
        uncertainty_m=uncertainty,
        units=tuple(
            (unit.kind, unit.name) for unit in place.units if Level.WITHHELD < unit.holds <= grant.level
        ),
    )
    return released, (), (statement("place-cell", step=grant.level.word, office=office), note)


def _exact_place(
    place: Place, kind: KindRule, office: str
) -> tuple[ReleasedPlace | None, _Statements, _Statements]:
    if place.geometry is not None and kind.place is not PlaceForm.ANY:
        return None, (statement("geometry-withheld", office=office),), ()
    released = ReleasedPlace(
        level=Level.EXACT,
        longitude=None if place.longitude is None else float(place.longitude),
        latitude=None if place.latitude is None else float(place.latitude),
        uncertainty_m=place.uncertainty_m,
        geometry=place.geometry,
        units=tuple((unit.kind, unit.name) for unit in place.units),
    )
    return released, (), ()


def _unit_instead(place: Place, grant: Grant) -> tuple[str, str] | None:
    """A unit that stands in for the cell, only if it holds the whole cell of the final level.

    So the unit is a function of the cell that may be published later, and the two together
    never say more than that cell.
    """
    if grant.instead is None or not grant.level.is_cell:
        return None
    for unit in sorted(place.units, key=lambda one: (-one.holds, one.name)):
        if unit.kind == grant.instead and Level.WITHHELD < unit.holds <= grant.final_level:
            return (unit.kind, unit.name)
    return None


def _uncertainty(held_m: float | None, cell: Cell, rules: Rules) -> tuple[float, Statement]:
    banded = banded_uncertainty_m(rules.assumed_uncertainty_m if held_m is None else held_m)
    code = "uncertainty-assumed" if held_m is None else "uncertainty-banded"
    return float(cell.half_diagonal_m() + banded), statement(code, metres=str(banded))


def _time(record: Record, grant: Grant) -> tuple[str | None, _Statements, _Statements]:
    if record.time is None:
        return None, (), ()
    if grant.time_level is TimeLevel.WITHHELD:
        return None, (statement("time-withheld", office=record.owner),), ()
    zone = zone_named(record.time_zone)
    text = coarse_interval(record.time, record.time_end, grant.time_level, zone)
    if grant.time_level is TimeLevel.EXACT:
        return text, (), ()
    return text, (), (statement("time-coarse", level=grant.time_level.word, office=record.owner),)


def _fields(record: Record, kind: KindRule, grant: Grant) -> tuple[dict[str, object], _Statements]:
    if grant.side is Side.OWNER:
        return {name: _copied(value) for name, value in record.fields.items()}, ()
    zone = zone_named(record.time_zone)
    shown: dict[str, object] = {}
    # In the order of the rule, and what is kept back is said whether or not the record has it:
    # which fields somebody filled in, and in which order, is information too.
    reaching = [rule for rule in kind.fields.values() if _reaches(rule, grant)]
    for rule in reaching:
        if grant.level < rule.shown_at:
            shown[rule.name] = statement("field-withheld", office=record.owner)
        elif rule.name in record.fields:
            try:
                shown[rule.name] = _field_value(record.fields[rule.name], rule, kind, grant, zone)
            except _KeptBack as kept:
                shown[rule.name] = statement(str(kept), office=record.owner)
    left_out = len(reaching) < len(kind.fields)
    return shown, (statement("fields-left-out", office=record.owner),) if left_out else ()


def _reaches(rule: FieldRule, grant: Grant) -> bool:
    """Whether the field may be shown to this side at all; one that may not is left out unnamed."""
    if grant.side not in rule.to or (rule.personal and not grant.personal):
        return False
    return grant.agreed_fields is None or rule.name in grant.agreed_fields


def _field_value(value: object, rule: FieldRule, kind: KindRule, grant: Grant, zone: tzinfo) -> object:
    if rule.type is FieldType.MEDIA and not grant.media:
        raise _KeptBack("field-withheld")
    if value is None:
        return None
    if rule.type is FieldType.TIME:
        return _time_value(value, grant, zone)
    plain = _copied(value)
    if not _has_type(plain, rule.type):
        raise _KeptBack("field-withheld")
    texts = (text for text in _texts(plain) if not _RANDOM_ID.fullmatch(text))
    if not kind.coordinates_in_text and any(map(scan, texts)):
        raise _KeptBack("text-with-coordinates")
    return plain


def _time_value(value: object, grant: Grant, zone: tzinfo) -> str:
    """A date, an aware instant or a text such as 1963 or 2013-05, coarsened; nothing else is a time."""
    if grant.time_level is TimeLevel.WITHHELD:
        raise _KeptBack("field-withheld")
    if isinstance(value, str) and is_reduced_date(value):
        return coarse_reduced(value, grant.time_level)
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise _KeptBack("field-withheld")
    if not isinstance(value, date):
        raise _KeptBack("field-withheld")
    return coarse_text(value, grant.time_level, zone)


def _copied(value: object) -> object:
    """The value rebuilt from plain types, so that no object of the caller travels in the view."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, date):
        return value
    if isinstance(value, Mapping):
        return {str(key): _copied(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copied(item) for item in value]
    return str(value)


def _has_type(value: object, wanted: FieldType) -> bool:
    """Whether a copied value is of its field's type; mappings (by language) and lists go by their items."""
    if isinstance(value, dict):
        return all(_has_type(item, wanted) for item in value.values())
    if isinstance(value, list):
        return all(_has_type(item, wanted) for item in value)
    if value is None:
        return True
    is_flag = isinstance(value, bool)
    is_number = isinstance(value, (int, float)) and not is_flag and math.isfinite(value)
    if wanted is FieldType.FLAG:
        return is_flag
    if wanted is FieldType.NUMBER:
        return is_number
    return isinstance(value, str) or (wanted is FieldType.MIXED and (is_flag or is_number))


def _texts(value: object) -> list[str]:
    """All texts of a copied value: with one language of a field its other languages are kept back."""
    if isinstance(value, dict):
        return [text for item in (*value.keys(), *value.values()) for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []
