"""Checks the columns and keys of a table against its schema; every problem with file, row and column.

Each distinct text of a column is looked at once; the rows where a wrong one stands are found afterwards. The
problems are those that the Frictionless standard names, and a few that it cannot express, as warnings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from amur.formats.camtrapdp.csv_text import Sheet
from amur.formats.camtrapdp.schema import Field, Schema
from amur.formats.camtrapdp.table import FALSE, TRUE, Table, instants_in, numbers_of, places
from amur.formats.errors import ProblemList, shortened

Mask = NDArray[np.bool_]


def check_header(table: Table, schema: Schema, mine: ProblemList) -> None:
    """Note columns that are not there, that the standard does not know, and another order."""
    for field in schema.fields:
        if field.name not in table.columns:
            note = mine.error if field.required else mine.warn
            note("missing-label", row=1, column=field.name)
    for name in table.names:
        if name not in schema.names:
            mine.warn("extra-label", row=1, column=name)
    known = [name for name in table.names if name in schema.names]
    for found, wanted in zip(known, [name for name in schema.names if name in table.columns], strict=True):
        if found != wanted:
            mine.warn("incorrect-label", row=1, column=found, wanted=wanted)
            break


def check_columns(sheet: Sheet, schema: Schema, mine: ProblemList) -> None:
    """Note wrong cells: type, required, choices, limits, form, values that stand twice."""
    for field in schema.fields:
        if field.name in sheet.table.columns:
            _check_column(sheet, field, mine)


def _check_column(sheet: Sheet, field: Field, mine: ProblemList) -> None:
    column = sheet.table.columns[field.name]
    values, codes = column.dictionary, places(column)
    missing = _mask(pc.is_in(values, pa.array(sheet.table.missing, pa.string())))

    def note(code: str, wrong: Mask, **params: Any) -> None:
        if wrong.any():
            for place in np.flatnonzero(wrong[codes]).tolist():
                value = shortened(values[codes[place]].as_py())
                mine.error(
                    code,
                    row=int(sheet.rows[place]),
                    column=field.name,
                    value=value,
                    wanted=field.wanted,
                    **params,
                )

    if field.required:
        note("constraint-required", missing)
    for code, wrong, params in _wrong(values, field):
        note(code, wrong & ~missing, **params)
    if field.unique:
        _check_unique(codes, values, missing, sheet.rows, field.name, mine)


def _wrong(values: Any, field: Field) -> list[tuple[str, Mask, dict[str, object]]]:
    """What is wrong with the distinct values of a column: code, which of them, parameters."""
    if field.choices:
        return [("constraint-enum", ~_mask(pc.is_in(values, pa.array(field.choices, pa.string()))), {})]
    about: dict[str, object] = {"type": field.type}
    if field.type == "boolean":
        return [("type-error", ~_mask(pc.is_in(values, pa.array([*TRUE, *FALSE], pa.string()))), about)]
    if field.type == "datetime":
        return [("type-error", np.isnat(instants_in(values)), about)]
    if field.type in ("integer", "number"):
        numbers = numbers_of(values)
        bad = np.isnan(numbers)
        if field.type == "integer":
            bad |= ~_mask(pc.match_substring_regex(values, "^[-+]?[0-9]+$"))
        found: list[tuple[str, Mask, dict[str, object]]] = [("type-error", bad, dict(about))]
        if field.minimum is not None:
            limit: dict[str, object] = {"limit": f"{field.minimum:g}"}
            found.append(("constraint-minimum", ~bad & (numbers < field.minimum), limit))
        if field.maximum is not None:
            limit = {"limit": f"{field.maximum:g}"}
            found.append(("constraint-maximum", ~bad & (numbers > field.maximum), limit))
        return found
    if field.pattern:
        wrong = ~_mask(pc.match_substring_regex(values, "^" + field.pattern))
        if field.forbidden:
            wrong |= _mask(pc.match_substring(values, field.forbidden))
        return [("constraint-pattern", wrong, {"pattern": field.pattern})]
    return []


def _check_unique(
    codes: NDArray[Any], values: Any, missing: Mask, rows: NDArray[np.int64], name: str, mine: ProblemList
) -> None:
    counts = np.bincount(codes, minlength=len(values))
    twice = (counts > 1) & ~missing
    if not twice.any():
        return
    first: dict[int, int] = {}
    for place in np.flatnonzero(twice[codes]).tolist():
        code, row = int(codes[place]), int(rows[place])
        if code in first:
            value = shortened(values[code].as_py())
            mine.error("unique-error", row=row, column=name, value=value, first=first[code])
        first.setdefault(code, row)


def check_keys(sheet: Sheet, schema: Schema, tables: Mapping[str, Table], mine: ProblemList) -> None:
    """Note values that are not in the table to which they refer."""
    for key in schema.foreign_keys:
        other = tables.get(key.table)
        if key.column not in sheet.table.columns or other is None or key.reference not in other.columns:
            continue
        column = sheet.table.columns[key.column]
        known = pa.concat_arrays(
            [other.columns[key.reference].dictionary, pa.array(sheet.table.missing, pa.string())]
        )
        unknown = ~_mask(pc.is_in(column.dictionary, known))
        if unknown.any():
            codes = places(column)
            for place in np.flatnonzero(unknown[codes]).tolist():
                mine.error(
                    "foreign-key",
                    row=int(sheet.rows[place]),
                    column=key.column,
                    value=shortened(column.dictionary[codes[place]].as_py()),
                    reference=key.reference,
                    file=other.file or key.table,
                )


def check_sense(sheet: Sheet, mine: ProblemList) -> None:
    """Warn of what no schema can say: ends before starts, boxes beyond the picture, levels without file."""
    table = sheet.table
    for start, end in (("deploymentStart", "deploymentEnd"), ("eventStart", "eventEnd")):
        if start in table.columns and end in table.columns:
            begun, ended = table.instants(start), table.instants(end)
            for place in np.flatnonzero(begun > ended).tolist():
                mine.warn(
                    "start-after-end",
                    row=int(sheet.rows[place]),
                    column=start,
                    value=table.columns[start][place].as_py(),
                    end=table.columns[end][place].as_py(),
                )
    for start, size in (("bboxX", "bboxWidth"), ("bboxY", "bboxHeight")):
        reach = table.numbers(start) + table.numbers(size)
        for place in np.flatnonzero(reach > 1 + 1e-6).tolist():
            mine.warn("box-outside", row=int(sheet.rows[place]), column=size, value=f"{reach[place]:g}")
    if table.name == "observations":
        level, levels = table.codes("observationLevel")
        at_media = np.isin(level, [k for k, name in enumerate(levels) if name == "media"])
        for place in np.flatnonzero(at_media & (table.codes("mediaID")[0] < 0)).tolist():
            mine.warn("media-without-file", row=int(sheet.rows[place]), column="mediaID")
    if table.name == "deployments":
        both = ~np.isnan(table.numbers("cameraHeight")) & ~np.isnan(table.numbers("cameraDepth"))
        for place in np.flatnonzero(both).tolist():
            mine.warn("height-and-depth", row=int(sheet.rows[place]), column="cameraDepth")


def _mask(values: Any) -> Mask:
    found: Mask = values.to_numpy(zero_copy_only=False)
    return found
