"""Omnidirectional connectivity: a window moves over the landscape, and in each place current flows from all
sources around to a target in its middle (McRae et al. 2016; Landau et al. 2021, doi 10.21105/joss.02829).

The target's sources tell how many amperes flow; sources in the window share them by their strengths. The sum
over all windows shows where movement concentrates; divided by the same sum where every cell conducts alike,
it shows where the landscape channels movement and where it blocks it. Only sources that can reach the target
within the window take part, so that all amperes of a target arrive.

>>> import numpy as np
>>> land = Landscape.from_resistance(np.ones((9, 9)), average="conductance")
>>> found = omnidirectional(land, np.ones((9, 9)), Windows(radius=3, normalized=True))
>>> found.targets, bool(abs(found.normalized - 1).max() < 1e-5)
(81, True)
"""

from __future__ import annotations

from amur.science.circuits.landscape import Landscape
from amur.science.circuits.omnidirectional.results import OmnidirectionalResult, Plan, plan
from amur.science.circuits.omnidirectional.running import omnidirectional
from amur.science.circuits.omnidirectional.settings import Condition, Windows, sources_from_resistance
from amur.science.circuits.omnidirectional.tasks import Tally

__all__ = [
    "Condition",
    "Landscape",
    "OmnidirectionalResult",
    "Plan",
    "Tally",
    "Windows",
    "omnidirectional",
    "plan",
    "sources_from_resistance",
]
