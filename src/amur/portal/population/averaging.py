"""Numbers of animals in regions, averaged over models by their weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from amur.portal.population.places import Region
from amur.science.capture import Fit, abundance
from amur.science.capture.real import Z

Values = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The number in a region: `expected` of the process, `realised` that is there; each with its interval."""

    expected: Values
    realised: Values


def numbers(
    fits: Sequence[tuple[Fit, float]], regions: Sequence[Sequence[Region]]
) -> list[dict[str, Numbers]]:
    """For each session, the numbers in the whole mask ("all") and in each region ("kind key").

    The variance adds that between models to that within them (Burnham & Anderson 2002, Model Selection and
    Multimodel Inference, equation 4.9). Intervals are log-normal above those that were seen for certain.
    """
    sessions = fits[0][0].survey.sessions
    parts: dict[str, list[Any]] = {}
    for k in range(len(sessions)):
        inside = {"all": np.ones(len(sessions[k].mask.points), dtype=bool)}
        inside |= {f"{region.kind} {region.key}": region.inside for region in regions[k]}
        for name, points in inside.items():
            parts[f"{k} {name}"] = [
                points.astype(float) if k == other else np.zeros(len(session.mask.points))
                for other, session in enumerate(sessions)
            ]
    found = [abundance(one, parts) for one, _weight in fits]
    weights = np.array([weight for _one, weight in fits])
    answers: list[dict[str, Numbers]] = [{} for _ in sessions]
    for at, key in enumerate(parts):
        number, _, name = key.partition(" ")
        k = int(number)
        seen = sessions[k].captures.animals if name == "all" else 0
        answers[k][name] = Numbers(
            _averaged([each.expected[at] for each in found], weights, 0.0),
            _averaged([each.realised[at] for each in found], weights, float(seen)),
        )
    return answers


def _averaged(rows: Sequence[Any], weights: Any, least: float) -> Values:
    values = np.array([row.estimate for row in rows])
    errors = np.array([row.se for row in rows])
    mean = float(weights @ values)
    variance = float(weights @ (errors**2 + (values - mean) ** 2))
    rest = mean - least
    if not (rest > 0 and np.isfinite(variance)):
        return {"estimate": mean if np.isfinite(mean) else None, "se": None, "lower": None, "upper": None}
    factor = float(np.exp(Z * np.sqrt(np.log1p(variance / rest**2))))
    return {
        "estimate": mean,
        "se": float(np.sqrt(variance)),
        "lower": least + rest / factor,
        "upper": least + rest * factor,
    }
