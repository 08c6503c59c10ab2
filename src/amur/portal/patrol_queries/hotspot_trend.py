"""How finds for each kilometre develop: by year or month, and the ratio of years where there is enough."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet

from amur.portal.areas.queries import Placed
from amur.portal.patrol_queries.answering import Line, answer
from amur.portal.patrol_queries.asking import Question
from amur.portal.patrol_queries.gathering import Season
from amur.portal.patrol_queries.grouping import whole
from amur.portal.patrols.models import Patrol
from amur.science.effort import LegDays, per_patrol, trend_of
from amur.science.effort.segments import Floats, Indices

FEWEST_PATROLS: Final = 24
FEWEST_FINDS: Final = 10
FEWEST_DAYS: Final = 548
"""Patrols, finds, and days from the first patrol to the last below which there is no trend."""
LONG_DAYS: Final = 730
"""Periods longer than this are told by years, others by months."""
YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class Development:
    """Finds/km by year or month (`by`), and the ratio of each year with limits; None where there is none.

    `patrols`, `finds` and `days` from the first patrol to the last are what the ratio had to go by, or would
    have had.
    """

    by: str
    lines: tuple[Line, ...]
    patrols: int
    finds: int
    days: int
    ratio: float | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def is_enough(self) -> bool:
        """Whether there is enough for a trend."""
        enough = self.patrols >= FEWEST_PATROLS and self.finds >= FEWEST_FINDS
        return enough and self.days >= FEWEST_DAYS

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Development":
        """What was kept as JSON."""
        return cls(**{**given, "lines": tuple(Line(**line) for line in given["lines"])})


def development(
    patrols: "QuerySet[Patrol]", season: Season, rate: Question, area: Placed | None, today: date
) -> Development:
    """The development of the rate that a question asks for; `season` holds what was read for it."""
    rows = whole(season, rate, area).rows
    finds, kilometres, day = _by_patrol(rows.of(~np.isnan(rows.kilometres)))
    days = int(np.ptp(day)) if len(day) else 0
    by = "year" if days > LONG_DAYS else "month"
    areas = [] if area is None else [area]
    told, _season = answer(patrols, replace(rate, by=by), areas, today)
    found = Development(by, told.lines, len(finds), int(finds.sum()), days)
    return _with_ratio(found, finds, kilometres, day) if found.is_enough else found


def _by_patrol(rows: LegDays) -> tuple[Floats, Floats, Floats]:
    """Finds, kilometres and the middle day, from 1970, of each patrol with kilometres (patrols,)."""
    finds, kilometres = per_patrol("kilometres", rows)
    _patrols, number, count = np.unique(rows.patrol, return_inverse=True, return_counts=True)
    days = rows.day.astype("M8[D]").astype(np.int64)
    day = np.bincount(number, weights=days, minlength=len(count)) / np.maximum(count, 1)
    out = kilometres > 0
    return finds[out], kilometres[out], day[out]


def _with_ratio(found: Development, finds: Floats, kilometres: Floats, day: Floats) -> Development:
    """The development with its ratio, if seasons can be told from years; a row is a patrol."""
    try:
        trend = trend_of(finds, kilometres, day / YEAR, quarters(day))
    except ValueError:
        return found
    return replace(found, ratio=trend.ratio, lower=trend.lower, upper=trend.upper)


def quarters(day: Floats) -> Indices:
    """The season (n,) of days from 1970: 0 December to February, 1 from March, 2 from June, 3 from September.

    >>> quarters(np.array([0.0, 31 + 28 + 0.5, 364.0])).tolist()
    [0, 1, 0]
    """
    months = np.floor(day).astype(np.int64).astype("M8[D]").astype("M8[M]").astype(np.int64) % 12
    found: Indices = (months + 1) % 12 // 3
    return found
