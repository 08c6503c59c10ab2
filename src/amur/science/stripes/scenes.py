"""Pictures of synthetic animals: pose, viewpoint, light, blur and grass before the background of a station.

See `coats` for what these pictures may be used for. A picture is a function of its seeds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.chips import Box, Pixels
from amur.science.stripes.coats import HEIGHT, LENGTH, Floats, Kind, coat_of

WIDTH: Final = 1280
"""Pixels of a picture from left to right; it is three quarters as high."""
BLADES: Final = 400
"""Blades of grass in a picture at density 1."""
BODY: Final = (0.44, 0.19)
"""Length and height of a trunk in parts of the picture's width, from the side and near the camera."""


@dataclass(frozen=True, slots=True, eq=False)
class Animal:
    """The coats of the left and the right flank."""

    left: Floats
    right: Floats


@dataclass(frozen=True, slots=True)
class Look:
    """How an animal stands before the camera.

    `left`: it shows its left flank and walks to the left. `yaw` (degrees) turns it from the camera, `pitch`
    (degrees) slopes its back, `bend` curves its spine (parts of the length), `distance` makes it smaller,
    `shift` moves it (parts of the width). `blur` is in pixels, `grass` from 0 to 1 how dense blades stand
    before it, `night` tells of infrared light.
    """

    left: bool
    yaw: float = 0.0
    pitch: float = 0.0
    bend: float = 0.0
    distance: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    blur: float = 0.0
    grass: float = 0.0
    night: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A grey picture, the animal's box and where it is visible."""

    picture: Pixels
    box: Box
    mask: NDArray[np.bool_]


def animal_of(kind: Kind, generator: np.random.Generator) -> Animal:
    """An animal with two different flanks."""
    return Animal(coat_of(kind, generator), coat_of(kind, generator))


def look_of(left: bool, generator: np.random.Generator, hardness: float = 1.0) -> Look:
    """A random look; `hardness` 0 is the ideal picture, 1 what cameras in the woods give."""
    draw = generator.normal(size=6) * hardness
    return Look(
        left,
        yaw=float(np.clip(18 * draw[0], -50, 50)),
        pitch=float(np.clip(5 * draw[1], -15, 15)),
        bend=float(np.clip(0.06 * draw[2], -0.15, 0.15)),
        distance=float(np.exp(np.clip(0.3 * draw[3], -0.4, 0.9))),
        shift=(float(np.clip(0.06 * draw[4], -0.12, 0.12)), float(np.clip(0.03 * draw[5], -0.06, 0.06))),
        blur=float(hardness * generator.gamma(1.5, 0.8)),
        grass=float(hardness * generator.beta(1.2, 8)),
        night=bool(generator.random() < 0.6 * hardness),
    )


def background_of(generator: np.random.Generator) -> Floats:
    """What a camera always sees (height, width): ground, stones and stems, 0 to 1."""
    height = WIDTH * 3 // 4
    ground = np.zeros((height, WIDTH), np.float32)
    for width, strength in ((90.0, 0.10), (24.0, 0.07), (7.0, 0.06), (2.0, 0.05)):
        rough = cv2.GaussianBlur(generator.normal(size=ground.shape).astype(np.float32), (0, 0), width)
        ground += strength * rough / rough.std()
    ground += np.linspace(0.55, 0.4, height, dtype=np.float32)[:, None]
    for _ in range(25):
        column, top = generator.uniform(0, WIDTH), generator.uniform(-0.2, 0.5) * height
        lean, shade = generator.normal(0, 25), generator.uniform(0.1, 0.8)
        line = np.array([[column, height * generator.uniform(0.5, 1.1)], [column + lean, top]], np.int32)
        cv2.polylines(ground, [line], False, float(shade), int(generator.integers(2, 18)), cv2.LINE_AA)
    return np.clip(ground, 0, 1)


def scene_of(animal: Animal, look: Look, background: Floats, generator: np.random.Generator) -> Scene:
    """The picture of an animal before a background."""
    rows, columns, shade, trunk = _trunk(look, background.shape)
    coat = animal.left if look.left else animal.right
    body = cv2.remap(coat, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT) * shade
    picture = np.where(trunk, body, background).astype(np.float32)
    limbs = _limbs(look, background.shape) & ~trunk
    picture[limbs] = (
        0.45
        + 0.08 * cv2.GaussianBlur(generator.normal(size=picture.shape).astype(np.float32), (0, 0), 1.5)[limbs]
    )
    whole = trunk | limbs
    visible = whole & ~_grass(picture, look.grass, generator)
    return Scene(_exposed(picture, look, generator), _box(whole), visible)


def _middle(look: Look, shape: tuple[int, ...]) -> tuple[float, float, float, float]:
    """Column and row of the trunk's middle, half its length and half its height, in pixels."""
    size = shape[1] / look.distance
    return (
        shape[1] * (0.5 + look.shift[0]),
        shape[0] * (0.52 + look.shift[1]),
        size * BODY[0] / 2 * math.cos(math.radians(look.yaw)),
        size * BODY[1] / 2,
    )


def _along(look: Look, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Where each pixel is on the body: along (-1 at the head, 1 at the rump) and down (-1 back, 1 belly)."""
    column, row, half, high = _middle(look, shape)
    x = np.arange(shape[1], dtype=np.float32)[None, :] - column
    y = np.arange(shape[0], dtype=np.float32)[:, None] - row
    turn = math.radians(look.pitch)
    along = (x * math.cos(turn) + y * math.sin(turn)) / half
    along = along if look.left else -along
    down = (y * math.cos(turn) - x * math.sin(turn)) / high
    down = down - look.bend * half / high * (1 - along**2)
    nearer = np.maximum(
        1 + 0.35 * math.sin(math.radians(look.yaw)) * along, 0.4
    )  # the end towards the camera is larger
    return (along / np.sqrt(nearer)).astype(np.float32), (down / nearer).astype(np.float32)


def _trunk(look: Look, shape: tuple[int, ...]) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Rows and columns of the coat at each pixel, how light falls, and where the trunk is."""
    along, down = _along(look, shape)
    outline = np.abs(along) ** 3 + np.abs(down * (1 + 0.12 * along**2)) ** 2.4
    round_ = 2 / np.pi * np.arcsin(np.clip(down, -1, 1))  # the back and the belly turn away
    rows = ((0.5 + 0.5 * round_) * (HEIGHT - 1)).astype(np.float32)
    columns = ((0.5 + 0.5 * along) * (LENGTH - 1)).astype(np.float32)
    shade = (0.55 + 0.45 * np.sqrt(np.clip(1 - down**2, 0, 1))).astype(np.float32)
    return rows, columns, shade, outline < 1


def _limbs(look: Look, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Head, legs and tail."""
    along, down = _along(look, shape)
    head = ((along + 1.12) / 0.26) ** 2 + ((down + 0.35) / 0.62) ** 2 < 1
    legs = (np.abs(np.abs(along) - 0.78) < 0.11) & (down > 0.4) & (down < 2.1)
    tail = (along > 0.9) & (along < 1.6) & (np.abs(down + 0.3 - 1.2 * (along - 1)) < 0.16)
    return np.asarray(head | legs | tail)


def _grass(picture: Floats, density: float, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Draw blades before the animal; returns where they are."""
    hidden = np.zeros(picture.shape, np.uint8)
    height, width = picture.shape
    for _ in range(round(BLADES * density)):
        foot = generator.uniform(0, width)
        tip = foot + generator.normal(0, 60), generator.uniform(0.25, 0.8) * height
        line = np.array([[foot, height], [(2 * foot + tip[0]) / 3, (height + tip[1]) / 2], tip], np.int32)
        thick, shade = int(generator.integers(2, 7)), float(generator.uniform(0.2, 0.9))
        cv2.polylines(picture, [line], False, shade, thick, cv2.LINE_AA)
        cv2.polylines(hidden, [line], False, 1, thick)
    return hidden > 0


def _exposed(picture: Floats, look: Look, generator: np.random.Generator) -> Pixels:
    """The camera's part: light, blur of movement, noise."""
    height, width = picture.shape
    if look.night:
        x = np.linspace(-1, 1, width)[None, :]
        y = np.linspace(-0.75, 0.75, height)[:, None]
        flash = 1.35 * np.exp(-(x**2 + y**2) / 0.8) / look.distance**0.7
        lit = np.clip(0.5 + 0.6 * (picture - 0.5), 0, 1) * flash
        strength = 0.035
    else:
        dapple = cv2.GaussianBlur(generator.normal(size=picture.shape).astype(np.float32), (0, 0), 45)
        lit = picture * (0.85 + 0.18 * dapple / dapple.std()) + generator.normal(0, 0.05)
        strength = 0.012
    if look.blur > 0.3:
        lit = cv2.GaussianBlur(lit, (0, 0), sigmaX=look.blur, sigmaY=max(look.blur / 2, 0.3))
    noisy = lit + strength * generator.normal(size=picture.shape)
    return np.asarray(np.clip(noisy * 255 + 0.5, 0, 255).astype(np.uint8))


def _box(whole: NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
    if not len(rows):
        return 0.0, 0.0, 0.0, 0.0
    return (
        float(columns[0]), float(rows[0]), float(columns[-1] - columns[0] + 1), float(rows[-1] - rows[0] + 1)
    )  # fmt: skip
