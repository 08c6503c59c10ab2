"""A patrol as a document of SMART again, equal to the one that came in. Called by the pages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from amur.formats.smart import Document, geometry_of
from amur.formats.smart import patrol as smart
from amur.portal.patrols import store
from amur.portal.patrols.models import Leg, LegDay, LegMember, Observation, Patrol, Waypoint
from amur.portal.patrols.packing import unpacked

Rows = Mapping[int, Sequence[Any]]


def document_of(patrol: Patrol) -> Document[smart.Patrol]:
    """The document of a patrol. Raises `uploads.Gone` where its file of fixes is missing or damaged."""
    fixes = store.read_fixes(patrol.track_file) if patrol.track_file else {}
    zone = ZoneInfo(patrol.time_zone)
    days = LegDay.objects.filter(leg__patrol=patrol).order_by("pk").defer("line")
    waypoints = _by(Waypoint.objects.filter(day__leg__patrol=patrol).order_by("pk"), "day_id")
    seen = _by(Observation.objects.filter(waypoint__day__leg__patrol=patrol).order_by("pk"), "waypoint_id")
    days_of: dict[int, list[smart.LegDay]] = defaultdict(list)
    for number, day in enumerate(days):
        made = _day(day, _geometry(fixes, number), zone)
        points = tuple(_waypoint(one, seen.get(one.pk, ()), zone) for one in waypoints.get(day.pk, ()))
        days_of[day.leg_id].append(replace(made, waypoints=points))
    people = _by(LegMember.objects.filter(leg__patrol=patrol).order_by("pk"), "leg_id")
    legs = tuple(
        _leg(leg, people.get(leg.pk, ()), tuple(days_of[leg.pk])) for leg in patrol.legs.order_by("pk")
    )
    return Document(replace(_frame(patrol), legs=legs), patrol.format_version, patrol.prefix)


def _by(rows: Any, name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _frame(patrol: Patrol) -> smart.Patrol:
    made = unpacked(
        smart.Patrol,
        {
            "id": patrol.code,
            "patrol_type": patrol.patrol_type,
            "start": patrol.start.isoformat(),
            "end": patrol.end.isoformat(),
            **patrol.extra,
        },
    )
    return replace(
        made,
        is_armed=patrol.is_armed,
        station=_label(made.station, patrol.station),
        team=_label(made.team, patrol.team),
        mandate=_label(made.mandate, patrol.mandate),
        objective=made.objective and replace(made.objective, description=patrol.objective),
        comment=patrol.comment,
    )


def _label(kept: smart.Label | None, word: str | None) -> smart.Label | None:
    return None if kept is None else replace(kept, value=word)


def _leg(leg: Leg, people: Sequence[LegMember], days: tuple[smart.LegDay, ...]) -> smart.Leg:
    given = {"id": leg.code, "start": leg.start.isoformat(), "end": leg.end.isoformat()}
    made = unpacked(smart.Leg, {**given, **leg.extra})
    return replace(
        made,
        transport=_label(made.transport, leg.transport),
        mandate=_label(made.mandate, leg.mandate),
        members=tuple(_member(one) for one in people),
        days=days,
    )


def _member(member: LegMember) -> smart.Member:
    names = {"given_name": member.given_name, "family_name": member.family_name}
    made = unpacked(smart.Member, {**names, **member.extra})
    return replace(made, employee_id=member.employee_id, is_pilot=member.is_pilot, is_leader=member.is_leader)


def _day(day: LegDay, geometry: str | None, zone: ZoneInfo) -> smart.LegDay:
    made = unpacked(smart.LegDay, {"date": day.date.isoformat(), **day.extra})
    track = made.track
    if track is not None:
        track = replace(track, geometry=track.geometry or geometry, distance_km=day.recorded_km)
    return replace(
        made,
        start=_clock(day.start, zone),
        end=_clock(day.end, zone),
        rest_minutes=day.rest_minutes,
        track=track,
    )


def _clock(instant: datetime | None, zone: ZoneInfo) -> time | None:
    return None if instant is None else instant.astimezone(zone).time()


def _geometry(fixes: store.Columns, number: int) -> str | None:
    """The track of a day from its fixes; None without any."""
    if not fixes:
        return None
    which = fixes["day"] == number
    if not which.any():
        return None
    wall = fixes["wall"][which].view("M8[ms]")
    return geometry_of(fixes["longitude"][which], fixes["latitude"][which], wall, fixes["line"][which])


def _waypoint(row: Waypoint, seen: Sequence[Observation], zone: ZoneInfo) -> smart.Waypoint:
    more = dict(row.extra or {})
    groups = [unpacked(smart.Group, one) for one in more.pop("groups", [])]
    made: dict[int | None, list[smart.Observation]] = defaultdict(list)
    for one in seen:
        made[one.group].append(_observation(one))
    count = max([len(groups), *(number + 1 for number in made if number is not None)])
    groups += [smart.Group()] * (count - len(groups))
    place = (0.0, 0.0) if row.place is None else (row.place.x, row.place.y)
    return replace(
        unpacked(
            smart.Waypoint, {"id": row.code, "longitude": 0.0, "latitude": 0.0, "time": "00:00", **more}
        ),
        longitude=place[0],
        latitude=place[1],
        time=row.at.astimezone(zone).time(),
        direction=row.direction,
        distance=row.distance_m,
        comment=row.comment,
        groups=tuple(replace(group, observations=tuple(made[number])) for number, group in enumerate(groups)),
        direct=tuple(made[None]),
    )


def _observation(row: Observation) -> smart.Observation:
    return unpacked(smart.Observation, {"category": row.category, "values": row.values, **(row.extra or {})})
