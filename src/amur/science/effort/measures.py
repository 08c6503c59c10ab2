"""Measures of patrol effort, each with its formula, from one row for each leg-day. No file, no clock.

One word means several things: SMART's patrol days are pairs of patrol and date, ecoscope's are dates. Each
measure here has one formula; variants have names of their own. Days are local days of the place, so that a
patrol that crosses midnight or a border counts the days that its people lived (see `local_days`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from amur.science.effort.segments import Floats, Indices, Instants

Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, eq=False)
class LegDays:
    """One row for each leg-day (d,): patrol, local day, kilometres, hours from start to end, hours of rest.

    Unknown numbers are NaN. `member_row` and `member` (p,) say who was there: the row, and the number of the
    person; they never touch the kilometres.
    """

    patrol: Indices
    day: Days
    kilometres: Floats
    hours: Floats
    rest_hours: Floats
    member_row: Indices
    member: Indices

    def __post_init__(self) -> None:
        shapes = {
            each.shape for each in (self.patrol, self.day, self.kilometres, self.hours, self.rest_hours)
        }
        if len(shapes) != 1 or self.member_row.shape != self.member.shape:
            raise ValueError(
                f"rows have shapes {shapes}, members {self.member_row.shape}, {self.member.shape}"
            )

    def of(self, rows: NDArray[np.bool_]) -> LegDays:
        """Some of the rows (d,), with their people."""
        number = np.cumsum(rows) - 1
        present = rows[self.member_row]
        return LegDays(
            self.patrol[rows],
            self.day[rows],
            self.kilometres[rows],
            self.hours[rows],
            self.rest_hours[rows],
            number[self.member_row[present]],
            self.member[present],
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its unit, the formula in words, whether parts of a group add up to the whole."""

    key: str
    unit: str
    formula: str
    is_additive: bool
    compute: Callable[[LegDays], float]


def local_days(instants: Instants, zones: Mapping[str, NDArray[np.bool_]]) -> Days:
    """The local day (n,) of instants in UTC (n,); `zones` says by IANA name which of them are in which zone.

    A patrol that leaves a place of UTC+10 in the evening for one of UTC+8 is there on the same day still:

    >>> instants = np.array(["2026-03-01T13:30", "2026-03-01T14:30"], dtype="M8[ms]")
    >>> here, there = np.array([True, False]), np.array([False, True])
    >>> local_days(instants, {"Asia/Vladivostok": here, "Asia/Shanghai": there}).astype(str).tolist()
    ['2026-03-01', '2026-03-01']
    """
    found = np.full(len(instants), np.datetime64("NaT", "D"))
    for name, which in zones.items():
        zone = ZoneInfo(name)
        known = which & ~np.isnat(instants)
        # Offsets change at quarters of an hour: one look at the zone serves all instants of a quarter.
        quarters, number = np.unique(instants[known].astype("M8[15m]"), return_inverse=True)
        offsets = np.array([_offset(each, zone) for each in quarters], dtype="m8[s]")
        found[known] = (instants[known].astype("M8[s]") + offsets[number]).astype("M8[D]")
    return found


def _offset(quarter: np.datetime64, zone: ZoneInfo) -> np.timedelta64:
    offset = quarter.astype("M8[s]").item().replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return np.timedelta64(int(offset.total_seconds()), "s")


def _pairs(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    return float(len(np.unique(np.column_stack([first, second]), axis=0)))


def _whole_days(rows: LegDays) -> Indices:
    found: Indices = rows.day.astype("M8[D]").astype(np.int64)
    return found


def _person_sum(rows: LegDays, hours: Floats) -> float:
    return float(hours[rows.member_row].sum())


_MEASURES = (
    Measure(
        "patrols", "patrols", "different patrols", False,
        lambda rows: float(len(np.unique(rows.patrol))),
    ),
    Measure(
        "patrol_days", "days", "different pairs of patrol and local day (SMART)", False,
        lambda rows: _pairs(rows.patrol, _whole_days(rows)),
    ),
    Measure(
        "calendar_days", "days", "different local days, however many patrols (ecoscope: days)", False,
        lambda rows: float(len(np.unique(_whole_days(rows)))),
    ),
    Measure(
        "patrol_nights", "nights", "patrol days less patrols (SMART)", False,
        lambda rows: _pairs(rows.patrol, _whole_days(rows)) - len(np.unique(rows.patrol)),
    ),
    Measure(
        "distance", "km", "sum of the kilometres of leg-days, whatever the number of people", True,
        lambda rows: float(rows.kilometres.sum()),
    ),
    Measure(
        "patrol_hours", "h", "sum of the hours from start to end, rest included (SMART)", True,
        lambda rows: float(rows.hours.sum()),
    ),
    Measure(
        "field_hours", "h", "sum of the hours from start to end less rest (SMART)", True,
        lambda rows: float((rows.hours - rows.rest_hours).sum()),
    ),
    Measure(
        "person_days", "days", "different pairs of local day and person (SMART)", False,
        lambda rows: _pairs(_whole_days(rows)[rows.member_row], rows.member),
    ),
    Measure(
        "person_patrol_hours", "h", "sum over people of the hours from start to end (SMART)", True,
        lambda rows: _person_sum(rows, rows.hours),
    ),
    Measure(
        "person_field_hours", "h", "sum over people of the hours less rest (SMART)", True,
        lambda rows: _person_sum(rows, rows.hours - rows.rest_hours),
    ),
    Measure(
        "person_kilometres", "km", "sum over people of the kilometres; no measure of the way", True,
        lambda rows: _person_sum(rows, rows.kilometres),
    ),
    Measure(
        "speed", "km/h", "kilometres for each hour from start to end, rest left out", False,
        lambda rows: _ratio(float(rows.kilometres.sum()), float((rows.hours - rows.rest_hours).sum())),
    ),
)  # fmt: skip
MEASURES: Mapping[str, Measure] = MappingProxyType({each.key: each for each in _MEASURES})
"""Every measure by its key. A sum with an unknown number is unknown (NaN)."""


def _ratio(value: float, of: float) -> float:
    return value / of if of > 0 else float("nan")
