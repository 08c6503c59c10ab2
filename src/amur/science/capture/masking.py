"""Whether mask and detectors suit the animals: buffers, spacing of the mask, size of the array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from amur.science.capture.data import Session
from amur.science.capture.detection import SQUARE_METRES
from amur.science.capture.finding import Figures, Finding, View
from amur.science.capture.fitting import Fit
from amur.science.capture.starts import detector_spacing
from amur.science.capture.truncation import Truncation, truncation

BIAS = 0.01
"""Relative bias of density by the end of the mask that is too much."""
WIDE = 4.0
"""How wide a buffer should be, in sigma."""
EDGE = 0.02
"""Chance of detection at the outline of the mask that is too much."""
COARSE, FINE = 0.6, 0.05
"""Spacing of the mask in sigma: above, density is inexact; below, time is lost."""
RANGE = 0.95
"""Share of detections in a home range."""
UNLIKE = 2.5
"""How many times the spacing of detectors may differ from the best one."""
SPARSE = 0.25
"""Of 4 sigma^2 K / A: below, animals live between detectors unseen."""


def masking(
    found: Fit, views: Sequence[View], buffer: float | None, *, habitat: bool = False
) -> Iterator[Finding]:
    """What is found in masks and layouts; `buffer` in metres where a mask was laid around the detectors, and
    whether it has `habitat` alone.
    """
    yield from _buffers(found, views, buffer, habitat=habitat)
    ratios = [spacing_of(view.session) / view.sigma for view in views]
    worst = int(np.argmax(ratios))
    about: Figures = {"session": views[worst].session.name, "spacing": spacing_of(views[worst].session)}
    about |= {"sigma": views[worst].sigma, "needed": COARSE * views[worst].sigma}
    if ratios[worst] > COARSE:
        yield Finding("mask-coarse", "warning", about)
    elif ratios[worst] < FINE:
        yield Finding("mask-fine", "note", about)
    if buffer and not habitat:
        masks = {id(view.session.mask): view.session.mask for view in views}
        area = sum(mask.area for mask in masks.values()) / 100
        yield Finding("habitat-unknown", "note", {"area": area})
    if not found.survey.searched:
        for check in (_array_small, _array_sparse, _spacing_unlike):
            told = [finding for view in views if (finding := check(view))]
            yield from told[:1]


def spacing_of(session: Session) -> float:
    """The spacing in metres of the points of a mask, as of a square grid."""
    return float(np.sqrt(session.mask.cell_area * SQUARE_METRES))


def _buffers(found: Fit, views: Sequence[View], buffer: float | None, *, habitat: bool) -> Iterator[Finding]:
    """The worst of: a bias of density, a way out that is short, detection at the outline."""
    ends = [truncation(found, view.number) for view in views if view.session.distances is None]
    if not ends:
        return
    worst = max(ends, key=lambda end: end.bias)
    view = next(view for view in views if view.session.name == worst.session)
    values = _about(worst, view)
    if np.isinf(worst.needed):
        yield Finding("buffer-endless", "warning", values)
    elif worst.bias > BIAS:
        yield Finding("buffer-bias" if buffer and not habitat else "mask-bias", "warning", values)
    elif buffer and buffer < WIDE * view.sigma:
        yield Finding("buffer-narrow", "warning", {**values, "width": buffer})
    elif worst.edge > EDGE:
        yield Finding("mask-edge", "note", values)


def _about(end: Truncation, view: View) -> Figures:
    needed = needed_width(end, view)
    return {
        "session": end.session,
        "width": end.width,
        "sigma": view.sigma,
        "bias": 100 * end.bias,
        "edge": 100 * end.edge,
        "sigmas": WIDE,
        "needed": needed,
    }


def needed_width(end: Truncation, view: View) -> float:
    """The buffer in metres that a session should have, rounded up to two digits and more."""
    least = max(end.needed if np.isfinite(end.needed) else 0.0, WIDE * view.sigma)
    step = 10.0 ** (np.floor(np.log10(least)) - 1)
    return float(np.ceil(least / step) * step)


def _array_small(view: View) -> Finding | None:
    """A home range should fit into the array."""
    detectors = view.session.detectors.positions
    across = float(np.hypot(*np.ptp(detectors, axis=0)))
    range_ = 2 * view.radius(RANGE)
    if across >= range_:
        return None
    return Finding(
        "array-small", "warning", {"across": across, "range": range_, "session": view.session.name}
    )


def _array_sparse(view: View) -> Finding | None:
    """The share of the area that is within about a sigma of detectors, 4 sigma^2 K / A, is far below 1."""
    area = _hull_area(view.session)
    if not area:
        return None
    share = 4 * view.sigma**2 * view.session.detectors.count / area
    if share >= SPARSE:
        return None
    return Finding("array-sparse", "warning", {"share": 100 * share, "session": view.session.name})


def _spacing_unlike(view: View) -> Finding | None:
    """The best spacing is about 2 sigma sqrt(lambda0 S).

    Source: Efford & Boulanger 2019, Methods in Ecology and Evolution 10:1529.
    """
    best = 2 * view.sigma * float(np.sqrt(view.hazard))
    spacing = detector_spacing(view.session)
    if view.session.detectors.count < 2 or not spacing or 1 / UNLIKE <= spacing / best <= UNLIKE:
        return None
    values: Figures = {"spacing": spacing, "best": best, "session": view.session.name}
    return Finding("spacing-unlike", "note", values)


def _hull_area(session: Session) -> float:
    """The area in square metres of the convex hull of detectors, 0 where they stand in a line."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        return float(ConvexHull(session.detectors.positions).volume)
    except (QhullError, ValueError):
        return 0.0
