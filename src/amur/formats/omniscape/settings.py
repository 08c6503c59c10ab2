"""The settings of an omnidirectional job, in our words, and the table of every key that Omniscape knows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from amur.formats.errors import FormatError
from amur.formats.jobs import Key

Comparison = Literal["within", "equal"]
SOLVERS = ("cg+amg", "cholmod")


@dataclass(frozen=True, slots=True)
class ConditionFiles:
    """A condition that sources and targets must share: the raster of today, and of the targets' future where
    it is another. `within`: source minus target lies from `lower` to `upper`, in units of the raster.
    """

    present: Path
    future: Path | None = None
    comparison: Comparison = "within"
    lower: float = 0.0
    upper: float = 0.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a job says. Paths are resolved, `output` is the folder of the results. `radius`, `block` and
    `buffer` count cells, `cutoff` is a resistance, `threshold` a source strength. `notes` are the warnings of
    reading it.
    """

    file: Path
    resistance: Path
    output: Path
    radius: int
    block: int = 1
    buffer: int = 0
    conductances: bool = False
    four_neighbours: bool = False
    sources: Path | None = None
    cutoff: float = math.inf
    threshold: float = 0.0
    correct: bool = True
    current_map: bool = True
    flow_potential: bool = False
    normalized: bool = False
    mask: bool = True
    geotiff: bool = True
    classes: Path | None = None
    classified_map: bool = False
    conditions: tuple[ConditionFiles, ...] = ()
    anywhere: bool = False
    notes: tuple[FormatError, ...] = ()

    @property
    def inputs(self) -> dict[str, Path]:
        """The files that the job reads, by a name."""
        found = {"resistance": self.resistance, "sources": self.sources, "classes": self.classes}
        for number, condition in enumerate(self.conditions, start=1):
            found |= {
                f"condition {number}": condition.present,
                f"condition {number} later": condition.future,
            }
        return {name: path for name, path in found.items() if path is not None}

    @property
    def maps(self) -> tuple[str, ...]:
        """The maps that are written, by the names that Omniscape gives them."""
        wanted = {
            "cum_currmap": self.current_map,
            "flow_potential": self.flow_potential,
            "normalized_cum_currmap": self.normalized,
            "classified_resistance": self.classes is not None and self.classified_map,
        }
        return tuple(name for name, given in wanted.items() if given)


ONE_PRECISION = "everything is computed in double precision"

KEYS: Mapping[str, Key] = {
    "resistance_file": Key("resistance", "file"),
    "resistance_is_conductance": Key("conductances", "flag"),
    "resistance_file_is_conductance": Key("conductances", "flag"),
    "source_file": Key("sources", "file"),
    "source_from_resistance": Key("", "flag"),
    "r_cutoff": Key("cutoff", "number"),
    "source_threshold": Key("threshold", "number"),
    "radius": Key("radius", "number"),
    "block_size": Key("block", "number"),
    "buffer": Key("buffer", "number"),
    "project_name": Key("output", "text"),
    "connect_four_neighbors_only": Key("four_neighbours", "flag"),
    "correct_artifacts": Key("correct", "flag"),
    "calc_flow_potential": Key("flow_potential", "flag"),
    "calc_normalized_current": Key("normalized", "flag"),
    "write_raw_currmap": Key("current_map", "flag"),
    "write_as_tif": Key("geotiff", "flag"),
    "mask_nodata": Key("mask", "flag"),
    "reclassify_resistance": Key("", "flag"),
    "reclass_table": Key("classes", "file", switch="reclassify_resistance"),
    "write_reclassified_resistance": Key("classified_map", "flag"),
    "allow_different_projections": Key("anywhere", "flag"),
    "conditional": Key("", "flag"),
    "n_conditions": Key("", "choice"),
    "compare_to_future": Key("", "choice"),
    "condition1_file": Key("conditions", "file"),
    "condition1_future_file": Key("conditions", "file"),
    "comparison1": Key("conditions", "choice"),
    "condition1_lower": Key("conditions", "number"),
    "condition1_upper": Key("conditions", "number"),
    "condition2_file": Key("conditions", "file"),
    "condition2_future_file": Key("conditions", "file"),
    "comparison2": Key("conditions", "choice"),
    "condition2_lower": Key("conditions", "number"),
    "condition2_upper": Key("conditions", "number"),
    "precision": Key("", "choice", why=ONE_PRECISION),
    "solver": Key("", "text"),
    "parallelize": Key("", "flag"),
    "parallel_batch_size": Key("", "number"),
}

DEFAULTS: Mapping[str, str] = {
    "block_size": "1",
    "buffer": "0",
    "source_threshold": "0",
    "r_cutoff": "inf",
    "correct_artifacts": "true",
    "write_raw_currmap": "true",
    "write_as_tif": "true",
    "mask_nodata": "true",
    "parallelize": "true",
    "n_conditions": "1",
    "compare_to_future": "none",
    "comparison1": "within",
    "comparison2": "within",
    "condition1_lower": "0",
    "condition1_upper": "0",
    "condition2_lower": "0",
    "condition2_upper": "0",
}
