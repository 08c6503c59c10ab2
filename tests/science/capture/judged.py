"""Simulated surveys for the tests of the diagnosis, and the findings in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from amur.portal.population.findings import told
from amur.science.capture.data import Captures, Detectors, Session, Survey
from amur.science.capture.diagnosis import Finding, diagnose
from amur.science.capture.examples import grid, mask_around
from amur.science.capture.fitting import Fit, fit
from amur.science.capture.simulate import Truth, simulate_session

SIGMA = 2000.0


def surveyed(
    *,
    density: float = 0.003,
    hazard: float = 0.08,
    detectors: Detectors | None = None,
    buffer: float = 8000.0,
    spacing: float = 1000.0,
    seed: int = 2,
) -> Survey:
    """Animals at 30 per 100 km² on a large mask, of which the fit gets the part within a buffer."""
    detectors = detectors or grid(7, 2000.0)
    wide = mask_around(detectors, 12_000.0, 1000.0)
    truth = Truth(density, hazard, SIGMA)
    session = simulate_session("1", detectors, wide, truth, np.random.default_rng(seed))
    return Survey((replace(session, mask=mask_around(detectors, buffer, spacing)),))


@cache
def good_fit() -> Fit:
    """Of a survey that nothing is wrong with."""
    return fit(surveyed())


def found_in(found: Fit, **settings: object) -> Mapping[str, Finding]:
    """The findings by code; every one of them can be told."""
    findings = diagnose(found, **settings)  # type: ignore[arg-type]
    for finding in findings:
        assert all("{" not in sentence for sentence in told(finding, str))
    return {finding.code: finding for finding in findings}


def by_captures(rows: Sequence[tuple[int, int, int]], detectors: Detectors, buffer: float = 8000.0) -> Survey:
    """A survey of animal, occasion and detector."""
    individual, occasion, detector = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    ids = tuple(str(k) for k in range(int(individual.max()) + 1))
    captures = Captures(individual, occasion, detector, np.ones(len(rows), dtype=np.int64), ids)
    return Survey((Session("1", detectors, captures, mask_around(detectors, buffer, 1000.0)),))
