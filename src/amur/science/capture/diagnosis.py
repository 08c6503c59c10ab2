"""Whether a fit should be trusted: `diagnose` looks for what makes estimates wrong.

A `Finding` has a code, figures, and names of parameters to withhold; the sentences for it belong to the
portal. What is looked for is split by where it shows: `evidence.py` in the captures, `masking.py` in mask
and layout of detectors, here in the search and the estimates; `thorough.py` has what needs further fits.
Densities in `values` are animals per 100 km², lengths metres, shares per cent.

>>> from amur.science.capture.examples import camera_survey
>>> from amur.science.capture.fitting import fit
>>> [finding.code for finding in diagnose(fit(camera_survey()), buffer=8000.0)]
['habitat-unknown']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from amur.science.capture.data import Session
from amur.science.capture.derived import densities
from amur.science.capture.evidence import evidence
from amur.science.capture.finding import Figures, Finding, Gravity, View
from amur.science.capture.fitting import Convergence, Fit, Progress, unwatched
from amur.science.capture.masking import masking
from amur.science.capture.real import Estimate, estimable
from amur.science.capture.thorough import profiled, thoroughly, wider

__all__ = ["Finding", "Gravity", "diagnose", "reason_of", "withheld_of"]

SAME_MAXIMUM = 0.01
"""Log-likelihoods that differ by less are of one maximum."""
EDGES = {"g0": 1e-3, "pmix": 1e-3, "phi": 5e-3, "survival": 5e-3}
"""Probabilities within this of 0 or 1 are at their boundary."""
NO_RECRUITS = 2e-3
"""Recruits for each animal below this are none."""
BY_LEVEL = ("boundary", "not-estimable", "survival-one", "survival-zero", "no-recruitment")
"""Reasons that withhold a parameter only at the levels where it cannot be told."""
LEAST_K, MOST_K = 0.3, 1.3
"""Of sigma sqrt(D), for solitary species."""
TARGET = 0.2
"""Relative standard error of density that is asked of a survey."""
QUICK = 1_000_000
"""Mask points, times detectors, times coefficients, up to which profile intervals are given unasked."""
ORDER = {"refuse": 0, "warning": 1, "note": 2}


def diagnose(
    found: Fit,
    *,
    buffer: float | None = None,
    habitat: bool = False,
    thorough: bool = False,
    progress: Progress = unwatched,
) -> tuple[Finding, ...]:
    """All that makes the estimates of a fit doubtful, the gravest first.

    `buffer` in metres where the mask was laid around the detectors, None where it was drawn; where it is too
    narrow, the model is fitted to a wider one, too, unless the mask has `habitat` alone. `thorough` fits
    again: with a finer mask, from other starts, with a learned response, asking two detections of an animal,
    and for profile intervals of what is not estimable, which small surveys get unasked; it costs ten times
    the fit and more.
    """
    views = [View.of(found, number) for number in range(len(found.survey.sessions))]
    findings = [*searched(found)]
    if found.converged:
        findings += boundaries(found.real)
    findings += evidence(found, views)
    # Where sigma says nothing, mask and layout cannot be held against it.
    told = "sigma" not in withheld_of(findings)
    if told:
        findings += [*masking(found, views, buffer, habitat=habitat), *_estimates(found, views)]
    codes = {finding.code for finding in findings}
    if buffer and not habitat and codes & {"buffer-bias", "buffer-narrow"}:
        findings += wider(found, views, progress)
    if thorough or _quick(found):
        findings += profiled(found, withheld_of(findings))
    if thorough and told:
        findings += thoroughly(found, progress)
    return graded(findings)


def graded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings, the gravest first."""
    return tuple(sorted(findings, key=lambda finding: ORDER[finding.gravity]))


def _quick(found: Fit) -> bool:
    """Whether profile intervals cost little."""
    cells = sum(len(one.mask.points) * one.detectors.count for one in found.survey.sessions)
    return cells * len(found.beta) < QUICK


def reason_of(row: Estimate, withheld: Mapping[str, str]) -> str:
    """The code of the finding for which an estimate must not be shown, "" where it may.

    `withheld` is that of `withheld_of`. Of a parameter that cannot be told at some levels the others may.
    """
    code = withheld.get(row.parameter, "")
    return "" if code in BY_LEVEL and estimable(row) and not at_edge(row) else code


def at_edge(row: Estimate) -> bool:
    """Whether an estimate lies where a parameter ends: a chance at 0 or 1, recruitment at 0."""
    if row.parameter == "f":
        return row.estimate < NO_RECRUITS
    return row.parameter in EDGES and min(row.estimate, 1 - row.estimate) < EDGES[row.parameter]


def withheld_of(findings: Sequence[Finding]) -> dict[str, str]:
    """The parameters that must not be shown, with the code of the first finding that says so."""
    found: dict[str, str] = {}
    for finding in findings:
        for name in finding.withheld:
            found.setdefault(name, finding.code)
    return found


class Searched(Protocol):
    """A fit of any kind: how its search ended, and its parameters."""

    @property
    def convergence(self) -> Convergence: ...
    @property
    def converged(self) -> bool: ...
    @property
    def log_likelihood(self) -> float: ...
    @property
    def real(self) -> tuple[Estimate, ...]: ...


def _names(found: Searched) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.parameter for row in found.real))


def searched(found: Searched) -> Iterator[Finding]:
    """Whether the search ended at the one maximum, and whether it tells anything there."""
    ended = found.convergence
    if not ended.converged:
        yield Finding(
            "not-converged", "refuse", {"gain": round(ended.decrement / 2, 4)}, (*_names(found), "D", "N")
        )
    elif not found.converged:
        yield Finding("flat", "refuse", {"curvature": ended.curvature}, (*_names(found), "D", "N"))
    others = [value for value in ended.starts if found.log_likelihood - value > SAME_MAXIMUM]
    if others:
        values: Figures = {
            "starts": len(ended.starts),
            "others": len(others),
            "below": found.log_likelihood - max(others),
        }
        yield Finding("several-maxima", "warning", values)


def boundaries(rows: Iterable[Estimate]) -> Iterator[Finding]:
    """The parameters that the data cannot tell, each once."""
    told = set()
    for row in rows:
        edge = at_edge(row)
        if (edge or not estimable(row)) and row.parameter not in told:
            told.add(row.parameter)
            withheld = ("D", "N") if row.parameter == "D" else (row.parameter,)
            values: Figures = {"parameter": row.parameter, "estimate": row.estimate}
            yield Finding("boundary" if edge else "not-estimable", "warning", values, withheld)


def _estimates(found: Fit, views: list[View]) -> Iterator[Finding]:
    """Whether density and sigma go together, and whether density is as sure as it should be."""
    worst = max(views, key=lambda view: abs(np.log(view.k / np.sqrt(LEAST_K * MOST_K))) if view.k else 0.0)
    values: Figures
    if worst.k and not LEAST_K <= worst.k <= MOST_K:
        values = {"k": worst.k, "least": LEAST_K, "most": MOST_K, "session": worst.session.name}
        yield Finding("k-implausible", "warning", values)
    rse = _relative_error(found)
    if np.isfinite(rse) and rse > TARGET:
        animals, repeats = found.animals, _repeats(found.survey.sessions)
        values = {
            "rse": 100 * rse,
            "target": 100 * TARGET,
            "animals": animals,
            "recaptures": repeats,
            "expected": 100 / np.sqrt(max(min(animals, repeats), 1)),
        }
        yield Finding("imprecise", "note", values)


def _relative_error(found: Fit) -> float:
    """The smallest relative standard error of density over levels."""
    rows = [row for row in found.real if row.parameter == "D"] or [row for row, _ in densities(found)]
    return min((row.se / row.estimate for row in rows if row.estimate > 0), default=np.nan)


def _repeats(sessions: tuple[Session, ...]) -> int:
    return sum(int(one.captures.count.sum()) - one.captures.animals for one in sessions)
