"""Effort of patrols: segments of fixes, the cleaning ledger, cells, coverage, measures, encounter rates.

Pure functions on arrays. Places are degrees of WGS 84, instants datetime64 in UTC, lengths geodesic.
"""

from __future__ import annotations

from amur.science.effort.coverage import Coverage, coverage_of, days_since
from amur.science.effort.geodesy import EqualArea, lengths
from amur.science.effort.grid import Effort, Grid, effort_of
from amur.science.effort.ledger import ALL, Entry, Ledger, Limits, Rule, clean, without
from amur.science.effort.leg_days import LegDays, local_days
from amur.science.effort.measures import MEASURES, Measure, Told, per_patrol, told
from amur.science.effort.quality import TrackDays, track_days
from amur.science.effort.rates import Rate, patrol_rate, poisson_rate
from amur.science.effort.segments import Fixes, Segments, segments_of
from amur.science.effort.visits import Visits, area_shares, visits_of

__all__ = [
    "ALL",
    "MEASURES",
    "Coverage",
    "Effort",
    "Entry",
    "EqualArea",
    "Fixes",
    "Grid",
    "Ledger",
    "LegDays",
    "Limits",
    "Measure",
    "Rate",
    "Rule",
    "Segments",
    "Told",
    "TrackDays",
    "Visits",
    "area_shares",
    "clean",
    "coverage_of",
    "days_since",
    "effort_of",
    "lengths",
    "local_days",
    "patrol_rate",
    "per_patrol",
    "poisson_rate",
    "segments_of",
    "told",
    "track_days",
    "visits_of",
    "without",
]
