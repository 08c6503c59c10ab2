"""What a diagnosis must find in the search and the estimates, and that every finding has its words."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from judged import by_captures, found_in, good_fit, surveyed
from secr_reference import DATA, fits, model_of, survey_of_fit

import amur.science.capture as package
from amur.portal.population.findings import WORDS
from amur.science.capture.data import Captures, Detectors, Mask, Survey
from amur.science.capture.diagnosis import diagnose, graded, withheld_of
from amur.science.capture.evidence import misfits
from amur.science.capture.examples import camera_survey, grid
from amur.science.capture.fitting import Fit, fit
from amur.science.capture.model import Model
from amur.science.capture.resample import goodness_of_fit
from amur.science.capture.simulate import with_covariates

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference fits of secr are not at {DATA}")


@pytest.fixture
def good() -> Fit:
    return good_fit()


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


# Simulated surveys


MISFITS = {
    "animals seen": "misfit-animals",
    "detections": "misfit-detections",
    "share of animals seen once": "misfit-once",
    "detectors for each animal": "misfit-range",
    "dispersion of detections over animals": "misfit-individuals",
    "dispersion of detections over detectors": "misfit-places",
}


def test_a_statistic_unlike_the_simulated_ones_is_told(good: Fit) -> None:
    """The gravity grows where chance is small even among all statistics."""
    rows = goodness_of_fit(good, 40)
    assert [row.statistic for row in rows] == list(MISFITS)
    for p, gravity in ((0.049, "note"), (0.005, "warning")):
        found = list(misfits([replace(row, p=p) for row in rows]))
        assert [one.code for one in found] == list(MISFITS.values())
        assert {one.gravity for one in found} == {gravity}
        assert all(not one.withheld for one in found)
    assert not list(misfits([replace(row, p=0.05) for row in rows]))


def test_misfits_stand_among_the_findings_by_their_gravity(good: Fit) -> None:
    (row, *_others) = goodness_of_fit(good, 40)
    findings = [*diagnose(good, buffer=9000.0), *misfits([replace(row, p=0.001)])]
    assert [one.code for one in findings] == ["habitat-unknown", "misfit-animals"]
    assert [one.code for one in graded(findings)] == ["misfit-animals", "habitat-unknown"]


# The words


def _codes() -> set[str]:
    """The codes in the calls of Finding."""
    codes: set[str] = set()
    for path in Path(package.__file__).parent.rglob("*.py"):
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
    texts = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_diagnosis*.py")
    )
    assert [code for code in WORDS if f'"{code}"' not in texts] == []
