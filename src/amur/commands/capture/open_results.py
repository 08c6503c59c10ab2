"""What came out of an open fit: as plain values for JSON, and as lines for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from amur.commands.capture.results import PER_100_KM2, UNITS, formula_text, plain, values_of
from amur.commands.capture.summary import aligned, ranged, short
from amur.portal.operations.problems import _
from amur.science.capture import Estimate
from amur.science.capture.open import Finding, OpenFit, yearly
from amur.science.capture.open.yearly import total_growth
from amur.science.capture.real import Z, estimable

WIDE = 4
"""How wide a buffer should be, in sigma."""


def results_of(found: OpenFit) -> dict[str, Any]:
    """The results of a fit as plain values; what the data cannot tell is None."""
    model, sessions = found.model, found.survey.sessions
    growth = total_growth(found)
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
        "aic": plain(found.aic),
        "aicc": plain(found.aicc),
        "individuals": found.animals,
        "detections": sum(int(session.captures.count.sum()) for session in sessions),
        "convergence": {
            "converged": found.converged,
            "search_converged": found.convergence.converged,
            "decrement": plain(found.convergence.decrement),
            "curvature": plain(found.convergence.curvature),
            "iterations": found.convergence.iterations,
            "evaluations": found.convergence.evaluations,
        },
        "real": [
            {
                "parameter": row.parameter,
                "level": row.level,
                **values_of(row, reason="" if estimable(row) else "not-estimable"),
                "unit": UNITS.get(row.parameter, ""),
                "estimable": estimable(row),
            }
            for row in found.real
        ],
        "coefficients": [
            {
                "name": label,
                "estimate": value,
                "se": plain(se),
                "lower": plain(value - Z * se),
                "upper": plain(value + Z * se),
                "link": model.link(label.partition(".")[0]),
            }
            for label, value, se in zip(found.labels, found.beta.tolist(), found.se.tolist(), strict=True)
        ],
        "covariance": [[plain(value) for value in row] for row in found.covariance.tolist()],
        "years": [
            {
                "session": year.name,
                "individuals": year.seen,
                "D_per_100_km2": _maybe(year.density, PER_100_KM2),
                "expected_number": _maybe(year.number),
                "survival": _maybe(year.survival),
                "growth": _maybe(year.growth),
                "recruits": _maybe(year.recruits),
            }
            for year in yearly(found)
        ],
        "growth": _maybe(growth),
        "findings": [
            {"code": finding.code, "level": finding.level, "text": finding_text(finding)}
            for finding in found.findings
        ],
    }


def _maybe(row: Estimate | None, factor: float = 1.0) -> dict[str, float | None] | None:
    return None if row is None else values_of(row, factor)


def finding_text(finding: Finding) -> str:
    """A finding as a sentence with what to do."""
    texts = {
        "survival-one": _(
            "the estimate of survival lies at 1: no loss can be told from these years. More years, or one "
            "survival for all of them, may tell it."
        ),
        "survival-zero": _(
            "the estimate of survival lies at 0: nobody came back. Check the names of individuals from year "
            "to year."
        ),
        "no-recruitment": _(
            "the estimate of recruitment lies at 0: no newcomer can be told from animals that were missed "
            "before."
        ),
        "no-movement": _(
            "centres move less than a quarter of a cell of the mask: the model with static centres says the "
            "same."
        ),
        "coarse-mask": _(
            "centres move less than the mask is fine, so that their movement is rough; give a finer mask."
        ),
        "few-returns": _(
            "{value} individuals were seen in more than one year; survival from so few is not to be trusted."
        ),
    }
    text = texts[finding.code].format(value=f"{finding.value:.0f}")
    return f"{text} ({finding.level})" if finding.level else text


def summary_of(results: dict[str, Any], found: OpenFit, buffer: float) -> Iterator[str]:
    """The lines for the terminal; `buffer` in metres of the mask, 0 where it was given."""
    mask = found.survey.sessions[0].mask
    yield _(
        "years {years}: individuals {individuals}, detections {detections}; mask of {points} points, "
        "{area} km²"
    ).format(
        years=len(results["years"]),
        individuals=results["individuals"],
        detections=results["detections"],
        points=len(mask.points),
        area=f"{mask.area / 100:.4g}",
    )
    yield _("log-likelihood {value}, AIC {aic}, AICc {aicc}").format(
        value=f"{found.log_likelihood:.4f}", aic=f"{found.aic:.2f}", aicc=f"{found.aicc:.2f}"
    )
    yield ""
    yield from aligned([["", _("estimate"), _("SE"), _("lower"), _("upper")], *_parameters(found)])
    yield ""
    titles = [_("session"), _("individuals"), _("per 100 km²"), _("number"), _("survival"), _("growth")]
    rows = [
        [
            row["session"],
            str(row["individuals"]),
            *(_ranged(row[name]) for name in ("D_per_100_km2", "expected_number", "survival", "growth")),
        ]
        for row in results["years"]
    ]
    yield from aligned([titles, *rows])
    if results["growth"] is not None:
        yield _("growth for a unit of time, mean of all years: {growth}").format(
            growth=_ranged(results["growth"])
        )
    yield from _doubts(results, found, buffer)


def _parameters(found: OpenFit) -> Iterator[list[str]]:
    names = {
        "D": _("D in the first year, animals per 100 km²"),
        "sigma": _("sigma, m"),
        "a0": _("a0, ha"),
        "phi": _("phi, survival"),
        "f": _("f, recruits for each animal"),
        "lambda": _("lambda, growth"),
        "move": _("move, m"),
    }
    for row in found.real:
        factor = PER_100_KM2 if row.parameter == "D" else 1.0
        name = names.get(row.parameter, row.parameter)
        values = values_of(row, factor, "" if estimable(row) else "not-estimable").values()
        yield [f"{name} ({row.level})" if row.level else name, *(short(value) for value in values)]


def _doubts(results: dict[str, Any], found: OpenFit, buffer: float) -> Iterator[str]:
    if not found.convergence.converged:
        yield _("warning: the search did not end at a maximum; do not use these estimates.")
    elif not found.converged:
        yield _(
            "warning: the data cannot tell all coefficients (the likelihood is flat); what is marked — is "
            "withheld. Choose a simpler model."
        )
    for finding in results["findings"]:
        yield _("warning: {text}").format(text=finding["text"])
    withheld = [row.parameter for row in found.real if not estimable(row)]
    if withheld and found.converged:
        yield _("warning: the data cannot tell {parameters}; what is marked — is withheld.").format(
            parameters=", ".join(dict.fromkeys(withheld))
        )
    sigma = max(
        (row.estimate for row in found.real if row.parameter == "sigma" and estimable(row)), default=0
    )
    if 0 < buffer < WIDE * sigma:
        yield _(
            "warning: the buffer of {buffer} m is less than {count} sigma; density may come out too high. "
            "Give --buffer {needed}."
        ).format(buffer=f"{buffer:.0f}", count=WIDE, needed=math.ceil(WIDE * sigma))


def _ranged(row: dict[str, float | None] | None) -> str:
    if row is None or row["se"] is None:
        return "—"
    return ranged(row)
