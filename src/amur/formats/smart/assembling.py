"""Patrols and incidents out of the messages of phones, whatever the order they came in.

The same set of messages gives the same patrol. Messages name their patrol, the fixes of a track do not: they
belong to the patrol that their phone was on at that time (`spans_of`). Each message repeats what the patrol
is (team, transport, people …), so that a lost one costs only its own observation. Called by the portal's room
of patrols for what phones send and for files of theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from amur.formats.smart.clocks import geometry_of
from amur.formats.smart.incident import Incident
from amur.formats.smart.mobile import Message
from amur.formats.smart.observing import groups_of, has_category
from amur.formats.smart.patrol import Label, Leg, LegDay, Member, Patrol, Track, Waypoint
from amur.formats.smart.saying import label, latest, members, number, objective, said, text, truth, word
from amur.formats.smart.words import UnknownIdentifier, Words

STARTS, STOPS = ("NewPatrol", "start"), ("StopPatrol", "stop", "end")
PAUSES, RESUMES = "PausePatrol", "ResumePatrol"


class Fix(NamedTuple):
    """A place of a track with its time, which has an offset."""

    at: datetime
    longitude: float
    latitude: float


class Reason(NamedTuple):
    """Why a message waits: a code, and what it is about."""

    code: str
    about: str = ""


class Span(NamedTuple):
    """When a phone was on a patrol; `end` is None while nobody has said that it is over."""

    patrol: str
    start: datetime
    end: datetime | None
    is_closed: bool
    """Whether the phone itself has ended it."""

    def holds(self, at: datetime) -> bool:
        """Whether a time belongs to it."""
        if self.end is None:
            return self.start <= at
        return self.start <= at <= self.end if self.is_closed else self.start <= at < self.end


@dataclass(slots=True)
class Assembled:
    """A patrol, and which of its messages wait and why."""

    patrol: Patrol | None
    waiting: dict[str, Reason] = field(default_factory=dict)


def instant_of_message(message: Message, zone: ZoneInfo) -> datetime | None:
    """When it was; a time without an offset is the wall clock of the place."""
    if message.moment is None:
        return None
    return message.moment if message.moment.tzinfo else message.moment.replace(tzinfo=zone).astimezone(UTC)


def start_of_patrol(message: Message, zone: ZoneInfo) -> datetime | None:
    """When the patrol of a message began, as the message repeats it; None where it does not."""
    at = instant_of_message(message, zone)
    told = said(message)
    day, clock = told.get("SMART_PatrolStartDate"), told.get("SMART_PatrolStartTime")
    if at is None or not isinstance(day, str) or not isinstance(clock, str):
        return at if message.event in STARTS else None
    try:
        begun = datetime.fromisoformat(f"{day.replace('/', '-')}T{clock}").replace(tzinfo=at.tzinfo)
    except ValueError:
        return None
    return begun if timedelta(0) <= at - begun < timedelta(days=366) else None


def spans_of(patrols: Iterable[tuple[str, datetime, datetime | None]]) -> tuple[Span, ...]:
    """When a phone was on which patrol, of (patrol, first time, time of its stop or None).

    A patrol that never stopped lasts until the next one begins.
    """
    known = sorted(patrols, key=lambda one: (one[1], one[0]))
    found = []
    for position, (patrol, first, stop) in enumerate(known, start=1):
        later = next((other for _name, other, _stop in known[position:] if other > first), None)
        end = stop if stop is not None and stop >= first else later
        found.append(Span(patrol, first, end, end is not None and end == stop))
    return tuple(found)


def patrol_at(spans: Sequence[Span], at: datetime) -> Span | None:
    """The patrol of a time; of several the one that began last."""
    return next((span for span in reversed(spans) if span.holds(at)), None)


def assemble(
    patrol: str, messages: Mapping[str, Message], track: Iterable[Fix], words: Words, zone: ZoneInfo
) -> Assembled:
    """The patrol of messages by digest, and of the fixes of its time; without one time there is no patrol."""
    found = Assembled(None)
    counted: dict[int, str] = {}
    used: dict[str, Message] = {}
    for digest, message in sorted(messages.items()):
        if message.counter is not None and counted.setdefault(message.counter, digest) != digest:
            found.waiting[digest] = Reason("conflict", str(message.counter))
        elif message.moment is None:
            found.waiting[digest] = Reason("no-time")
        else:
            used[digest] = message
    if not used:
        return found
    gaps = bool(counted) and (len(counted) < max(counted) or min(counted) < 1)
    order = sorted(used, key=lambda one: _order(used[one], one, zone))
    legs = _legs(patrol, [used[one] for one in order], tuple(track), words, zone, gaps)
    _observe(legs, {one: used[one] for one in order}, words, zone, found.waiting)
    told = latest([used[one] for one in order])
    days = [day for leg in legs for day in leg.days]
    found.patrol = Patrol(
        id=patrol,
        patrol_type=(word(told, "SMART_PatrolType", words) or "UNKNOWN")[:60],
        start=min(day.date for day in days),
        end=max(day.date for day in days),
        is_armed=truth(told.get("SMART_Armed")),
        objective=objective(told),
        team=label(told, "SMART_Team", words),
        station=label(told, "SMART_Station", words),
        legs=tuple(leg.made() for leg in legs),
        comment=text(told, "SMART_Comments"),
    )
    return found


def incident_of(
    code: str, messages: Mapping[str, Message], words: Words, zone: ZoneInfo
) -> tuple[Incident | None, dict[str, Reason]]:
    """The independent incident of messages by digest, and which of them wait and why."""
    waiting: dict[str, Reason] = {}
    good: dict[str, Message] = {}
    for digest in sorted(messages, key=lambda one: _order(messages[one], one, zone)):
        message = messages[digest]
        reason = _reason(message, words)
        if reason is not None:
            waiting[digest] = reason
        else:
            good[digest] = message
    if not good:
        return None, waiting
    first = next(iter(good.values()))
    at = instant_of_message(first, zone)
    assert at is not None  # noqa: S101  # `_reason` holds back those without a time
    told = latest(list(good.values()))
    comment = told.get("comment")
    return Incident(
        id=code,
        longitude=first.longitude or 0.0,
        latitude=first.latitude or 0.0,
        moment=at.astimezone(zone).replace(tzinfo=None, microsecond=0),
        direction=number(first, "bearing"),
        distance=number(first, "distance"),
        comment=comment if isinstance(comment, str) and comment else None,
        groups=groups_of(list(good.values()), words),
    ), waiting


def root_of(message: Message, digest: str) -> str:
    """What the messages of one place and time have in common."""
    properties = message.whole.get("properties")
    root = properties.get("rootId") if isinstance(properties, dict) else None
    return root if isinstance(root, str) and 0 < len(root) <= 200 else message.id or digest


@dataclass(slots=True)
class _Leg:
    """A leg that is being made."""

    code: str
    transport: Label | None
    mandate: Label | None
    members: tuple[Member, ...]
    days: list[LegDay]

    def made(self) -> Leg:
        return Leg(
            self.code,
            min(day.date for day in self.days),
            max(day.date for day in self.days),
            self.transport,
            self.members,
            tuple(self.days),
            self.mandate,
        )

    def day_of(self, day: date) -> int:
        """The number of a day of it."""
        return next(position for position, one in enumerate(self.days) if one.date == day)


def _order(message: Message, digest: str, zone: ZoneInfo) -> tuple[float, int, str]:
    at = instant_of_message(message, zone)
    return (at.timestamp() if at else 0.0, message.counter or 0, digest)


def _leg_of(message: Message) -> str:
    """The leg of a message: its counter, or the identifier that other programs give it."""
    leg = said(message).get("patrolLegUuid")
    return leg.strip()[:200] if isinstance(leg, str) else str(message.leg or 1)


def _legs(
    patrol: str, messages: Sequence[Message], track: tuple[Fix, ...], words: Words, zone: ZoneInfo, gaps: bool
) -> list[_Leg]:
    """The legs with their days: each moment belongs to the last leg that had begun."""
    of: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        of[_leg_of(message)].append(message)
    moments: dict[str, list[datetime]] = {leg: [_at(one, zone) for one in those] for leg, those in of.items()}
    begun = sorted((min(several), leg) for leg, several in moments.items())
    fixes: dict[str, set[Fix]] = defaultdict(set)
    for message in messages:
        if message.longitude is not None and message.latitude is not None:
            fixes[_leg_of(message)].add(Fix(_at(message, zone), message.longitude, message.latitude))
    for fix in track:
        leg = next((name for first, name in reversed(begun) if first <= fix.at), begun[0][1])
        fixes[leg].add(fix)
        moments[leg].append(fix.at)
    pauses = _pauses(messages, zone)
    return [
        _leg(leg, of[leg], moments[leg], sorted(fixes[leg]), words, zone, None if gaps else pauses)
        for _first, leg in begun
    ]


def _at(message: Message, zone: ZoneInfo) -> datetime:
    at = instant_of_message(message, zone)
    assert at is not None  # noqa: S101  # those without a time wait
    return at


def _leg(
    code: str,
    messages: Sequence[Message],
    moments: Sequence[datetime],
    fixes: Sequence[Fix],
    words: Words,
    zone: ZoneInfo,
    pauses: Sequence[tuple[datetime, datetime]] | None,
) -> _Leg:
    told = latest(messages)
    by_day: dict[date, list[datetime]] = defaultdict(list)
    for at in moments:
        by_day[at.astimezone(zone).date()].append(at)
    ways: dict[date, list[Fix]] = defaultdict(list)
    for fix in fixes:
        ways[fix.at.astimezone(zone).date()].append(fix)
    days = [
        LegDay(
            date=day,
            start=_clock(min(several), zone),
            end=_clock(max(several), zone),
            rest_minutes=None if pauses is None else _rest(pauses, min(several), max(several)),
            track=_track(ways[day], zone),
        )
        for day, several in sorted(by_day.items())
    ]
    return _Leg(
        code,
        label(told, "SMART_PatrolTransport", words) or label(told, "transportType", words),
        label(told, "SMART_Mandate", words) or label(told, "mandate", words),
        members(told, words),
        days,
    )


def _clock(at: datetime, zone: ZoneInfo) -> time:
    return at.astimezone(zone).time().replace(microsecond=0)


def _pauses(messages: Sequence[Message], zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """From each pause to when somebody went on."""
    found, since = [], None
    for message in messages:
        if message.event == PAUSES and since is None:
            since = _at(message, zone)
        elif since is not None and message.event in (RESUMES, *STOPS):
            found.append((since, _at(message, zone)))
            since = None
    return found


def _rest(pauses: Sequence[tuple[datetime, datetime]], first: datetime, last: datetime) -> float:
    """Minutes of pauses between two times."""
    spans = ((max(start, first), min(end, last)) for start, end in pauses)
    return round(sum(max((end - start).total_seconds(), 0.0) for start, end in spans) / 60, 3)


def _track(fixes: Sequence[Fix], zone: ZoneInfo) -> Track | None:
    """A track of two fixes or more."""
    if len(fixes) < 2:
        return None
    wall = np.array([fix.at.astimezone(zone).replace(tzinfo=None) for fix in fixes], dtype="M8[ms]")
    places = np.array([(fix.longitude, fix.latitude) for fix in fixes])
    return Track(geometry_of(places[:, 0], places[:, 1], wall, np.zeros(len(fixes), dtype=np.int64)))


def _reason(message: Message, words: Words) -> Reason | None:
    """Why the observation of a message cannot be taken."""
    if message.moment is None:
        return Reason("no-time")
    if not has_category(message):
        return Reason("no-category")
    try:
        groups_of([message], words)
    except UnknownIdentifier as unknown:
        return Reason(f"unknown-{unknown.kind}", unknown.identifier)
    return None


def _observe(
    legs: Sequence[_Leg],
    messages: Mapping[str, Message],
    words: Words,
    zone: ZoneInfo,
    waiting: dict[str, Reason],
) -> None:
    """Put what was observed into the days; what cannot be understood waits."""
    of_leg = {leg.code: leg for leg in legs}
    roots: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for digest, message in messages.items():
        if message.event not in ("Observation", "waypoint/new", "waypoint"):
            continue
        reason = _reason(message, words) if has_category(message) or message.shape == "data" else None
        if reason is not None:
            waiting[digest] = reason
        elif has_category(message):
            roots[_leg_of(message), root_of(message, digest)].append(message)
    for position, ((code, _root), several) in enumerate(roots.items(), start=1):
        leg, first = of_leg[code], several[0]
        counters = [message.counter for message in several if message.counter is not None]
        at = _at(first, zone).astimezone(zone)
        day = leg.day_of(at.date())
        point = Waypoint(
            id=str(min(counters) if counters else position),
            longitude=first.longitude or 0.0,
            latitude=first.latitude or 0.0,
            time=_clock(at, zone),
            direction=number(first, "bearing"),
            distance=number(first, "distance"),
            groups=groups_of(several, words),
        )
        leg.days[day] = replace(leg.days[day], waypoints=(*leg.days[day].waypoints, point))
