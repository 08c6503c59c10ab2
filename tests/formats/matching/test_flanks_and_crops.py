"""What goes to the other office of a picture: the animal's coat and nothing of its surroundings."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from amur.formats.errors import FormatError
from amur.formats.matching.crops import crop_of, pixels_of
from amur.formats.matching.flanks import LENGTH, MOST, decode, encode, within_ellipse
from amur.science.stripes import Chip, Features, Quality, chip_of, features_of

GENERATOR = np.random.default_rng(3)
PICTURE = cv2.GaussianBlur(GENERATOR.integers(0, 255, (600, 800), np.uint8), (0, 0), 1.5)
MASK = np.zeros((600, 800), bool)
MASK[200:400, 250:550] = True


def chip(mask: np.ndarray | None = None) -> Chip:
    return chip_of(PICTURE, (200, 150, 400, 300), side="left", mask=mask)


def test_every_record_has_the_same_length() -> None:
    full = features_of(chip())
    none = features_of(chip_of(np.full((100, 100), 90, np.uint8)))
    assert {len(encode(full)), len(encode(none))} == {LENGTH}
    assert len(decode(encode(none), "left", 0.0)) == 0


def test_a_record_gives_the_descriptors_back_and_places_to_a_tenth_of_a_pixel() -> None:
    features = features_of(chip(MASK))
    found = decode(encode(features), "left", 0.5)
    assert 0 < len(found) == min(int(within_ellipse(features.points).sum()), MOST)
    rows = {each.tobytes(): k for k, each in enumerate(features.descriptors)}
    there = [rows[each.tobytes()] for each in found.descriptors]
    assert np.abs(found.chip_points - features.chip_points[there]).max() < 0.1
    assert found.chip_shape == features.chip_shape and found.side == "left"


def test_nothing_of_the_picture_around_the_chip_is_told() -> None:
    features = features_of(chip())
    moved = Features(
        features.points, features.sizes, features.picture_points + 100, features.descriptors,
        Quality(0.1, 0.2, 0.3, 0.4), features.side, features.chip_shape, (3000, 4000), 0.3,
    )  # fmt: skip
    assert encode(moved) == encode(features)


def test_the_order_of_the_features_is_not_told() -> None:
    features = features_of(chip(MASK), most=MOST)
    order = np.random.default_rng(1).permutation(len(features))
    shuffled = Features(
        features.points[order], features.sizes[order], features.picture_points[order],
        features.descriptors[order], features.quality, features.side, features.chip_shape,
        features.picture_shape, features.picture_scale,
    )  # fmt: skip
    assert encode(shuffled) == encode(features)


def test_the_corners_of_the_box_stay_at_home() -> None:
    features = features_of(chip())
    assert not within_ellipse(features.points).all()
    assert within_ellipse(decode(encode(features), "left", 0.5).points * 0.999 + 0.0005).all()


@given(st.binary(max_size=50) | st.binary(min_size=LENGTH, max_size=LENGTH))
def test_other_bytes_are_no_record(record: bytes) -> None:
    with pytest.raises(FormatError):
        decode(record, "left", 0.5)


def test_a_crop_holds_pixels_and_nothing_else() -> None:
    png = crop_of(chip(MASK))
    assert pixels_of(png).shape == chip().pixels.shape
    with Image.open(io.BytesIO(png)) as opened:
        assert opened.info == {} and not opened.getexif()


def test_the_background_of_a_crop_is_washed_out() -> None:
    fine = chip(MASK)
    assert fine.mask is not None
    found = pixels_of(crop_of(fine)).astype(float)
    detail = np.abs(cv2.Laplacian(found, cv2.CV_64F))
    outside = ~cv2.dilate(fine.mask.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    assert detail[outside].mean() < 0.1 * detail[fine.mask].mean()


def test_a_crop_with_metadata_is_refused() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "43.1 N, 131.2 E")
    out = io.BytesIO()
    Image.new("L", (40, 30)).save(out, "PNG", pnginfo=told)
    with pytest.raises(FormatError, match="no place in it: crop"):
        pixels_of(out.getvalue())


@pytest.mark.parametrize(("mode", "size"), [("RGB", (40, 30)), ("L", (3000, 10)), ("LA", (10, 10))])
def test_a_crop_of_another_form_is_refused(mode: str, size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    with pytest.raises(FormatError):
        pixels_of(out.getvalue())


@given(st.integers(min_value=0, max_value=100_000), st.integers(min_value=1, max_value=255))
def test_a_bent_crop_never_does_more_than_be_refused(at: int, bend: int) -> None:
    at %= len(PNG)
    try:
        found = pixels_of(PNG[:at] + bytes([PNG[at] ^ bend]) + PNG[at + 1 :])
    except FormatError:
        return
    assert max(found.shape) <= 1500


PNG = crop_of(chip())
