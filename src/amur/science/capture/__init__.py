"""How many animals: spatial capture-recapture by maximum likelihood.

`fit` takes a `Survey` (sessions with detectors, captures and a mask) and a `Model` (formulas, detection
function, kind of likelihood) and gives a `Fit`; `derived`, `comparing` and `profiles` go on from there.

- `data.py`: detectors, captures, masks, sessions, surveys, checked.
- `detection.py`: detection functions. `formula.py`, `design.py`, `model.py`: formulas, design matrices,
  models.
- `builder.py`, `layout.py`, `kernels.py`, `vectors.py`, `special.py`, `likelihood.py`: the likelihood and its
  gradient, compiled.
- `starts.py`, `scaling.py`, `optimising.py`, `fitting.py`, `real.py`: where to start, the search, the result.
- `derived.py`: density, numbers in regions, density surfaces, centres of activity. `comparing.py`: tables by
  Akaike's criterion, averages. `profiles.py`: profile intervals. `redraw.py`, `resample.py`:
  surveys drawn from a fit, bootstrap, goodness of fit.
  `twice.py`: two detections asked of an animal (SCR-2). `search.py`: searched areas in place of detectors.
- `leastcost.py`: distances over a raster.
- `diagnosis.py`, `finding.py`, `evidence.py`, `masking.py`, `truncation.py`, `thorough.py`: whether the
  estimates should be trusted.
- `simulate.py`, `examples.py`: simulated surveys.

>>> from amur.science.capture.examples import camera_survey
>>> found = fit(camera_survey(), Model.of("D~1, lambda0~1, sigma~1", function="HHN"))
>>> f"{1e4 * found.real[0].estimate:.1f} animals per 100 km², sigma {found.real[2].estimate:.0f} m"
'16.0 animals per 100 km², sigma 1828 m'
"""

from __future__ import annotations

from amur.science.capture.comparing import NotComparable, average, compare
from amur.science.capture.data import Captures, Detectors, Mask, Session, Survey
from amur.science.capture.derived import abundance, activity_centres, conditional_density, densities
from amur.science.capture.diagnosis import Finding, diagnose
from amur.science.capture.fitting import Fit, fit
from amur.science.capture.likelihood import Likelihood
from amur.science.capture.model import Model
from amur.science.capture.profiles import profile_interval
from amur.science.capture.real import Estimate
from amur.science.capture.resample import bootstrap, goodness_of_fit
from amur.science.capture.search import search

__all__ = [
    "Captures",
    "Detectors",
    "Estimate",
    "Finding",
    "Fit",
    "Likelihood",
    "Mask",
    "Model",
    "NotComparable",
    "Session",
    "Survey",
    "abundance",
    "activity_centres",
    "average",
    "bootstrap",
    "compare",
    "conditional_density",
    "densities",
    "diagnose",
    "fit",
    "goodness_of_fit",
    "profile_interval",
    "search",
]
