"""One window of a moving window, radius 100: ours against pyamg's two hierarchies and CHOLMOD, in one run.

A smooth landscape, resistances 1 to 100, 8 neighbours, mean conductance; sources are the conductances;
windows of 31 417 cells, all inside. Ours is everything a window costs: cutting it out, sharing the current
among its sources, building the hierarchy, solving to a relative residual of 1e-6, the currents of its cells
and their sum over windows. The others are given the matrix ready made and are asked for the voltages alone:
building and solving (pyamg to 1e-6 with conjugate gradients), or factorising and solving. CPU time of one
thread, the mean over the windows for ours and the median for the others; all is compiled beforehand.

scikit-sparse need not be in the same environment: `--cholmod PYTHON` names an interpreter that has it.

    .venv/bin/python benchmarks/circuits_omnidirectional.py [--radius 100] [--cholmod PYTHON] [--flow]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TOLERANCE = 1e-6
WINDOWS = 5
# The other interpreter needs nothing of ours.
CHOLMOD = """
import json, sys, time
import numpy as np
from scipy.sparse import load_npz
try:
    from sksparse.cholmod import cholesky
except ImportError:
    print(json.dumps(None))
    raise SystemExit
best = []
for path in sys.argv[1:]:
    matrix, right = load_npz(path + ".npz").tocsc(), np.load(path + ".npy")
    started = time.process_time()
    factor = cholesky(matrix)
    built = time.process_time()
    factor(right)
    best.append((built - started, time.process_time() - built))
print(json.dumps(best))
"""


def landscape(size: int) -> np.ndarray:
    """Conductances (size, size)."""
    from circuits_solve import landscape as smooth

    return smooth(size, "smooth")


def ours(cells: np.ndarray, radius: int, flow: bool) -> tuple[float, int, float]:
    """Seconds of a window, how many windows, the worst residual."""
    from amur.science.circuits.omnidirectional import Landscape, Windows, tasks
    from amur.science.circuits.omnidirectional.tiles import Tiling

    block = radius // 10 // 2 * 2 + 1
    land = Landscape(cells, average="conductance")
    windows = Windows(radius=radius, block_size=block, flow_potential=flow, tolerance=TOLERANCE)
    tiles = (tile for tile in Tiling.of(land, cells, windows, None).tiles() if tile.inside.all())
    tile = max(tiles, key=lambda tile: tile.strength.size)
    tasks.solve_tile(tile)
    started = time.process_time()
    found = tasks.solve_tile(tile)
    seconds = time.process_time() - started
    print(f"  ours: solves {dict(zip(tasks.METHODS, found.tally.solves, strict=True))}", flush=True)
    return seconds / tile.strength.size, tile.strength.size, found.tally.residual


def systems(cells: np.ndarray, radius: int):  # type: ignore[no-untyped-def]
    """The matrices of some windows without their targets, and the currents that are injected."""
    from scipy.sparse import csr_matrix

    from amur.science.circuits.grid import GridConductance, laplacian_of

    rows, columns = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    disc = rows**2 + columns**2 <= radius**2
    for k in range(WINDOWS):
        top, left = 13 * k, 17 * k
        window = np.where(disc, cells[top : top + 2 * radius + 1, left : left + 2 * radius + 1], 0.0)
        free = window > 0
        target = np.cumsum(free.ravel())[free.size // 2] - 1
        number = np.where(free.ravel(), np.cumsum(free.ravel()) - 1, -1)
        first, second, joined = GridConductance.checked(window, 8, "conductance").edges()
        matrix = csr_matrix(laplacian_of(number[first], number[second], joined, int(free.sum())))
        kept = np.arange(matrix.shape[0]) != target
        matrix = csr_matrix(matrix[kept][:, kept])
        matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
        right = window[free][kept]
        yield matrix, right / right.sum()


def peers(cells: np.ndarray, radius: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds of building and solving for each window."""
    try:
        import pyamg
    except ImportError:
        print("  pyamg is not here")
        return {}
    found: dict[str, list[tuple[float, float]]] = {}
    for matrix, right in systems(cells, radius):
        for name in ("smoothed_aggregation_solver", "ruge_stuben_solver"):
            started = time.process_time()
            hierarchy = getattr(pyamg, name)(matrix)
            built = time.process_time()
            hierarchy.solve(right, tol=TOLERANCE, accel="cg")
            found.setdefault(name, []).append((built - started, time.process_time() - built))
    return found


def cholmod(cells: np.ndarray, radius: int, python: str) -> list[tuple[float, float]] | None:
    from scipy.sparse import save_npz

    with tempfile.TemporaryDirectory() as folder:
        names = []
        for k, (matrix, right) in enumerate(systems(cells, radius)):
            names.append(str(Path(folder) / str(k)))
            save_npz(names[-1] + ".npz", matrix)
            np.save(names[-1] + ".npy", right)
        done = subprocess.run([python, "-c", CHOLMOD, *names], check=True, stdout=subprocess.PIPE)
    found: list[tuple[float, float]] | None = json.loads(done.stdout)
    return found


def main() -> None:
    reading = argparse.ArgumentParser()
    reading.add_argument("--radius", type=int, default=100)
    reading.add_argument("--cholmod", default=sys.executable)
    reading.add_argument("--flow", action="store_true", help="ours with the flow potential, two solves")
    asked = reading.parse_args()
    cells = landscape(5 * asked.radius)
    mine, count, residual = ours(cells, asked.radius, asked.flow)
    print(f"  ours: {1e3 * mine:.2f} ms a window, {count} windows, worst residual {residual:.1e}", flush=True)
    found = peers(cells, asked.radius)
    factorised = cholmod(cells, asked.radius, asked.cholmod)
    if factorised is None:
        print("  CHOLMOD: scikit-sparse is not here")
    else:
        found["CHOLMOD"] = factorised
    again, _count, _residual = ours(cells, asked.radius, asked.flow)
    print(f"  ours once more: {1e3 * again:.2f} ms a window")
    for name, times in found.items():
        built, solved = np.median(np.array(times), axis=0)
        ratio = (built + solved) / ((mine + again) / 2)
        print(f"  {name}: {1e3 * built:.1f} + {1e3 * solved:.1f} ms, {ratio:.1f} times ours")


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
