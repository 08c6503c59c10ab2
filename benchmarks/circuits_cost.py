"""Accumulated cost from one source: our circular buckets against scikit-image's MCP_Geometric.

2000 x 2000 cells, 8 neighbours, a step costs the mean of both resistances times its length; resistances 1 to
100, the exponential of smoothed noise. Both sides give costs and the steps back, in float64, and must agree.
They take turns in one process; the figures are the CPU time of whole calls, best and middle of the rounds,
with ours compiled beforehand on a small landscape.

    .venv/bin/python benchmarks/circuits_cost.py [--size 2000] [--kind smooth|rough|noise] [--rounds 5]
"""

import argparse
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

GOAL = 6.0


def landscape(size: int, kind: str) -> np.ndarray:
    """Resistances (size, size)."""
    from scipy.ndimage import gaussian_filter

    width = {"smooth": 10, "rough": 2, "noise": 0}[kind]
    noise = gaussian_filter(np.random.default_rng(7).normal(size=(size, size)), width)
    return 100 ** ((noise - noise.min()) / np.ptp(noise))


def ours(resistance: np.ndarray) -> np.ndarray:
    from amur.science.corridors import accumulated_cost

    row, column = resistance.shape[0] // 4, resistance.shape[1] // 4
    sources = np.zeros(resistance.shape, dtype=np.int32)
    sources[row, column] = 1
    return accumulated_cost(resistance, sources).cost


def peer(resistance: np.ndarray) -> np.ndarray:
    from skimage.graph import MCP_Geometric

    row, column = resistance.shape[0] // 4, resistance.shape[1] // 4
    costs, _steps = MCP_Geometric(resistance).find_costs([(row, column)])
    return costs


def timed(run: Callable[[np.ndarray], np.ndarray], resistance: np.ndarray) -> tuple[float, np.ndarray]:
    """CPU seconds and the costs."""
    started = time.process_time()
    found = run(resistance)
    return time.process_time() - started, found


def main() -> None:
    reading = argparse.ArgumentParser()
    reading.add_argument("--size", type=int, default=2000)
    reading.add_argument("--kind", default="smooth", choices=["smooth", "rough", "noise"])
    reading.add_argument("--rounds", type=int, default=5)
    asked = reading.parse_args()
    if importlib.util.find_spec("skimage") is None:
        sys.exit("The peer is missing. Install it beside the project: .venv/bin/pip install scikit-image")
    for run in (ours, peer):
        run(landscape(100, asked.kind))
    resistance = landscape(asked.size, asked.kind)
    seconds: dict[str, list[float]] = {"ours": [], "peer": []}
    for _round in range(asked.rounds):
        mine, costs = timed(ours, resistance)
        theirs, expected = timed(peer, resistance)
        seconds["ours"].append(mine)
        seconds["peer"].append(theirs)
        difference = float(np.max(np.abs(costs - expected) / np.maximum(expected, 1.0)))
        assert difference < 1e-12, difference
    for name, values in seconds.items():
        middle = statistics.median(values)
        print(f"  {name}: {min(values):.2f} s best, {middle:.2f} s middle of {len(values)} rounds")
    ratio = statistics.median(seconds["peer"]) / statistics.median(seconds["ours"])
    print(f"  peer / ours = {ratio:.1f} (goal {GOAL:g}), largest difference of the costs {difference:.1e}")


if __name__ == "__main__":
    main()
