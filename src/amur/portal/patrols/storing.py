"""Rows of patrols from what was read: legs, people, days, tracks, waypoints, observations.

Called by `importing` inside its transaction. `exporting` is the way back.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from django.contrib.gis.geos import LineString, MultiLineString

from amur.formats.errors import FormatErrors
from amur.formats.smart import fixes_of, geometry_of, instants_of
from amur.formats.smart.patrol import Label, Track
from amur.formats.smart.patrol import Leg as GivenLeg
from amur.formats.smart.patrol import LegDay as GivenDay
from amur.formats.smart.patrol import Patrol as Content
from amur.portal.patrols import bulk, store
from amur.portal.patrols.measuring import Measured, measured
from amur.portal.patrols.models import Act, Leg, LegDay, LegMember, Observation, Patrol, Waypoint
from amur.portal.patrols.packing import packed
from amur.portal.patrols.reading import GivenPatrol, pieces, problem
from amur.portal.patrols.rows import Row

BATCH: Final = 500
WAYPOINT: Final = ("id", "day", "code", "place", "at", "direction", "distance_m", "comment", "extra")
OBSERVATION: Final = ("waypoint", "group", "category", "values", "extra")


def store_patrol(act: Act, given: GivenPatrol, zone: str, tell: Callable[[float], None]) -> Patrol:
    """Store a patrol that an act begins. Raises FormatErrors for a time that no clock of the zone showed."""
    content = given.document.content
    tracks = _tracks(content, ZoneInfo(zone))
    found = measured(tracks, sum(1 for _day in content.leg_days), content.start, content.end)
    patrol = _patrol(act, given, zone)
    patrol.ledger = found.ledger
    patrol.track_file = store.keep_fixes(tracks) if len(tracks["day"]) else ""
    patrol.save()
    days = _legs(patrol, given, found)
    done = 0
    for piece in pieces(given):
        _waypoints(piece, days, given.file, ZoneInfo(zone))
        done += len(piece)
        tell(done / given.counts["waypoints"])
    return patrol


def _patrol(act: Act, given: GivenPatrol, zone: str) -> Patrol:
    content = given.document.content
    return Patrol(
        office=act.office,
        made=act,
        code=content.id,
        patrol_type=content.patrol_type,
        start=content.start,
        end=content.end,
        time_zone=zone,
        is_armed=content.is_armed,
        station=_word(content.station),
        team=_word(content.team),
        mandate=_word(content.mandate),
        objective=None if content.objective is None else content.objective.description,
        comment=content.comment,
        format_version=given.document.version,
        prefix=given.document.prefix,
        extra=_more(
            replace(
                content,
                station=_without_word(content.station),
                team=_without_word(content.team),
                mandate=_without_word(content.mandate),
                objective=content.objective and replace(content.objective, description=None),
                legs=(),
            ),
            ("station", "team", "mandate", "objective", "extras", "rest"),
        ),
        sha256=given.sha256,
    )


def _word(label: Label | None) -> str | None:
    return None if label is None else label.value


def _without_word(label: Label | None) -> Label | None:
    return None if label is None else replace(label, value=None)


def _more(made: Any, names: Sequence[str]) -> dict[str, Any]:
    """What some fields of an object say that are not as usual."""
    return {name: value for name, value in packed(made).items() if name in names}


def _legs(patrol: Patrol, given: GivenPatrol, found: Measured) -> list[list[LegDay]]:
    """Store legs, people and days; the days of each leg."""
    content, zone = given.document.content, ZoneInfo(patrol.time_zone)
    legs = Leg.objects.bulk_create([_leg(patrol, one) for one in content.legs], batch_size=BATCH)
    people = [
        LegMember(
            leg=leg,
            employee_id=one.employee_id,
            given_name=one.given_name,
            family_name=one.family_name,
            is_leader=one.is_leader,
            is_pilot=one.is_pilot,
            extra=_more(one, ("rest",)),
        )
        for leg, each in zip(legs, content.legs, strict=True)
        for one in each.members
    ]
    LegMember.objects.bulk_create(people, batch_size=BATCH)
    rows = [
        _day(leg, one, given.file, zone)
        for leg, each in zip(legs, content.legs, strict=True)
        for one in each.days
    ]
    for row, kilometres, line in zip(rows, found.kilometres, found.lines, strict=True):
        row.kilometres = kilometres
        if line is not None:
            row.line = MultiLineString([LineString(list(part.coords)) for part in line.geoms], srid=4326)
    stored = iter(LegDay.objects.bulk_create(rows, batch_size=BATCH))
    return [list(islice(stored, len(leg.days))) for leg in content.legs]


def _leg(patrol: Patrol, given: GivenLeg) -> Leg:
    blank = replace(
        given,
        transport=_without_word(given.transport),
        mandate=_without_word(given.mandate),
        members=(),
        days=(),
    )
    return Leg(
        patrol=patrol,
        code=given.id,
        start=given.start,
        end=given.end,
        transport=_word(given.transport),
        mandate=_word(given.mandate),
        extra=_more(blank, ("transport", "mandate", "rest")),
    )


def _day(leg: Leg, given: GivenDay, file: str, zone: ZoneInfo) -> LegDay:
    track = given.track
    more = _more(given, ("rest",))
    if track is not None:
        written = _written(track)
        more["track"] = packed(replace(track, geometry=written, distance_km=None))
    return LegDay(
        leg=leg,
        date=given.date,
        start=_instant(given.date, given.start, file, zone),
        end=_instant(given.date, given.end, file, zone),
        rest_minutes=given.rest_minutes,
        recorded_km=None if track is None else track.distance_km,
        extra=more,
    )


def _written(track: Track) -> str | None:
    """The geometry of a track where we would write it differently from its fixes."""
    if not track.geometry:
        return track.geometry
    return None if geometry_of(*fixes_of(track.geometry)) == track.geometry else track.geometry


def _instant(day: date, moment: time | None, file: str, zone: ZoneInfo) -> datetime | None:
    if moment is None:
        return None
    (found,) = _instants([(day, moment.isoformat())], file, zone)
    return found.replace(tzinfo=UTC)


def _instants(local: Sequence[tuple[date, str]], file: str, zone: ZoneInfo) -> list[datetime]:
    """Instants in UTC, without a zone, of days and times of day.

    Raises FormatErrors for those that no clock there showed.
    """
    texts = [f"{day.isoformat()}T{moment}" for day, moment in local]
    found = instants_of(np.array(texts, dtype="M8[ms]"), zone)
    for wrong in np.flatnonzero(np.isnat(found)).tolist():
        raise FormatErrors([problem("clock-none", file, zone=zone.key, time=texts[wrong])], 1)
    moments: list[datetime] = found.tolist()
    return moments


def _tracks(content: Content, zone: ZoneInfo) -> store.Columns:
    """The fixes of all days of a patrol, one below the other."""
    parts: dict[str, list[Any]] = {name: [] for name in store.COLUMNS}
    for number, (_leg, day) in enumerate(content.leg_days):
        if day.track is None or not day.track.geometry:
            continue
        longitude, latitude, wall, line = fixes_of(day.track.geometry)
        instant = instants_of(wall, zone)
        columns = (np.full(len(line), number), line, longitude, latitude, wall, instant)
        for name, column in zip(store.COLUMNS, columns, strict=True):
            parts[name].append(column.view(np.int64) if column.dtype.kind == "M" else column)
    kinds = dict.fromkeys(store.COLUMNS, np.int64) | {"longitude": np.float64, "latitude": np.float64}
    return {name: np.concatenate([np.empty(0, dtype=kinds[name]), *parts[name]]) for name in store.COLUMNS}


def _waypoints(piece: Sequence[Row], days: list[list[LegDay]], file: str, zone: ZoneInfo) -> None:
    """Store a piece of waypoints with their observations."""
    those = [days[row.leg][row.day] for row in piece]
    instants = _instants([(day.date, row.time) for day, row in zip(those, piece, strict=True)], file, zone)
    keys = bulk.keys(Waypoint, len(piece))
    bulk.insert(
        Waypoint,
        WAYPOINT,
        [
            (
                key,
                day.pk,
                row.code,
                bulk.place(row.longitude, row.latitude) if row.longitude or row.latitude else None,
                at,
                row.direction,
                row.distance,
                row.comment,
                row.more,
            )
            for key, day, at, row in zip(keys, those, bulk.moments(instants), piece, strict=True)
        ],
    )
    seen = [(key, *each) for key, row in zip(keys, piece, strict=True) for each in row.observations]
    bulk.insert(Observation, OBSERVATION, seen)
