"""A smooth random field over the cells of a grid: its precision matrix, and variances out of a factor of it.

The field is the lattice form of one with a Matérn covariance of smoothness 1 (F. Lindgren, H. Rue and
J. Lindström, "An explicit link between Gaussian fields and Gaussian Markov random fields", Journal of the
Royal Statistical Society B 73 (2011) 423-498): the precision is (k² + L)² of the Laplacian L of neighbouring
cells, so that cells beyond a border or a gap are no neighbours. Called by `hotspots.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu, spsolve_triangular

from amur.science.effort.compiled import kernel
from amur.science.effort.segments import Floats, Indices

_WAVES = 2048
"""Wave numbers in one direction in the sum for the variance of a lattice without borders."""


def laplacian(where: NDArray[np.bool_]) -> sparse.csc_array:
    """The Laplacian (n, n) of the cells in `where` (rows, columns), row by row; neighbours share an edge.

    >>> laplacian(np.array([[True, True, False], [False, True, True]])).toarray().astype(int).tolist()
    [[1, -1, 0, 0], [-1, 2, -1, 0], [0, -1, 2, -1], [0, 0, -1, 1]]
    """
    number = np.full(where.shape, -1, dtype=np.int64)
    number[where] = np.arange(int(where.sum()))
    pairs = [(number[:, :-1], number[:, 1:]), (number[:-1], number[1:])]
    one = np.concatenate([first[(first >= 0) & (other >= 0)] for first, other in pairs])
    two = np.concatenate([other[(first >= 0) & (other >= 0)] for first, other in pairs])
    n = int(where.sum())
    weights = np.ones(2 * len(one))
    near = sparse.csc_array((weights, (np.r_[one, two], np.r_[two, one])), shape=(n, n))
    return sparse.csc_array(sparse.diags_array(near.sum(axis=0)) - near)


def precision(laplace: sparse.csc_array, sd: float, reach: float) -> sparse.csc_array:
    """The precision (n, n) of a field with deviation `sd`, whose correlation is 0.14 at `reach` cells.

    Away from borders the deviation is exact; at them it is higher, as always with this field.
    """
    kappa2 = 8 / reach**2
    root = sparse.csc_array(laplace + kappa2 * sparse.eye_array(laplace.shape[0], format="csc"))
    return sparse.csc_array(root @ root) * (_variance(kappa2) / sd**2)


def _variance(kappa2: float) -> float:
    """The variance of the field with precision (k² + L)² on a lattice without borders.

    One direction of the integral over waves is done in closed form, the other by the rule of rectangles,
    which converges exponentially for what is periodic.
    """
    angle = 2 * np.pi * np.arange(_WAVES) / _WAVES
    level = kappa2 + 4 - 2 * np.cos(angle)
    return float(np.mean(level / (level**2 - 4) ** 1.5))


@dataclass(frozen=True, eq=False)
class Factor:
    """The factors of a sparse symmetric positive definite matrix."""

    factors: Any

    @classmethod
    def of(cls, matrix: sparse.csc_array) -> Factor:
        """Factor a matrix; raises numpy.linalg.LinAlgError if it is not positive definite."""
        factors = splu(
            matrix.tocsc(),
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )
        found = cls(factors)
        if not (factors.perm_r == factors.perm_c).all() or not (found._pivots > 0).all():
            raise np.linalg.LinAlgError("the matrix is not positive definite")
        return found

    @cached_property
    def _pivots(self) -> Floats:
        return np.asarray(self.factors.U.diagonal(), dtype=np.float64)

    @cached_property
    def log_determinant(self) -> float:
        """The logarithm of the determinant."""
        return float(np.log(self._pivots).sum())

    def solve(self, right: Floats) -> Floats:
        """What the matrix turns into `right` (n,)."""
        return np.asarray(self.factors.solve(right), dtype=np.float64)

    def draws(self, normal: Floats) -> Floats:
        """Values (n,) whose covariance is the inverse of the matrix, out of standard normal ones (n,)."""
        upper = sparse.csr_array(self.factors.L.T)
        turned = spsolve_triangular(upper, normal / np.sqrt(self._pivots), lower=False, unit_diagonal=True)
        return np.asarray(turned[self.factors.perm_c], dtype=np.float64)

    @cached_property
    def variances(self) -> Floats:
        """The diagonal (n,) of the inverse.

        Only entries where the factor has some are computed (K. Takahashi, J. Fagan and M.-S. Chin, "Formation
        of a sparse bus impedance matrix", 8th PICA Conference (1973) 63-69).

        >>> matrix = sparse.csc_array(np.array([[4.0, 1, 0], [1, 3, 1], [0, 1, 2]]))
        >>> np.allclose(Factor.of(matrix).variances, np.diag(np.linalg.inv(matrix.toarray())))
        True
        """
        lower = self.factors.L.tocsc()
        lower.sort_indices()
        found = _selected_inverse(
            lower.indptr.astype(np.int64), lower.indices.astype(np.int64), lower.data, self._pivots
        )
        return np.asarray(found[self.factors.perm_c], dtype=np.float64)


@kernel
def _selected_inverse(start: Indices, row: Indices, value: Floats, pivot: Floats) -> Floats:
    """The diagonal of (L D Lᵀ)⁻¹; columns of L sorted, with their diagonal first."""
    n = len(pivot)
    inverse = np.zeros(len(value))
    slot = np.full(n, -1, dtype=np.int64)
    total = np.zeros(n)
    diagonal = np.zeros(n)
    for step in range(n):
        j = n - 1 - step
        begin, end = start[j] + 1, start[j + 1]
        for a in range(begin, end):
            slot[row[a]] = a
            total[a - begin] = 0.0
        for a in range(begin, end):
            k = row[a]
            # Column k of the inverse is known below its diagonal; by symmetry each entry serves two rows.
            for b in range(start[k], start[k + 1]):
                other = slot[row[b]]
                if other < 0:
                    continue
                total[other - begin] -= value[a] * inverse[b]
                if other != a:
                    total[a - begin] -= value[other] * inverse[b]
        corner = 1 / pivot[j]
        for a in range(begin, end):
            inverse[a] = total[a - begin]
            corner -= value[a] * inverse[a]
            slot[row[a]] = -1
        inverse[start[j]] = corner
        diagonal[j] = corner
    return diagonal
