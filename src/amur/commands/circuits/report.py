"""The page about a run of circuits: what was asked, what came out, how exact it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amur.commands.circuits.preflight import Preflight
from amur.commands.jobs.measures import time_text
from amur.commands.jobs.page import (
    bullets,
    files_of,
    listed,
    notes_of,
    paragraph,
    picture,
    section,
    settings_of,
    solves,
    table,
    write_page,
)
from amur.formats.circuitscape import Settings
from amur.formats.errors import FormatError
from amur.portal.operations.problems import _
from amur.science.circuits import UNREACHABLE, Solved
from amur.science.circuits.solution import Floats, Integers

SHOWN_NODES = 40


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page says; `pictures` are titles and maps (rows, cols) with NaN where nothing is."""

    settings: Settings
    preflight: Preflight
    notes: tuple[FormatError, ...]
    ids: Integers
    resistances: Floats | None
    groups: tuple[tuple[int, ...], ...]
    without_data: tuple[int, ...]
    solved: tuple[Solved, ...]
    pictures: tuple[tuple[str, Floats], ...]
    files: tuple[Path, ...]
    seconds: float

    @property
    def summary(self) -> tuple[str, ...]:
        """The lines for the terminal."""
        lines = []
        if self.solved:
            lines.append(
                _("method: {method}; worst relative residual {residual}, estimated error {error}").format(
                    method=", ".join(sorted({one.method for one in self.solved})),
                    residual=f"{max(one.residual for one in self.solved):.1e}",
                    error=f"{max(one.error_estimate for one in self.solved):.1e}",
                )
            )
        if self.without_data:
            lines.append(
                _("on cells without data: focal nodes {nodes}").format(nodes=listed(self.without_data))
            )
        if self.unreachable:
            lines.append(
                _("{count} pairs have no connection or were left out (-1); separate groups: {groups}").format(
                    count=self.unreachable, groups="; ".join(listed(group) for group in self.groups[:8])
                )
            )
        lines.append(_("{count} files written").format(count=len(self.files)))
        return tuple(lines)

    @property
    def unreachable(self) -> int:
        """Pairs without a resistance."""
        if self.resistances is None:
            return 0
        if self.resistances.ndim == 1:
            return int((self.resistances == UNREACHABLE).sum())
        return int((np.triu(self.resistances, 1) == UNREACHABLE).sum())


def write_report(report: Report) -> Path:
    """Write the page beside the results."""
    output = report.settings.output
    facts = [
        *report.preflight.lines,
        *report.summary,
        _("time: {time}").format(time=time_text(report.seconds)),
    ]
    parts = [bullets(facts), *(picture(caption, values) for caption, values in report.pictures)]
    if report.resistances is not None:
        parts.append(_resistances(report.ids, report.resistances))
    parts += [
        _solves(report.solved),
        notes_of(report.notes),
        settings_of(report.settings),
        files_of(report.files),
    ]
    title = _("Connectivity run: {name}").format(name=report.settings.file.name)
    return write_page(output.with_name(f"{output.name}_report.html"), title, parts)


def _resistances(ids: Integers, values: Floats) -> str:
    shown = ids[:SHOWN_NODES].tolist()
    if values.ndim == 1:
        rows = [[str(number), f"{value:.6g}"] for number, value in zip(shown, values, strict=False)]
        body = table([_("focal node"), "ohm"], rows)
    else:
        rows = [
            [str(number), *(f"{value:.6g}" for value in values[place, :SHOWN_NODES])]
            for place, number in enumerate(shown)
        ]
        body = table(["", *(str(number) for number in shown)], rows)
    more = ids.size - len(shown)
    tail = paragraph(_("{count} more focal nodes are in the files.").format(count=more)) if more > 0 else ""
    return section(_("Effective resistances"), body, tail)


def _solves(solved: tuple[Solved, ...]) -> str:
    if not solved:
        return ""
    titles = [_("cells or nodes"), _("systems"), _("method"), _("iterations"), _("residual"), _("error")]
    rows = [
        [
            str(one.size),
            str(one.count),
            one.method,
            str(one.iterations),
            f"{one.residual:.1e}",
            f"{one.error_estimate:.1e}",
        ]
        for one in solved[:SHOWN_NODES]
    ]
    return solves(titles, rows)
