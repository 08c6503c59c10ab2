"""How good predictions of finds are: ranking, calibration, and intervals over cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amur.science.poaching.model import log_loss

Floats = NDArray[np.float64]
_BINS = 10


@dataclass(frozen=True, slots=True)
class Scored:
    """A measure with its interval."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Predictions (rows,) of finds, measured.

    `brier` is reliability - resolution + uncertainty, but for what varies within bins (A. H. Murphy, "A new
    vector partition of the probability score", Journal of Applied Meteorology 12 (1973) 595-600).
    """

    area: Scored
    """Of the curve of hits and false alarms: a row with a find has the higher prediction (ties half)."""
    precision: Scored
    """Average precision: the mean share of finds among the rows predicted at least as high as each find."""
    top_tenth: float
    """The share of rows with finds that is in the highest tenth of predictions."""
    log_loss: float
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    bins: Floats
    """Rows, mean prediction and share with finds of each tenth of predictions (bins, 3)."""
    rows: int
    finds: int


def scores_of(
    p: Floats, found: Floats, cell: NDArray[np.int64], random: np.random.Generator, draws: int = 400
) -> Scores:
    """Measure predictions (n,) of finds (n,) of 0 or 1 in cells (n,); intervals draw whole cells anew.

    Raises ValueError without rows of both kinds.

    >>> p, found = np.array([0.9, 0.8, 0.3, 0.2]), np.array([1.0, 0, 1, 0])
    >>> scores = scores_of(p, found, np.arange(4), np.random.default_rng(1))
    >>> scores.area.estimate, round(scores.precision.estimate, 4), round(scores.brier, 4)
    (0.75, 0.8333, 0.295)
    """
    if found.min(initial=1) == found.max(initial=0):
        raise ValueError("scores need rows with and without finds")
    drawn = draw_cells_anew(cell, random, draws)
    areas = np.array([area_under(p, found, weights) for weights in drawn])
    precisions = np.array([average_precision(p, found, weights) for weights in drawn])
    bins = _bins(p, found)
    share = bins[:, 0] / len(p)
    base = float(found.mean())
    top = np.argsort(-p, kind="stable")[: max(1, round(len(p) / 10))]
    return Scores(
        _scored(area_under(p, found), areas),
        _scored(average_precision(p, found), precisions),
        float(found[top].sum() / found.sum()),
        log_loss(p, found),
        float(((p - found) ** 2).mean()),
        float(share @ (bins[:, 1] - bins[:, 2]) ** 2),
        float(share @ (bins[:, 2] - base) ** 2),
        base * (1 - base),
        bins,
        len(p),
        int(found.sum()),
    )


def draw_cells_anew(cell: NDArray[np.int64], random: np.random.Generator, draws: int) -> Floats:
    """How often each row counts (draws, n) when whole cells are drawn anew."""
    number = np.unique(cell, return_inverse=True)[1]
    cells = int(number.max()) + 1
    found: Floats = random.multinomial(cells, np.full(cells, 1 / cells), draws)[:, number].astype(float)
    return found


def area_under(p: Floats, found: Floats, weights: Floats | None = None) -> float:
    """The area under the curve of hits and false alarms; NaN where one kind of rows is missing.

    >>> area_under(np.array([0.1, 0.4, 0.4, 0.8]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.875
    """
    hits, others = _by_value(p, found, weights)
    if not hits.sum() > 0 or not others.sum() > 0:
        return float("nan")
    below = np.cumsum(others) - others / 2
    return float(hits @ below / (hits.sum() * others.sum()))


def average_precision(p: Floats, found: Floats, weights: Floats | None = None) -> float:
    """The mean precision at each find; equal predictions are taken together. NaN without finds.

    >>> average_precision(np.array([0.9, 0.8, 0.7]), np.array([1.0, 0.0, 1.0]))
    0.8333333333333333
    """
    hits, others = (each[::-1] for each in _by_value(p, found, weights))
    if not hits.sum() > 0:
        return float("nan")
    caught, taken = np.cumsum(hits), np.cumsum(hits + others)
    return float(hits @ (caught / np.where(taken > 0, taken, 1)) / hits.sum())


def _by_value(p: Floats, found: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """Weights of rows with and without finds for each different prediction, from the lowest."""
    weights = np.ones(len(p)) if weights is None else weights
    number = np.unique(p, return_inverse=True)[1]
    hits, others = (np.bincount(number, weights * kind).astype(np.float64) for kind in (found, 1 - found))
    return hits, others


def _bins(p: Floats, found: Floats) -> Floats:
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, _BINS) if len(part)]
    return np.array([[len(part), p[part].mean(), found[part].mean()] for part in parts])


def _scored(estimate: float, drawn: Floats) -> Scored:
    lower, upper = np.nanquantile(drawn, [0.025, 0.975])
    return Scored(estimate, float(lower), float(upper))
