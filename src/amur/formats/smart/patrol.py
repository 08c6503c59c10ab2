"""The patrol of SMART: patrol › leg › leg day › waypoint › group › observation › value of an attribute.

As in patrol XML 1.2 and 1.3 (and the older 1.0 and 1.1, whose observations stand in the waypoint itself).
Days and times are the local wall clock: SMART knows no time zone, see `clocks.py`. A value that is not in the
file is None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated

from amur.formats.smart.binding import NOTHING, Attribute, Child, Fault, Leaf, Rest
from amur.formats.smart.clocks import fixes_of


@dataclass(frozen=True, slots=True)
class Label:
    """A word of SMART in one language: team, station, transport, mandate."""

    value: Annotated[str | None, Attribute("value")] = None
    language: Annotated[str | None, Attribute("languageCode")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Objective:
    """What the patrol is for."""

    description: Annotated[str | None, Leaf("description")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a leg."""

    given_name: Annotated[str, Attribute("givenName")]
    family_name: Annotated[str, Attribute("familyName")]
    employee_id: Annotated[str | None, Attribute("employeeId")] = None
    is_pilot: Annotated[bool | None, Attribute("isPilot")] = None
    is_leader: Annotated[bool | None, Attribute("isLeader")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Observer:
    """Who made an observation."""

    given_name: Annotated[str | None, Attribute("givenName")] = None
    family_name: Annotated[str | None, Attribute("familyName")] = None
    employee_id: Annotated[str | None, Attribute("employeeId")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Value:
    """The value of an attribute: keys of a list or tree, a number, a text, or yes and no."""

    attribute: Annotated[str, Attribute("attributeKey")]
    keys: Annotated[tuple[str, ...], Leaf("itemKey")] = ()
    number: Annotated[float | None, Leaf("dValue")] = None
    text: Annotated[str | None, Leaf("sValue")] = None
    truth: Annotated[bool | None, Leaf("bValue")] = None
    rest: Rest = NOTHING

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of which kinds there are values, as XML names them."""
        found = (self.keys or None, self.number, self.text, self.truth)
        return tuple(
            name
            for name, value in zip(("itemKey", "dValue", "sValue", "bValue"), found, strict=True)
            if value is not None
        )

    def faults(self) -> tuple[Fault, ...]:
        """Several kinds of value, or none."""
        texts = (self.text is not None) + (self.truth is not None)
        count = (len(self.keys) > 0) + (self.number is not None) + texts
        if count > 1:
            params = {"key": self.attribute, "kinds": ", ".join(self.kinds)}
            return (Fault("value-several", "attributeKey", params),)
        if not count and not self.rest.elements:
            return (Fault("value-none", "attributeKey", {"key": self.attribute}, "warning"),)
        return ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or sound; the file lies beside the XML in the ZIP of the export."""

    filename: Annotated[str | None, Attribute("filename")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Observation:
    """What was observed: a category of the data model with values."""

    category: Annotated[str, Attribute("categoryKey")]
    """The whole path with a dot at its end, such as `animals.sign.dung.`"""
    values: Annotated[tuple[Value, ...], Child("attributes")] = ()
    observer: Annotated[Observer | None, Child("observer")] = None
    attachments: Annotated[tuple[Attachment, ...], Child("attachments")] = ()
    rest: Rest = NOTHING

    def faults(self) -> Iterator[Fault]:
        """A key without its dot, an attribute twice."""
        if not self.category.endswith("."):
            params = {"key": self.category, "wanted": f"{self.category}."}
            yield Fault("key-dot", "categoryKey", params)
        if len({value.attribute for value in self.values}) < len(self.values):
            for key, count in Counter(value.attribute for value in self.values).items():
                if count > 1:
                    params = {"key": key, "parent": "observations"}
                    yield Fault("key-twice", "attributeKey", params, "warning")


@dataclass(frozen=True, slots=True)
class Group:
    """Observations that belong together."""

    observations: Annotated[tuple[Observation, ...], Child("observations")] = ()
    rest: Rest = NOTHING


def place_faults(longitude: float, latitude: float) -> Iterator[Fault]:
    """A place off the Earth, or the (0, 0) of a phone without a fix."""
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        yield Fault("place-outside", "x", {"longitude": longitude, "latitude": latitude})
    elif longitude == latitude == 0:
        yield Fault("place-zero", "x", {}, "warning")


@dataclass(frozen=True, slots=True)
class Waypoint:
    """Where and when something was observed; degrees of WGS 84, local time."""

    id: Annotated[str, Attribute("id")]
    longitude: Annotated[float, Attribute("x")]
    latitude: Annotated[float, Attribute("y")]
    time: Annotated[time, Attribute("time")]
    direction: Annotated[float | None, Attribute("direction")] = None
    """Degrees from north to what was observed."""
    distance: Annotated[float | None, Attribute("distance")] = None
    """Metres to what was observed."""
    comment: Annotated[str | None, Leaf("comment")] = None
    attachments: Annotated[tuple[Attachment, ...], Child("attachments")] = ()
    groups: Annotated[tuple[Group, ...], Child("groups")] = ()
    direct: Annotated[tuple[Observation, ...], Child("observations")] = ()
    """Observations without a group, before 1.3."""
    rest: Rest = NOTHING

    @property
    def observations(self) -> tuple[Observation, ...]:
        """All observations, with and without a group."""
        return (*(each for group in self.groups for each in group.observations), *self.direct)

    def faults(self) -> Iterator[Fault]:
        """A place that is none."""
        yield from place_faults(self.longitude, self.latitude)


@dataclass(frozen=True, slots=True)
class Track:
    """The line of a day: hexadecimal well-known binary, see `clocks.fixes_of`; the length in km."""

    geometry: Annotated[str | None, Attribute("geom")] = None
    distance_km: Annotated[float | None, Attribute("distance")] = None
    rest: Rest = NOTHING

    def faults(self) -> Iterator[Fault]:
        """A geometry that is none."""
        if self.geometry:
            try:
                fixes_of(self.geometry)
            except ValueError as error:
                yield Fault("track-geometry", "geom", {"reason": error})


@dataclass(frozen=True, slots=True)
class LegDay:
    """A day of a leg."""

    date: Annotated[date, Attribute("date")]
    start: Annotated[time | None, Attribute("startTime")] = None
    end: Annotated[time | None, Attribute("endTime")] = None
    rest_minutes: Annotated[float | None, Attribute("restMinutes")] = None
    waypoints: Annotated[tuple[Waypoint, ...], Child("waypoints")] = ()
    track: Annotated[Track | None, Child("track")] = None
    rest: Rest = NOTHING

    @property
    def whole_minutes(self) -> float | None:
        """From start to end, rest included; None where one of them is unknown."""
        if self.start is None or self.end is None:
            return None
        day = self.date
        return (datetime.combine(day, self.end) - datetime.combine(day, self.start)).total_seconds() / 60

    def faults(self) -> Iterator[Fault]:
        """An end before the start, a rest longer than the day."""
        whole = self.whole_minutes
        if whole is None:
            return
        if whole < 0:
            yield Fault("times-order", "endTime", {"start": self.start, "end": self.end})
        elif self.rest_minutes is not None and self.rest_minutes > whole:
            params = {"rest": f"{self.rest_minutes:g}", "whole": f"{whole:g}"}
            yield Fault("rest-long", "restMinutes", params, "warning")


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a patrol with one transport, one mandate and the same people."""

    id: Annotated[str, Attribute("id")]
    start: Annotated[date, Attribute("startDate")]
    end: Annotated[date, Attribute("endDate")]
    transport: Annotated[Label | None, Child("transportType")] = None
    members: Annotated[tuple[Member, ...], Child("members")] = ()
    days: Annotated[tuple[LegDay, ...], Child("days")] = ()
    mandate: Annotated[Label | None, Child("mandate")] = None
    rest: Rest = NOTHING

    def faults(self) -> Iterator[Fault]:
        """Dates that cannot be, people who count twice."""
        if self.end < self.start:
            yield Fault("dates-order", "endDate", {"what": "leg", "start": self.start, "end": self.end})
        for day, count in Counter(day.date for day in self.days).items():
            if not self.start <= day <= self.end:
                span = {"day": day, "start": self.start, "end": self.end}
                yield Fault("day-outside", "days", span, "warning")
            if count > 1:
                yield Fault("day-twice", "days", {"day": day})
        leaders = sum(member.is_leader is True for member in self.members)
        if leaders > 1:
            yield Fault("leaders", "members", {"leg": self.id, "count": leaders}, "warning")
        for person, count in Counter(
            (member.employee_id, member.given_name, member.family_name) for member in self.members
        ).items():
            if count > 1:
                params = {"name": f"{person[1]} {person[2]}", "leg": self.id}
                yield Fault("member-twice", "members", params, "warning")


@dataclass(frozen=True, slots=True)
class ExtraText:
    """A value that an extension of SMART added."""

    key: Annotated[str, Attribute("key")]
    value: Annotated[str | None, Attribute("value")] = None
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Extra:
    """What an extension of SMART added, such as the plan of the patrol."""

    type: Annotated[str | None, Attribute("type")] = None
    texts: Annotated[tuple[ExtraText, ...], Child("stringKey")] = ()
    rest: Rest = NOTHING


@dataclass(frozen=True, slots=True)
class Patrol:
    """A patrol as SMART exports it."""

    id: Annotated[str, Attribute("id")]
    patrol_type: Annotated[str, Attribute("patrolType")]
    start: Annotated[date, Attribute("startDate")]
    end: Annotated[date, Attribute("endDate")]
    is_armed: Annotated[bool | None, Attribute("isArmed")] = None
    objective: Annotated[Objective | None, Child("objective")] = None
    mandate: Annotated[Label | None, Child("mandate")] = None
    """Before SMART 7 of the whole patrol, since then of each leg."""
    team: Annotated[Label | None, Child("team")] = None
    station: Annotated[Label | None, Child("station")] = None
    legs: Annotated[tuple[Leg, ...], Child("legs")] = ()
    comment: Annotated[str | None, Leaf("comment")] = None
    extras: Annotated[tuple[Extra, ...], Child("extraData")] = ()
    rest: Rest = NOTHING

    @property
    def leg_days(self) -> Iterator[tuple[Leg, LegDay]]:
        """Each day with its leg, in the order of the file."""
        return ((leg, day) for leg in self.legs for day in leg.days)

    def faults(self) -> Iterator[Fault]:
        """Dates that cannot be."""
        if self.end < self.start:
            yield Fault("dates-order", "endDate", {"what": "patrol", "start": self.start, "end": self.end})
        for leg in self.legs:
            if not (self.start <= leg.start and leg.end <= self.end):
                params: dict[str, object] = {"leg": leg.id, "start": leg.start, "end": leg.end}
                yield Fault("leg-outside", "legs", params, "warning")
