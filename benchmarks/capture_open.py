"""What fits of open populations cost: CPU seconds of whole fits, standard errors included, after compilation.

Leopards simulated over six years: 49 stations, 60 days a year, about thirty animals. openCR (R, C++) is not
measured here: it is not installed, so there is no race.

    .venv/bin/python benchmarks/capture_open.py [--largest]
"""

import argparse
import time

import numpy as np

from amur.science.capture.examples import grid, mask_around
from amur.science.capture.open import OpenModel, fit_open
from amur.science.capture.open.movement import Movement
from amur.science.capture.open.simulate import OpenTruth, simulate_years
from amur.science.capture.simulate import Truth


def race(spacing: float, movement: Movement, kind: str) -> None:
    """Fit twice, the first time to compile, and print the CPU time of the second."""
    detectors = grid(7, 4000.0, "proximity", 60)
    mask = mask_around(detectors, 14_000.0, spacing)
    truth = OpenTruth(Truth(1e-4, 0.015, 4000.0), 0.82, 0.20, movement, 2500.0)
    survey = simulate_years([detectors] * 6, mask, truth, np.random.default_rng(1))
    model = OpenModel.of(kind=kind, movement=movement)
    times = []
    for _ in range(2):
        begun = time.process_time()
        found = fit_open(survey, model)
        times.append(time.process_time() - begun)
    print(
        f"{kind:12} {movement:12} {len(mask.points):6} points, {found.animals} animals: {min(times):7.2f} "
        f"CPU-s, {found.convergence.evaluations} evaluations, logL {found.log_likelihood:.4f}"
    )


def main() -> None:
    """Print a row for each kind, movement and mask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", action="store_true", help="also 10,800 points")
    spacings = [2000.0, 1000.0] + ([500.0] if parser.parse_args().largest else [])
    movements: tuple[Movement, ...] = ("static", "independent", "normal", "exponential")
    for spacing in spacings:
        for movement in movements:
            race(spacing, movement, "jolly-seber")
        race(spacing, "static", "cjs")


if __name__ == "__main__":
    main()
