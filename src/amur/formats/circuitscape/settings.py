"""The settings of a job, in our words, and the table of every key that Circuitscape 4 and 5 know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from amur.formats.errors import FormatError
from amur.formats.jobs import Key

Scenario = Literal["pairwise", "one-to-all", "all-to-one", "advanced"]
Conflict = Literal["keepall", "rmvsrc", "rmvgnd", "rmvall"]

SCENARIOS: Mapping[str, Scenario] = {
    "pairwise": "pairwise",
    "one-to-all": "one-to-all",
    "one_to_all": "one-to-all",
    "all-to-one": "all-to-one",
    "all_to_one": "all-to-one",
    "advanced": "advanced",
}
# Circuitscape's rmvall leaves the ground, whatever its manual says; its jobs must give its numbers.
CONFLICTS: Mapping[str, Conflict] = {
    "keepall": "keepall",
    "rmvsrc": "rmvsrc",
    "rmvgnd": "rmvgnd",
    "rmvall": "rmvsrc",
    "not entered": "keepall",
}
SOLVERS = (
    "cg+amg",
    "amg+cg",
    "amg",
    "cholmod",
    "cholesky",
    "cholfact",
    "pardiso",
    "mklpardiso",
    "accelerate",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a job says. Paths are resolved, switched-off files are None, `output` is the path that all
    names of results begin with. `notes` are the warnings of reading it.
    """

    network: bool
    scenario: Scenario
    habitat: Path
    resistances: bool
    output: Path
    file: Path
    four_neighbours: bool = False
    average_resistances: bool = False
    polygons: Path | None = None
    mask: Path | None = None
    reclass: Path | None = None
    points: Path | None = None
    pairs: Path | None = None
    strengths: Path | None = None
    sources: Path | None = None
    grounds: Path | None = None
    ground_resistances: bool = True
    unit_currents: bool = False
    direct_grounds: bool = False
    conflict: Conflict = "keepall"
    current_maps: bool = False
    voltage_maps: bool = False
    cumulative_only: bool = False
    maximum_map: bool = False
    log_transform: bool = False
    null_currents: bool = False
    null_voltages: bool = False
    zero_focal: bool = False
    compress: bool = False
    geotiff: bool = False
    notes: tuple[FormatError, ...] = ()

    @property
    def any_current(self) -> bool:
        """Whether currents are to be computed at all."""
        return self.current_maps or self.cumulative_only or self.maximum_map

    @property
    def each_current(self) -> bool:
        """Whether a current map (or table) of each solve is written."""
        return self.current_maps and not self.cumulative_only

    @property
    def inputs(self) -> dict[str, Path]:
        """The files that the job reads, by the name of their field."""
        names = (
            "habitat",
            "polygons",
            "mask",
            "reclass",
            "points",
            "pairs",
            "strengths",
            "sources",
            "grounds",
        )
        found = {name: getattr(self, name) for name in names}
        return {name: path for name, path in found.items() if path is not None}


_ONE_PRECISION = "everything is computed in double precision"
_NEVER_COMPRESSED = "Circuitscape 5 writes plain grids whatever it says; write_as_tif gives small files"
_OWN_MEMORY = "the program chooses itself how memory is used"
_OWN_LOG = "progress is shown while the job runs, and the report says what was done"

KEYS: Mapping[str, Key] = {
    "data_type": Key("network", "choice"),
    "scenario": Key("scenario", "choice"),
    "version": Key("", "text"),
    "habitat_file": Key("habitat", "file"),
    "habitat_map_is_resistances": Key("resistances", "flag"),
    "connect_four_neighbors_only": Key("four_neighbours", "flag"),
    "connect_using_avg_resistances": Key("average_resistances", "flag"),
    "use_polygons": Key("", "flag"),
    "polygon_file": Key("polygons", "file", switch="use_polygons"),
    "use_mask": Key("", "flag"),
    "mask_file": Key("mask", "file", switch="use_mask"),
    "use_reclass_table": Key("", "flag"),
    "reclass_file": Key("reclass", "file", switch="use_reclass_table"),
    "point_file": Key("points", "file"),
    "point_file_contains_polygons": Key("", "flag"),
    "use_included_pairs": Key("", "flag"),
    "included_pairs_file": Key("pairs", "file", switch="use_included_pairs"),
    "use_variable_source_strengths": Key("", "flag"),
    "variable_source_file": Key("strengths", "file", switch="use_variable_source_strengths"),
    "source_file": Key("sources", "file"),
    "ground_file": Key("grounds", "file"),
    "ground_file_is_resistances": Key("ground_resistances", "flag"),
    "use_unit_currents": Key("unit_currents", "flag"),
    "use_direct_grounds": Key("direct_grounds", "flag"),
    "remove_src_or_gnd": Key("conflict", "choice"),
    "output_file": Key("output", "file"),
    "write_cur_maps": Key("current_maps", "flag"),
    "write_volt_maps": Key("voltage_maps", "flag"),
    "write_cum_cur_map_only": Key("cumulative_only", "flag"),
    "write_max_cur_maps": Key("maximum_map", "flag"),
    "log_transform_maps": Key("log_transform", "flag"),
    "set_null_currents_to_nodata": Key("null_currents", "flag"),
    "set_null_voltages_to_nodata": Key("null_voltages", "flag"),
    "set_focal_node_currents_to_zero": Key("zero_focal", "flag"),
    "compress_grids": Key("", "flag", why=_NEVER_COMPRESSED),
    "write_as_tif": Key("geotiff", "flag"),
    "solver": Key("", "choice"),
    "precision": Key("", "choice", why=_ONE_PRECISION),
    "cholmod_batch_size": Key("", "number"),
    "use_64bit_indexing": Key("", "flag"),
    "parallelize": Key("", "flag"),
    "max_parallel": Key("", "number"),
    "low_memory_mode": Key("", "flag", why=_OWN_MEMORY),
    "preemptive_memory_release": Key("", "flag", why=_OWN_MEMORY),
    "print_timings": Key("", "flag", why=_OWN_LOG),
    "print_rusages": Key("", "flag", why=_OWN_LOG),
    "screenprint_log": Key("", "flag", why=_OWN_LOG),
    "suppress_messages": Key("", "flag"),
    "log_file": Key("", "text", why=_OWN_LOG),
    "log_level": Key("", "text"),
    "profiler_log_file": Key("", "text", why=_OWN_LOG),
}

DEFAULTS: Mapping[str, str] = {
    "data_type": "raster",
    "habitat_map_is_resistances": "true",
    "ground_file_is_resistances": "true",
    "use_64bit_indexing": "true",
    "remove_src_or_gnd": "keepall",
}
