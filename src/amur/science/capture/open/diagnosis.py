"""Whether an open fit should be trusted: `diagnose_open` looks for what makes its estimates wrong.

Search, few animals, buffer, mask and layout are judged as for a closed fit; here is what years add: survival
and recruitment at their ends, movement that the mask cannot show, animals that did not come back.

>>> from amur.science.capture.open.fitting import fit_open
>>> from amur.science.capture.open.simulate import six_years
>>> [finding.code for finding in diagnose_open(fit_open(six_years()), buffer=14_000.0)]
['buffer-narrow', 'habitat-unknown']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from amur.science.capture.data import Booleans
from amur.science.capture.diagnosis import (
    BY_LEVEL,
    EDGES,
    NO_RECRUITS,
    ORDER,
    at_edge,
    boundaries,
    searched,
    withheld_of,
)
from amur.science.capture.evidence import few, jumps
from amur.science.capture.finding import Finding, View
from amur.science.capture.masking import masking
from amur.science.capture.open.fitting import OpenFit
from amur.science.capture.real import Estimate, estimable

FEW_RETURNS = 5
"""Fewer animals seen in two years or more tell no survival."""
FINE_MOVE, COARSE_MOVE = 0.25, 0.6
"""Movement in sides of a cell of the mask: below, it is none; below, it is rough."""
RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "D": ("D", "N"),
    "N": ("D", "N"),
    "survival": ("phi",),
    "growth": ("lambda", "N"),
    "recruits": ("D", "N", "f"),
}
"""What must not be withheld so that a figure of a year may be shown."""


def diagnose_open(found: OpenFit, *, buffer: float | None = None) -> tuple[Finding, ...]:
    """All that makes the estimates of an open fit doubtful, the gravest first.

    `buffer` in metres where the mask was laid around the detectors, None where it was drawn.
    """
    closed = found.closed
    views = [View.of(closed, number) for number in range(len(found.survey.sessions))]
    findings = [*searched(found), *few(found.survey.sessions, found.animals), *_returns(found)]
    if found.converged:
        ends = [*_ends(found)]
        told = withheld_of(ends)
        findings += [*ends, *boundaries(row for row in found.real if row.parameter not in told)]
    if "sigma" not in withheld_of(findings):
        findings += [*jumps(views), *masking(closed, views, buffer)]
    return tuple(sorted(findings, key=lambda finding: ORDER[finding.gravity]))


def reason_of_year(row: Estimate, withheld: Mapping[str, str]) -> str:
    """The code of the finding for which a figure of a year must not be shown, "" where it may.

    `withheld` is that of `withheld_of`; the figure is one of `Yearly`, or the growth of all years.
    """
    vague = not estimable(row)
    for name in RESTS_ON[row.parameter]:
        code = withheld.get(name, "")
        if code and (code not in BY_LEVEL or vague or at_edge(row)):
            return code
    if not vague:
        return ""
    return next((withheld[name] for name in ("phi", "f", "lambda") if name in withheld), "not-estimable")


def _returns(found: OpenFit) -> Iterator[Finding]:
    """Survival, and recruitment that is told from it, rest on animals that came back."""
    years = found.likelihood.years
    returns = int((years.last > years.first).sum())
    if returns < FEW_RETURNS and found.likelihood.designs.slices:
        values = {"returns": returns, "needed": FEW_RETURNS}
        yield Finding("few-returns", "refuse", values, ("phi", "f", "move"))


def _ends(found: OpenFit) -> Iterator[Finding]:
    """Survival at 0 or 1, no recruitment, no movement."""
    designs = found.likelihood.designs.slices
    if not designs:
        return
    values = found.likelihood.values
    survival = values("phi", found.beta).value
    if (high := survival > 1 - EDGES["phi"]).any():
        yield Finding("survival-one", "warning", {"sessions": _sessions(found, high)}, ("phi",))
    if (low := survival < EDGES["phi"]).any():
        yield Finding("survival-zero", "warning", {"sessions": _sessions(found, low)}, ("phi",))
    if found.likelihood.by_numbers:
        by_f = "f" in designs
        recruits = values("f", found.beta).value if by_f else values("lambda", found.beta).value - survival
        if (none := recruits < NO_RECRUITS).any():
            yield Finding("no-recruitment", "warning", {"sessions": _sessions(found, none)}, ("f",))
    if "move" in designs and found.likelihood.grid is not None:
        side, move = found.likelihood.grid.side, float(values("move", found.beta).value.min())
        if move < FINE_MOVE * side:
            yield Finding("no-movement", "warning", {"move": move, "side": side}, ("move",))
        elif move < COARSE_MOVE * side:
            yield Finding(
                "coarse-moves", "warning", {"move": move, "side": side, "needed": move / COARSE_MOVE}
            )


def _sessions(found: OpenFit, chosen: Booleans) -> str:
    """The names of the sessions after which it is so."""
    return ", ".join(found.survey.sessions[t].name for t in np.flatnonzero(chosen))
