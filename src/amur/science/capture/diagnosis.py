"""Whether a fit should be trusted: `diagnose` looks for what makes estimates wrong.

A `Finding` has a code, figures, and names of parameters to withhold; the sentences for it belong to the
portal. What is looked for is split by where it shows: `evidence.py` in the captures, `masking.py` in mask and
layout of detectors, here in the search and the estimates; `thorough.py` has what needs further fits. Densities
in `values` are animals per 100 km², lengths metres, shares per cent.

>>> from amur.science.capture.examples import camera_survey
>>> from amur.science.capture.fitting import fit
>>> [finding.code for finding in diagnose(fit(camera_survey()))]
['imprecise']
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from amur.science.capture.data import Session
from amur.science.capture.derived import densities
from amur.science.capture.evidence import evidence
from amur.science.capture.finding import Figures, Finding, Gravity, View
from amur.science.capture.fitting import Fit, Progress, unwatched
from amur.science.capture.masking import masking
from amur.science.capture.real import estimable
from amur.science.capture.thorough import profiled, thoroughly, wider

__all__ = ["Finding", "Gravity", "diagnose", "withheld_of"]

SAME_MAXIMUM = 0.01
"""Log-likelihoods that differ by less are of one maximum."""
AT_THE_EDGE = 1e-3
"""Probabilities within this of 0 or 1 are at their boundary."""
LEAST_K, MOST_K = 0.3, 1.3
"""Of sigma sqrt(D), for solitary species."""
TARGET = 0.2
"""Relative standard error of density that is asked of a survey."""
ORDER = {"refuse": 0, "warning": 1, "note": 2}


def diagnose(
    found: Fit, *, buffer: float | None = None, thorough: bool = False, progress: Progress = unwatched
) -> tuple[Finding, ...]:
    """All that makes the estimates of a fit doubtful, the gravest first.

    `buffer` in metres where the mask was laid around the detectors, None where it was drawn; where it is too
    narrow, the model is fitted to a wider one, too. `thorough` fits again: with a finer mask, from other
    starts, with a learned response, asking two detections of an animal, and for profile intervals of what is
    not estimable; it costs ten times the fit and more.
    """
    views = [View.of(found, number) for number in range(len(found.survey.sessions))]
    findings = [*_search(found), *evidence(found, views), *masking(found, views, buffer)]
    findings += _estimates(found, views)
    codes = {finding.code for finding in findings}
    if buffer and codes & {"buffer-bias", "buffer-narrow"}:
        findings += wider(found, views, progress)
    if thorough:
        findings += profiled(found, withheld_of(findings))
        findings += thoroughly(found, progress)
    return tuple(sorted(findings, key=lambda finding: ORDER[finding.gravity]))


def withheld_of(findings: Sequence[Finding]) -> dict[str, str]:
    """The parameters that must not be shown, with the code of the first finding that says so."""
    found: dict[str, str] = {}
    for finding in findings:
        for name in finding.withheld:
            found.setdefault(name, finding.code)
    return found


def _names(found: Fit) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.parameter for row in found.real))


def _search(found: Fit) -> Iterator[Finding]:
    """Whether the search ended at the one maximum, and which parameters it tells."""
    ended = found.convergence
    if not ended.converged:
        yield Finding(
            "not-converged", "refuse", {"gain": round(ended.decrement / 2, 4)}, (*_names(found), "D", "N")
        )
    elif not found.converged:
        yield Finding("flat", "refuse", {"curvature": ended.curvature}, (*_names(found), "D", "N"))
    else:
        yield from _boundaries(found)
    others = [value for value in ended.starts if found.log_likelihood - value > SAME_MAXIMUM]
    if others:
        values: Figures = {
            "starts": len(ended.starts),
            "others": len(others),
            "below": found.log_likelihood - max(others),
        }
        yield Finding("several-maxima", "warning", values)


def _boundaries(found: Fit) -> Iterator[Finding]:
    told = set()
    for row in found.real:
        at_edge = row.parameter in ("g0", "pmix") and min(row.estimate, 1 - row.estimate) < AT_THE_EDGE
        if (at_edge or not estimable(row)) and row.parameter not in told:
            told.add(row.parameter)
            withheld = ("D", "N") if row.parameter == "D" else (row.parameter,)
            code = "boundary" if at_edge else "not-estimable"
            yield Finding(code, "warning", {"parameter": row.parameter, "estimate": row.estimate}, withheld)


def _estimates(found: Fit, views: list[View]) -> Iterator[Finding]:
    """Whether density and sigma go together, and whether density is as sure as it should be."""
    worst = max(views, key=lambda view: abs(np.log(view.k / np.sqrt(LEAST_K * MOST_K))) if view.k else 0.0)
    if worst.k and not LEAST_K <= worst.k <= MOST_K:
        values: Figures = {"k": worst.k, "least": LEAST_K, "most": MOST_K, "session": worst.session.name}
        yield Finding("k-implausible", "warning", values)
    rse = _relative_error(found)
    if np.isfinite(rse) and rse > TARGET:
        animals, repeats = found.animals, _repeats(found.survey.sessions)
        values: Figures = {
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
