"""A gallery finds animals again, and keeps apart what must be kept apart."""

from dataclasses import replace

import numpy as np
import pytest
from coats_for_tests import ANIMALS, FEATURES, LEFT, background, features, gallery, scene

from amur.science.stripes import Features, Gallery, chip_of, features_of, turned_views
from amur.science.stripes.results import pooled
from amur.science.stripes.scenes import Look

CHANGES = {
    "turned from the camera": Look(True, yaw=25),
    "walking uphill": Look(True, pitch=6),
    "with a bent back": Look(True, bend=0.05),
    "farther away": Look(True, distance=1.4, shift=(0.05, 0.0)),
    "blurred": Look(True, blur=1.5),
    "by infrared light": Look(True, night=True),
    "behind grass": Look(True, grass=0.15),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_animal_is_found_again(change: str) -> None:
    known = gallery()
    found = known.search([features(1, CHANGES[change], 5, 2)])
    assert found.candidates[0].animal == "T1"
    assert found.candidates[0].score > 3 * found.candidates[1].score


def test_the_matched_places_are_the_same_places_of_the_coat() -> None:
    best = gallery().search([features(2, Look(True, distance=1.2), 5, 2)]).candidates[0].evidence[0]
    assert best.entry.picture == "2L" and best.inliers >= 20
    assert np.abs(best.query_points - best.gallery_points).max() < 0.08  # both boxes are of the same body
    assert best.weights.sum() == pytest.approx(best.score)


def test_left_and_right_are_never_compared() -> None:
    known = gallery()
    for left, letter in ((True, "L"), (False, "R")):
        found = known.search([features(0, Look(left), 5, 2)])
        pictures = {each.entry.picture for one in found.candidates for each in one.evidence}
        assert pictures and all(picture.endswith(letter) for picture in pictures)
        assert found.compared == ANIMALS
    unknown = replace(features(0, Look(True), 5, 2), side="unknown")
    assert known.search([unknown]).compared == 2 * ANIMALS
    assert known.search([unknown]).candidates[0].evidence[0].entry.picture == "0L"


def test_the_own_encounter_and_excluded_pictures_do_not_answer() -> None:
    known = gallery()
    query = features(3, LEFT, 13, 13)
    assert known.search([query]).candidates[0].animal == "T3"
    for found in (known.search([query], encounter="e3L"), known.search([query], exclude=["3L"])):
        assert all(each.entry.picture != "3L" for one in found.candidates for each in one.evidence)
        assert found.compared == ANIMALS - 1


def _whole(k: int, look: Look, station: int, seed: int) -> Features:
    return features_of(chip_of(scene(k, look, station, seed).picture, side="left"), FEATURES)


def _of_one_camera(stations: bool) -> Gallery:
    known = Gallery()
    for k in range(3):
        known.add(
            _whole(k, LEFT, 0, 10 + k),
            picture=f"{k}", encounter=f"e{k}", animal=f"T{k}", station="s0" if stations else None,
        )  # fmt: skip
    return known


@pytest.mark.parametrize(("kept", "asked"), [(True, "s0"), (True, None), (False, "s0"), (False, None)])
def test_background_of_the_camera_is_no_evidence(kept: bool, asked: str | None) -> None:
    known = _of_one_camera(kept)
    query = _whole(7, Look(True, shift=(0.1, 0.0)), 0, 2)
    fooled = _of_one_camera(True).search([query], station="another")
    warned = known.search([query], station=asked)
    assert warned.vetoed > 100 and fooled.vetoed == 0
    assert warned.candidates == () or warned.candidates[0].score < 0.2 * fooled.candidates[0].score


def test_an_animal_that_lies_still_is_no_background() -> None:
    known = gallery()
    known.add(_whole(5, LEFT, 0, 1), picture="5", encounter="e5", animal="T5")
    found = known.search([_whole(5, LEFT, 0, 2)])
    assert found.vetoed == 0 and found.candidates[0].animal == "T5"


def test_frames_of_an_encounter_are_pooled() -> None:
    known = gallery()
    frames = [features(1, Look(True, blur=2), 5, 2), features(1, Look(False, blur=2), 5, 3)]
    together = known.search(frames)
    alone = [known.search([frame]) for frame in frames]
    best = together.candidates[0]
    assert best.animal == "T1"
    assert best.score == pytest.approx(sum(each.candidates[0].score for each in alone))
    assert [each.name for each in pooled(alone).candidates] == [each.name for each in together.candidates]


def test_adding_one_by_one_is_the_same_as_making_anew() -> None:
    grown, made = gallery(), Gallery()
    grown.add(features(9), picture="x", encounter="ex", animal="X")
    grown.remove("x")
    grown.remove("0L")
    grown.add(features(0, LEFT, 10, 10), picture="0L", encounter="e0L", animal="T0", station="s0")
    for entry in grown.entries:
        made.add(
            grown.features(entry.picture),
            picture=entry.picture, encounter=entry.encounter, animal=entry.animal, station=entry.station,
        )  # fmt: skip
    query = [features(2, CHANGES["blurred"], 5, 2)]
    assert _told(grown, query) == _told(made, query)


def test_the_same_question_has_the_same_answer() -> None:
    query = [features(2, CHANGES["blurred"], 5, 2)]
    assert _told(gallery(), query) == _told(gallery(), query)


def _told(known: Gallery, query: list[Features]) -> list[tuple[str, float, int]]:
    return [(each.name, each.score, each.inliers) for each in known.search(query).candidates]


def test_a_picture_without_features_stays_listed() -> None:
    known = gallery()
    flat = features_of(chip_of(np.full((200, 300), 128, np.uint8)))
    entry = known.add(flat, picture="flat", encounter="flat")
    assert (entry.features, entry.quality) == (0, 0.0)
    assert "flat" in {each.picture for each in known.entries}
    found = known.search([flat, features(1, Look(True, blur=1), 5, 2)])
    assert found.unusable == (0,) and found.candidates[0].animal == "T1"
    assert known.search([flat]).candidates == ()


def test_a_name_can_be_given_and_taken_back() -> None:
    known = gallery()
    query = [features(1, Look(True, blur=1), 5, 2)]
    known.rename("1L", None)
    assert (known.search(query).candidates[0].animal, known.search(query).candidates[0].name) == (None, "e1L")
    known.rename("1L", "T1")
    assert known.search(query).candidates[0].animal == "T1"


def test_a_picture_has_one_place() -> None:
    known = gallery()
    with pytest.raises(ValueError, match="0L is in the gallery already"):
        known.add(features(0), picture="0L", encounter="e")
    with pytest.raises(KeyError):
        known.remove("nobody")


def test_an_empty_gallery_answers_with_nobody() -> None:
    found = Gallery().search([features(0)], station="s")
    assert (found.candidates, found.compared) == ((), 0)


def test_turned_views_find_an_animal_that_lies_on_a_slope() -> None:
    known = gallery()
    steep = scene(1, Look(True, pitch=-35), 5, 2)
    seen = chip_of(steep.picture, steep.box, side="left", mask=steep.mask)
    query = features_of(seen, FEATURES)
    plain = known.search([query])
    again = known.search([query], turned=lambda frame: turned_views(seen, FEATURES))
    first = next((each.score for each in plain.candidates if each.animal == "T1"), 0.0)
    assert not plain.turned and again.turned
    assert again.candidates[0].animal == "T1" and again.candidates[0].score > 5 * first


def test_backgrounds_differ() -> None:
    assert np.abs(background(0) - background(5)).mean() > 0.05
