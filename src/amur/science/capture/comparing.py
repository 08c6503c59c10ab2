"""Tables of models by Akaike's criterion, and averages over them.

Fits are compared only where their likelihoods speak of the same thing: the same captures, effort and mask,
the same constants (collapsed occasions), the same conditioning. What differs is named.

>>> from amur.science.capture.examples import camera_survey
>>> from amur.science.capture.fitting import fit
>>> from amur.science.capture.model import Model
>>> survey = camera_survey()
>>> rows = compare({"flat": fit(survey), "east": fit(survey, Model.of("D~east"))})
>>> [(row.name, row.coefficients, round(row.weight, 2)) for row in rows]
[('flat', 3, 0.56), ('east', 4, 0.44)]
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from amur.science.capture.data import Survey, Values
from amur.science.capture.fitting import Fit
from amur.science.capture.real import Estimate, Z

PARTS = (
    "captures",
    "detectors or effort",
    "mask",
    "handling of occasions (collapsed or kept)",
    "likelihood (full or conditional)",
    "distribution of numbers",
    "covariate of the classes",
    "detections asked of an animal",
    "distribution of counts",
)
"""What must be equal for likelihoods to be compared."""


class NotComparable(ValueError):
    """The likelihoods of two fits cannot be compared; the message says why."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of the table: `delta` is the criterion above the best one, `weight` the share of support."""

    name: str
    coefficients: int
    log_likelihood: float
    aic: float
    aicc: float
    delta: float
    weight: float
    converged: bool


def fingerprint(fit: Fit) -> dict[str, str]:
    """What must be equal for likelihoods to be compared, by its name in `PARTS`."""
    model, survey = fit.model, fit.survey
    values = (
        _digest(survey, "captures"),
        _digest(survey, "detectors"),
        _digest(survey, "mask"),
        str([layout.collapsed for layout in fit.likelihood.layouts]),
        str(model.conditional),
        "" if model.conditional else model.distribution,
        model.mixture_covariate,
        str(model.least_detections),
        str(model.trials),
    )
    return dict(zip(PARTS, values, strict=True))


def _digest(survey: Survey, part: Literal["captures", "detectors", "mask"]) -> str:
    digest = hashlib.sha256()
    for session in survey.sessions:
        digest.update(session.name.encode())
        arrays: list[Values]
        if part == "captures":
            captures = session.captures
            table = [captures.individual, captures.occasion, captures.detector, captures.count]
            order = np.lexsort(table)
            arrays = [column[order] for column in table]
            arrays.append(np.full(captures.animals, -1) if captures.removed is None else captures.removed)
        elif part == "detectors":
            arrays = [session.detectors.positions, session.detectors.effort]
            digest.update(session.detectors.kind.encode())
            if session.distances is not None:
                arrays.append(session.distances)
        else:
            arrays = [session.mask.points, np.array([session.mask.cell_area])]
        for array in arrays:
            digest.update(str(array.shape).encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def check_comparable(fits: Mapping[str, Fit]) -> None:
    """Raise NotComparable where two of the fits are not of the same data and kind of likelihood."""
    names = list(fits)
    if not names:
        raise ValueError("no fits to compare")
    first = fingerprint(fits[names[0]])
    for name in names[1:]:
        for what, value in fingerprint(fits[name]).items():
            if value != first[what]:
                raise NotComparable(f"{names[0]!r} and {name!r} differ in their {what}")


def compare(fits: Mapping[str, Fit], criterion: Literal["aicc", "aic"] = "aicc") -> tuple[Compared, ...]:
    """The fits, best first. Raises NotComparable; see `check_comparable`."""
    check_comparable(fits)
    scores = {name: getattr(fit, criterion) for name, fit in fits.items()}
    best, weights = min(scores.values()), supported(scores)
    return tuple(
        Compared(
            name,
            len(fits[name].beta),
            fits[name].log_likelihood,
            fits[name].aic,
            fits[name].aicc,
            scores[name] - best,
            weights[name],
            fits[name].converged,
        )
        for name in sorted(fits, key=lambda name: scores[name])
    )


def supported(scores: Mapping[str, float]) -> dict[str, float]:
    """The weights of models from their criteria; all the same where none is finite.

    >>> {name: round(weight, 2) for name, weight in supported({"a": 10.0, "b": 12.0}).items()}
    {'a': 0.73, 'b': 0.27}
    """
    best = min(scores.values())
    if not np.isfinite(best):
        return dict.fromkeys(scores, 1 / len(scores))
    support = {name: float(np.exp(-(score - best) / 2)) for name, score in scores.items()}
    return {name: value / sum(support.values()) for name, value in support.items()}


def averaged(parts: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """The mean of estimates by weights that sum to 1, with a log-normal interval; see `average`."""
    shares = np.array(weights)
    values, errors = np.array([part.estimate for part in parts]), np.array([part.se for part in parts])
    mean = float(shares @ values)
    se = float(np.sqrt(shares @ (errors**2 + (values - mean) ** 2)))
    factor = float(np.exp(Z * np.sqrt(np.log1p((se / mean) ** 2))))
    return Estimate(parts[0].parameter, parts[0].level, mean, se, mean / factor, mean * factor)


def average(
    fits: Mapping[str, Fit], parameter: str, criterion: Literal["aicc", "aic"] = "aicc"
) -> tuple[Estimate, ...]:
    """A parameter averaged over models by their weights, at each level that all of them have.

    The variance adds that between models to that within them (Burnham & Anderson 2002, Model Selection and
    Multimodel Inference, equation 4.9); the interval is log-normal. Raises NotComparable, and ValueError
    where no level is common.
    """
    rows = compare(fits, criterion)
    tables = {
        row.name: {real.level: real for real in fits[row.name].real if real.parameter == parameter}
        for row in rows
    }
    # A model without effects has one level, which stands for all.
    wanted = max(tables.values(), key=len)
    found = []
    for level in wanted:
        parts = [table.get(level, table.get("")) for table in tables.values()]
        if any(part is None for part in parts):
            continue
        own = [part for part in parts if part is not None]
        found.append(replace(averaged(own, [row.weight for row in rows]), parameter=parameter, level=level))
    if not found:
        raise ValueError(f"the models have no level of {parameter} in common")
    return tuple(found)
