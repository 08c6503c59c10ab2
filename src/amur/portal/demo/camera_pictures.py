"""Memory cards of the demonstration: pictures of leopards that never lived, and of nothing but wind.

Coats and scenes are those of `science.stripes`, drawn from a seed and said to be synthetic. Called by
`cameras`, which brings the cards in as people would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from amur.portal.demo.camera_records import Side
from amur.portal.population.simulated import SEED
from amur.science.stripes.scenes import Animal, animal_of, background_of, look_of, scene_of

FIRST_NIGHT: Final = 280
"""Days from the first day of the winter survey to the first night of the cards."""
NIGHTS: Final = 30
HARDNESS: Final = 0.4
FRAMES: Final = 2
EXIF_TIME, EXIF_IFD, EXIF_MAKER = 0x9003, 0x8769, 0x010F


@dataclass(frozen=True, slots=True)
class Visit:
    """A sequence on a card. `animal` is the simulation's name, "" for wind; `known`: somebody named it."""

    station: int
    at: datetime
    animal: str = ""
    left: bool = True
    known: bool = False


def visits_of(
    side: Side, known: Sequence[str], strangers: Sequence[str], stations: Sequence[int]
) -> list[Visit]:
    """Who came: each known animal with both flanks and once more without a name, strangers, and wind."""
    plan = [(name, left, True) for name in known for left in (True, False, True)]
    plan += [(name, index % 2 == 0, False) for index, name in enumerate((*known[:3], *strangers, *strangers))]
    plan += [("", True, False)] * 6
    random = np.random.default_rng([SEED, 5, side.number])
    night = np.linspace(0, NIGHTS - 1, len(plan)).astype(int)
    return [
        Visit(
            stations[number % len(stations)],
            side.moment(FIRST_NIGHT + int(night[number]), float(np.round(random.uniform(17, 23), 3))),
            *plan[at],
        )
        for number, at in enumerate(random.permutation(len(plan)))
    ]


def write_card(folder: Path, visits: Sequence[Visit]) -> None:
    """The pictures of one station, with the time in each as a camera writes it."""
    station = visits[0].station
    ground = background_of(np.random.default_rng([SEED, 6, station]))
    for number, visit in enumerate(sorted(visits, key=lambda one: one.at)):
        random = np.random.default_rng([SEED, 7, station, number])
        look = look_of(visit.left, random, HARDNESS)
        for frame in range(FRAMES):
            if visit.animal:
                picture = scene_of(_animal(visit.animal), look, ground, random).picture
            else:
                wind = np.clip(ground + random.normal(0, 0.02, ground.shape), 0, 1)
                picture = (wind * 255).astype(np.uint8)
            at = visit.at.replace(microsecond=0) + timedelta(seconds=2 * frame)
            name = folder / f"IMG_{number * FRAMES + frame + 1:04}.JPG"
            Image.fromarray(picture).convert("RGB").save(name, "JPEG", quality=85, exif=_exif(at))


@lru_cache(maxsize=16)
def _animal(name: str) -> Animal:
    """The coats of a simulated animal: the same on both sides of the border."""
    return animal_of("rosettes", np.random.default_rng([SEED, 8, int(name[1:])]))


def _exif(at: datetime) -> Image.Exif:
    exif = Image.Exif()
    exif[EXIF_MAKER] = "Simulation"
    exif.get_ifd(EXIF_IFD)[EXIF_TIME] = f"{at:%Y:%m:%d %H:%M:%S}"
    return exif
