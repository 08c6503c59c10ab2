"""Every stored fit of secr in scope, at its stored coefficients."""

from typing import Any

import numpy as np
import pytest
from secr_reference import DATA, beta_of, fits, model_of, survey_of_fit

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
