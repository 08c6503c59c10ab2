"""Surveys before they are made: `run_simulate` rehearses a layout, `run_design` judges or suggests one."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from amur.commands.capture.planning_report import (
    Plans,
    expectation_lines,
    finding_text,
    performance_lines,
    write_report,
)
from amur.commands.jobs.running import Say, reading, tell
from amur.commands.omniscape.executors import on_this_machine
from amur.formats.capture import Problems, mask_around, read_mask
from amur.formats.capture.areas import LAYERS, Area, read_area
from amur.formats.capture.traps import read_traps
from amur.formats.capture.writing import write_captures, write_traps
from amur.formats.files import replacing
from amur.portal.operations.problems import Problem, _
from amur.science.capture.data import Detectors, Floats, Kind, Mask
from amur.science.capture.fitting import Progress
from amur.science.capture.placing import suggest
from amur.science.capture.planning import Prices, expected, judge
from amur.science.capture.rehearsal import Outcome, Performance, rehearse, summary, survey_of
from amur.science.capture.simulate import Truth

STAGES = {
    "simulation": _("simulating surveys"),
    "grids": _("trying grids"),
    "moves": _("moving cameras"),
    "done": _("done"),
}
COLUMNS = 64
"""Of the mask around a layout."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The truth of a survey that is planned (`density` per hectare), and where animals may live."""

    density: float
    intercept: float
    sigma: float
    function: str
    detector: Kind
    occasions: int
    mask: Path | None
    buffer: float
    seed: int
    workers: int

    @property
    def truth(self) -> Truth:
        """What simulations start from."""
        return Truth(self.density, self.intercept, self.sigma, function=self.function)


@dataclass(frozen=True, slots=True)
class Simulation:
    """`count` surveys with the layout of `traps`; `write` is a folder of simulated files."""

    traps: Path
    plan: Plan
    count: int
    write: Path | None
    json: Path | None
    csv: Path | None


@dataclass(frozen=True, slots=True)
class Design:
    """A layout to judge (`traps`), or an `area` in which to suggest one of `cameras`."""

    traps: Path | None
    area: Path | None
    cameras: int
    forbidden: Path | None
    crs: str
    plan: Plan
    prices: Prices
    simulations: int
    output: Path


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """Detectors with their names and mask, and the area they stand in where it is known."""

    ids: tuple[str, ...]
    detectors: Detectors
    mask: Mask
    area: Area | None = None


def run_simulate(job: Simulation, say: Say, progress: Progress) -> int:
    """Simulate, and fit or write, surveys; returns the exit status. Raises `Problem`, KeyboardInterrupt."""
    for path in (job.json, job.csv):
        if path is not None and not path.absolute().parent.is_dir():
            raise Problem(_("There is no folder {folder}.").format(folder=path.absolute().parent))
    progress(0.0, _("reading"))
    laid = _layout(job.traps, job.plan, say)
    if job.write is not None:
        return _write_surveys(job, laid, say, progress)
    outcomes, performance = _rehearsed(laid, job.plan, job.count, progress)
    progress(1.0, _("done"))
    plan = expected(laid.detectors, laid.mask, job.plan.truth)
    for line in (*expectation_lines(plan), *performance_lines(performance)):
        say(line)
    if job.csv is not None:
        _write_rows(job.csv, outcomes)
    if job.json is not None:
        results = {
            "truth": _plain(asdict(job.plan.truth)),
            "expected": _expected(plan),
            "performance": _plain(asdict(performance)),
            "surveys": [_plain(asdict(outcome)) for outcome in outcomes],
        }
        _write_json(job.json, results)
        say(_("Results: {path}").format(path=job.json))
    return 0 if performance.fitted else 1


def run_design(job: Design, say: Say, progress: Progress) -> int:
    """Judge or suggest a layout; returns the exit status. Raises `Problem`, KeyboardInterrupt."""
    progress(0.0, _("reading"))
    if job.traps is not None:
        laid = _layout(job.traps, job.plan, say)
    else:
        laid = _suggested(job, say, _part(progress, 0.0, 0.5 if job.simulations else 1.0))
    truth = job.plan.truth
    plan = expected(laid.detectors, laid.mask, truth)
    findings = judge(laid.detectors, laid.mask, truth, plan)
    if job.area is not None:  # other spacings were tried
        findings = tuple(finding for finding in findings if finding.code not in ("dense", "sparse"))
    performance = None
    if job.simulations:
        part = _part(progress, 0.5 if job.area else 0.0, 1.0)
        performance = _rehearsed(laid, job.plan, job.simulations, part)[1]
    progress(1.0, _("done"))
    cost = job.prices.of(laid.detectors)
    for line in expectation_lines(plan):
        say(line)
    if performance is not None:
        for line in performance_lines(performance):
            say(line)
    if cost:
        say(_("cost: {cost}").format(cost=f"{cost:,.0f}"))
    for finding in findings:
        say(_("warning: {text}").format(text=finding_text(finding)))
    results = {
        "truth": _plain(asdict(truth)),
        "cameras": laid.detectors.count,
        "camera_days": float(laid.detectors.effort.sum()),
        "expected": _expected(plan),
        "simulated": None if performance is None else _plain(asdict(performance)),
        "cost": cost,
        "findings": [{**asdict(finding), "text": finding_text(finding)} for finding in findings],
    }
    _write_design(job, laid, results, Plans(plan, performance, findings, cost), say)
    return 0


def _layout(path: Path, plan: Plan, say: Say) -> Laid:
    """The layout of a file of detectors."""
    problems = Problems()
    with reading():
        traps = read_traps(path, problems, plan.occasions)
        mask = read_mask(plan.mask, problems) if plan.mask else None
        if traps is not None and traps.effort is None and not plan.occasions:
            raise Problem(_("{file} has no effort: give --occasions.").format(file=path.name), 2)
        if traps is not None and traps.effort is not None and plan.occasions not in (0, len(traps.effort.T)):
            problems.of(path).error("trap-usage-occasions", found=len(traps.effort.T), wanted=plan.occasions)
        problems.raise_if_errors()
    if traps is None:  # pragma: no cover - errors have been raised
        raise Problem(_("{file} has no effort: give --occasions.").format(file=path.name))
    tell(problems.found.warnings, say)
    effort = np.ones((len(traps.ids), plan.occasions)) if traps.effort is None else traps.effort
    detectors = Detectors(traps.positions, effort, plan.detector)
    return Laid(traps.ids, detectors, mask or mask_around(traps.positions, plan.buffer, COLUMNS))


def _suggested(job: Design, say: Say, progress: Progress) -> Laid:
    """The layout that is suggested for an area."""
    plan, truth = job.plan, job.plan.truth
    problems = Problems()
    step = plan.sigma / 2
    area: Area | None = None
    habitat: Mask | None = None
    with reading():
        if job.area is not None and job.area.suffix.lower() in LAYERS:
            area = read_area(job.area, problems, job.crs)
        elif job.area is not None:
            habitat = read_mask(job.area, problems)
        forbidden = None
        if job.forbidden is not None:
            forbidden = read_area(job.forbidden, problems, area.crs if area else job.crs)
        mask = read_mask(plan.mask, problems) if plan.mask else None
        problems.raise_if_errors()
    tell(problems.found.warnings, say)
    if area is not None:
        candidates = area.lattice(min(step, float(np.sqrt(area.shape.area / job.cameras)) / 3))
        mask = mask or _around(area, plan)
    else:
        if habitat is None:
            raise Problem(_("Give --area or --traps."), 2)
        candidates, mask = habitat.points, mask or habitat
    if forbidden is not None:
        candidates = candidates[~forbidden.contains(candidates)]
    try:
        found = suggest(
            candidates,
            mask,
            job.cameras,
            truth,
            plan.occasions,
            kind=plan.detector,
            seed=plan.seed,
            progress=_told(progress),
        )
    except ValueError as error:
        raise Problem(_("No layout can be suggested: {reason}.").format(reason=error)) from error
    order = np.lexsort((found.positions[:, 0], -found.positions[:, 1]))
    positions = found.positions[order]
    ids = tuple(f"C{k:0{len(str(len(positions)))}d}" for k in range(1, len(positions) + 1))
    detectors = Detectors(positions, np.ones((len(positions), plan.occasions)), plan.detector)
    return Laid(ids, detectors, mask, area)


def _around(area: Area, plan: Plan) -> Mask:
    """A mask of the area and what is within the buffer, half a sigma wide or as fine as is affordable."""
    spacing = max(0.5 * plan.sigma, float(np.sqrt(area.shape.buffer(plan.buffer).area / 8000)))
    return Mask(area.lattice(spacing, plan.buffer), spacing**2 / 1e4)


def _rehearsed(
    laid: Laid, plan: Plan, count: int, progress: Progress
) -> tuple[tuple[Outcome, ...], Performance]:
    with on_this_machine(plan.workers) as executor:
        outcomes = rehearse(
            laid.detectors,
            laid.mask,
            plan.truth,
            count,
            seed=plan.seed,
            executor=executor,
            progress=_told(progress),
        )
    return outcomes, summary(outcomes, plan.density)


def _write_surveys(job: Simulation, laid: Laid, say: Say, progress: Progress) -> int:
    folder = job.write
    if folder is None:
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    write_traps(folder / "traps.txt", laid.detectors, laid.ids)
    empty = 0
    for number in range(job.count):
        progress(number / job.count, _("simulating surveys"))
        try:
            session = survey_of(laid.detectors, laid.mask, job.plan.truth, job.plan.seed + number)
        except ValueError:
            empty += 1
            continue
        name = f"captures{number + 1:0{len(str(job.count))}d}.txt"
        write_captures(folder / name, [replace(session, name="1")], laid.ids)
    progress(1.0, _("done"))
    say(_("{count} simulated surveys are in {folder}.").format(count=job.count - empty, folder=folder))
    if empty:
        say(_("note: in {count} surveys nobody was detected; they have no file.").format(count=empty))
    return 0


def _write_design(job: Design, laid: Laid, results: dict[str, Any], plans: Plans, say: Say) -> None:
    folder = job.output
    folder.mkdir(parents=True, exist_ok=True)
    files = [write_traps(folder / "layout.csv", laid.detectors, laid.ids, comma=True)]
    if laid.area is not None:
        files.append(_write_points(folder / "layout.geojson", laid.ids, laid.area, laid.detectors.positions))
        results["crs"] = laid.area.crs
    files.append(_write_json(folder / "design.json", results))
    page = write_report(folder / "report.html", laid.detectors, laid.mask, job.plan.truth, plans, files)
    for path in (*files, page):
        say(_("Results: {path}").format(path=path))


def _write_points(path: Path, ids: Sequence[str], area: Area, positions: Floats) -> Path:
    """The cameras in longitudes and latitudes, for navigation."""
    places = area.degrees(positions).round(6).tolist()
    features = [
        {"type": "Feature", "properties": {"id": name}, "geometry": {"type": "Point", "coordinates": place}}
        for name, place in zip(ids, places, strict=True)
    ]
    return _write_json(path, {"type": "FeatureCollection", "features": features})


def _write_rows(path: Path, outcomes: Sequence[Outcome]) -> None:
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        rows = [_plain(asdict(outcome)) for outcome in outcomes]
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _write_json(path: Path, results: dict[str, Any]) -> Path:
    with replacing(path) as temporary:
        text = json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")
    return path


def _expected(plan: Any) -> dict[str, Any]:
    return _plain({**asdict(plan), "recaptures": plan.recaptures, "rse": plan.rse})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Numbers that are not finite become None."""
    return {
        name: None if isinstance(value, float) and not np.isfinite(value) else value
        for name, value in values.items()
    }


def _told(progress: Progress) -> Progress:
    return lambda done, stage: progress(done, STAGES.get(stage, stage))


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda done, stage: progress(start + (end - start) * done, stage)
