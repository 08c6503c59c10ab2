"""Measures of patrols, each with its formula, from one row for each leg-day. No file, no clock.

One word means several things: SMART's patrol days are pairs of patrol and date, ecoscope's are dates. Each
measure here has one formula; where another program gives this very measure a name, `smart` or `ecoscope` says
which, so that "patrol hours" of ecoscope are found as the hours of tracks.

`compute` takes rows of which everything in `needs` is known (`told` leaves the others out and counts them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from amur.science.effort.coverage import weighted_median
from amur.science.effort.leg_days import LegDays
from amur.science.effort.segments import Floats, Indices

Compute = Callable[[LegDays], float]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its unit, the formula in words, whether parts of a group add up to the whole.

    `needs` are the columns without which a leg-day cannot count. `family` says what it is made of: effort,
    people, finds, numbers (of an attribute), rates, cells or quality. `within` says that it can be told for
    what lies inside an area. `over` is the denominator of a rate of finds.
    """

    key: str
    unit: str
    formula: str
    is_additive: bool
    compute: Compute
    family: str = "effort"
    needs: tuple[str, ...] = ()
    within: bool = False
    over: str = ""
    smart: str = ""
    ecoscope: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a measure says of rows: the value (None: unknown), and how many rows it left out."""

    value: float | None
    left_out: int


def told(measure: Measure, rows: LegDays) -> Told:
    """The measure over the rows that have what it needs; unknown, and never 0, where none has.

    For numbers of an attribute what is left out are finds, else leg-days.

    >>> day = np.array(["2026-03-01", "2026-03-02"], dtype="M8[D]")
    >>> nobody = np.empty(0, dtype=np.int64)
    >>> rows = LegDays(np.array([1, 1]), day, np.array([7.0, np.nan]), *np.full((2, 2), 8.0), nobody, nobody)
    >>> told(MEASURES["distance"], rows)
    Told(value=7.0, left_out=1)
    """
    known = np.ones(len(rows), dtype=bool)
    for name in measure.needs:
        known &= ~np.isnan(rows.column(name))
    left_out, count = int((~known).sum()), len(rows)
    rows = rows if known.all() else rows.of(known)
    if measure.family == "numbers":
        left_out, count = int(np.isnan(rows.value).sum()), len(rows.value)
    if count and left_out == count:
        return Told(None, left_out)
    value = measure.compute(rows)
    return Told(value if np.isfinite(value) else None, left_out)


def per_patrol(over: str, rows: LegDays) -> tuple[Floats, Floats]:
    """Finds (patrols,) and effort (patrols,) of each: `kilometres`, `field_hours`, `days` or `patrols`."""
    patrols, number = np.unique(rows.patrol, return_inverse=True)
    finds = np.bincount(number, weights=rows.column("observations"), minlength=len(patrols)).astype(float)
    if over == "patrols":
        return finds, np.ones(len(patrols))
    if over == "days":
        pairs = np.unique(np.column_stack([number, _whole_days(rows)]), axis=0)
        return finds, np.bincount(pairs[:, 0], minlength=len(patrols)).astype(float)
    spent = np.bincount(number, weights=rows.column(over), minlength=len(patrols))
    return finds, spent.astype(float)


def _pairs(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    return float(len(np.unique(np.column_stack([first, second]), axis=0)))


def _whole_days(rows: LegDays) -> Indices:
    found: Indices = rows.day.astype("M8[D]").astype(np.int64)
    return found


def _sum(name: str) -> Compute:
    return lambda rows: float(rows.column(name).sum())


def _different(name: str) -> Compute:
    return lambda rows: float(len(np.unique(rows.column(name))))


def _mean(name: str, times: float = 1.0) -> Compute:
    return lambda rows: float(rows.column(name).mean()) * times if len(rows) else float("nan")


def _person_sum(name: str) -> Compute:
    return lambda rows: float(rows.column(name)[rows.member_row].sum())


def _ratio(name: str, of: str, times: float = 1.0) -> Compute:
    def compute(rows: LegDays) -> float:
        spent = float(rows.column(of).sum())
        return float(rows.column(name).sum()) / spent * times if spent > 0 else float("nan")

    return compute


def _rate(over: str) -> Compute:
    def compute(rows: LegDays) -> float:
        finds, effort = per_patrol(over, rows)
        spent = float(effort.sum())
        return float(finds.sum()) / spent if spent > 0 else float("nan")

    return compute


def _number(of: Callable[[Floats], float], fewest: int) -> Compute:
    def compute(rows: LegDays) -> float:
        known = rows.value[~np.isnan(rows.value)]
        return float(of(known)) if len(known) >= fewest else float("nan")

    return compute


def _covered(rows: LegDays) -> float:
    """The share of the area, in per cent, whose cells were visited. Raises ValueError without an area."""
    share = _area_of(rows)
    return float(share[np.unique(rows.visit_cell)].sum() / share.sum()) * 100


def _days_since(rows: LegDays) -> float:
    """Median over the area of the days since the last visit; infinite where most of it was never visited."""
    share = _area_of(rows)
    if rows.until is None:
        raise ValueError("the rows say no day up to which is counted")
    last = np.full(len(share), -np.inf)
    np.maximum.at(last, rows.visit_cell, _whole_days(rows)[rows.visit_row].astype(float))
    return weighted_median(float(rows.until.astype("M8[D]").astype(np.int64)) - last, share)


def _area_of(rows: LegDays) -> Floats:
    if rows.area_share is None or not rows.area_share.sum() > 0:
        raise ValueError("the rows have no area")
    return rows.area_share


_EFFORT = (
    Measure(
        "patrols", "patrols", "different patrols", False, lambda rows: float(len(np.unique(rows.patrol))),
        within=True, smart="number of patrols",
    ),
    Measure(
        "patrol_days", "days", "different pairs of patrol and local day (SMART)", False,
        lambda rows: _pairs(rows.patrol, _whole_days(rows)), within=True, smart="patrol days",
    ),
    Measure(
        "calendar_days", "days", "different local days, however many patrols (ecoscope: days)", False,
        lambda rows: float(len(np.unique(_whole_days(rows)))), within=True, ecoscope="patrol days",
    ),
    Measure(
        "patrol_nights", "nights", "patrol days less patrols (SMART)", False,
        lambda rows: _pairs(rows.patrol, _whole_days(rows)) - len(np.unique(rows.patrol)), smart="nights",
    ),
    Measure(
        "leg_days", "days", "rows: a day of a leg is one", True, lambda rows: float(len(rows)),
    ),
    Measure(
        "distance", "km", "sum of the kilometres of leg-days, whatever the number of people", True,
        _sum("kilometres"), needs=("kilometres",), within=True, ecoscope="distance",
    ),
    Measure(
        "recorded_distance", "km", "sum of the kilometres that SMART wrote for leg-days", True,
        _sum("recorded_km"), needs=("recorded_km",), smart="distance",
    ),
    Measure(
        "patrol_hours", "h", "sum of the hours from start to end, rest included (SMART)", True,
        _sum("hours"), needs=("hours",), smart="patrol hours",
    ),
    Measure(
        "field_hours", "h", "sum of the hours from start to end less rest (SMART)", True,
        _sum("field_hours"), needs=("field_hours",), smart="field hours",
    ),
    Measure(
        "track_hours", "h", "sum of the time of the segments of tracks after cleaning", True,
        _sum("track_hours"), needs=("track_hours",), ecoscope="patrol hours",
    ),
    Measure(
        "standing_hours", "h", "hours of tracks within 30 m for 10 minutes or more", True,
        _sum("standing_hours"), needs=("standing_hours",),
    ),
    Measure(
        "speed", "km/h", "kilometres for each hour from start to end, rest left out", False,
        _ratio("kilometres", "field_hours"), needs=("kilometres", "field_hours"),
    ),
)  # fmt: skip
_PEOPLE = (
    Measure(
        "people", "people", "different people", False,
        lambda rows: float(len(np.unique(rows.member))), "people", ("people",), within=True,
    ),
    Measure("teams", "teams", "different teams", False, _different("team"), "people", ("team",), within=True),
    Measure(
        "team_size", "people", "mean number of people over leg-days", False,
        _mean("people"), "people", ("people",),
    ),
    Measure(
        "person_days", "days", "different pairs of local day and person (SMART)", False,
        lambda rows: _pairs(_whole_days(rows)[rows.member_row], rows.member), "people", ("people",),
        within=True, smart="person-days",
    ),
    Measure(
        "person_patrol_hours", "h", "sum over people of the hours from start to end (SMART)", True,
        _person_sum("hours"), "people", ("people", "hours"), smart="person-hours of plans",
    ),
    Measure(
        "person_field_hours", "h", "sum over people of the hours less rest (SMART)", True,
        _person_sum("field_hours"), "people", ("people", "field_hours"), smart="person-hours",
    ),
    Measure(
        "person_kilometres", "km", "sum over people of the kilometres; no measure of the way", True,
        _person_sum("kilometres"), "people", ("people", "kilometres"),
    ),
)  # fmt: skip
_FINDS = (
    Measure(
        "observations", "finds", "observations", True, _sum("observations"), "finds",
        within=True, smart="number of observations",
    ),
    Measure(
        "waypoints", "waypoints", "waypoints with such an observation", True, _sum("waypoints"), "finds",
        within=True, smart="number of waypoints",
    ),
    Measure(
        "incidents", "incidents", "groups of observations that belong together", True,
        _sum("incidents"), "finds",
        within=True, smart="number of incidents",
    ),
    Measure(
        "value_sum", "", "sum of an attribute", True,
        _number(np.sum, 0), "numbers", within=True, smart="sum",
    ),
    Measure(
        "value_mean", "", "mean of an attribute", False,
        _number(np.mean, 1), "numbers", within=True, smart="avg",
    ),
    Measure(
        "value_least", "", "least of an attribute", False,
        _number(np.min, 1), "numbers", within=True, smart="min",
    ),
    Measure(
        "value_most", "", "most of an attribute", False,
        _number(np.max, 1), "numbers", within=True, smart="max",
    ),
    Measure(
        "value_variance", "", "sample variance of an attribute", False,
        _number(lambda values: float(np.var(values, ddof=1)), 2), "numbers", within=True, smart="var_samp",
    ),
    Measure(
        "value_deviation", "", "sample standard deviation of an attribute", False,
        _number(lambda values: float(np.std(values, ddof=1)), 2), "numbers", within=True, smart="stddev_samp",
    ),
    Measure(
        "finds_per_km", "finds/km", "observations for each kilometre", False, _rate("kilometres"), "rates",
        ("kilometres",), True, "kilometres", "encounter rate by distance", "encounter rate per km",
    ),
    Measure(
        "finds_per_hour", "finds/h", "observations for each field hour", False, _rate("field_hours"), "rates",
        ("field_hours",), False, "field_hours", "encounter rate by hours",
    ),
    Measure(
        "finds_per_day", "finds/day", "observations for each patrol day", False, _rate("days"), "rates",
        (), True, "days", "encounter rate by days",
    ),
    Measure(
        "finds_per_patrol", "finds/patrol", "observations for each patrol", False, _rate("patrols"), "rates",
        (), True, "patrols", "encounter rate by patrols", "encounter rate per patrol",
    ),
)  # fmt: skip
_CELLS = (
    Measure(
        "cells_visited", "cells", "different cells that a way touches", False,
        lambda rows: float(len(np.unique(rows.visit_cell))), "cells", ("way",), within=True,
    ),
    Measure(
        "coverage", "%", "share of an area whose cells were visited", False,
        _covered, "cells", ("way",), True,
    ),
    Measure(
        "days_since_visit", "days", "median over an area of the days since the last visit", False,
        _days_since,
        "cells", ("way",), True,
    ),
)  # fmt: skip
_QUALITY = (
    Measure(
        "tracked_share", "%", "leg-days with two whole fixes or more, of all", False,
        _mean("tracked", 100), "quality",
    ),
    Measure(
        "days_without_way", "days", "leg-days whose kilometres are unknown", True,
        lambda rows: float(np.isnan(rows.kilometres).sum()), "quality",
    ),
    Measure(
        "flagged_share", "%", "fixes that cleaning flagged, of all", False,
        _ratio("flagged", "fixes", 100), "quality",
        ("fixes",),
    ),
    Measure(
        "removed_distance", "km", "kilometres between whole fixes that cleaning took away", True,
        _sum("removed_km"), "quality", ("removed_km",),
    ),
)  # fmt: skip
MEASURES: Mapping[str, Measure] = MappingProxyType(
    {each.key: each for each in (*_EFFORT, *_PEOPLE, *_FINDS, *_CELLS, *_QUALITY)}
)
"""Every measure by its key. A sum with an unknown number is unknown (NaN)."""
