"""Where snares will be found: risk of cells by season, its honest validation, verification by patrols.

`history` turns finds and effort of past seasons into what was known before a season, `model` learns from it,
`scoring` measures predictions, `validation` holds them against simple baselines season by season, `risk`
makes the map or refuses it, `verification` draws cells for patrols and compares what they found.
"""

from __future__ import annotations

from amur.science.poaching.history import History
from amur.science.poaching.model import Model, fit
from amur.science.poaching.risk import NotBetterError, Risk, reserved_cells, risk_of
from amur.science.poaching.scoring import Scored, Scores, scores_of
from amur.science.poaching.validation import BASELINES, Validation, validate
from amur.science.poaching.verification import Comparison, Draw, Group, compare, draw_cells

__all__ = [
    "BASELINES",
    "Comparison",
    "Draw",
    "Group",
    "History",
    "Model",
    "NotBetterError",
    "Risk",
    "Scored",
    "Scores",
    "Validation",
    "compare",
    "draw_cells",
    "fit",
    "reserved_cells",
    "risk_of",
    "scores_of",
    "validate",
]
