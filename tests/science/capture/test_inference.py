"""What is concluded from fits: numbers in regions, comparisons, profile intervals."""

from dataclasses import replace

import numpy as np
import pytest
from secr_reference import DATA, fits, model_of, survey_of_fit

from amur.science.capture.comparing import NotComparable, average, compare
from amur.science.capture.data import Survey
from amur.science.capture.derived import abundance, activity_centres, centres, conditional_density, densities
from amur.science.capture.examples import camera_survey
from amur.science.capture.fitting import Fit, fit
from amur.science.capture.model import Model
from amur.science.capture.profiles import profile_interval
from amur.science.capture.simulate import with_covariates


@pytest.fixture(scope="module")
def found() -> Fit:
    return fit(camera_survey())


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference fits of secr are not at {DATA}")
@pytest.mark.parametrize(
    "name",
    [
        "tiger.HHN",
        "tiger.CL",
        "bear.EX.CLsex",
        "bear.EX.h2",
        "kruger.count.Dhab",
        "captdata.binomialN",
        "oven.0",
    ],
)
def test_derived_densities_are_those_of_secr(name: str) -> None:
    stored = fits()[name]
    mine = densities(fit(survey_of_fit(stored), model_of(stored)))
    theirs = stored["derived"] if isinstance(stored["derived"], list) else list(stored["derived"].values())
    for (density, area), level in zip(mine, theirs, strict=True):
        assert density.estimate == pytest.approx(level["D"]["estimate"], rel=1e-4)
        assert density.se == pytest.approx(level["D"]["SE.estimate"], rel=0.01)
        assert (density.lower, density.upper) == pytest.approx(
            (level["D"]["lcl"], level["D"]["ucl"]), rel=0.01
        )
        assert area.estimate == pytest.approx(level["esa"]["estimate"], rel=1e-4)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference fits of secr are not at {DATA}")
@pytest.mark.parametrize("name", ["tiger.HHN", "bear.EX.h2", "kruger.count.Dhab", "captdata.Dx"])
def test_numbers_in_the_mask_are_those_of_secr(name: str) -> None:
    """secr takes another way to the standard error of the realised number; they are 2 % apart at most."""
    stored = fits()[name]
    mine = fit(survey_of_fit(stored), model_of(stored))
    numbers = abundance(
        mine, {"mask": [np.ones(len(session.mask.points)) for session in mine.survey.sessions]}
    )
    for estimate, key in ((numbers.expected[0], "E.N"), (numbers.realised[0], "R.N")):
        theirs = stored["region_N"][key]
        assert estimate.estimate == pytest.approx(theirs["estimate"], rel=1e-4)
        assert estimate.se == pytest.approx(theirs["SE.estimate"], rel=0.02)
        assert (estimate.lower, estimate.upper) == pytest.approx((theirs["lcl"], theirs["ucl"]), rel=0.01)


def test_two_countries_add_up_to_the_whole(found: Fit) -> None:
    points = found.survey.sessions[0].mask.points
    west = (points[:, 0] < 4000).astype(float)
    numbers = abundance(found, {"west": [west], "east": [1 - west], "all": [np.ones(len(points))]})
    for estimates, covariance in (
        (numbers.expected, numbers.expected_covariance),
        (numbers.realised, numbers.realised_covariance),
    ):
        assert estimates[0].estimate + estimates[1].estimate == pytest.approx(estimates[2].estimate)
        assert covariance[:2, :2].sum() == pytest.approx(covariance[2, 2], rel=1e-6)
    assert numbers.realised[2].lower > found.animals


def test_the_conditional_and_the_full_likelihood_agree_on_numbers(found: Fit) -> None:
    whole = {"all": [np.ones(len(found.survey.sessions[0].mask.points))]}
    full = abundance(found, whole)
    conditional = abundance(fit(found.survey, Model(conditional=True)), whole)
    for mine, other in (
        (full.expected[0], conditional.expected[0]),
        (full.realised[0], conditional.realised[0]),
    ):
        assert mine.estimate == pytest.approx(other.estimate, rel=1e-4)
        assert mine.se == pytest.approx(other.se, rel=0.01)


def test_centres_lie_where_the_animal_was_seen(found: Fit) -> None:
    session = found.survey.sessions[0]
    chances, places = activity_centres(found)
    assert chances.sum(axis=1) == pytest.approx(1)
    for animal in range(found.animals):
        seen = session.detectors.positions[session.captures.detector[session.captures.individual == animal]]
        assert np.hypot(*(places[animal] - seen.mean(axis=0))) < 5000
    surface = conditional_density(found)
    whole = abundance(found, {"all": [np.ones(surface.size)]}).realised[0]
    assert surface.sum() * session.mask.cell_area == pytest.approx(whole.estimate)


def test_the_radius_of_a_centre_holds_95_percent_of_its_chances(found: Fit) -> None:
    points = found.survey.sessions[0].mask.points
    chances, means = activity_centres(found)
    for chance, mean, centre in zip(chances, means, centres(found), strict=True):
        away = np.hypot(*(points - centre.mode).T)
        assert chance[away == 0] == chance.max()
        assert chance[away <= centre.radius].sum() >= 0.95 > chance[away < 0.999 * centre.radius].sum()
        assert centre.mean == pytest.approx(tuple(mean))


def test_models_are_ordered_and_weighted(found: Fit) -> None:
    other = fit(found.survey, Model.of("D~east"))
    rows = compare({"east": other, "flat": found})
    assert [row.name for row in rows] == ["flat", "east"]
    assert rows[0].delta == 0
    assert sum(row.weight for row in rows) == pytest.approx(1)
    mean = average({"east": other, "flat": found}, "sigma")[0]
    ends = sorted(
        next(row.estimate for row in each.real if row.parameter == "sigma") for each in (other, found)
    )
    assert ends[0] <= mean.estimate <= ends[1]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("keep", "occasions"),
        ("conditional", "conditional"),
        ("mask", "mask"),
        ("effort", "effort"),
        ("captures", "captures"),
        ("sex", "classes"),
    ],
)
def test_what_cannot_be_compared_is_refused(found: Fit, change: str, what: str) -> None:
    (session,) = found.survey.sessions
    model = Model()
    if change == "keep":
        model = Model(keep_occasions=True)
    elif change == "conditional":
        model = Model(conditional=True)
    elif change == "mask":
        session = replace(session, mask=replace(session.mask, points=session.mask.points + 1))
    elif change == "effort":
        session = replace(session, detectors=replace(session.detectors, effort=session.detectors.effort * 2))
    elif change == "captures":
        detector = session.captures.detector.copy()
        detector[0] = (detector[0] + 18) % 36
        session = replace(session, captures=replace(session.captures, detector=detector))
    else:
        sexes = np.where(np.arange(session.captures.animals) % 2, "F", "M")
        session, model = with_covariates(session, sex=sexes), Model(mixture_covariate="sex")
    with pytest.raises(NotComparable, match=what):
        compare({"one": found, "other": fit(Survey((session,)), model)})


def test_a_profile_interval_drops_the_likelihood_by_the_right_amount(found: Fit) -> None:
    interval = profile_interval(found, "D")
    assert interval.lower < interval.estimate < interval.upper
    # It is near the Wald interval where there are thirty animals.
    wald = found.beta[0] + np.array([-1.96, 1.96]) * found.se[0]
    assert (interval.lower, interval.upper) == pytest.approx(tuple(wald), abs=0.05)


def test_a_profile_of_what_is_not_there_is_refused(found: Fit) -> None:
    with pytest.raises(ValueError, match="no coefficient"):
        profile_interval(found, "g0")
