"""From a survey to what a result says: fits, compares, averages, attributes, judges. No database.

What comes out holds no place but cells of the disclosure grid: no detector, no centre, no name of the files.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from amur.disclosure import Level, surface_cells
from amur.portal.population import averaging, curves
from amur.portal.population.places import Region, countries_of, degrees, regions_of
from amur.portal.population.summaries import of_session
from amur.science.capture import Fit, Model, Session, Survey, compare, fit
from amur.science.capture.derived import mean_density
from amur.science.capture.diagnosis import Finding, diagnose, withheld_of
from amur.science.capture.real import Estimate, estimable

Progress = Callable[[float, str], None]
LEAST_WEIGHT: Final = 0.01
"""Models with less support take no part in averages."""
LEVELS: Final = (Level.DEGREE, Level.HALF, Level.TENTH)
YEAR_OR_DAY: Final = r"\d{4}(-\d{2}){0,2}"


class Nothing(Exception):
    """No model could be fitted; the message is that of the engine and may name individuals."""


@dataclass(frozen=True, slots=True)
class Computed:
    """The columns of a result."""

    answers: list[dict[str, Any]]
    table: list[dict[str, Any]]
    estimates: list[dict[str, Any]]
    curves: list[dict[str, Any]]
    cells: dict[str, list[list[float]]]
    findings: list[dict[str, Any]]
    effort: list[dict[str, Any]]


def prepared(survey: Survey, crs: str) -> Survey:
    """The survey as it is analysed: without names of sessions and animals, with the country of mask points.

    A session keeps a name that is a year, month or day; others are numbered, as animals are.
    """
    import re

    numbers: dict[str, str] = {}
    for session in survey.sessions:
        for one in session.captures.ids:
            numbers.setdefault(one, str(len(numbers) + 1))
    dated = all(re.fullmatch(YEAR_OR_DAY, session.name) for session in survey.sessions)
    every = [countries_of(*degrees(crs, session.mask.points)) for session in survey.sessions]
    several = len({code for codes in every for code in codes.tolist() if code}) > 1
    found = []
    for number, (session, codes) in enumerate(zip(survey.sessions, every, strict=True)):
        mask = session.mask
        if several:
            mask = replace(mask, covariates={**mask.covariates, "country": _filled(codes, mask.points)})
        captures = replace(session.captures, ids=tuple(numbers[one] for one in session.captures.ids))
        name = session.name if dated else str(number + 1)
        found.append(replace(session, name=name, captures=captures, mask=mask))
    return Survey(tuple(found))


def _filled(codes: Any, points: Any) -> Any:
    """Places off every country belong to the nearest one: coasts are drawn roughly."""
    from scipy.spatial import cKDTree

    known = codes != ""
    if known.all() or not known.any():
        return codes
    nearest = cKDTree(points[known]).query(points[~known])[1]
    filled = codes.copy()
    filled[~known] = codes[known][nearest]
    return filled


def compute(
    survey: Survey,
    crs: str,
    models: Mapping[str, Model],
    *,
    buffer: float | None,
    twice: bool,
    thorough: bool,
    progress: Progress,
) -> Computed:
    """Everything that a result says about a survey that is `prepared`.

    Raises `Nothing`; whatever `progress` raises ends the work.
    """
    fits = _fitted(survey, models, progress)
    rows = compare(fits)
    best = fits[rows[0].name]
    progress(0.6, "judge")
    findings = _judged(best, buffer, thorough, lambda share, _stage: progress(0.6 + 0.25 * share, "judge"))
    progress(0.86, "attribute")
    weights = _weights(fits, {row.name: row.weight for row in rows})
    withheld = withheld_of(findings)
    places = [degrees(crs, session.mask.points) for session in survey.sessions]
    regions = [regions_of(*place) for place in places]
    answers = _answers(survey, fits, weights, regions, withheld)
    if twice:
        _seen_twice(survey, best.model, regions, answers, withheld)
    progress(0.96, "attribute")
    return Computed(
        answers=answers,
        table=[
            {
                "name": row.name,
                "coefficients": row.coefficients,
                "log_likelihood": plain(row.log_likelihood),
                "aic": plain(row.aic),
                "aicc": plain(row.aicc),
                "delta": plain(row.delta),
                "weight": plain(row.weight),
                "converged": row.converged,
                "averaged": row.name in weights,
            }
            for row in rows
        ]
        + [{"name": name, "failed": True} for name in models if name not in fits],
        estimates=[_estimate(row, withheld) for row in best.real],
        curves=[] if {"sigma", "lambda0", "g0"} & withheld.keys() else curves.of(best),
        cells={} if "D" in withheld else _cells(survey, fits, weights, places),
        findings=[_finding(one) for one in findings],
        effort=[_effort(session) for session in survey.sessions],
    )


def _fitted(survey: Survey, models: Mapping[str, Model], progress: Progress) -> dict[str, Fit]:
    """The fits of the models that can be fitted."""
    fits: dict[str, Fit] = {}
    reason = ""
    for number, (name, model) in enumerate(models.items()):
        stage = f"fit {number + 1}"

        def tell(share: float, _stage: str, number: int = number, stage: str = stage) -> None:
            progress(0.05 + 0.55 * (number + share) / len(models), stage)

        tell(0.0, "")
        try:
            fits[name] = fit(survey, model, progress=tell)
        except ValueError as error:
            reason = str(error)
    if not fits:
        raise Nothing(reason)
    return fits


def _judged(best: Fit, buffer: float | None, thorough: bool, progress: Progress) -> tuple[Finding, ...]:
    """The diagnosis; further fits tell densities, so they are told of only where the density may be."""
    findings = diagnose(best, buffer=buffer)
    if not thorough or "D" in withheld_of(findings):
        return findings
    further = diagnose(best, buffer=buffer, thorough=True, progress=progress)
    if "D" not in withheld_of(further):
        return further
    return (*(one for one in further if one.withheld and one not in findings), *findings)


def _estimate(row: Estimate, withheld: Mapping[str, str]) -> dict[str, Any]:
    """A parameter; without figures where the data cannot tell it."""
    told = estimable(row) and row.parameter not in withheld
    values = _values(row, 1e4 if row.parameter == "D" else 1.0)
    return {
        "parameter": row.parameter,
        "level": row.level,
        **(values if told else dict.fromkeys(values)),
        "estimable": told,
    }


def _weights(fits: Mapping[str, Fit], support: Mapping[str, float]) -> dict[str, float]:
    """The weights of the models that are averaged: the supported ones whose search ended at a maximum."""
    kept = {
        name: weight for name, weight in support.items() if weight >= LEAST_WEIGHT and fits[name].converged
    }
    if not kept:
        return {max(support, key=lambda name: support[name]): 1.0}
    total = sum(kept.values())
    return {name: weight / total for name, weight in kept.items()}


def _answers(
    survey: Survey,
    fits: Mapping[str, Fit],
    weights: Mapping[str, float],
    regions: Sequence[Sequence[Region]],
    withheld: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Density and numbers of each session: of the whole mask, by country, by area of the register."""
    numbers = averaging.numbers([(fits[name], weight) for name, weight in weights.items()], regions)
    found = []
    for k, session in enumerate(survey.sessions):
        area = session.mask.area / 100
        whole = numbers[k]["all"]
        density = {
            name: value if value is None else value / area * 100 for name, value in whole.expected.items()
        }
        hidden = "D" in withheld or "N" in withheld
        found.append(
            {
                "session": session.name,
                "area": area,
                "density": None if hidden else density,
                "number": None if hidden else whole.realised,
                "regions": [
                    {
                        "kind": region.kind,
                        "key": region.key,
                        "share": float(region.inside.mean()),
                        # The number that is there counts likely centres of those seen: for countries only.
                        "number": None
                        if hidden
                        else getattr(
                            numbers[k][f"{region.kind} {region.key}"],
                            "realised" if region.kind == "country" else "expected",
                        ),
                    }
                    for region in regions[k]
                ],
            }
        )
    return found


def _seen_twice(
    survey: Survey,
    model: Model,
    regions: Sequence[Sequence[Region]],
    answers: list[dict[str, Any]],
    withheld: Mapping[str, str],
) -> None:
    """Add what comes out when two detections are asked of an animal (SCR-2), if that can be told."""
    try:
        found = fit(survey, replace(model, least_detections=2))
    except ValueError:
        return
    if found.converged and "D" not in withheld and "N" not in withheld:
        again = _answers(survey, {"": found}, {"": 1.0}, [[] for _ in regions], {})
        for answer, other in zip(answers, again, strict=True):
            answer["twice"] = {"density": other["density"], "number": other["number"]}


def _cells(
    survey: Survey, fits: Mapping[str, Fit], weights: Mapping[str, float], places: Sequence[Any]
) -> dict[str, list[list[float]]]:
    """The expected density per 100 km² of the last session by cell: west, south, east, north, density."""
    last = len(survey.sessions) - 1
    density = sum(
        weight * mean_density(fits[name].likelihood.state(fits[name].beta, last))
        for name, weight in weights.items()
    )
    longitudes, latitudes = places[last]
    found = {}
    for level in LEVELS:
        cells = surface_cells(longitudes, latitudes, np.asarray(density) * 1e4, level)
        found[level.word] = [[*cell.bounds, float(f"{value:.3g}")] for cell, value in cells.items()]
    return found


def _finding(one: Finding) -> dict[str, Any]:
    values = {
        name: value if isinstance(value, str | int) or np.isfinite(value) else None
        for name, value in one.values.items()
    }
    return {"code": one.code, "gravity": one.gravity, "values": values, "withheld": list(one.withheld)}


def _effort(session: Session) -> dict[str, Any]:
    names = ("detectors", "occasions", "effort", "individuals", "detections", "moves")
    figures = of_session(session)
    return {"session": session.name, **{name: figures[name] for name in names}}


def _values(row: Any, factor: float) -> dict[str, float | None]:
    return {name: plain(getattr(row, name) * factor) for name in ("estimate", "se", "lower", "upper")}


def plain(value: float) -> float | None:
    """A number as JSON knows it."""
    return float(value) if np.isfinite(value) else None
