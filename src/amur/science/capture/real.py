"""The parameters themselves at each of their levels, with intervals, from coefficients.

On the log link the standard error is estimate * sqrt(exp(se^2) - 1) and the interval exp(beta -+ 1.96 se); on
the logit link the delta method and the back-transformed interval, as secr gives them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from amur.science.capture.data import Floats
from amur.science.capture.likelihood import Likelihood
from amur.science.capture.model import Link

Z = 1.959963984540054
VAGUE = 1e4
"""An interval whose ends differ so many times says nothing."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A parameter at a level ("session = 2, sex = F", "" where it has one), with its 95 % interval."""

    parameter: str
    level: str
    estimate: float
    se: float
    lower: float
    upper: float


def estimable(row: Estimate) -> bool:
    """Whether the data tell a parameter at all: its interval is neither unknown nor without sense.

    >>> estimable(Estimate("sigma", "", 2e3, 2e2, 1.6e3, 2.4e3))
    True
    >>> estimable(Estimate("sigma", "", 2e3, 9e9, 1.0, 1e7)), estimable(Estimate("g0", "", 1, 0.1, 0.3, 1))
    (False, False)
    """
    lower, upper = row.lower, row.upper
    if row.parameter in ("g0", "pmix", "phi", "survival"):  # by their odds
        lower, upper = lower / max(1 - lower, 1e-300), upper / max(1 - upper, 1e-300)
    return math.isfinite(row.se) and 0 < upper < VAGUE * lower


def back(linear: float, se: float, link: Link) -> tuple[float, float, float, float]:
    """Estimate, standard error and 95 % limits from the scale of a link."""
    ends = (linear, linear - Z * se, linear + Z * se)
    if link == "log":
        with np.errstate(over="ignore"):
            value, low, high = (float(np.exp(end)) for end in ends)
            return value, value * float(np.sqrt(np.expm1(se**2))), low, high
    if link == "logit":
        value, low, high = (float(1 / (1 + np.exp(-end))) for end in ends)
        return value, value * (1 - value) * se, low, high
    return ends[0], se, ends[1], ends[2]


def real_estimates(likelihood: Likelihood, beta: Floats, covariance: Floats) -> tuple[Estimate, ...]:
    """All parameters at the levels of sessions, groups of individuals and classes.

    Numbers among the covariates of density stand at their mean over the mask; detection is that of the first
    occasion and detector, before anything was learned.
    """
    estimates = []
    designs, model = likelihood.designs, likelihood.model
    for name, where in designs.slices.items():
        rows = [
            (level, row)
            for session in range(len(likelihood.survey.sessions))
            for level, row in _rows(likelihood, name, session)
        ]
        for level, row in _distinct(rows):
            linear = float(row @ beta[where])
            se = float(np.sqrt(row @ covariance[where, where] @ row))
            if name == "pmix":
                for label, sign in zip(designs.levels, (-1, 1), strict=True):
                    found = back(sign * linear, se, "logit")
                    estimates.append(Estimate(name, _joined(level, f"h2 = {label}"), *found))
            else:
                estimates.append(Estimate(name, level, *back(linear, se, model.link(name))))
    return tuple(estimates)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _rows(likelihood: Likelihood, name: str, number: int) -> list[tuple[tuple[str, ...], Floats]]:
    """Rows of the design of a parameter in a session, with the parts of their level."""
    designs, session = likelihood.designs, likelihood.survey.sessions[number]
    matrix = designs.by_parameter[name].matrices[number]
    here = f"session = {session.name}"
    if name == "pmix":
        return [((here, "", ""), matrix[0])]
    if name == "D":
        row = matrix.mean(axis=0)
        two_valued = np.array([np.isin(column, (0, 1)).all() for column in matrix.T])
        row[two_valued] = matrix[0][two_valued]
        return [((here, "", ""), row)]
    rows: list[tuple[tuple[str, ...], Floats]] = []
    for group in range(matrix.shape[0]):
        own = ""
        if matrix.shape[0] > 1:
            member = int(np.argmax(designs.groups[number] == group))
            own = _joined(
                *(
                    f"{variable} = {session.captures.covariates[variable][member]}"
                    for variable in sorted(likelihood.model.detection_variables)
                    if variable in session.captures.covariates
                )
            )
        for kind in range(matrix.shape[3]):
            label = f"h2 = {designs.levels[kind]}" if matrix.shape[3] > 1 else ""
            rows.append(((here, own, label), matrix[group, 0, 0, kind, 0]))
    return rows


def _distinct(rows: list[tuple[tuple[str, ...], Floats]]) -> list[tuple[str, Floats]]:
    """Rows that differ, and of their levels only the parts that tell them apart."""
    kept: dict[bytes, tuple[tuple[str, ...], Floats]] = {}
    for parts, row in rows:
        kept.setdefault(np.ascontiguousarray(row).tobytes(), (parts, row))
    varies = [len({parts[k] for parts, _ in kept.values()}) > 1 for k in range(3)]
    return [
        (_joined(*(part for part, differs in zip(parts, varies, strict=True) if differs)), row)
        for parts, row in kept.values()
    ]
