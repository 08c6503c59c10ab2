"""When animals are active: kernel curves of the day, overlap of two species, the activity level.

Times are radians, midnight to midnight: `clocks.py` makes them of instants, `sun.py` says when the sun rises.
`kernel.py` has the curves, `overlap.py` their overlap with bootstrap intervals (`intervals.py`), `level.py`
the activity level.
"""

from __future__ import annotations

from amur.science.activity.clocks import anchored, local_times, since_midnight, times_of_day
from amur.science.activity.intervals import Intervals, intervals_of
from amur.science.activity.kernel import bandwidth_of, density_at
from amur.science.activity.level import Level, activity_level, level_with_interval
from amur.science.activity.overlap import Overlap, overlap_of, overlap_true, overlap_with_intervals
from amur.science.activity.sun import sunrise_and_sunset

__all__ = [
    "Intervals",
    "Level",
    "Overlap",
    "activity_level",
    "anchored",
    "bandwidth_of",
    "density_at",
    "intervals_of",
    "level_with_interval",
    "local_times",
    "overlap_of",
    "overlap_true",
    "overlap_with_intervals",
    "since_midnight",
    "sunrise_and_sunset",
    "times_of_day",
]
