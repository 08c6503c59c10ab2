"""Instants out of SMART: its days, times and tracks are the local wall clock, without a zone.

The geometry of a track is a MultiLineString with Z, where Z is the milliseconds from 1970 to the *local* wall
clock, as if that were UTC. Whoever takes it for UTC is 8 to 10 hours wrong on the Amur. Everything here
therefore needs the time zone of the place. Of an hour that a clock showed twice the first is taken.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray

from amur.formats.cameratraps.tables import local_time

Floats = NDArray[np.float64]
Instants = NDArray[np.datetime64]


def instants_of(wall: Instants, zone: ZoneInfo) -> Instants:
    """Instants in UTC (n,) of a wall clock (n,); NaT where it is NaT or no clock of the zone showed it.

    >>> wall = np.array(["2026-03-02T21:00:01"], dtype="M8[ms]")
    >>> instants_of(wall, ZoneInfo("Asia/Vladivostok")).tolist()
    [datetime.datetime(2026, 3, 2, 11, 0, 1)]
    """
    # Offsets change at quarters of an hour: one look at the zone serves all times of a quarter.
    found = np.full(wall.shape, np.datetime64("NaT"), dtype="M8[ms]")
    known = ~np.isnat(wall)
    quarters, which = np.unique(wall[known].astype("M8[ms]").astype("M8[15m]"), return_inverse=True)
    offsets = np.array([_offset(each.astype("M8[s]").item(), zone) for each in quarters], dtype="m8[ms]")
    found[known] = wall[known].astype("M8[ms]") - offsets[which]
    return found


def instant_of(day: date, moment: time, zone: ZoneInfo) -> datetime | None:
    """The instant of a day and a time of day at a place; None where no clock there showed it.

    >>> instant_of(date(2026, 3, 2), time(21), ZoneInfo("Asia/Shanghai")).isoformat()
    '2026-03-02T21:00:00+08:00'
    """
    return local_time(f"{day.isoformat()} {moment.replace(microsecond=0).isoformat()}", zone)


def fixes_of(geometry: str) -> tuple[Floats, Floats, Instants, NDArray[np.int64]]:
    """Longitude and latitude (n,) in degrees, wall clock (n,) and the number of the line (n,) of a track.

    Raises ValueError where the text is no hexadecimal well-known binary of a line or lines.

    >>> line = shapely.MultiLineString([[(135.0, 48.0, 1772485201000), (135.1, 48.0, 1772485261000)]])
    >>> fixes_of(shapely.to_wkb(line, hex=True, byte_order=0))[2].tolist()[0]
    datetime.datetime(2026, 3, 2, 21, 0, 1)
    """
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", geometry):
        raise ValueError("it is not hexadecimal")
    try:
        lines = shapely.from_wkb(bytes.fromhex(geometry))
    except shapely.GEOSException as error:
        raise ValueError(str(error).strip()) from error
    if lines is None or lines.geom_type not in ("LineString", "MultiLineString"):
        raise ValueError(f"it is a {lines.geom_type if lines is not None else 'nothing'}")
    points = shapely.get_coordinates(lines, include_z=True)
    parts = shapely.get_parts(lines) if lines.geom_type == "MultiLineString" else np.array([lines])
    number = np.repeat(np.arange(len(parts)), shapely.get_num_coordinates(parts))
    wall = np.full(len(points), np.datetime64("NaT"), dtype="M8[ms]")
    timed = np.isfinite(points[:, 2])
    wall[timed] = points[timed, 2].astype(np.int64).astype("M8[ms]")
    return points[:, 0].copy(), points[:, 1].copy(), wall, number


def geometry_of(longitude: Floats, latitude: Floats, wall: Instants, line: NDArray[np.int64]) -> str:
    """The geometry of a track as SMART writes it: big-endian, Z flagged by the high bit."""
    z = wall.astype("M8[ms]").astype(np.int64).astype(float)
    z[np.isnat(wall)] = np.nan
    points = np.column_stack([longitude, latitude, z])
    lines = [shapely.LineString(points[line == number]) for number in np.unique(line)]
    hexed: str = shapely.to_wkb(shapely.MultiLineString(lines), hex=True, byte_order=0, flavor="extended")
    return hexed.lower()


def _offset(wall: datetime, zone: ZoneInfo) -> np.timedelta64:
    moment = local_time(wall.isoformat(sep=" "), zone)
    offset = moment.utcoffset() if moment is not None else None
    if offset is None:
        return np.timedelta64("NaT", "ms")
    return np.timedelta64(round(offset.total_seconds() * 1000), "ms")
