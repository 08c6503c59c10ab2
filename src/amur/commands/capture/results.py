"""What came out of a fit as plain values, for JSON and CSV; what must not be shown is None."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from amur.portal.operations.problems import _
from amur.portal.population.findings import told
from amur.science.capture import Estimate, Finding, Fit, abundance, densities
from amur.science.capture.comparing import fingerprint
from amur.science.capture.data import POLYGON, Session
from amur.science.capture.diagnosis import BY_LEVEL, reason_of, withheld_of
from amur.science.capture.formula import Formula
from amur.science.capture.real import Z

if TYPE_CHECKING:
    from amur.science.capture.open import OpenFit

PER_100_KM2 = 1e4
"""Hectares in 100 km²."""
HECTARES_PER_KM2 = 100
COLUMNS = ("estimate", "se", "lower", "upper")
DERIVED = {
    "D_per_100_km2": "per 100 km²",
    "effective_area_km2": "km²",
    "expected_number": "animals",
    "number": "animals",
}
UNITS = {"D": "per hectare", "sigma": "metres", "move": "metres", "a0": "hectares"}


def results_of(found: Fit, findings: Sequence[Finding]) -> dict[str, Any]:
    """The results of a fit as plain values; what must not be shown is None."""
    model, sessions = found.model, found.survey.sessions
    withheld = withheld_of(findings)
    return {
        "program": f"amur {version('amur')}",
        "method": {
            "estimation": "maximum likelihood, analytic gradient, Newton",
            "likelihood": "conditional" if model.conditional else "full",
            "distribution": model.distribution,
            "detector": detector_of(found),
            "trials": model.trials,
            "detection_function": model.function,
            "model": {name: formula_text(model.formulas.get(name, ())) for name in model.parameters},
            "mixture_covariate": model.mixture_covariate,
            "least_detections": model.least_detections,
            "distances": "straight" if sessions[0].distances is None else "least-cost",
            "occasions_collapsed": all(layout.collapsed for layout in found.likelihood.layouts),
        },
        "fingerprint": fingerprint(found),
        "log_likelihood": plain(found.log_likelihood),
        "parameters": len(found.beta),
        "aic": plain(found.aic),
        "aicc": plain(found.aicc),
        "individuals": found.animals,
        "detections": sum(int(session.captures.count.sum()) for session in sessions),
        "convergence": convergence_of(found),
        **parameters_of(found, withheld),
        "derived": _derived(found, withheld),
        "diagnosis": diagnosis_of(findings),
    }


def detector_of(found: Fit) -> str:
    """The kind of detector, "polygon" for searched areas."""
    return "polygon" if found.survey.searched else found.survey.sessions[0].detectors.kind


def detectors_of(session: Session) -> int:
    """How many detectors, or searched areas, there are."""
    detectors = session.detectors
    if detectors.quadrature is None:
        return detectors.count
    return len(np.unique(detectors.covariates[POLYGON]))


def convergence_of(found: Fit | OpenFit) -> dict[str, Any]:
    """How the search ended."""
    ended = found.convergence
    return {
        "converged": found.converged,
        "search_converged": ended.converged,
        "decrement": plain(ended.decrement),
        "curvature": plain(ended.curvature),
        "iterations": ended.iterations,
        "evaluations": ended.evaluations,
        "starts": [plain(value) for value in ended.starts],
    }


def parameters_of(found: Fit | OpenFit, withheld: Mapping[str, str]) -> dict[str, Any]:
    """Parameters, coefficients and their covariance; `withheld` is that of `withheld_of`."""
    return {
        "real": [_real(row, reason_of(row, withheld)) for row in found.real],
        "coefficients": list(_coefficients(found, withheld)),
        "covariance": _covariance(found, withheld),
    }


def diagnosis_of(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings with their sentences."""
    return [_finding(finding) for finding in findings]


def _finding(finding: Finding) -> dict[str, Any]:
    text, advice = told(finding, _)
    values = {
        name: plain(value) if isinstance(value, float) else value for name, value in finding.values.items()
    }
    return {
        "code": finding.code,
        "gravity": finding.gravity,
        "values": values,
        "text": text,
        "advice": advice,
        "withheld": list(finding.withheld),
    }


def _real(row: Estimate, reason: str) -> dict[str, Any]:
    values = {**_estimate(row, reason), "unit": UNITS.get(row.parameter, ""), "estimable": not reason}
    return {**values, "withheld": reason} if reason else values


def _whole_parameter(name: str, withheld: Mapping[str, str]) -> str:
    """The reason to withhold a parameter at all its levels."""
    reason = withheld.get(name, "")
    return "" if reason in BY_LEVEL else reason


def _coefficients(found: Fit | OpenFit, withheld: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for label, value, se in zip(found.labels, found.beta.tolist(), found.se.tolist(), strict=True):
        parameter, _dot, level = label.partition(".")
        estimate = Estimate(parameter, level, value, se, value - Z * se, value + Z * se)
        reason = _whole_parameter(parameter, withheld)
        yield {"name": label, **_estimate(estimate, reason), "link": found.model.link(parameter)}


def _covariance(found: Fit | OpenFit, withheld: Mapping[str, str]) -> list[list[float | None]]:
    shown = [not _whole_parameter(label.partition(".")[0], withheld) for label in found.labels]
    return [
        [
            plain(value) if row_shown and column_shown else None
            for value, column_shown in zip(row, shown, strict=True)
        ]
        for row, row_shown in zip(found.covariance.tolist(), shown, strict=True)
    ]


def _derived(found: Fit, withheld: Mapping[str, str]) -> list[dict[str, Any]]:
    """Density, effective area and numbers in the mask by session."""
    sessions = found.survey.sessions
    whole = {
        session.name: [np.full(len(each.mask.points), float(each is session)) for each in sessions]
        for session in sessions
    }
    numbers = abundance(found, whole)
    reason = withheld.get("D", "") or withheld.get("N", "")
    rows = []
    for k, (session, (density, area)) in enumerate(zip(sessions, densities(found), strict=True)):
        row = {
            "session": session.name,
            "individuals": session.captures.animals,
            "detections": int(session.captures.count.sum()),
            "detectors": detectors_of(session),
            "occasions": session.detectors.occasions,
            "mask_points": len(session.mask.points),
            "mask_area_km2": session.mask.area / HECTARES_PER_KM2,
            "D_per_100_km2": values_of(density, PER_100_KM2, reason),
            "effective_area_km2": values_of(area, 1 / HECTARES_PER_KM2, _whole_parameter("sigma", withheld)),
            "expected_number": values_of(numbers.expected[k], reason=reason),
            "number": values_of(numbers.realised[k], reason=reason),
        }
        rows.append({**row, "withheld": reason} if reason else row)
    return rows


def _estimate(row: Estimate, reason: str) -> dict[str, Any]:
    return {"parameter": row.parameter, "level": row.level, **values_of(row, reason=reason)}


def values_of(row: Estimate, factor: float = 1.0, reason: str = "") -> dict[str, float | None]:
    """An estimate with its interval, times a factor; None for all where there is a reason to withhold it."""
    return {name: None if reason else plain(getattr(row, name) * factor) for name in COLUMNS}


def plain(value: float) -> float | None:
    """A number for JSON."""
    return float(value) if math.isfinite(value) else None


def csv_of(results: Mapping[str, Any]) -> str:
    """The table of parameters as CSV, density per 100 km² too; what is withheld is empty, with its reason."""
    derived = [
        line_of(row["session"], name, row[name], unit, row.get("withheld", ""))
        for row in results["derived"]
        for name, unit in DERIVED.items()
    ]
    return csv_text(results, derived)


def line_of(session: str, name: str, row: Mapping[str, Any], unit: str, reason: str) -> list[Any]:
    """A line of the CSV."""
    return [session, name, row.get("level", ""), *(row[column] for column in COLUMNS), unit, reason]


def csv_text(results: Mapping[str, Any], derived: Sequence[list[Any]]) -> str:
    """Titles, parameters, and lines of what is derived from them, as CSV."""
    titles = ["session", "parameter", "level", *COLUMNS, "unit", "withheld"]
    real = [
        line_of("", row["parameter"], row, row["unit"], row.get("withheld", "")) for row in results["real"]
    ]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(
        [["" if value is None else value for value in line] for line in [titles, *real, *derived]]
    )
    return buffer.getvalue()


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
