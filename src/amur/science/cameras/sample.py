"""What the numbers of a survey are made from: `Cameras` that stood, `Sightings` they made, the `Rules`.

All times are local standard times of the place, so that a day is a day of the animals (`activity.local_times`
makes them of instants). The portal fills these from its records, the command from a Camtrap DP package;
`numbers.py` computes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from amur.science.cameras.effort import Span
from amur.science.cameras.events import Rule
from amur.science.cameras.histories import Start

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]
Period = tuple[np.datetime64, np.datetime64]
"""The first and the last local day."""
Definition = Literal["span", "calendar"]
DEFINITIONS: tuple[Definition, ...] = ("span", "calendar")
Policy = Literal["all", "left", "right", "linked", "minimum"]
POLICIES: tuple[Policy, ...] = ("all", "left", "right", "linked", "minimum")
UNKNOWN_SIDE, LEFT, RIGHT, BOTH_SIDES = 0, 1, 2, 3
"""Which side of an animal a picture shows; sides of several pictures are joined by `|`."""


@dataclass(frozen=True, slots=True, eq=False)
class Cameras:
    """Deployments (D) at stations (S).

    `station` (D,) numbers the stations, `start` and `end` (D,) are local times, `outages` those of each
    deployment; `places` (D, 2) are longitudes and latitudes in degrees, NaN where unknown; `offsets` (D,)
    the seconds by which local clocks are ahead of UTC. Raises ValueError for shapes that differ and for a
    deployment that ends before it starts.
    """

    stations: tuple[str, ...]
    codes: tuple[str, ...]
    station: Integers
    start: Times
    end: Times
    outages: tuple[tuple[Span, ...], ...]
    places: Floats
    offsets: Floats

    def __post_init__(self) -> None:
        count = len(self.codes)
        sizes = (self.station, self.start, self.end, self.outages, self.places, self.offsets)
        if any(len(each) != count for each in sizes):
            raise ValueError(f"{count} deployments, but {[len(each) for each in sizes]} values for them")
        wrong = ~(self.start <= self.end)
        if wrong.any():
            raise ValueError(f"deployment {self.codes[int(wrong.argmax())]} ends before it starts")

    @property
    def count(self) -> int:
        """The number D of deployments."""
        return len(self.codes)

    @property
    def station_places(self) -> Floats:
        """Longitude and latitude of each station (S, 2): the mean of its deployments, NaN where unknown."""
        known = np.isfinite(self.places).all(axis=1)
        sums = np.zeros((len(self.stations), 2))
        np.add.at(sums, self.station[known], self.places[known])
        counts = np.bincount(self.station[known], minlength=len(self.stations))
        with np.errstate(invalid="ignore"):
            found: Floats = sums / np.where(counts > 0, counts, np.nan)[:, None]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """Observations (n,) of animals.

    `deployment` and `species` number the deployments and `names`; `time` is local; `count` is 0 where it is
    unknown; `visit` numbers sequences, -1 for none; `animal` numbers `animals`, -1 where nobody knows which
    it is; `side` is one of UNKNOWN_SIDE, LEFT, RIGHT, BOTH_SIDES; `young` are juveniles. `sexes` of animals
    are "F", "M" or ""; `mothers` numbers the mother of an animal, -1 for none known.
    """

    deployment: Integers
    time: Times
    species: Integers
    names: tuple[str, ...]
    count: Integers
    visit: Integers
    animal: Integers
    side: Integers
    young: NDArray[np.bool_]
    animals: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    mothers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        sizes = (self.time, self.species, self.count, self.visit, self.animal, self.side, self.young)
        if any(len(each) != len(self.deployment) for each in sizes):
            raise ValueError(
                f"{len(self.deployment)} sightings, but {[len(each) for each in sizes]} values for them"
            )
        if len(self.sexes) != len(self.animals) or len(self.mothers) != len(self.animals):
            raise ValueError(
                f"{len(self.animals)} animals, {len(self.sexes)} sexes, {len(self.mothers)} mothers"
            )

    def where(self, chosen: NDArray[np.bool_]) -> Sightings:
        """Those of a choice (n,); names and animals stay as they are."""
        parts = {
            name: getattr(self, name)[chosen]
            for name in ("deployment", "time", "species", "count", "visit", "animal", "side", "young")
        }
        return replace(self, **parts)


@dataclass(frozen=True, slots=True)
class Rules:
    """By which definitions the numbers are made.

    `effort` counts trap days by the span of time or by days of the calendar; `minutes` and `rule` say what an
    independent event is. Occasions have `occasion_days` days and begin with the survey or each station;
    cells of a matrix with at most `minimum_effort` days are unknown. `matrices` and `activity` name species;
    the first two of `activity` are compared. `individuals` names the species whose animals are counted, by
    the policy `flanks`. `solar` moves times of day to mean sunrise and sunset. Intervals have `resamples`
    bootstrap samples from the seed.
    """

    effort: Definition = "span"
    minutes: float = 60.0
    rule: Rule = "last-record"
    occasion_days: int = 7
    start: Start = "survey"
    minimum_effort: float = 0.0
    matrices: tuple[str, ...] = ()
    activity: tuple[str, ...] = ()
    individuals: str = ""
    flanks: Policy = "all"
    solar: bool = False
    resamples: int = 1000
    seed: int = 1

    def __post_init__(self) -> None:
        if self.effort not in DEFINITIONS:
            raise ValueError(f"effort: {self.effort!r}, expected one of {', '.join(DEFINITIONS)}")
        if self.rule not in ("last-record", "last-event"):
            raise ValueError(f"rule: {self.rule!r}, expected last-record or last-event")
        if self.start not in ("station", "survey"):
            raise ValueError(f"start: {self.start!r}, expected station or survey")
        if self.flanks not in POLICIES:
            raise ValueError(f"flanks: {self.flanks!r}, expected one of {', '.join(POLICIES)}")
        for name, low, high in (
            ("minutes", 0, 10_080),
            ("occasion_days", 1, 366),
            ("minimum_effort", 0, 366),
            ("resamples", 100, 100_000),
        ):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name}: {getattr(self, name)}, expected {low} to {high}")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of numbers: names of columns, and rows of texts and numbers; None is unknown.

    Tables `by_station` tell which station saw what and when: they stay with the office.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    by_station: bool = False

    def column(self, name: str) -> list[str | int | float | None]:
        """The cells of a column. Raises ValueError for a name that is none."""
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


def known(value: float) -> float | None:
    """A number, or None for one that is not finite."""
    return float(value) if np.isfinite(value) else None
