"""Simulated surveys: centres from a density, captures from a detection function."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from amur.science.capture.data import Captures, Detectors, Floats, Integers, Mask, Session
from amur.science.capture.detection import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Truth:
    """What a simulation starts from: `density` per hectare, one number or one per mask point (M,)."""

    density: float | Floats
    intercept: float
    sigma: float
    z: float = 1.0
    function: str = "HHN"


def simulate_session(
    name: str, detectors: Detectors, mask: Mask, truth: Truth, random: np.random.Generator
) -> Session:
    """One session with a Poisson number of individuals; each has its centre somewhere in a cell of the mask.

    Counts are Poisson. Individuals that were never detected are left out, as in a real survey. Raises
    ValueError where nobody was detected.
    """
    expected = mask.cell_area * np.broadcast_to(truth.density, len(mask.points))
    cells = np.repeat(np.arange(len(mask.points)), random.poisson(expected))
    half = 50 * np.sqrt(mask.cell_area)
    centres = mask.points[cells] + random.uniform(-half, half, (cells.size, 2))
    found = [caught(detectors, hazards_at(detectors, centre, truth), random) for centre in centres]
    seen = [detections for detections in found if detections[0].size]
    if not seen:
        raise ValueError("the simulation has no detection")
    captures = Captures(
        individual=np.repeat(np.arange(len(seen)), [detections[0].size for detections in seen]),
        occasion=np.concatenate([detections[0] for detections in seen]),
        detector=np.concatenate([detections[1] for detections in seen]),
        count=np.concatenate([detections[2] for detections in seen]),
        ids=tuple(str(i + 1) for i in range(len(seen))),
    )
    return Session(name, detectors, captures, mask)


def hazards_at(detectors: Detectors, centre: Floats, truth: Truth) -> Floats:
    """The hazards (S, J) of an animal."""
    function = FUNCTIONS[truth.function]
    value = function.at(np.hypot(*(detectors.positions - centre).T), truth.intercept, truth.sigma, truth.z)
    return np.asarray(detectors.effort.T * (-np.log1p(-value) if function.probability else value))


def caught(
    detectors: Detectors, hazards: Floats, random: np.random.Generator
) -> tuple[Integers, Integers, Integers]:
    """Occasions, detectors and counts of the detections of an animal."""
    if detectors.kind == "count":
        counts = random.poisson(hazards)
        s, j = np.nonzero(counts)
        return s, j, counts[s, j]
    if detectors.kind == "proximity":
        s, j = np.nonzero(random.random(hazards.shape) < -np.expm1(-hazards))
        return s, j, np.ones_like(s)
    # Competing hazards: the first trap to catch holds the animal for the rest of the occasion.
    totals = hazards.sum(axis=1)
    (s,) = np.nonzero(random.random(totals.size) < -np.expm1(-totals))
    j = np.array(
        [random.choice(detectors.count, p=hazards[each] / totals[each]) for each in s], dtype=np.int64
    )
    return s, j, np.ones_like(s)


def with_covariates(session: Session, **covariates: np.ndarray) -> Session:
    """The session with covariates of its individuals."""
    return replace(session, captures=replace(session.captures, covariates=covariates))
