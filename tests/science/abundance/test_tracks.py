"""Winter track counts, encounters and quotas: the factor by simulated paths, analytic truth, published numbers."""

import math

import numpy as np
import pytest
from abundance_reference import DATA, reference
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.science.abundance.encounter import Stations, Zone, density
from amur.science.abundance.encounter import fit as fit_encounters
from amur.science.abundance.estimates import Estimate, log_normal
from amur.science.abundance.harvest import Norms, quota
from amur.science.abundance.sampling import rate_variance, rate_variances
from amur.science.abundance.tracks import TrackSurvey, fit


def crossings_of_random_paths(
    random: np.random.Generator, animals: int, turning: float
) -> tuple[float, float, float]:
    """Crossings of straight routes by paths of a day on a torus of 20 km: crossings, km of route, km of path.

    A path is 60 steps of 60 m whose direction turns by a normal angle; routes are all meridians of a grid.
    """
    side, steps, step = 20.0, 60, 0.06
    heading = random.uniform(0, 2 * np.pi, (animals, 1)) + np.cumsum(
        random.normal(0, turning, (animals, steps)), axis=1
    )
    start = random.uniform(0, side, (animals, 1))
    east = start + np.cumsum(step * np.cos(heading), axis=1)
    east = np.concatenate([start, east], axis=1)
    lines = np.floor(east / 2.5)  # a route of 20 km every 2.5 km
    return float(np.abs(np.diff(lines, axis=1)).sum()), side * (side / 2.5), steps * step


@pytest.mark.parametrize("turning", [0.0, 0.3, 2.0])
def test_pi_halves_is_right_for_straight_and_for_winding_paths(turning: float) -> None:
    """D = (pi / 2) X / (L d) gives back the density of simulated animals, whatever the shape of their paths."""
    animals = 40_000
    crossed, length, path = crossings_of_random_paths(np.random.default_rng(1), animals, turning)
    survey = TrackSurvey(
        ("all",), np.array([400.0]), np.array([0]), np.array([length]), np.array([crossed]), np.array([path])
    )
    assert fit(survey).number.estimate == pytest.approx(animals, rel=0.02)


def a_survey(**more: object) -> TrackSurvey:
    values: dict[str, object] = {
        "names": ("forest", "fields"),
        "areas": np.array([300.0, 150.0]),
        "stratum": np.array([0, 0, 0, 1, 1]),
        "length": np.array([10.0, 12.0, 8.0, 11.0, 9.0]),
        "crossings": np.array([6.0, 9.0, 3.0, 1.0, 2.0]),
        "daily_paths": np.array([2.1, 3.4, 2.0, 2.9]),
    }
    return TrackSurvey(**{**values, **more})  # type: ignore[arg-type]


def test_the_form_of_the_rules_is_the_formula_in_its_units() -> None:
    """A crossings per 10 km times K = 1.57 / d is animals per 1000 ha; N = D Q, summed over groups."""
    found = fit(a_survey())
    path = np.mean([2.1, 3.4, 2.0, 2.9])
    forest = found.official[0]
    assert forest.per_10_km == pytest.approx(18 / 30 * 10)
    assert forest.coefficient == pytest.approx(1.57 / path)
    assert forest.density_per_1000_ha == pytest.approx(6 * 1.57 / path)
    assert forest.number == pytest.approx(6 * 1.57 / path * 30)
    assert found.official_number == pytest.approx(found.number.estimate * 1.57 / (math.pi / 2))


def test_the_delta_method_adds_the_squared_coefficients_of_variation() -> None:
    survey = a_survey(names=("all",), areas=np.array([450.0]), stratum=np.zeros(5, dtype=np.int64))
    found = fit(survey)
    rate = survey.crossings.sum() / survey.length.sum()
    routes = rate_variance(survey.crossings, survey.length) / rate**2
    paths = survey.daily_paths.var(ddof=1) / 4 / survey.daily_paths.mean() ** 2
    assert found.number.cv**2 == pytest.approx(routes + paths)
    assert found.daily_path_share == pytest.approx(paths / (routes + paths))
    assert found.density.times(450.0).lower == pytest.approx(found.number.lower)


def test_the_bootstrap_agrees_with_the_delta_method_on_many_routes() -> None:
    random = np.random.default_rng(3)
    survey = TrackSurvey(
        ("all",),
        np.array([1000.0]),
        np.zeros(80, dtype=np.int64),
        random.uniform(6, 14, 80),
        random.poisson(5, 80).astype(float),
        random.gamma(16, 0.2, 60),
    )
    found = fit(survey, resamples=4000)
    assert found.bootstrap.se == pytest.approx(found.number.se, rel=0.1)
    assert found.bootstrap.lower == pytest.approx(found.number.lower, rel=0.05)
    assert found.bootstrap.upper == pytest.approx(found.number.upper, rel=0.05)
    again = fit(survey, resamples=4000)
    assert again.bootstrap == found.bootstrap


def test_simulated_counts_are_held_by_their_interval() -> None:
    random = np.random.default_rng(4)
    held = []
    for _ in range(200):
        paths, length = random.gamma(9, 1 / 3, 20), random.uniform(8, 12, 25)
        expected = 0.5 * 2 / math.pi * length * 3.0
        crossed = random.negative_binomial(4, 4 / (4 + expected)).astype(float)
        zeros = np.zeros(25, dtype=np.int64)
        found = fit(TrackSurvey(("all",), np.array([100.0]), zeros, length, crossed, paths), resamples=0)
        held.append(found.density.lower <= 0.5 <= found.density.upper)
    assert 0.90 <= np.mean(held) <= 0.99


def test_days_of_one_animal_are_no_independent_days() -> None:
    """Four days of each of three animals that keep their pace: the interval widens to that of three animals."""
    paths = np.repeat([1.5, 3.0, 4.5], 4)
    apart = fit(a_survey(daily_paths=paths))
    together = fit(a_survey(daily_paths=paths, animal=np.repeat([7, 8, 9], 4)))
    assert together.daily_path.estimate == apart.daily_path.estimate
    assert together.daily_path.se == pytest.approx(1.5 / math.sqrt(3))
    assert together.daily_path.se > 1.8 * apart.daily_path.se


def test_a_coefficient_of_a_table_takes_the_place_of_paths_and_leaves_their_variance_out() -> None:
    path = float(np.mean([2.1, 3.4, 2.0, 2.9]))
    found = fit(a_survey(daily_paths=np.zeros(0), coefficient=1.57 / path))
    assert found.number.estimate == pytest.approx(fit(a_survey()).number.estimate)
    assert math.isnan(found.daily_path_share)
    assert found.number.se < fit(a_survey()).number.se


def test_one_route_borrows_the_overdispersion_of_the_others() -> None:
    survey = a_survey(stratum=np.array([0, 0, 0, 0, 1]))
    found = fit(survey)
    assert [row.borrowed for row in found.strata] == [False, True]
    assert math.isfinite(found.number.upper)
    alone = fit(a_survey(names=("all",), areas=np.array([9.0]), stratum=np.array([0]),
                         length=np.array([10.0]), crossings=np.array([4.0])))  # fmt: skip
    assert math.isnan(alone.number.upper)


def test_nothing_crossed_is_a_density_of_zero_without_an_upper_limit() -> None:
    found = fit(a_survey(crossings=np.zeros(5)))
    assert found.number.estimate == 0
    assert math.isnan(found.number.upper)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"length": np.array([10.0, 0.0, 8.0, 11.0, 9.0])}, "route 2: its length"),
        ({"crossings": np.array([1.0, 2.0, -3.0, 1.0, 2.0])}, "route 3: its crossings"),
        ({"stratum": np.array([0, 0, 0, 1, 2])}, "route 5: its stratum"),
        ({"stratum": np.zeros(5, dtype=np.int64)}, "'fields' has no route"),
        ({"areas": np.array([1.0, 0.0])}, "area above 0"),
        ({"daily_paths": np.zeros(0)}, "at least one length"),
        ({"coefficient": 0.0}, "above 0"),
    ],
)
def test_what_cannot_be_right_is_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        a_survey(**changed)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 20), st.floats(0.1, 20), st.integers(1, 9))
def test_density_scales_with_crossings_and_against_length_and_path(
    longer: float, farther: float, more: int
) -> None:
    one = fit(a_survey(), resamples=0)
    survey = a_survey()
    other = fit(
        a_survey(
            length=survey.length * longer,
            daily_paths=survey.daily_paths * farther,
            crossings=survey.crossings * more,
        ),
        resamples=0,
    )
    assert other.number.estimate == pytest.approx(one.number.estimate * more / longer / farther)
    assert other.number.cv == pytest.approx(one.number.cv)
    assert other.number.lower < other.number.estimate < other.number.upper


def test_r2_and_p3_are_the_formulas_of_the_paper() -> None:
    found, effort = np.array([3.0, 8.0, 1.0, 6.0]), np.array([2.0, 4.0, 1.0, 3.0])
    rate = found.sum() / effort.sum()
    r2 = 4 / (10**2 * 3) * (effort**2 * (found / effort - rate) ** 2).sum()
    p3 = (effort * (found / effort - rate) ** 2).sum() / (10 * 3)
    assert rate_variance(found, effort, "R2") == pytest.approx(r2)
    assert rate_variance(found, effort, "P3") == pytest.approx(p3)
    assert math.isnan(rate_variances(found[:1], effort[:1], np.zeros(1, dtype=np.int64), 1).variance[0])


FOX = {"rate": 0.4124492, "day_range": 7.8937874, "radius": 4.65524, "angle": 44.9831275}


def test_the_red_foxes_of_the_worked_example_come_out_to_the_digits() -> None:
    assert density(**FOX) == pytest.approx(12.6605171, rel=1e-7)
    found = log_normal(12.6605171, 0.60002543)
    assert found.se == pytest.approx(7.5966322, rel=1e-7)
    assert (found.lower, found.upper) == pytest.approx((4.27003937, 37.5379897), rel=1e-7)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the worked example is not at {DATA}")
def test_the_stored_worked_example_is_met() -> None:
    stored = reference()["closed_form_checks"]["REM_red_fox"]
    found = density(
        stored["trap_rate_per_day"], stored["speed_km_day"], stored["radius_m"], stored["angle_deg"]
    )
    assert found == pytest.approx(stored["density_km2"], rel=1e-7)
    interval = log_normal(stored["density_km2"], stored["cv"])
    assert interval.lower == pytest.approx(stored["lcl95"], rel=1e-7)
    assert interval.upper == pytest.approx(stored["ucl95"], rel=1e-7)


def test_the_variance_of_encounters_has_its_parts() -> None:
    zone = Zone(
        Estimate(8.0, 1.6, math.nan, math.nan),
        Estimate(5.0, 0.5, math.nan, math.nan),
        Estimate(40.0, 4.0, math.nan, math.nan),
    )
    stations = Stations(np.array([4.0, 9.0, 2.0, 7.0, 5.0]), np.array([30.0, 30.0, 25.0, 28.0, 30.0]))
    found = fit_encounters(stations, zone, resamples=20_000)
    rate = 27 / 143
    angle = math.radians(4.0) / (2 + math.radians(40.0))
    between = rate_variance(stations.encounters, stations.days) / rate**2
    assert found.density.cv**2 == pytest.approx(between + 0.2**2 + 0.1**2 + angle**2)
    assert sum(found.parts.values()) == pytest.approx(1)
    assert found.bootstrap.se == pytest.approx(found.density.se, rel=0.15)


def test_simulated_animals_met_by_cameras_give_their_density() -> None:
    """Straight movement through sectors: the rate of entering one is D v r (2 + theta) / pi."""
    random = np.random.default_rng(9)
    side, path, radius, angle, animals = 10.0, 4.0, 0.09, math.radians(50), 40_000
    start = random.uniform(-side / 2, side / 2, (animals, 2))
    heading = random.uniform(0, 2 * math.pi, animals)
    way = np.stack([np.cos(heading), np.sin(heading)], axis=1)
    # Only who passes the camera within the radius, walked in steps of 1 m; the torus by shifted copies.
    met = 0
    for shift in [(i * side, j * side) for i in (-1, 0, 1) for j in (-1, 0, 1)]:
        places = start + shift
        along = -(places * way).sum(axis=1)
        nearest = places + np.clip(along, 0, path)[:, None] * way
        close = np.flatnonzero((nearest**2).sum(axis=1) <= radius**2)
        walked = places[close, None] + np.linspace(0, path, 4001)[:, None] * way[close, None]
        near = (walked**2).sum(axis=2) <= radius**2
        inside = near & (np.abs(np.arctan2(walked[..., 1], walked[..., 0])) <= angle / 2)
        met += int((inside[:, 1:] & ~inside[:, :-1]).sum())
    found = density(float(met), path, 1000 * radius, math.degrees(angle))
    assert met > 100
    assert found == pytest.approx(animals / side**2, rel=3 / math.sqrt(met))


@pytest.mark.parametrize(
    ("zone", "words"),
    [((800.0, 5.0, 40.0), "day range"), ((8.0, 0.0, 40.0), "radius"), ((8.0, 5.0, 400.0), "angle")],
)
def test_figures_in_another_unit_are_refused(zone: tuple[float, float, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Zone(*(Estimate(value, 0.1, math.nan, math.nan) for value in zone))


NORMS = Norms((1.0, 5.0, 10.0, math.inf), (0.0, 0.03, 0.05, 0.10))


def test_a_quota_is_taken_from_the_estimate_and_from_its_lower_bound() -> None:
    advice = quota(Estimate(900.0, 250.0, 480.0, 1690.0), 100.0, NORMS)
    assert (advice.from_estimate.share, advice.from_estimate.animals) == (0.05, 45)
    assert advice.from_lower is not None
    assert (advice.from_lower.share, advice.from_lower.animals) == (0.03, 14)
    nothing = quota(Estimate(50.0, math.nan, math.nan, math.nan), 100.0, NORMS)
    assert nothing.from_lower is None
    assert nothing.from_estimate.animals == 0


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 5000), st.floats(0, 1))
def test_the_lower_bound_never_gives_the_larger_quota(number: float, part: float) -> None:
    advice = quota(Estimate(number, 1.0, number * part, number * 2), 100.0, NORMS)
    assert advice.from_lower is not None
    assert advice.from_lower.animals <= advice.from_estimate.animals


@pytest.mark.parametrize(
    ("density_", "share", "words"),
    [
        ((5.0, 1.0, math.inf), (0.1, 0.2, 0.3), "rise"),
        ((1.0, 5.0), (0.1, 0.2), "last step"),
        ((1.0, math.inf), (0.1, 3.0), "between 0 and 1"),
        ((), (), "share for each"),
    ],
)
def test_norms_that_cannot_be_are_refused(
    density_: tuple[float, ...], share: tuple[float, ...], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Norms(density_, share)
