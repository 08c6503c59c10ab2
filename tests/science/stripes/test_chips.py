"""Chips are cut where the animal is, tell their quality, and refuse what cannot be used."""

import numpy as np
import pytest
from coats_for_tests import chip, scene
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.science.stripes import Features, UnusablePicture, chip_of, features_of, side_of
from amur.science.stripes.features import SCALE, root_sift
from amur.science.stripes.scenes import Look


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 200), st.floats(0, 100), st.floats(20, 90), st.floats(20, 90), st.floats(-40, 40))
def test_chip_pixels_lead_back_into_the_box(
    left: float, top: float, wide: float, high: float, turn: float
) -> None:
    cut = chip_of(np.zeros((200, 300), np.uint8), (left, top, wide, high), orientation=turn)
    height, width = cut.pixels.shape
    middle = cut.to_picture @ [width / 2, height / 2, 1]
    assert middle == pytest.approx([left + wide / 2, top + high / 2])
    assert width * height <= 760**2


def test_places_in_the_picture_are_where_the_picture_shows_them() -> None:
    drawn = scene(0)
    seen = features_of(chip(0), 200)
    left, top, wide, high = drawn.box
    expected = seen.points * [wide, high] + [left, top]
    assert np.abs(seen.picture_points - expected).max() < 1.5
    columns, rows = seen.picture_points.astype(int).T
    near = np.array(
        [
            drawn.mask[max(r - 15, 0) : r + 15, max(c - 15, 0) : c + 15].any()
            for r, c in zip(rows, columns, strict=True)
        ]
    )
    assert near.all()


def test_features_are_upright_unique_and_of_one_length() -> None:
    seen = features_of(chip(0), 400)
    assert len(seen) == 400
    assert len(np.unique(np.column_stack([seen.points, seen.sizes]), axis=0)) == 400
    lengths = np.linalg.norm(seen.descriptors.astype(float), axis=1)
    assert np.abs(lengths / SCALE - 1).max() < 0.02


def test_root_sift_compares_as_hellinger_kernel() -> None:
    drawn = np.random.default_rng(1).gamma(1, 30, (2, 128)).astype(np.float32)
    one, other = root_sift(drawn).astype(float) / SCALE
    parts = drawn / drawn.sum(axis=1, keepdims=True)
    assert one @ other == pytest.approx(np.sqrt(parts[0] * parts[1]).sum(), abs=0.01)


def test_features_survive_as_bytes() -> None:
    seen = features_of(chip(0), 50)
    again = Features.from_bytes(seen.to_bytes())
    assert (again.descriptors == seen.descriptors).all() and (again.points == seen.points).all()
    assert (again.quality, again.side, again.chip_shape) == (seen.quality, seen.side, seen.chip_shape)
    for broken in (b"", b"PK", seen.to_bytes()[:500]):
        with pytest.raises(ValueError):
            Features.from_bytes(broken)


def test_quality_falls_with_what_makes_pictures_poor() -> None:
    best = chip(0).quality
    assert chip(0, Look(True, blur=3)).quality.sharpness < best.sharpness
    assert chip(0, Look(True, distance=2.4)).quality.size < best.size
    assert chip(0, Look(True, grass=0.9)).quality.coverage < best.coverage
    burnt = scene(0).picture.copy()
    burnt[:, :900] = 255
    assert chip_of(burnt).quality.exposure < 0.5
    for quality in (best, chip_of(burnt).quality):
        assert all(
            0 <= part <= 1 for part in (quality.sharpness, quality.size, quality.exposure, quality.overall)
        )


def test_colour_and_grey_pictures_give_the_same_chip() -> None:
    grey = scene(0).picture
    colour = np.repeat(grey[:, :, None], 3, axis=2)
    assert (chip_of(colour, scene(0).box).pixels == chip_of(grey, scene(0).box).pixels).all()


@pytest.mark.parametrize(
    ("picture", "box", "words"),
    [
        (np.zeros((50, 50), np.uint8), (60, 60, 20, 20), "are in the picture"),
        (np.zeros((50, 50), np.uint8), (10, 10, 0, 20), "has no area"),
        (np.zeros((50, 50), np.uint8), (10, 10, float("nan"), 20), "has no area"),
        (np.zeros((4, 4), np.uint8), None, "less than 8 pixels"),
        (np.zeros((0, 4), np.uint8), None, "a picture is uint8"),
        (np.zeros((50, 50)), None, "a picture is uint8"),
        (np.zeros((50, 50, 4), np.uint8), None, "3 channels"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(picture: np.ndarray, box: object, words: str) -> None:
    with pytest.raises(UnusablePicture, match=words):
        chip_of(picture, box)


def test_a_mask_belongs_to_its_picture() -> None:
    with pytest.raises(UnusablePicture, match="make them equal"):
        chip_of(np.zeros((50, 50), np.uint8), mask=np.ones((5, 5), bool))
    hidden = chip_of(np.zeros((50, 50), np.uint8), mask=np.zeros((50, 50), bool))
    assert hidden.quality.overall == 0 and len(features_of(hidden)) == 0


def test_sides_have_three_names() -> None:
    with pytest.raises(ValueError, match="is no side"):
        side_of("front")
