"""The detector without weights: what it promises on scenes whose truth is known."""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from amur.science.detection import (
    Finding,
    Frame,
    background_of,
    choices,
    closest,
    find,
    overlap,
    prepare,
    threshold_for,
)
from amur.science.detection.scenes import Shot, station_shots

SIZE = (120, 160)


@cache
def looked_through(seed: int) -> tuple[list[Shot], list[Finding]]:
    """All shots of a station and what is found on each, against the first frames of other sequences."""
    shots = station_shots(np.random.default_rng(seed), sequences=24)
    frames = [prepare(shot.picture) for shot in shots]
    found = []
    for number, frame in enumerate(frames):
        mine = shots[number].sequence
        others = [frames[k] for k in range(0, len(frames), 3) if shots[k].sequence != mine]
        mates = [one for k, one in enumerate(frames) if shots[k].sequence == mine and k != number]
        background = background_of([others[k] for k in closest(frame, others)])
        found.append(find(frame, background, mates))
    return shots, found


def plain(tone: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """A grey surface with the same gravel each time."""
    grain = np.random.default_rng(1).integers(-60, 61, (*size, 1))
    return np.clip(tone + np.repeat(grain, 3, axis=2), 0, 255).astype(np.uint8)


def with_patch(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    changed = picture.copy()
    changed[50:80, 60:110] = 255 - changed[50:80, 60:110] // 3
    return changed


def test_most_animals_are_found_with_few_blank_pictures_among_them() -> None:
    shots, found = looked_through(7)
    something = [shot.box is not None for shot in shots]
    table = choices([one.score for one in found], something)
    assert max(one.recall for one in table if one.false_alarms <= 0.1) >= 0.7


def test_the_box_lies_on_the_animal_where_one_is_found() -> None:
    shots, found = looked_through(7)
    hits = [
        overlap(one.box, shot.box)
        for shot, one in zip(shots, found, strict=True)
        if shot.box is not None and one.box is not None and one.score > 0.3
    ]
    assert len(hits) >= 10
    assert np.mean(hits) >= 0.5


def test_boxes_lie_inside_the_picture() -> None:
    for one in looked_through(7)[1]:
        if one.box is not None:
            left, top, width, height = one.box
            assert left >= 0 <= top
            assert width > 0 < height
            assert max(left + width, top + height) <= 1 + 1e-9


def test_a_brighter_picture_of_the_same_station_is_no_animal() -> None:
    background = background_of([prepare(plain(90))] * 5)
    darker = (plain(90) * 0.7).astype(np.uint8)
    assert find(prepare(darker), background).score == 0


def test_something_new_scores_and_gets_its_box() -> None:
    background = background_of([prepare(plain(90))] * 5)
    found = find(prepare(with_patch(plain(90))), background)
    assert found.basis == "station"
    assert found.score > 0.5
    assert found.box is not None
    assert overlap(found.box, (60 / 160, 50 / 120, 50 / 160, 30 / 120)) > 0.4


def test_movement_in_a_sequence_is_found_without_a_background() -> None:
    still = prepare(plain(90))
    found = find(prepare(with_patch(plain(90))), None, [still, still, still])
    assert found.basis == "sequence"
    assert found.score > 0.5


def test_leaves_that_always_move_count_less_than_the_same_change_where_nothing_does() -> None:
    calm = [prepare(plain(90))] * 9
    restless = [prepare(with_patch(plain(90)) if k % 2 else plain(90)) for k in range(9)]
    changed = prepare(with_patch(plain(90)))
    in_calm, in_leaves = find(changed, background_of(calm)), find(changed, background_of(restless))
    assert in_leaves.score < 0.5 * in_calm.score


def test_without_anything_to_compare_with_there_is_no_score() -> None:
    found = find(prepare(plain(90)), None, [prepare(plain(90))])
    assert math.isnan(found.score)
    assert found.box is None
    assert found.basis == "none"


def test_two_frames_make_no_background() -> None:
    assert background_of([prepare(plain(90))] * 2) is None


def test_day_and_night_are_never_compared() -> None:
    colourful = plain(90)
    colourful[..., 2] //= 3
    day, night = prepare(colourful), prepare(plain(90))
    assert (day.night, night.night) == (False, True)
    assert closest(day, [night, day]) == [1]
    assert find(day, background_of([night] * 3)).basis == "none"


def test_frames_of_another_size_are_left_out() -> None:
    small, large = prepare(plain(90)), prepare(plain(90, (160, 160)))
    assert closest(small, [large, small]) == [1]
    assert find(small, background_of([large] * 3)).basis == "none"


def test_frames_in_like_light_come_first() -> None:
    frames = [prepare(plain(tone)) for tone in (200, 95, 30, 120)]
    assert closest(prepare(plain(90)), frames) == [1, 3, 2, 0]


@pytest.mark.parametrize("wrong", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)])
def test_what_is_no_picture_is_refused(wrong: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="expected RGB bytes"):
        prepare(wrong)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=60))
def test_a_higher_threshold_never_finds_more_and_never_alarms_more(pairs: list[tuple[float, bool]]) -> None:
    scores, truth = zip(*pairs, strict=True)
    if len(set(truth)) < 2:
        with pytest.raises(ValueError, match="pictures with something and blank ones"):
            choices(scores, truth)
        return
    table = choices(scores, truth)
    for one, next_one in itertools.pairwise(table):
        assert next_one.recall <= one.recall
        assert next_one.false_alarms <= one.false_alarms
        assert next_one.looked_at <= one.looked_at


def test_a_picture_without_a_score_is_always_looked_at() -> None:
    table = choices([0.2, float("nan"), 0.9], [False, True, True])
    assert table[-1].recall == 1.0
    assert table[-1].looked_at == pytest.approx(2 / 3)


def test_the_threshold_of_a_wanted_recall_is_the_highest_that_has_it() -> None:
    table = choices([0.1, 0.5, 0.6, 0.9], [False, True, False, True])
    assert threshold_for(table, 1.0).threshold == 0.5
    assert threshold_for(table, 0.5).threshold == 0.9


boxes = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1), st.floats(0.01, 1))


@given(boxes, boxes)
def test_overlap_is_symmetric_and_a_share(one: tuple[float, ...], other: tuple[float, ...]) -> None:
    assert overlap(one, other) == pytest.approx(overlap(other, one))
    assert 0 <= overlap(one, other) <= 1 + 1e-9
    assert overlap(one, one) == pytest.approx(1)


def test_scenes_are_the_same_for_the_same_seed() -> None:
    one, other = (station_shots(np.random.default_rng(3), sequences=2, size=SIZE) for _ in range(2))
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(one, other, strict=True))
    frames: list[Frame] = [prepare(shot.picture) for shot in one]
    assert len(frames) == 6
