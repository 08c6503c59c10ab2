"""Pictures of the demonstration, drawn by numbers: ridges, forest, water and light. Called by the loader.

They are illustrations and look like it. The same seed draws the same picture; nothing is downloaded, and no
picture lies in the repository.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

WIDTH: Final = 1600
HEIGHT: Final = 1000

Colour = tuple[int, int, int]
Line = NDArray[np.float64]


def draw(key: str) -> Image.Image:
    """The picture of a key such as `demo-taiga`. Raises KeyError for another one."""
    return PICTURES[key](np.random.default_rng(sum(key.encode()) * 7919))


def sky(*stops: tuple[float, Colour]) -> Image.Image:
    """A vertical run of colours, each at its height from 0 (top) to 1."""
    at = np.linspace(0, 1, HEIGHT)
    places = [place for place, _colour in stops]
    bands = [np.interp(at, places, [colour[band] for _place, colour in stops]) for band in range(3)]
    column = np.stack(bands, axis=1)
    grain = np.random.default_rng(1).normal(0, 1.1, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(column[:, None, :] + grain, 0, 255).astype(np.uint8))


def ridge(rng: np.random.Generator, level: float, height: float, rough: float = 0.5) -> Line:
    """The upper edge of a range of hills in pixels: noise of falling wavelength around a level."""
    across = np.linspace(0, 1, WIDTH)
    line = np.zeros(WIDTH)
    for octave in range(1, 9):
        knots = 2**octave + 2
        line += np.interp(across, np.linspace(0, 1, knots), rng.normal(0, 1, knots)) * rough**octave
    line /= np.abs(line).max()
    return (level - line * height) * HEIGHT


def fill(picture: Image.Image, line: Line, colour: Colour, until: float = 1.0) -> None:
    """Everything below a line in one colour."""
    edge = [(float(x), float(y)) for x, y in enumerate(line)]
    bottom = until * HEIGHT
    ImageDraw.Draw(picture).polygon([(0, bottom), *edge, (WIDTH, bottom)], fill=colour)


def between(one: Colour, other: Colour, share: float) -> Colour:
    """A colour on the way from one to the other.

    >>> between((0, 0, 0), (100, 50, 10), 0.5)
    (50, 25, 5)
    """
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def glow(picture: Image.Image, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
    """A soft light around a point; all lengths are shares of the width or height."""
    across = (np.arange(WIDTH) / WIDTH - x)[None, :] * WIDTH / HEIGHT
    down = (np.arange(HEIGHT) / HEIGHT - y)[:, None]
    light = strength * np.exp(-(across**2 + down**2) / (2 * radius**2))
    mask = Image.fromarray((np.clip(light, 0, 1) * 255).astype(np.uint8))
    picture.paste(Image.new("RGB", picture.size, colour), mask=mask)


def disc(picture: Image.Image, x: float, y: float, radius: float, colour: Colour) -> None:
    """The sun or the moon."""
    cx, cy, r = x * WIDTH, y * HEIGHT, radius * HEIGHT
    ImageDraw.Draw(picture).ellipse((cx - r, cy - r, cx + r, cy + r), fill=colour)


def conifer(pen: ImageDraw.ImageDraw, x: float, base: float, height: float, colour: Colour) -> None:
    """A spruce of tiers, standing on `base`, all in pixels."""
    for tier in range(6):
        top = base - height * (1 - tier * 0.14)
        low = base - height * (0.72 - tier * 0.14)
        half = height * (0.055 + 0.032 * tier)
        pen.polygon([(x, top), (x - half, low), (x + half, low)], fill=colour)
    pen.rectangle((x - height * 0.015, base - height * 0.1, x + height * 0.015, base), fill=colour)


def forest(
    picture: Image.Image, rng: np.random.Generator, line: Line, count: int, height: float, colour: Colour
) -> None:
    """Spruces along a line."""
    pen = ImageDraw.Draw(picture)
    for x in np.sort(rng.uniform(-20, WIDTH + 20, count)):
        base = line[int(np.clip(x, 0, WIDTH - 1))] + 6
        conifer(pen, float(x), float(base), float(height * rng.uniform(0.55, 1.25)), colour)


def haze(picture: Image.Image, level: float, depth: float, colour: Colour, strength: float) -> None:
    """A band of mist around a height."""
    down = np.arange(HEIGHT) / HEIGHT
    band = strength * np.exp(-(((down - level) / depth) ** 2))
    mask = Image.fromarray(np.repeat((band * 255).astype(np.uint8)[:, None], WIDTH, axis=1))
    picture.paste(Image.new("RGB", picture.size, colour), mask=mask)


def mirrored(picture: Image.Image, shore: float, rng: np.random.Generator, tint: Colour) -> None:
    """Still water below the shore that gives back what stands above it."""
    top = round(shore * HEIGHT)
    depth = HEIGHT - top
    above = np.asarray(picture)[max(0, top - depth) : top][::-1].astype(np.float64)
    above = np.concatenate([above, np.repeat(above[-1:], depth - len(above), axis=0)])
    rows = np.arange(depth)
    shift = (np.sin(rows / 5.0 + rng.uniform(0, 6)) * (1 + rows / 40) * 1.6).astype(int)
    water = np.stack([np.roll(above[row], shift[row], axis=0) for row in rows])
    share = np.linspace(0.25, 0.6, depth)[:, None, None]
    water = water * (1 - share) + np.asarray(tint, dtype=np.float64) * share
    smooth = Image.fromarray(np.clip(water, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.6))
    picture.paste(smooth, (0, top))


def reeds(picture: Image.Image, rng: np.random.Generator, base: float, count: int, colour: Colour) -> None:
    """Stalks of reed and sedge that stand at the lower edge."""
    pen = ImageDraw.Draw(picture)
    for _ in range(count):
        x = rng.uniform(0, WIDTH)
        height = rng.uniform(40, 190) * (0.55 + 0.45 * abs(2 * x / WIDTH - 1))
        lean = rng.normal(0, 26)
        foot = base * HEIGHT + rng.uniform(0, 70)
        points = [(x + lean * share**2, foot - height * share) for share in (0, 0.35, 0.7, 1)]
        pen.line(points, fill=colour, width=3)
        if rng.random() < 0.3:
            tip = points[-1]
            pen.ellipse((tip[0] - 4, tip[1] - 18, tip[0] + 4, tip[1] + 14), fill=colour)


def cranes(
    picture: Image.Image, rng: np.random.Generator, x: float, y: float, count: int, colour: Colour
) -> None:
    """A skein of birds, each two strokes."""
    pen = ImageDraw.Draw(picture)
    for number in range(count):
        side = -1 if number % 2 else 1
        step = (number + 1) // 2
        cx = x * WIDTH + step * 46 + rng.normal(0, 4)
        cy = y * HEIGHT + side * step * 19 + rng.normal(0, 4)
        span = 25 - step
        wings = [(cx - span, cy - 8), (cx - span / 3, cy), (cx, cy + 3), (cx + span / 3, cy - 1)]
        pen.line([*wings, (cx + span, cy - 10)],
                 fill=colour, width=3, joint="curve")  # fmt: skip


def taiga(rng: np.random.Generator) -> Image.Image:
    """Forested ridges behind each other, at first light."""
    picture = sky((0, (44, 62, 92)), (0.35, (143, 140, 160)), (0.62, (245, 196, 150)), (1, (250, 214, 170)))
    glow(picture, 0.68, 0.47, 0.22, (255, 232, 190), 0.85)
    disc(picture, 0.68, 0.47, 0.036, (255, 246, 224))
    for step in range(5):
        line = ridge(rng, 0.46 + 0.09 * step, 0.1 - 0.01 * step)
        colour = between((160, 148, 162), (18, 44, 46), (step + 0.6) / 5)
        fill(picture, line, colour)
        if step >= 2:
            forest(picture, rng, line, 150 - 20 * step, 34 + 34 * (step - 2), colour)
        haze(picture, 0.56 + 0.09 * step, 0.05, (250, 222, 190), 0.26 - 0.04 * step)
    front = ridge(rng, 0.97, 0.04)
    fill(picture, front, (10, 27, 30))
    forest(picture, rng, front, 34, 235, (10, 27, 30))
    return picture


def wetland(rng: np.random.Generator) -> Image.Image:
    """Still water at dusk, reeds, birds."""
    picture = sky((0, (38, 46, 84)), (0.3, (118, 88, 122)), (0.5, (232, 142, 110)), (0.62, (250, 196, 128)))
    glow(picture, 0.3, 0.56, 0.2, (255, 220, 160), 0.8)
    disc(picture, 0.3, 0.555, 0.042, (255, 240, 205))
    fill(picture, ridge(rng, 0.58, 0.035), (134, 92, 110))
    fill(picture, ridge(rng, 0.605, 0.02), (88, 66, 88))
    mirrored(picture, 0.615, rng, (70, 56, 92))
    cranes(picture, rng, 0.58, 0.26, 11, (46, 40, 66))
    for number in range(5):
        x, y = rng.uniform(0, 1), 0.66 + number * 0.05
        pen = ImageDraw.Draw(picture)
        half = rng.uniform(0.06, 0.16) * WIDTH
        pen.ellipse((x * WIDTH - half, y * HEIGHT - 5, x * WIDTH + half, y * HEIGHT + 7), fill=(58, 50, 70))
    reeds(picture, rng, 0.98, 340, (26, 26, 42))
    return picture


def river(rng: np.random.Generator) -> Image.Image:
    """A river that winds from the hills towards the one who looks."""
    picture = sky((0, (92, 148, 178)), (0.42, (206, 222, 214)), (0.5, (240, 232, 206)), (1, (240, 232, 206)))
    for step in range(4):
        line = ridge(rng, 0.4 + 0.045 * step, 0.11 - 0.02 * step)
        fill(picture, line, between((150, 176, 184), (64, 110, 98), step / 3))
    fill(picture, ridge(rng, 0.565, 0.012), (112, 146, 92))
    down = np.linspace(0, 1, 240)
    middle = 0.52 + 0.24 * np.sin(down * 5.6 + 0.5) * (0.2 + 0.8 * down)
    half = 0.006 + 0.2 * down**2.1
    rows = 0.57 + 0.43 * down**1.25
    pen = ImageDraw.Draw(picture)
    for widening, colour in ((1.32, (214, 202, 160)), (1.0, (116, 170, 186)), (0.55, (158, 202, 208))):
        left, right = ((middle + side * half * widening) * WIDTH for side in (-1, 1))
        down_and_up = zip([*left, *right[::-1]], [*rows * HEIGHT, *rows[::-1] * HEIGHT], strict=True)
        pen.polygon([(float(x), float(y)) for x, y in down_and_up], fill=colour)
    for step, (level, size) in enumerate(((0.59, 24), (0.66, 50), (0.78, 100))):
        x = np.sort(rng.uniform(0, WIDTH, 110 - 24 * step))
        at = np.interp(level, rows, middle) * WIDTH
        clear = np.interp(level, rows, half) * WIDTH * 1.5 + size
        for one in x:
            if abs(one - at) > clear:
                foot = level * HEIGHT + rng.uniform(-12, 26 + 14 * step)
                colour = between((70, 116, 88), (34, 76, 62), rng.random())
                conifer(pen, float(one), float(foot), float(size * rng.uniform(0.6, 1.2)), colour)
    return picture


def steppe(rng: np.random.Generator) -> Image.Image:
    """Grassland under a large sky, with a herd of gazelles far away."""
    picture = sky((0, (70, 130, 176)), (0.45, (188, 214, 220)), (0.66, (246, 236, 206)), (1, (246, 236, 206)))
    clouds = Image.new("L", picture.size, 0)
    pen = ImageDraw.Draw(clouds)
    for _ in range(12):
        x, y, size = rng.uniform(0, WIDTH), rng.uniform(0.06, 0.42) * HEIGHT, rng.uniform(40, 120)
        for _puff in range(9):
            dx, r = rng.normal(0, size * 1.2), size * rng.uniform(0.25, 0.6)
            pen.ellipse((x + dx - r * 1.5, y - r * 0.55, x + dx + r * 1.5, y + r * 0.4), fill=170)
    picture.paste(
        Image.new("RGB", picture.size, (255, 252, 244)), mask=clouds.filter(ImageFilter.GaussianBlur(9))
    )
    for step in range(5):
        line = ridge(rng, 0.62 + 0.075 * step, 0.035 + 0.006 * step, rough=0.38)
        fill(picture, line, between((196, 190, 140), (150, 128, 58), step / 4))
        if step == 1:
            _herd(picture, rng, line)
    reeds(picture, rng, 1.0, 520, (120, 98, 44))
    reeds(picture, rng, 1.02, 260, (176, 150, 78))
    return picture


def _herd(picture: Image.Image, rng: np.random.Generator, line: Line) -> None:
    pen = ImageDraw.Draw(picture)
    for x in rng.uniform(0.3, 0.74, 26) * WIDTH:
        y = float(line[int(x)]) + rng.uniform(10, 46)
        size = rng.uniform(9, 14)
        pen.ellipse((x - size, y - size * 0.5, x + size, y + size * 0.45), fill=(126, 84, 50))
        neck = [(x + size * 0.6, y - size * 0.3), (x + size * 1.25, y - size * 1.1)]
        pen.polygon([*neck, (x + size * 1.5, y - size * 0.8)],
                    fill=(126, 84, 50))  # fmt: skip
        for leg in (-0.6, -0.35, 0.35, 0.6):
            pen.line([(x + leg * size, y), (x + leg * size, y + size * 1.15)], fill=(108, 72, 44), width=2)


def forum(rng: np.random.Generator) -> Image.Image:
    """A hall seen from behind: rows of listeners, and a screen on which three rivers join."""
    picture = sky((0, (30, 42, 58)), (0.6, (52, 70, 88)), (1, (24, 32, 44)))
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = 330, 120, 1270, 560
    glow(picture, 0.5, 0.34, 0.42, (150, 186, 196), 0.45)
    pen.rectangle((left - 8, top - 8, right + 8, bottom + 8), fill=(16, 24, 34))
    pen.rectangle((left, top, right, bottom), fill=(232, 238, 226))
    for start, colour in (
        ((360, 180), (62, 120, 150)),
        ((390, 520), (196, 118, 62)),
        ((560, 150), (90, 138, 92)),
    ):
        share = np.linspace(0, 1, 60)
        x = start[0] + (1240 - start[0]) * share
        y = start[1] + (330 - start[1]) * (1 - (1 - share) ** 2) + 16 * np.sin(share * 13 + start[0])
        points = list(zip(x.tolist(), y.tolist(), strict=True))
        for before, after, width in zip(points, points[1:], np.linspace(5, 20, 59), strict=False):
            pen.line([before, after], fill=colour, width=int(width))
    for row in range(6):
        y, size = 640 + row * 66, 25 + row * 9
        shade = between((60, 76, 96), (12, 18, 28), row / 5)
        for seat in np.arange(-40 + (row % 2) * size * 1.7, WIDTH + 60, size * 3.4):
            cx, cy = float(seat + rng.normal(0, size * 0.2)), float(y + rng.normal(0, 4))
            pen.ellipse((cx - size * 0.62, cy - size * 0.8, cx + size * 0.62, cy + size * 0.75), fill=shade)
            pen.rounded_rectangle(
                (cx - size * 1.3, cy + size * 0.8, cx + size * 1.3, cy + size * 5), size, fill=shade
            )
    return picture


def camera_trap(rng: np.random.Generator) -> Image.Image:
    """A night picture of a forest path: the shape of a big cat between the trunks."""
    picture = sky((0, (8, 14, 16)), (0.55, (24, 36, 36)), (1, (52, 64, 58)))
    glow(picture, 0.5, 0.72, 0.34, (150, 168, 150), 0.75)
    pen = ImageDraw.Draw(picture)
    for depth in range(3):
        for x in rng.uniform(0, WIDTH, 16 - 4 * depth):
            width = rng.uniform(8, 18) * (1 + depth)
            shade = between((62, 78, 72), (10, 16, 16), depth / 2)
            lean = rng.normal(0, 24)
            foot = (0.72 + 0.09 * depth) * HEIGHT
            if depth < 2 or not 0.24 < x / WIDTH < 0.78:
                pen.polygon(
                    [(x, foot), (x + lean, 0), (x + lean + width, 0), (x + width * 1.3, foot)], fill=shade
                )
    fill(picture, ridge(rng, 0.8, 0.02), (70, 82, 70))
    _cat(picture, 560, 770, 1.25)
    reeds(picture, rng, 1.02, 420, (22, 30, 26))
    noise = np.random.default_rng(5).normal(0, 5, (HEIGHT, WIDTH, 1))
    across = np.hypot(*np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT)))[:, :, None]
    grey = np.asarray(picture).astype(np.float64).mean(axis=2, keepdims=True) * np.array([0.95, 1.03, 0.98])
    picture = Image.fromarray(np.clip(grey * (1.08 - 0.4 * across**2) + noise, 0, 255).astype(np.uint8))
    ImageDraw.Draw(picture).rectangle((0, HEIGHT - 46, WIDTH, HEIGHT), fill=(6, 8, 8))
    return picture


# The outline of a walking cat from the side, its head to the right; the ground is at 0, upwards is negative.
_OUTLINE: Final = (
    (446, -128), (450, -142), (438, -156), (424, -168), (418, -184), (406, -190), (400, -178), (382, -180),
    (362, -170), (330, -160), (280, -152), (220, -146), (160, -152), (110, -158), (76, -148), (52, -120),
    (28, -84), (-4, -56), (-44, -44), (-84, -52), (-108, -72), (-120, -66), (-92, -36), (-46, -26), (4, -38),
    (40, -66), (52, -84), (44, -60), (22, -40), (10, -12), (4, 0), (30, 2), (40, -10), (58, -36), (88, -54),
    (102, -64), (112, -40), (126, -22), (130, 0), (156, 2), (156, -12), (148, -32), (150, -62), (180, -70),
    (240, -66), (284, -70), (282, -40), (270, -14), (264, 0), (290, 2), (300, -16), (314, -44), (322, -72),
    (346, -66), (362, -36), (370, -12), (376, 0), (402, 2), (400, -12), (388, -40), (384, -76), (392, -98),
    (408, -108), (428, -110), (440, -116),
)  # fmt: skip


def smooth(points: Sequence[tuple[float, float]], steps: int = 10) -> list[tuple[float, float]]:
    """A closed curve through points (Catmull and Rom, 1974)."""
    given = np.asarray(points)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    a, b, c, d = given, np.roll(given, -1, 0), np.roll(given, -2, 0), np.roll(given, -3, 0)
    curve = [
        0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)
        for p, q, r, s in zip(a, b, c, d, strict=True)
    ]
    return [(float(x), float(y)) for x, y in np.concatenate(curve)]


def _cat(picture: Image.Image, x: float, y: float, scale: float) -> None:
    """A walking tiger from the side, its feet on `y`, in pixels."""
    fur, dark = (178, 186, 170), (40, 48, 44)

    def at(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x + px * scale, y + py * scale) for px, py in points]

    shape = Image.new("L", picture.size, 0)
    ImageDraw.Draw(shape).polygon(at(smooth(_OUTLINE)), fill=255)
    coat = Image.new("RGB", picture.size, fur)
    pen = ImageDraw.Draw(coat)
    for number in range(16):
        px = 58 + number * 20
        for start, end in (((-172), (-106 - 12 * (number % 3))), ((-52), (-84 + 8 * (number % 2)))):
            bend = -9
            pen.line(
                at([(px, start), (px + bend, (start + end) / 2), (px + bend * 0.4, end)]),
                fill=dark, width=round(6 * scale), joint="curve",
            )  # fmt: skip
    for px in range(-112, 40, 22):
        pen.line(at([(px, -90), (px + 8, -10)]), fill=dark, width=round(7 * scale))
    for px in (384, 394, 404):
        pen.line(at([(px, -182), (px + 4, -166)]), fill=dark, width=round(4 * scale))
    picture.paste(coat, mask=shape.filter(ImageFilter.GaussianBlur(1.2)))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((*at([(416, -158)])[0], *at([(425, -149)])[0]), fill=(240, 252, 230))


PICTURES: Final[dict[str, Callable[[np.random.Generator], Image.Image]]] = {
    "demo-taiga": taiga,
    "demo-wetland": wetland,
    "demo-river": river,
    "demo-steppe": steppe,
    "demo-forum": forum,
    "demo-camera-trap": camera_trap,
}
