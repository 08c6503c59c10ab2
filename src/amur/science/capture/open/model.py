"""What is fitted to the captures of several years: `OpenModel`, the years, and the design of survival.

Sessions of a `Survey` are years (primary sessions of a robust design); the same name in `ids` is the same
animal. Their masks must be one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from amur.science.capture.data import Booleans, Floats, Integers, Survey
from amur.science.capture.design import Design, Variable, build
from amur.science.capture.formula import Formula, parse_model, variables_of
from amur.science.capture.model import Link, Model
from amur.science.capture.open.movement import MOVEMENTS, Movement

Kind = Literal["jolly-seber", "cjs"]
KINDS: tuple[Kind, ...] = ("jolly-seber", "cjs")
LINKS: Mapping[str, Link] = {"phi": "logit", "f": "log", "lambda": "log", "move": "log"}


@dataclass(frozen=True, slots=True)
class OpenModel:
    """An open-population model.

    "jolly-seber": animals of the first year are a Poisson process of density D; of each, phi survive a unit
    of time and f recruits arrive, or the number grows by `lambda` (give a formula for it in place of f).
    "cjs": what follows the year of an animal's first detection, so that survival alone is estimated.
    `movement` of centres between years: "static", "normal" or "exponential" with the scale `move` in metres,
    or "independent". Formulas of phi, f, lambda and move know `session` (the year before the interval),
    `Session` (its number) and covariates of sessions; those of D and detection are as in `Model`.
    """

    formulas: Mapping[str, Formula] = field(default_factory=dict)
    function: str = "HHN"
    kind: Kind = "jolly-seber"
    movement: Movement = "static"

    @classmethod
    def of(cls, text: str = "", **settings: object) -> OpenModel:
        """A model from its formulas as text and its other settings.

        >>> OpenModel.of("phi~session, lambda~1", movement="normal").parameters
        ('D', 'lambda0', 'sigma', 'phi', 'lambda', 'move')
        """
        return cls(formulas=parse_model(text), **settings)  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        for name, value, known in (("kind", self.kind, KINDS), ("movement", self.movement, MOVEMENTS)):
            if value not in known:
                raise ValueError(f"{name} {value!r}, expected one of {', '.join(known)}")
        if "f" in self.formulas and "lambda" in self.formulas:
            raise ValueError("f and lambda: recruitment is given by one of them")
        for name in self.formulas:
            if name not in self.parameters:
                raise ValueError(f"{name} is no parameter of this model ({', '.join(self.parameters)})")
        if self.closed.classes > 1:
            raise ValueError("h2: open models have no classes of animals")

    @property
    def closed(self) -> Model:
        """The model of density and detection."""
        formulas = {name: formula for name, formula in self.formulas.items() if name not in LINKS}
        return Model(formulas, function=self.function, conditional=self.kind == "cjs")

    @property
    def open_parameters(self) -> tuple[str, ...]:
        """The parameters of what happens between years."""
        recruitment = ("lambda" if "lambda" in self.formulas else "f",) if self.kind == "jolly-seber" else ()
        move = ("move",) if self.movement in ("normal", "exponential") else ()
        return ("phi", *recruitment, *move)

    @property
    def parameters(self) -> tuple[str, ...]:
        """All parameters, in the order of their coefficients."""
        return (*self.closed.parameters, *self.open_parameters)

    def link(self, parameter: str) -> Link:
        """The link of a parameter."""
        return LINKS.get(parameter) or self.closed.link(parameter)


@dataclass(frozen=True, slots=True, eq=False)
class Years:
    """Who was detected when: `ids` of animals (n,), their numbers `within` (n, T) in each session, -1 where
    they were not detected, years of `first` and `last` detection and whether `removed` there (n,);
    `intervals` (T - 1,) between years.
    """

    ids: tuple[str, ...]
    within: Integers
    first: Integers
    last: Integers
    removed: Booleans
    intervals: Floats


def years_of(survey: Survey, intervals: Floats | None = None) -> Years:
    """The animals of a survey over its sessions; `intervals` (T - 1,) are 1 where they are not given.

    Raises ValueError where masks differ, intervals do not fit, nobody was seen, or an animal is seen again
    after it was removed.
    """
    sessions = survey.sessions
    count = len(sessions)
    given = np.ones(count - 1) if intervals is None else np.asarray(intervals, dtype=float)
    if given.shape != (count - 1,) or not (given > 0).all():
        raise ValueError(f"{count} sessions need {count - 1} intervals above 0")
    mask = sessions[0].mask
    for session in sessions[1:]:
        if session.mask is not mask and not (
            session.mask.cell_area == mask.cell_area and np.array_equal(session.mask.points, mask.points)
        ):
            raise ValueError(f"the mask of session {session.name!r} is another one: all years need the same")
    ids = tuple(dict.fromkeys(name for session in sessions for name in session.captures.ids))
    if not ids:
        raise ValueError("nobody was seen: there is nothing to fit")
    within = np.full((len(ids), count), -1, dtype=np.int64)
    number = {name: k for k, name in enumerate(ids)}
    removed = np.full(len(ids), count, dtype=np.int64)
    for t, session in enumerate(sessions):
        captures = session.captures
        rows = np.array([number[name] for name in captures.ids], dtype=np.int64)
        within[rows, t] = np.arange(captures.animals)
        if captures.removed is not None:
            gone = rows[captures.removed >= 0]
            removed[gone] = np.minimum(removed[gone], t)
    seen = within >= 0
    first, last = seen.argmax(axis=1), count - 1 - seen[:, ::-1].argmax(axis=1)
    again = last > removed
    if again.any():
        raise ValueError(f"individual {ids[int(again.argmax())]!r} is detected after its removal")
    return Years(ids, within, first, last, last == removed, given)


@dataclass(frozen=True, slots=True, eq=False)
class OpenDesigns:
    """Matrices (T - 1, p) of the parameters between years, and which coefficients belong to each."""

    matrices: Mapping[str, Floats]
    labels: tuple[str, ...]
    slices: Mapping[str, slice]


def open_designs(survey: Survey, model: OpenModel, start: int) -> OpenDesigns:
    """The designs of what happens between years; coefficients are numbered from `start` on.

    Raises ValueError for a variable that is not there, and where density depends on the session.
    """
    sessions = survey.sessions[:-1]

    def find(name: str, number: int) -> Variable:
        session = sessions[number]
        if name == "session":
            return Variable(np.array([session.name]), tuple(each.name for each in sessions))
        if name == "Session":
            return Variable(np.array([float(number)]))
        if name in session.covariates:
            return Variable(np.array([session.covariates[name]]))
        raise ValueError(f"session {session.name!r} has no variable {name!r} for the time after it")

    varying = {"session", "Session"} | set(survey.sessions[0].covariates)
    wrong = sorted(varying & variables_of(model.formulas.get("D", ())))
    if wrong:
        raise ValueError(f"D ~ {wrong[0]}: D is the density of the first year; f and lambda lead on from it")
    matrices: dict[str, Floats] = {}
    labels: list[str] = []
    slices = {}
    for name in model.open_parameters if sessions else ():
        design: Design = build(name, model.formulas.get(name, ()), find, len(sessions), 1)
        matrices[name] = np.vstack(design.matrices)
        slices[name] = slice(start + len(labels), start + len(labels) + len(design.labels))
        labels += design.labels
    return OpenDesigns(matrices, tuple(labels), slices)
