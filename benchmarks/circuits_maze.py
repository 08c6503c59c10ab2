"""Mazes: our choice of method against pyamg's two hierarchies, 4 neighbours, one pair of points.

1000 x 1000 cells, resistances 1 to 10, residual 1e-6; only the largest piece is solved. `scattered`: two
thirds of the cells have data, at random; `patches`: half of them, in patches of some cells; `corridors`:
corridors and walls one cell wide, with some loops; `lakes`: a tenth of the cells is without data, in lakes.
CPU time of building and solving, in one process for each side, compiled beforehand; pyamg's matrix is given
to it.

    .venv/bin/python benchmarks/circuits_maze.py [--size 1000]
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

TOLERANCE = 1e-6
KINDS = ("scattered", "patches", "corridors", "lakes")


def maze(size: int, kind: str) -> np.ndarray:
    """Conductances (size, size) of one piece, 0 without data."""
    from scipy.ndimage import gaussian_filter, label

    chance = np.random.default_rng(3)
    if kind == "scattered":
        there = chance.random((size, size)) < 0.66
    elif kind == "corridors":
        half = size // 2
        there = np.zeros((2 * half, 2 * half), dtype=bool)
        there[::2, ::2] = True
        down = chance.random((half, half)) < 0.5
        there[1::2, ::2] = down | (chance.random((half, half)) < 0.1)
        there[::2, 1::2] = ~down | (chance.random((half, half)) < 0.1)
    else:
        noise = gaussian_filter(chance.normal(size=(size, size)), 2 if kind == "patches" else 15)
        there = noise > np.quantile(noise, 0.5 if kind == "patches" else 0.1)
    cells = np.where(there, 1 / chance.uniform(1, 10, there.shape), 0.0)
    pieces, _count = label(cells > 0)
    return np.where(pieces == np.bincount(pieces.ravel())[1:].argmax() + 1, cells, 0.0)


def ends(cells: np.ndarray) -> tuple[int, int]:
    there = np.flatnonzero(cells)
    return int(there[there.size // 5]), int(there[4 * there.size // 5])


def ours(cells: np.ndarray) -> dict[str, Any]:
    from amur.science.circuits.solvers import solver_for_grid

    a, b = ends(cells)
    currents = np.zeros((cells.size, 1))
    currents[a], currents[b] = 1.0, -1.0
    started = time.process_time()
    found = solver_for_grid(cells, neighbours=4, tolerance=TOLERANCE).solve(currents)
    return {
        "cpu": time.process_time() - started,
        "method": found.method,
        "iterations": found.iterations,
        "residual": float(found.residuals[0]),
        "resistance": float(found.voltages[a, 0] - found.voltages[b, 0]),
    }


def theirs(cells: np.ndarray, build: Callable[[Any], Any], name: str) -> dict[str, Any]:
    from scipy.sparse import csr_matrix

    from amur.science.circuits.grid import CellNodes, GridConductance, laplacian_of

    grid = GridConductance.checked(cells, 4, "resistance")
    nodes = CellNodes.of(cells, None)
    first, second, conductance = grid.edges()
    matrix = csr_matrix(laplacian_of(nodes.node[first], nodes.node[second], conductance, nodes.size))
    a, b = (int(nodes.node[end]) for end in ends(cells))
    right = np.zeros(nodes.size)
    right[a], right[b] = 1.0, -1.0
    residuals: list[float] = []
    started = time.process_time()
    found = build(matrix).solve(right, tol=TOLERANCE, accel="cg", maxiter=200, residuals=residuals)
    return {
        "cpu": time.process_time() - started,
        "method": name,
        "iterations": len(residuals) - 1,
        "residual": float(np.linalg.norm(right - matrix @ found) / np.sqrt(2)),
        "resistance": float(found[a] - found[b]),
    }


def side(name: str, size: int) -> None:
    import warnings

    warnings.simplefilter("ignore")
    if name == "ours":
        for kind in ("corridors", "lakes"):
            ours(maze(300, kind))  # compiles both methods
    for kind in KINDS:
        cells = maze(size, kind)
        if name == "ours":
            found = ours(cells)
        else:
            import pyamg

            build = {
                "smoothed aggregation": pyamg.smoothed_aggregation_solver,
                "Ruge-Stuben": pyamg.ruge_stuben_solver,
            }
            found = theirs(cells, build[name], name)
        print(json.dumps(found | {"kind": kind, "nodes": int(np.count_nonzero(cells))}), flush=True)


def main() -> None:
    reading = argparse.ArgumentParser()
    reading.add_argument("--size", type=int, default=1000)
    reading.add_argument("--side")
    asked = reading.parse_args()
    if asked.side:
        side(asked.side, asked.size)
        return
    shared = os.environ | {"OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "2"}
    results: dict[str, list[dict[str, Any]]] = {}
    for name in ("ours", "smoothed aggregation", "Ruge-Stuben"):
        command = [sys.executable, __file__, "--side", name, "--size", str(asked.size)]
        done = subprocess.run(command, check=True, env=shared, stdout=subprocess.PIPE, text=True)
        results[name] = [json.loads(line) for line in done.stdout.splitlines()]
    for row, kind in enumerate(KINDS):
        own = results["ours"][row]
        print(f"  {kind}, {own['nodes']} nodes", flush=True)
        for name, rows in results.items():
            one = rows[row]
            difference = one["resistance"] / own["resistance"] - 1
            print(
                f"    {name} ({one['method']}): {one['cpu']:.2f} CPU-s, {one['iterations']} iterations,"
                f" residual {one['residual']:.1e}, difference of the resistance {difference:.0e},"
                f" {one['cpu'] / own['cpu']:.1f} x"
            )


if __name__ == "__main__":
    main()
