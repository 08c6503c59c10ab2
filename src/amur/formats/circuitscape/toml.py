"""Short jobs in TOML: the same settings as the `.ini`, in our words, with paths beside the file.

mode = "pairwise"                       # or one-to-all, all-to-one, advanced
landscape = "resistance.tif"            # or `network = "edges.txt"`
values = "resistance"                   # or "conductance"
neighbours = 8
average = "resistance"                  # or "conductance", the mean between neighbours
focal = "areas.tif"
maps = ["cumulative", "maximum"]        # each, cumulative, maximum, voltage
output = "results/areas"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from amur.formats.circuitscape.ini import settings_of
from amur.formats.circuitscape.messages import WORDINGS
from amur.formats.circuitscape.settings import Settings
from amur.formats.errors import ProblemList, shortened
from amur.formats.jobs import Entry, read_words

_FILES: Mapping[str, tuple[str, str]] = {
    "short_circuits": ("polygon_file", "use_polygons"),
    "mask": ("mask_file", "use_mask"),
    "reclassify": ("reclass_file", "use_reclass_table"),
    "pairs": ("included_pairs_file", "use_included_pairs"),
    "strengths": ("variable_source_file", "use_variable_source_strengths"),
    "focal": ("point_file", ""),
    "sources": ("source_file", ""),
    "grounds": ("ground_file", ""),
    "output": ("output_file", ""),
}
_FLAGS: Mapping[str, str] = {
    "log10": "log_transform_maps",
    "no_data_currents": "set_null_currents_to_nodata",
    "no_data_voltages": "set_null_voltages_to_nodata",
    "hide_focal": "set_focal_node_currents_to_zero",
    "geotiff": "write_as_tif",
    "unit_currents": "use_unit_currents",
    "direct_grounds": "use_direct_grounds",
}
_CHOICES: Mapping[str, tuple[str, Mapping[str | int, str]]] = {
    "mode": ("scenario", {name: name for name in ("pairwise", "one-to-all", "all-to-one", "advanced")}),
    "values": ("habitat_map_is_resistances", {"resistance": "true", "conductance": "false"}),
    "ground_values": ("ground_file_is_resistances", {"resistance": "true", "conductance": "false"}),
    "average": ("connect_using_avg_resistances", {"resistance": "true", "conductance": "false"}),
    "neighbours": ("connect_four_neighbors_only", {4: "true", 8: "false"}),
    "conflict": (
        "remove_src_or_gnd",
        {"keep": "keepall", "no-source": "rmvsrc", "no-ground": "rmvgnd", "neither": "rmvall"},
    ),
}
_MAPS = ("each", "cumulative", "maximum", "voltage")
WORDS = ("landscape", "network", "maps", "compress", *_FILES, *_FLAGS, *_CHOICES)


def read_toml(path: Path, output: Path | None = None) -> Settings:
    """Read a short job. Raises `FormatErrors` with every problem of the file."""
    path = Path(path)
    table = read_words(path)
    problems = ProblemList(WORDINGS, path.name)
    entries: dict[str, str] = {"connect_using_avg_resistances": "true"}
    for word, value in table.items():
        _add(entries, word, value, path, problems)
    problems.raise_if_errors()
    settings = settings_of({key: Entry(text, None) for key, text in entries.items()}, path, problems, output)
    return replace(settings, compress=table.get("compress", False) is True)


def _add(entries: dict[str, str], word: str, value: Any, path: Path, problems: ProblemList) -> None:
    if word in ("landscape", "network"):
        entries["data_type"] = "network" if word == "network" else "raster"
        entries["habitat_file"] = _beside(value, path)
    elif word in _FILES:
        key, switch = _FILES[word]
        entries[key] = _beside(value, path)
        if switch:
            entries[switch] = "true"
    elif word in _FLAGS:
        entries[_FLAGS[word]] = str(value).lower()
    elif word in _CHOICES:
        key, allowed = _CHOICES[word]
        if not isinstance(value, str | int) or value not in allowed:
            wanted = "one of " + ", ".join(str(name) for name in allowed)
            problems.error("key-value", key=word, value=shortened(value), wanted=wanted)
            return
        entries[key] = allowed[value]
    elif word == "maps":
        _add_maps(entries, value, problems)
    elif word != "compress":
        problems.error("key-unknown-alone", key=shortened(word))


def _add_maps(entries: dict[str, str], value: Any, problems: ProblemList) -> None:
    chosen = value if isinstance(value, list) else [value]
    for name in chosen:
        if name not in _MAPS:
            wanted = "a list of " + ", ".join(_MAPS)
            problems.error("key-value", key="maps", value=shortened(name), wanted=wanted)
    entries["write_cur_maps"] = str("each" in chosen).lower()
    entries["write_cum_cur_map_only"] = str("cumulative" in chosen and "each" not in chosen).lower()
    entries["write_max_cur_maps"] = str("maximum" in chosen).lower()
    entries["write_volt_maps"] = str("voltage" in chosen).lower()


def _beside(value: Any, path: Path) -> str:
    return str(path.parent / str(value))
