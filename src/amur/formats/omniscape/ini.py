"""Reads the `.ini` of Omniscape: keys and values to `Settings`."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amur.formats.errors import ProblemList, shortened
from amur.formats.jobs import Entry, Values, read_entries
from amur.formats.omniscape.messages import WORDINGS
from amur.formats.omniscape.settings import (
    DEFAULTS,
    KEYS,
    SOLVERS,
    Comparison,
    ConditionFiles,
    Settings,
)

ALIKE = 0.75
"""From here on an unknown key is taken for a slip of the pen, which would silently change the results."""


def read_ini(path: Path, output: Path | None = None) -> Settings:
    """Read a job. `output` is a folder that replaces `project_name`.

    Relative paths are looked for from the working folder, as Omniscape does, then from the folder of the
    `.ini` and each folder above it. Raises `FormatErrors` with every problem of the file.
    """
    path = Path(path)
    problems = ProblemList(WORDINGS, path.name)
    return settings_of(read_entries(path, problems), path, problems, output)


def settings_of(
    entries: Mapping[str, Entry], path: Path, problems: ProblemList, output: Path | None = None
) -> Settings:
    """Keys and values as `Settings`; adds to `problems` and raises them when one is an error."""
    _name_unknown(entries, problems)
    values = Values(entries, DEFAULTS, path, problems)
    fields: dict[str, Any] = {"file": path}
    for name, key in KEYS.items():
        if key.kind == "flag":
            given = values.flag(name)
            if key.field:
                fields[key.field] = given or fields.get(key.field, False)
    _require(values, problems, output)
    fields["radius"] = values.whole("radius", 1)
    fields["buffer"] = values.whole("buffer")
    fields["block"] = _block(values, problems)
    if fields["radius"] and fields["block"] and fields["block"] > 2 * fields["radius"]:
        row = values.row("block_size")
        problems.error("block-large", row=row, block=fields["block"], radius=fields["radius"])
    fields["threshold"] = values.real("source_threshold", "a number of 0 or more", 0.0)
    cutoff = values.real("r_cutoff", "a resistance of 0 or more")
    if cutoff is not None and cutoff < 0:
        values.wrong("r_cutoff", "a resistance of 0 or more")
    fields["cutoff"] = math.inf if cutoff is None else cutoff
    fields["resistance"] = values.path("resistance_file", needed=False)
    if not values.flag("source_from_resistance"):
        fields["sources"] = values.path("source_file", needed=False)
    if values.flag("reclassify_resistance"):
        fields["classes"] = values.path("reclass_table", needed=True)
    fields["conditions"] = _conditions(values, problems)
    fields["output"] = output or Path(values.text("project_name").replace("\\", "/")).expanduser()
    _note_what_changes_nothing(values, fields, problems)
    problems.raise_if_errors()
    return Settings(**fields, notes=tuple(problems.listed))


def _name_unknown(entries: Mapping[str, Entry], problems: ProblemList) -> None:
    for key, entry in entries.items():
        if key in KEYS:
            continue
        nearest = difflib.get_close_matches(key, KEYS, 1, ALIKE)
        if nearest:
            problems.error("key-unknown", row=entry.row, key=shortened(key), nearest=nearest[0])
        else:
            problems.warn("key-stranger", row=entry.row, key=shortened(key))


def _require(values: Values, problems: ProblemList, output: Path | None) -> None:
    needed = {
        "resistance_file": "“resistance_file = ” with the path of a raster",
        "radius": "“radius = ” with a number of cells",
        "project_name": "“project_name = ” with the folder of the results",
        "source_file": "“source_file = ” with the path of a raster, or “source_from_resistance = true”",
    }
    if values.flag("source_from_resistance"):
        del needed["source_file"]
    if output is not None:
        del needed["project_name"]
    lacking = [key for key in needed if not values.text(key)]
    if lacking:
        keys, wanted = ", ".join(f"“{key}”" for key in lacking), ", ".join(needed[key] for key in lacking)
        problems.error("keys-missing", keys=keys, wanted=wanted)


def _block(values: Values, problems: ProblemList) -> int | None:
    block = values.whole("block_size", 1)
    if block is None or block % 2:
        return block
    problems.warn("block-even", row=values.row("block_size"), value=block, used=block + 1)
    return block + 1


def _conditions(values: Values, problems: ProblemList) -> tuple[ConditionFiles, ...]:
    if not values.flag("conditional"):
        return ()
    count = values.choice("n_conditions", ["1", "2"])
    future = values.choice("compare_to_future", ["none", "1", "2", "both"])
    if count == "1" and future in ("2", "both"):
        problems.warn("future-without-condition", row=values.row("compare_to_future"), value=future)
    found = []
    for number in ("1", "2")[: int(count or 0)]:
        comparison: Comparison = (
            "equal" if values.choice(f"comparison{number}", ["within", "equal"]) == "equal" else "within"
        )
        lower, upper = (values.real(f"condition{number}_{side}") or 0.0 for side in ("lower", "upper"))
        if comparison == "within" and lower > upper:
            problems.error(
                "bounds",
                row=values.row(f"condition{number}_lower"),
                lower=f"condition{number}_lower = {lower:g}",
                upper=f"condition{number}_upper = {upper:g}",
            )
        present = values.path(f"condition{number}_file", needed=True)
        later = None
        if future in (number, "both"):
            later = values.path(f"condition{number}_future_file", needed=True)
        if present is not None:
            found.append(ConditionFiles(present, later, comparison, lower, upper))
    return tuple(found)


def _note_what_changes_nothing(values: Values, fields: dict[str, Any], problems: ProblemList) -> None:
    if values.choice("precision", ["double", "single", "none"]) == "single":
        values.without_effect("precision", KEYS["precision"].why)
    solver = values.text("solver")
    if solver and solver.lower() not in SOLVERS:
        known = f"Omniscape knows no “{shortened(solver)}”, and the method is chosen by the program"
        values.without_effect("solver", known)
    values.whole("parallel_batch_size", 1)
    if not (fields["current_map"] or fields["flow_potential"] or fields["normalized"]):
        problems.warn("maps-none")
