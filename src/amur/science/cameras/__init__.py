"""The numbers of camera traps: effort, independent events, indices, histories, animals through time.

Stations, species and individuals are numbered from 0; instants are datetime64 in UTC, days are local ones.
`effort.py` and `events.py` state the definitions that differ between programs and offer both.
"""

from __future__ import annotations

from amur.science.cameras.accumulation import Richness, chao2, rarefaction
from amur.science.cameras.effort import Span, calendar_nights, operation, span_days
from amur.science.cameras.events import independent_events
from amur.science.cameras.histories import History, detection_history
from amur.science.cameras.individuals import (
    Turnover,
    flank_bounds,
    known_alive,
    minimum_known_alive,
    turnover,
)
from amur.science.cameras.rates import Rate, abundance_index, naive_occupancy

__all__ = [
    "History",
    "Rate",
    "Richness",
    "Span",
    "Turnover",
    "abundance_index",
    "calendar_nights",
    "chao2",
    "detection_history",
    "flank_bounds",
    "independent_events",
    "known_alive",
    "minimum_known_alive",
    "naive_occupancy",
    "operation",
    "rarefaction",
    "span_days",
    "turnover",
]
