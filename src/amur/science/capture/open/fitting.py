"""Fitting open populations: the maximum of the likelihood, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.capture.data import Floats, Survey
from amur.science.capture.fitting import FLAT, Convergence, Fit, Progress, unwatched
from amur.science.capture.open.likelihood import OpenLikelihood
from amur.science.capture.open.model import LINKS, OpenModel
from amur.science.capture.optimising import Optimum, maximise
from amur.science.capture.real import Estimate, back, real_estimates
from amur.science.capture.scaling import to_standard
from amur.science.capture.starts import natural_start, start_of

UNTOLD = 1e-3
"""Information on a coefficient below this (a standard error above 30 on its link) is none: it lies at its
boundary, and the others are told without it."""
SURVIVAL_START, GROWTH_START = 0.75, 1.02


@dataclass(frozen=True, slots=True, eq=False)
class OpenFit:
    """A fitted open model: coefficients on the scales of their links, and the parameters they stand for.

    `se` (p,) and `covariance` (p, p) of `beta` (p,) are NaN where the data cannot tell: all where the surface
    is flat, one where it lies at its boundary. `real` are parameters with 95 % intervals at each level.
    """

    model: OpenModel
    likelihood: OpenLikelihood
    labels: tuple[str, ...]
    beta: Floats
    se: Floats
    covariance: Floats
    log_likelihood: float
    convergence: Convergence
    real: tuple[Estimate, ...]

    @property
    def survey(self) -> Survey:
        """The data."""
        return self.likelihood.survey

    @property
    def closed(self) -> Fit:
        """Density and detection of all years as a closed fit has them, for what asks no more; its
        log-likelihood is that of the open model.
        """
        part = slice(len(self.likelihood.closed.labels))
        return Fit(
            model=self.likelihood.closed.model,
            likelihood=self.likelihood.closed,
            labels=self.labels[part],
            beta=self.beta[part],
            se=self.se[part],
            covariance=self.covariance[part, part],
            log_likelihood=self.log_likelihood,
            convergence=self.convergence,
            real=tuple(row for row in self.real if row.parameter not in LINKS),
        )

    @property
    def animals(self) -> int:
        """The number of different individuals seen."""
        return len(self.likelihood.years.ids)

    @property
    def converged(self) -> bool:
        """Whether the search ended at a maximum at which something is told."""
        return self.convergence.converged and bool(np.isfinite(self.se).any())

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * len(self.beta) - 2 * self.log_likelihood

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for small samples, infinite where there are too few animals."""
        count, n = len(self.beta), self.animals
        return self.aic + 2 * count * (count + 1) / (n - count - 1) if n > count + 1 else np.inf


def fit_open(
    survey: Survey,
    model: OpenModel | None = None,
    *,
    intervals: Floats | None = None,
    start: Floats | None = None,
    progress: Progress = unwatched,
) -> OpenFit:
    """Fit an open model by maximum likelihood.

    Sessions are years in the order of time, `intervals` (T - 1,) the time between them (1 where not given):
    survival and recruitment are for a unit of it. `start` (p,) are coefficients to start from. Raises
    ValueError where the model asks for what the survey has not, or nobody was seen.
    """
    model = model or OpenModel()
    progress(0.0, "layout")
    likelihood = OpenLikelihood(survey, model, intervals)
    size = len(likelihood.labels)
    matrix = np.eye(size)
    closed = len(likelihood.closed.labels)
    matrix[:closed, :closed] = to_standard(likelihood.closed.designs)
    first = _start(likelihood) if start is None else np.asarray(start, dtype=float)

    def objective(theta: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood.value_and_gradient(matrix @ theta)
        return value, matrix.T @ gradient

    def tell(iteration: int) -> None:
        progress(0.95 * (1 - 0.9**iteration), "search")

    try:
        best = maximise(objective, np.linalg.solve(matrix, first), _information(likelihood), tell=tell)
    except ValueError as error:
        raise ValueError("the log-likelihood cannot be computed near the start") from error
    progress(1.0, "done")
    return _fitted(likelihood, matrix, best)


def _start(likelihood: OpenLikelihood) -> Floats:
    """Where a fit starts: detection as for a closed one, survival and growth of a stable population."""
    survey, model = likelihood.survey, likelihood.model
    natural = natural_start(survey, model.closed)
    beta = np.zeros(len(likelihood.labels))
    beta[: len(likelihood.closed.labels)] = start_of(likelihood.closed, natural)
    values = {
        "phi": np.log(SURVIVAL_START / (1 - SURVIVAL_START)),
        "f": np.log(GROWTH_START - SURVIVAL_START),
        "lambda": np.log(GROWTH_START),
        "move": np.log(max(0.5 * natural["sigma"], _moved(likelihood) / 2)),
    }
    for name, where in likelihood.designs.slices.items():
        beta[where.start] = values[name]
    return beta


def _moved(likelihood: OpenLikelihood) -> float:
    """How far the mean places of animals move from a year to the next seen, per axis, in metres."""
    within, squares = likelihood.years.within, [0.0]
    means = []
    for session in likelihood.survey.sessions:
        captures = session.captures
        places = session.detectors.positions[captures.detector]
        counts = np.bincount(captures.individual, minlength=captures.animals)
        means.append(
            np.column_stack(
                [np.bincount(captures.individual, axis, captures.animals) / counts for axis in places.T]
            )
        )
    for row in within:
        (seen,) = np.nonzero(row >= 0)
        for a, b in zip(seen[:-1].tolist(), seen[1:].tolist(), strict=True):
            step = means[b][row[b]] - means[a][row[a]]
            squares.append(float(step @ step) / (2 * (b - a)))
    return float(np.sqrt(np.mean(squares)))


def _information(likelihood: OpenLikelihood) -> Floats:
    """A guess of the information on each coefficient."""
    animals = len(likelihood.years.ids)
    detections = sum(int(session.captures.count.sum()) for session in likelihood.survey.sessions)
    guess = {"D": animals, "sigma": 4.0 * max(detections - animals, 1), "f": animals / 2, "lambda": animals}
    guess |= {"phi": animals / 4, "move": animals / 2}
    information = np.empty(len(likelihood.labels))
    for name, where in [*likelihood.closed.designs.slices.items(), *likelihood.designs.slices.items()]:
        information[where] = guess.get(name, detections / 2)
    return information


def _fitted(likelihood: OpenLikelihood, matrix: Floats, best: Optimum) -> OpenFit:
    information = -best.hessian
    diagonal = np.diag(information)
    told = diagonal > UNTOLD
    covariance = np.full(information.shape, np.nan)
    curvature = -np.inf
    if told.any():
        part = information[np.ix_(told, told)]
        scale = 1 / np.sqrt(diagonal[told])
        sizes = np.linalg.eigvalsh(part * np.outer(scale, scale))
        curvature = float(sizes[0] / sizes[-1])
        if curvature > FLAT:
            covariance[np.ix_(told, told)] = np.linalg.inv(part)
            covariance = _turned(matrix, covariance, told)
    beta = matrix @ best.point
    convergence = Convergence(
        best.converged, best.decrement, curvature, best.iterations, likelihood.evaluations, (best.value,)
    )
    closed = len(likelihood.closed.labels)
    real = (
        *real_estimates(likelihood.closed, beta[:closed], covariance[:closed, :closed]),
        *_between(likelihood, beta, covariance),
    )
    return OpenFit(
        model=likelihood.model,
        likelihood=likelihood,
        labels=likelihood.labels,
        beta=beta,
        se=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        log_likelihood=best.value,
        convergence=convergence,
        real=real,
    )


def _turned(matrix: Floats, covariance: Floats, told: np.ndarray) -> Floats:
    """The covariance of coefficients of the columns as they are; what is not told stays so."""
    filled = np.where(np.isnan(covariance), 0.0, covariance)
    turned = matrix @ filled @ matrix.T
    lost = (np.abs(matrix[:, ~told]) > 0).any(axis=1)
    turned[lost], turned[:, lost] = np.nan, np.nan
    return np.asarray(turned)


def _between(likelihood: OpenLikelihood, beta: Floats, covariance: Floats) -> list[Estimate]:
    """Survival, recruitment, growth and movement at each of their levels."""
    names = [session.name for session in likelihood.survey.sessions]
    found = []
    for name, where in likelihood.designs.slices.items():
        matrix = likelihood.designs.matrices[name]
        _, first = np.unique(matrix, axis=0, return_index=True)
        for t in sorted(first.tolist()):
            row = matrix[t]
            level = f"session = {names[t]}" if len(first) > 1 else ""
            used = row != 0
            variance = row[used] @ covariance[where, where][np.ix_(used, used)] @ row[used]
            values = back(float(row @ beta[where]), float(np.sqrt(variance)), likelihood.model.link(name))
            found.append(Estimate(name, level, *values))
    return found
