"""Goodness of fit: whether surveys can be simulated from a model, and the statistics as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amur.portal.operations.problems import Problem, _
from amur.science.capture import Model, Survey
from amur.science.capture.redraw import check_simulated
from amur.science.capture.resample import Goodness


def check_goodness(survey: Survey, model: Model) -> None:
    """Raise `Problem` for a model of which no surveys can be simulated, before it is fitted."""
    try:
        check_simulated(survey, model)
    except ValueError as error:
        raise Problem(_("--goodness: {reason}.").format(reason=error), 2) from error


def goodness_values(rows: Sequence[Goodness], count: int) -> dict[str, Any]:
    """The table as plain values, with the number of simulated surveys."""
    return {
        "simulated_surveys": count,
        "statistics": [
            {
                "statistic": row.statistic,
                "observed": row.observed,
                "simulated": row.simulated,
                "low": row.low,
                "high": row.high,
                "p": row.p,
            }
            for row in rows
        ],
    }
