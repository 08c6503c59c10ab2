"""The page about a run of corridors: what was asked, the maps, the links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amur.commands.corridors.results import Line
from amur.commands.jobs.page import (
    Floats,
    bullets,
    files_of,
    notes_of,
    paragraph,
    picture,
    section,
    settings_of,
    table,
    write_page,
)
from amur.portal.operations.problems import _

SHOWN_LINKS = 200


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page says: `facts` are lines; `pictures` titles and maps (rows, cols) with NaN where
    nothing is, dark where the value is high, in the map of corridors where it is low; `options` a dataclass.
    """

    name: str
    facts: Sequence[str]
    pictures: Sequence[tuple[str, Floats]]
    corridors: tuple[str, Floats]
    lines: Sequence[Line]
    notes: Sequence[str]
    options: Any
    files: Sequence[Path]


def write_report(report: Report, folder: Path) -> Path:
    """Write the page into the folder of the results."""
    parts = [
        bullets(report.facts),
        picture(*report.corridors, falling=True),
        *(picture(caption, values) for caption, values in report.pictures),
        _links(report.lines),
        notes_of(report.notes),
        settings_of(report.options, hidden=("resume", "check")),
        files_of(report.files),
    ]
    return write_page(folder / "report.html", _("Corridors: {name}").format(name=report.name), parts)


def _links(lines: Sequence[Line]) -> str:
    if not lines:
        return ""
    titles = [
        _("core"),
        _("core"),
        _("least-cost distance"),
        _("length of the path"),
        _("effective resistance"),
        _("cores crossed"),
    ]
    rows = [[_cell(value) for value in line.values] for line in lines[:SHOWN_LINKS]]
    more = len(lines) - len(rows)
    tail = paragraph(_("{count} more links are in the files.").format(count=more)) if more else ""
    return section(_("Links"), table(titles, rows), tail)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)
