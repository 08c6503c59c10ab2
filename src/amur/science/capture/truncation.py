"""What a mask leaves out: density against the width of the buffer, and the bias of a mask that ends too near.

Animals whose centres lie beyond the mask are detected, too, but have to be explained by centres inside, so
that a narrow mask makes density too high. Detection is that of the fit, density uniform; the mask is carried
on beyond its outline (the convex hull of its points), so that lakes drawn inside stay lakes. Sources: Efford
2004, Oikos 106:598; the curve is that of effective area against buffer width (Borchers & Efford 2008).

>>> from amur.science.capture.examples import camera_survey
>>> from amur.science.capture.fitting import fit
>>> found = truncation(fit(camera_survey()))
>>> f"{found.width:.0f} m of buffer; {found.needed:.0f} m are enough"
'8000 m of buffer; 5800 m are enough'
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.capture.data import Floats, Mask, Session
from amur.science.capture.derived import detection_chance
from amur.science.capture.detection import SQUARE_METRES
from amur.science.capture.fitting import Fit

NOTHING = 1e-4
"""A hazard over all occasions below which nothing is detected."""
FARTHEST = 30.0
"""Sigma beyond which no mask is carried on."""
FINENESS = 0.3
"""Spacing beyond the outline, in sigma; never finer than the mask."""
POINTS = 40_000
"""More points beyond the outline make them coarser."""
HARMLESS = 1e-3
"""Relative bias of density of the width that is recommended."""
STEPS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Truncation:
    """The bias of the mask of a session.

    `width` (metres) is the shortest way from a detector to the outline of the mask. `bias` is that of
    density, as a share of it, against a mask without end; `edge` the mean chance that an animal with its
    centre at the outline is detected; `needed` (metres) the width whose bias is below a thousandth, infinite
    where detection falls so slowly that there is none. `widths` (W,) in metres and `densities` (W,) per
    hectare are the curve.
    """

    session: str
    width: float
    bias: float
    edge: float
    needed: float
    widths: Floats
    densities: Floats


def sigma_of(found: Fit, session: int) -> float:
    """The largest sigma of a session in metres, over groups and classes of individuals."""
    values = found.likelihood.state(found.beta, session).values["sigma"].value
    return float(np.max(values))


def reach_of(found: Fit, session: int) -> float:
    """The distance in metres beyond which no detector ever detects; `FARTHEST` sigma at most."""
    state = found.likelihood.state(found.beta, session)
    sigma, function = sigma_of(found, session), found.model.detection_function
    names = found.model.detection_parameters
    most = float(np.max(state.values[names[0]].value))
    if found.model.by_a0:
        most *= SQUARE_METRES / (2 * np.pi * sigma**2)
    z = float(np.min(state.values["z"].value)) if "z" in names else 1.0
    exposure = state.session.detectors.exposure.sum(axis=1)
    amount = float(exposure.max())
    if state.searched:
        amount = float(exposure.sum()) / (2 * np.pi * sigma**2)
    away = np.arange(1.0, FARTHEST, 0.05)
    chance = function.at(away, most, 1.0, z) * amount
    near = away[chance > NOTHING]
    return sigma * float(near[-1] if near.size else 1.0)


def truncation(found: Fit, session: int = 0) -> Truncation:
    """The bias of the mask of a session, and density against the width of the buffer.

    Least-cost distances are not carried on: there the bias counts from the mask alone, as straight lines.
    """
    from scipy.spatial import cKDTree

    survey = found.survey.sessions[session]
    mask, detectors = survey.mask, survey.detectors.positions
    hull = outline(mask.points)
    edges, offsets = hull[:, :2], hull[:, 2]
    half = 0.5 * np.sqrt(mask.cell_area * SQUARE_METRES)
    inside = (edges @ detectors.T + offsets[:, None]).max(axis=0)
    width = max(0.0, half - float(inside.max()))
    reach = reach_of(found, session)
    beyond, beyond_area = _beyond(survey, reach, FINENESS * sigma_of(found, session), hull)
    chances = _chances(found, session, mask)
    outside = np.zeros((len(chances), 0))
    if len(beyond):
        outside = _chances(found, session, Mask(beyond, beyond_area))
    far = np.abs((edges @ mask.points.T + offsets[:, None]).max(axis=0)) <= half
    group = found.likelihood.layouts[session].group
    members = np.bincount(group, minlength=len(chances)).astype(float)
    area = chances * mask.cell_area
    whole = area.sum(axis=1) + (outside * beyond_area).sum(axis=1)
    animals = members if members.any() else np.ones_like(members)
    ideal = float((animals / whole).sum())
    bias = float((animals / area.sum(axis=1)).sum()) / ideal - 1
    edge = float(animals @ chances[:, far].mean(axis=1) / animals.sum()) if far.any() else 0.0
    points = np.vstack([mask.points, beyond])
    areas = np.hstack([area, outside * beyond_area])
    away = cKDTree(detectors).query(points)[0]
    order = np.argsort(away)
    grown = np.cumsum(areas[:, order], axis=1)
    farthest = min(float(away.max()), max(reach, width))
    widths = np.linspace(farthest / STEPS, farthest, STEPS)
    place = np.maximum(np.searchsorted(away[order], widths, side="right") - 1, 0)
    densities = (animals[:, None] / np.maximum(grown[:, place], 1e-300)).sum(axis=0)
    enough = np.flatnonzero(densities / ideal - 1 <= HARMLESS)
    still_falling = densities[int(0.7 * STEPS)] / ideal - 1 > 0.01
    needed = np.inf if still_falling or not enough.size else float(widths[enough[0]])
    return Truncation(survey.name, width, bias, edge, needed, widths, densities)


def outline(points: Floats) -> Floats:
    """The sides (k, 3) of the convex hull of points (n, 2): a x + b y + c is the distance beyond a side.

    Points in a line get a hull as thin as rounding.
    """
    from scipy.spatial import ConvexHull, QhullError

    try:
        return np.asarray(ConvexHull(points).equations)
    except QhullError:
        return np.asarray(ConvexHull(points, qhull_options="QJ").equations)


def _chances(found: Fit, session: int, mask: Mask) -> Floats:
    """The chance (groups, M) of being detected at the points of a mask."""
    masks = [each.mask for each in found.survey.sessions]
    if mask is masks[session]:
        return detection_chance(found.likelihood.state(found.beta, session))
    masks[session] = mask
    return detection_chance(found.likelihood.elsewhere(masks).state(found.beta, session))


def _beyond(session: Session, reach: float, spacing: float, hull: Floats) -> tuple[Floats, float]:
    """Points (n, 2) beyond the outline of a mask within reach of a detector, each of so many hectares."""
    from scipy.spatial import cKDTree

    detectors = session.detectors.positions
    low, high = detectors.min(axis=0) - reach, detectors.max(axis=0) + reach
    spacing = max(spacing, float(np.sqrt(session.mask.cell_area * SQUARE_METRES)))
    spacing = max(spacing, float(np.sqrt(np.prod(high - low) / POINTS)))
    axes = [np.arange(low[k] + spacing / 2, high[k], spacing) for k in (0, 1)]
    east, north = np.meshgrid(*axes)
    points = np.column_stack([east.ravel(), north.ravel()])
    half = 0.5 * float(np.sqrt(session.mask.cell_area * SQUARE_METRES))
    out = (hull[:, :2] @ points.T + hull[:, 2:]).max(axis=0) > half
    near = cKDTree(detectors).query(points)[0] <= reach
    return points[out & near], spacing**2 / SQUARE_METRES
