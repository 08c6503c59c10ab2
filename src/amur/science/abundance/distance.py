"""Distance sampling: from perpendicular or radial distances to the chance of detection.

Lines, points, and cameras as points that see a part of the circle at moments (snapshots). The detection
function is fitted by maximum likelihood, its scale may depend on covariates (MCDS). Density and numbers come
from `distance_density.py`, tests of the curve from `adequacy.py`. Source: Buckland et al. 2001, Introduction
to Distance Sampling; Marques & Buckland 2003, Incorporating covariates into standard line transect analyses;
Howe et al. 2017, Distance sampling with camera traps.

>>> random = np.random.default_rng(1)
>>> seen = np.abs(random.normal(0, 30, 400))
>>> survey = DistanceSurvey("line", seen, np.zeros(400, dtype=np.int64), np.array([8000.0]))
>>> found = fit(survey, Model("half-normal", right=100.0))
>>> f"{found.average_p.estimate:.3f}, scale {np.exp(found.maximum.beta[0]):.1f} m"
'0.344, scale 27.5 m'
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from amur.science.abundance.detection import Curve, Key, Quadrature, Series, Values
from amur.science.abundance.estimates import Estimate, log_normal
from amur.science.abundance.linear import Linear
from amur.science.abundance.sampling import Floats, Whole
from amur.science.abundance.search import Maximum, Surface, search
from amur.science.capture.fitting import Progress, unwatched
from amur.science.capture.formula import parse_model

Kind = Literal["line", "point"]
PARAMETERS: Mapping[Key, tuple[str, ...]] = {
    "half-normal": ("scale",),
    "hazard-rate": ("scale", "shape"),
    "uniform": (),
}
CHECKED = 400
"""Distances at which a curve is held against the one before."""
RISE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class DistanceSurvey:
    """n observations in K samples (lines, points, cameras) of S strata.

    `distance` (n,) in metres, `sample` (n,) the number of its sample, `size` (n,) of the group, `covariates`
    (n,) by name. `effort` (K,) is metres of line, or visits or moments of a point; `fraction` (K,) of the
    circle that a point sees; `stratum` (K,), `names`, and `areas` (S,) in km², NaN where unknown. Likelihoods
    are of distances in a `unit` of so many metres, which changes AIC by the same constant for every model.
    Raises ValueError naming what cannot be right.
    """

    kind: Kind
    distance: Floats
    sample: Whole
    effort: Floats
    stratum: Whole | None = None
    names: tuple[str, ...] = ("",)
    areas: Floats | None = None
    size: Floats | None = None
    fraction: Floats | None = None
    unit: float = 1.0
    covariates: Mapping[str, Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in ("line", "point"):
            raise ValueError(f"the kind is {self.kind!r}, expected line or point")
        if self.sample.shape != self.distance.shape:
            raise ValueError("every distance needs its sample")
        for what, wrong in (
            ("a distance is below 0 or unknown", ~(self.distance >= 0)),
            ("a sample is not there", (self.sample < 0) | (self.sample >= len(self.effort))),
            ("an effort is not above 0", ~(self.effort > 0)),
            ("a group has fewer than 1 animal", ~(self.sizes >= 1)),
            ("a fraction of the circle is not above 0 and up to 1", ~((self.parts > 0) & (self.parts <= 1))),
            ("a stratum is not there", (self.strata < 0) | (self.strata >= len(self.names))),
        ):
            if wrong.any():
                raise ValueError(f"{what} (number {int(wrong.argmax()) + 1})")

    @property
    def sizes(self) -> Floats:
        """The size of each group (n,)."""
        return np.ones(len(self.distance)) if self.size is None else self.size

    @property
    def parts(self) -> Floats:
        """The part of the circle that each sample sees (K,)."""
        return np.ones(len(self.effort)) if self.fraction is None else self.fraction

    @property
    def strata(self) -> Whole:
        """The stratum of each sample (K,)."""
        return np.zeros(len(self.effort), dtype=np.int64) if self.stratum is None else self.stratum


@dataclass(frozen=True, slots=True)
class Model:
    """A detection function and the data it is fitted to.

    Distances from `left` to `right` metres count; with `breaks`, which begin and end there, only the interval
    of a distance does. `formula` is that of the logarithm of the scale. `orders` of the `series` of
    adjustments.
    """

    key: Key = "half-normal"
    right: float = 0.0
    left: float = 0.0
    series: Series = "cosine"
    orders: tuple[int, ...] = ()
    formula: str = "~1"
    breaks: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.breaks and any(low >= high for low, high in zip(self.breaks, self.breaks[1:], strict=False)):
            raise ValueError("the breaks must rise")
        if self.breaks and (len(self.breaks) < 3 or self.breaks[0] != self.left):
            raise ValueError(f"the breaks need two intervals or more from {self.left:g} m on")
        if self.breaks and self.breaks[-1] != self.right:
            raise ValueError(f"the breaks end at {self.breaks[-1]:g} m, the truncation at {self.right:g} m")
        if self.covariates and self.key == "uniform":
            raise ValueError("a uniform key has no scale that could depend on covariates")
        if self.covariates and self.orders:
            raise ValueError("adjustments and covariates cannot go together; choose one")

    @property
    def covariates(self) -> tuple[str, ...]:
        """The covariates of the scale."""
        terms = parse_model(f"scale {self.formula}").get("scale", ())
        return tuple(dict.fromkeys(name for term in terms for name in term.variables))

    @property
    def curve(self) -> Curve:
        """Its detection function. Raises ValueError where it cannot be."""
        return Curve(self.key, self.right, self.left, self.series, self.orders)

    @property
    def name(self) -> str:
        """The model in words, such as "half-normal + cosine(2)"."""
        orders = ", ".join(str(order) for order in self.orders)
        name = f"{self.key} + {self.series}({orders})" if orders else self.key
        return f"{name}, scale {self.formula}" if self.covariates else name


class Detection:
    """The likelihood of a model over the observations within its truncation."""

    def __init__(self, survey: DistanceSurvey, model: Model) -> None:
        self.survey, self.model, self.curve = survey, model, model.curve
        self.point = survey.kind == "point"
        self.used = np.flatnonzero((survey.distance >= model.left) & (survey.distance <= model.right))
        self.y = survey.distance[self.used]
        if not self.y.size:
            raise ValueError("no distance lies within the truncation")
        if self.point and not model.breaks and (self.y == 0).any():
            raise ValueError("a distance of 0 at a point: give breaks, or measure it")
        rows = {name: _of(survey.covariates, name)[self.used] for name in model.covariates}
        parameters = PARAMETERS[model.key]
        text = f"scale {model.formula}" if parameters else ""
        self.linear = Linear.of(text, parameters, {"scale": rows}, {})
        scales = self.linear.matrix("scale") if parameters else np.ones((1, 1))
        # Observations with the same covariates share their integrals.
        self.rows, self.row = np.unique(scales, axis=0, return_inverse=True)
        self.row = np.broadcast_to(self.row.ravel(), self.y.shape) if len(scales) == 1 else self.row.ravel()
        self.labels = (*self.linear.labels, *(f"{model.series}.{order}" for order in model.orders))
        self.ends = np.array(model.breaks or (model.left, model.right))
        self.quadrature = Quadrature.over(self.ends, self.point)
        self.counts = self._counted() if model.breaks else None

    def _counted(self) -> Floats:
        """Observations (rows, intervals) in each interval, which holds its upper end."""
        place = np.clip(np.searchsorted(self.ends, self.y, side="left") - 1, 0, len(self.ends) - 2)
        counts = np.zeros((len(self.rows), len(self.ends) - 1))
        np.add.at(counts, (self.row, place), 1.0)
        return counts

    def curve_at(self, y: Values, beta: Values) -> Values:
        """g (rows, distances) for each different row of covariates."""
        scale = np.ones(1, dtype=beta.dtype)
        shape: Any = 1.0
        if self.linear.labels:
            scale = np.exp(self.rows @ beta[self.linear.slices["scale"]])
        if "shape" in self.linear.slices:
            shape = np.exp(beta[self.linear.slices["shape"]][0])
        return self.curve.at(y, scale, shape, beta[len(self.linear.labels) :])

    def value(self, beta: Values) -> Any:
        """The log-likelihood."""
        nodes = self.curve_at(self.quadrature.nodes, beta)
        if (nodes.real <= 0).any() and self.model.orders:
            return -np.inf
        whole = nodes @ self.quadrature.weights
        if self.counts is not None:
            parts = self.quadrature.integrals(nodes, len(self.ends) - 1) / whole[:, None]
            return np.where(self.counts > 0, self.counts * np.log(np.maximum(parts, 1e-300)), 0).sum()
        if len(self.rows) == 1:
            seen = self.curve_at(self.y, beta)[0]
        else:
            scale = np.exp(self.rows @ beta[self.linear.slices["scale"]])[self.row]
            shape = np.exp(beta[self.linear.slices["shape"]][0]) if "shape" in self.linear.slices else 1.0
            seen = self.curve.at(self.y[:, None], scale, shape)[:, 0]
        density = seen * self.y if self.point else seen
        return (np.log(density) - np.log(whole)[self.row]).sum() + self.y.size * np.log(self.survey.unit)

    def chances(self, beta: Values) -> Values:
        """The chance (n used,) to detect each animal that lies anywhere up to the right truncation."""
        whole = self.curve_at(self.quadrature.nodes, beta) @ self.quadrature.weights
        return np.asarray((whole / self.covered)[self.row])

    @property
    def covered(self) -> float:
        """The integral of the density of animals up to the right truncation: that of g = 1."""
        return self.model.right**2 / 2 if self.point else self.model.right

    def starts(self) -> list[Floats]:
        """Where searches begin: the root mean square distance as scale, steep and flat shoulders."""
        size = float(np.sqrt(np.mean(self.y**2) / (2 if self.point else 1)))
        found = []
        for factor, shape in ((1.0, 0.7), (0.6, 1.5), (1.4, 2.5)):
            start = np.zeros(len(self.labels))
            if "scale" in self.linear.slices:
                start[self.linear.slices["scale"].start] = np.log(factor * size)
            if "shape" in self.linear.slices:
                start[self.linear.slices["shape"].start] = shape
            found.append(start)
        return found if "shape" in self.linear.slices else found[:1]


@dataclass(frozen=True, eq=False)
class DistanceFit:
    """A fitted detection function.

    `average_p` is the chance to detect an animal anywhere up to the right truncation, those before the left
    one counted as not seen; `constrained` says that the curve was held from rising.
    """

    detection: Detection
    maximum: Maximum
    average_p: Estimate
    constrained: bool

    @property
    def model(self) -> Model:
        """What was fitted."""
        return self.detection.model

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return self.maximum.aic

    @cached_property
    def chances(self) -> Floats:
        """The chance (n used,) to detect each observed animal."""
        return np.asarray(self.detection.chances(self.maximum.beta), dtype=np.float64)

    @property
    def effective(self) -> float:
        """The effective half-width of a line or the effective radius of a point in metres."""
        part = np.sqrt(self.average_p.estimate) if self.detection.point else self.average_p.estimate
        return float(part * self.model.right)

    def predict(self, distance: Floats) -> Floats:
        """g (distances,) averaged over the observed animals."""
        curves = np.real(self.detection.curve_at(distance, self.maximum.beta))
        return np.asarray(np.bincount(self.detection.row, minlength=len(curves)) @ curves / len(self.chances))

    def variance_of(self, function: Any) -> float:
        """The variance, by the delta method, of a function of the coefficients (p,), complex or not."""
        gradient = Surface(function).value_and_gradient(self.maximum.beta)[1]
        return float(gradient @ self.maximum.covariance @ gradient)


def fit(survey: DistanceSurvey, model: Model, *, progress: Progress = unwatched) -> DistanceFit:
    """Fit a detection function by maximum likelihood; one that would rise is held from it.

    Raises ValueError where the model asks for what the survey has not.
    """
    detection = Detection(survey, model)
    surface = Surface(detection.value)
    columns = detection.linear if model.covariates else None
    found = search(surface, detection.labels, detection.starts(), columns, progress)
    constrained = bool(model.orders) and _rises(detection, found.beta)
    if constrained:
        found = _held(detection, surface, found)
    whole = DistanceFit(detection, found, Estimate(np.nan, np.nan, np.nan, np.nan), constrained)

    def average(beta: NDArray[Any]) -> Any:
        chances = detection.chances(beta)
        return len(chances) / (1 / chances).sum()

    p = float(average(found.beta))
    cv = np.sqrt(whole.variance_of(average)) / p
    return DistanceFit(detection, found, log_normal(p, float(cv)), constrained)


def _of(covariates: Mapping[str, Values], name: str) -> Values:
    if name not in covariates:
        raise ValueError(f"there is no covariate {name} ({', '.join(covariates) or 'none'})")
    return covariates[name]


def _curve_points(detection: Detection, beta: Floats) -> Floats:
    at = np.linspace(0, detection.model.right, CHECKED + 1)
    with np.errstate(over="ignore", invalid="ignore"):  # the search looks far away, too
        return np.asarray(np.real(detection.curve_at(at, beta))[0])


def _rises(detection: Detection, beta: Floats) -> bool:
    curve = _curve_points(detection, beta)
    return bool((np.diff(curve) > RISE).any() or (curve < 0).any())


def _held(detection: Detection, surface: Surface, free: Maximum) -> Maximum:
    """The maximum among curves that never rise, by sequential quadratic programming."""
    from scipy.optimize import minimize

    from amur.science.abundance.search import maximum_at
    from amur.science.capture.optimising import Optimum

    def downhill(beta: Floats) -> tuple[float, Floats]:
        value, gradient = surface.value_and_gradient(beta)
        return (-value, -gradient) if np.isfinite(value) else (1e10, np.zeros(len(beta)))

    start = free.beta.copy()
    start[len(detection.linear.labels) :] = 0.0
    falls = {"type": "ineq", "fun": lambda beta: -np.diff(_curve_points(detection, beta))}
    above = {"type": "ineq", "fun": lambda beta: _curve_points(detection, beta)[-1:]}
    found = minimize(
        downhill, start, jac=True, method="SLSQP", constraints=[falls, above], options={"ftol": 1e-12}
    )
    value, gradient = surface.value_and_gradient(found.x)
    best = Optimum(found.x, value, gradient, np.eye(len(start)), 0.0, int(found.nit), bool(found.success))
    return maximum_at(surface, free.labels, np.eye(len(start)), best)


class NotComparable(ValueError):
    """Two fits speak of different data; the message says how they differ."""


def fingerprint(found: DistanceFit) -> dict[str, str]:
    """What must be equal for criteria to be compared, by the words for it."""
    model, survey = found.model, found.detection.survey
    return {
        "truncation": f"{model.left:g} to {model.right:g} m",
        "intervals": ", ".join(f"{end:g}" for end in model.breaks) or "none",
        "kind of samples": survey.kind,
        "distances": hashlib.sha256(np.sort(found.detection.y).tobytes()).hexdigest()[:12],
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of a table of models: `delta` is AIC above the best one, `weight` the share of support."""

    name: str
    fit: DistanceFit
    delta: float
    weight: float


def compare(fits: Mapping[str, DistanceFit]) -> tuple[Compared, ...]:
    """Models by Akaike's criterion, best first.

    Raises NotComparable where truncation, intervals or distances differ.
    """
    if not fits:
        raise ValueError("no fits to compare")
    names = list(fits)
    first = fingerprint(fits[names[0]])
    for name in names[1:]:
        for what, value in fingerprint(fits[name]).items():
            if value != first[what]:
                raise NotComparable(f"{names[0]} and {name} differ in their {what} ({first[what]}; {value})")
    best = min(found.aic for found in fits.values())
    support = {name: float(np.exp((best - found.aic) / 2)) for name, found in fits.items()}
    rows = [
        Compared(name, found, found.aic - best, support[name] / sum(support.values()))
        for name, found in fits.items()
    ]
    return tuple(sorted(rows, key=lambda row: row.delta))
