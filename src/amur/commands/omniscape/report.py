"""The page about an omnidirectional run: what was asked, what came out, how exact it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from amur.commands.jobs.measures import time_text
from amur.commands.jobs.page import (
    Floats,
    bullets,
    files_of,
    notes_of,
    picture,
    settings_of,
    solves,
    write_page,
)
from amur.commands.omniscape.preflight import Preflight
from amur.formats.errors import FormatError
from amur.formats.omniscape import Settings
from amur.portal.operations.problems import _
from amur.science.circuits.omnidirectional import OmnidirectionalResult


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page says; `pictures` are titles and maps (rows, cols) with NaN where nothing is."""

    settings: Settings
    preflight: Preflight
    notes: tuple[FormatError, ...]
    result: OmnidirectionalResult
    pictures: tuple[tuple[str, Floats], ...]
    files: tuple[Path, ...]
    seconds: float
    as_peer: bool

    @property
    def summary(self) -> tuple[str, ...]:
        """The lines for the terminal."""
        lines = []
        tally = self.result.tally
        if self.as_peer:
            lines.append(_("computed as Omniscape does, with its defects (--as-peer)"))
        if tally.windows:
            lines.append(
                _("method: {method}; worst relative residual {residual}, estimated error {error}").format(
                    method=", ".join(sorted(self.result.methods)),
                    residual=f"{tally.residual:.1e}",
                    error=f"{tally.error_estimate:.1e}",
                )
            )
        if idle := self.result.targets - tally.windows:
            lines.append(
                _("{count} windows without a current: no source reaches the middle").format(count=idle)
            )
        lines.append(_("{count} files written").format(count=len(self.files)))
        return tuple(lines)


def write_report(report: Report) -> Path:
    """Write the page into the folder of the results."""
    took = _("time: {time}").format(time=time_text(report.seconds))
    parts = [
        bullets([*report.preflight.lines, *report.summary, took]),
        *(picture(caption, values) for caption, values in report.pictures),
        _solves(report.result),
        notes_of(report.notes),
        settings_of(report.settings),
        files_of(report.files),
    ]
    title = _("Omnidirectional connectivity: {name}").format(name=report.settings.file.name)
    return write_page(report.settings.output / "report.html", title, parts)


def _solves(result: OmnidirectionalResult) -> str:
    titles = [_("method"), _("systems")]
    rows = [[method, str(count)] for method, count in result.methods.items()]
    return solves(titles, rows)
