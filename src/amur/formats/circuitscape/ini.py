"""Reads the `.ini` of Circuitscape 4 and 5: keys and values to `Settings`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amur.formats.circuitscape.messages import WORDINGS
from amur.formats.circuitscape.settings import (
    CONFLICTS,
    DEFAULTS,
    KEYS,
    SCENARIOS,
    SOLVERS,
    Scenario,
    Settings,
)
from amur.formats.errors import ProblemList
from amur.formats.jobs import Entry, Values, name_unknown, read_entries


def read_ini(path: Path, output: Path | None = None) -> Settings:
    """Read a job. `output` is a folder that replaces the one of `output_file`.

    Relative paths are looked for from the working folder, as Circuitscape does, then from the folder of the
    `.ini` and each folder above it. Raises `FormatErrors` with every problem of the file.
    """
    path = Path(path)
    problems = ProblemList(WORDINGS, path.name)
    return settings_of(read_entries(path, problems), path, problems, output)


def settings_of(
    entries: Mapping[str, Entry], path: Path, problems: ProblemList, output: Path | None = None
) -> Settings:
    """Keys and values as `Settings`; adds to `problems` and raises them when one is an error."""
    name_unknown(entries, KEYS, problems)
    reader = Values(entries, DEFAULTS, path, problems)
    scenario = _scenario(reader)
    network = reader.choice("data_type", ["raster", "network"]) == "network"
    reader.choice("solver", SOLVERS)
    if scenario in ("one-to-all", "all-to-one") and network:
        problems.error(
            "key-refused",
            row=reader.row("scenario"),
            key="scenario",
            value=scenario,
            why="this mode is for rasters only",
            instead="Choose pairwise or advanced.",
        )
    fields: dict[str, Any] = {"network": network, "scenario": scenario, "file": path}
    for name, key in KEYS.items():
        if key.kind == "flag":
            value = reader.flag(name)
            if key.field:
                fields[key.field] = value
            if value and key.why:
                reader.without_effect(name, key.why)
    conflict = reader.choice("remove_src_or_gnd", CONFLICTS)
    fields["conflict"] = CONFLICTS.get(conflict, "keepall")
    if conflict == "rmvall":
        problems.warn("conflict-ground-left", row=reader.row("remove_src_or_gnd"))
    if reader.choice("precision", ["double", "single", "none"]) == "single":
        reader.without_effect("precision", KEYS["precision"].why)
    for name in ("log_file", "profiler_log_file"):
        if reader.text(name):
            reader.without_effect(name, KEYS[name].why)
    for name in ("cholmod_batch_size", "max_parallel"):
        reader.whole(name)
    _add_files(fields, reader, problems)
    _add_output(fields, reader, output)
    problems.raise_if_errors()
    return Settings(**fields, notes=tuple(problems.listed))


def _scenario(reader: Values) -> Scenario | None:
    if not reader.text("scenario"):
        reader.missing("scenario", f"scenario = {', '.join(sorted(set(SCENARIOS.values())))}")
        return None
    return SCENARIOS.get(reader.choice("scenario", SCENARIOS))


def _add_files(fields: dict[str, Any], reader: Values, problems: ProblemList) -> None:
    scenario = fields["scenario"]
    advanced = scenario == "advanced"
    fields["habitat"] = reader.path("habitat_file", needed=True)
    if scenario is None:
        return
    if advanced:
        fields["sources"] = reader.path("source_file", needed=True)
        fields["grounds"] = reader.path("ground_file", needed=True)
    else:
        fields["points"] = reader.path("point_file", needed=True)
    for name, key in KEYS.items():
        if not key.switch or not reader.flag(key.switch):
            continue
        if (advanced and name in ("included_pairs_file", "variable_source_file")) or (
            fields["network"] and name in ("polygon_file", "mask_file", "variable_source_file")
        ):
            problems.warn("key-out-of-place", row=reader.row(key.switch), key=key.switch, scenario=scenario)
            continue
        fields[key.field] = reader.path(name, needed=True)
    if scenario == "pairwise" and fields.pop("strengths", None) is not None:
        # Circuitscape reads the file in this mode and never looks at it.
        switch = "use_variable_source_strengths"
        problems.warn("key-out-of-place", row=reader.row(switch), key=switch, scenario=scenario)


def _add_output(fields: dict[str, Any], reader: Values, output: Path | None) -> None:
    value = reader.text("output_file").replace("\\", "/") or f"{fields['file'].stem}.out"
    base = Path(value).expanduser()
    if base.name.endswith(".out") and base.name != ".out":
        base = base.with_name(base.name.removesuffix(".out"))
    fields["output"] = output / base.name if output is not None else base
