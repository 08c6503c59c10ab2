"""On which days each station worked: the effort behind every number of a survey.

Several cameras of a station that work at the same time count once: two that face each other see one passage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from amur.science.cameras.effort import Span, operation
from amur.science.cameras.sample import Cameras, Definition, Floats, Integers, Period, Times

_DAY = np.timedelta64(1, "D")
_SECONDS = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class StationEffort:
    """`first` (S,) is the first local day of each station, `daily` its effort from that day on, in days.

    A station without a deployment has no day and no effort.
    """

    first: Times
    daily: tuple[Floats, ...]

    @property
    def days(self) -> Floats:
        """Trap days of each station (S,)."""
        return np.array([each.sum() for each in self.daily])

    def on(self, station: Integers, day: Times) -> Floats:
        """The effort (n,) of stations (n,) on local days (n,); 0 where none of its cameras stood."""
        lengths = np.array([len(each) for each in self.daily], dtype=np.int64)
        flat = np.concatenate([*self.daily, np.zeros(1)])
        since = (day.astype("M8[D]") - self.first[station]).astype(np.int64)
        stood = (since >= 0) & (since < lengths[station])
        places = np.where(stood, (np.cumsum(lengths) - lengths)[station] + since, len(flat) - 1)
        found: Floats = flat[places]
        return found


def station_effort(
    cameras: Cameras, definition: Definition = "span", period: Period | None = None
) -> StationEffort:
    """The effort of each station by the span of time in which a camera worked, or by days of the calendar.

    By the span, a day counts by its part in which at least one camera worked. By the calendar (as camtrapR
    does where hours are unknown), the days of setup and retrieval count a half each and days of an outage
    nothing; a station has at most one trap day a day. `period` cuts days before its first and after its last
    one.

    >>> both = Cameras(
    ...     ("A",), ("left", "right"), np.zeros(2, int),
    ...     np.array(["2026-03-01", "2026-03-02"], "M8[s]"), np.array(["2026-03-05", "2026-03-07"], "M8[s]"),
    ...     ((), ()), np.full((2, 2), np.nan), np.zeros(2))
    >>> station_effort(both).days, station_effort(both, "calendar").days
    (array([6.]), array([6.]))
    """
    counted = _by_calendar if definition == "calendar" else _by_span
    first, daily = [], []
    for station in range(len(cameras.stations)):
        mine = np.flatnonzero((cameras.station == station) & (cameras.end > cameras.start))
        begun: np.datetime64 = np.datetime64("1970-01-01", "D")
        effort = np.zeros(0)
        if len(mine):
            begun = cameras.start[mine].min().astype("M8[D]")
            length = int((cameras.end[mine].max().astype("M8[D]") - begun) / _DAY) + 1
            begun, effort = _cut(begun, counted(cameras, mine, begun, length), period)
        first.append(begun)
        daily.append(effort)
    return StationEffort(np.array(first, dtype="M8[D]"), tuple(daily))


def camera_days(cameras: Cameras, definition: Definition = "span", period: Period | None = None) -> float:
    """The days of all deployments added up, cameras of one station each by itself."""
    alone = replace(cameras, stations=cameras.codes, station=np.arange(cameras.count))
    return float(station_effort(alone, definition, period).days.sum())


def _cut(begun: np.datetime64, effort: Floats, period: Period | None) -> tuple[np.datetime64, Floats]:
    """Effort from its first to its last day with any, inside a period."""
    low, high = 0, len(effort)
    if period is not None:
        low = max(int((period[0].astype("M8[D]") - begun) / _DAY), 0)
        high = min(int((period[1].astype("M8[D]") - begun) / _DAY) + 1, high)
    worked = np.flatnonzero(effort[low:high] > 0) if high > low else np.zeros(0, dtype=np.int64)
    if not len(worked):
        return begun, np.zeros(0)
    start, end = low + int(worked[0]), low + int(worked[-1]) + 1
    return begun + start * _DAY, effort[start:end]


def _by_calendar(cameras: Cameras, mine: Integers, begun: np.datetime64, length: int) -> Floats:
    effort = np.zeros(length)
    for k in mine:
        each = operation(Span(cameras.start[k], cameras.end[k]), cameras.outages[k])
        at = int((cameras.start[k].astype("M8[D]") - begun) / _DAY)
        effort[at : at + len(each)] += each
    return np.minimum(effort, 1.0)


def _by_span(cameras: Cameras, mine: Integers, begun: np.datetime64, length: int) -> Floats:
    zero = begun.astype("M8[s]")
    working = []
    for k in mine:
        working += _without(cameras.start[k], cameras.end[k], cameras.outages[k])
    effort = np.zeros(length)
    for start, end in _joined([(_since(low, zero), _since(high, zero)) for low, high in working]):
        low, high = start // _SECONDS, end // _SECONDS
        if low == high:
            effort[low] += (end - start) / _SECONDS
            continue
        effort[low] += 1 - (start % _SECONDS) / _SECONDS
        effort[low + 1 : high] += 1.0
        if end % _SECONDS:
            effort[high] += (end % _SECONDS) / _SECONDS
    return effort


def _since(time: np.datetime64, zero: np.datetime64) -> int:
    return int((time.astype("M8[s]") - zero) / np.timedelta64(1, "s"))


def _without(
    start: np.datetime64, end: np.datetime64, outages: tuple[Span, ...]
) -> list[tuple[np.datetime64, np.datetime64]]:
    """The parts of a time outside its outages."""
    found, last = [], start
    for outage in sorted(outages, key=lambda each: each.start):
        if outage.start > last:
            found.append((last, min(outage.start, end)))
        last = max(last, outage.end)
    if last < end:
        found.append((last, end))
    return [(low, high) for low, high in found if high > low]


def _joined(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts of time without overlaps."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(parts):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found
