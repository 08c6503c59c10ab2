"""What came out of a fit: as plain values for JSON, and as lines for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from amur.portal.operations.problems import _
from amur.science.capture import Estimate, Fit, abundance, densities
from amur.science.capture.formula import Formula
from amur.science.capture.real import Z, estimable

PER_100_KM2 = 1e4
"""Hectares in 100 km²."""
HECTARES_PER_KM2 = 100
FEW = 10
"""Fewer individuals make no density."""
WHOLE = 1_000
"""From here on decimals are not shown."""
WIDE = 4
"""How wide a buffer should be, in sigma."""
UNITS = {"D": "per hectare", "sigma": "metres", "a0": "hectares"}


def results_of(found: Fit) -> dict[str, Any]:
    """The results of a fit as plain values; what the data cannot tell is None."""
    model, sessions = found.model, found.survey.sessions
    return {
        "program": f"amur {version('amur')}",
        "method": {
            "estimation": "maximum likelihood, analytic gradient, Newton",
            "likelihood": "conditional" if model.conditional else "full",
            "distribution": model.distribution,
            "detector": sessions[0].detectors.kind,
            "detection_function": model.function,
            "model": {name: formula_text(model.formulas.get(name, ())) for name in model.parameters},
            "mixture_covariate": model.mixture_covariate,
            "occasions_collapsed": all(layout.collapsed for layout in found.likelihood.layouts),
        },
        "log_likelihood": _plain(found.log_likelihood),
        "aic": _plain(found.aic),
        "aicc": _plain(found.aicc),
        "individuals": found.animals,
        "detections": sum(int(session.captures.count.sum()) for session in sessions),
        "convergence": {
            "converged": found.converged,
            "search_converged": found.convergence.converged,
            "decrement": _plain(found.convergence.decrement),
            "curvature": _plain(found.convergence.curvature),
            "iterations": found.convergence.iterations,
            "evaluations": found.convergence.evaluations,
            "starts": [_plain(value) for value in found.convergence.starts],
        },
        "real": [
            {**_estimate(row), "unit": UNITS.get(row.parameter, ""), "estimable": estimable(row)}
            for row in found.real
        ],
        "coefficients": list(_coefficients(found)),
        "covariance": [[_plain(value) for value in row] for row in found.covariance.tolist()],
        "derived": _derived(found),
    }


def _coefficients(found: Fit) -> Iterator[dict[str, Any]]:
    for label, value, se in zip(found.labels, found.beta.tolist(), found.se.tolist(), strict=True):
        parameter, _dot, level = label.partition(".")
        estimate = Estimate(parameter, level, value, se, value - Z * se, value + Z * se)
        yield {"name": label, **_estimate(estimate), "link": found.model.link(parameter)}


def _derived(found: Fit) -> list[dict[str, Any]]:
    """Density, effective area and numbers in the mask by session."""
    sessions = found.survey.sessions
    whole = {
        session.name: [np.full(len(each.mask.points), float(each is session)) for each in sessions]
        for session in sessions
    }
    numbers = abundance(found, whole)
    rows = []
    for k, (session, (density, area)) in enumerate(zip(sessions, densities(found), strict=True)):
        rows.append(
            {
                "session": session.name,
                "individuals": session.captures.animals,
                "detections": int(session.captures.count.sum()),
                "detectors": session.detectors.count,
                "occasions": session.detectors.occasions,
                "mask_points": len(session.mask.points),
                "mask_area_km2": session.mask.area / HECTARES_PER_KM2,
                "D_per_100_km2": _values(density, PER_100_KM2),
                "effective_area_km2": _values(area, 1 / HECTARES_PER_KM2),
                "expected_number": _values(numbers.expected[k]),
                "number": _values(numbers.realised[k]),
            }
        )
    return rows


def _estimate(row: Estimate) -> dict[str, Any]:
    return {"parameter": row.parameter, "level": row.level, **_values(row)}


def _values(row: Estimate, factor: float = 1.0) -> dict[str, float | None]:
    return {name: _plain(getattr(row, name) * factor) for name in ("estimate", "se", "lower", "upper")}


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def formula_text(formula: Formula) -> str:
    """A formula as it is written.

    >>> from amur.science.capture.formula import parse_formula
    >>> formula_text(parse_formula("~ a*b + s(c)")), formula_text(())
    ('~a + b + a:b + s(c, k = 5)', '~1')
    """
    terms = [
        f"s({term.variables[0]}, k = {term.knots})" if term.knots else ":".join(term.variables)
        for term in formula
    ]
    return "~" + (" + ".join(terms) or "1")


def summary_of(results: dict[str, Any], found: Fit, buffer: float) -> Iterator[str]:
    """The lines for the terminal; `buffer` in metres of the mask, 0 where it was given."""
    for row in results["derived"]:
        yield _(
            "session {session}: individuals {individuals}, detections {detections}, detectors {detectors}, "
            "occasions {occasions}; mask of {points} points, {area} km²"
        ).format(
            session=row["session"],
            individuals=row["individuals"],
            detections=row["detections"],
            detectors=row["detectors"],
            occasions=row["occasions"],
            points=row["mask_points"],
            area=f"{row['mask_area_km2']:.4g}",
        )
    yield _("log-likelihood {value}, AIC {aic}, AICc {aicc}").format(
        value=f"{found.log_likelihood:.4f}", aic=f"{found.aic:.2f}", aicc=f"{found.aicc:.2f}"
    )
    yield ""
    yield from _table(found)
    yield ""
    for row in results["derived"]:
        yield _("session {session}: {density} animals per 100 km², {number} in the mask").format(
            session=row["session"], density=_ranged(row["D_per_100_km2"]), number=_ranged(row["number"])
        )
    yield from _doubts(found, buffer)


def _table(found: Fit) -> Iterator[str]:
    names = {
        "D": _("D, animals per 100 km²"),
        "sigma": _("sigma, m"),
        "a0": _("a0, ha"),
        "pmix": _("share of the class"),
    }
    rows = [["", _("estimate"), _("SE"), _("lower"), _("upper")]]
    for row in found.real:
        factor = PER_100_KM2 if row.parameter == "D" else 1.0
        name = names.get(row.parameter, row.parameter)
        label = f"{name} ({row.level})" if row.level else name
        values = _values(row, factor).values() if estimable(row) else [None] * 4
        rows.append([label, *(_short(value) for value in values)])
    yield from _aligned(rows)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for first, *rest in rows:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells])


def _short(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.0f}" if abs(value) >= WHOLE else f"{value:.4g}"


def _ranged(row: dict[str, float | None]) -> str:
    return f"{_short(row['estimate'])} ({_short(row['lower'])}–{_short(row['upper'])})"


def _doubts(found: Fit, buffer: float) -> Iterator[str]:
    """Why the estimates should not be trusted."""
    if not found.convergence.converged:
        yield _("warning: the search did not end at a maximum; do not use these estimates.")
    elif not found.converged:
        yield _(
            "warning: the data cannot tell all coefficients (the likelihood is flat); what is marked — is "
            "withheld. Choose a simpler model."
        )
    if found.animals < FEW:
        yield _(
            "warning: fewer than {count} individuals; a density from so few is not to be trusted."
        ).format(count=FEW)
    withheld = [row for row in found.real if not estimable(row)]
    if withheld and found.converged:
        yield _("warning: the data cannot tell {parameters}; what is marked — is withheld.").format(
            parameters=", ".join(dict.fromkeys(row.parameter for row in withheld))
        )
    sigma = max(
        (row.estimate for row in found.real if row.parameter == "sigma" and estimable(row)), default=0
    )
    if 0 < buffer < WIDE * sigma:
        yield _(
            "warning: the buffer of {buffer} m is less than {count} sigma; density may come out too high. "
            "Give --buffer {needed}."
        ).format(buffer=f"{buffer:.0f}", count=WIDE, needed=math.ceil(WIDE * sigma))
