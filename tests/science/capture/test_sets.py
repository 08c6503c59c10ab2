"""Sets of models: each ends where it would alone, not below a simpler one, whoever computes them."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from amur.science.capture.examples import camera_survey
from amur.science.capture.fitting import fit
from amur.science.capture.model import Model
from amur.science.capture.resample import bootstrap
from amur.science.capture.sets import contains, fit_set

MODELS = {
    "learned, trend": Model.of("lambda0~bk + T"),
    "constant": Model.of("lambda0~1"),
    "learned": Model.of("lambda0~bk"),
    "exponential": Model.of("lambda0~1", function="HEX"),
}


def test_each_model_of_a_set_ends_where_it_would_alone() -> None:
    survey = camera_survey()
    told: list[tuple[float, str]] = []
    found = fit_set(survey, MODELS, progress=lambda done, name: told.append((done, name)))
    assert list(found) == list(MODELS)
    for name, model in MODELS.items():
        assert found[name].log_likelihood == pytest.approx(fit(survey, model).log_likelihood, abs=1e-7), name
    assert told[-1] == (1.0, "learned, trend") and [done for done, _ in told] == [0.25, 0.5, 0.75, 1.0]


def test_a_model_starts_from_the_one_inside_it() -> None:
    survey = camera_survey()
    small = fit(survey, MODELS["learned"])
    warm = fit(survey, MODELS["learned"], start=dict(zip(small.labels, small.beta, strict=True)))
    assert warm.convergence.iterations < small.convergence.iterations
    assert warm.beta == pytest.approx(small.beta, rel=1e-6)
    assert contains(MODELS["learned, trend"], MODELS["learned"])
    assert not contains(MODELS["exponential"], MODELS["constant"])
    assert not contains(MODELS["learned"], MODELS["learned, trend"])


def test_a_cluster_gives_the_same_fits_and_the_same_bootstrap() -> None:
    distributed = pytest.importorskip(
        "distributed", reason="Dask is not installed (pip install amur[cluster])"
    )
    survey = camera_survey()
    alone = fit_set(survey, MODELS)
    repeated = bootstrap(alone["constant"], 6)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as executor,
    ):
        spread = fit_set(survey, MODELS, executor=executor)
        again = bootstrap(alone["constant"], 6, executor=executor)
    for name, one in alone.items():
        assert spread[name].beta == pytest.approx(one.beta, rel=1e-9), name
    assert again.betas == pytest.approx(repeated.betas, rel=1e-9) and again.failed == repeated.failed


def test_processes_give_the_same_fits() -> None:
    survey = camera_survey()
    alone = fit_set(survey, MODELS)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        spread = fit_set(survey, MODELS, executor=executor)
    for name, one in alone.items():
        assert spread[name].beta == pytest.approx(one.beta, rel=1e-9), name
