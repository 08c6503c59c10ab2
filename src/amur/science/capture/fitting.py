"""Fitting: `fit` finds the maximum of the likelihood of a model and says how sure it is.

>>> from amur.science.capture.examples import camera_survey
>>> found = fit(camera_survey(), Model.of("D~1", function="HHN"))
>>> found.converged, [round(float(b), 2) for b in found.beta]
(True, [-6.44, -2.79, 7.51])
>>> [(row.parameter, round(row.estimate, 4)) for row in found.real][:2]
[('D', 0.0016), ('lambda0', 0.0611)]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from amur.science.capture.data import Floats, Survey
from amur.science.capture.likelihood import Likelihood
from amur.science.capture.model import Model
from amur.science.capture.optimising import Optimum, maximise
from amur.science.capture.real import Estimate, real_estimates
from amur.science.capture.scaling import to_standard
from amur.science.capture.starts import natural_start, start_of

Progress = Callable[[float, str], None]
COARSE = 1.0
"""Spacing of the mask of the first search, in sigma."""
FLAT = 1e-7


def unwatched(done: float, stage: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Convergence:
    """How the search ended.

    `decrement` is twice what the log-likelihood may still gain. `curvature` is the smallest eigenvalue of the
    information matrix as a share of the largest, of standardised coefficients scaled to unit diagonal; not
    above 1e-7 the surface is flat and standard errors are withheld. `starts` are the log-likelihoods reached
    from each start, `evaluations` those of the whole mask.
    """

    converged: bool
    decrement: float
    curvature: float
    iterations: int
    evaluations: int
    starts: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted model: coefficients on the scales of their links, and the parameters they stand for.

    `se` (p,) and `covariance` (p, p) of `beta` (p,) are NaN where the data cannot tell. `real` are the
    parameters with 95 % intervals at each level.
    """

    model: Model
    likelihood: Likelihood
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
    def converged(self) -> bool:
        """Whether the search ended at a maximum with standard errors."""
        return self.convergence.converged and bool(np.isfinite(self.se).all())

    @property
    def units(self) -> Floats:
        """What each coefficient changes by (p,) when its standardised one changes by 1."""
        return np.abs(np.diag(to_standard(self.likelihood.designs)))

    @property
    def animals(self) -> int:
        """The number of individuals seen, over all sessions."""
        return self.survey.animals

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * len(self.beta) - 2 * self.log_likelihood

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for small samples, infinite where there are too few animals."""
        count, n = len(self.beta), self.animals
        return self.aic + 2 * count * (count + 1) / (n - count - 1) if n > count + 1 else np.inf


def fit(
    survey: Survey,
    model: Model | None = None,
    *,
    start: Floats | Mapping[str, float] | None = None,
    starts: int | None = None,
    seed: int = 1,
    progress: Progress = unwatched,
) -> Fit:
    """Fit a model by maximum likelihood.

    `start` (p,) are coefficients to start from, or some of them by their labels, say those of a simpler
    model; `starts` how many searches are done from different places, 1 without and 4 with unknown classes;
    the best counts. Large masks are searched coarsely first. Raises ValueError where the model asks for what
    the survey has not, or nobody was seen.
    """
    model = model or Model()
    if survey.animals == 0:
        raise ValueError("nobody was seen: there is nothing to fit")
    progress(0.0, "layout")
    likelihood = Likelihood(survey, model)
    survey = likelihood.survey
    matrix = to_standard(likelihood.designs)
    latent = model.classes > 1 and not model.mixture_covariate
    searches = starts or (4 if latent else 1)
    natural = natural_start(survey, model)
    first = _first(likelihood, start_of(likelihood, natural), start)
    information = _information(likelihood)
    coarse = likelihood.thinned(COARSE * natural["sigma"])
    random = np.random.default_rng(seed)
    found: list[Optimum] = []
    for number in range(searches):
        theta = np.asarray(np.linalg.solve(matrix, first), dtype=np.float64)
        if number:
            theta = theta + random.normal(0, 0.7, theta.size)

        def tell(iteration: int, number: int = number) -> None:
            progress((number + 1 - 0.8**iteration) / searches * 0.95, "search")

        searched = _search(likelihood, coarse, matrix, theta, information, tell)
        if searched is not None:
            found.append(searched)
    if not found:
        raise ValueError("the log-likelihood cannot be computed near any start")
    best = max(found, key=lambda optimum: optimum.value)
    progress(1.0, "done")
    return _fitted(likelihood, matrix, best, tuple(optimum.value for optimum in found))


def _first(likelihood: Likelihood, natural: Floats, start: Floats | Mapping[str, float] | None) -> Floats:
    """The coefficients to start from: those given, the natural ones for the rest."""
    if start is None:
        return natural
    if isinstance(start, Mapping):
        pairs = zip(likelihood.labels, natural.tolist(), strict=True)
        return np.array([start.get(*pair) for pair in pairs])
    return np.asarray(start, dtype=float)


def _information(likelihood: Likelihood) -> Floats:
    """A guess of the information on each standardised coefficient."""
    animals = likelihood.survey.animals
    detections = sum(int(session.captures.count.sum()) for session in likelihood.survey.sessions)
    guess = {"D": animals, "sigma": 4.0 * max(detections - animals, 1), "pmix": animals / 4}
    information = np.empty(len(likelihood.labels))
    for name, where in likelihood.designs.slices.items():
        information[where] = guess.get(name, detections / 2)
    return information


def _search(
    likelihood: Likelihood,
    coarse: Likelihood | None,
    matrix: Floats,
    theta: Floats,
    information: Floats,
    tell: Callable[[int], None],
) -> Optimum | None:
    """One search, on the coarse mask first where there is one."""

    def objective(of: Likelihood) -> Callable[[Floats], tuple[float, Floats]]:
        def evaluate(at: Floats) -> tuple[float, Floats]:
            value, gradient = of.value_and_gradient(matrix @ at)
            return value, matrix.T @ gradient

        return evaluate

    hessian = None
    if coarse is not None:
        try:
            near = maximise(objective(coarse), theta, information, tell=tell)
        except ValueError:
            return None
        if near.converged:
            theta, hessian = near.point, near.hessian
    try:
        return maximise(objective(likelihood), theta, information, hessian=hessian, tell=tell)
    except ValueError:
        return None


def _fitted(likelihood: Likelihood, matrix: Floats, best: Optimum, starts: tuple[float, ...]) -> Fit:
    information = -best.hessian
    diagonal = np.diag(information)
    curvature = -np.inf
    covariance = np.full(information.shape, np.nan)
    if (diagonal > 0).all():
        scale = 1 / np.sqrt(diagonal)
        sizes = np.linalg.eigvalsh(information * np.outer(scale, scale))
        curvature = float(sizes[0] / sizes[-1])
        if curvature > FLAT:
            covariance = matrix @ np.linalg.inv(information) @ matrix.T
    beta = matrix @ best.point
    se = np.sqrt(np.diag(covariance))
    convergence = Convergence(
        best.converged, best.decrement, curvature, best.iterations, likelihood.evaluations, starts
    )
    return Fit(
        model=likelihood.model,
        likelihood=likelihood,
        labels=likelihood.labels,
        beta=beta,
        se=se,
        covariance=covariance,
        log_likelihood=best.value,
        convergence=convergence,
        real=real_estimates(likelihood, beta, covariance),
    )
