"""Two offices' surveys as one: an animal that both have seen counts once, wherever its captures are.

Sessions of one name are joined, detectors beside one another, occasion by occasion; others stay.
The mask of a joined session holds the cells of both. Individuals are the same where their identifiers are.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from amur.portal.population.places import moved
from amur.science.capture import Captures, Detectors, Mask, Session, Survey

ARRAY: Final = "array"
"""The covariate of detectors that says whose they are: 1 or 2."""
NEAR: Final = 0.75
"""A cell belongs to the joint mask where a point of either lies within so many of that mask's spacings."""

MOST_CELLS: Final = 4e6
"""Of the rectangle around both masks; surveys farther apart are no joint survey."""


class Apart(ValueError):
    """Surveys that cannot be analysed as one; `args[0]` is a code without anything from either survey."""


def joined(first: Survey, first_crs: str, second: Survey, second_crs: str) -> Survey:
    """Both surveys as one in the reference system of the first. Raises `Apart`."""
    second = Survey(tuple(_moved(session, second_crs, first_crs) for session in second.sessions))
    surveys = (first, second)
    alone = all(len(survey.sessions) == 1 for survey in surveys)
    if alone:
        return Survey((_both(first.sessions[0], second.sessions[0]),))
    by_name = [{session.name: session for session in survey.sessions} for survey in surveys]
    names = sorted(by_name[0].keys() | by_name[1].keys())
    if not by_name[0].keys() & by_name[1].keys():
        raise Apart("joint-sessions")
    return Survey(
        tuple(
            _both(by_name[0][name], by_name[1][name])
            if name in by_name[0] and name in by_name[1]
            else _numbered(by_name[0].get(name), by_name[1].get(name))
            for name in names
        )
    )


def _moved(session: Session, old: str, new: str) -> Session:
    if old == new:
        return session
    return replace(
        session,
        detectors=replace(session.detectors, positions=moved(session.detectors.positions, old, new)),
        mask=replace(session.mask, points=moved(session.mask.points, old, new)),
    )


def _numbered(first: Session | None, second: Session | None) -> Session:
    session, number = (first, 1.0) if first is not None else (second, 2.0)
    if session is None:
        raise Apart("joint-sessions")
    detectors = replace(session.detectors, covariates={ARRAY: np.full(session.detectors.count, number)})
    return replace(session, detectors=detectors, mask=replace(session.mask, covariates={}))


def _both(first: Session, second: Session) -> Session:
    if first.detectors.kind != second.detectors.kind:
        raise Apart("joint-kinds")
    try:
        return Session(first.name, _detectors(first, second), _captures(first, second), _mask(first, second))
    except ValueError as error:
        raise Apart("joint-contradiction") from error


def _detectors(first: Session, second: Session) -> Detectors:
    pair = (first.detectors, second.detectors)
    occasions = max(each.occasions for each in pair)
    effort = [np.pad(each.effort, ((0, 0), (0, occasions - each.occasions))) for each in pair]
    whose = np.repeat([1.0, 2.0], [each.count for each in pair])
    return Detectors(
        np.vstack([each.positions for each in pair]), np.vstack(effort), pair[0].kind, {ARRAY: whose}
    )


def _captures(first: Session, second: Session) -> Captures:
    one, other = first.captures, second.captures
    ids = tuple(dict.fromkeys([*one.ids, *other.ids]))
    number = {name: k for k, name in enumerate(ids)}

    def individuals(captures: Captures) -> Any:
        return np.array([number[name] for name in captures.ids], dtype=np.int64)[captures.individual]

    return Captures(
        np.concatenate([individuals(one), individuals(other)]),
        np.concatenate([one.occasion, other.occasion]),
        np.concatenate([one.detector, other.detector + first.detectors.count]),
        np.concatenate([one.count, other.count]),
        ids,
        {
            name: _known(ids, one, other, name)
            for name in one.covariates
            if name in other.covariates and _same_kind(one, other, name)
        },
        _removed(ids, one, other),
    )


def _same_kind(one: Captures, other: Captures, name: str) -> bool:
    return np.asarray(one.covariates[name]).dtype.kind == np.asarray(other.covariates[name]).dtype.kind


def _known(ids: tuple[str, ...], one: Captures, other: Captures, name: str) -> Any:
    """The first known value of each individual."""
    found: dict[str, Any] = {}
    for captures in (one, other):
        for who, value in zip(captures.ids, np.asarray(captures.covariates[name]).tolist(), strict=True):
            if found.get(who) in (None, "") or found[who] != found[who]:
                found[who] = value
    return np.array([found[who] for who in ids])


def _removed(ids: tuple[str, ...], one: Captures, other: Captures) -> Any:
    """The occasion after which each individual was out of the population, as either says."""
    if one.removed is None and other.removed is None:
        return None
    found: dict[str, int] = {}
    for captures in (one, other):
        if captures.removed is not None:
            for who, last in zip(captures.ids, captures.removed.tolist(), strict=True):
                if last >= 0:
                    found[who] = min(found.get(who, last), last)
    return np.array([found.get(who, -1) for who in ids], dtype=np.int64)


def _mask(first: Session, second: Session) -> Mask:
    """A square grid over both masks with the finer spacing, without covariates."""
    from scipy.spatial import cKDTree

    masks = (first.mask, second.mask)
    spacing = 100 * float(np.sqrt(min(mask.cell_area for mask in masks)))
    every = np.vstack([mask.points for mask in masks])
    low, high = every.min(axis=0), every.max(axis=0)
    if np.prod((high - low) / spacing) > MOST_CELLS:
        raise Apart("joint-far")
    axes = [np.arange(low[k], high[k] + spacing, spacing) for k in (0, 1)]
    east, north = np.meshgrid(*axes)
    points = np.column_stack([east.ravel(), north.ravel()])
    inside = np.zeros(len(points), dtype=bool)
    for mask in masks:
        reach = NEAR * 100 * float(np.sqrt(mask.cell_area))
        inside |= cKDTree(mask.points).query(points, distance_upper_bound=reach)[0] <= reach
    return Mask(points[inside], spacing**2 / 1e4)
