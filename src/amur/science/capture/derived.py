"""What follows from a fit: density, effective area, numbers in regions, surfaces, centres of activity.

>>> from amur.science.capture.examples import camera_survey
>>> from amur.science.capture.fitting import fit
>>> found = fit(camera_survey())
>>> whole = abundance(found, {"all": [np.ones(len(found.survey.sessions[0].mask.points))]})
>>> round(whole.expected[0].estimate), round(whole.realised[0].estimate)
(108, 108)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from amur.science.capture.data import Floats
from amur.science.capture.detection import SQUARE_METRES
from amur.science.capture.fitting import Fit
from amur.science.capture.likelihood import SessionState, mix
from amur.science.capture.real import Estimate, Z

HELD = 0.95
"""Share of the chances of a centre within its radius."""
STEP = 1e-2
"""Of differences, in standard errors of the coefficients."""


@dataclass(frozen=True, slots=True)
class Centre:
    """Where the centre of activity of an animal is likely to lie, in metres (easting, northing).

    `mode` is the likeliest point of the mask, `mean` the mean place; with a chance of 95 % the centre is not
    farther from the mode than `radius`.
    """

    individual: str
    mode: tuple[float, float]
    mean: tuple[float, float]
    radius: float


@dataclass(frozen=True, slots=True, eq=False)
class Abundance:
    """Numbers of animals in regions.

    `expected` is the mean of the process, sum of a D; `realised` the number that is there: those seen, by
    where their centres are likely to lie, and those missed. Both have `..._covariance` (regions, regions).
    """

    expected: tuple[Estimate, ...]
    realised: tuple[Estimate, ...]
    expected_covariance: Floats
    realised_covariance: Floats


def posterior(state: SessionState) -> Floats:
    """The chance (n, M) of each mask point to be the centre of each animal that was seen."""
    responsible = mix(state).by_log_sums
    found = np.zeros((len(responsible), state.shares.shape[1]))
    for c in range(responsible.shape[1]):
        rows = np.maximum(state.layout.history_of[:, c], 0)
        found += responsible[:, c, None] * state.shares[rows]
    return found


def detection_chance(state: SessionState) -> Floats:
    """The chance (groups, M) of an animal of unknown class to be detected at least once."""
    by_class = state.detected.reshape(*state.seen.shape, -1)
    return np.asarray(np.einsum("gcm,c->gm", by_class, state.class_shares))


def inverse_areas(state: SessionState) -> Floats:
    """One over the effective area (n,) of each animal, per hectare; of uniform density."""
    area = detection_chance(state).sum(axis=1) * state.session.mask.cell_area
    return np.asarray(1 / area[state.layout.group])


def missed_density(state: SessionState) -> Floats:
    """The density (M,) per hectare of animals that were not seen."""
    detected = detection_chance(state)
    if not state.model.conditional:
        return np.asarray(state.density * (1 - detected[0]))
    inverse = np.bincount(state.layout.group, inverse_areas(state), len(detected))
    return np.asarray(inverse @ (1 - detected))


def mean_density(state: SessionState) -> Floats:
    """The density (M,) per hectare of all animals: of the model, or derived where that is conditional."""
    if not state.model.conditional:
        return np.asarray(state.density)
    return np.full(len(state.weight), inverse_areas(state).sum())


def conditional_density(fit: Fit, session: int = 0) -> Floats:
    """The density (M,) per hectare given who was seen: their likely centres, and those missed.

    It shows where centres are near detectors, and is no model of habitat.
    """
    state = fit.likelihood.state(fit.beta, session)
    seen = posterior(state).sum(axis=0) / state.session.mask.cell_area
    return np.asarray(seen + missed_density(state))


def activity_centres(fit: Fit, session: int = 0) -> tuple[Floats, Floats]:
    """The chances (n, M) of mask points to be centres of the animals seen, and their mean places (n, 2).

    These are places of animals: whoever shows them must ask who may see them.
    """
    state = fit.likelihood.state(fit.beta, session)
    chances = posterior(state)
    return chances, chances @ state.session.mask.points


def centres(fit: Fit, session: int = 0) -> tuple[Centre, ...]:
    """The centres of activity of the animals seen, in the order of the captures; places of animals, too.

    >>> from amur.science.capture.examples import camera_survey
    >>> from amur.science.capture.fitting import fit
    >>> first = centres(fit(camera_survey()))[0]
    >>> len(first.mode), first.radius > 0
    (2, True)
    """
    chances, means = activity_centres(fit, session)
    here = fit.likelihood.state(fit.beta, session).session
    points = here.mask.points
    # A centre lies anywhere in its cell.
    cell = float(np.sqrt(here.mask.cell_area * SQUARE_METRES / np.pi))
    found = []
    for name, chance, mean in zip(here.captures.ids, chances, means.tolist(), strict=True):
        mode = points[chance.argmax()]
        away = np.hypot(*(points - mode).T)
        order = np.argsort(away)
        held = np.cumsum(chance[order])
        last = order[min(int(np.searchsorted(held, HELD * held[-1])), len(order) - 1)]
        found.append(Centre(name, tuple(mode.tolist()), tuple(mean), max(cell, float(away[last]))))
    return tuple(found)


def abundance(fit: Fit, regions: Mapping[str, Sequence[Floats]]) -> Abundance:
    """Numbers in regions, summed over sessions.

    A region has, for each session, the share (M,) of each mask cell that lies in it. Regions may be parts of
    one another; their covariances say how sure a difference or a sum is. Standard errors of the realised
    number count the uncertainty of coefficients, of the number missed, and of the centres of those seen.
    """
    names = tuple(regions)
    sessions = range(len(fit.survey.sessions))
    for name, weights in regions.items():
        if len(weights) != len(sessions):
            raise ValueError(f"region {name!r} has weights for {len(weights)} sessions, not {len(sessions)}")
    weights = [np.stack([np.asarray(regions[name][k], dtype=float) for name in names]) for k in sessions]

    def numbers(beta: Floats) -> Floats:
        expected, realised = np.zeros(len(names)), np.zeros(len(names))
        for k in sessions:
            state = fit.likelihood.state(beta, k)
            area = state.session.mask.cell_area
            expected += area * weights[k] @ mean_density(state)
            realised += weights[k] @ (posterior(state).sum(axis=0) + area * missed_density(state))
        return np.concatenate([expected, realised])

    values = numbers(fit.beta)
    slopes = jacobian(fit, numbers)
    both = slopes @ fit.covariance @ slopes.T
    count = len(names)
    expected_covariance, realised_covariance = both[:count, :count].copy(), both[count:, count:].copy()
    # Where a region is the whole mask, those seen are there for certain.
    certain = np.array([all((part[i] == 1).all() for part in weights) for i in range(count)])
    least = np.zeros(count)
    for k in sessions:
        state = fit.likelihood.state(fit.beta, k)
        area = state.session.mask.cell_area
        realised_covariance += (weights[k] * area * missed_density(state)) @ weights[k].T
        chances = posterior(state)
        inside = chances @ weights[k].T
        realised_covariance += np.einsum("nm,am,bm->ab", chances, weights[k], weights[k]) - inside.T @ inside
        least += inside.sum(axis=0) * certain
        if fit.model.conditional:
            # The number seen is random too, and each animal seen stands for others.
            inverse = inverse_areas(state)[:, None]
            whole = inverse * area * weights[k].sum(axis=1)
            others = inverse * (area * (1 - detection_chance(state)) @ weights[k].T)[state.layout.group]
            expected_covariance += whole.T @ whole
            realised_covariance += others.T @ others
    return Abundance(
        tuple(_from_zero("E(N)", name, values[i], expected_covariance[i, i]) for i, name in enumerate(names)),
        tuple(
            _from_zero(
                "N",
                name,
                values[count + i],
                realised_covariance[i, i],
                least[i],
            )
            for i, name in enumerate(names)
        ),
        expected_covariance,
        realised_covariance,
    )


def densities(fit: Fit) -> tuple[tuple[Estimate, Estimate], ...]:
    """For each session, density (animals per hectare) from the number seen, and effective area (hectares).

    The variance adds that of the number seen to that of the effective area (Huggins 1989; Borchers & Efford
    2008); the interval is log-normal.
    """
    found = []
    for k, session in enumerate(fit.survey.sessions):

        def derived(beta: Floats, k: int = k, whole: float = session.mask.area) -> Floats:
            inverse = inverse_areas(fit.likelihood.state(beta, k))
            total, animals = float(inverse.sum()), len(inverse)
            own = inverse**2
            if fit.model.distribution == "binomial":
                own = own * (1 - 1 / (inverse * whole))
            return np.array([total, animals / total if total else np.nan, float(own.sum())])

        density, area, own = derived(fit.beta)
        slopes = jacobian(fit, derived)[:2]
        variances = np.diag(slopes @ fit.covariance @ slopes.T)
        found.append(
            (
                _from_zero("D", f"session = {session.name}", density, variances[0] + own),
                _from_zero("esa", f"session = {session.name}", area, variances[1]),
            )
        )
    return tuple(found)


def jacobian(fit: Fit, function: Callable[[Floats], Floats]) -> Floats:
    """The derivatives (values, p) of a function of the coefficients at the fit, by central differences."""
    columns = []
    for k, se in enumerate(fit.se):
        step = STEP * se if np.isfinite(se) and se > 0 else 1e-4
        away = np.zeros(len(fit.beta))
        away[k] = step
        columns.append((function(fit.beta + away) - function(fit.beta - away)) / (2 * step))
    return np.stack(columns, axis=1)


def _from_zero(name: str, level: str, value: float, variance: float, least: float = 0.0) -> Estimate:
    """An estimate with a log-normal interval above `least`."""
    se = float(np.sqrt(variance))
    rest = value - least
    if not (rest > 0 and np.isfinite(se)):
        return Estimate(name, level, float(value), se, np.nan, np.nan)
    factor = float(np.exp(Z * np.sqrt(np.log1p(variance / rest**2))))
    return Estimate(name, level, float(value), se, float(least + rest / factor), float(least + rest * factor))
