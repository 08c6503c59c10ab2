"""Checks that need further fits: wider and finer masks, other starts, learned responses, two detections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from amur.science.capture.data import Mask, Session, Survey
from amur.science.capture.derived import densities
from amur.science.capture.finding import PER_100_KM2, Finding, View
from amur.science.capture.fitting import Fit, Progress, fit
from amur.science.capture.formula import Term, variables_of
from amur.science.capture.masking import needed_width, spacing_of
from amur.science.capture.profiles import profile_interval
from amur.science.capture.truncation import outline, truncation

SAME_MAXIMUM = 0.01
"""Log-likelihoods that differ by less are of one maximum."""
SAME_DENSITY = 0.01
"""Relative difference of densities that does not matter."""
BETTER = 2.0
"""Difference of AIC from which a model is better."""
GHOSTS, SURE = 0.15, 1.645
"""By what share, and how many standard errors, density may fall when two detections are asked."""
POINTS = 200_000
"""Masks of more points are not made."""
STARTS = 4
PROFILED = ("flat", "not-estimable", "boundary")
PLACES = {"x", "y", "x2", "y2", "xy", "session", "Session"}


def thoroughly(found: Fit, progress: Progress) -> Iterator[Finding]:
    """What further fits say."""
    checks: tuple[tuple[str, Callable[[Fit, Progress], Iterator[Finding]]], ...] = (
        ("finer mask", _mesh),
        ("other starts", _starts),
        ("learned response", _learned),
        ("two detections", _twice),
    )
    for k, (stage, check) in enumerate(checks):

        def told(done: float, _stage: str, k: int = k, stage: str = stage) -> None:
            progress((k + done) / len(checks), stage)

        told(0.0, stage)
        yield from check(found, told)


def density_of(found: Fit) -> float:
    """The density per 100 km² from the number seen, the mean over sessions."""
    views = [View.of(found, number) for number in range(len(found.survey.sessions))]
    return PER_100_KM2 * float(np.mean([view.density for view in views]))


def wider(found: Fit, views: Sequence[View], progress: Progress) -> Iterator[Finding]:
    """The model fitted to masks as wide as they should be, with both densities."""
    if variables_of(found.model.formulas.get("D", ())) - PLACES or found.survey.searched:
        return
    sessions = []
    for view in views:
        if view.session.distances is not None:
            return
        sessions.append(widened(view.session, needed_width(truncation(found, view.number), view)))
    if sum(len(session.mask.points) for session in sessions) > POINTS:
        return
    again = fit(Survey(tuple(sessions)), found.model, start=found.beta, starts=1, progress=progress)
    before, after = density_of(found), density_of(again)
    if again.converged:
        width = max(needed_width(truncation(found, view.number), view) for view in views)
        values = {"width": width, "density": before, "wider": after, "change": 100 * (after / before - 1)}
        yield Finding("buffer-refit", "note", values)


def widened(session: Session, width: float) -> Session:
    """The session with its mask carried on beyond its outline, up to so many metres from the detectors."""
    from scipy.spatial import cKDTree

    mask, spacing = session.mask, spacing_of(session)
    hull = outline(mask.points)
    origin = mask.points.min(axis=0)
    low, high = (
        session.detectors.positions.min(axis=0) - width,
        session.detectors.positions.max(axis=0) + width,
    )
    first, last = np.floor((low - origin) / spacing), np.ceil((high - origin) / spacing)
    axes = [origin[k] + spacing * np.arange(first[k], last[k] + 1) for k in (0, 1)]
    east, north = np.meshgrid(*axes)
    points = np.column_stack([east.ravel(), north.ravel()])
    out = (hull[:, :2] @ points.T + hull[:, 2:]).max(axis=0) > 0.25 * spacing
    near = cKDTree(session.detectors.positions).query(points)[0] <= width
    return replace(session, mask=Mask(np.vstack([mask.points, points[out & near]]), mask.cell_area))


def finer(session: Session) -> Session:
    """The session with every cell of its mask in four, each with the covariates of the whole."""
    mask, quarter = session.mask, spacing_of(session) / 4
    steps = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]) * quarter
    points = (mask.points[:, None] + steps).reshape(-1, 2)
    covariates = {name: np.repeat(values, 4) for name, values in mask.covariates.items()}
    return replace(session, mask=Mask(points, mask.cell_area / 4, covariates))


def _mesh(found: Fit, progress: Progress) -> Iterator[Finding]:
    """Density with cells in four."""
    sessions = found.survey.sessions
    points = 4 * sum(len(session.mask.points) for session in sessions)
    if points > POINTS or any(session.distances is not None for session in sessions):
        return
    survey = Survey(tuple(finer(session) for session in sessions))
    again = fit(survey, found.model, start=found.beta, starts=1, progress=progress)
    before, after = density_of(found), density_of(again)
    change = after / before - 1
    differs = abs(change) > SAME_DENSITY
    yield Finding(
        "mesh-differs" if differs else "mesh-agrees",
        "warning" if differs else "note",
        {"density": before, "finer": after, "change": 100 * change},
    )


def _starts(found: Fit, progress: Progress) -> Iterator[Finding]:
    """Whether searches from elsewhere end higher, or at lower maxima."""
    again = fit(found.survey, found.model, starts=STARTS, seed=2, progress=progress)
    values = np.array(again.convergence.starts)
    gain = float(values.max() - found.log_likelihood)
    about: dict[str, float | int | str] = {"starts": STARTS, "gain": gain}
    lower = int((values.max() - values > SAME_MAXIMUM).sum())
    if gain > SAME_MAXIMUM:
        names = tuple(dict.fromkeys(row.parameter for row in found.real))
        yield Finding("higher-maximum", "refuse", about, (*names, "D", "N"))
    elif lower:
        below = float(values.max() - values.min())
        yield Finding("several-maxima", "warning", {"starts": STARTS, "others": lower, "below": below})
    else:
        yield Finding("starts-agree", "note", {"starts": STARTS})


def _learned(found: Fit, progress: Progress) -> Iterator[Finding]:
    """A response learned at the detector (bk) beside the model without it."""
    model = found.model
    if model.learned or model.least_detections == 2 or found.survey.searched:
        return
    name = model.detection_parameters[0]
    taught = {**model.formulas, name: (*model.formulas.get(name, ()), Term(("bk",)))}
    # Learning keeps occasions, so that the other model must keep them, too.
    kept = fit(
        found.survey, replace(model, keep_occasions=True), start=found.beta, starts=1, progress=progress
    )
    again = fit(found.survey, replace(model, formulas=taught, keep_occasions=True), progress=progress)
    if not again.converged:
        return
    effect = float(again.beta[again.labels.index(f"{name}.bkTRUE")])
    delta = kept.aic - again.aic
    before, after = density_of(found), density_of(again)
    values = {
        "delta": delta,
        "density": before,
        "learned": after,
        "change": 100 * (after / before - 1),
        "times": float(np.exp(effect)),
    }
    better = delta > BETTER
    yield Finding(
        "learned-better" if better else "learned-no-better", "warning" if better else "note", values
    )


def _twice(found: Fit, progress: Progress) -> Iterator[Finding]:
    """Density from the animals detected twice or more, where made-up animals have no part."""
    model = found.model
    if model.learned or model.least_detections == 2 or found.survey.searched:
        return
    try:
        again = fit(found.survey, replace(model, least_detections=2), starts=1, progress=progress)
    except ValueError:
        # Too few were seen twice.
        return
    if not again.converged:
        return
    before, after = density_of(found), density_of(again)
    change = after / before - 1
    values = {"density": before, "twice": after, "change": 100 * change, "animals": again.animals}
    fell = change < -GHOSTS and _apart(found, again) > SURE
    yield Finding("ghosts-likely" if fell else "ghosts-unlikely", "warning" if fell else "note", values)


def _apart(found: Fit, again: Fit) -> float:
    """By how many standard errors density is above that of a less precise fit to a part of the data.

    The variance of the difference is the difference of the variances (Hausman 1978, Econometrica 46:1251).
    """
    rows = [[row for row, _ in densities(one)] for one in (found, again)]
    means = [sum(row.estimate for row in part) for part in rows]
    spare = sum(row.se**2 for row in rows[1]) - sum(row.se**2 for row in rows[0])
    return (means[0] - means[1]) / float(np.sqrt(spare)) if spare > 0 else np.inf


def profiled(found: Fit, doubtful: Mapping[str, str]) -> Iterator[Finding]:
    """Profile intervals in place of standard errors that mean nothing."""
    for name, code in doubtful.items():
        where = found.likelihood.designs.slices.get(name)
        if name == "pmix" and not found.model.mixture_covariate:
            # Classes without names may change places.
            continue
        if code not in PROFILED or where is None or where.stop - where.start > 1:
            continue
        label = found.labels[where.start]
        interval = profile_interval(found, label)
        link = found.model.link(name)
        low, high = (_natural(end, link, name) for end in (interval.lower, interval.upper))
        yield Finding("profile", "note", {"parameter": name, "lower": low, "upper": high})


def _natural(end: float, link: str, name: str) -> float | str:
    """The end of an interval on the scale of the parameter; "∞" where it is open."""
    if link == "logit":
        return float(1 / (1 + np.exp(-end)))
    value = float(np.exp(end)) if link == "log" else end
    factor = PER_100_KM2 if name == "D" else 1.0
    return value * factor if np.isfinite(value) else "∞"
