"""Coefficients of standardised covariates, in which the search is done, and back.

The columns of each parameter are centred where there is an intercept and divided by their standard deviation;
metres in a density model then do no harm. The change is linear: beta = matrix @ theta.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from amur.science.capture.data import Floats
from amur.science.capture.design import Design


class Columns(Protocol):
    """The designs of all parameters: labels, where each one's coefficients stand, and its matrices."""

    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def slices(self) -> Mapping[str, slice]: ...
    @property
    def by_parameter(self) -> Mapping[str, Design]: ...


def to_standard(designs: Columns) -> Floats:
    """The matrix (p, p) that turns coefficients of standardised columns into those of the columns."""
    matrix = np.eye(len(designs.labels))
    for name, where in designs.slices.items():
        rows = np.concatenate(
            [part.reshape(-1, part.shape[-1]) for part in designs.by_parameter[name].matrices]
        )
        for k in range(1, rows.shape[1]):
            mean, deviation = rows[:, k].mean(), rows[:, k].std()
            if deviation > 0:
                matrix[where.start + k, where.start + k] = 1 / deviation
                matrix[where.start, where.start + k] = -mean / deviation
    return matrix
