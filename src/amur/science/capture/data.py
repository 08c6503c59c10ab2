"""The data of a spatial capture-recapture study: `Detectors`, `Captures`, `Mask`, `Session`, `Survey`.

Places are in metres (easting, northing) of one projected system, areas in hectares. Occasions, detectors and
individuals are numbered from 0 in here; the messages of errors number them from 1, as the files do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Values = NDArray[Any]
Kind = Literal["multi", "single", "proximity", "count"]
POLYGON = "polygon"
"""The covariate of detectors that numbers searched polygons."""
KINDS: tuple[Kind, ...] = ("multi", "single", "proximity", "count")


def _covariates(covariates: Mapping[str, Values], count: int, of: str, wide: int | None = None) -> None:
    for name, values in covariates.items():
        shapes = [(count,)] if wide is None else [(count,), (count, wide)]
        if np.shape(values) not in shapes:
            raise ValueError(f"covariate {name!r} has shape {np.shape(values)}, expected one value per {of}")


@dataclass(frozen=True, slots=True, eq=False)
class Detectors:
    """Where, how and how long was looked.

    `positions` (J, 2) in metres; `effort` (J, S) is the exposure of each detector on each occasion, 0 where
    it was idle; `covariates` have one value per detector (J,) or per detector and occasion (J, S). Traps of
    kind "single" are treated as "multi", which is a good approximation unless most traps are filled. Areas
    that were searched are `quadrature` (J,), see `search.py`: each detector stands for so many square metres.
    Raises ValueError for shapes that do not fit and for negative effort.
    """

    positions: Floats
    effort: Floats
    kind: Kind
    covariates: Mapping[str, Values] = field(default_factory=dict)
    quadrature: Floats | None = None

    def __post_init__(self) -> None:
        if self.quadrature is not None and self.quadrature.shape != (len(self.positions),):
            raise ValueError(
                f"quadrature has shape {self.quadrature.shape}, expected ({len(self.positions)},)"
            )
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r}, expected one of {', '.join(KINDS)}")
        if self.positions.ndim != 2 or self.positions.shape[1] != 2 or not len(self.positions):
            raise ValueError(f"positions have shape {self.positions.shape}, expected (detectors, 2)")
        if self.effort.ndim != 2 or len(self.effort) != len(self.positions):
            raise ValueError(
                f"effort has shape {self.effort.shape}, expected ({len(self.positions)}, occasions)"
            )
        for name, values in (("position", self.positions), ("effort", self.effort)):
            wrong = ~np.isfinite(values).all(axis=1)
            if wrong.any():
                raise ValueError(f"detector {wrong.argmax() + 1}: its {name} is not a finite number")
        if (self.effort < 0).any():
            row, column = np.argwhere(self.effort < 0)[0]
            raise ValueError(f"detector {row + 1}, occasion {column + 1}: the effort is negative")
        _covariates(self.covariates, self.count, "detector", self.occasions)

    @property
    def count(self) -> int:
        """The number J of detectors."""
        return len(self.positions)

    @property
    def occasions(self) -> int:
        """The number S of occasions."""
        return len(self.effort.T)

    @property
    def exposure(self) -> Floats:
        """What detectors expose animals to (J, S): their effort, times the area they stand for."""
        return self.effort if self.quadrature is None else self.effort * self.quadrature[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class Captures:
    """Which individual was detected where and when: one row per detection.

    `individual`, `occasion`, `detector`, `count` (rows,); `ids` (n,) names the individuals; `covariates` have
    one value per individual, "" where it is unknown; `removed` (n,) is the occasion after which an individual
    was out of the population (died, not released), -1 for those that stayed.
    Raises ValueError for an individual without a detection.
    """

    individual: Integers
    occasion: Integers
    detector: Integers
    count: Integers
    ids: tuple[str, ...]
    covariates: Mapping[str, Values] = field(default_factory=dict)
    removed: Integers | None = None

    def __post_init__(self) -> None:
        for name in ("occasion", "detector", "count"):
            if getattr(self, name).shape != self.individual.shape:
                raise ValueError(f"{name} has another length than individual")
        if (self.count < 1).any():
            raise ValueError(f"row {(self.count < 1).argmax() + 1}: the count is not positive")
        seen = np.bincount(self.individual, minlength=self.animals)
        if len(seen) != self.animals:
            raise ValueError(f"individual {len(seen)}, but there are {self.animals} ids")
        if (seen == 0).any():
            raise ValueError(f"individual {self.ids[int((seen == 0).argmax())]!r} has no detection")
        _covariates(self.covariates, self.animals, "individual")

    @property
    def animals(self) -> int:
        """The number n of individuals."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """The places where centres of activity may lie.

    `points` (M, 2) in metres, each standing for `cell_area` hectares; `covariates` have one value per point.
    """

    points: Floats
    cell_area: float
    covariates: Mapping[str, Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.points.ndim != 2 or self.points.shape[1] != 2 or not len(self.points):
            raise ValueError(f"points have shape {self.points.shape}, expected (points, 2)")
        wrong = ~np.isfinite(self.points).all(axis=1)
        if wrong.any():
            raise ValueError(f"mask point {wrong.argmax() + 1} is not finite")
        if not self.cell_area > 0:
            raise ValueError(f"the cell area is {self.cell_area} ha, expected a positive number")
        _covariates(self.covariates, len(self.points), "point")

    @property
    def area(self) -> float:
        """The area of the mask in hectares."""
        return len(self.points) * self.cell_area


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One closed sample: detectors, captures and mask of a place and a time.

    `occasions` are covariates of occasions (S,), `covariates` one value each for the session. `distances`
    (J, M) in metres takes the place of straight lines where it is given (least-cost distance).
    Raises ValueError naming the row of `captures` that contradicts the detectors.
    """

    name: str
    detectors: Detectors
    captures: Captures
    mask: Mask
    occasions: Mapping[str, Values] = field(default_factory=dict)
    covariates: Mapping[str, Any] = field(default_factory=dict)
    distances: Floats | None = None

    def __post_init__(self) -> None:
        captures, detectors = self.captures, self.detectors
        for what, numbers, limit in (
            ("detector", captures.detector, detectors.count),
            ("occasion", captures.occasion, detectors.occasions),
        ):
            wrong = (numbers < 0) | (numbers >= limit)
            if wrong.any():
                row = int(wrong.argmax())
                raise ValueError(f"row {row + 1}: {what} {numbers[row] + 1}, expected 1 to {limit}")
        idle = detectors.effort[captures.detector, captures.occasion] == 0
        if idle.any():
            row = int(idle.argmax())
            raise ValueError(
                f"row {row + 1}: detector {captures.detector[row] + 1} was idle on occasion"
                f" {captures.occasion[row] + 1}"
            )
        self._check_single_detections()
        _covariates(self.occasions, detectors.occasions, "occasion")
        if self.distances is not None and self.distances.shape != (detectors.count, len(self.mask.points)):
            raise ValueError(
                f"distances have shape {self.distances.shape}, expected"
                f" ({detectors.count}, {len(self.mask.points)})"
            )

    def _check_single_detections(self) -> None:
        captures, kind = self.captures, self.detectors.kind
        if kind == "count":
            return
        keys = [captures.individual, captures.occasion]
        where = "twice on one occasion"
        if kind == "proximity":
            keys.append(captures.detector)
            where += " at one detector"
        _, first, counts = np.unique(np.stack(keys), axis=1, return_index=True, return_counts=True)
        wrong = (counts > 1) | (captures.count[first] > 1)
        if wrong.any():
            row = int(first[wrong.argmax()])
            who = captures.ids[captures.individual[row]]
            raise ValueError(f"row {row + 1}: individual {who!r} is detected {where} ({kind} detectors)")
        if captures.removed is not None:
            late = captures.removed[captures.individual]
            wrong = (late >= 0) & (captures.occasion > late)
            if wrong.any():
                row = int(wrong.argmax())
                who = captures.ids[captures.individual[row]]
                raise ValueError(f"row {row + 1}: individual {who!r} is detected after its removal")


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Independent sessions that are analysed together."""

    sessions: tuple[Session, ...]

    def __post_init__(self) -> None:
        if not self.sessions:
            raise ValueError("a survey needs at least one session")
        if len({session.detectors.quadrature is None for session in self.sessions}) > 1:
            raise ValueError("some sessions search areas and others do not")
        if len({session.name for session in self.sessions}) < len(self.sessions):
            raise ValueError("two sessions have the same name")

    @property
    def searched(self) -> bool:
        """Whether areas were searched."""
        return self.sessions[0].detectors.quadrature is not None

    @property
    def animals(self) -> int:
        """The number of individuals, summed over the sessions."""
        return sum(session.captures.animals for session in self.sessions)
