"""Effort of patrols: segments of fixes, the cleaning ledger, cells, coverage, measures, encounter rates;
hot spots, trends, deterrence, planted snares, routes.

Pure functions on arrays. Places are degrees of WGS 84, instants datetime64 in UTC, lengths geodesic.
"""

from __future__ import annotations

from amur.science.effort.coverage import Coverage, coverage_of, days_since
from amur.science.effort.detection import Detection, Limited, detection_of
from amur.science.effort.deterrence import Deterrence, Effect, deterrence_of
from amur.science.effort.geodesy import EqualArea, lengths
from amur.science.effort.grid import Effort, Grid, effort_of
from amur.science.effort.hotspots import Hotspots, hotspots_of
from amur.science.effort.ledger import ALL, Entry, Ledger, Limits, Rule, clean, without
from amur.science.effort.leg_days import LegDays, local_days
from amur.science.effort.measures import MEASURES, Measure, Told, per_patrol, told
from amur.science.effort.quality import TrackDays, track_days
from amur.science.effort.rates import Rate, patrol_rate, poisson_rate
from amur.science.effort.routes import NoRouteError, Route, route_of
from amur.science.effort.segments import Fixes, Segments, segments_of
from amur.science.effort.trend import Trend, trend_of
from amur.science.effort.visits import Visits, area_shares, visits_of

__all__ = [
    "ALL",
    "MEASURES",
    "Coverage",
    "Detection",
    "Deterrence",
    "Effect",
    "Effort",
    "Entry",
    "EqualArea",
    "Fixes",
    "Grid",
    "Hotspots",
    "Ledger",
    "LegDays",
    "Limited",
    "Limits",
    "Measure",
    "NoRouteError",
    "Rate",
    "Route",
    "Rule",
    "Segments",
    "Told",
    "TrackDays",
    "Trend",
    "Visits",
    "area_shares",
    "clean",
    "coverage_of",
    "days_since",
    "detection_of",
    "deterrence_of",
    "effort_of",
    "hotspots_of",
    "lengths",
    "local_days",
    "patrol_rate",
    "per_patrol",
    "poisson_rate",
    "route_of",
    "segments_of",
    "told",
    "track_days",
    "trend_of",
    "visits_of",
    "without",
]
