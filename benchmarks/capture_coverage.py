"""Do 95 % intervals of density hold the truth as often as they say, in surveys like those of the Amur?

Simulated: 0.3 animals per 100 km2, sigma 6 km, 150 stations 5 km apart for 90 days, lambda0 0.02 a day, mask
of 2.5 km out to 20 km. Counted are the intervals of D, sigma and lambda0 that hold the truth, how often the
search failed, and the relative bias of D.

    .venv/bin/python benchmarks/capture_coverage.py [--surveys 400]
"""

import argparse
import time

import numpy as np

from amur.science.capture.data import Detectors, Survey
from amur.science.capture.examples import mask_around
from amur.science.capture.fitting import fit
from amur.science.capture.simulate import Truth, simulate_session

TRUTH = Truth(density=3e-5, intercept=0.02, sigma=6000.0)


def main() -> None:
    """Simulate, fit and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=400)
    options = parser.parse_args()
    east, north = np.meshgrid(np.arange(15) * 5000.0, np.arange(10) * 5000.0)
    positions = np.column_stack([east.ravel(), north.ravel()])
    detectors = Detectors(positions, np.ones((150, 90)), "proximity")
    mask = mask_around(detectors, 20_000.0, 2500.0)
    random = np.random.default_rng(7)
    held, estimates, animals, failed = np.zeros(3), [], [], 0
    begun = time.process_time()
    for _ in range(options.surveys):
        found = fit(Survey((simulate_session("1", detectors, mask, TRUTH, random),)))
        failed += not found.converged
        truths = (TRUTH.density, TRUTH.intercept, TRUTH.sigma)
        held += [row.lower < truth < row.upper for row, truth in zip(found.real, truths, strict=True)]
        estimates.append(found.real[0].estimate)
        animals.append(found.animals)
    shares = 100 * held / options.surveys
    print(
        f"{options.surveys} surveys, {np.mean(animals):.1f} animals on average, {failed} not converged:"
        f" intervals of D hold the truth in {shares[0]:.1f} %, of lambda0 in {shares[1]:.1f} %, of sigma in"
        f" {shares[2]:.1f} %; bias of D {100 * (np.mean(estimates) / TRUTH.density - 1):+.1f} %;"
        f" {time.process_time() - begun:.0f} CPU-s"
    )


if __name__ == "__main__":
    main()
