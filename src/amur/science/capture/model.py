"""What is fitted: `Model`, its parameters and links, and the design matrices of a survey under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from amur.science.capture.data import Floats, Session, Survey
from amur.science.capture.design import Design, Variable, build
from amur.science.capture.detection import FUNCTIONS, DetectionFunction
from amur.science.capture.formula import Formula, parse_model, variables_of

Link = Literal["log", "logit", "identity"]
LEARNED = ("b", "B", "bk", "Bk")
LINKS: Mapping[str, Link] = {"g0": "logit", "pmix": "logit"}
AXES = 5
"""Detection parameters may vary over groups of individuals, occasions, detectors, classes, learned state."""


@dataclass(frozen=True, slots=True)
class Model:
    """A spatial capture-recapture model.

    `formulas` by parameter, those left out are constant; see `Model.of`. `function` is HN, EX, HR, HHN, HEX
    or HHR. `conditional` on the number of individuals seen (then D is derived and individual covariates are
    allowed); otherwise the number in the mask has a `distribution`. `mixture_covariate` names the individual
    covariate whose two levels are the classes of h2, "" where it is unknown. `secr_mixture_count` expects the
    number of individuals the way secr does where classes are known, N n / sum(1 / p_i); otherwise it is
    D * effective area, as in a textbook. `keep_occasions` keeps the constants of single occasions for binary
    and count detectors. With `least_detections` of 2 only animals detected twice or more count (SCR-2:
    ghosts, animals that a wrong identification made up, are mostly seen once). `trials` is the number of
    trials of a count on each occasion, 0 for Poisson counts.
    """

    formulas: Mapping[str, Formula] = field(default_factory=dict)
    function: str = "HHN"
    conditional: bool = False
    distribution: Literal["poisson", "binomial"] = "poisson"
    mixture_covariate: str = ""
    secr_mixture_count: bool = True
    keep_occasions: bool = False
    trials: int = 0
    least_detections: Literal[1, 2] = 1
    links: Mapping[str, Link] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str = "", **settings: object) -> Model:
        """A model from its formulas as text and its other settings.

        >>> Model.of("D~1, sigma~session", function="HN").parameters
        ('D', 'g0', 'sigma')
        """
        return cls(formulas=parse_model(text), **settings)  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        if self.function not in FUNCTIONS:
            raise ValueError(f"detection function {self.function!r}, expected {', '.join(FUNCTIONS)}")
        for name in self.formulas:
            if name not in (*self.parameters, "pmix"):
                raise ValueError(f"{name} is no parameter of this model ({', '.join(self.parameters)})")
        learned = [name for name in LEARNED if name in self.detection_variables]
        if len(learned) > 1:
            raise ValueError(f"{' and '.join(learned)}: a model can have one learned response only")

    @property
    def detection_function(self) -> DetectionFunction:
        """The detection function."""
        return FUNCTIONS[self.function]

    @property
    def by_a0(self) -> bool:
        """Whether the hazard is given by a0 in place of lambda0."""
        return "a0" in self.formulas and not self.detection_function.probability

    @property
    def detection_parameters(self) -> tuple[str, ...]:
        """The parameters of detection."""
        first, *rest = self.detection_function.parameters
        return ("a0" if self.by_a0 else first, *rest)

    @property
    def detection_variables(self) -> set[str]:
        """All variables in the formulas of detection."""
        return {
            name
            for parameter in self.detection_parameters
            for name in variables_of(self.formulas.get(parameter, ()))
        }

    @property
    def classes(self) -> int:
        """The number of classes of individuals: 2 with h2 or a mixture covariate, otherwise 1."""
        named = "h2" in self.detection_variables or "pmix" in self.formulas
        return 2 if named or self.mixture_covariate else 1

    @property
    def parameters(self) -> tuple[str, ...]:
        """All parameters, in the order of their coefficients."""
        start = () if self.conditional else ("D",)
        return (*start, *self.detection_parameters, *(("pmix",) if self.classes > 1 else ()))

    @property
    def learned(self) -> str:
        """The learned response of the model, "" for none."""
        return next((name for name in LEARNED if name in self.detection_variables), "")

    def link(self, parameter: str) -> Link:
        """The link of a parameter."""
        return self.links.get(parameter, LINKS.get(parameter, "log"))


@dataclass(frozen=True, slots=True, eq=False)
class Designs:
    """The designs of all parameters of a model, and which coefficients belong to each.

    `levels` names the classes of a mixture, `groups` are, for each session, the numbers (n,) of the groups of
    individuals with the same covariates of detection.
    """

    by_parameter: Mapping[str, Design]
    slices: Mapping[str, slice]
    levels: tuple[str, ...]
    groups: tuple[np.ndarray, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of all coefficients."""
        return tuple(label for design in self.by_parameter.values() for label in design.labels)


def designs_of(survey: Survey, model: Model) -> Designs:
    """The design matrices of a survey under a model. Raises ValueError for a variable that is not there."""
    levels = _classes(survey, model)
    used = sorted(name for name in model.detection_variables if _individual(survey, name))
    if used and not model.conditional:
        raise ValueError(
            f"{used[0]} is a covariate of individuals: use the conditional likelihood, or a mixture"
        )
    grouped = [_groups(session, used) for session in survey.sessions]

    def detection(name: str, number: int) -> Variable:
        return _detection_variable(survey, name, number, levels, grouped[number])

    def density(name: str, number: int) -> Variable:
        return _density_variable(survey, name, number)

    by_parameter, slices, start = {}, {}, 0
    for parameter in model.parameters:
        formula = model.formulas.get(parameter, ())
        if parameter == "D":
            design = build(parameter, formula, density, len(survey.sessions), 1)
        elif parameter == "pmix":
            design = _mixing(survey, levels)
        else:
            design = build(parameter, formula, detection, len(survey.sessions), AXES)
        by_parameter[parameter] = design
        slices[parameter] = slice(start, start + len(design.labels))
        start += len(design.labels)
    return Designs(by_parameter, slices, levels, tuple(groups for groups, _ in grouped))


def _classes(survey: Survey, model: Model) -> tuple[str, ...]:
    if model.classes == 1:
        return ()
    if not model.mixture_covariate:
        return ("1", "2")
    known: set[str] = set()
    for session in survey.sessions:
        values = session.captures.covariates.get(model.mixture_covariate)
        if values is None:
            raise ValueError(f"session {session.name!r} has no covariate {model.mixture_covariate!r}")
        known |= {str(value) for value in values} - {"", "NA"}
    if len(known) != 2:
        raise ValueError(f"{model.mixture_covariate} has {len(known)} known levels, expected 2")
    return tuple(sorted(known))


def _mixing(survey: Survey, levels: tuple[str, ...]) -> Design:
    """The share of the second class is one coefficient."""
    return Design((f"pmix.h2{levels[1]}",), tuple(np.ones((1, 1)) for _ in survey.sessions))


def _individual(survey: Survey, name: str) -> bool:
    return any(name in session.captures.covariates for session in survey.sessions)


def _groups(session: Session, names: list[str]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Numbers of the groups of individuals (n,) and the values of each covariate by group."""
    if not names:
        return np.zeros(session.captures.animals, dtype=np.int64), {}
    columns = []
    for name in names:
        if name not in session.captures.covariates:
            raise ValueError(f"session {session.name!r} has no individual covariate {name!r}")
        columns.append(np.asarray(session.captures.covariates[name]))
    keys = [tuple(str(column[i]) for column in columns) for i in range(session.captures.animals)]
    for i, key in enumerate(keys):
        if "" in key or "NA" in key:
            name = names[key.index("") if "" in key else key.index("NA")]
            raise ValueError(f"individual {session.captures.ids[i]!r}: its {name} is unknown")
    distinct = sorted(set(keys))
    numbers = np.array([distinct.index(key) for key in keys], dtype=np.int64)
    first = [keys.index(key) for key in distinct]
    return numbers, {name: column[first] for name, column in zip(names, columns, strict=True)}


def _along(values: np.ndarray, axis: int) -> np.ndarray:
    shape = [1] * AXES
    shape[axis] = len(values)
    return values.reshape(shape)


def _detection_variable(
    survey: Survey,
    name: str,
    number: int,
    levels: tuple[str, ...],
    grouped: tuple[np.ndarray, dict[str, np.ndarray]],
) -> Variable:
    session = survey.sessions[number]
    detectors = session.detectors
    occasions = np.arange(detectors.occasions)
    most = max(each.detectors.occasions for each in survey.sessions)
    if name == "t":
        return Variable(_along((occasions + 1).astype(str), 1), tuple(str(s + 1) for s in range(most)))
    if name == "T":
        return Variable(_along(occasions.astype(float), 1))
    if name == "h2":
        return Variable(_along(np.array(levels), 3), levels)
    if name in LEARNED:
        return Variable(_along(np.array([0.0, 1.0]), 4), label="TRUE")
    if name in ("k", "K"):
        return Variable(_visited(session, name)[None, :, :, None, None], label="TRUE")
    if name in grouped[1]:
        return Variable(_along(grouped[1][name], 0))
    if name in session.occasions:
        return Variable(_along(np.asarray(session.occasions[name]), 1))
    if name in detectors.covariates:
        values = np.asarray(detectors.covariates[name])
        return Variable(_along(values, 2) if values.ndim == 1 else values.T[None, :, :, None, None])
    found = _session_variable(survey, name, number, AXES)
    if found is None:
        raise ValueError(f"session {session.name!r} has no variable {name!r} for detection")
    return found


def _visited(session: Session, name: str) -> Floats:
    """Whether any animal was detected before (k), or on the occasion before (K), at each detector (S, J)."""
    caught = np.zeros((session.detectors.occasions, session.detectors.count))
    caught[session.captures.occasion, session.captures.detector] = 1
    before = np.vstack([np.zeros_like(caught[:1]), caught[:-1]])
    return np.maximum.accumulate(before, axis=0) if name == "k" else before


def _density_variable(survey: Survey, name: str, number: int) -> Variable:
    session = survey.sessions[number]
    if name in session.mask.covariates:
        return Variable(np.asarray(session.mask.covariates[name]))
    if name in ("x", "y", "x2", "y2", "xy"):
        x, y = scaled_places(survey, session.mask.points)
        return Variable({"x": x, "y": y, "x2": x**2, "y2": y**2, "xy": x * y}[name])
    found = _session_variable(survey, name, number, 1)
    if found is None:
        raise ValueError(f"the mask of session {session.name!r} has no covariate {name!r}")
    return found


def scaled_places(survey: Survey, points: Floats) -> tuple[Floats, Floats]:
    """Coordinates less their mean over all masks, in standard deviations."""
    every = np.concatenate([session.mask.points for session in survey.sessions])
    scaled = (points - every.mean(axis=0)) / every.std(axis=0, ddof=1)
    return scaled[:, 0], scaled[:, 1]


def _session_variable(survey: Survey, name: str, number: int, axes: int) -> Variable | None:
    session = survey.sessions[number]
    shape = (1,) * axes
    if name == "session":
        names = tuple(each.name for each in survey.sessions)
        return Variable(np.array([session.name]).reshape(shape), names)
    if name == "Session":
        return Variable(np.full(shape, float(number)))
    if name in session.covariates:
        return Variable(np.array([session.covariates[name]]).reshape(shape))
    return None
