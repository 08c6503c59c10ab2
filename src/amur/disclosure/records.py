"""What goes into the gate: a record with its true place and time, and what was decided about it before.

Made by the portal from its rows, never stored. Nothing here may be shown to anyone: what may be shown
comes out of `amur.disclosure.gate.view` as a `View`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from amur.disclosure.grid import exact_degrees
from amur.disclosure.levels import Category, Level, Side, TimeLevel
from amur.disclosure.times import latest_instant, require_aware, zone_named

# Versions 1, 2, 6 and 7 carry a time; 8 may carry anything.
_ID_VERSIONS = (3, 4, 5)


@dataclass(frozen=True)
class Unit:
    """A named area that holds the place: an administrative unit, a protected area, a basin.

    `holds` is the coarsest level whose cell around the place lies wholly inside the unit
    (`Level.WITHHELD` when none does, and then the unit is never named).
    """

    kind: str
    name: str
    holds: Level


@dataclass(frozen=True)
class Place:
    """A true place: longitude and latitude in degrees on WGS 84, uncertainty in metres if it is known.

    A line or an area is given as the text of a GeoJSON geometry, beside or instead of a point.
    Raises ValueError for coordinates out of range, for half a point and for 0, 0.
    """

    longitude: float | Decimal | None = None
    latitude: float | Decimal | None = None
    uncertainty_m: float | None = None
    geometry: str | None = None
    units: tuple[Unit, ...] = ()

    def __post_init__(self) -> None:
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("a place needs both a longitude and a latitude")
        if self.longitude is None or self.latitude is None:
            if self.geometry is None:
                raise ValueError("a place needs a point or a geometry; a missing place is place=None")
            return
        east, north = exact_degrees(self.longitude), exact_degrees(self.latitude)
        if not -180 <= east <= 180:
            raise ValueError("a longitude must lie between -180 and 180 degrees")
        if not -90 <= north <= 90:
            raise ValueError("a latitude must lie between -90 and 90 degrees")
        if east == 0 and north == 0:
            raise ValueError("0, 0 is how many programs write a missing place; here it is place=None")
        if self.uncertainty_m is not None and not (
            math.isfinite(self.uncertainty_m) and self.uncertainty_m >= 0
        ):
            raise ValueError("an uncertainty must be a finite number of metres, 0 or more; unknown is None")


@dataclass(frozen=True)
class Approval:
    """A signed decision of the owning office: this record may be released up to these levels.

    `signed_by` are the people who signed (any identifiers); two names that are equal are one person.
    """

    office: str
    signed_by: tuple[str, ...]
    given: datetime
    level: Level
    time_level: TimeLevel
    side: Side = Side.PUBLIC
    until: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.given, "the approval's date")
        if self.until is not None:
            require_aware(self.until, "the approval's end")

    def stands(self, owner: str, side: Side, now: datetime) -> bool:
        in_force = self.given <= now and (self.until is None or now < self.until)
        return self.office == owner and self.side is side and in_force

    @property
    def signers(self) -> int:
        return len({name.strip().casefold() for name in self.signed_by if name.strip()})


@dataclass(frozen=True)
class Release:
    """An earlier release of the record, or an earlier decision to hold it back (`Level.WITHHELD`)."""

    at: datetime
    level: Level
    time_level: TimeLevel
    side: Side = Side.PUBLIC
    office: str | None = None

    def __post_init__(self) -> None:
        require_aware(self.at, "the release's date")


@dataclass(frozen=True)
class Record:
    """One thing the house knows, with its true place, time and fields.

    `past_taxa` are all identifications it ever had: none of them may loosen what the strictest asks.
    `time` and `time_end` are aware instants or dates; `time_zone` is the IANA zone of the place.
    `project_category` is the strictest category of the whole project (`project_category()`), so that
    all its stations are released alike. `published` is the editorial decision to show it at all.
    Raises ValueError for a naive time, an end before its start and an `id` that tells a time.
    """

    kind: str
    id: UUID
    owner: str
    taxon: str | None = None
    past_taxa: tuple[str, ...] = ()
    zone: str | None = None
    event_kind: str | None = None
    place: Place | None = None
    time: datetime | date | None = None
    time_end: datetime | date | None = None
    time_zone: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    personal: bool = False
    published: bool = False
    approvals: tuple[Approval, ...] = ()
    released: tuple[Release, ...] = ()
    embargo_until: datetime | None = None
    project_category: Category | None = None

    def __post_init__(self) -> None:
        if not self.owner:
            raise ValueError("a record needs the office that owns it")
        if self.id.version not in _ID_VERSIONS:
            raise ValueError("a record's id must be a random UUID (version 4): other kinds tell a time")
        for moment, name in ((self.time, "time"), (self.time_end, "time_end")):
            if isinstance(moment, datetime):
                require_aware(moment, name)
        if self.embargo_until is not None:
            require_aware(self.embargo_until, "embargo_until")
        zone_named(self.time_zone)
        if self.time_end is not None:
            if self.time is None:
                raise ValueError("a record with time_end needs a time")
            if latest_instant(self.time_end) < latest_instant(self.time):
                raise ValueError("time_end lies before time")
