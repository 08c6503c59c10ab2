"""What came out of an open fit: as plain values for JSON and CSV, and as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from amur.commands.capture.results import (
    HECTARES_PER_KM2,
    PER_100_KM2,
    convergence_of,
    csv_text,
    diagnosis_of,
    formula_text,
    line_of,
    parameters_of,
    plain,
    values_of,
)
from amur.commands.capture.summary import aligned, diagnosis_lines, parameter_lines, ranged
from amur.portal.operations.problems import _
from amur.science.capture import Estimate, Finding
from amur.science.capture.diagnosis import withheld_of
from amur.science.capture.open import OpenFit, yearly
from amur.science.capture.open.diagnosis import reason_of_year
from amur.science.capture.open.yearly import total_growth

FIGURES = {
    "D_per_100_km2": "per 100 km²",
    "expected_number": "animals",
    "survival": "",
    "growth": "",
    "recruits": "animals",
}
"""The figures of a year with their units."""


def results_of(found: OpenFit, findings: Sequence[Finding]) -> dict[str, Any]:
    """The results of a fit as plain values; what must not be shown is None, with its reason."""
    model, sessions = found.model, found.survey.sessions
    withheld = withheld_of(findings)

    def shown(row: Estimate | None, factor: float = 1.0) -> dict[str, Any] | None:
        if row is None:
            return None
        reason = reason_of_year(row, withheld)
        values = values_of(row, factor, reason)
        return {**values, "withheld": reason} if reason else {**values}

    return {
        "program": f"amur {version('amur')}",
        "method": {
            "estimation": "maximum likelihood, analytic gradient, Newton",
            "likelihood": model.kind,
            "movement": model.movement,
            "detector": sessions[0].detectors.kind,
            "detection_function": model.function,
            "model": {name: formula_text(model.formulas.get(name, ())) for name in model.parameters},
            "intervals": found.likelihood.years.intervals.tolist(),
        },
        "log_likelihood": plain(found.log_likelihood),
        "parameters": len(found.beta),
        "aic": plain(found.aic),
        "aicc": plain(found.aicc),
        "individuals": found.animals,
        "detections": sum(int(session.captures.count.sum()) for session in sessions),
        "mask_points": len(sessions[0].mask.points),
        "mask_area_km2": sessions[0].mask.area / HECTARES_PER_KM2,
        "convergence": convergence_of(found),
        **parameters_of(found, withheld),
        "years": [
            {
                "session": year.name,
                "individuals": year.seen,
                "D_per_100_km2": shown(year.density, PER_100_KM2),
                "expected_number": shown(year.number),
                "survival": shown(year.survival),
                "growth": shown(year.growth),
                "recruits": shown(year.recruits),
            }
            for year in yearly(found)
        ],
        "growth": shown(total_growth(found)),
        "diagnosis": diagnosis_of(findings),
    }


def csv_of(results: Mapping[str, Any]) -> str:
    """The parameters and the figures of years as CSV; what is withheld is empty, with its reason."""
    years = [
        line_of(year["session"], name, row, unit, row.get("withheld", ""))
        for year in results["years"]
        for name, unit in FIGURES.items()
        if (row := year[name]) is not None
    ]
    total = results["growth"]
    mean = [] if total is None else [line_of("", "growth", total, "", total.get("withheld", ""))]
    return csv_text(results, [*years, *mean])


def summary_of(results: Mapping[str, Any]) -> Iterator[str]:
    """The lines for the terminal."""
    yield _(
        "years {years}: individuals {individuals}, detections {detections}; mask of {points} points, "
        "{area} km²"
    ).format(
        years=len(results["years"]),
        individuals=results["individuals"],
        detections=results["detections"],
        points=results["mask_points"],
        area=f"{results['mask_area_km2']:.4g}",
    )
    yield from parameter_lines(results)
    yield from aligned(years_table(results))
    if results["growth"] is not None:
        yield growth_line(results)
    yield from diagnosis_lines(results)


def years_table(results: Mapping[str, Any]) -> list[list[str]]:
    """The years with their figures, in words, under titles."""
    titles = [
        _("session"),
        _("individuals"),
        _("per 100 km²"),
        _("animals in the mask"),
        _("survival"),
        _("growth"),
    ]
    names = ("D_per_100_km2", "expected_number", "survival", "growth")
    return [
        titles,
        *(
            [year["session"], str(year["individuals"]), *(told_range(year[name]) for name in names)]
            for year in results["years"]
        ),
    ]


def growth_line(results: Mapping[str, Any]) -> str:
    """The growth of all years as a sentence."""
    return _("growth for a unit of time, mean of all years: {growth}").format(
        growth=told_range(results["growth"])
    )


def told_range(row: Mapping[str, float | None] | None) -> str:
    """An estimate with its interval, a dash for what is withheld or unknown."""
    return "—" if row is None or row["estimate"] is None else ranged(row)
