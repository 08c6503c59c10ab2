"""A small simulated survey for examples and tests; none of its numbers comes from a real animal."""

from __future__ import annotations

import numpy as np

from amur.science.capture.data import Detectors, Kind, Mask, Session, Survey
from amur.science.capture.simulate import Truth, simulate_session


def grid(count: int, spacing: float, kind: Kind = "proximity", occasions: int = 10) -> Detectors:
    """A square of count x count detectors, `spacing` metres apart, every one active on every occasion."""
    east, north = np.meshgrid(np.arange(count) * spacing, np.arange(count) * spacing)
    positions = np.column_stack([east.ravel(), north.ravel()])
    return Detectors(positions, np.ones((count * count, occasions)), kind)


def mask_around(detectors: Detectors, buffer: float, spacing: float) -> Mask:
    """A square lattice of points in the rectangle `buffer` metres around detectors; `east` runs 0 to 1."""
    low, high = detectors.positions.min(axis=0) - buffer, detectors.positions.max(axis=0) + buffer
    axes = [np.arange(low[k] + spacing / 2, high[k], spacing) for k in (0, 1)]
    east, north = np.meshgrid(*axes)
    points = np.column_stack([east.ravel(), north.ravel()])
    share = (points[:, 0] - low[0]) / (high[0] - low[0])
    return Mask(points, spacing**2 / 1e4, {"east": share})


def camera_session(kind: Kind = "proximity", name: str = "1", seed: int = 1, occasions: int = 10) -> Session:
    """Cameras 2 km apart, sigma 2 km, about thirty animals."""
    detectors = grid(6, 2000.0, kind, occasions)
    mask = mask_around(detectors, 8000.0, 1000.0)
    return simulate_session(name, detectors, mask, Truth(0.0012, 0.05, 2000.0), np.random.default_rng(seed))


def camera_survey(kind: Kind = "proximity", sessions: int = 1) -> Survey:
    """One or several such sessions."""
    return Survey(tuple(camera_session(kind, str(k + 1), k + 1) for k in range(sessions)))
