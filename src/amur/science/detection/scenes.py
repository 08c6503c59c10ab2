"""Stations that exist nowhere: textured ground, trees, wind, changing light, nights, and animal-like shapes.

For tests and benchmarks of the detector alone; what is measured on them is told as such. Real leaves, rain,
snow and coats are harder.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture (rows, columns, 3), its sequence, whether by night, and the box of its animal, if any."""

    picture: Picture
    sequence: int
    night: bool
    box: Box | None


@dataclass(frozen=True, slots=True)
class _Station:
    ground: Floats
    leaves: Floats  # how far the wind moves each pixel, 0 to 1


def station_shots(
    random: np.random.Generator,
    sequences: int = 40,
    burst: int = 3,
    share_with_animal: float = 0.5,
    share_at_night: float = 1 / 3,
    size: tuple[int, int] = (240, 320),
) -> list[Shot]:
    """The shots of one station (rows, columns), `burst` of each sequence.

    Blank sequences are those that the wind has triggered, so it blows harder in them.
    """
    station = _station(random, size)
    shots = []
    for sequence in range(sequences):
        night = bool(random.random() < share_at_night)
        animal = bool(random.random() < share_with_animal)
        wind = random.uniform(0.3, 1.0) if animal else random.uniform(0.6, 1.6)
        light = _light(random, size, night)
        walker = _Walker(random, size) if animal else None
        for number in range(burst):
            scene = _swayed(random, station, wind)
            box = walker.walk(scene, number) if walker else None
            shots.append(Shot(_exposed(random, scene, light, night), sequence, night, box))
    return shots


def _noise(random: np.random.Generator, size: tuple[int, int], octaves: int = 5) -> Floats:
    """Noise with structure at every scale, from 0 to 1."""
    found = np.zeros(size, np.float32)
    for octave in range(octaves):
        cells = 3 * 2**octave
        grid = random.random((cells, cells)).astype(np.float32)
        wide = cv2.resize(grid, (size[1], size[0]), interpolation=cv2.INTER_CUBIC)
        found += wide.astype(np.float32) / np.float32(1.6**octave)
    low, high = float(found.min()), float(found.max())
    return np.asarray((found - low) / (high - low), dtype=np.float32)


def _station(random: np.random.Generator, size: tuple[int, int]) -> _Station:
    rows, columns = size
    dark = random.uniform((0.10, 0.10, 0.05), (0.25, 0.25, 0.15))
    bright = random.uniform((0.45, 0.45, 0.30), (0.65, 0.70, 0.45))
    ground = dark + _noise(random, size, 6)[..., None] * (bright - dark)
    for _tree in range(random.integers(2, 6)):
        left = int(random.integers(0, columns))
        width = int(random.integers(columns // 40, columns // 10))
        foot = int(rows * random.uniform(0.5, 0.95))
        bark = random.uniform(0.05, 0.45) * np.array([1.0, 0.9, 0.75])
        tall = _noise(random, (foot, width), 5)[..., None]
        ground[:foot, left : left + width] = (bark * (0.5 + tall))[:, : max(columns - left, 0)]
    leaves = np.clip((_noise(random, size, 4) - 0.45) * 3, 0, 1)
    return _Station(ground.astype(np.float32), leaves.astype(np.float32))


def _swayed(random: np.random.Generator, station: _Station, wind: float) -> Floats:
    rows, columns = station.leaves.shape
    gust = wind * 4.0 * station.leaves
    right = gust * (_noise(random, (rows, columns), 3) - 0.5) * 2
    down = gust * (_noise(random, (rows, columns), 3) - 0.5)
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    moved = cv2.remap(station.ground, x + right, y + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, dtype=np.float32)


def _light(random: np.random.Generator, size: tuple[int, int], night: bool) -> Floats:
    """What each pixel (rows, columns, 3) is multiplied with."""
    if night:
        y, x = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
        away = np.hypot(x / size[1] - 0.5, y / size[0] - 0.6)
        return np.repeat((random.uniform(0.7, 1.3) * np.exp(-2.2 * away**2))[..., None], 3, axis=2)
    tint = random.uniform((0.85, 0.92, 0.85), (1.1, 1.05, 1.15))
    clouds = 1 + random.uniform(0, 0.5) * (_noise(random, size, 2) - 0.5)
    return np.asarray(random.uniform(0.55, 1.35) * clouds[..., None] * tint, dtype=np.float32)


def _exposed(random: np.random.Generator, scene: Floats, light: Floats, night: bool) -> Picture:
    lit = scene * light
    if night:
        lit = np.repeat((lit @ np.array([0.4, 0.4, 0.2], np.float32))[..., None], 3, axis=2)
    grain = random.normal(0, 0.03 if night else 0.012, lit.shape[:2] + ((1,) if night else (3,)))
    shown: Picture = (np.clip(lit + grain, 0, 1) ** (1 / 1.6) * 255).astype(np.uint8)
    return shown


class _Walker:
    """A body with head and legs that crosses the picture; it may stand still, or be half out of it."""

    def __init__(self, random: np.random.Generator, size: tuple[int, int]) -> None:
        rows, columns = size
        self._length = columns * random.uniform(0.08, 0.4)
        self._height = self._length * random.uniform(0.3, 0.5)
        self._centre = np.array([columns * random.uniform(0.1, 0.9), rows * random.uniform(0.4, 0.85)])
        self._step = columns * random.uniform(-0.15, 0.15) if random.random() < 0.7 else 0.0
        tone = random.uniform(0.12, 0.75)
        self._coat = tone * np.array([1.0, random.uniform(0.7, 0.95), random.uniform(0.4, 0.85)])
        self._pattern = _noise(random, size, 6)[..., None] * random.uniform(0.2, 0.8)

    def walk(self, scene: Floats, number: int) -> Box | None:
        """Draw the animal into the scene as it is after `number` steps; None once it is out of sight."""
        rows, columns = scene.shape[:2]
        shape = np.zeros((rows, columns), np.float32)
        forward = 1 if self._step >= 0 else -1
        x, y = self._centre[0] + self._step * number, self._centre[1]
        length, height = self._length, self._height
        half = (round(length / 2), round(height / 2))
        cv2.ellipse(shape, (round(x), round(y)), half, 0, 0, 360, 1.0, -1)
        head = (round(x + forward * length * 0.52), round(y - height * 0.35))
        cv2.circle(shape, head, max(round(height * 0.32), 1), 1.0, -1)
        for leg in (-0.35, -0.2, 0.2, 0.35):
            top = (round(x + leg * length), round(y))
            foot = (round(x + leg * length), round(y + height * 1.0))
            cv2.line(shape, top, foot, 1.0, max(round(height * 0.18), 1))
        seen = np.argwhere(shape > 0)
        if len(seen) < 60:
            return None
        soft = cv2.GaussianBlur(shape, (0, 0), 0.8)[..., None]
        scene[:] = scene * (1 - soft) + self._coat * (1 - self._pattern) * soft
        (upper, left), (lower, right) = seen.min(axis=0), seen.max(axis=0) + 1
        return (
            float(left / columns),
            float(upper / rows),
            float((right - left) / columns),
            float((lower - upper) / rows),
        )
