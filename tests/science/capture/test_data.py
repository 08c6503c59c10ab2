"""Wrong data is named before anything is computed with it, wrong models too."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from amur.science.capture.data import Captures, Detectors, Mask, Session, Survey
from amur.science.capture.examples import camera_session, camera_survey
from amur.science.capture.fitting import fit
from amur.science.capture.formula import parse_model
from amur.science.capture.likelihood import Likelihood
from amur.science.capture.model import Model
from amur.science.capture.simulate import with_covariates

SESSION = camera_session()
TRAPS = camera_session("multi")


def captures(session: Session, row: int, **changes: int) -> Session:
    """The session with one row of its captures changed."""
    columns = {}
    for name, value in changes.items():
        columns[name] = getattr(session.captures, name).copy()
        columns[name][row] = value
    return replace(session, captures=replace(session.captures, **columns))


def idle_session() -> Session:
    effort = SESSION.detectors.effort.copy()
    effort[SESSION.captures.detector[3], SESSION.captures.occasion[3]] = 0
    return replace(SESSION, detectors=replace(SESSION.detectors, effort=effort))


def twice_in_traps() -> Session:
    more = {name: getattr(TRAPS.captures, name) for name in ("individual", "occasion", "detector", "count")}
    more = {name: np.append(values, values[0]) for name, values in more.items()}
    return replace(TRAPS, captures=replace(TRAPS.captures, **more))


def detected_after_removal() -> Session:
    removed = np.full(SESSION.captures.animals, -1)
    last = np.array(
        [
            SESSION.captures.occasion[SESSION.captures.individual == i].max()
            for i in range(SESSION.captures.animals)
        ]
    )
    first = int(last.argmax())
    removed[first] = last[first] - 1
    return replace(SESSION, captures=replace(SESSION.captures, removed=removed))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: captures(SESSION, 2, detector=36), "row 3: detector 37, expected 1 to 36"),
        (lambda: captures(SESSION, 2, occasion=-1), "row 3: occasion 0, expected 1 to 10"),
        (lambda: captures(SESSION, 2, count=0), "row 3: the count is not positive"),
        (
            lambda: captures(SESSION, 2, count=2),
            r"row 3: individual '\d+' is detected twice on one occasion at",
        ),
        (idle_session, r"row 4: detector \d+ was idle on occasion"),
        (twice_in_traps, "is detected twice on one occasion"),
        (detected_after_removal, "is detected after its removal"),
        (lambda: Detectors(np.zeros((2, 3)), np.ones((2, 1)), "count"), r"positions have shape \(2, 3\)"),
        (lambda: Detectors(np.full((2, 2), np.nan), np.ones((2, 1)), "count"), "detector 1: its position"),
        (
            lambda: Detectors(np.zeros((2, 2)), -np.ones((2, 1)), "count"),
            "detector 1, occasion 1: .* negative",
        ),
        (lambda: Detectors(np.zeros((2, 2)), np.ones((2, 1)), "net"), "kind 'net', expected one of multi"),
        (
            lambda: Detectors(np.zeros((2, 2)), np.ones((2, 1)), "count", {"bait": np.ones(3)}),
            "covariate 'bait'",
        ),
        (lambda: Mask(np.zeros((2, 2)), 0.0), "the cell area is 0.0 ha"),
        (lambda: Captures(*(np.zeros(1, int),) * 3, np.ones(1, int), ("a", "b")), "individual 'b' has no"),
        (lambda: Survey((SESSION, SESSION)), "two sessions have the same name"),
        (lambda: Survey(()), "at least one session"),
    ],
)
def test_wrong_data_is_named(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("D=1", "expected parameter ~ terms"),
        ("D~1, D~x", "D has two formulas"),
        ("D~x+", "formula part ''"),
        ("D~s(x, k=2)", "a smooth needs k of 3 or more"),
        ("g0~1", "g0 is no parameter of this model"),
        ("lambda0~b+bk", "b and bk: a model can have one learned response"),
        ("D~forest", "the mask of session '1' has no covariate 'forest'"),
        ("lambda0~bait", "session '1' has no variable 'bait' for detection"),
        ("D~Session", "Session has the same value everywhere"),
        ("D~session", "session has the one level '1' only"),
    ],
)
def test_a_wrong_model_is_named(model: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Likelihood(Survey((SESSION,)), Model.of(model))


def test_a_covariate_of_individuals_needs_the_conditional_likelihood() -> None:
    sexes = np.where(np.arange(SESSION.captures.animals) % 2, "F", "M")
    survey = Survey((with_covariates(SESSION, sex=sexes),))
    with pytest.raises(ValueError, match="sex is a covariate of individuals"):
        Likelihood(survey, Model.of("lambda0~sex"))
    sexes[4] = ""
    survey = Survey((with_covariates(SESSION, sex=sexes),))
    with pytest.raises(ValueError, match="individual '5': its sex is unknown"):
        Likelihood(survey, Model.of("lambda0~sex", conditional=True))


def test_a_formula_may_hold_dots_and_commas() -> None:
    formulas = parse_model("D~s(d.to.shore, k=4)+x, sigma~1")
    assert list(formulas) == ["D", "sigma"]
    assert [term.variables for term in formulas["D"]] == [("d.to.shore",), ("x",)]


def test_metres_in_a_density_model_do_no_harm() -> None:
    """The same covariate in units of one and of a million gives the same fit."""
    (session,) = camera_survey().sessions
    found = []
    for factor in (1.0, 1e6):
        mask = replace(session.mask, covariates={"east": factor * session.mask.covariates["east"]})
        found.append(fit(Survey((replace(session, mask=mask),)), Model.of("D~east")))
    assert found[0].log_likelihood == pytest.approx(found[1].log_likelihood, abs=1e-9)
    assert found[0].beta[1] == pytest.approx(1e6 * found[1].beta[1], rel=1e-5)
    assert found[0].se[1] == pytest.approx(1e6 * found[1].se[1], rel=1e-5)


def test_a_camera_that_was_idle_on_the_first_day_breaks_nothing() -> None:
    effort = SESSION.detectors.effort.copy()
    first = SESSION.captures.detector[SESSION.captures.occasion == 0]
    effort[np.setdiff1d(np.arange(36), first), 0] = 0
    survey = Survey((replace(SESSION, detectors=replace(SESSION.detectors, effort=effort)),))
    found = fit(survey, Model.of("lambda0~h2", keep_occasions=True))
    assert np.isfinite(found.log_likelihood)
    assert found.log_likelihood >= fit(survey, Model(keep_occasions=True)).log_likelihood - 1e-6
