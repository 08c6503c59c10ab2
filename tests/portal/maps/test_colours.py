"""The ramps can be read with every colour vision: lightness orders the first, hue and lightness the second."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from amur.portal.maps import colours

# Machado, Oliveira and Fernandes (2009): full protanopia, deuteranopia and tritanopia, on linear sRGB.
VISIONS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def seen(colour: colours.Rgb, vision: str) -> np.ndarray:
    """A colour as Lab values of how somebody with that vision sees it."""
    value = np.array(colour) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(VISIONS[vision]) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    f = np.cbrt(xyz / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_lightness_grows_with_every_class() -> None:
    light = [colours.luminance(one) for one in colours.sequential()]
    assert all(after > before + 0.005 for before, after in pairwise(light))
    assert light[0] < 0.05 and light[-1] > 0.7


@pytest.mark.parametrize("vision", VISIONS)
def test_neighbouring_classes_differ_for_every_colour_vision(vision: str) -> None:
    """A difference of 2.3 is just noticeable (Mahy et al. 1994); we ask for twice as much."""
    for ramp in (colours.sequential(), colours.diverging(9)):
        for one, other in pairwise(ramp):
            assert np.linalg.norm(seen(one, vision) - seen(other, vision)) > 4.6, (one, other)


@pytest.mark.parametrize("vision", VISIONS)
def test_less_and_more_never_look_alike(vision: str) -> None:
    ramp = colours.diverging(9)
    for step in range(1, 5):
        less, more = ramp[4 - step], ramp[4 + step]
        assert np.linalg.norm(seen(less, vision) - seen(more, vision)) > 10, step
