"""Simulated open populations: animals are born, move, die, and are detected year by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from amur.science.capture.data import Captures, Detectors, Floats, Integers, Mask, Session, Survey
from amur.science.capture.examples import grid, mask_around
from amur.science.capture.open.movement import Movement
from amur.science.capture.redraw import Columns
from amur.science.capture.simulate import Truth, caught, hazards_at


@dataclass(frozen=True, slots=True)
class OpenTruth:
    """What a simulation starts from: `detection` with the density of the first year, `survival` and
    `recruitment` (f) for a unit of time, `movement` with its scale `move` in metres.
    """

    detection: Truth
    survival: float
    recruitment: float
    movement: Movement = "static"
    move: float = 0.0


def simulate_years(
    detectors: Sequence[Detectors],
    mask: Mask,
    truth: OpenTruth,
    random: np.random.Generator,
    intervals: Sequence[float] = (),
) -> Survey:
    """A survey of as many years as there are detectors, with the sessions "1", "2" and so on.

    Animals keep their names over the years. Those that would move off the mask draw another move.
    """
    lengths = list(intervals) or [1.0] * (len(detectors) - 1)
    expected = mask.cell_area * np.broadcast_to(truth.detection.density, len(mask.points)).astype(float)
    centres = _centres(mask, expected, float(expected.sum()), random)
    names = np.arange(len(centres))
    present, born = float(expected.sum()), len(centres)
    sessions = []
    for t, of_year in enumerate(detectors):
        if t:
            growth = (truth.survival + truth.recruitment) ** lengths[t - 1]
            survival = truth.survival ** lengths[t - 1]
            alive = random.random(len(centres)) < survival
            centres = _moved(centres[alive], mask, expected, truth, lengths[t - 1], random)
            recruits = _centres(mask, expected, present * (growth - survival), random)
            names = np.concatenate([names[alive], born + np.arange(len(recruits))])
            born += len(recruits)
            centres = np.concatenate([centres, recruits])
            present *= growth
        sessions.append(_detected(str(t + 1), of_year, mask, truth.detection, centres, names, random))
    return Survey(tuple(sessions))


def _centres(mask: Mask, expected: Floats, number: float, random: np.random.Generator) -> Floats:
    cells = random.choice(len(expected), random.poisson(number), p=expected / expected.sum())
    half = 50 * np.sqrt(mask.cell_area)
    return np.asarray(mask.points[cells] + random.uniform(-half, half, (cells.size, 2)))


def _moved(
    centres: Floats,
    mask: Mask,
    expected: Floats,
    truth: OpenTruth,
    interval: float,
    random: np.random.Generator,
) -> Floats:
    if truth.movement == "static" or not len(centres):
        return centres
    if truth.movement == "independent":
        cells = random.choice(len(expected), len(centres), p=expected / expected.sum())
        return np.asarray(mask.points[cells])
    side = 100 * np.sqrt(mask.cell_area)
    low = mask.points.min(axis=0) - side / 2
    inside = {(int(a), int(b)) for a, b in np.floor((mask.points - low) / side)}
    scale = truth.move * np.sqrt(interval)
    moved = centres.copy()
    waiting = list(range(len(centres)))
    while waiting:
        still = []
        for i in waiting:
            if truth.movement == "normal":
                step = random.normal(0, scale, 2)
            else:
                angle = random.uniform(0, 2 * np.pi)
                step = random.gamma(2.0, scale) * np.array([np.cos(angle), np.sin(angle)])
            place = centres[i] + step
            cell = np.floor((place - low) / side)
            if (int(cell[0]), int(cell[1])) in inside:
                moved[i] = place
            else:
                still.append(i)
        waiting = still
    return moved


def _detected(
    name: str,
    detectors: Detectors,
    mask: Mask,
    truth: Truth,
    centres: Floats,
    names: Integers,
    random: np.random.Generator,
) -> Session:
    found: list[tuple[int, Columns]] = []
    for who, centre in zip(names.tolist(), centres, strict=True):
        s, j, counts = caught(detectors, hazards_at(detectors, centre, truth), random)
        if s.size:
            found.append((who, (np.full(s.size, len(found)), s, j, counts)))
    nothing: Integers = np.zeros(0, dtype=np.int64)
    columns = [np.concatenate([nothing, *(each[1][k] for each in found)]) for k in range(4)]
    captures = Captures(
        columns[0], columns[1], columns[2], columns[3], tuple(f"A{who + 1}" for who, _ in found)
    )
    return Session(name, detectors, captures, mask)


def six_years(seed: int = 1, movement: Movement = "static", move: float = 0.0) -> Survey:
    """Leopards as an example: 49 stations 4 km apart, 60 days in each of six years, 1 per 100 km², survival
    0.82, growth 1.02. None of it comes from a real animal.
    """
    detectors = grid(7, 4000.0, "proximity", 60)
    mask = mask_around(detectors, 14_000.0, 2000.0)
    truth = OpenTruth(Truth(1e-4, 0.015, 4000.0), 0.82, 0.20, movement, move)
    return simulate_years([detectors] * 6, mask, truth, np.random.default_rng(seed))
