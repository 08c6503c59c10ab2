"""Short jobs in TOML: the same settings as the `.ini`, in our words, with paths beside the file.

landscape = "resistance.tif"
values = "resistance"                   # or "conductance"
sources = "habitat.tif"                 # or "landscape": 1 / resistance, up to a `cutoff`
radius = 30                             # cells
block = 3
maps = ["current", "flow potential", "normalized"]
output = "results/omnidirectional"

[[conditions]]                          # at most two
present = "temperature.tif"
future = "temperature_2050.tif"
within = [-1, 1]                        # without it: equal
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amur.formats.errors import ProblemList, shortened
from amur.formats.jobs import Entry, read_words
from amur.formats.omniscape.ini import settings_of
from amur.formats.omniscape.messages import WORDINGS
from amur.formats.omniscape.settings import Settings

_PLAIN: Mapping[str, str] = {
    "radius": "radius",
    "block": "block_size",
    "buffer": "buffer",
    "cutoff": "r_cutoff",
    "threshold": "source_threshold",
    "geotiff": "write_as_tif",
    "mask_no_data": "mask_nodata",
    "correct_blocks": "correct_artifacts",
    "write_classified": "write_reclassified_resistance",
}
_CHOICES: Mapping[str, tuple[str, Mapping[str | int, str]]] = {
    "values": ("resistance_is_conductance", {"resistance": "false", "conductance": "true"}),
    "neighbours": ("connect_four_neighbors_only", {4: "true", 8: "false"}),
}
_MAPS = {
    "current": "write_raw_currmap",
    "flow potential": "calc_flow_potential",
    "normalized": "calc_normalized_current",
}
_CONDITION = ("present", "future", "within")
MOST_CONDITIONS = 2
WORDS = (
    "landscape", "sources", "reclassify", "maps", "conditions", "output",
    *_PLAIN, *_CHOICES, *_MAPS, *_CONDITION,
)  # fmt: skip


def read_toml(path: Path, output: Path | None = None) -> Settings:
    """Read a short job. Raises `FormatErrors` with every problem of the file."""
    path = Path(path)
    problems = ProblemList(WORDINGS, path.name)
    entries: dict[str, str] = {}
    for word, value in read_words(path).items():
        _add(entries, word, value, path, problems)
    problems.raise_if_errors()
    return settings_of({key: Entry(text, None) for key, text in entries.items()}, path, problems, output)


def _add(entries: dict[str, str], word: str, value: Any, path: Path, problems: ProblemList) -> None:
    if word in _PLAIN:
        entries[_PLAIN[word]] = str(value).lower()
    elif word in _CHOICES:
        key, allowed = _CHOICES[word]
        if not isinstance(value, str | int) or value not in allowed:
            _wrong(problems, word, value, "one of " + ", ".join(str(name) for name in allowed))
            return
        entries[key] = allowed[value]
    elif word == "landscape":
        entries["resistance_file"] = _beside(value, path)
    elif word == "output":
        entries["project_name"] = _beside(value, path)
    elif word == "sources" and value == "landscape":
        entries["source_from_resistance"] = "true"
    elif word == "sources":
        entries["source_file"] = _beside(value, path)
    elif word == "reclassify":
        entries |= {"reclassify_resistance": "true", "reclass_table": _beside(value, path)}
    elif word == "maps":
        chosen = value if isinstance(value, list) else [value]
        for name in chosen:
            if name not in _MAPS:
                _wrong(problems, "maps", name, "a list of " + ", ".join(_MAPS))
        entries |= {key: str(name in chosen).lower() for name, key in _MAPS.items()}
    elif word == "conditions":
        _add_conditions(entries, value, path, problems)
    else:
        problems.error("key-unknown-alone", key=shortened(word))


def _add_conditions(entries: dict[str, str], value: Any, path: Path, problems: ProblemList) -> None:
    tables = value if isinstance(value, list) else [value]
    wanted = f"one or two tables with {', '.join(_CONDITION)}"
    if not 1 <= len(tables) <= MOST_CONDITIONS or not all(isinstance(table, dict) for table in tables):
        _wrong(problems, "conditions", value, wanted)
        return
    entries |= {"conditional": "true", "n_conditions": str(len(tables))}
    later = []
    for number, table in enumerate(tables, start=1):
        for word in table:
            if word not in _CONDITION:
                problems.error("key-unknown-alone", key=f"conditions.{shortened(word)}")
        entries[f"condition{number}_file"] = _beside(table.get("present", ""), path)
        if "future" in table:
            later.append(str(number))
            entries[f"condition{number}_future_file"] = _beside(table["future"], path)
        bounds = table.get("within")
        if bounds is None:
            entries[f"comparison{number}"] = "equal"
        elif isinstance(bounds, list) and len(bounds) == 2:
            entries |= {
                f"condition{number}_lower": str(bounds[0]),
                f"condition{number}_upper": str(bounds[1]),
            }
        else:
            _wrong(problems, "within", bounds, "a list of the lower and the upper difference")
    entries["compare_to_future"] = "both" if len(later) == MOST_CONDITIONS else "".join(later) or "none"


def _wrong(problems: ProblemList, key: str, value: Any, wanted: str) -> None:
    problems.error("key-value", key=key, value=shortened(value), wanted=wanted)


def _beside(value: Any, path: Path) -> str:
    return str(path.parent / str(value)) if value else ""
