"""The numbers of camera traps: effort, independent events, indices, histories, animals through time.

`numbers.compute` makes all tables of a survey, `sample.py` has what goes in. Stations, species and
individuals are numbered from 0; instants are datetime64 in UTC, days are local ones. `effort.py` and
`events.py` state the definitions that differ between programs and offer both.
"""

from __future__ import annotations

from amur.science.cameras.accumulation import Richness, chao2, rarefaction
from amur.science.cameras.catches import Catches, by_flanks, catches, flanks_of
from amur.science.cameras.effort import Span, calendar_nights, operation, span_days
from amur.science.cameras.events import independent_events
from amur.science.cameras.families import Families, families
from amur.science.cameras.histories import History, detection_history
from amur.science.cameras.individuals import (
    Turnover,
    flank_bounds,
    known_alive,
    minimum_known_alive,
    turnover,
)
from amur.science.cameras.numbers import compute, individual_catches
from amur.science.cameras.rates import Rate, abundance_index, naive_occupancy
from amur.science.cameras.sample import Cameras, Rules, Sightings, Table
from amur.science.cameras.stations import StationEffort, station_effort

__all__ = [
    "Cameras",
    "Catches",
    "Families",
    "History",
    "Rate",
    "Richness",
    "Rules",
    "Sightings",
    "Span",
    "StationEffort",
    "Table",
    "Turnover",
    "abundance_index",
    "by_flanks",
    "calendar_nights",
    "catches",
    "chao2",
    "compute",
    "detection_history",
    "families",
    "flank_bounds",
    "flanks_of",
    "independent_events",
    "individual_catches",
    "known_alive",
    "minimum_known_alive",
    "naive_occupancy",
    "operation",
    "rarefaction",
    "span_days",
    "station_effort",
    "turnover",
]
