"""Detection functions: how detection falls with the distance d (metres) of a detector from the centre.

Shapes: half-normal exp(-d^2 / 2 sigma^2), exponential exp(-d / sigma), hazard rate 1 - exp(-(d / sigma)^-z).
HN, EX and HR give the probability g = g0 * shape of detection per unit of effort; HHN, HEX and HHR the hazard
lambda = lambda0 * shape, so that g = 1 - exp(-lambda). The hazards may be given by a0 = 2 pi lambda0 sigma^2
(hectares) in place of lambda0 (Efford & Mowat 2014, Ecology 95:1341).

>>> import numpy as np
>>> FUNCTIONS["HHN"].at(np.array([0.0, 1000.0]), 0.02, 1000.0).round(6).tolist()
[0.02, 0.012131]
>>> FUNCTIONS["HR"].parameters
('g0', 'sigma', 'z')
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.capture.data import Floats

HALF_NORMAL, EXPONENTIAL, HAZARD_RATE = 0, 1, 2
SQUARE_METRES = 1e4
"""Of a hectare."""


@dataclass(frozen=True, slots=True)
class DetectionFunction:
    """A detection function: the number of its shape, and whether it gives a probability or a hazard."""

    name: str
    shape: int
    probability: bool

    @property
    def parameters(self) -> tuple[str, ...]:
        """Its parameters: intercept, sigma and, for the hazard rate, z."""
        start = ("g0", "sigma") if self.probability else ("lambda0", "sigma")
        return (*start, "z") if self.shape == HAZARD_RATE else start

    def at(self, distance: Floats, intercept: float, sigma: float, z: float = 1.0) -> Floats:
        """The probability (HN, EX, HR) or hazard (HHN, HEX, HHR) at distances in metres."""
        if self.shape == HALF_NORMAL:
            return np.asarray(intercept * np.exp(-0.5 * (distance / sigma) ** 2))
        if self.shape == EXPONENTIAL:
            return np.asarray(intercept * np.exp(-distance / sigma))
        with np.errstate(divide="ignore"):
            return np.asarray(-intercept * np.expm1(-((distance / sigma) ** -z)))


FUNCTIONS = {
    "HN": DetectionFunction("HN", HALF_NORMAL, True),
    "EX": DetectionFunction("EX", EXPONENTIAL, True),
    "HR": DetectionFunction("HR", HAZARD_RATE, True),
    "HHN": DetectionFunction("HHN", HALF_NORMAL, False),
    "HEX": DetectionFunction("HEX", EXPONENTIAL, False),
    "HHR": DetectionFunction("HHR", HAZARD_RATE, False),
}
