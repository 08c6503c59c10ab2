"""What a diagnosis must find: each trap of practice once where it is, and silence where it is not."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from secr_reference import DATA, fits, model_of, survey_of_fit

import amur.science.capture as package
from amur.portal.population.findings import WORDS, told
from amur.science.capture.data import Captures, Detectors, Mask, Session, Survey
from amur.science.capture.diagnosis import Finding, diagnose, withheld_of
from amur.science.capture.evidence import closure
from amur.science.capture.examples import camera_survey, grid, mask_around
from amur.science.capture.fitting import Fit, fit
from amur.science.capture.model import Model
from amur.science.capture.simulate import Truth, simulate_session, with_covariates
from amur.science.capture.thorough import density_of, finer, widened
from amur.science.capture.truncation import truncation

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference fits of secr are not at {DATA}")
SIGMA = 2000.0


def surveyed(
    *,
    density: float = 0.003,
    hazard: float = 0.08,
    detectors: Detectors | None = None,
    buffer: float = 8000.0,
    spacing: float = 1000.0,
    seed: int = 2,
) -> Survey:
    """Animals at 30 per 100 km² on a large mask, of which the fit gets the part within a buffer."""
    detectors = detectors or grid(7, 2000.0)
    wide = mask_around(detectors, 12_000.0, 1000.0)
    truth = Truth(density, hazard, SIGMA)
    session = simulate_session("1", detectors, wide, truth, np.random.default_rng(seed))
    return Survey((replace(session, mask=mask_around(detectors, buffer, spacing)),))


@pytest.fixture(scope="module")
def good() -> Fit:
    return fit(surveyed())


def found_in(found: Fit, **settings: object) -> Mapping[str, Finding]:
    """The findings by code; every one of them can be told."""
    findings = diagnose(found, **settings)  # type: ignore[arg-type]
    for finding in findings:
        assert all("{" not in sentence for sentence in told(finding, str))
    return {finding.code: finding for finding in findings}


def by_captures(rows: Sequence[tuple[int, int, int]], detectors: Detectors, buffer: float = 8000.0) -> Survey:
    """A survey of animal, occasion and detector."""
    individual, occasion, detector = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    ids = tuple(str(k) for k in range(int(individual.max()) + 1))
    captures = Captures(individual, occasion, detector, np.ones(len(rows), dtype=np.int64), ids)
    return Survey((Session("1", detectors, captures, mask_around(detectors, buffer, 1000.0)),))


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


# The search


def test_a_search_that_did_not_end_withholds_everything(good: Fit) -> None:
    stopped = replace(good, convergence=replace(good.convergence, converged=False, decrement=0.5))
    finding = found_in(stopped)["not-converged"]
    assert (finding.gravity, set(finding.withheld)) == ("refuse", {"D", "N", "lambda0", "sigma"})


def test_a_flat_likelihood_gives_a_profile_in_place_of_standard_errors() -> None:
    """Animals that come once to one camera say nothing about how far they go, nor how many there are."""
    detectors = Detectors(np.array([[0.0, 0.0]]), np.ones((1, 5)), "proximity")
    found = fit(by_captures([(k, k % 5, 0) for k in range(12)], detectors, 6000.0))
    findings = diagnose(found, thorough=True)
    assert [finding.code for finding in findings][:2] == ["flat", "few-moves"]
    assert set(withheld_of(findings)) == {"D", "N", "lambda0", "sigma"}
    assert [finding.code for finding in diagnose(found)] == [finding.code for finding in findings]
    profiles = {one.values["parameter"]: one.values for one in findings if one.code == "profile"}
    assert set(profiles) == {"D", "lambda0", "sigma"}
    assert profiles["sigma"]["upper"] == "∞"
    assert profiles["D"]["lower"] > 0


def test_a_profile_of_a_flat_likelihood_is_open_where_the_data_say_nothing(good: Fit) -> None:
    """Without standard errors the profile is that of the fit that has them."""
    from amur.science.capture.profiles import profile_interval

    nothing = np.full_like(good.covariance, np.nan)
    bare = replace(good, covariance=nothing, se=np.diag(nothing).copy())
    with_errors, without = profile_interval(good, "sigma"), profile_interval(bare, "sigma")
    assert (without.lower, without.upper) == pytest.approx((with_errors.lower, with_errors.upper), abs=2e-3)


def test_searches_that_end_elsewhere_are_told(good: Fit) -> None:
    value = good.log_likelihood
    several = replace(good, convergence=replace(good.convergence, starts=(value, value - 3.0, value)))
    values = found_in(several)["several-maxima"].values
    assert (values["others"], values["below"]) == (1, pytest.approx(3.0))


def test_a_maximum_that_is_not_the_highest_is_withheld(good: Fit) -> None:
    lower = replace(good, log_likelihood=good.log_likelihood - 2.0)
    finding = found_in(lower, thorough=True)["higher-maximum"]
    assert finding.gravity == "refuse"
    assert finding.values["gain"] == pytest.approx(2.0, abs=0.02)


def test_probabilities_at_their_boundary_are_not_estimable(good: Fit) -> None:
    found = fit(good.survey, Model(function="HN"))
    at_edge = replace(
        found,
        real=tuple(replace(row, estimate=0.9999) if row.parameter == "g0" else row for row in found.real),
    )
    finding = found_in(at_edge)["boundary"]
    assert (finding.values["parameter"], finding.withheld) == ("g0", ("g0",))


def test_what_spans_four_orders_of_magnitude_is_not_estimable(good: Fit) -> None:
    vague = replace(
        good,
        real=tuple(replace(row, lower=1.0, upper=1e5) if row.parameter == "D" else row for row in good.real),
    )
    assert found_in(vague)["not-estimable"].withheld == ("D", "N")


@needs_data
def test_covariates_in_metres_do_no_harm() -> None:
    """secr stopped at this model 9 below a model nested in it."""
    stopped = fits()["kruger.count.a0sigmak"]
    found = fit(survey_of_fit(stopped), model_of(stopped))
    assert found.log_likelihood > stopped["logLik"] + 9
    assert not {"not-converged", "flat"} & set(found_in(found))


def test_the_unit_of_a_covariate_does_not_matter(good: Fit) -> None:
    """The slope of density is per unit of the covariate, however large the unit is."""
    (session,) = good.survey.sessions
    fitted = []
    for unit in (1.0, 1e5):
        covariates = {"east": np.asarray(session.mask.covariates["east"]) * unit}
        mask = replace(session.mask, covariates=covariates)
        fitted.append(fit(Survey((replace(session, mask=mask),)), Model.of("D~east")))
    assert fitted[0].log_likelihood == pytest.approx(fitted[1].log_likelihood, abs=1e-7)
    assert fitted[0].beta[1] == pytest.approx(fitted[1].beta[1] * 1e5, rel=1e-3)
    assert fitted[0].se[1] == pytest.approx(fitted[1].se[1] * 1e5, rel=1e-3)


# What animals learn


def test_a_learned_response_is_reported_beside_the_model_without_it() -> None:
    """Animals come back to a bait: after the first visit they are seen there more often."""
    survey = surveyed(hazard=0.03, density=0.006, seed=5)
    (session,) = survey.sessions
    captures = session.captures
    random = np.random.default_rng(2)
    rows = set(
        zip(captures.individual.tolist(), captures.occasion.tolist(), captures.detector.tolist(), strict=True)
    )
    for animal, occasion, detector in sorted(rows):
        rows |= {(animal, s, detector) for s in range(occasion + 1, 10) if random.random() < 0.3}
    baited = by_captures(sorted(rows), session.detectors)
    finding = found_in(fit(baited), thorough=True)["learned-better"]
    assert finding.gravity == "warning"
    assert finding.values["delta"] > 20
    assert finding.values["learned"] != finding.values["density"]
    assert finding.values["times"] > 2


# Data that must not break anything


def test_a_camera_that_is_idle_on_the_first_day_does_not_break_a_mixture() -> None:
    detectors = grid(7, 2000.0)
    effort = detectors.effort.copy()
    effort[0, 0] = 0
    survey = surveyed(detectors=replace(detectors, effort=effort))
    (session,) = survey.sessions
    sexes = np.where(np.arange(session.captures.animals) % 2 == 0, "M", "F")
    for model, data in (
        (Model.of("sigma~h2", mixture_covariate="sex"), Survey((with_covariates(session, sex=sexes),))),
        (Model.of("lambda0~h2"), survey),
    ):
        found = fit(data, model)
        assert np.isfinite(found.log_likelihood)
        density = next(row for row in found.real if row.parameter == "D")
        assert density.estimate == pytest.approx(fit(survey).real[0].estimate, rel=0.25)


def test_a_level_that_a_session_lacks_is_no_error() -> None:
    """Wood and rock in the first year, wood alone in the second."""
    survey = camera_survey(sessions=2)
    sessions = []
    for number, session in enumerate(survey.sessions):
        ground = np.where((np.arange(36) % 2 == 0) | (number == 1), "wood", "rock")
        detectors = replace(session.detectors, covariates={"ground": ground})
        sessions.append(replace(session, detectors=detectors))
    found = fit(Survey(tuple(sessions)), Model.of("lambda0~ground"))
    assert found.converged
    assert found.labels == ("D", "lambda0", "lambda0.groundwood", "sigma")
    diagnose(found)


def test_a_session_without_animals_and_a_mask_in_a_line_are_judged_too(good: Fit) -> None:
    (session,) = good.survey.sessions
    nobody = Captures(*(np.zeros(0, dtype=np.int64),) * 4, ())
    both = Survey((session, replace(session, name="2", captures=nobody)))
    assert "few-animals" not in found_in(fit(both))
    line = Detectors(np.column_stack([np.arange(20) * 1500.0, np.zeros(20)]), np.ones((20, 10)), "proximity")
    rows = [(k, s, k + j) for k in range(15) for s, j in ((1, 0), (3, 1), (5, 2))]
    mask = Mask(np.column_stack([np.arange(-20, 51) * 500.0, np.zeros(71)]), 25.0)
    in_line = by_captures(rows, line)
    found_in(fit(Survey((replace(in_line.sessions[0], mask=mask),))))


# The words


def _codes() -> set[str]:
    """The codes in the calls of Finding."""
    codes: set[str] = set()
    for path in Path(package.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                first = node.args[0]
                parts = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                codes |= {str(part.value) for part in parts if isinstance(part, ast.Constant)}
    return codes


def test_every_finding_has_its_sentences_and_every_sentence_its_finding() -> None:
    assert _codes() == set(WORDS)
    for words in WORDS.values():
        assert words.matter.endswith(".")
        assert words.advice.endswith(".")


def test_the_sentences_need_neither_django_nor_its_settings() -> None:
    code = (
        "import sys; from amur.portal.population.findings import WORDS;"
        " sys.exit(bool({'django', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_finding_has_a_test() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in WORDS if f'"{code}"' not in here] == []
