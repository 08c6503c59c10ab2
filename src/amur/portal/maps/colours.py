"""Colours of maps of values, computed: ramps that every colour vision can read.

Both ramps are even steps through OKLab (Björn Ottosson, 2020), a space in which equal distances look equally
large. Lightness alone tells the classes of the first one apart, so they can be told apart in grey as well.
"""

import math
from typing import Final

CLASSES: Final = 10
Rgb = tuple[int, int, int]


def sequential(count: int = CLASSES) -> list[Rgb]:
    """From dark violet through green to light yellow: little to much.

    >>> len(sequential()), sequential()[0] != sequential()[-1]
    (10, True)
    """
    return [_rgb(0.28 + 0.66 * at, 0.09 + 0.07 * at, 300.0 - 195.0 * at) for at in _steps(count)]


def diverging(count: int) -> list[Rgb]:
    """From blue through almost white to orange: less, as before, more. `count` is odd.

    >>> diverging(5)[2]
    (244, 244, 244)
    """
    half = count // 2
    down = [_rgb(0.45 + 0.45 * at, 0.14 * (1 - at) + 0.015, 255.0) for at in _steps(half)]
    up = [_rgb(0.90 - 0.42 * at, 0.03 + 0.11 * at, 55.0) for at in _steps(half)]
    return [*down, (244, 244, 244), *up]


def hexadecimal(colour: Rgb) -> str:
    """A colour as style documents write it.

    >>> hexadecimal((0, 128, 255))
    '#0080ff'
    """
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Rgb) -> float:
    """The relative luminance of sRGB (WCAG 2.2), 0 to 1."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _steps(count: int) -> list[float]:
    return [at / (count - 1) for at in range(count)] if count > 1 else [0.0]


def _rgb(lightness: float, chroma: float, hue: float) -> Rgb:
    """A colour of OKLCh (0 to 1, 0 to 0.4, degrees), cut to what sRGB holds."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return _byte(red), _byte(green), _byte(blue)


def _byte(linear: float) -> int:
    value = min(max(linear, 0.0), 1.0)
    curved = 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(255 * curved)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
