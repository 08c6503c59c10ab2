"""What every solver of a resistor network takes and gives back: `Solver`, `Solution`, `NotConverged`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Progress = Callable[[float, str], None]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Anything = NDArray[Any]


class NotConverged(ArithmeticError):
    """No method reached the tolerance; the message says which were tried and how far each came."""

    def __init__(self, message: str, residual: float) -> None:
        super().__init__(message)
        self.residual = residual


@dataclass(frozen=True, slots=True)
class Solution:
    """Voltages for k right-hand sides, and how good they are.

    `voltages` has shape (nodes or cells, k), in volts for currents in amperes; a component without ground has
    mean 0 over its nodes, cells without data have 0. `residuals` (k,) are |b - A v| / |b|, computed anew from
    the result. `error_estimate` (k,) is the estimated relative error of the energy b.v, for a pair of focal
    nodes that of its effective resistance.
    """

    voltages: Floats
    residuals: Floats
    error_estimate: Floats
    method: str
    iterations: int


class Solver(Protocol):
    """Solves one network for as many right-hand sides as wanted; what it built first is kept."""

    def solve(
        self, currents: Anything, guess: Anything | None = None, progress: Progress | None = None
    ) -> Solution:
        """Voltages for injected `currents` (n, k) in amperes, from a first `guess` (n, k) where there is one.

        Raises ValueError where a component without ground gets a sum of currents that is not 0, or a node
        without data gets current; NotConverged where every method fails.
        """
        ...
