"""Exact solution by sparse factorisation: for small problems, and where nothing else converges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from amur.science.circuits.balance import check_balance, checked_currents
from amur.science.circuits.solution import Anything, Booleans, Floats, Integers, Progress, Solution


class DirectSolver:
    """Factorises the Laplacian with grounds and without fixed nodes; one node of each floating component is
    pinned.

    `laplacian` is a symmetric (n, n) matrix with zero row sums, in siemens; `grounds` (n,) conductances to
    ground; `fixed` (n,) nodes held at 0 V; `name` turns the number of a node into words for messages.
    """

    def __init__(
        self,
        laplacian: csr_array[Any],
        grounds: Floats | None,
        fixed: Booleans | None,
        name: Callable[[int], str] = "node {}".format,
    ) -> None:
        self._size = laplacian.shape[0]
        self._name = name
        held = np.zeros(self._size, dtype=bool) if fixed is None else fixed
        leak = np.zeros(self._size) if grounds is None else grounds
        self._matrix = csr_array(laplacian + diags_array(leak))
        count, component = connected_components(laplacian, directed=False)
        self._component = component.astype(np.int64)
        self._grounded = np.zeros(count, dtype=bool)
        self._grounded[component[held | (leak > 0)]] = True
        strongest = np.lexsort((self._matrix.diagonal(), component))
        last = np.flatnonzero(np.diff(component[strongest], append=count))
        pins = strongest[last][~self._grounded]
        self._held = held
        self._free = ~held
        unknown = self._free.copy()
        unknown[pins] = False
        self._unknown = np.flatnonzero(unknown)
        self._factor: Any = None
        if self._unknown.size:
            reduced = self._matrix[self._unknown][:, self._unknown].tocsc()
            self._factor = splu(
                reduced,
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=0.0,
                options={"SymmetricMode": True},
            )

    def solve(
        self, currents: Anything, guess: Anything | None = None, progress: Progress | None = None
    ) -> Solution:
        """See `Solver.solve`; the guess is not needed."""
        injected = checked_currents(currents, self._size)
        check_balance(injected, self._component, self._grounded, self._name)
        voltages = self._once(injected)
        correction = self._once(self._residual(injected, voltages))
        voltages += correction
        residual = self._residual(injected, voltages)
        free = injected[self._free]
        norm = np.linalg.norm(free, axis=0)
        norm[norm == 0] = 1.0
        energy = np.abs((injected * voltages).sum(axis=0))
        energy[energy == 0] = 1.0
        error = np.abs((injected * correction).sum(axis=0)) + np.abs((residual * voltages).sum(axis=0))
        self._centre(voltages)
        if progress is not None:
            progress(1.0, "direct")
        return Solution(voltages, np.linalg.norm(residual, axis=0) / norm, error / energy, "direct", 0)

    @property
    def pieces(self) -> tuple[Integers, Booleans]:
        """The component of each node, and which components have a way to ground."""
        return self._component, self._grounded

    def _once(self, injected: Floats) -> Floats:
        voltages = np.zeros_like(injected)
        if self._factor is not None:
            voltages[self._unknown] = self._factor.solve(np.ascontiguousarray(injected[self._unknown]))
        return voltages

    def _residual(self, injected: Floats, voltages: Floats) -> Floats:
        left: Floats = injected - self._matrix @ voltages
        left[self._held] = 0.0
        return left

    def _centre(self, voltages: Floats) -> None:
        """Takes the mean of each floating component away, in place."""
        floating = ~self._grounded[self._component]
        if not floating.any():
            return
        size = np.bincount(self._component)
        for column in range(voltages.shape[1]):
            mean = np.bincount(self._component, weights=voltages[:, column]) / size
            mean[self._grounded] = 0.0
            voltages[:, column] -= mean[self._component]
