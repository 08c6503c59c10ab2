"""Fits of spatial capture-recapture models against the CPU time of secr (R, C++) on the same class of
machine.

Tigers: 44 animals, 120 stations, 48 days with daily effort, 4,810 mask points. Three sessions of counts:
about 41 animals, 110 stations, 27,546 points, simulated here. Cameras: 300 x 90 days x 52 animals with
20,020 or 100,050 points. Ours is the CPU time of one whole fit, standard errors included, after compilation;
secr's was measured beforehand and lies in the reference data, which is no part of the project (without it
only the simulated survey is run).

    .venv/bin/python benchmarks/capture_fit.py [--largest]
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np

from amur.science.capture.data import Detectors, Mask, Session, Survey
from amur.science.capture.examples import mask_around
from amur.science.capture.fitting import fit
from amur.science.capture.model import Model
from amur.science.capture.simulate import Truth, simulate_session

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "science" / "capture"))
from secr_reference import DATA, fits, reference, survey_of, survey_of_fit

THREE_SESSIONS = 56.7
"""CPU seconds of secr for a survey of the size of the simulated one."""


def three_sessions() -> Survey:
    """Counts of 41 animals at 110 stations in three areas with 27,546 mask points."""
    sessions, random = [], np.random.default_rng(5)
    for number, (stations, points) in enumerate(((40, 9182), (37, 9182), (33, 9182))):
        positions = random.uniform(0, 40_000, (stations, 2))
        detectors = Detectors(positions, np.full((stations, 1), 60.0), "count")
        whole = mask_around(detectors, 30_000, 970)
        mask = Mask(whole.points[:points], whole.cell_area)
        session = simulate_session(str(number), detectors, mask, Truth(8.3e-5, 0.004, 6500.0), random)
        sessions.append(session)
    return Survey(tuple(sessions))


def big(points: int) -> Survey:
    """The survey of 300 cameras with a mask of about so many points."""
    survey = survey_of("sim_big", ("packaged.secrdemo.0.mask.csv",))
    (session,) = survey.sessions
    spacing = float(np.sqrt(62_000 * 52_000 / points))
    mask = mask_around(session.detectors, 12_000, spacing)
    return Survey((Session("1", session.detectors, session.captures, mask),))


def race(name: str, survey: Survey, model: Model, theirs: float | None) -> None:
    """Fit twice, the first time to compile, and print the CPU times."""
    fit(survey, model)
    times = []
    for _ in range(3):
        begun = time.process_time()
        found = fit(survey, model)
        times.append(time.process_time() - begun)
    ours, points = min(times), sum(len(session.mask.points) for session in survey.sessions)
    ratio = f"secr {theirs:8.1f} s, ratio {theirs / ours:5.0f}" if theirs else ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:<16} {found.animals:4} animals {points:7,} points: {ours:6.3f} CPU-s"
        f" (log-likelihood {found.log_likelihood:.4f}, {found.convergence.evaluations} evaluations,"
        f" peak {peak:.0f} MB) {ratio}",
        flush=True,
    )


def main() -> None:
    """Run the races."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", action="store_true", help="also 100,050 mask points")
    options = parser.parse_args()
    if DATA.is_dir():
        tigers = fits()["tiger.HHN"]
        race("tigers", survey_of_fit(tigers), Model(), tigers["timing"]["cpu_2threads"])
    race("three sessions", three_sessions(), Model(), THREE_SESSIONS)
    if DATA.is_dir():
        stored = {row["M"]: row["cpu"] for row in reference()["scaling"] if row["kind"] == "fit"}
        for points in (5005, 20020, *((100050,) if options.largest else ())):
            race("300 cameras", big(points), Model(), stored.get(points, 565.0 if points == 20020 else None))


if __name__ == "__main__":
    main()
