"""What the commands of prey write: lines, JSON, CSV, and a page; all of them from the same rows."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from amur.commands.jobs.page import bullets, notes_of, section, table, write_page
from amur.commands.jobs.running import Say
from amur.formats.files import replacing
from amur.portal.operations.problems import Problem, _
from amur.science.abundance.estimates import Estimate

UNITS = {
    "per km²": _("per km²"),
    "per 1000 ha": _("per 1000 ha"),
    "per day": _("per day"),
    "km/day": _("km per day"),
    "degrees": _("degrees"),
    "km": _("km"),
    "m": _("m"),
}
"""Units as programs read them, for people."""
WHOLE = 1_000
"""From here on decimals are not shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """An estimate: its stable `key` for programs, its `label` for people, the `group` it is of, its unit."""

    key: str
    label: str
    estimate: Estimate
    unit: str = ""
    group: str = ""

    @property
    def title(self) -> str:
        """What it is and of what."""
        return f"{self.label} ({self.group})" if self.group else self.label


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that were asked for."""

    json: Path | None = None
    csv: Path | None = None
    report: Path | None = None

    @property
    def paths(self) -> list[Path]:
        """The files in the order in which they are written."""
        return [path for path in (self.json, self.csv, self.report) if path is not None]


@dataclass(frozen=True, slots=True)
class Results:
    """What a command found: `method` and `more` are plain values for JSON, `parts` sections of the page."""

    title: str
    method: Mapping[str, Any]
    rows: Sequence[Row]
    more: Mapping[str, Any] = field(default_factory=dict)
    facts: Sequence[str] = ()
    parts: Sequence[str] = ()
    notes: Sequence[object] = ()
    warnings: Sequence[str] = ()


def require_folders(outputs: Outputs) -> None:
    """Raises `Problem` where a file has no folder to lie in."""
    for path in outputs.paths:
        folder = path.absolute().parent
        if not folder.is_dir():
            raise Problem(_("There is no folder {folder}.").format(folder=folder))


def tell_and_write(results: Results, outputs: Outputs, say: Say) -> None:
    """Say what was found and write the files that were asked for."""
    for line in results.facts:
        say(line)
    for row in results.rows:
        say(f"{row.title}: {ranged(row.estimate)} {UNITS.get(row.unit, row.unit)}".rstrip())
    for warning in results.warnings:
        say(_("warning: {text}").format(text=warning))
    if outputs.json is not None:
        with replacing(outputs.json) as temporary:
            text = json.dumps(as_json(results), ensure_ascii=False, indent=1, allow_nan=False)
            temporary.write_text(text + "\n", encoding="utf-8")
    if outputs.csv is not None:
        with replacing(outputs.csv) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(["quantity", "group", "estimate", "se", "lower", "upper", "unit"])
            for row in results.rows:
                values = ("" if value is None else repr(value) for value in _values(row.estimate).values())
                lines.writerow([row.key, row.group, *values, row.unit])
    if outputs.report is not None:
        write_page(outputs.report, results.title, _page(results))
    for path in outputs.paths:
        say(_("Results: {path}").format(path=path))


def as_json(results: Results) -> dict[str, Any]:
    """The results as plain values; what the data cannot tell is None."""
    return {
        "program": f"amur {version('amur')}",
        "method": plain(dict(results.method)),
        "estimates": [
            {"quantity": row.key, "group": row.group, **_values(row.estimate), "unit": row.unit}
            for row in results.rows
        ],
        **plain(dict(results.more)),
        "warnings": list(results.warnings),
        "notes": [str(note) for note in results.notes],
    }


def _page(results: Results) -> Iterator[str]:
    yield bullets(results.facts)
    if results.warnings:
        yield section(_("Warnings"), bullets(results.warnings))
    yield section(_("Estimates"), estimates_table(results.rows))
    yield from results.parts
    yield notes_of(results.notes)
    method = [[name.replace("_", " "), _text(value)] for name, value in results.method.items()]
    yield section(_("Method"), table([_("setting"), _("value")], method, text=True))


def estimates_table(rows: Sequence[Row]) -> str:
    """Estimates with standard errors and limits as a table of the page."""
    titles = [_("quantity"), _("estimate"), _("SE"), _("lower"), _("upper"), _("unit")]
    cells = []
    for row in rows:
        cells.append(
            [
                row.title,
                *(short(value) for value in _values(row.estimate).values()),
                UNITS.get(row.unit, row.unit),
            ]
        )
    return table(titles, cells)


def short(value: float | None) -> str:
    """A figure for people.

    >>> short(12345.6), short(0.012344), short(None)
    ('12346', '0.01234', '—')
    """
    if value is None or not math.isfinite(value):
        return "—"
    return f"{value:.0f}" if abs(value) >= WHOLE else f"{value:.4g}"


def ranged(found: Estimate) -> str:
    """An estimate with its limits.

    >>> ranged(Estimate(12.66, 7.6, 4.27, 37.54)), ranged(Estimate(0.0, math.nan, math.nan, math.nan))
    ('12.66 (4.27–37.54)', '0 (—)')
    """
    if not math.isfinite(found.estimate):
        return "—"
    if not (math.isfinite(found.lower) and math.isfinite(found.upper)):
        return f"{short(found.estimate)} (—)"
    return f"{short(found.estimate)} ({short(found.lower)}–{short(found.upper)})"


def _values(found: Estimate) -> dict[str, float | None]:
    return {name: plain(getattr(found, name)) for name in ("estimate", "se", "lower", "upper")}


def plain(value: Any) -> Any:
    """A value for JSON: what is not finite is None.

    >>> plain({"a": math.nan, "b": (1, 2.5)})
    {'a': None, 'b': [1, 2.5]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_text(each) for each in value)
    return short(value) if isinstance(value, float) else str(value)
