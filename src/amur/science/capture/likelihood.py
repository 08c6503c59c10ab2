"""The likelihood of a spatial capture-recapture model and its gradient, for several sessions.

With Pr_i(x) the chance of the history of animal i at centre x, a the cell area, D(x) the density and
p(x) the chance of at least one detection (Borchers & Efford 2008, Biometrics 64:377), the Poisson form is

    sum_i log sum_x a D Pr_i - sum_x a D p - sum over distinct histories of log(count!),

the conditional form divides by sum_x a p for each animal, the binomial form adds a binomial of the number
seen. With classes the chance is summed over them, weighted by their shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import lgamma, pi

import numpy as np

from amur.science.capture.data import Booleans, Floats, Mask, Session, Survey
from amur.science.capture.detection import SQUARE_METRES
from amur.science.capture.kernels import Rows, backward, forward, normalise
from amur.science.capture.layout import Layout, layout_of
from amur.science.capture.model import Link, Model, designs_of
from amur.science.capture.search import check_searched
from amur.science.capture.special import digamma
from amur.science.capture.twice import backward_odds, forward_odds, seen_twice

NO_DISTANCES = np.zeros((0, 0))
FEWEST_POINTS, LEAST_SAVED = 150, 3
"""Of a thinned mask."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The values of a parameter in a session, and the derivative of their logs to the linear predictor."""

    value: Floats
    slope: Floats


def values_of(linear: Floats, link: Link) -> Values:
    """The values that a linear predictor stands for."""
    if link == "log":
        return Values(np.exp(linear), np.ones_like(linear))
    if link == "logit":
        value = 1 / (1 + np.exp(-linear))
        return Values(value, 1 / (1 + np.exp(linear)))
    value = np.maximum(linear, 1e-200)
    return Values(value, np.where(linear > 1e-200, 1 / value, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """The log-likelihood of a session from sums over its mask, with its derivatives.

    To the log sums of the histories (n, classes), to the expected numbers seen (groups, classes), to the
    expected number in the mask, and to the linear predictor of the share of the second class.
    """

    value: float
    by_log_sums: Floats
    by_seen: Floats
    by_present: float
    by_share: float


class Likelihood:
    """The log-likelihood of a survey under a model as a function of its coefficients (p,).

    >>> from amur.science.capture.examples import camera_survey
    >>> likelihood = Likelihood(camera_survey(), Model.of(function="HHN"))
    >>> likelihood.labels
    ('D', 'lambda0', 'sigma')
    """

    def __init__(self, survey: Survey, model: Model) -> None:
        """Lay out all sessions. Raises ValueError where the model asks for what the survey has not."""
        survey = seen_twice(survey) if model.least_detections == 2 else survey
        check_searched(survey, model)
        self.survey, self.model = survey, model
        self.designs = designs_of(survey, model)
        self.layouts = tuple(
            layout_of(session, model, self.designs, number) for number, session in enumerate(survey.sessions)
        )
        self.evaluations = 0

    def thinned(self, spacing: float) -> Likelihood | None:
        """The same with mask points about `spacing` metres apart; None where that saves little."""
        sessions, kept = [], []
        for session in self.survey.sessions:
            thin, chosen = thinned_session(session, spacing)
            sessions.append(thin)
            kept.append(chosen)
        before = sum(len(session.mask.points) for session in self.survey.sessions)
        after = [int(chosen.sum()) for chosen in kept]
        if min(after) < FEWEST_POINTS or sum(after) * LEAST_SAVED > before:
            return None
        coarse = Likelihood.__new__(Likelihood)
        coarse.survey, coarse.model, coarse.layouts = Survey(tuple(sessions)), self.model, self.layouts
        coarse.evaluations = 0
        coarse.designs = self.designs
        if "D" in self.designs.by_parameter:
            design = self.designs.by_parameter["D"]
            matrices = tuple(
                matrix if len(matrix) == 1 else matrix[chosen]
                for matrix, chosen in zip(design.matrices, kept, strict=True)
            )
            by_parameter = {**self.designs.by_parameter, "D": replace(design, matrices=matrices)}
            coarse.designs = replace(self.designs, by_parameter=by_parameter)
        return coarse

    def elsewhere(self, masks: Sequence[Mask]) -> Likelihood:
        """The same detection at the places of other masks, one for each session, along straight lines.

        Density is 1 per hectare there: only what follows from detection has a meaning.
        """
        other = Likelihood.__new__(Likelihood)
        sessions = zip(self.survey.sessions, masks, strict=True)
        other.survey = Survey(tuple(replace(one, mask=mask, distances=None) for one, mask in sessions))
        other.model, other.layouts, other.evaluations = self.model, self.layouts, 0
        other.designs = self.designs
        if "D" in self.designs.by_parameter:
            design = self.designs.by_parameter["D"]
            flat = tuple(np.zeros((1, len(design.labels))) for _ in masks)
            by_parameter = {**self.designs.by_parameter, "D": replace(design, matrices=flat)}
            other.designs = replace(self.designs, by_parameter=by_parameter)
        return other

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the coefficients."""
        return self.designs.labels

    def value(self, beta: Floats) -> float:
        """The log-likelihood, -inf where it cannot be computed."""
        return self._evaluate(beta, False)[0]

    def value_and_gradient(self, beta: Floats) -> tuple[float, Floats]:
        """The log-likelihood and its gradient (p,)."""
        return self._evaluate(beta, True)

    def _evaluate(self, beta: Floats, with_gradient: bool) -> tuple[float, Floats]:
        self.evaluations += 1
        total, gradient = 0.0, np.zeros(len(beta))
        with np.errstate(all="ignore"):
            for number in range(len(self.layouts)):
                value, part = SessionState(self, number, np.asarray(beta, dtype=float)).finish(with_gradient)
                total += value
                gradient += part
        if not np.isfinite(total) or not np.isfinite(gradient).all():
            return -np.inf, np.zeros(len(beta))
        return total, gradient

    def state(self, beta: Floats, number: int) -> SessionState:
        """The session `number` at coefficients, evaluated at every mask point."""
        return SessionState(self, number, beta)


class SessionState:
    """One session at given coefficients: what the likelihood and derived quantities are made of.

    `shares` (H, M) are the chances of the mask points to be the centre, given each history; `log_sums` (H,)
    the logs of sum_x a D Pr; `seen` (groups, classes) is sum_x a D p; `density` (M,) per hectare.
    """

    def __init__(self, likelihood: Likelihood, number: int, beta: Floats) -> None:
        self.model, self.designs = likelihood.model, likelihood.designs
        self.layout: Layout = likelihood.layouts[number]
        self.session: Session = likelihood.survey.sessions[number]
        self.number, self.beta = number, beta
        self.searched = likelihood.survey.searched
        self.values: Mapping[str, Values] = {
            name: self._values(name) for name in self.designs.by_parameter if name != "pmix"
        }
        points = len(self.session.mask.points)
        self.density = np.ones(points)
        if "D" in self.values:
            self.density = np.broadcast_to(self.values["D"].value, (points,))
        self.rows, self.a = self._rows()
        self.eastings = np.ascontiguousarray(self.session.mask.points[:, 0])
        self.northings = np.ascontiguousarray(self.session.mask.points[:, 1])
        self.naive = self.layout.naive.ravel()
        self.shares = np.empty((self.layout.histories.exposure.size, points))
        self.naive_totals = np.empty((self.naive.size, points))
        forward(
            self.rows,
            self.layout.histories,
            self.a,
            self.eastings,
            self.northings,
            self.naive,
            self.shares,
            self.naive_totals,
        )
        self.weight = self.session.mask.cell_area * self.density
        self.log_sums = np.empty(len(self.shares))
        normalise(self.shares, np.log(self.weight), self.log_sums)
        self.missed, self.once = np.exp(-self.naive_totals), np.zeros((1, 1))
        self.detected = -np.expm1(-self.naive_totals)
        if self.model.least_detections == 2:
            self.once = self.missed * self._odds()
            self.detected = self.detected - self.once
        self.seen = (self.detected @ self.weight).reshape(self.layout.naive.shape)

    def _values(self, name: str) -> Values:
        matrix = self.designs.by_parameter[name].matrices[self.number]
        linear = matrix.reshape(-1, matrix.shape[-1]) @ self.beta[self.designs.slices[name]]
        return values_of(linear, self.model.link(name))

    @property
    def class_shares(self) -> Floats:
        """The shares (classes,) of the classes in the population."""
        if "pmix" not in self.designs.by_parameter:
            return np.ones(1)
        matrix = self.designs.by_parameter["pmix"].matrices[self.number]
        linear = matrix @ self.beta[self.designs.slices["pmix"]]
        second = float(values_of(linear, "logit").value[0])
        return np.array([1 - second, second])

    def _rows(self) -> tuple[Rows, Floats]:
        layout, names = self.layout, self.model.detection_parameters
        intercept, sigma = self.values[names[0]].value, self.values[names[1]].value
        z = self.values[names[2]].value if len(names) > 2 else np.ones(1)
        probability = self.model.detection_function.probability
        self.scales = np.ones(len(layout.scales))
        if not probability:
            self.scales = intercept[layout.scales[:, 0]]
        if self.model.by_a0 or self.searched:
            unit = SQUARE_METRES if self.model.by_a0 else 1.0
            self.scales = self.scales * unit / (2 * pi * sigma[layout.scales[:, 1]] ** 2)
        entries = layout.entries
        a = np.bincount(
            entries.total * layout.detector.size + entries.row,
            entries.effort * self.scales[entries.scale],
            layout.totals * layout.detector.size,
        ).astype(float)
        a = a.reshape(layout.totals, layout.detector.size)
        positions, distances = self.session.detectors.positions, self.session.distances
        rows = Rows(
            shape=self.model.detection_function.shape,
            probability=probability,
            easting=np.ascontiguousarray(positions[:, 0]),
            northing=np.ascontiguousarray(positions[:, 1]),
            detector=layout.detector,
            intercept=intercept[layout.parameters[:, 0]] if probability else np.ones(layout.detector.size),
            sigma=sigma[layout.parameters[:, 1]],
            z=z[layout.parameters[:, 2]],
            start=layout.start,
            kind=layout.kind,
            scale=layout.term_effort * self.scales[layout.term_scale],
            distances=NO_DISTANCES if distances is None else np.ascontiguousarray(distances),
        )
        return rows, a

    def _odds(self) -> Floats:
        """The odds (groups * classes, M) of one detection to none."""
        if self.layout.odds is None:
            return self.naive_totals
        places = (self.eastings, self.northings)
        return forward_odds(self.layout.odds, self.rows, self.a, places, self.scales, self.naive.size)

    def finish(self, with_gradient: bool) -> tuple[float, Floats]:
        """The log-likelihood of the session and, if wanted, its gradient."""
        gradient = np.zeros(len(self.beta))
        mixed = mix(self)
        value = mixed.value + self.layout.constant
        if not with_gradient or not np.isfinite(value):
            return value, gradient
        of_history = np.bincount(
            np.maximum(self.layout.history_of, 0).ravel(), mixed.by_log_sums.ravel(), len(self.shares)
        )
        shares = self.shares
        shares *= of_history[:, None]
        by_seen = mixed.by_seen.ravel()
        if "D" in self.values:
            by_log_density = shares.sum(axis=0) + (by_seen @ self.detected + mixed.by_present) * self.weight
            self._give(gradient, "D", by_log_density)
        by_detected = by_seen[:, None] * self.weight
        by_naive = by_detected * (self.missed + self.once)
        if self.model.least_detections == 2 and self.layout.odds is None:
            by_naive = by_naive - by_detected * self.missed
        by_rows = np.zeros((self.layout.detector.size, 3))
        by_a, by_scales = np.zeros_like(self.a), np.zeros(self.layout.kind.size)
        backward(
            self.rows,
            self.layout.histories,
            self.a,
            self.eastings,
            self.northings,
            self.naive,
            shares,
            by_naive,
            by_rows,
            by_a,
            by_scales,
        )
        by_scale = np.bincount(self.layout.term_scale, by_scales, self.scales.size).astype(float)
        by_odds = -by_detected * self.missed
        if self.model.least_detections == 2 and self.layout.odds is not None:
            places = (self.eastings, self.northings)
            by_scale += backward_odds(
                self.layout.odds, self.rows, self.a, places, self.scales, by_odds, by_rows, by_a
            )
        self._detection_gradient(gradient, by_rows, by_a, by_scale)
        if "pmix" in self.designs.slices:
            gradient[self.designs.slices["pmix"]] += mixed.by_share
        return value, gradient

    def _detection_gradient(self, gradient: Floats, by_rows: Floats, by_a: Floats, by_scale: Floats) -> None:
        layout, entries, names = self.layout, self.layout.entries, self.model.detection_parameters
        by_log = [
            np.bincount(layout.parameters[:, k], by_rows[:, k], self.values[name].value.size)
            for k, name in enumerate(names)
        ]
        if not self.model.detection_function.probability:
            by_scale = by_scale + np.bincount(
                entries.scale,
                by_a[entries.total, entries.row] * entries.effort * self.scales[entries.scale],
                self.scales.size,
            )
            by_log[0] = np.bincount(layout.scales[:, 0], by_scale, by_log[0].size)
            if self.model.by_a0 or self.searched:
                by_log[1] -= 2 * np.bincount(layout.scales[:, 1], by_scale, by_log[1].size)
        for name, by in zip(names, by_log, strict=True):
            self._give(gradient, name, by.astype(float))

    def _give(self, gradient: Floats, name: str, by_log: Floats) -> None:
        """Adds the derivative of a parameter's coefficients from that to the logs of its values."""
        matrix = self.designs.by_parameter[name].matrices[self.number]
        flat = matrix.reshape(-1, matrix.shape[-1])
        if len(flat) == 1:
            by_log = by_log.sum(keepdims=True)
        gradient[self.designs.slices[name]] += flat.T @ (by_log * self.values[name].slope)


def mix(state: SessionState) -> Mixed:
    """Put the sums of a session together to its log-likelihood."""
    layout, model = state.layout, state.model
    animals, classes = layout.history_of.shape
    weights = state.class_shares
    share = float(weights[-1])
    parts = np.where(layout.history_of >= 0, state.log_sums[layout.history_of] + np.log(weights), -np.inf)
    top = parts.max(axis=1, initial=-np.inf)
    responsible = np.exp(parts - top[:, None])
    sums = responsible.sum(axis=1)
    value = float((top + np.log(sums)).sum())
    responsible /= sums[:, None]

    mean = state.seen @ weights
    members = np.bincount(layout.group, minlength=len(mean)).astype(float)
    value -= float((members * np.log(mean)).sum())
    by_mean = -members / mean
    by_seen = np.zeros_like(state.seen)
    by_present = 0.0
    if model.conditional:
        value += lgamma(animals + 1)
    else:
        known = np.bincount(layout.known[layout.known >= 0], minlength=classes).astype(float)
        if not model.secr_mixture_count or animals == 0:
            known[:] = 0
        unknown = animals - known.sum() if animals else 1.0
        expected = max(animals, 1) / (unknown / mean[0] + (known / state.seen[0]).sum())
        added, by_expected, by_present = _number_seen(state, animals, float(expected))
        value += added
        turn = by_expected * expected**2 / max(animals, 1)
        by_mean[0] += turn * unknown / mean[0] ** 2
        by_seen[0] += turn * known / state.seen[0] ** 2
    by_seen += by_mean[:, None] * weights
    by_share = 0.0
    if classes > 1:
        by_share = float((responsible[:, 1] * (1 - share) - responsible[:, 0] * share).sum())
        by_share += float((by_mean * (state.seen[:, 1] - state.seen[:, 0])).sum()) * share * (1 - share)
    return Mixed(value, responsible, by_seen, by_present, by_share)


def _number_seen(state: SessionState, animals: int, expected: float) -> tuple[float, float, float]:
    """The log chance of the number seen, less a constant, and its derivatives: to the expected number, to the
    number in the mask.
    """
    if state.model.distribution == "poisson":
        return animals * np.log(expected) - expected, animals / expected - 1, 0.0
    present = float(state.weight.sum())
    if present < animals or expected >= present:
        return -np.inf, 0.0, 0.0
    missed = present - animals
    value = lgamma(present + 1) - lgamma(missed + 1) + animals * np.log(expected / present)
    value += missed * np.log1p(-expected / present)
    by_expected = animals / expected - missed / (present - expected)
    by_present = digamma(present + 1) - digamma(missed + 1) - animals / present
    by_present += np.log1p(-expected / present) + missed * expected / (present * (present - expected))
    return value, by_expected, by_present


def thinned_session(session: Session, spacing: float) -> tuple[Session, Booleans]:
    """A session whose mask keeps every k-th row and column of its lattice, and which points (M,) those are.

    Each kept point stands for more area, so that the mask's area is the same.
    """
    mask = session.mask
    step = int(spacing / np.sqrt(mask.cell_area * SQUARE_METRES))
    if step < 2:
        return session, np.ones(len(mask.points), dtype=bool)
    place = np.rint((mask.points - mask.points.min(axis=0)) / np.sqrt(mask.cell_area * SQUARE_METRES))
    chosen = (place.astype(np.int64) % step == step // 2).all(axis=1)
    expected = len(mask.points) / step**2
    if not 0.5 * expected < chosen.sum() < 2 * expected:
        chosen = np.arange(len(mask.points)) % step**2 == 0
    thin = Mask(mask.points[chosen], mask.area / int(chosen.sum()))
    distances = None if session.distances is None else session.distances[:, chosen]
    return replace(session, mask=thin, distances=distances), chosen
