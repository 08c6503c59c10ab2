"""Every stored fit of secr in scope, at its stored coefficients."""

from typing import Any

import numpy as np
import pytest
from secr_reference import DATA, beta_of, fits, model_of, survey_of_fit

from amur.science.capture.fitting import fit
from amur.science.capture.likelihood import Likelihood

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference fits of secr are not at {DATA}")
FITS = fits() or {"no data": {}}
# secr gives chances below 1e-200 another value: at these coefficients a lizard that moved far has such a chance.
UNDERFLOW = {("infra.0", 2): 2e-5}
# The displaced coefficients make densities that overflow; secr gives -1e10, we say -inf.
OVERFLOW = -1e9


@pytest.mark.parametrize("name", FITS)
def test_the_likelihood_is_that_of_secr_at_stored_coefficients(name: str) -> None:
    fit = FITS[name]
    likelihood = Likelihood(survey_of_fit(fit), model_of(fit))
    for number, (beta, expected) in enumerate(checks(fit)):
        found = likelihood.value(beta)
        if expected == -1e10:
            assert found < OVERFLOW
        else:
            assert found == pytest.approx(expected, rel=UNDERFLOW.get((name, number), 1e-8), abs=0)


def checks(fit: dict[str, Any]) -> list[tuple[np.ndarray, float]]:
    stored = [(np.array(check["beta"]), check["loglik"]) for check in fit.get("loglik_checks", [])]
    return stored or [(beta_of(fit), fit["logLik"])]


# Estimates may differ where secr stopped early (its convergence code is 2 or 3), and its standard errors are
# differences of the likelihood, which fail for covariates in metres.
STOPPED_EARLY = {"infra.0", "kruger.count.a0sigmak"}
IN_METRES = {"possum.Ddshore", "packaged.possum.model.Ds"}
FLAT = {"captdata.h2"}


@pytest.mark.parametrize("name", FITS)
def test_the_fit_is_that_of_secr_or_better(name: str) -> None:
    reference_fit = FITS[name]
    found = fit(survey_of_fit(reference_fit), model_of(reference_fit))
    assert found.converged
    assert found.log_likelihood >= reference_fit["logLik"] - 1e-8
    if name in STOPPED_EARLY:
        return
    expected = beta_of(reference_fit)
    errors = np.array([reference_fit["coef"][label]["SE.beta"] for label in reference_fit["beta_names"]])
    assert found.log_likelihood == pytest.approx(reference_fit["logLik"], abs=2e-5)
    if name in IN_METRES:
        assert np.abs((found.beta - expected) / errors).max() < 0.01
        return
    # A coefficient is the log (or logit) of a parameter, so 1e-4 of it is 1e-4 relative.
    assert np.abs(found.beta - expected).max() < (3e-4 if name in FLAT else 1e-4)
    assert np.abs(found.se / errors - 1).max() < 0.01


def test_better_than_a_search_that_stopped() -> None:
    """The density model in metres at which secr stopped, below a model nested in it."""
    stopped = FITS["kruger.count.a0sigmak"]
    nested = FITS["kruger.count.Dhab"]
    found = fit(survey_of_fit(stopped), model_of(stopped))
    assert found.log_likelihood > stopped["logLik"] + 9
    assert found.log_likelihood > nested["logLik"]


@pytest.mark.parametrize("name", ["tiger.HHN", "bear.EX.h2", "oven.Dsess", "captdata.0"])
def test_parameters_have_the_intervals_of_secr(name: str) -> None:
    stored = FITS[name]
    found = fit(survey_of_fit(stored), model_of(stored))
    for parameter in stored["settings"]["model"]:
        mine = [row for row in found.real if row.parameter == parameter]
        theirs = [level["params"][parameter] for level in stored["real"]]
        for row in mine:
            near = min(theirs, key=lambda other: abs(other["estimate"] - row.estimate))
            assert row.estimate == pytest.approx(near["estimate"], rel=1e-4)
            assert row.se == pytest.approx(near["SE.estimate"], rel=0.01)
            assert row.lower == pytest.approx(near["lcl"], rel=0.01)
            assert row.upper == pytest.approx(near["ucl"], rel=0.01)
