"""The likelihood of an open population and its gradient.

With w_t(x) the expected density of animals in year t that were not detected before, and p_t(x) the chance of
detection in the year, the Jolly-Seber form is

    sum_i log L_i - sum_t sum_x a w_t p_t - sum over distinct histories of log(count!),

where L_i sums over all chains of centres from w at the first detection to what may have happened after the
last one. With one year this is the closed likelihood. The CJS form takes the distribution of centres to be
uniform at the first detection and divides by the chance of detection in that year. Methods: Glennie et al.
2019, Biometrics 75:1345; Efford & Schofield 2020, Biometrics 76:392; Schwarz & Arnason 1996, Biometrics
52:860; Pradel 1996, Biometrics 52:703.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.capture.data import Floats, Session, Survey
from amur.science.capture.likelihood import Likelihood, SessionState, Values, values_of
from amur.science.capture.open.chains import (
    Animals,
    Slopes,
    back_entry,
    back_tail,
    fill_entry,
    fill_tail,
    follow,
)
from amur.science.capture.open.model import OpenModel, open_designs, years_of
from amur.science.capture.open.movement import Kernels, grid_of, kernels_of, room
from amur.science.capture.special import log_factorials


class Year(SessionState):
    """One year at given coefficients: the log chances of its histories stay as they are, in `shares`."""

    def __init__(self, likelihood: Likelihood, number: int, beta: Floats) -> None:
        self._look(likelihood, number, beta)
        self.missed = np.exp(-self.naive_totals[0])

    def back(self, gradient: Floats, by_chances: Floats, by_log_missed: Floats) -> None:
        """Adds to the gradient what comes from derivatives to log chances (H, M) and log missed (M,)."""
        by_rows, by_a, by_scale = self._back(by_chances, -by_log_missed[None])
        self._detection_gradient(gradient, by_rows, by_a, by_scale)

    def back_density(self, gradient: Floats, by_log_density: Floats) -> None:
        """Adds to the gradient what comes from derivatives to log density (M,)."""
        self._give(gradient, "D", by_log_density)


@dataclass(frozen=True, slots=True, eq=False)
class Demography:
    """What happens between years: over each interval (I,) `survival`, and `growth` of the expected number.

    `number` (T,) is the expected number as a multiple of the first year's, `arrived` (T,) that of recruits.
    """

    survival: Floats
    growth: Floats
    number: Floats
    arrived: Floats


class OpenLikelihood:
    """The log-likelihood of years under an open model as a function of its coefficients (p,).

    >>> from amur.science.capture.open.simulate import six_years
    >>> OpenLikelihood(six_years(), OpenModel.of("phi~Session")).labels
    ('D', 'lambda0', 'sigma', 'phi', 'phi.Session', 'f')
    """

    def __init__(self, survey: Survey, model: OpenModel, intervals: Floats | None = None) -> None:
        """Lay out all years. Raises ValueError where the model asks for what the survey has not."""
        self.survey, self.model = survey, model
        self.years = years_of(survey, intervals)
        self.closed = Likelihood(survey, model.closed)
        if any(layout.naive.size > 1 for layout in self.closed.layouts):
            raise ValueError("covariates of individuals: open models have none")
        self.designs = open_designs(survey, model, len(self.closed.labels))
        self.grid = grid_of(survey.sessions[0].mask) if "move" in self.designs.slices else None
        offsets = np.cumsum([0] + [layout.histories.exposure.size for layout in self.closed.layouts])
        self.rows = offsets
        history = np.full(self.years.within.shape, -1, dtype=np.int64)
        for t, layout in enumerate(self.closed.layouts):
            there = self.years.within[:, t] >= 0
            history[there, t] = offsets[t] + layout.history_of[self.years.within[there, t], 0]
        self.animals = Animals(self.years.first, self.years.last, self.years.removed, history)
        self.constant = self._constant()
        self.evaluations = 0

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the coefficients."""
        return (*self.closed.labels, *self.designs.labels)

    @property
    def by_numbers(self) -> bool:
        """Whether the likelihood knows numbers of animals (Jolly-Seber)."""
        return self.model.kind == "jolly-seber"

    def _constant(self) -> float:
        """Coefficients of binomials and counts; the orders of identical histories of all years together."""
        total = 0.0
        keys: list[list[object]] = [[] for _ in self.years.ids]
        for t, (session, layout) in enumerate(zip(self.survey.sessions, self.closed.layouts, strict=True)):
            mine = _history_keys(session, layout.collapsed)
            total += layout.constant + float(_orders(mine))
            for i in np.flatnonzero(self.years.within[:, t] >= 0):
                keys[i].append((t, mine[self.years.within[i, t]]))
        if not self.by_numbers:
            return total
        return total - float(_orders([tuple(key) for key in keys]))

    def values(self, name: str, beta: Floats) -> Values:
        """The values (I,) of a parameter between years."""
        return values_of(self.designs.matrices[name] @ beta[self.designs.slices[name]], self.model.link(name))

    def demography(self, beta: Floats) -> Demography:
        """Survival and growth over the intervals; growth is NaN in a CJS model."""
        intervals = self.years.intervals
        if not intervals.size:
            return Demography(np.ones(0), np.ones(0), np.ones(1), np.ones(1))
        phi = self.values("phi", beta).value
        survival = phi**intervals
        if not self.by_numbers:
            nothing = np.full(intervals.size, np.nan)
            return Demography(survival, nothing, np.full(intervals.size + 1, np.nan), np.zeros(0))
        by_lambda = "lambda" in self.designs.slices
        rate = self.values("lambda", beta).value if by_lambda else phi + self.values("f", beta).value
        growth = rate**intervals
        number = np.concatenate([[1.0], np.cumprod(growth)])
        arrived = np.concatenate([[1.0], number[:-1] * (growth - survival)])
        return Demography(survival, growth, number, arrived)

    def kernels(self, beta: Floats, target: Floats) -> Kernels:
        """The kernels of movement; scales grow with the root of the interval."""
        movement = self.model.movement
        if self.grid is not None:
            scales = self.values("move", beta).value * np.sqrt(self.years.intervals)
            return kernels_of(self.grid, movement, scales, target)
        nowhere = np.zeros(target.size, dtype=np.int64)
        one = grid_of(self.survey.sessions[0].mask)._replace(row=nowhere, column=nowhere, rows=1, columns=1)
        return kernels_of(one, movement, np.ones(self.years.intervals.size), target)

    def value(self, beta: Floats) -> float:
        """The log-likelihood, -inf where it cannot be computed."""
        return self._evaluate(np.asarray(beta, dtype=float), False)[0]

    def value_and_gradient(self, beta: Floats) -> tuple[float, Floats]:
        """The log-likelihood and its gradient (p,)."""
        return self._evaluate(np.asarray(beta, dtype=float), True)

    def _evaluate(self, beta: Floats, with_gradient: bool) -> tuple[float, Floats]:
        self.evaluations += 1
        with np.errstate(all="ignore"):
            value, gradient = OpenState(self, beta).finish(with_gradient)
        if not np.isfinite(value) or not np.isfinite(gradient).all():
            return -np.inf, np.zeros(len(beta))
        return value, gradient


class OpenState:
    """All years at given coefficients."""

    def __init__(self, likelihood: OpenLikelihood, beta: Floats) -> None:
        self.of, self.beta = likelihood, beta
        count = len(likelihood.survey.sessions)
        self.by_year = [Year(likelihood.closed, t, beta) for t in range(count)]
        self.demography = likelihood.demography(beta)
        self.missed = np.stack([year.missed for year in self.by_year])
        logs = np.concatenate([year.shares for year in self.by_year])
        self.top = logs.max(axis=1, initial=-np.inf)
        self.chances = np.exp(logs - self.top[:, None])
        points = self.missed.shape[1]
        mask = likelihood.survey.sessions[0].mask
        self.density = mask.cell_area * self.by_year[0].density
        self.target = self.density / self.density.sum()
        self.kernels = likelihood.kernels(beta, self.target)
        self.room = room(self.kernels)
        self.entry, self.tail = np.empty((2, count, points))
        if likelihood.by_numbers:
            self.arriving = self.demography.arrived[:, None] * self.density
            fill_entry(
                self.kernels, self.demography.survival, self.arriving, self.missed, self.entry, self.room
            )
        else:
            self.entry[:] = self.target
        fill_tail(self.kernels, self.demography.survival, self.missed, self.tail, self.room)

    def finish(self, with_gradient: bool) -> tuple[float, Floats]:
        """The log-likelihood and, if wanted, its gradient."""
        of, survival = self.of, self.demography.survival
        gradient = np.zeros(len(self.beta))
        if (self.demography.arrived < 0).any():
            return -np.inf, gradient  # the number would grow by less than survives
        shape = self.missed.shape
        slopes = Slopes(
            np.zeros_like(self.chances),
            np.zeros(shape),
            np.zeros(shape),
            np.zeros(shape),
            np.zeros(survival.size),
            np.zeros(shape[1]),
        )
        logs = np.empty(len(of.years.ids))
        follow(
            of.animals, self.kernels, survival, self.chances, self.missed, self.entry, self.tail, slopes,
            with_gradient, logs, self.room,
        )  # fmt: skip
        history = of.animals.history
        value = float(logs.sum() + self.top[history[history >= 0]].sum()) + of.constant
        by_survival = np.array(
            [((of.years.first <= t) & (t < of.years.last)).sum() for t in range(survival.size)], dtype=float
        )
        by_survival = by_survival / survival
        if of.by_numbers:
            value -= float((self.entry * (1 - self.missed)).sum())
            slopes.entry[:] -= 1 - self.missed
            slopes.missed[:] += self.entry * self.missed
        else:
            first = np.bincount(of.years.first, minlength=shape[0])
            chance = (1 - self.missed) @ self.target
            value -= float((first[first > 0] * np.log(chance[first > 0])).sum())
            slopes.missed[:] += (first / chance)[:, None] * self.target * self.missed
        if not with_gradient or not np.isfinite(value):
            return value, gradient
        back_tail(self.kernels, survival, self.missed, self.tail, slopes, by_survival, self.room)
        if of.by_numbers:
            back_entry(self.kernels, survival, self.missed, self.entry, slopes, by_survival, self.room)
            by_arriving = slopes.entry * self.arriving
            by_target = slopes.target * self.target
            by_target -= by_target.sum() * self.target
            self.by_year[0].back_density(gradient, by_arriving.sum(axis=0) + by_target)
            self._demographic(gradient, by_survival, slopes.entry @ self.density)
        elif survival.size:
            self._give(gradient, "phi", by_survival * survival * of.years.intervals)
        if "move" in of.designs.slices:
            self._give(gradient, "move", slopes.scale)
        for t, year in enumerate(self.by_year):
            year.back(gradient, slopes.chances[of.rows[t] : of.rows[t + 1]], slopes.missed[t])
        return value, gradient

    def _demographic(self, gradient: Floats, by_survival: Floats, by_arrived: Floats) -> None:
        """From derivatives to survival (I,) and to the multiples of recruits (T,) to phi, f or lambda."""
        of, now = self.of, self.demography
        if not now.survival.size:
            return
        intervals = of.years.intervals
        by_growth = np.zeros_like(now.growth)
        by_number = 0.0
        for t in range(now.growth.size - 1, -1, -1):
            recruits = now.growth[t] - now.survival[t]
            by_growth[t] = by_arrived[t + 1] * now.number[t] + by_number * now.number[t]
            by_survival[t] -= by_arrived[t + 1] * now.number[t]
            by_number = by_arrived[t + 1] * recruits + by_number * now.growth[t]
        by_log_phi = by_survival * now.survival * intervals
        by_log_rate = by_growth * now.growth * intervals
        if "lambda" in of.designs.slices:
            self._give(gradient, "lambda", by_log_rate)
        else:
            phi, f = of.values("phi", self.beta).value, of.values("f", self.beta).value
            by_log_phi = by_log_phi + by_log_rate * phi / (phi + f)
            self._give(gradient, "f", by_log_rate * f / (phi + f))
        self._give(gradient, "phi", by_log_phi)

    def _give(self, gradient: Floats, name: str, by_log: Floats) -> None:
        matrix, slope = self.of.designs.matrices[name], self.of.values(name, self.beta).slope
        gradient[self.of.designs.slices[name]] += matrix.T @ (by_log * slope)


def _history_keys(session: Session, collapsed: bool) -> list[tuple[object, ...]]:
    """What tells the histories of a session apart."""
    captures = session.captures
    occasion = np.zeros_like(captures.occasion) if collapsed else captures.occasion
    found: list[dict[tuple[int, int], int]] = [{} for _ in captures.ids]
    for i, s, j, count in zip(
        captures.individual.tolist(),
        occasion.tolist(),
        captures.detector.tolist(),
        captures.count.tolist(),
        strict=True,
    ):
        found[i][s, j] = found[i].get((s, j), 0) + count
    removed = [-1] * len(found) if captures.removed is None else captures.removed.tolist()
    return [(gone, *sorted(each.items())) for gone, each in zip(removed, found, strict=True)]


def _orders(keys: list[tuple[object, ...]]) -> float:
    """The sum of log(count!) over distinct keys."""
    counts: dict[tuple[object, ...], int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return float(log_factorials(np.array(list(counts.values()))).sum())
