"""Places and descriptors are those of OpenCV's SIFT, held upright; flat and tiny pictures have none."""

import cv2
import numpy as np
import pytest
from coats_for_tests import chip
from scipy.spatial import cKDTree

from amur.science.stripes.features import CONTRAST, root_sift
from amur.science.stripes.sift import Spots, descriptors_of, pyramid_of, spots_of


def _spots(pixels: np.ndarray) -> Spots:
    return spots_of(pyramid_of(pixels), CONTRAST)


def test_places_and_descriptors_are_those_of_opencv() -> None:
    pixels = chip(0).pixels
    pyramid = pyramid_of(pixels)
    mine = spots_of(pyramid, CONTRAST)
    finder = cv2.SIFT.create(nfeatures=0, contrastThreshold=CONTRAST)
    theirs = finder.detect(pixels)
    for each in theirs:
        each.angle = 0.0
    theirs, described = finder.compute(pixels, theirs)
    # OpenCV halves the places of the doubled picture without the quarter of a pixel between their middles.
    places = np.array([(*each.pt, each.size) for each in theirs]) - [0.25, 0.25, 0]
    away, nearest = cKDTree(np.column_stack([mine.points, mine.sizes])).query(places)
    assert np.mean(away < 0.02) > 0.99
    assert len(mine) == pytest.approx(len(np.unique(places, axis=0)), rel=0.02)
    one = root_sift(descriptors_of(pyramid, mine))[nearest].astype(float)
    other = root_sift(described).astype(float)
    alike = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    assert np.quantile(alike[away < 0.02], 0.01) > 0.985


def test_places_move_with_the_picture() -> None:
    pixels = chip(0).pixels
    moved = np.roll(pixels, (32, 48), axis=(0, 1))
    before, after = _spots(pixels), _spots(moved)
    fine = before.sizes < 8
    inside = (
        fine & (before.points[:, 0] < pixels.shape[1] - 100) & (before.points[:, 1] < pixels.shape[0] - 80)
    )
    inside &= (before.points > 50).all(axis=1)
    away, _ = cKDTree(after.points).query(before.points[inside] + [48, 32])
    assert np.mean(away < 0.1) > 0.98


def test_light_that_grows_evenly_changes_no_descriptor() -> None:
    pixels = (chip(0).pixels // 2).astype(np.uint8)
    lighter = (pixels + 100).astype(np.uint8)
    dark, light = pyramid_of(pixels), pyramid_of(lighter)
    spots = spots_of(dark, CONTRAST)
    one, other = (root_sift(descriptors_of(levels, spots)).astype(int) for levels in (dark, light))
    assert np.abs(one - other).max() <= 2


@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (12, 1500), (60, 60)])
def test_flat_pictures_of_any_size_have_no_places(shape: tuple[int, int]) -> None:
    spots = _spots(np.full(shape, 90, np.uint8))
    assert len(spots) == 0 and spots.points.shape == (0, 2)
