"""What a person should see of a survey before anything is computed: figures without a place."""

from collections import Counter
from typing import Any

import numpy as np

from amur.portal.population.places import counted, countries_of, degrees
from amur.science.capture import Session, Survey

MOST_BARS = 400
"""Occasions whose effort is drawn one by one."""


def summary(survey: Survey, crs: str) -> dict[str, Any]:
    """Figures of each session, what covariates there are, and where in the world it lies.

    Raises `places.WrongSystem`.
    """
    every = np.vstack([session.detectors.positions for session in survey.sessions])
    return {
        "sessions": [of_session(session) for session in survey.sessions],
        "animals": len({one for session in survey.sessions for one in session.captures.ids}),
        "countries": [list(one) for one in counted(countries_of(*degrees(crs, every)))],
        "individual_covariates": _levels(survey),
        "mask_covariates": _common([session.mask.covariates for session in survey.sessions]),
        "detector_covariates": _common([session.detectors.covariates for session in survey.sessions]),
    }


def of_session(session: Session) -> dict[str, Any]:
    """The figures of a session: lengths in metres, areas in km², effort in the units of the file."""
    detectors, captures, mask = session.detectors, session.captures, session.mask
    seen = np.bincount(captures.individual, captures.count, captures.animals).astype(int)
    active = (detectors.effort > 0).sum(axis=0)
    pairs = np.unique(np.stack([captures.individual, captures.detector]), axis=1)
    return {
        "name": session.name,
        "detectors": detectors.count,
        "occasions": detectors.occasions,
        "effort": float(detectors.effort.sum()),
        "active": active[:MOST_BARS].tolist(),
        "never_active": int((detectors.effort.sum(axis=1) == 0).sum()),
        "individuals": captures.animals,
        "detections": int(captures.count.sum()),
        "by_individual": sorted(Counter(seen.tolist()).items()),
        "visited": len(np.unique(captures.detector)),
        "moves": int(pairs.shape[1] - captures.animals),
        "longest": longest_move(session),
        "spacing": _spacing(session),
        "points": len(mask.points),
        "area": mask.area / 100,
        "cell": mask.cell_area / 100,
    }


def longest_move(session: Session) -> float:
    """The greatest distance in metres between two detectors that met the same animal."""
    from scipy.spatial.distance import pdist

    captures, positions = session.captures, session.detectors.positions
    found = 0.0
    for animal in range(captures.animals):
        visited = np.unique(captures.detector[captures.individual == animal])
        if visited.size > 1:
            found = max(found, float(pdist(positions[visited]).max()))
    return found


def _spacing(session: Session) -> float | None:
    """The median distance in metres from a detector to the next one."""
    from scipy.spatial import cKDTree

    positions = session.detectors.positions
    if len(positions) < 2:
        return None
    return float(np.median(cKDTree(positions).query(positions, k=2)[0][:, 1]))


def _common(covariates: list[Any]) -> list[str]:
    """Names of covariates that every session has, numbers without gaps only."""
    names = set.intersection(*(set(each) for each in covariates)) if covariates else set()
    return sorted(
        name
        for name in names
        if all(
            np.asarray(each[name]).dtype.kind in "fiu" and np.isfinite(each[name]).all()
            for each in covariates
        )
        and any(np.ptp(each[name]) > 0 for each in covariates)
    )


def _levels(survey: Survey) -> dict[str, list[str]]:
    """Covariates of individuals with their known levels, where there are exactly two."""
    found: dict[str, set[str]] = {}
    for session in survey.sessions:
        for name, values in session.captures.covariates.items():
            found.setdefault(name, set()).update(str(value) for value in values)
    everywhere = set.intersection(*(set(session.captures.covariates) for session in survey.sessions))
    known = {name: sorted(values - {"", "NA", "nan"}) for name, values in found.items() if name in everywhere}
    return {name: levels for name, levels in sorted(known.items()) if len(levels) == 2}
