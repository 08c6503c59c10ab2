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
    points = np.vstack([session.mask.points for session in survey.sessions])
    return {
        "sessions": [of_session(session) for session in survey.sessions],
        "animals": len({one for session in survey.sessions for one in session.captures.ids}),
        "countries": [list(one) for one in counted(countries_of(*degrees(crs, every)))],
        "mask_countries": [code for code, _count in counted(countries_of(*degrees(crs, points))) if code],
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
    """Names of covariates that every session has, without gaps and not the same everywhere."""
    names = set.intersection(*(set(each) for each in covariates)) if covariates else set()
    return sorted(
        name
        for name in names
        if all(_is_whole(each[name]) for each in covariates)
        and len({str(value) for each in covariates for value in np.asarray(each[name]).ravel()}) > 1
    )


def _is_whole(values: Any) -> bool:
    """Whether no value is unknown."""
    found = np.asarray(values)
    return bool((found != "").all() if found.dtype.kind in "UO" else np.isfinite(found).all())


def _levels(survey: Survey) -> dict[str, list[str]]:
    """Covariates of individuals with their known levels, where there are exactly two."""
    found: dict[str, set[str]] = {}
    for session in survey.sessions:
        for name, values in session.captures.covariates.items():
            found.setdefault(name, set()).update(str(value) for value in values)
    everywhere = set.intersection(*(set(session.captures.covariates) for session in survey.sessions))
    known = {name: sorted(values - {"", "NA", "nan"}) for name, values in found.items() if name in everywhere}
    return {name: levels for name, levels in sorted(known.items()) if len(levels) == 2}
