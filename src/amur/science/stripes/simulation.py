"""A simulated survey: who was pictured where and when, picture by picture, from a seed.

Called by `amur stripes simulate`, by the demonstration, by tests and benchmarks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from amur.science.stripes.chips import Side
from amur.science.stripes.coats import KINDS, Kind
from amur.science.stripes.scenes import Scene, animal_of, background_of, look_of, scene_of

HOURS_APART = 30
"""Encounters follow each other by this many hours at least."""
SECONDS_APART = 2
"""… and pictures of one encounter by this many seconds."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is simulated: `encounters` of each of `animals`, each of `frames` pictures, at `stations`.

    `kinds` of coats take turns; `hardness` is that of `look_of`.
    """

    animals: int
    encounters: int
    frames: int = 2
    stations: int = 6
    kinds: Sequence[Kind] = KINDS
    hardness: float = 1.0
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One picture; `second` counts from the beginning of the survey."""

    animal: str
    encounter: str
    frame: int
    side: Side
    station: str
    second: int
    scene: Scene


def shots_of(survey: Survey) -> Iterator[Shot]:
    """The pictures of a survey, animal by animal. Raises ValueError when it has none."""
    if min(survey.animals, survey.encounters, survey.frames, survey.stations) < 1 or not survey.kinds:
        raise ValueError("a survey needs an animal, an encounter, a frame, a station and a kind of coat")
    places = [background_of(np.random.default_rng([survey.seed, 1, k])) for k in range(survey.stations)]
    for k in range(survey.animals):
        generator = np.random.default_rng([survey.seed, 2, k])
        animal = animal_of(survey.kinds[k % len(survey.kinds)], generator)
        for visit in range(survey.encounters):
            left, station = bool(generator.random() < 0.5), int(generator.integers(survey.stations))
            look = look_of(left, generator, survey.hardness)
            start = ((k + survey.animals * visit) * HOURS_APART + int(generator.integers(12))) * 3600
            for frame in range(survey.frames):
                column = look.shift[0] + (-1 if left else 1) * 0.03 * frame
                scene = scene_of(
                    animal, replace(look, shift=(column, look.shift[1])), places[station], generator
                )
                yield Shot(
                    f"A{k + 1:03}", f"A{k + 1:03}-{visit + 1:02}", frame + 1, "left" if left else "right",
                    f"S{station + 1:02}", start + SECONDS_APART * frame, scene,
                )  # fmt: skip
