"""Simulated open populations: animals are born, move, die, and are detected year by year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    lengths = np.array(list(intervals) or [1.0] * (len(detectors) - 1))
    density = mask.cell_area * np.broadcast_to(truth.detection.density, len(mask.points)).astype(float)
    survival = truth.survival**lengths
    growth = (truth.survival + truth.recruitment) ** lengths
    present = np.concatenate([[1.0], np.cumprod(growth)])
    course = Course(
        density,
        survival,
        np.concatenate([[1.0], present[:-1] * (growth - survival)]),
        truth.movement,
        truth.move * np.sqrt(lengths),
    )
    return Survey(
        tuple(
            _detected(str(t + 1), detectors[t], mask, truth.detection, centres, names, random)
            for t, (centres, names) in enumerate(lives(mask, course, random))
        )
    )


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What happens to a population: the expected number (M,) in each cell of the first year, over each
    interval (I,) `survival` and the scale of movement `moves` in metres, `arrived` (T,) the recruits of a
    year as a multiple of the first year's number.
    """

    expected: Floats
    survival: Floats
    arrived: Floats
    movement: Movement
    moves: Floats


def lives(mask: Mask, course: Course, random: np.random.Generator) -> Iterator[tuple[Floats, Integers]]:
    """The centres (n, 2) of the animals alive in each year, and their numbers (n,), which they keep."""
    first = float(course.expected.sum())
    centres = _centres(mask, course.expected, first, random)
    names = np.arange(len(centres))
    born = len(centres)
    yield centres, names
    for t, survival in enumerate(course.survival.tolist()):
        alive = random.random(len(centres)) < survival
        centres = _moved(centres[alive], mask, course, float(course.moves[t]), random)
        recruits = _centres(mask, course.expected, first * float(course.arrived[t + 1]), random)
        names = np.concatenate([names[alive], born + np.arange(len(recruits))])
        born += len(recruits)
        centres = np.concatenate([centres, recruits])
        yield centres, names


def _centres(mask: Mask, expected: Floats, number: float, random: np.random.Generator) -> Floats:
    cells = random.choice(len(expected), random.poisson(number), p=expected / expected.sum())
    half = 50 * np.sqrt(mask.cell_area)
    return np.asarray(mask.points[cells] + random.uniform(-half, half, (cells.size, 2)))


def _moved(centres: Floats, mask: Mask, course: Course, scale: float, random: np.random.Generator) -> Floats:
    if course.movement == "static" or not len(centres):
        return centres
    if course.movement == "independent":
        cells = random.choice(len(course.expected), len(centres), p=course.expected / course.expected.sum())
        return np.asarray(mask.points[cells])
    side = 100 * np.sqrt(mask.cell_area)
    low = mask.points.min(axis=0) - side / 2
    inside = {(int(a), int(b)) for a, b in np.floor((mask.points - low) / side)}
    moved = centres.copy()
    waiting = list(range(len(centres)))
    while waiting:
        still = []
        for i in waiting:
            if course.movement == "normal":
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
