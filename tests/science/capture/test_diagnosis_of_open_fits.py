"""What a diagnosis must find in fits of several years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from amur.portal.population.findings import told
from amur.science.capture.data import Survey
from amur.science.capture.diagnosis import reason_of, withheld_of
from amur.science.capture.finding import Finding
from amur.science.capture.open import OpenFit, OpenModel, diagnose_open, fit_open, yearly
from amur.science.capture.open.diagnosis import reason_of_year
from amur.science.capture.open.simulate import six_years


@cache
def good(movement: str = "static") -> OpenFit:
    return fit_open(six_years(), OpenModel.of("phi~session", movement=movement))


def findings(found: OpenFit, **settings: float) -> Mapping[str, Finding]:
    """The findings by code; every one of them can be told."""
    every = diagnose_open(found, **settings)
    for finding in every:
        assert all("{" not in text for text in told(finding, str))
    return {finding.code: finding for finding in every}


def moved(found: OpenFit, **values: float) -> OpenFit:
    """The fit with other coefficients."""
    return replace(
        found,
        beta=np.array([values.get(label, b) for label, b in zip(found.labels, found.beta, strict=True)]),
    )


def test_a_good_fit_has_nothing_withheld() -> None:
    found = good()
    assert withheld_of(diagnose_open(found)) == {}
    rows = [year.growth for year in yearly(found)[:-1]]
    assert all(row is not None and reason_of_year(row, {}) == "" for row in rows)


def test_a_search_that_did_not_end_withholds_everything() -> None:
    found = good()
    stopped = replace(found, convergence=replace(found.convergence, converged=False, decrement=0.5))
    finding = findings(stopped)["not-converged"]
    assert set(finding.withheld) == {"D", "N", "lambda0", "sigma", "phi", "f"}
    row = yearly(found)[0].growth
    assert row is not None and reason_of_year(row, withheld_of([finding])) == "not-converged"


def test_a_flat_likelihood_withholds_everything() -> None:
    found = good()
    flat = replace(
        found, se=np.full_like(found.se, np.nan), covariance=np.full_like(found.covariance, np.nan)
    )
    assert set(findings(flat)["flat"].withheld) == {"D", "N", "lambda0", "sigma", "phi", "f"}


@pytest.mark.parametrize(("value", "code"), [(20.0, "survival-one"), (-20.0, "survival-zero")])
def test_survival_at_its_end_is_withheld_where_it_is(value: float, code: str) -> None:
    """The survival after the second year alone is at its end; the others may be shown."""
    found = good()
    at_end = moved(found, **{"phi.session2": value})
    rows = tuple(
        replace(row, estimate=float(value > 0)) if row.level == "session = 2" else row for row in found.real
    )
    finding = findings(replace(at_end, real=rows))[code]
    assert finding.values["sessions"] == "2"
    reasons = {row.level: reason_of(row, withheld_of([finding])) for row in rows if row.parameter == "phi"}
    assert reasons == {f"session = {k}": code if k == 2 else "" for k in range(1, 6)}


@pytest.mark.parametrize("text", ["f~1", "lambda~1"])
def test_no_recruitment_is_said_and_withheld(text: str) -> None:
    found = fit_open(six_years(), OpenModel.of(text))
    survival = found.likelihood.values("phi", found.beta).value[0]
    none = (
        moved(found, f=-20.0) if text == "f~1" else moved(found, **{"lambda": float(np.log(survival + 1e-3))})
    )
    finding = findings(none)["no-recruitment"]
    assert finding.values["sessions"] == "1, 2, 3, 4, 5"
    row = yearly(none)[0].recruits
    assert row is not None
    assert reason_of_year(replace(row, se=np.nan), withheld_of([finding])) == "no-recruitment"


def test_movement_that_the_mask_cannot_show_is_said() -> None:
    """Cells are 2 km wide."""
    found = good("normal")
    assert findings(moved(found, move=np.log(400.0)))["no-movement"].withheld == ("move",)
    rough = findings(moved(found, move=np.log(900.0)))["coarse-moves"]
    assert (rough.values["side"], rough.values["needed"]) == (2000.0, pytest.approx(1500.0))


def test_few_animals_that_came_back_tell_no_survival() -> None:
    first, second, *_ = six_years(3).sessions
    names = tuple(f"B{k}" for k in range(second.captures.animals))
    strangers = replace(second, captures=replace(second.captures, ids=names))
    finding = findings(fit_open(Survey((first, strangers))))["few-returns"]
    assert (finding.values["returns"], finding.gravity) == (0, "refuse")
    assert finding.withheld == ("phi", "f", "move")


def test_animals_of_all_years_are_counted_once() -> None:
    """An animal seen in six years is one of the ten that are needed."""
    sessions = []
    names = six_years(3).sessions[0].captures.ids[:8]
    for session in six_years(3).sessions:
        captures = session.captures
        keep = np.isin(np.array(captures.ids), names)
        row = keep[captures.individual]
        number = np.cumsum(keep) - 1
        sessions.append(
            replace(
                session,
                captures=replace(
                    captures,
                    individual=number[captures.individual[row]],
                    occasion=captures.occasion[row],
                    detector=captures.detector[row],
                    count=captures.count[row],
                    ids=tuple(np.array(captures.ids)[keep].tolist()),
                ),
            )
        )
    finding = findings(fit_open(Survey(tuple(sessions))))["few-animals"]
    assert (finding.values["animals"], finding.withheld) == (8, ("D", "N"))


def test_the_buffer_is_judged_as_for_a_closed_fit() -> None:
    found = good()
    assert "buffer-narrow" in findings(found, buffer=14_000.0)
    assert findings(found, buffer=14_000.0)["habitat-unknown"].values["area"] == pytest.approx(
        found.survey.sessions[0].mask.area / 100
    )
    assert "habitat-unknown" not in findings(found)
