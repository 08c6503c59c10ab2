"""Finds and effort of cells in past seasons, and what they tell of a season before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import KDTree

Floats = NDArray[np.float64]
LEARNED = ("last rate", "mean rate", "rate around", "effort before")
"""What is known of a cell from seasons before, beside its fixed covariates."""
_WEIGHT = 1.0
"""Finds that the overall rate counts as much as, where a rate of a cell is shrunk towards it."""
_EFFORTS = 9
"""In how many parts the efforts to be expected are taken."""


@dataclass(frozen=True, eq=False)
class History:
    """Finds and effort (km) of cells in seasons that follow each other, each (seasons, cells).

    `covariates` (cells, k) do not change: distance to the nearest road, border, post, forest, slope; one of
    them is the `simple` one of the baseline, by its name. `places` (cells, 2) are kilometres in a plane.
    Effort is known everywhere, 0 where nobody was: there the number of finds is 0 and means nothing.
    """

    finds: Floats
    effort: Floats
    places: Floats
    covariates: Floats
    names: tuple[str, ...]
    simple: str
    reach_km: float = 3.0
    """How far finds around a cell tell of it."""

    def __post_init__(self) -> None:
        seasons, cells = self.effort.shape
        shapes = [self.finds.shape, self.places.shape, self.covariates.shape]
        if shapes != [(seasons, cells), (cells, 2), (cells, len(self.names))]:
            raise ValueError(
                f"finds, places and covariates have shapes {shapes}; expected {(seasons, cells)},"
                f" {(cells, 2)} and {(cells, len(self.names))}"
            )
        if self.simple not in self.names:
            raise ValueError(f"there is no covariate {self.simple}; there are {', '.join(self.names)}")
        wrong = ~(self.finds >= 0) | (self.finds != np.floor(self.finds))
        wrong |= ~((self.effort >= 0) & np.isfinite(self.effort)) | ((self.finds > 0) & (self.effort == 0))
        if wrong.any():
            season, cell = np.argwhere(wrong)[0]
            raise ValueError(
                f"season {season + 1}, cell {cell + 1}: {self.finds[season, cell]:g} finds in an effort of"
                f" {self.effort[season, cell]:g} km; expected whole numbers, and effort where there are finds"
            )
        unknown = ~np.isfinite(self.covariates)
        if unknown.any():
            cell, column = np.argwhere(unknown)[0]
            raise ValueError(f"cell {cell + 1}: {self.names[column]} is unknown")

    @property
    def seasons(self) -> int:
        """How many there are."""
        return len(self.effort)

    @property
    def found(self) -> Floats:
        """1 where something was found, else 0 (seasons, cells)."""
        return (self.finds > 0).astype(float)

    @cached_property
    def _near(self) -> sparse.csr_array:
        """How much the finds of each other cell count around a cell (cells, cells)."""
        tree = KDTree(self.places)
        near = sparse.csr_array(
            tree.sparse_distance_matrix(tree, 3 * self.reach_km, output_type="coo_matrix")
        )
        near.data = np.where(near.data > 0, np.exp(-((near.data / self.reach_km) ** 2) / 2), 0.0)
        return near

    def known_before(self, season: int) -> Floats:
        """What is known of cells before a season (cells, `LEARNED` + `names` + squares), 1 to `seasons`.

        Rates are logarithms of finds for the effort, shrunk towards the overall rate of the seasons before,
        so that a cell without effort has that one. Covariates are standardised, and come with their squares.
        """
        if not 1 <= season <= self.seasons:
            raise ValueError(f"there is no season before {season}: there are {self.seasons}")
        finds, effort = self.finds[:season], self.effort[:season]
        overall = (finds.sum() + 0.5) / (effort.sum() + 1)

        def rate(found: Floats, spent: Floats) -> Floats:
            shrunk: Floats = np.log((found + _WEIGHT) / (spent * overall + _WEIGHT))
            return shrunk

        learned = (
            rate(finds[-1], effort[-1]),
            rate(finds.sum(axis=0), effort.sum(axis=0)),
            rate(self._near @ finds.sum(axis=0), self._near @ effort.sum(axis=0)),
            np.log1p(effort[-1]),
        )
        spread = self.covariates.std(axis=0)
        fixed = (self.covariates - self.covariates.mean(axis=0)) / np.where(spread > 0, spread, 1)
        return np.column_stack([*learned, fixed, fixed**2])

    def efforts_expected(self, season: int) -> Floats:
        """Efforts of equal probability (9, cells) in a season where somebody goes; never what was then done.

        The mean is that of the patrolled seasons of the cell before, joined by a season of the mean over all
        cells; around it efforts vary as they did in all cells. A find is less likely than with the mean
        alone, because twice the effort does not find twice. Raises ValueError when nobody was anywhere.
        """
        effort = self.effort[:season]
        patrolled = effort > 0
        if not patrolled.any():
            raise ValueError(f"there is no effort before season {season + 1}")
        mean = (effort.sum(axis=0) + effort[patrolled].mean()) / (patrolled.sum(axis=0) + 1)
        around = np.quantile((effort / mean)[patrolled], (np.arange(_EFFORTS) + 0.5) / _EFFORTS)
        found: Floats = np.outer(around, mean)
        return found
