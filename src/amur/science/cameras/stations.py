"""On which days each station worked: the effort behind every number of a survey.

Several cameras of a station that work at the same time count once: two that face each other see one passage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.cameras.effort import Span, operation, span_days
from amur.science.cameras.sample import Cameras, Definition, Floats, Integers, Times

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
        lengths = np.array([len(each) for each in self.daily])
        flat = np.concatenate([*self.daily, np.zeros(1)])
        since = (day.astype("M8[D]") - self.first[station]).astype(np.int64)
        stood = (since >= 0) & (since < lengths[station])
        places = np.where(stood, (np.cumsum(lengths) - lengths)[station] + since, len(flat) - 1)
        found: Floats = flat[places]
        return found


def station_effort(cameras: Cameras, definition: Definition = "span") -> StationEffort:
    """The effort of each station by the span of time in which a camera worked, or by days of the calendar.

    By the span, a day counts by its part in which at least one camera worked. By the calendar (as camtrapR
    does where hours are unknown), the days of setup and retrieval count a half each and days of an outage
    nothing; a station has at most one trap day a day.

    >>> both = Cameras(
    ...     ("A",), ("left", "right"), np.zeros(2, int),
    ...     np.array(["2026-03-01", "2026-03-02"], "M8[s]"), np.array(["2026-03-05", "2026-03-07"], "M8[s]"),
    ...     ((), ()), np.full((2, 2), np.nan), np.zeros(2))
    >>> station_effort(both).days, station_effort(both, "calendar").days
    (array([6.]), array([6.]))
    """
    first, daily = [], []
    for station in range(len(cameras.stations)):
        mine = np.flatnonzero((cameras.station == station) & (cameras.end > cameras.start))
        if not len(mine):
            first.append(np.datetime64("1970-01-01", "D"))
            daily.append(np.zeros(0))
            continue
        begun = cameras.start[mine].min().astype("M8[D]")
        length = int((cameras.end[mine].max().astype("M8[D]") - begun) / _DAY) + 1
        first.append(begun)
        daily.append(
            _by_calendar(cameras, mine, begun, length)
            if definition == "calendar"
            else _by_span(cameras, mine, begun, length)
        )
    return StationEffort(np.array(first, dtype="M8[D]"), tuple(daily))


def camera_days(cameras: Cameras, definition: Definition = "span") -> float:
    """The days of all deployments added up, cameras of one station each by itself."""
    total = 0.0
    for k in range(cameras.count):
        if cameras.end[k] > cameras.start[k]:
            span = Span(cameras.start[k], cameras.end[k])
            outages = cameras.outages[k]
            total += span_days(span, outages) if definition == "span" else operation(span, outages).sum()
    return float(total)


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
