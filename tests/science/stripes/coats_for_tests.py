"""A small survey of synthetic animals for these tests: drawn once, described with few features."""

from __future__ import annotations

from functools import cache

import numpy as np

from amur.science.stripes import Chip, Features, Gallery, chip_of, features_of
from amur.science.stripes.coats import Kind
from amur.science.stripes.scenes import Animal, Floats, Look, Scene, animal_of, background_of, scene_of

FEATURES = 500
LEFT = Look(left=True)


@cache
def animal(k: int, kind: Kind = "stripes") -> Animal:
    return animal_of(kind, np.random.default_rng([7, k]))


@cache
def background(k: int) -> Floats:
    return background_of(np.random.default_rng([8, k]))


@cache
def scene(k: int, look: Look = LEFT, station: int = 0, seed: int = 1) -> Scene:
    return scene_of(animal(k), look, background(station), np.random.default_rng(seed))


def chip(k: int, look: Look = LEFT, station: int = 0, seed: int = 1, *, masked: bool = True) -> Chip:
    drawn = scene(k, look, station, seed)
    side = "left" if look.left else "right"
    return chip_of(drawn.picture, drawn.box, side=side, mask=drawn.mask if masked else None)


@cache
def features(k: int, look: Look = LEFT, station: int = 0, seed: int = 1) -> Features:
    return features_of(chip(k, look, station, seed), FEATURES)


ANIMALS = 4


def gallery() -> Gallery:
    """Both flanks of four animals, in one encounter each; every animal has a station of its own."""
    found = Gallery()
    for k in range(ANIMALS):
        for left in (True, False):
            side = "L" if left else "R"
            found.add(
                features(k, Look(left), 10 + k, 10 + k),
                picture=f"{k}{side}",
                encounter=f"e{k}{side}",
                animal=f"T{k}",
                station=f"s{k}",
            )
    return found
