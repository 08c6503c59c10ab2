"""The page about an open fit: years, what to think of it, survival and growth, detection, a map, the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from amur.commands.capture.curves import MARK, WIDTH, Series, drawn_series, figure
from amur.commands.capture.open_results import growth_line, told_range, years_table
from amur.commands.capture.report import data_of, detection_of, diagnosis_table, parameters_table
from amur.commands.capture.summary import short
from amur.commands.jobs.page import paragraph, section, table, write_page
from amur.portal.operations.problems import _
from amur.science.capture.data import Floats, Mask, Survey
from amur.science.capture.detection import SQUARE_METRES
from amur.science.capture.open import OpenFit

GROUND = "#dfe9d8"


def write_report(path: Path, found: OpenFit, results: Mapping[str, Any]) -> Path:
    """Write the page. What is withheld is withheld on it, too; places of animals are not on it."""
    return write_page(path, _("Survival and growth: open population"), _parts(found, results))


def _parts(found: OpenFit, results: Mapping[str, Any]) -> Iterator[str]:
    titles, *rows = years_table(results)
    mean = paragraph(growth_line(results)) if results["growth"] is not None else ""
    brackets = paragraph(_("In brackets: 95 % interval. — is withheld; the diagnosis says why."))
    yield section(_("Years"), table(titles, rows), mean, brackets)
    yield section(_("What to think of it"), diagnosis_table(results["diagnosis"]))
    after = _times(results)
    between = [(a + b) / 2 for a, b in pairwise(after)]
    yield _figures(
        results, "expected_number", after, _("Numbers"), _("Animals in the mask, with 95 % intervals"),
        _("animals in the mask"),
    )  # fmt: skip
    yield _figures(
        results, "survival", between, _("Survival"), _("Survival to the next session, with 95 % intervals"),
        _("survival"),
    )  # fmt: skip
    yield _figures(
        results, "growth", between, _("Growth"),
        _("Growth to the next session, with 95 % intervals; on the dashed line numbers stay the same"),
        _("growth"), 1.0,
    )  # fmt: skip
    yield section(_("Parameters"), parameters_table(results))
    closed = found.closed
    hidden = {row["parameter"] for row in results["real"] if "withheld" in row}
    if not hidden & set(closed.model.detection_parameters) and np.isfinite(closed.covariance).all():
        sessions = range(len(found.survey.sessions))
        # Years without differences have one curve.
        yield section(_("Detection"), *dict.fromkeys(detection_of(closed, k) for k in sessions))
    yield section(_("Map"), _map(found.survey))
    yield section(_("Data"), *(data_of(session) for session in found.survey.sessions))
    yield section(_("Method"), _method(results))


def _times(results: Mapping[str, Any]) -> list[float]:
    return [0.0, *np.cumsum(results["method"]["intervals"]).tolist()]


def _figures(
    results: Mapping[str, Any],
    name: str,
    times: Sequence[float],
    title: str,
    caption: str,
    axis: str,
    level: float | None = None,
) -> str:
    """A figure of all years as a picture with its table; "" where there is none."""
    years = results["years"][: len(times)]
    rows = [year[name] for year in years]
    if any(row is None for row in rows):
        return ""
    y, low, high = (_numbers(row[column] for row in rows) for column in ("estimate", "lower", "upper"))
    shown = np.isfinite(y) & np.isfinite(low) & np.isfinite(high)
    marks = [(time, year["session"]) for time, year in zip(_times(results), results["years"], strict=True)]
    lines = [[year["session"], told_range(year[name])] for year in years]
    series = Series(np.array(times), y, low, high, axis, marks, level)
    picture = drawn_series(series, caption) if shown.any() else ""
    return section(title, picture, table([_("session"), axis], lines))


def _numbers(values: Iterator[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values])


def _map(survey: Survey) -> str:
    """The mask with the detectors of all years."""
    mask = survey.sessions[0].mask
    places = np.unique(np.concatenate([each.detectors.positions for each in survey.sessions]), axis=0)
    side = float(np.sqrt(mask.cell_area * SQUARE_METRES))
    low, high = mask.points.min(axis=0) - side / 2, mask.points.max(axis=0) + side / 2
    scale = WIDTH / float((high - low).max())
    height = int(np.ceil((high[1] - low[1]) * scale))
    ground = "".join(
        f"M{(x - low[0]) * scale:.1f} {(high[1] - y) * scale:.1f}h{wide * scale:.1f}v{side * scale:.1f}"
        f"h{-wide * scale:.1f}z"
        for x, y, wide in _strips(mask, side)
    )
    dots = "".join(
        f'<circle cx="{(x - low[0]) * scale:.1f}" cy="{(high[1] - y) * scale:.1f}" r="3" fill="{MARK}"/>'
        for x, y in places.tolist()
    )
    extent = (high - low) / 1000
    rows = [[str(len(mask.points)), short(mask.area / 100), short(side), str(len(places))]]
    titles = [_("points"), _("mask, km²"), _("cell, m"), _("detectors")]
    caption = _("The mask, {width} × {height} km, with the detectors of all years; north is up").format(
        width=short(float(extent[0])), height=short(float(extent[1]))
    )
    return figure(f'<path d="{ground}" fill="{GROUND}"/>{dots}', caption, height) + table(titles, rows)


def _strips(mask: Mask, side: float) -> Iterator[tuple[float, float, float]]:
    """Cells side by side as one: their west and north ends and their width, in metres."""
    order = np.lexsort((mask.points[:, 0], mask.points[:, 1]))
    points = mask.points[order]
    breaks = np.flatnonzero((np.abs(np.diff(points[:, 1])) > side / 2) | (np.diff(points[:, 0]) > 1.5 * side))
    for strip in np.split(points, breaks + 1):
        west, east = float(strip[0, 0]), float(strip[-1, 0])
        yield west - side / 2, float(strip[0, 1]) + side / 2, east - west + side


def _method(results: Mapping[str, Any]) -> str:
    method = results["method"]
    rows = [
        [_("program"), results["program"]],
        [_("estimation"), method["estimation"]],
        [_("likelihood"), method["likelihood"]],
        [_("movement of centres"), method["movement"]],
        [_("time between sessions"), ", ".join(f"{step:g}" for step in method["intervals"])],
        [_("detectors"), method["detector"]],
        [_("detection function"), method["detection_function"]],
        [_("model"), ", ".join(name + formula for name, formula in method["model"].items())],
    ]
    return table([_("what"), _("value")], rows, text=True)
