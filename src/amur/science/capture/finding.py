"""What a diagnosis is made of: `Finding`, and `View`, a session at the estimates of a fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from amur.science.capture.data import Floats, Session
from amur.science.capture.derived import inverse_areas
from amur.science.capture.detection import SQUARE_METRES, DetectionFunction
from amur.science.capture.fitting import Fit

Gravity = Literal["note", "warning", "refuse"]
Figures = dict[str, float | int | str]
PER_100_KM2 = 1e4
"""Hectares in 100 km²."""
RANGE = 30.0
"""Sigma beyond which a range is cut."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a reader of estimates has to know.

    `code` stands for the sentences, `values` are the figures in them. `withheld` names the parameters that
    must not be shown: those of the model, "D" for density and "N" for numbers however derived.
    """

    code: str
    gravity: Gravity
    values: Mapping[str, float | int | str] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A session at the estimates: `density` per hectare from the number seen, the largest `sigma` in metres,
    the largest `hazard` of detection by a detector at the centre over all its occasions, `z` (1 without).
    """

    number: int
    session: Session
    density: float
    sigma: float
    hazard: float
    z: float
    function: DetectionFunction

    @classmethod
    def of(cls, found: Fit, number: int) -> View:
        """The view of a session of a fit."""
        state = found.likelihood.state(found.beta, number)
        names, function = found.model.detection_parameters, found.model.detection_function
        sigma = float(np.max(state.values["sigma"].value))
        most = float(np.max(state.values[names[0]].value))
        if found.model.by_a0:
            most *= SQUARE_METRES / (2 * np.pi * sigma**2)
        if function.probability:
            most = -np.log1p(-min(most, 1 - 1e-12))
        exposure = state.session.detectors.effort.sum(axis=1)
        active = exposure[exposure > 0]
        z = float(np.min(state.values["z"].value)) if "z" in names else 1.0
        density = float(inverse_areas(state).sum())
        hazard = most * float(active.mean() if active.size else 0.0)
        return cls(number, state.session, density, sigma, hazard, z, function)

    @property
    def k(self) -> float:
        """sigma sqrt(D), which has no unit."""
        return float(self.sigma * np.sqrt(self.density / SQUARE_METRES))

    def radius(self, share: float) -> float:
        """The distance in metres from a centre that holds a share of all detections of an even search.

        2.45 sigma holds 95 % of a half-normal range.
        """
        away, held = self._held()
        return self.sigma * float(np.interp(share, held, away))

    def moves(self, count: int, random: np.random.Generator) -> Floats:
        """Distances in metres between two detections of one animal where detectors are everywhere."""
        away, held = self._held()
        radii = np.interp(random.random((2, count)), held, away)
        turn = random.uniform(0, 2 * np.pi, count)
        squares = radii[0] ** 2 + radii[1] ** 2 - 2 * radii[0] * radii[1] * np.cos(turn)
        return np.asarray(self.sigma * np.sqrt(np.maximum(squares, 0)))

    def _held(self) -> tuple[Floats, Floats]:
        away = np.arange(0.005, RANGE, 0.01)
        held = np.cumsum(away * self.function.at(away, 1.0, 1.0, self.z))
        return away, held / held[-1]
