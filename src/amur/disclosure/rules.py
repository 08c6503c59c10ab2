"""The rule tables of the gate as typed, immutable rows; `loading.py` reads them from TOML.

Read by the gate and by agreements. A question to a table that has no answer in force gives
`Category.UNKNOWN` or None, and the gate then withholds: nothing is open by default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from amur.disclosure.levels import Category, Level, Side, TimeLevel
from amur.disclosure.taxa import Path, folded, parents_of, path_of, related


class FieldType(StrEnum):
    """What a released field holds; a value of another type is kept back. Texts are searched in all."""

    WORD = "word"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    TIME = "time"
    MEDIA = "media"
    MIXED = "mixed"


class PlaceForm(StrEnum):
    """What place a kind may have: none, a point, or a point, line or area."""

    NONE = "none"
    POINT = "point"
    ANY = "any"


class Dimension(StrEnum):
    """What a kind can require to be known before it is released."""

    TAXON = "taxon"
    ZONE = "zone"
    EVENT = "event"
    PLACE = "place"
    TIME = "time"
    PROJECT = "project"


@dataclass(frozen=True)
class Validity:
    """The first and last day (UTC) on which a row is in force; None is without limit."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and not self.over(day)

    def over(self, day: date) -> bool:
        return self.last is not None and day > self.last


@dataclass(frozen=True)
class FieldRule:
    """One entry of a kind's allow-list: shown to these sides once the place is released this finely."""

    name: str
    type: FieldType
    shown_at: Level = Level.WITHHELD
    to: frozenset[Side] = frozenset(Side)
    personal: bool = False


@dataclass(frozen=True)
class KindRule:
    """How a kind of record is judged.

    `required` must be known; `waived` is not judged at all (a species page is about a taxon without
    telling where one is). `series`: many places of one subject, for which cells would betray the
    moments of crossing, so that it is released exactly or without a place.
    """

    name: str
    category: Category
    place: PlaceForm = PlaceForm.NONE
    required: frozenset[Dimension] = frozenset()
    waived: frozenset[Dimension] = frozenset()
    series: bool = False
    to: frozenset[Side] = frozenset(Side)
    fields: Mapping[str, FieldRule] = field(default_factory=dict)
    coordinates_in_text: bool = False
    validity: Validity = Validity()


@dataclass(frozen=True)
class TaxonRule:
    """A taxon's category.

    `names` are the accepted name and its synonyms, `within` the higher taxa and groups that hold it
    ("Felidae", "cat"), `called` its names in living languages; the last two are compared whole.
    """

    names: tuple[str, ...]
    category: Category
    within: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    validity: Validity = Validity()

    @cached_property
    def paths(self) -> frozenset[Path]:
        return frozenset(path_of(name) for name in self.names)

    @cached_property
    def wholes(self) -> frozenset[str]:
        """Names that are compared as they stand: higher taxa and names in other languages."""
        return frozenset(folded(name) for name in (*self.names, *self.within, *self.called))

    def applies_to(self, name: str) -> bool:
        path = path_of(name)
        if folded(name) in self.wholes or " ".join(path) in self.wholes:
            return True
        return any(related(own, path) for own in self.paths)


@dataclass(frozen=True)
class NamedRule:
    """A zone's or an event kind's category."""

    name: str
    category: Category
    validity: Validity = Validity()


@dataclass(frozen=True)
class Terms:
    """What a side gets of a category: levels, and the conditions without which `before` counts.

    `nothing` withholds the record as a whole. `instead` names a kind of unit that may stand in for
    the cell when it holds the whole cell of the final level.
    """

    level: Level
    time_level: TimeLevel
    nothing: bool = False
    min_age_months: int = 0
    signers: int = 0
    instead: str | None = None
    before: Terms | None = None


NOTHING = Terms(Level.WITHHELD, TimeLevel.WITHHELD, nothing=True)


@dataclass(frozen=True)
class PurposeRule:
    """Which sides may ask for a purpose, and the finest levels it ever gives."""

    name: str
    to: frozenset[Side]
    level: Level = Level.EXACT
    time_level: TimeLevel = TimeLevel.EXACT


@dataclass(frozen=True)
class Rules:
    """All tables of one programme."""

    version: str
    kinds: Mapping[str, KindRule]
    taxa: tuple[TaxonRule, ...]
    zones: Mapping[str, NamedRule]
    events: Mapping[str, NamedRule]
    terms: Mapping[tuple[Side, Category], Terms]
    purposes: Mapping[str, PurposeRule]
    assumed_uncertainty_m: int
    review_by: date | None = None

    def taxon_category(self, name: str, day: date) -> Category:
        """The strictest row that applies to each parent of a name; UNKNOWN when one has none."""
        return min(self._parent_category(parent, day) for parent in parents_of(name))

    def _parent_category(self, name: str, day: date) -> Category:
        rows = [row for row in self.taxa if row.applies_to(name)]
        in_force = [row for row in rows if row.validity.holds(day)]
        current = {row.names[0] for row in in_force}
        # An expired row must not leave the field to a looser one: it has to be renewed or removed.
        if any(row.validity.over(day) and row.names[0] not in current for row in rows):
            return Category.UNKNOWN
        return min((row.category for row in in_force), default=Category.UNKNOWN)

    def zone_category(self, name: str, day: date) -> Category:
        return _named(self.zones, name, day)

    def event_category(self, name: str, day: date) -> Category:
        return _named(self.events, name, day)

    def kind(self, name: str, day: date) -> KindRule | None:
        """The row of a kind, or None when it is unknown or not in force."""
        row = self.kinds.get(name)
        return row if row is not None and row.validity.holds(day) else None

    def terms_for(self, side: Side, category: Category) -> Terms:
        if category is Category.UNKNOWN:
            return NOTHING
        return self.terms.get((side, category), NOTHING)

    def paths_of(self, name: str) -> frozenset[Path]:
        """All paths of a name: its own and those of its synonyms."""
        own = path_of(name)
        found = {own} if own else set()
        for row in self.taxa:
            for path in row.paths:
                if path and own[: len(path)] == path:
                    found |= {other + own[len(path) :] for other in row.paths}
        return frozenset(found)


def _named(table: Mapping[str, NamedRule], name: str, day: date) -> Category:
    row = table.get(name)
    return row.category if row is not None and row.validity.holds(day) else Category.UNKNOWN


def strictest(categories: Iterable[Category]) -> Category:
    """The strictest of some categories; UNKNOWN when there is none."""
    return min(categories, default=Category.UNKNOWN)
