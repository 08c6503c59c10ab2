"""Open populations: the likelihood against enumeration and limits, estimates against simulations."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from amur.science.capture.data import Captures, Detectors, Mask, Session, Survey
from amur.science.capture.examples import camera_session, grid, mask_around
from amur.science.capture.fitting import fit
from amur.science.capture.likelihood import Likelihood
from amur.science.capture.model import Model
from amur.science.capture.open import OpenLikelihood, OpenModel, diagnose_open, fit_open, yearly
from amur.science.capture.open.movement import MOVEMENTS, forth, grid_of, kernels_of, room, smooth
from amur.science.capture.open.simulate import OpenTruth, simulate_years, six_years
from amur.science.capture.open.yearly import total_growth
from amur.science.capture.simulate import Truth

VALUES = {
    "D": np.log(1e-4),
    "lambda0": np.log(0.015),
    "g0": -4.0,
    "sigma": np.log(4000.0),
    "phi": 1.3,
    "phi.Session": -0.1,
    "f": np.log(0.25),
    "lambda": 0.1,
    "move": np.log(2500.0),
}


def at(likelihood: OpenLikelihood, **changed: float) -> np.ndarray:
    return np.array([(VALUES | changed)[label] for label in likelihood.labels])


@pytest.mark.parametrize("kind", ["proximity", "multi", "count"])
def test_one_year_is_a_closed_survey(kind: str) -> None:
    survey = Survey((camera_session(kind),))
    opened, closed = OpenLikelihood(survey, OpenModel.of()), Likelihood(survey, Model.of())
    beta = np.array([-6.5, -2.9, 7.6])
    value, gradient = opened.value_and_gradient(beta)
    assert value == pytest.approx(closed.value(beta), rel=1e-12)
    assert gradient == pytest.approx(closed.value_and_gradient(beta)[1], rel=1e-9)
    found, expected = fit_open(survey), fit(survey)
    assert found.beta == pytest.approx(expected.beta, rel=1e-6)
    assert found.se == pytest.approx(expected.se, rel=1e-4)
    (year,) = yearly(found)
    assert year.density is not None
    assert year.density.estimate == pytest.approx(expected.real[0].estimate, rel=1e-6)


# Three cells, two detectors, three years, three animals of which one is removed: every chain can be written
# out.
PLACES = np.array([[0.0, 0.0], [1000.0, 0.0], [1000.0, 1000.0]])
MASK = Mask(PLACES, 100.0)
TRAPS = Detectors(np.array([[200.0, 0.0], [900.0, 800.0]]), np.ones((2, 2)), "proximity")
DETECTED = [
    {"a": [(0, 0)], "b": [(0, 1), (1, 1)]},
    {"b": [(1, 0)], "c": [(0, 0)]},
    {"a": [(1, 1)], "c": [(0, 1)]},
]
INTERVALS = np.array([1.0, 2.0])


def tiny(removed: bool = True) -> Survey:
    sessions = []
    for t, detected in enumerate(DETECTED):
        rows = [(i, s, j) for i, found in enumerate(detected.values()) for s, j in found]
        columns = np.array(rows).T
        gone = np.array([-1 if not (removed and (t, name) == (1, "b")) else 1 for name in detected])
        captures = Captures(
            *columns, np.ones(len(rows), dtype=np.int64), tuple(detected), removed=gone if removed else None
        )
        sessions.append(Session(str(t + 1), TRAPS, captures, MASK))
    return Survey(tuple(sessions))


def transition(movement: str, move: float, density: np.ndarray, interval: float) -> np.ndarray:
    away = np.hypot(*(PLACES[:, None] - PLACES[None]).transpose(2, 0, 1))
    scale = move * np.sqrt(interval)
    if movement == "static":
        return np.eye(3)
    if movement == "independent":
        return np.tile(density / density.sum(), (3, 1))
    shape = np.exp(-0.5 * (away / scale) ** 2) if movement == "normal" else np.exp(-away / scale)
    return shape / shape.sum(axis=1, keepdims=True)


def chance(t: int, who: str, cell: int, hazard: np.ndarray, removed: bool) -> float:
    """Of the detections of an animal alive in a cell in a year."""
    detected = DETECTED[t].get(who, [])
    value = 1.0
    for s, j in product(range(2), range(2)):
        if removed and (t, who) == (1, "b") and s > 1:
            continue
        p = 1 - np.exp(-hazard[j, cell])
        value *= p if (s, j) in detected else 1 - p
    return value


def chains(
    entry: int, kernels: list[np.ndarray], survival: np.ndarray, start: np.ndarray
) -> Iterator[tuple[float, list[int]]]:
    """The chance of every life that begins in a year, with its cells."""
    for length in range(1, 4 - entry):
        for cells in product(range(3), repeat=length):
            weight = start[cells[0]]
            for step in range(1, length):
                t = entry + step - 1
                weight *= survival[t] * kernels[t][cells[step - 1], cells[step]]
            if entry + length < 3:
                weight *= 1 - survival[entry + length - 1]
            yield weight, list(cells)


@pytest.mark.parametrize("movement", MOVEMENTS)
@pytest.mark.parametrize("kind", ["jolly-seber", "cjs"])
def test_the_likelihood_is_the_sum_over_all_lives(movement: str, kind: str) -> None:
    survey = tiny()
    model = OpenModel.of("lambda0~1", kind=kind, movement=movement)
    likelihood = OpenLikelihood(survey, model, INTERVALS)
    changed = {"D": np.log(0.02), "lambda0": -0.7, "sigma": np.log(700.0), "move": np.log(600.0)}
    beta = at(likelihood, **changed)
    away = np.hypot(*(TRAPS.positions[:, None] - PLACES[None]).transpose(2, 0, 1))
    hazard = np.exp(-0.7) * np.exp(-0.5 * (away / 700.0) ** 2)
    phi, f = 1 / (1 + np.exp(-1.3)), 0.25
    survival, growth = phi**INTERVALS, (phi + f) ** INTERVALS
    density = np.full(3, 0.02 * 100.0)
    kernels = [transition(movement, 600.0, density, interval) for interval in INTERVALS]
    number = [1.0, growth[0], growth[0] * growth[1]]
    arriving = [1.0, number[0] * (growth[0] - survival[0]), number[1] * (growth[1] - survival[1])]

    def life(who: str, entry: int, cells: list[int]) -> float:
        value = 1.0
        for t in range(3):
            if who == "b" and t > 1:
                continue  # removed in the second year
            if entry <= t < entry + len(cells):
                value *= chance(t, who, cells[t - entry], hazard, True)
            elif who in DETECTED[t]:
                return 0.0
        return value

    total = 0.0
    if kind == "jolly-seber":
        for who in "abc":
            lives = [
                weight * life(who, entry, cells)
                for entry in range(3)
                for weight, cells in _lives(who, entry, kernels, survival, density * arriving[entry])
            ]
            total += np.log(sum(lives))
        for entry in range(3):
            for weight, cells in chains(entry, kernels, survival, density * arriving[entry]):
                total -= weight * (1 - life("nobody", entry, cells))
    else:
        for who, first in (("a", 0), ("b", 0), ("c", 1)):
            start = density / density.sum()
            lives = [
                weight * life(who, first, cells)
                for weight, cells in _lives(who, first, kernels, survival, start)
            ]
            seen = [start[cell] * (1 - np.exp(-2 * hazard[:, cell].sum())) for cell in range(3)]
            total += np.log(sum(lives)) - np.log(sum(seen))
    # Occasions are collapsed in the first and the last year: once of two, two of two.
    assert likelihood.closed.layouts[0].collapsed and not likelihood.closed.layouts[1].collapsed
    total += np.log(2) * 3  # detections once of two: a, and a and c in the last year
    assert likelihood.value(beta) == pytest.approx(total, rel=2e-6 if movement == "exponential" else 1e-10)


def _lives(
    who: str, entry: int, kernels: list[np.ndarray], survival: np.ndarray, start: np.ndarray
) -> Iterator[tuple[float, list[int]]]:
    """As `chains`; what happens to an animal after its removal is left out."""
    for weight, cells in chains(entry, kernels, survival, start):
        if who != "b" or entry > 1:
            yield weight, cells
            continue
        # One chain for each course of the first two years.
        if entry + len(cells) == 2:
            yield weight / (1 - survival[1]), cells
        elif entry + len(cells) < 2:
            yield weight, cells


@pytest.mark.parametrize("movement", MOVEMENTS)
@pytest.mark.parametrize(
    ("kind", "text"), [("jolly-seber", "phi~Session"), ("jolly-seber", "lambda~1"), ("cjs", "phi~Session")]
)
def test_the_gradient_is_that_of_differences(movement: str, kind: str, text: str) -> None:
    survey = six_years(2, movement, 2500.0)
    model = OpenModel.of(text, kind=kind, movement=movement)
    likelihood = OpenLikelihood(survey, model, np.array([1, 2, 1, 0.5, 1]))
    beta = at(likelihood)
    gradient = likelihood.value_and_gradient(beta)[1]
    for k in range(len(beta)):
        away = np.zeros(len(beta))
        away[k] = 1e-5
        slope = (likelihood.value(beta + away) - likelihood.value(beta - away)) / 2e-5
        assert gradient[k] == pytest.approx(slope, rel=1e-6, abs=1e-5)


def test_the_gradient_to_a_surface_of_density() -> None:
    """Also where new centres are drawn from it."""
    survey = six_years(2, "independent")
    mask = survey.sessions[0].mask
    shared = Mask(mask.points, mask.cell_area, {"north": mask.points[:, 1] / 1e4})
    survey = Survey(tuple(replace(session, mask=shared) for session in survey.sessions))
    likelihood = OpenLikelihood(survey, OpenModel.of("D~north", movement="independent"))
    beta = at(likelihood, **{"D.north": 0.2})
    gradient = likelihood.value_and_gradient(beta)[1]
    away = np.array([0, 1e-5, 0, 0, 0, 0])
    slope = (likelihood.value(beta + away) - likelihood.value(beta - away)) / 2e-5
    assert gradient[1] == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("movement", ["normal", "exponential"])
@pytest.mark.parametrize("kind", ["jolly-seber", "cjs"])
def test_static_is_the_limit_of_little_movement(movement: str, kind: str) -> None:
    survey = six_years(4)
    still = OpenLikelihood(survey, OpenModel.of(kind=kind))
    moving = OpenLikelihood(survey, OpenModel.of(kind=kind, movement=movement))
    assert moving.value(at(moving, move=np.log(40.0))) == pytest.approx(still.value(at(still)), rel=1e-12)


def test_where_places_do_not_matter_it_is_the_cjs_of_textbooks() -> None:
    """sigma is so large that every animal is detected alike: Lebreton et al. 1992, written out."""
    survey = six_years(5)
    likelihood = OpenLikelihood(survey, OpenModel.of(kind="cjs"))
    beta = at(likelihood, sigma=np.log(1e12), lambda0=np.log(2e-4), phi=0.8)
    phi, stations, days = 1 / (1 + np.exp(-0.8)), 49, 60
    p = 1 - np.exp(-2e-4 * stations * days)
    never = [1.0]  # the chance of not being seen again, years before the last one
    for _ in range(5):
        never.append(1 - phi + phi * (1 - p) * never[-1])
    total = 0.0
    for first, last, row in zip(
        likelihood.years.first, likelihood.years.last, likelihood.years.within, strict=True
    ):
        seen = (row[first + 1 : last + 1] >= 0).sum()
        total += (last - first) * np.log(phi) + seen * np.log(p)
        total += (last - first - seen) * np.log(1 - p) + np.log(never[5 - last])
    # What is left is how the detections of a year lie among stations and days, given that there is one.
    one = 1 - np.exp(-2e-4)
    for session in survey.sessions:
        counts = np.bincount(session.captures.individual, minlength=session.captures.animals)
        total += (counts * np.log(one) + (stations * days - counts) * np.log(1 - one) - np.log(p)).sum()
    constant = likelihood.constant
    assert likelihood.value(beta) == pytest.approx(total + constant, rel=1e-9)


def test_kernels_are_distributions_and_derivatives_of_their_scale() -> None:
    mask = mask_around(grid(3, 3000.0), 6000.0, 1000.0)
    cells = grid_of(mask)
    target = np.full(len(mask.points), 1 / len(mask.points))
    away = np.hypot(*(mask.points[:, None] - mask.points[None]).transpose(2, 0, 1))
    values = np.random.default_rng(1).uniform(size=len(mask.points))
    for movement, shape in (
        ("normal", np.exp(-0.5 * (away / 2300.0) ** 2)),
        ("exponential", np.exp(-away / 2300.0)),
    ):
        kernels = kernels_of(cells, movement, np.array([2300.0]), target)
        out, steep = np.empty((2, len(values)))
        space = room(kernels)
        forth(kernels, 0, values, out, steep, False, space)
        assert out == pytest.approx(values @ (shape / shape.sum(axis=1, keepdims=True)), rel=1e-5)
        assert out.sum() == pytest.approx(values.sum())
        smooth(kernels, 0, values, out, steep, True, space)
        sums = []
        for scale in (2300.0 * np.exp(-1e-5), 2300.0 * np.exp(1e-5)):
            near = kernels_of(cells, movement, np.array([scale]), target)
            smooth(near, 0, values, out, out, False, space)
            sums.append(out.copy())
        assert steep == pytest.approx((sums[1] - sums[0]) / 2e-5, rel=1e-5)


@pytest.mark.parametrize(("movement", "move"), [("static", 0.0), ("normal", 3000.0), ("exponential", 2000.0)])
def test_fits_find_the_truth_on_the_mean(movement: str, move: float) -> None:
    """Means over simulations within three Monte-Carlo errors, and intervals that hold the truth."""
    truth = {"D": 1e-4, "phi": 0.82, "f": 0.20, "sigma": 4000.0, "move": move}
    found: dict[str, list[float]] = {name: [] for name in truth}
    held = dict.fromkeys(truth, 0)
    seeds = range(6 if movement == "exponential" else 20)
    for seed in seeds:
        result = fit_open(six_years(100 + seed, movement, move), OpenModel.of(movement=movement))
        assert result.converged
        for row in result.real:
            if row.parameter in truth:
                found[row.parameter].append(row.estimate)
                held[row.parameter] += row.lower < truth[row.parameter] < row.upper
    for name, values in found.items():
        if values and name != "move":
            error = np.std(values, ddof=1) / np.sqrt(len(values))
            assert abs(np.mean(values) - truth[name]) < 3 * error + 0.02 * truth[name], name
            assert held[name] >= 0.8 * len(values), name
    if movement != "static":
        # A kernel that is read off at the middles of cells of 2 km.
        assert np.median(found["move"]) == pytest.approx(move, rel=0.15)


def test_years_have_numbers_growth_and_recruits() -> None:
    found = fit_open(six_years(), OpenModel.of("phi~1, lambda~1"))
    years = yearly(found)
    rate = next(row for row in found.real if row.parameter == "lambda")
    assert [year.name for year in years] == ["1", "2", "3", "4", "5", "6"]
    for before, after in pairwise(years):
        assert before.growth is not None and before.recruits is not None and before.survival is not None
        assert before.number is not None and after.number is not None
        assert after.number.estimate == pytest.approx(before.number.estimate * rate.estimate)
        survivors = before.number.estimate * before.survival.estimate
        assert before.recruits.estimate == pytest.approx(after.number.estimate - survivors)
        assert before.growth.lower == pytest.approx(rate.lower, rel=1e-5)
        assert 0 < before.survival.lower < before.survival.upper < 1
    growth = total_growth(found)
    assert growth is not None and growth.estimate == pytest.approx(rate.estimate)
    by_f = fit_open(six_years(), OpenModel.of("phi~1, f~1"))
    assert by_f.log_likelihood == pytest.approx(found.log_likelihood, rel=1e-9)


def test_a_survival_of_one_is_said_and_the_rest_is_told() -> None:
    detectors = grid(6, 4000.0, "proximity", 60)
    mask = mask_around(detectors, 14_000.0, 2000.0)
    truth = OpenTruth(Truth(1.5e-4, 0.02, 4000.0), 0.9999, 0.15)
    survey = simulate_years([detectors] * 3, mask, truth, np.random.default_rng(1))
    found = fit_open(survey)
    assert "survival-one" in {finding.code for finding in diagnose_open(found)}
    by_name = {row.parameter: row for row in found.real}
    assert np.isfinite(by_name["D"].se) and np.isfinite(by_name["sigma"].se)
    assert not np.isfinite(by_name["phi"].se)


def test_unequal_intervals_speak_of_the_same_rates() -> None:
    """Leaving the third of five years out, with an interval of two, asks for the same survival."""
    survey = six_years(7)
    kept = Survey(tuple(survey.sessions[t] for t in (0, 1, 3, 4, 5)))
    whole, part = fit_open(survey), fit_open(kept, intervals=np.array([1.0, 2, 1, 1]))
    for name in ("phi", "f"):
        a, b = (next(row for row in found.real if row.parameter == name) for found in (whole, part))
        assert abs(a.estimate - b.estimate) < a.se


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda: (tiny(), OpenModel(), np.ones(3)), "3 sessions need 2 intervals above 0"),
        (lambda: (tiny(), OpenModel.of("D~session"), None), "D is the density of the first year"),
        (lambda: (tiny(), OpenModel.of("phi~rain"), None), "no variable 'rain'"),
        (lambda: (tiny(), OpenModel.of("f~1, lambda~1"), None), "given by one of them"),
        (lambda: (tiny(), OpenModel.of("lambda0~h2"), None), "no classes"),
        (lambda: (tiny(), OpenModel.of(movement="swimming"), None), "movement 'swimming'"),
        (lambda: (turned(), OpenModel.of(movement="normal"), None), "square grid"),
        (lambda: (elsewhere(), OpenModel(), None), "the mask of session '2' is another one"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        survey, model, intervals = change()  # type: ignore[operator]
        OpenLikelihood(survey, model, intervals)


def turned() -> Survey:
    angle = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    mask = Mask(PLACES @ angle, 100.0)
    return Survey(tuple(replace(session, mask=mask) for session in tiny().sessions))


def elsewhere() -> Survey:
    first, second, third = tiny().sessions
    return Survey((first, replace(second, mask=Mask(PLACES + 1.0, 100.0)), third))


def test_an_animal_does_not_come_back_after_its_removal() -> None:
    sessions = list(tiny().sessions)
    sessions[2] = replace(sessions[2], captures=replace(sessions[2].captures, ids=("b", "c")))
    with pytest.raises(ValueError, match="'b' is detected after its removal"):
        OpenLikelihood(Survey(tuple(sessions)), OpenModel())


@pytest.mark.parametrize(
    ("kind", "function", "text"),
    [("multi", "HN", "g0~session"), ("count", "HEX", "sigma~Session"), ("proximity", "HHR", "lambda0~b")],
)
def test_years_may_differ_in_detectors_and_one_may_be_empty(kind: str, function: str, text: str) -> None:
    """The gradient with other detectors each year, a year without detections, and models of detection."""
    mask = mask_around(grid(6, 4000.0), 12_000.0, 2000.0)
    truth = OpenTruth(Truth(1.5e-4, 0.03, 4000.0), 0.8, 0.25, "normal", 2000.0)
    detectors = [grid(count, 4000.0, kind, 12) for count in (6, 4, 5, 6)]
    survey = simulate_years(detectors, mask, truth, np.random.default_rng(6))
    nothing = np.zeros(0, dtype=np.int64)
    empty = replace(survey.sessions[1], captures=Captures(nothing, nothing, nothing, nothing, ()))
    survey = Survey((survey.sessions[0], empty, *survey.sessions[2:]))
    likelihood = OpenLikelihood(survey, OpenModel.of(text, function=function, movement="normal"))
    beta = np.array([(VALUES | {"z": np.log(3.5)}).get(label, 0.1) for label in likelihood.labels])
    gradient = likelihood.value_and_gradient(beta)[1]
    for k in range(len(beta)):
        away = np.zeros(len(beta))
        away[k] = 1e-5
        slope = (likelihood.value(beta + away) - likelihood.value(beta - away)) / 2e-5
        assert gradient[k] == pytest.approx(slope, rel=1e-5, abs=2e-5)
    assert fit_open(survey, OpenModel.of(function="HHN" if kind != "multi" else "HN")).converged
