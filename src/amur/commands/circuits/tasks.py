"""From the files of a job to a task of the circuit engine."""

from __future__ import annotations

from typing import Literal

import numpy as np

from amur.formats.circuitscape import NetworkInputs, RasterInputs, Settings
from amur.science.circuits import Advanced, FocalNodes, Landscape, Network, OneToAll, Pairwise, Task, Wanted


def landscape_of(settings: Settings, inputs: RasterInputs) -> Landscape:
    """The landscape of a raster job."""
    neighbours: Literal[4, 8] = 4 if settings.four_neighbours else 8
    average: Literal["resistance", "conductance"] = (
        "resistance" if settings.average_resistances else "conductance"
    )
    return Landscape(inputs.conductance, neighbours, average, inputs.polygons)


def task_of(settings: Settings, inputs: RasterInputs) -> Task:
    """What is computed on it."""
    if inputs.sources is not None and inputs.grounds is not None:
        return Advanced(inputs.sources, inputs.grounds, settings.conflict)
    if inputs.focal_ids is None or inputs.focal_cells is None:
        raise ValueError("a job without focal nodes has no task")
    focal = FocalNodes(inputs.focal_ids, inputs.focal_cells)
    included = None if inputs.pairs is None else inputs.pairs.among(focal.ids)
    if settings.scenario == "pairwise":
        return Pairwise(focal, included)
    strengths = None
    if inputs.strengths is not None:
        strengths = np.ones(focal.ids.size)
        known = {int(number): value for number, value in inputs.strengths[::-1]}
        for place, number in enumerate(focal.ids.tolist()):
            strengths[place] = known.get(number, 1.0)
    return OneToAll(focal, included, strengths, to_one=settings.scenario == "all-to-one")


def network_of(inputs: NetworkInputs) -> Network:
    """The network of a network job."""
    return Network(inputs.nodes, inputs.first, inputs.second, inputs.conductance)


def wanted_of(settings: Settings) -> Wanted:
    """Which maps a job asks for."""
    advanced = settings.scenario == "advanced"
    return Wanted(
        currents=settings.each_current or (advanced and settings.any_current),
        voltages=settings.voltage_maps,
        cumulative=settings.any_current and not advanced,
        maximum=settings.maximum_map and not advanced,
        zero_focal=settings.zero_focal,
    )
