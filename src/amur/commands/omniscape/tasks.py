"""From the files of a job to what the moving window of the circuit engine takes."""

from __future__ import annotations

from typing import Literal

from amur.formats.omniscape import Inputs, Settings
from amur.science.circuits import Landscape
from amur.science.circuits.omnidirectional import Condition, Windows

TOLERANCE = 1e-8
"""Relative residual of each window: maps are then exact to some 1e-8 of their largest value."""


def landscape_of(settings: Settings, inputs: Inputs) -> Landscape:
    """The landscape of a job; neighbours are joined by the mean of their conductances, as in Omniscape."""
    neighbours: Literal[4, 8] = 4 if settings.four_neighbours else 8
    return Landscape(inputs.conductance, neighbours, "conductance")


def windows_of(settings: Settings, inputs: Inputs, *, as_peer: bool) -> Windows:
    """How the window moves. Source strengths below the threshold are 0 in the inputs already."""
    conditions = tuple(
        Condition(present, one.comparison, one.lower, one.upper, None if one.future is None else future)
        for one, (present, future) in zip(settings.conditions, inputs.conditions, strict=True)
    )
    return Windows(
        radius=settings.radius,
        block_size=settings.block,
        buffer=settings.buffer,
        conditions=conditions,
        flow_potential=settings.flow_potential,
        normalized=settings.normalized,
        correct_artefacts=settings.correct,
        mask_nodata=settings.mask,
        tolerance=TOLERANCE,
        as_peer=as_peer,
    )
