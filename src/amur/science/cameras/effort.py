"""How long cameras looked: trap days by two definitions, with outages.

`span_days` is the sum of the time between start and end (as camtraptor computes it), less outages;
`calendar_nights` counts days of the calendar, the first and the last as a half where their hours are unknown
and days with an outage as none (as camtrapR does). The definitions differ: name the one that was used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Instants = NDArray[np.datetime64]
_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Span:
    """A time from `start` to `end`, instants of UTC or days of the calendar."""

    start: np.datetime64
    end: np.datetime64

    def __post_init__(self) -> None:
        if np.isnat(self.start) or np.isnat(self.end) or self.end < self.start:
            raise ValueError(f"the span from {self.start} to {self.end} is none")


def span_days(span: Span, outages: Sequence[Span] = ()) -> float:
    """The days between start and end, without outages; those that overlap count once.

    >>> def day(text): return np.datetime64(text, "s")
    >>> span_days(Span(day("2026-03-01T06:00"), day("2026-03-11T18:00")))
    10.5
    >>> span_days(Span(day("2026-03-01"), day("2026-03-11")), [Span(day("2026-03-10"), day("2026-03-20"))])
    9.0
    """
    lost, last = 0.0, span.start
    for outage in sorted(outages, key=lambda each: each.start):
        start, end = max(outage.start, last), min(outage.end, span.end)
        if end > start:
            lost += _days(end - start)
            last = end
    return _days(span.end - span.start) - lost


def calendar_nights(span: Span, outages: Sequence[Span] = (), *, hours_known: bool = False) -> float:
    """Days of the calendar on which a camera worked; start and end are local days (or times).

    Without hours the day of setup and the day of retrieval count a half each; with hours the part of them
    that it stood there. Days that an outage touches count nothing.

    >>> def day(text): return np.datetime64(text, "D")
    >>> calendar_nights(Span(day("2009-04-02"), day("2009-05-14")))
    42.0
    """
    return float(operation(span, outages, hours_known=hours_known).sum())


def operation(span: Span, outages: Sequence[Span] = (), *, hours_known: bool = False) -> Floats:
    """The effort of each day of the calendar (days,), from the day of setup to that of retrieval.

    >>> def day(text): return np.datetime64(text, "D")
    >>> operation(Span(day("2026-03-01"), day("2026-03-04"))).tolist()
    [0.5, 1.0, 1.0, 0.5]
    """
    first, last = _day(span.start), _day(span.end)
    effort = np.ones(int((last - first).astype(int)) + 1)
    if hours_known:
        effort[0] -= _days(span.start - first)
        effort[-1] -= 1 - _days(span.end - last)
    elif len(effort) == 1:
        effort[0] = 0.5
    else:
        effort[[0, -1]] = 0.5
    for outage in outages:
        start, end = (int((_day(each) - first).astype(int)) for each in (outage.start, outage.end))
        effort[max(start, 0) : max(end + 1, 0)] = 0.0
    return effort


def _days(time: np.timedelta64) -> float:
    return float(time / np.timedelta64(1, "s")) / _SECONDS


def _day(instant: np.datetime64) -> np.datetime64:
    day: np.datetime64 = instant.astype("M8[D]")
    return day
