"""Fitting a set of models to one survey: the simpler ones first, the others started from them.

>>> from amur.science.capture.examples import camera_survey
>>> from amur.science.capture.model import Model
>>> set_of_two = {"learned": Model.of("lambda0~bk"), "constant": Model.of("lambda0~1")}
>>> [(name, found.converged) for name, found in fit_set(camera_survey(), set_of_two).items()]
[('learned', True), ('constant', True)]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from itertools import groupby

from amur.science.capture.data import Survey
from amur.science.capture.fitting import Fit, Progress, fit, unwatched
from amur.science.capture.model import Model

Coefficients = Mapping[str, float]


def fit_set(
    survey: Survey,
    models: Mapping[str, Model],
    *,
    executor: Executor | None = None,
    progress: Progress = unwatched,
) -> dict[str, Fit]:
    """Fit several models, by name and in the order given; those of one size side by side on an executor.

    A model starts from the best of the fitted models that it contains, if there is one, so it can hardly end
    below it. Raises ValueError as `fit` does.
    """
    found: dict[str, Fit] = {}
    by_size = sorted(models, key=lambda name: _size(models[name]))
    for _, names in groupby(by_size, key=lambda name: _size(models[name])):
        together = list(names)
        starts = [_start(models[name], found.values()) for name in together]
        chosen = [models[name] for name in together]
        work = partial(_fit_from, survey)
        fits = map(work, chosen, starts) if executor is None else executor.map(work, chosen, starts)
        for name, one in zip(together, fits, strict=True):
            found[name] = one
            progress(len(found) / len(models), name)
    return {name: found[name] for name in models}


def contains(large: Model, small: Model) -> bool:
    """Whether a model has all terms of another one and differs from it in nothing else.

    >>> contains(Model.of("D~forest, sigma~sex"), Model.of("sigma~sex"))
    True
    """
    alike = replace(large, formulas=small.formulas) == small
    return alike and all(
        set(small.formulas.get(name, ())) <= set(large.formulas.get(name, ()))
        for name in large.formulas.keys() | small.formulas.keys()
    )


def _size(model: Model) -> int:
    return sum(len(formula) for formula in model.formulas.values())


def _start(model: Model, fitted: Iterable[Fit]) -> Coefficients | None:
    """The coefficients of the best of the fitted models that a model contains."""
    inside = [one for one in fitted if one.convergence.converged and contains(model, one.model)]
    if not inside:
        return None
    best = max(inside, key=lambda one: one.log_likelihood)
    return dict(zip(best.labels, best.beta.tolist(), strict=True))


def _fit_from(survey: Survey, model: Model, start: Coefficients | None) -> Fit:
    return fit(survey, model, start=start)
