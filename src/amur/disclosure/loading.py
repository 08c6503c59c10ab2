"""Reading rule tables from TOML or a mapping, with errors that name the rule and the field.

Called by `defaults.py` and by an office that brings tables of its own (`amur` commands, tests). A table
that has any error is refused whole: half a rule table would open what the other half closes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from amur.disclosure.levels import Category, Level, Purpose, Side, TimeLevel
from amur.disclosure.rules import (
    Dimension,
    FieldRule,
    FieldType,
    KindRule,
    NamedRule,
    PlaceForm,
    PurposeRule,
    Rules,
    TaxonRule,
    Terms,
    Validity,
)

_Word = TypeVar("_Word", Level, TimeLevel, Category)
_Name = TypeVar("_Name", bound=StrEnum)
_Row = TypeVar("_Row")
_Cast = TypeVar("_Cast")

_LEVELS = {level.word: level for level in Level}
_TIME_LEVELS = {level.word: level for level in TimeLevel}
_CATEGORIES = {category.word: category for category in Category if category is not Category.UNKNOWN}


class RulesError(ValueError):
    """A rule table that cannot be used: which rule, which field, and what would be right."""

    def __init__(self, rule: str, field: str, problem: str) -> None:
        self.rule, self.field = rule, field
        super().__init__(f"{rule}, {field}: {problem}" if field else f"{rule}: {problem}")


def rules_from_toml(text: str) -> Rules:
    """Rules from TOML text; RulesError when it is no TOML or no valid table."""
    try:
        return rules_from_mapping(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RulesError("the file", "", f"is not TOML: {error}") from error


def rules_from_mapping(data: Mapping[str, object]) -> Rules:
    """Rules from nested mappings, as TOML or JSON gives them; RulesError on the first mistake."""
    top = _Reader(data, "the table")
    rules = Rules(
        version=top.text("version"),
        assumed_uncertainty_m=top.whole("assumed_uncertainty_m", required=True),
        review_by=top.day("review_by"),
        purposes=_rows(top.table("purposes"), "purposes", _purpose),
        kinds=_rows(top.table("kinds"), "kinds", _kind),
        zones=_rows(top.table("zones"), "zones", _named),
        events=_rows(top.table("events"), "events", _named),
        taxa=tuple(_taxon(row, f"taxa[{index}]") for index, row in enumerate(top.tables("taxa"))),
        terms=_all_terms(top.table("terms")),
    )
    top.finish()
    return rules


class _Reader:
    """One table of the file: each key is taken once, and a key that nobody took is an error."""

    def __init__(self, data: object, rule: str) -> None:
        if not isinstance(data, Mapping):
            raise RulesError(rule, "", "must be a table")
        self.rule = rule
        self.rest = {str(key): value for key, value in data.items()}

    def finish(self) -> None:
        for name in self.rest:
            raise RulesError(self.rule, name, "is not a field of this table")

    def _take(self, name: str, kind: type[_Cast], what: str, required: bool) -> _Cast | None:
        if name not in self.rest:
            if required:
                raise RulesError(self.rule, name, f"is missing; it must be {what}")
            return None
        value = self.rest.pop(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise RulesError(self.rule, name, f"must be {what}, not {value!r}")
        return value

    def text(self, name: str) -> str:
        value = self._take(name, str, "a text", required=True)
        if not value:
            raise RulesError(self.rule, name, "must not be empty")
        return value

    def optional_text(self, name: str) -> str | None:
        return self._take(name, str, "a text", required=False)

    def whole(self, name: str, required: bool = False) -> int:
        value = self._take(name, int, "a whole number, 0 or more", required) or 0
        if value < 0:
            raise RulesError(self.rule, name, f"must be 0 or more, not {value}")
        return value

    def flag(self, name: str) -> bool:
        return self._take(name, bool, "true or false", required=False) or False

    def day(self, name: str) -> date | None:
        value = self._take(name, date, "a date such as 2029-12-31", required=False)
        if isinstance(value, datetime):
            raise RulesError(self.rule, name, "must be a date without a time")
        return value

    def names(self, name: str, required: bool = False) -> tuple[str, ...]:
        values = self._take(name, list, "a list of texts", required) or []
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise RulesError(self.rule, name, f"must hold texts only, not {value!r}")
        if required and not values:
            raise RulesError(self.rule, name, "must name at least one")
        return tuple(values)

    def table(self, name: str) -> Mapping[str, object]:
        return self._take(name, dict, "a table", required=True) or {}

    def tables(self, name: str) -> list[object]:
        return self._take(name, list, "a list of tables", required=True) or []

    def word(self, name: str, words: Mapping[str, _Word], default: _Word | None = None) -> _Word:
        value = self._take(name, str, "one of " + ", ".join(words), required=default is None)
        if value is None:
            if default is None:
                raise RulesError(self.rule, name, "is missing")
            return default
        if value not in words:
            raise RulesError(self.rule, name, f"{value!r} is not one of {', '.join(words)}")
        return words[value]

    def member(self, name: str, kind: type[_Name], default: _Name) -> _Name:
        value = self._take(name, str, "a text", required=False)
        return default if value is None else self._member(name, kind, value)

    def members(self, name: str, kind: type[_Name], default: frozenset[_Name]) -> frozenset[_Name]:
        if name not in self.rest:
            return default
        return frozenset(self._member(name, kind, value) for value in self.names(name))

    def _member(self, name: str, kind: type[_Name], value: str) -> _Name:
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(member.value for member in kind)
            raise RulesError(self.rule, name, f"{value!r} is not one of {known}") from None

    def validity(self) -> Validity:
        validity = Validity(self.day("valid_from"), self.day("valid_until"))
        if validity.first and validity.last and validity.last < validity.first:
            raise RulesError(self.rule, "valid_until", "lies before valid_from")
        return validity


def _rows(
    table: Mapping[str, object], name: str, make: Callable[[str, str, object], _Row]
) -> dict[str, _Row]:
    return {key: make(key, f"{name}.{key}", value) for key, value in table.items()}


def _named(name: str, rule: str, data: object) -> NamedRule:
    reader = _Reader(data, rule)
    row = NamedRule(name, reader.word("category", _CATEGORIES), reader.validity())
    reader.finish()
    return row


def _taxon(data: object, rule: str) -> TaxonRule:
    reader = _Reader(data, rule)
    row = TaxonRule(
        names=reader.names("names", required=True),
        category=reader.word("category", _CATEGORIES),
        within=reader.names("within"),
        called=reader.names("called"),
        validity=reader.validity(),
    )
    reader.finish()
    return row


def _purpose(name: str, rule: str, data: object) -> PurposeRule:
    if name not in set(Purpose):
        raise RulesError(rule, "", f"is not a purpose; known are {', '.join(Purpose)}")
    reader = _Reader(data, rule)
    row = PurposeRule(
        name=name,
        to=reader.members("to", Side, frozenset()),
        level=reader.word("level", _LEVELS, Level.EXACT),
        time_level=reader.word("time", _TIME_LEVELS, TimeLevel.EXACT),
    )
    reader.finish()
    return row


def _kind(name: str, rule: str, data: object) -> KindRule:
    reader = _Reader(data, rule)
    row = KindRule(
        name=name,
        category=reader.word("category", _CATEGORIES),
        place=reader.member("place", PlaceForm, PlaceForm.NONE),
        required=reader.members("required", Dimension, frozenset()),
        waived=reader.members("waived", Dimension, frozenset()),
        series=reader.flag("series"),
        to=reader.members("to", Side, frozenset(Side)),
        coordinates_in_text=reader.flag("coordinates_in_text"),
        fields=_rows(reader.table("fields"), f"{rule}.fields", _field),
        validity=reader.validity(),
    )
    reader.finish()
    both = sorted(row.required & row.waived)
    if both:
        raise RulesError(rule, "waived", f"{both[0]} cannot be required and waived")
    return row


def _field(name: str, rule: str, data: object) -> FieldRule:
    """A field is its type, or a table with the type and what restricts it."""
    reader = _Reader({"type": data} if isinstance(data, str) else data, rule)
    if "type" not in reader.rest:
        raise RulesError(rule, "type", f"is missing; it must be one of {', '.join(FieldType)}")
    row = FieldRule(
        name=name,
        type=reader.member("type", FieldType, FieldType.TEXT),
        shown_at=reader.word("shown_at", _LEVELS, Level.WITHHELD),
        to=reader.members("to", Side, frozenset(Side)),
        personal=reader.flag("personal"),
    )
    reader.finish()
    return row


def _all_terms(table: Mapping[str, object]) -> dict[tuple[Side, Category], Terms]:
    found: dict[tuple[Side, Category], Terms] = {}
    for side_name, rows in table.items():
        if side_name not in {Side.PUBLIC, Side.PARTNER, Side.AUDITOR}:
            raise RulesError(f"terms.{side_name}", "", "must be public, partner or auditor")
        reader = _Reader(rows, f"terms.{side_name}")
        for word, category in _CATEGORIES.items():
            rule = f"terms.{side_name}.{word}"
            found[Side(side_name), category] = _terms(reader.table(word), rule)
        reader.finish()
    return found


def _terms(data: object, rule: str) -> Terms:
    reader = _Reader(data, rule)
    if reader.flag("nothing"):
        reader.finish()
        return Terms(Level.WITHHELD, TimeLevel.WITHHELD, nothing=True)
    before = reader.rest.pop("before", None)
    terms = Terms(
        level=reader.word("level", _LEVELS),
        time_level=reader.word("time", _TIME_LEVELS),
        min_age_months=reader.whole("min_age_months"),
        signers=reader.whole("signers"),
        instead=reader.optional_text("instead"),
        before=None if before is None else _terms(before, f"{rule}.before"),
    )
    reader.finish()
    earlier = terms.before
    if earlier is not None and (earlier.level > terms.level or earlier.time_level > terms.time_level):
        raise RulesError(rule, "before", "must not be finer than what follows it")
    if earlier is not None and (earlier.min_age_months or earlier.signers or earlier.before):
        raise RulesError(rule, "before", "must not have conditions of its own")
    return terms
