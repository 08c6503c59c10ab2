"""Synthetic coats: animals that never lived, for tests, the demonstration and benchmarks.

A coat is a pattern of reaction and diffusion (Turing 1952) in the form of Swift and Hohenberg (1977), solved
with Fourier transforms: stripes, rosettes or spots. Each flank has its own. Such coats test what must not
change an answer (light, blur, pose); how well real animals are told apart they cannot say. `scenes` takes
their pictures.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

Floats: TypeAlias = NDArray[np.float32]
Kind: TypeAlias = Literal["stripes", "rosettes", "spots"]
KINDS: Final[tuple[Kind, ...]] = ("stripes", "rosettes", "spots")

HEIGHT, LENGTH = 192, 384
"""Cells of a coat from back to belly and from neck to rump."""
STEPS: Final = 60
GROWTH, STEP = 0.35, 0.5


def coat_of(kind: Kind, generator: np.random.Generator) -> Floats:
    """The coat of one flank (HEIGHT, LENGTH): how light it is, 0 to 1.

    >>> coat = coat_of("stripes", np.random.default_rng(1))
    >>> coat.shape, bool(coat.min() >= 0), bool(coat.max() <= 1)
    ((192, 384), True, True)
    """
    wave = {"stripes": 22.0, "rosettes": 26.0, "spots": 20.0}[kind]
    pattern = _pattern(kind, wave, generator)
    breaks = _noise(pattern.shape, 14.0, generator)
    if kind == "stripes":
        dark = 1 / (1 + np.exp(6 * (pattern + 0.55 + 0.5 * breaks)))
    elif kind == "rosettes":
        ring = np.exp(-(((cv2.GaussianBlur(pattern, (0, 0), 3.0) - 0.3) / 0.35) ** 2))
        dark = ring * np.clip(0.9 + 0.9 * breaks, 0, 1)
    else:
        dark = 1 / (1 + np.exp(-9 * (pattern - 0.55)))
    shade = np.linspace(0.62, 0.9, HEIGHT)[:, None] + 0.05 * _noise(pattern.shape, 40.0, generator)
    hair = 0.03 * _noise(pattern.shape, 0.8, generator)
    return np.clip(shade * (1 - 0.8 * dark) + hair, 0, 1).astype(np.float32)


def _pattern(kind: Kind, wave: float, generator: np.random.Generator) -> NDArray[np.float64]:
    """The field after `STEPS` steps, of deviation 1; `wave` cells from one mark to the next."""
    rows, columns = 2 * np.pi * fft.fftfreq(HEIGHT), 2 * np.pi * fft.rfftfreq(LENGTH)
    stretch = 1.9 if kind == "stripes" else 1.0  # flanks grow in length: stripes stand across them
    squares = (columns[None, :] ** 2 + (stretch * rows[:, None]) ** 2) * (wave / (2 * np.pi)) ** 2
    linear = GROWTH - (1 - squares) ** 2
    quadratic = 0.2 if kind == "stripes" else 1.2
    field = generator.normal(0, 0.3, (HEIGHT, LENGTH))
    for _ in range(STEPS):
        pushed = fft.rfft2(field + STEP * (quadratic * field**2 - field**3))
        field = fft.irfft2(pushed / (1 - STEP * linear), s=field.shape)
    found: NDArray[np.float64] = (field - field.mean()) / max(float(field.std()), 1e-9)
    return found


def _noise(shape: tuple[int, ...], width: float, generator: np.random.Generator) -> NDArray[np.float64]:
    """Smooth noise of deviation 1."""
    rough = cv2.GaussianBlur(generator.normal(size=shape), (0, 0), width)
    found: NDArray[np.float64] = rough / rough.std()
    return found
