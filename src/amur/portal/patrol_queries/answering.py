"""The answer to a question: a line for each group, the whole, and whether the groups add up to it.

>>> Line("2026-03", "", 12.5, None, None, "", 0, 3).as_dict()["value"]
12.5
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet

from amur.portal.areas.queries import Placed
from amur.portal.patrol_queries.asking import Question
from amur.portal.patrol_queries.gathering import Season, gather
from amur.portal.patrol_queries.grouping import Part, is_partition, parts, whole
from amur.portal.patrols.models import Patrol
from amur.science.effort import LegDays, Measure, patrol_rate, per_patrol, poisson_rate, told

DRAWN: Final = 1000
"""How often patrols are drawn anew for an interval."""
SEED: Final = 20260301
MOST_INTERVALS: Final = 400
"""Groups beyond which no intervals are drawn."""


@dataclass(frozen=True, slots=True)
class Line:
    """A group: its key, its name where it has one, the value (None: unknown), the interval of a rate.

    `interval` says how it was made: `patrols` (whole patrols drawn anew), `exact` (Poisson) or "". `left_out`
    are the rows or finds that lack what the measure needs, `leg_days` all rows of the group.
    """

    key: str
    name: str
    value: float | None
    lower: float | None
    upper: float | None
    interval: str
    left_out: int
    leg_days: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """The lines of the groups, that of the whole, and whether the values of the groups add up to it."""

    question: Question
    lines: tuple[Line, ...]
    whole: Line
    adds_up: bool

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "question": self.question.as_dict(),
            "lines": [line.as_dict() for line in self.lines],
            "whole": self.whole.as_dict(),
            "adds_up": self.adds_up,
        }

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Answer":
        """An answer that was kept as JSON."""
        return cls(
            Question.of(given["question"]),
            tuple(Line(**line) for line in given["lines"]),
            Line(**given["whole"]),
            given["adds_up"],
        )


class NoSuchArea(ValueError):
    """The area of a question is not there, or has no boundary that the asker may use."""


def answer(
    patrols: "QuerySet[Patrol]", question: Question, areas: Sequence[Placed], today: date
) -> tuple[Answer, Season]:
    """Answer a question about patrols that the asker may see, with the areas that he may compute with.

    Raises NoSuchArea, and grouping.TooManyCells.
    """
    area = next((one for one in areas if one.key == question.area), None)
    if question.area and area is None:
        raise NoSuchArea(question.area)
    season = gather(patrols, question)
    season = replace(season, rows=replace(season.rows, until=np.datetime64(question.end or today, "D")))
    groups = list(parts(season, question, areas, area))
    measure = question.asked
    few = len(groups) <= MOST_INTERVALS
    lines = tuple(_line(measure, part, draws=few) for part in groups)
    adds_up = measure.is_additive and bool(lines) and is_partition(question, season)
    return Answer(question, lines, _line(measure, whole(season, question, area), draws=True), adds_up), season


def _line(measure: Measure, part: Part, *, draws: bool) -> Line:
    if measure.family == "cells" and part.rows.area_share is None and measure.key != "cells_visited":
        return Line(part.key, part.name, None, None, None, "", 0, len(part.rows))
    found = told(measure, part.rows)
    lower, upper, interval = _interval(measure, part.rows) if draws and found.value is not None else _NONE
    return Line(
        part.key,
        part.name,
        found.value,
        lower,
        upper,
        interval,
        found.left_out + part.unplaced,
        len(part.rows),
    )


_NONE: Final[tuple[None, None, str]] = (None, None, "")


def _interval(measure: Measure, rows: LegDays) -> tuple[float | None, float | None, str]:
    """The interval of a rate: over patrols where enough of them found something, else the exact one."""
    if not measure.over:
        return _NONE
    known = np.ones(len(rows), dtype=bool)
    for name in measure.needs:
        known &= ~np.isnan(rows.column(name))
    finds, effort = per_patrol(measure.over, rows.of(known))
    if not effort.sum() > 0 or (effort < 0).any():
        return _NONE
    if not ((finds > 0) & (effort == 0)).any():
        rate = patrol_rate(finds, effort, np.random.default_rng(SEED), count=DRAWN)
        if np.isfinite(rate.lower) and np.isfinite(rate.upper):
            return rate.lower, rate.upper, "patrols"
    exact = poisson_rate(round(float(finds.sum())), float(effort.sum()))
    return exact.lower, exact.upper, "exact"
