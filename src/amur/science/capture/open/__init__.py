"""How many, how many live on, how many come: open populations over several years (robust design).

`fit_open` takes a `Survey` whose sessions are years and an `OpenModel` (Jolly-Seber or CJS, centres static,
moving or independent) and gives an `OpenFit` with survival, recruitment or growth, and detection; `yearly`
gives density, numbers, growth and recruits by year with intervals.

- `model.py`: models, years, designs. `movement.py`: kernels of movement. `chains.py`: forward and backward
  sums. `likelihood.py`: the likelihood and its gradient.
- `fitting.py`: the search. `yearly.py`: what follows by year. `diagnosis.py`: what to doubt.
- `simulate.py`: simulated years. `resample.py`: surveys drawn from a fit, bootstrap.

>>> from amur.science.capture.open.simulate import six_years
>>> found = fit_open(six_years(), OpenModel.of("phi~1, f~1"))
>>> found.converged, [f"{row.parameter} {row.estimate:.3g}" for row in found.real][2:]
(True, ['sigma 3.94e+03', 'phi 0.829', 'f 0.103'])
"""

from __future__ import annotations

from amur.science.capture.open.diagnosis import diagnose_open
from amur.science.capture.open.fitting import OpenFit, fit_open
from amur.science.capture.open.likelihood import OpenLikelihood
from amur.science.capture.open.model import OpenModel
from amur.science.capture.open.yearly import Yearly, yearly

__all__ = ["OpenFit", "OpenLikelihood", "OpenModel", "Yearly", "diagnose_open", "fit_open", "yearly"]
