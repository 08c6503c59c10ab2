"""Design matrices: from the terms of a formula to columns, the same for all sessions.

A variable has values over some axes (say occasions and detectors) and length 1 over those it does not depend
on, so columns stay as small as the model is. Factors have treatment contrasts against their first level,
smooths are natural cubic splines whose knots stand at quantiles over all sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from amur.science.capture.data import Floats, Values
from amur.science.capture.formula import Formula, Term


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """Values of a variable in one session, numbers or levels of a factor.

    `label` follows the name of the column of a number ("TRUE" for learned responses, as in R).
    """

    values: Values
    levels: tuple[str, ...] | None = None
    label: str = ""

    @property
    def is_factor(self) -> bool:
        """Whether it is a factor."""
        return self.levels is not None or self.values.dtype.kind in "OUSb"


Find = Callable[[str, int], Variable]
"""Gives a variable by its name in a session by its number; raises ValueError where there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Columns of one parameter: their `labels` (p,) and, for each session, `matrices` (axes..., p)."""

    labels: tuple[str, ...]
    matrices: tuple[Floats, ...]


def build(parameter: str, formula: Formula, find: Find, sessions: int, axes: int) -> Design:
    """The design of a parameter. Raises ValueError for a variable that is not there or never varies."""
    labels, columns = [parameter], [[np.ones((1,) * axes)] for _ in range(sessions)]
    for term in formula:
        for suffix, parts in _columns(parameter, term, [find] * sessions, sessions):
            labels.append(f"{parameter}.{suffix}")
            for session, part in enumerate(parts):
                columns[session].append(part)
    matrices = tuple(
        np.stack(np.broadcast_arrays(*of_session), axis=-1).astype(float) for of_session in columns
    )
    return Design(tuple(labels), matrices)


def _columns(
    parameter: str, term: Term, finds: Sequence[Find], sessions: int
) -> list[tuple[str, list[Floats]]]:
    found = [_coded(parameter, name, finds, sessions, term.knots) for name in term.variables]
    columns = found[0]
    for more in found[1:]:
        columns = [
            (f"{a}:{b}", [x * y for x, y in zip(left, right, strict=True)])
            for b, right in more
            for a, left in columns
        ]
    return columns


def _coded(
    parameter: str, name: str, finds: Sequence[Find], sessions: int, knots: int
) -> list[tuple[str, list[Floats]]]:
    """The columns of one variable."""
    variables = [finds[session](name, session) for session in range(sessions)]
    if any(variable.is_factor for variable in variables):
        if knots:
            raise ValueError(f"{parameter} ~ s({name}): {name} is a factor, a smooth needs numbers")
        return _contrasts(parameter, name, variables)
    values = [np.asarray(variable.values, dtype=float) for variable in variables]
    for session, part in enumerate(values):
        if not np.isfinite(part).all():
            raise ValueError(f"{parameter} ~ {name}: session {session + 1} has values that are not numbers")
    if knots:
        basis = natural_spline(np.concatenate([part.ravel() for part in values]), knots)
        return [
            (f"s({name}).{k + 1}", [basis(part.ravel())[:, k].reshape(part.shape) for part in values])
            for k in range(knots - 1)
        ]
    if min(part.min() for part in values) == max(part.max() for part in values):
        raise ValueError(f"{parameter} ~ {name}: {name} has the same value everywhere")
    return [(name + variables[0].label, values)]


def _contrasts(parameter: str, name: str, variables: Sequence[Variable]) -> list[tuple[str, list[Floats]]]:
    levels: list[str] = []
    for variable in variables:
        for level in variable.levels or sorted({str(value) for value in variable.values.ravel()}):
            if level not in levels:
                levels.append(level)
    if all(variable.levels is None for variable in variables):
        levels.sort()
    if len(levels) < 2:
        raise ValueError(f"{parameter} ~ {name}: {name} has the one level {levels[0]!r} only")
    texts = [np.asarray(variable.values).astype(str) for variable in variables]
    return [(name + level, [(text == level).astype(float) for text in texts]) for level in levels[1:]]


def natural_spline(values: Floats, knots: int) -> Callable[[Floats], Floats]:
    """The basis (n, knots - 1) of natural cubic splines, in the truncated power form.

    The knots are quantiles of `values`; the columns are scaled to the range of the knots. Source: Hastie,
    Tibshirani & Friedman 2009, The Elements of Statistical Learning, section 5.2.1.
    """
    at = np.quantile(np.unique(values), np.linspace(0, 1, knots))
    if np.unique(at).size < knots:
        raise ValueError(f"a smooth with k = {knots} needs more different values")
    span = at[-1] - at[0]

    def basis(x: Floats) -> Floats:
        def truncated(k: int) -> Any:
            ends = np.maximum(x - at[k], 0) ** 3 - np.maximum(x - at[-1], 0) ** 3
            return ends / (at[-1] - at[k]) / span**2

        last = truncated(knots - 2)
        return np.stack([(x - at[0]) / span, *(truncated(k) - last for k in range(knots - 2))], axis=1)

    return basis
