"""What a diagnosis must find in data, masks and layouts: each trap once where it is, silence where it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from judged import SIGMA, by_captures, found_in, good_fit, surveyed
from secr_reference import DATA, fits, model_of, survey_of_fit

from amur.science.capture.data import Mask, Survey
from amur.science.capture.diagnosis import diagnose, withheld_of
from amur.science.capture.evidence import closure
from amur.science.capture.examples import grid
from amur.science.capture.fitting import Fit, fit
from amur.science.capture.model import Model
from amur.science.capture.simulate import with_covariates
from amur.science.capture.thorough import density_of, finer, widened
from amur.science.capture.truncation import truncation

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference fits of secr are not at {DATA}")


@pytest.fixture
def good() -> Fit:
    return good_fit()


def test_a_good_survey_gives_no_warning(good: Fit) -> None:
    assert [finding.code for finding in diagnose(good) if finding.gravity != "note"] == []


def test_a_good_survey_passes_the_checks_by_further_fits(good: Fit) -> None:
    found = found_in(good, thorough=True)
    assert {"mesh-agrees", "starts-agree", "learned-no-better", "ghosts-unlikely"} <= set(found)
    assert {finding.gravity for finding in found.values()} == {"note"}


# Buffers and masks


def test_a_narrow_buffer_is_found_with_its_bias() -> None:
    """The bias that is told is that of density between this mask and one without end."""
    narrow = fit(surveyed(buffer=2000.0))
    found = found_in(narrow, buffer=2000.0)
    finding = found["buffer-bias"]
    assert finding.gravity == "warning"
    assert finding.values["width"] == pytest.approx(2000, rel=0.01)
    assert 5 < finding.values["bias"] < 60
    again = found["buffer-refit"].values
    assert again["wider"] == pytest.approx(density_of(fit(surveyed(buffer=9000.0))), rel=0.01)
    assert again["density"] == pytest.approx(density_of(narrow))
    assert again["wider"] < 0.95 * again["density"]
    assert finding.values["needed"] >= 4 * narrow.real[2].estimate


def test_the_bias_of_a_mask_is_that_of_the_effective_area() -> None:
    """With detection held, density is inverse to the effective area: so it is with a mask that was widened."""
    narrow = fit(surveyed(buffer=3000.0))
    bias = truncation(narrow).bias
    wide = fit(Survey((widened(narrow.survey.sessions[0], 14_000.0),)), start=narrow.beta)
    held = replace(wide, beta=narrow.beta)
    assert density_of(narrow) / density_of(held) - 1 == pytest.approx(bias, rel=0.05)


def test_density_falls_with_the_buffer_and_then_no_more(good: Fit) -> None:
    curve = truncation(good)
    assert (np.diff(curve.densities) <= 1e-15).all()
    assert curve.densities[0] > 1.5 * curve.densities[-1]
    at_needed = np.interp(curve.needed, curve.widths, curve.densities)
    assert at_needed / curve.densities[-1] - 1 <= 1.1e-3


def test_a_buffer_below_four_sigma_is_found_where_it_does_no_harm() -> None:
    survey = surveyed(hazard=0.01, detectors=grid(9, 2000.0), buffer=6000.0)
    found = found_in(fit(survey), buffer=6000.0)
    assert "buffer-bias" not in found
    assert found["buffer-narrow"].values["width"] == 6000.0
    assert "habitat-unknown" in found


def test_a_drawn_mask_is_told_that_it_ends_near_detectors() -> None:
    assert "mask-bias" in found_in(fit(surveyed(buffer=2000.0)))


def test_a_drawn_mask_whose_edge_is_within_reach_is_noted() -> None:
    """The bias is small as the array is large, but animals at the edge are still detected."""
    survey = surveyed(detectors=grid(14, 2000.0), hazard=0.2, density=0.001, buffer=6000.0)
    found = found_in(fit(survey))
    assert "mask-bias" not in found
    assert found["mask-edge"].values["edge"] > 2


def test_a_lake_inside_the_mask_is_no_end_of_it(good: Fit) -> None:
    (session,) = good.survey.sessions
    middle = session.mask.points.mean(axis=0)
    land = np.hypot(*(session.mask.points - middle).T) > 3000
    mask = Mask(session.mask.points[land], session.mask.cell_area)
    found = truncation(fit(Survey((replace(session, mask=mask),))))
    assert found.bias < 1e-3


def test_a_detection_function_without_end_makes_no_density() -> None:
    survey = surveyed(buffer=8000.0)
    model = Model(function="HHR")
    likely = fit(survey, model)
    slow = replace(likely, beta=np.array([*likely.beta[:2], np.log(1500.0), np.log(1.8)]))
    assert "buffer-endless" in found_in(slow)


@pytest.mark.parametrize(("spacing", "code"), [(1600.0, "mask-coarse"), (80.0, "mask-fine"), (1000.0, "")])
def test_the_spacing_of_the_mask_is_held_against_sigma(spacing: float, code: str) -> None:
    found = found_in(fit(surveyed(spacing=spacing, buffer=8000.0)))
    assert {one for one in found if one in ("mask-coarse", "mask-fine")} == ({code} if code else set())


def test_a_mesh_that_is_too_coarse_changes_density() -> None:
    coarse = fit(surveyed(spacing=4000.0))
    assert finer(coarse.survey.sessions[0]).mask.area == pytest.approx(coarse.survey.sessions[0].mask.area)
    found = found_in(coarse, thorough=True)
    assert abs(found["mesh-differs"].values["change"]) > 1
    assert found["mesh-differs"].values["finer"] == pytest.approx(
        density_of(fit(Survey((finer(coarse.survey.sessions[0]),))))
    )


# Captures


def test_too_few_animals_make_no_density() -> None:
    found = fit(surveyed(density=0.0003, seed=7))
    assert 4 < found.animals < 10
    finding = found_in(found)["few-animals"]
    assert (finding.gravity, finding.withheld) == ("refuse", ("D", "N"))
    assert finding.values["animals"] == found.animals
    assert withheld_of([finding]) == {"D": "few-animals", "N": "few-animals"}


def test_animals_that_never_move_make_no_density() -> None:
    """Twenty animals, each seen twice by its own camera."""
    rows = [(k, s, 2 * k) for k in range(20) for s in (1, 5)]
    finding = found_in(fit(by_captures(rows, grid(7, 2000.0))))["few-moves"]
    assert finding.gravity == "refuse"
    assert {"D", "N", "sigma"} <= set(finding.withheld)
    assert finding.values["moves"] == 0


def test_few_recaptures_are_told() -> None:
    rows = [(k, 1, 2 * k) for k in range(20)] + [(k, 2, 2 * k + 1) for k in range(7)]
    finding = found_in(fit(by_captures(rows, grid(7, 2000.0))))["few-recaptures"]
    assert (finding.gravity, finding.values["recaptures"]) == ("warning", 7)


def test_many_animals_seen_once_are_noted() -> None:
    survey = surveyed(hazard=0.012, density=0.01)
    finding = found_in(fit(survey))["seen-once"]
    assert finding.values["share"] > 50


def test_a_jump_is_found_with_the_animal_that_made_it(good: Fit) -> None:
    (session,) = good.survey.sessions
    captures = session.captures
    away = np.hypot(*(session.detectors.positions[captures.detector] - 6000.0).T)
    often = np.bincount(captures.individual)[captures.individual] > 3
    who = captures.individual[np.where(often, away, 0).argmax()]
    rows = np.flatnonzero(captures.individual == who)
    place = session.detectors.positions[captures.detector[rows[0]]]
    far = int(np.hypot(*(session.detectors.positions - place).T).argmax())
    detector = captures.detector.copy()
    free = np.setdiff1d(np.arange(10), captures.occasion[rows[1:]])[0]
    occasion = captures.occasion.copy()
    detector[rows[0]], occasion[rows[0]] = far, free
    moved = replace(session, captures=replace(captures, detector=detector, occasion=occasion))
    finding = found_in(fit(Survey((moved,))))["long-jumps"]
    assert finding.values["individual"] == captures.ids[who]
    assert finding.values["length"] > finding.values["likely"] > 3 * SIGMA


@needs_data
def test_the_bear_that_moved_seventeen_kilometres() -> None:
    stored = fits()["bear.EX"]
    finding = found_in(fit(survey_of_fit(stored), model_of(stored)))["long-jumps"]
    assert finding.values["length"] == pytest.approx(16_660, rel=0.01)


def test_animals_made_up_by_wrong_identification_show_when_two_detections_are_asked(good: Fit) -> None:
    (session,) = good.survey.sessions
    captures = session.captures
    wrong = np.random.default_rng(4).random(captures.individual.size) < 0.15
    names = np.where(wrong, captures.animals + np.arange(wrong.size), captures.individual)
    ids, individual = np.unique(names, return_inverse=True)
    changed = replace(captures, individual=individual, ids=tuple(str(one) for one in ids))
    finding = found_in(fit(Survey((replace(session, captures=changed),))), thorough=True)["ghosts-likely"]
    assert finding.gravity == "warning"
    assert finding.values["change"] < -15


@pytest.mark.parametrize(("occasions", "gravity"), [(60, None), (100, "note"), (150, "warning")])
def test_a_long_season_is_told(occasions: int, gravity: str | None) -> None:
    survey = surveyed(detectors=grid(6, 2000.0, occasions=occasions), hazard=0.8 / occasions)
    finding = found_in(fit(survey)).get("long-season")
    assert (finding.gravity if finding else None) == gravity


def test_animals_that_come_and_go_fail_the_closure_test(good: Fit) -> None:
    """Each animal is there for a third of the season."""
    detectors = grid(7, 2000.0, occasions=30)
    survey = surveyed(detectors=detectors, hazard=0.08)
    (session,) = survey.sessions
    captures = session.captures
    start = np.random.default_rng(1).integers(0, 20, captures.animals)[captures.individual]
    there = (captures.occasion >= start) & (captures.occasion < start + 10)
    rows = list(
        zip(captures.individual[there], captures.occasion[there], captures.detector[there], strict=True)
    )
    numbers = {animal: k for k, animal in enumerate(dict.fromkeys(row[0] for row in rows))}
    opened = by_captures([(numbers[i], int(s), int(j)) for i, s, j in rows], detectors)
    assert found_in(fit(opened))["not-closed"].values["z"] < -3
    assert abs(closure(session, SIGMA)) < 2.5
    assert abs(closure(good.survey.sessions[0], SIGMA)) < 2.5


def test_cameras_that_take_turns_do_not_look_like_animals_that_leave() -> None:
    """Each half of the cameras stands for half of the season."""
    detectors = grid(8, 2000.0, occasions=40)
    west = detectors.positions[:, 0] < 7000
    effort = np.where(west[:, None] == (np.arange(40) < 20), 1.0, 0.0)
    survey = surveyed(detectors=replace(detectors, effort=effort), hazard=0.06)
    assert "not-closed" not in found_in(fit(survey))


def test_pooled_sexes_are_told_with_their_ratio(good: Fit) -> None:
    (session,) = good.survey.sessions
    sexes = np.where(np.arange(session.captures.animals) % 3 == 0, "M", "F")
    sexes[1] = ""
    survey = Survey((with_covariates(session, sex=sexes),))
    pooled = found_in(fit(survey))["sexes-pooled"].values
    assert (pooled["first"], pooled["second"], pooled["unknown"]) == (
        (sexes == "F").sum(),
        (sexes == "M").sum(),
        1,
    )
    found = found_in(fit(survey, Model(mixture_covariate="sex")))
    assert "sex-ratio" in found
    assert "sexes-pooled" not in found


def test_young_ones_among_those_counted_are_told(good: Fit) -> None:
    (session,) = good.survey.sessions
    ages = np.where(np.arange(session.captures.animals) < 3, "cub", "adult")
    finding = found_in(fit(Survey((with_covariates(session, age=ages),))))["young-counted"]
    assert finding.values["young"] == 3


# The layout of detectors


def test_an_array_smaller_than_a_home_range_is_told() -> None:
    survey = surveyed(detectors=grid(6, 700.0, occasions=20), density=0.02, hazard=0.02)
    finding = found_in(fit(survey))["array-small"]
    assert finding.values["range"] == pytest.approx(2 * 2.4477 * SIGMA, rel=0.25)


def test_detectors_too_far_apart_are_told() -> None:
    survey = surveyed(detectors=grid(8, 10_000.0, occasions=40), density=0.006, hazard=0.05, buffer=9000.0)
    found = found_in(fit(survey))
    assert found["array-sparse"].values["share"] < 25


def test_a_spacing_far_from_the_best_is_noted() -> None:
    survey = surveyed(detectors=grid(12, 1000.0, occasions=40), hazard=0.1)
    values = found_in(fit(survey))["spacing-unlike"].values
    assert values["best"] == pytest.approx(2 * SIGMA * np.sqrt(4.0), rel=0.2)


def test_a_vague_density_is_noted_with_what_can_be_had() -> None:
    found = fit(surveyed(density=0.001))
    values = found_in(found)["imprecise"].values
    repeats = int(found.survey.sessions[0].captures.count.sum()) - found.animals
    assert values["rse"] == pytest.approx(100 * found.real[0].se / found.real[0].estimate)
    assert values["expected"] == pytest.approx(100 / np.sqrt(min(found.animals, repeats)))


def test_ranges_that_do_not_go_with_density_are_told() -> None:
    crowded = fit(surveyed(density=0.03))
    finding = found_in(crowded)["k-implausible"]
    assert finding.values["k"] == pytest.approx(SIGMA * np.sqrt(0.03 / 1e4), rel=0.1)
