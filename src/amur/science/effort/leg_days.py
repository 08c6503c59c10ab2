"""Rows of effort, one for each leg-day, with what hangs on them: people, numbers, cells. No file, no clock.

`measures` computes on them. Days are local days of the place, so that a patrol that crosses midnight or a
border counts the days that its people lived (see `local_days`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from amur.science.effort.segments import Floats, Indices, Instants

Days = NDArray[np.datetime64]


def _no_numbers() -> Indices:
    return np.empty(0, dtype=np.int64)


def _no_floats() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, slots=True, eq=False)
class LegDays:
    """One row for each leg-day (d,): patrol, local day, kilometres, hours from start to end, hours of rest.

    Unknown numbers are NaN. `member_row` and `member` (p,) say who was there: the row, and the number of the
    person; they never touch the kilometres. `more` has further columns (d,) by name. `value_row` and `value`
    (v,) are the numbers of one attribute of finds; `visit_row` and `visit_cell` (c,) the cells that somebody
    visited. `area_share` (cells,) is the share of each cell in an area, `until` the last day that counts.
    """

    patrol: Indices
    day: Days
    kilometres: Floats
    hours: Floats
    rest_hours: Floats
    member_row: Indices
    member: Indices
    more: Mapping[str, Floats] = field(default_factory=dict)
    value_row: Indices = field(default_factory=_no_numbers)
    value: Floats = field(default_factory=_no_floats)
    visit_row: Indices = field(default_factory=_no_numbers)
    visit_cell: Indices = field(default_factory=_no_numbers)
    area_share: Floats | None = None
    until: np.datetime64 | None = None

    def __post_init__(self) -> None:
        columns = (self.patrol, self.day, self.kilometres, self.hours, self.rest_hours, *self.more.values())
        shapes = {each.shape for each in columns}
        pairs = (
            (self.member_row, self.member),
            (self.value_row, self.value),
            (self.visit_row, self.visit_cell),
        )
        if len(shapes) != 1 or any(row.shape != other.shape for row, other in pairs):
            raise ValueError(
                f"rows have shapes {shapes}, members {self.member_row.shape}, {self.member.shape},"
                f" values {self.value_row.shape}, {self.value.shape},"
                f" visits {self.visit_row.shape}, {self.visit_cell.shape}"
            )

    def __len__(self) -> int:
        return len(self.patrol)

    def column(self, name: str) -> Floats:
        """A column (d,) by name: `kilometres`, `hours`, `field_hours` or one of `more`. Raises KeyError."""
        match name:
            case "kilometres":
                return self.kilometres
            case "hours":
                return self.hours
            case "field_hours":
                return self.hours - self.rest_hours
        return self.more[name]

    def of(self, rows: NDArray[np.bool_]) -> LegDays:
        """Some of the rows (d,), with what hangs on them."""
        number = np.cumsum(rows) - 1
        present, valued, visited = rows[self.member_row], rows[self.value_row], rows[self.visit_row]
        return replace(
            self,
            patrol=self.patrol[rows],
            day=self.day[rows],
            kilometres=self.kilometres[rows],
            hours=self.hours[rows],
            rest_hours=self.rest_hours[rows],
            member_row=number[self.member_row[present]],
            member=self.member[present],
            more={name: column[rows] for name, column in self.more.items()},
            value_row=number[self.value_row[valued]],
            value=self.value[valued],
            visit_row=number[self.visit_row[visited]],
            visit_cell=self.visit_cell[visited],
        )

    def with_people(self, pairs: NDArray[np.bool_]) -> LegDays:
        """The same rows with some of the people (p,)."""
        return replace(self, member_row=self.member_row[pairs], member=self.member[pairs])


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
