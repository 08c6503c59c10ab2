"""Ten focal points with a cumulative map, in memory: nine solves and one sorting pass against a solve for
each pair.

1000 x 1000 cells, 8 neighbours, resistances 1 to 100, smooth; relative residual 1e-6. The peers' way: pyamg's
smoothed-aggregation hierarchy is built once and kept, each of the 45 pairs is solved with conjugate
gradients, and its map is added to the sum. Ours: nine fields for a current from each point to the last,
solved together, whose differences are the pairs; the sum of all pairs' maps is taken exactly by sorting drops
(see amur.science.circuits.accumulate). CPU time of one process for each side, compiled beforehand; peak
memory.

    .venv/bin/python benchmarks/circuits_pairwise.py [--size 1000] [--points 10] [--alone]
"""

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from circuits_solve import TOLERANCE, landscape

from amur.science.circuits.accumulate import grid_all_pairs, grid_currents
from amur.science.circuits.grid import GridConductance, laplacian_of


def points(size: int, count: int) -> np.ndarray:
    """Focal cells."""
    rows, columns = np.random.default_rng(1).integers(size // 20, size - size // 20, (2, count))
    return np.asarray(rows * size + columns)


def ours(cells: np.ndarray, focal: np.ndarray) -> tuple[np.ndarray, np.ndarray, str]:
    """Cumulative map, resistances of all pairs, what was reached."""
    from amur.science.circuits.solvers import solver_for_grid

    count = focal.size
    currents = np.zeros((cells.size, count - 1))
    currents[focal[:-1], np.arange(count - 1)] = 1.0
    currents[focal[-1]] = -1.0
    found = solver_for_grid(cells, tolerance=TOLERANCE).solve(currents)
    fields = np.zeros((count, cells.size))
    fields[:-1] = found.voltages.T
    grid = GridConductance.checked(cells, 8, "resistance")
    total = grid_all_pairs(grid, fields.T, focal)
    at = fields[:, focal]
    pairs = [at[a, a] - at[a, b] - at[b, a] + at[b, b] for a, b in itertools.combinations(range(count), 2)]
    return total, np.array(pairs), f"{found.method}, residual {found.residuals.max():.1e}"


def peer(cells: np.ndarray, focal: np.ndarray) -> tuple[np.ndarray, np.ndarray, str]:
    """The same by a solve for each pair."""
    import pyamg
    from scipy.sparse import csr_matrix

    grid = GridConductance.checked(cells, 8, "resistance")
    matrix = csr_matrix(laplacian_of(*grid.edges(), cells.size))
    hierarchy = pyamg.smoothed_aggregation_solver(matrix)
    total = np.zeros(cells.size)
    resistances = []
    for a, b in itertools.combinations(focal, 2):
        right = np.zeros(cells.size)
        right[a], right[b] = 1.0, -1.0
        found = hierarchy.solve(right, tol=TOLERANCE, accel="cg")
        total += grid_currents(grid, found)
        resistances.append(found[a] - found[b])
    return total, np.array(resistances), "smoothed aggregation"


def main() -> None:
    reading = argparse.ArgumentParser()
    reading.add_argument("--size", type=int, default=1000)
    reading.add_argument("--points", type=int, default=10)
    reading.add_argument("--alone", action="store_true", help="without the peer")
    reading.add_argument("--side")
    reading.add_argument("--to")
    asked = reading.parse_args()
    if asked.side:
        run = ours if asked.side == "ours" else peer
        small = landscape(200, "smooth")
        run(small, points(200, 3))
        cells = landscape(asked.size, "smooth")
        started = time.process_time()
        total, pairs, reached = run(cells, points(asked.size, asked.points))
        spent = time.process_time() - started
        np.savez(asked.to, total=total, pairs=pairs)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(json.dumps({"cpu": spent, "peak": peak, "reached": reached}))
        return
    shared = os.environ | {"OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "2"}
    sides = ("ours",) if asked.alone else ("ours", "peer")
    with tempfile.TemporaryDirectory() as folder:
        results = {}
        for side in sides:
            command = [sys.executable, __file__, "--side", side, "--to", f"{folder}/{side}.npz"]
            command += ["--size", str(asked.size), "--points", str(asked.points)]
            done = subprocess.run(command, check=True, env=shared, stdout=subprocess.PIPE)
            results[side] = json.loads(done.stdout)
            print(f"  {side}: {results[side]}", flush=True)
        if not asked.alone:
            one, other = (np.load(Path(folder) / f"{side}.npz") for side in sides)
            for what, key in (("CPU", "cpu"), ("memory", "peak")):
                print(f"  {what}: peer / ours = {results['peer'][key] / results['ours'][key]:.1f}")
            apart = np.abs(one["total"] / other["total"] - 1).max()
            print(f"  greatest difference of a cell: {apart:.1e}", end=", ")
            print(f"of a resistance: {np.abs(one['pairs'] / other['pairs'] - 1).max():.1e}")


if __name__ == "__main__":
    main()
