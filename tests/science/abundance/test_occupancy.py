"""Occupancy, Royle-Nichols, N-mixture and counts by distance: stored fits, truth, and what is withheld."""

import math

import numpy as np
import pytest
from abundance_reference import DATA, number, stored, table
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.science.abundance import distance_counts
from amur.science.abundance.counts import Visits, log_sigmoid, log_sum
from amur.science.abundance.distance_counts import DistanceCounts
from amur.science.abundance.linear import Linear
from amur.science.abundance.occupancy import Model, fit
from amur.science.abundance.search import Surface
from amur.science.abundance.sites import Sites

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the stored fits are not at {DATA}")


def columns(rows: list[dict[str, str]], *names: str) -> np.ndarray:
    return np.array([[number(row[name]) for name in names] for row in rows])


def standardised(values: np.ndarray) -> np.ndarray:
    return (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0, ddof=1)


def frogs() -> Sites:
    return Sites(columns(table("unmarked_frogs_pfer.csv"), "V1", "V2", "V3"))


def crossbills() -> Sites:
    rows = table("unmarked_crossbill99.csv")
    return Sites(
        columns(rows, "det991", "det992", "det993"),
        {name: standardised(columns(rows, name)[:, 0]) for name in ("ele", "forest")},
        {"date": standardised(columns(rows, "date991", "date992", "date993"))},
    )


def mallards() -> Sites:
    rows = table("unmarked_mallard.csv")
    return Sites(
        columns(rows, "y.1", "y.2", "y.3"),
        {name: columns(rows, name)[:, 0] for name in ("elev", "length", "forest")},
        {name: columns(rows, *(f"{name}.{name}.{k}" for k in (1, 2, 3))) for name in ("ivel", "date")},
    )


CASES = {
    "occu.crossbill.null": (crossbills, Model()),
    "occu.crossbill.cov": (crossbills, Model(formulas="psi~ele+forest, p~date")),
    "occuRN.frogs.null": (frogs, Model("royle-nichols", largest=25)),
    "occuRN.crossbill": (crossbills, Model("royle-nichols", "lam~ele", largest=50)),
    "pcount.mallard.P": (mallards, Model("nmixture", largest=50)),
    "pcount.mallard.cov": (
        mallards,
        Model("nmixture", "lam~length+elev+forest, p~ivel+date", largest=50),
    ),
    "pcount.mallard.NB": (mallards, Model("nmixture", mixture="negative-binomial", largest=60)),
}


@needs_data
@pytest.mark.parametrize("name", CASES)
def test_stored_fits_are_met_to_the_printed_digits(name: str) -> None:
    make, model = CASES[name]
    found, expected = fit(make(), model), stored("unmarked")[name]
    assert found.maximum.converged
    assert found.aic == pytest.approx(expected["AIC"], abs=5e-6)
    assert found.aic < expected["AIC"] + 1e-7
    coefficients = zip(found.maximum.beta, expected["coef"].values(), expected["se"].values(), strict=True)
    for mine, theirs, se in coefficients:
        assert mine == pytest.approx(theirs, abs=2e-3 * se)
    for mine, theirs in zip(found.maximum.se, expected["se"].values(), strict=True):
        assert mine == pytest.approx(theirs, rel=5e-3)


@needs_data
def test_an_estimate_on_the_boundary_is_not_identifiable_and_the_likelihood_is_higher_than_the_stored() -> (
    None
):
    """Frogs: psi goes to 1; its profile has a lower end and no upper one."""
    found, expected = fit(frogs()), stored("unmarked")["occu.frogs.null"]
    assert found.aic <= expected["AIC"]
    assert not found.estimable("psi")
    assert found.estimable("p")
    lower, upper = found.profile("psi")
    assert lower == pytest.approx(1.38, abs=0.01)
    assert math.isinf(upper)


@needs_data
def test_a_sum_that_ends_too_early_is_told_and_withheld() -> None:
    """The stored fit of frogs ends at 25 animals; larger sums raise the likelihood without end."""
    early, late = fit(frogs(), Model("royle-nichols", largest=25)), fit(frogs(), Model("royle-nichols"))
    assert not early.sufficient
    assert early.change > 0.01
    assert late.largest > 300
    assert not late.estimable("lam")
    assert late.aic < early.aic - 1
    enough = fit(mallards(), Model("nmixture", mixture="negative-binomial"))
    assert enough.sufficient
    assert enough.aic == pytest.approx(stored("unmarked")["pcount.mallard.NB"]["AIC"], abs=1e-6)


@needs_data
@pytest.mark.parametrize(
    ("name", "kind", "formulas", "key", "tolerance"),
    [
        ("distsamp.linetran.hn", "line", "", "half-normal", 1e-8),
        ("distsamp.linetran.hab", "line", "D~habitat, sigma~area", "half-normal", 3e-5),
        ("distsamp.pointtran.hn", "point", "", "half-normal", 1e-7),
        ("distsamp.pointtran.hazard", "point", "", "hazard-rate", 2e-4),
    ],
)
def test_stored_counts_by_distance_are_met(
    name: str, kind: str, formulas: str, key: str, tolerance: float
) -> None:
    rows = table(f"unmarked_{kind}tran.csv")
    bins = 4 if kind == "line" else 5
    data = DistanceCounts(
        columns(rows, *(f"dc{k + 1}" for k in range(bins))),
        tuple(5.0 * k for k in range(bins + 1)),
        kind,  # type: ignore[arg-type]
        1000 * columns(rows, "Length")[:, 0] if kind == "line" else np.ones(len(rows)),
        {"area": columns(rows, "area")[:, 0], "habitat": np.array([row["habitat"] for row in rows])},
    )
    found, expected = distance_counts.fit(data, formulas, key), stored("unmarked")[name]  # type: ignore[arg-type]
    assert found.aic == pytest.approx(expected["AIC"], abs=tolerance)
    for mine, theirs, se in zip(
        found.maximum.beta, expected["coef"].values(), expected["se"].values(), strict=True
    ):
        assert mine == pytest.approx(theirs, abs=0.01 * se)


def test_two_visits_have_the_analytic_maximum() -> None:
    """Of both, one, no detection n2, n1, n0: p = 2 n2 / (2 n2 + n1), psi = (n1 + n2) / n (1 - (1 - p)²)."""
    histories = np.array([[1, 1]] * 30 + [[1, 0]] * 22 + [[0, 1]] * 18 + [[0, 0]] * 50, dtype=float)
    found = fit(Sites(histories))
    p = 60 / (60 + 40)
    assert found.mean("p").estimate == pytest.approx(p, abs=1e-5)
    assert found.mean("psi").estimate == pytest.approx(70 / 120 / (1 - (1 - p) ** 2), abs=1e-5)


def test_missed_visits_play_no_part() -> None:
    histories = np.array([[1, 1], [1, 0], [0, 1], [0, 0], [0, 0]] * 8, dtype=float)
    empty = np.full((40, 1), np.nan)
    one, other = fit(Sites(histories)), fit(Sites(np.hstack([empty, histories, empty])))
    assert other.maximum.log_likelihood == pytest.approx(one.maximum.log_likelihood, abs=1e-9)
    never = np.vstack([histories, np.full((3, 2), np.nan)])
    assert fit(Sites(never)).maximum.log_likelihood == pytest.approx(one.maximum.log_likelihood, abs=1e-9)


def test_an_unknown_covariate_makes_a_visit_missed() -> None:
    histories = np.array([[1, 1], [1, 0], [0, 1], [0, 0], [0, 1]] * 8, dtype=float)
    rain = np.random.default_rng(1).normal(size=histories.shape)
    gone = rain.copy()
    gone[3, 1] = np.nan
    without = histories.copy()
    without[3, 1] = np.nan
    model = Model(formulas="p~rain")
    one = fit(Sites(histories, visit_covariates={"rain": gone}), model)
    other = fit(Sites(without, visit_covariates={"rain": rain}), model)
    assert one.aic == pytest.approx(other.aic, abs=1e-8)


@pytest.mark.parametrize(
    ("kind", "mixture"),
    [("nmixture", "poisson"), ("nmixture", "negative-binomial"), ("nmixture", "zero-inflated")],
)
def test_simulated_abundance_is_found_back(kind: str, mixture: str) -> None:
    random = np.random.default_rng(5)
    mean = np.full(600, 4.0)
    if mixture == "negative-binomial":
        mean = random.gamma(3.0, 4.0 / 3.0, 600)
    animals = random.poisson(mean)
    if mixture == "zero-inflated":
        animals[random.random(600) < 0.3] = 0
    counts = random.binomial(animals[:, None], 0.5, (600, 4)).astype(float)
    found = fit(Sites(counts), Model(kind, mixture=mixture))  # type: ignore[arg-type]
    assert found.mean("lam").estimate == pytest.approx(4.0, rel=0.1)
    assert found.mean("p").estimate == pytest.approx(0.5, abs=0.04)
    assert found.expected_number.estimate == pytest.approx(animals.sum(), rel=0.08)
    assert all(found.estimable(name) for name in found.model.parameters)


def test_the_response_to_a_covariate_holds_the_others_at_their_means() -> None:
    random = np.random.default_rng(6)
    wood, snow = random.normal(size=(2, 400))
    there = random.random(400) < 1 / (1 + np.exp(-(0.3 + 1.2 * wood - 0.8 * snow)))
    seen = there[:, None] & (random.random((400, 4)) < 0.5)
    sites = Sites(seen.astype(float), {"wood": wood, "snow": snow})
    found = fit(sites, Model(formulas="psi~wood+snow"))
    beta = found.maximum.beta
    value, low, high = found.response("psi", "wood", np.array([-1.0, 0.0, 2.0]))
    eta = beta[0] + beta[1] * np.array([-1.0, 0.0, 2.0]) + beta[2] * snow.mean()
    assert value == pytest.approx(1 / (1 + np.exp(-eta)))
    assert ((low < value) & (value < high)).all()
    with pytest.raises(ValueError, match="plain number"):
        fit(sites, Model(formulas="psi~wood*snow")).response("psi", "wood", np.zeros(1))
    with pytest.raises(ValueError, match="plain number"):
        found.response("p", "wood", np.zeros(1))


def test_simulated_intervals_of_occupancy_hold_the_truth() -> None:
    random = np.random.default_rng(12)
    held = []
    for _ in range(80):
        there = random.random(120) < 0.5
        found = fit(Sites((there[:, None] & (random.random((120, 4)) < 0.4)).astype(float))).mean("psi")
        held.append(found.lower <= 0.5 <= found.upper)
    assert np.mean(held) >= 0.88


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Model(formulas="lam~1"), "lam is no parameter"),
        (Model(formulas="psi~wood"), "no such covariate"),
        (Model("nmixture", largest=1), "3 animals were counted at once"),
    ],
)
def test_models_that_cannot_be_are_refused(model: Model, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fit(Sites(np.array([[3.0, 1.0], [0.0, 1.0]])), model)


def test_a_mixture_of_a_model_without_one_is_refused() -> None:
    with pytest.raises(ValueError, match="no mixture"):
        Model("occupancy", mixture="negative-binomial")
    with pytest.raises(ValueError, match="nothing was found"):
        fit(Sites(np.zeros((5, 2))))


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(
        [
            ("occupancy", "poisson"),
            ("royle-nichols", "poisson"),
            ("nmixture", "poisson"),
            ("nmixture", "negative-binomial"),
            ("nmixture", "zero-inflated"),
        ]
    ),
    st.integers(0, 1000),
)
def test_complex_steps_give_the_gradient(which: tuple[str, str], seed: int) -> None:
    random = np.random.default_rng(seed)
    model = Model(which[0], mixture=which[1])  # type: ignore[arg-type]
    sites = Sites(random.binomial(3, 0.4, (12, 3)).astype(float))
    linear = Linear.of("", model.parameters, {}, {model.parameters[0]: (12,), "p": (12, 3)})
    surface = Surface(Visits(model.kind, model.mixture, sites, linear, 25).value)
    beta = random.normal(0, 0.7, len(linear.labels))
    value, gradient = surface.value_and_gradient(beta)
    assert value == pytest.approx(surface.value(beta), rel=1e-12)
    for k in range(len(beta)):
        away = np.zeros(len(beta))
        away[k] = 1e-5
        difference = (surface.value(beta + away) - surface.value(beta - away)) / 2e-5
        assert gradient[k] == pytest.approx(difference, rel=1e-5, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-700, 700), min_size=1, max_size=6))
def test_sums_of_logs_do_not_overflow(values: list[float]) -> None:
    logs = np.array(values)
    assert max(values) - 1e-9 <= float(log_sum(logs)) <= max(values) + math.log(len(values)) + 1e-9
    assert (log_sigmoid(logs) <= 0).all()
    assert np.allclose(np.exp(log_sigmoid(logs)) + np.exp(log_sigmoid(-logs)), 1.0)
