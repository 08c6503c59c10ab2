"""One solve of a smooth landscape: our multigrid against pyamg's smoothed aggregation with its CG.

2000 x 2000 cells, 8 neighbours, mean resistance; resistances 1 to 100, the exponential of smoothed noise; one
ampere between two points; relative residual 1e-6. Each side runs in a process of its own, which tells the CPU
time of building and of solving apart (compiled beforehand, on a small landscape) and its peak memory, to
which pyamg's matrix belongs, but not its making to the time. Then the bandwidth of this machine's memory (a
triad a = b + 3 c of arrays of half a gigabyte), and which share of it our solve reaches, counting only the
bytes that must move (see `BYTES`).

    .venv/bin/python benchmarks/circuits_solve.py [--size 2000] [--kind smooth|rough]
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np

TOLERANCE = 1e-6
# What one cell and iteration must move at least, in bytes. The finest level twice: five arrays of edges,
# weights, right side, voltages read and written; 4/3 for the coarser levels. Then the product (z, p read and
# written, four arrays of edges, q) and the step (x read and written, p, q, r read and written).
BYTES = 2 * (20 + 4 + 4 + 8) * 4 / 3 + (4 + 8 + 16 + 4) + (16 + 4 + 4 + 8)


def landscape(size: int, kind: str) -> np.ndarray:
    """Conductances (size, size)."""
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(
        np.random.default_rng(7).normal(size=(size, size)), {"smooth": 10, "rough": 2}[kind]
    )
    return 1 / 100 ** ((noise - noise.min()) / np.ptp(noise))


def ends(size: int) -> tuple[int, int]:
    """The two cells between which the current flows."""
    return (size // 4) * size + size // 4, (3 * size // 4) * size + 3 * size // 4


def ours(size: int, kind: str) -> dict[str, float]:
    from amur.science.circuits.solvers import solver_for_grid

    def run(cells: np.ndarray) -> dict[str, float]:
        a, b = ends(cells.shape[0])
        currents = np.zeros((cells.size, 1))
        currents[a], currents[b] = 1.0, -1.0
        started = time.process_time()
        solver = solver_for_grid(cells, tolerance=TOLERANCE, _method="multigrid")
        built = time.process_time() - started
        started = time.process_time()
        found = solver.solve(currents)
        return {
            "setup": built,
            "solve": time.process_time() - started,
            "iterations": found.iterations,
            "residual": float(found.residuals[0]),
            "resistance": float(found.voltages[a, 0] - found.voltages[b, 0]),
        }

    run(landscape(100, kind))
    return run(landscape(size, kind))


def peer(size: int, kind: str) -> dict[str, float]:
    import pyamg
    from scipy.sparse import csr_matrix

    from amur.science.circuits.grid import GridConductance, laplacian_of

    cells = landscape(size, kind)
    matrix = csr_matrix(laplacian_of(*GridConductance.checked(cells, 8, "resistance").edges(), cells.size))
    a, b = ends(size)
    right = np.zeros(cells.size)
    right[a], right[b] = 1.0, -1.0
    started = time.process_time()
    hierarchy = pyamg.smoothed_aggregation_solver(matrix)
    built = time.process_time() - started
    residuals: list[float] = []
    started = time.process_time()
    found = hierarchy.solve(right, tol=TOLERANCE, accel="cg", residuals=residuals)
    return {
        "setup": built,
        "solve": time.process_time() - started,
        "iterations": len(residuals) - 1,
        "residual": float(np.linalg.norm(right - matrix @ found) / np.sqrt(2)),
        "resistance": float(found[a] - found[b]),
    }


def triad() -> dict[str, float]:
    """Gigabytes a second, the best of three."""
    from numba import njit

    @njit
    def run(a: Any, b: Any, c: Any) -> None:
        for i in range(a.size):
            a[i] = b[i] + 3.0 * c[i]

    a, b, c = (np.ones(60_000_000) for _ in range(3))
    best = 0.0
    for _round in range(4):
        started = time.process_time()
        run(a, b, c)
        best = max(best, 24 * a.size / (time.process_time() - started) / 1e9)
    return {"bandwidth": best}


def child(side: str, *arguments: str) -> dict[str, float]:
    shared = os.environ | {"OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, __file__, "--side", side, *arguments], check=True, env=shared, stdout=subprocess.PIPE
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    reading = argparse.ArgumentParser()
    reading.add_argument("--size", type=int, default=2000)
    reading.add_argument("--kind", default="smooth")
    reading.add_argument("--side")
    reading.add_argument("--alone", action="store_true", help="without the peer")
    asked = reading.parse_args()
    if asked.side:
        side = {"ours": ours, "peer": peer}.get(asked.side)
        found = side(asked.size, asked.kind) if side else triad()
        found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(json.dumps(found))
        return
    both = {}
    for name in ("ours",) if asked.alone else ("ours", "peer"):
        both[name] = child(name, "--size", str(asked.size), "--kind", asked.kind)
        print(
            f"  {name}: " + ", ".join(f"{key} {value:.7g}" for key, value in both[name].items()), flush=True
        )
    if not asked.alone:
        for key in ("setup", "solve", "peak"):
            print(f"  {key}: peer / ours = {both['peer'][key] / both['ours'][key]:.1f}")
        difference = both["peer"]["resistance"] / both["ours"]["resistance"] - 1
        print(f"  difference of the resistances: {difference:.1e}")
    bandwidth = child("triad")["bandwidth"]
    moved = BYTES * asked.size**2 * both["ours"]["iterations"] / both["ours"]["solve"] / 1e9
    print(f"  memory: {moved:.1f} GB/s of {bandwidth:.1f} GB/s ({moved / bandwidth:.0%})")


if __name__ == "__main__":
    main()
