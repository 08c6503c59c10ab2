"""From instants to times of day as animals live them: local standard time, or the time of the sun."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from amur.science.activity.kernel import TURN, Floats

_DAY = 86_400


def local_times(
    instants: NDArray[np.datetime64], zone: tzinfo, *, summer_time: bool = False
) -> NDArray[np.datetime64]:
    """What clocks of a zone show (n,) at instants in UTC (n,): standard time, unless `summer_time` is wanted.

    Raises ValueError for an instant that is missing.

    >>> from zoneinfo import ZoneInfo
    >>> noon = np.array(["2026-03-01T02:00:00"], dtype="M8[s]")
    >>> local_times(noon, ZoneInfo("Asia/Vladivostok"))[0]
    np.datetime64('2026-03-01T12:00:00')
    """
    if np.isnat(instants).any():
        raise ValueError(f"instant {int(np.isnat(instants).argmax()) + 1} is missing")
    seconds = instants.astype("M8[s]").astype(np.int64)
    quarters, places = np.unique(seconds // 900, return_inverse=True)
    starts = (quarter * 900 for quarter in quarters.tolist())  # an offset holds for a quarter of an hour
    offsets = np.array([_offset(start, zone, summer_time) for start in starts], dtype=np.int64)
    found: NDArray[np.datetime64] = (seconds + offsets[places]).astype("M8[s]")
    return found


def times_of_day(instants: NDArray[np.datetime64], zone: tzinfo, *, summer_time: bool = False) -> Floats:
    """Times of day (n,) in radians of instants in UTC (n,).

    Animals do not move their clocks: the standard time of the zone is taken unless `summer_time` is wanted.
    Raises ValueError for an instant that is missing.

    >>> from zoneinfo import ZoneInfo
    >>> noon = np.array(["2026-03-01T02:00:00"], dtype="M8[s]")
    >>> times_of_day(noon, ZoneInfo("Asia/Vladivostok")) == np.pi
    array([ True])
    """
    return since_midnight(local_times(instants, zone, summer_time=summer_time))


def since_midnight(times: NDArray[np.datetime64]) -> Floats:
    """The time of day (n,) in radians of local times (n,).

    >>> since_midnight(np.array(["2026-03-01T06:00"], dtype="M8[s]")) == np.pi / 2
    array([ True])
    """
    seconds: NDArray[np.int64] = times.astype("M8[s]").astype(np.int64) % _DAY
    return seconds.astype(np.float64) * (TURN / _DAY)


def _offset(seconds: int, zone: tzinfo, summer_time: bool) -> int:
    moment = datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    offset = moment.utcoffset() or timedelta()
    if not summer_time:
        offset -= moment.dst() or timedelta()
    return int(offset.total_seconds())


def anchored(times: Floats, sunrise: Floats, sunset: Floats) -> Floats:
    """Times (n,) in radians moved so that sunrise and sunset of their days (n,) fall on the mean ones.

    Between the two anchors time is stretched evenly. Source: Vazquez et al. (2019), Comparing diel activity
    patterns of wildlife across latitudes and seasons, Methods Ecol. Evol. 10 (average anchoring). Raises
    ValueError where the sun sets before it rises.

    >>> anchored(np.array([1.0, 2.0]), np.array([1.0, 2.0]), np.array([5.0, 5.0])).tolist()
    [1.5, 1.5]
    """
    if not (sunrise < sunset).all():
        raise ValueError(f"day {int((sunrise >= sunset).argmax()) + 1}: the sun sets before it rises")
    rise, fall = float(sunrise.mean()), float(sunset.mean())
    since = (times - sunrise) % TURN
    day = sunset - sunrise
    by_day = rise + since / day * (fall - rise)
    by_night = fall + (since - day) / (TURN - day) * (TURN - (fall - rise))
    found: Floats = np.where(since <= day, by_day, by_night) % TURN
    return found
