"""Formulas to linear predictors: the designs of all parameters over sites, visits or observations.

>>> wood = np.array([1.0, 2.0])
>>> linear = Linear.of("psi ~ wood, p ~ 1", ("psi", "p"), {"psi": {"wood": wood}}, {"psi": (2,)})
>>> linear.labels
('psi', 'psi.wood', 'p')
>>> linear.predictor("psi", np.array([1.0, 3.0, 0.0])).tolist()
[4.0, 7.0]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.science.abundance.sampling import Floats
from amur.science.capture.design import Design, Variable, build
from amur.science.capture.formula import Formula, parse_model

Values = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """The designs of the parameters of a model: `labels` (p,) of coefficients, `slices` of each parameter."""

    formulas: Mapping[str, Formula]
    labels: tuple[str, ...]
    slices: Mapping[str, slice]
    by_parameter: Mapping[str, Design]

    @classmethod
    def of(
        cls,
        text: str,
        parameters: tuple[str, ...],
        covariates: Mapping[str, Mapping[str, Values]],
        shapes: Mapping[str, tuple[int, ...]],
    ) -> Linear:
        """The designs of formulas as text, constant where a parameter has none.

        `covariates` that each parameter may depend on have values that broadcast to its `shapes`; without a
        shape it is one number. Raises ValueError naming the part of the formulas that cannot be.
        """
        formulas = parse_model(text)
        unknown = sorted(set(formulas) - set(parameters))
        if unknown:
            raise ValueError(f"{unknown[0]} is no parameter of this model ({', '.join(parameters)})")
        labels: list[str] = []
        slices, designs = {}, {}
        for name in parameters:
            shape = shapes.get(name, (1,))

            def find(
                variable: str,
                session: int,
                name: str = name,
                there: Mapping[str, Values] = covariates.get(name, {}),
            ) -> Variable:
                if variable not in there:
                    known = ", ".join(there) or "none"
                    raise ValueError(f"{name} ~ {variable}: there is no such covariate for {name} ({known})")
                return Variable(there[variable])

            designs[name] = build(name, formulas.get(name, ()), find, 1, len(shape))
            slices[name] = slice(len(labels), len(labels) + len(designs[name].labels))
            labels.extend(designs[name].labels)
        return cls(formulas, tuple(labels), slices, designs)

    def matrix(self, name: str) -> Floats:
        """The design (axes..., p) of a parameter, of length 1 over axes that it does not depend on."""
        return self.by_parameter[name].matrices[0]

    def predictor(self, name: str, beta: Values) -> Values:
        """The linear predictor (axes...) of a parameter; `beta` (p,) may be complex."""
        return np.asarray(self.matrix(name) @ beta[self.slices[name]])

    def errors(self, name: str, covariance: Floats) -> Floats:
        """The standard errors (axes...) of the linear predictor of a parameter."""
        matrix, where = self.matrix(name), self.slices[name]
        return np.asarray(np.sqrt(np.einsum("...i,ij,...j->...", matrix, covariance[where, where], matrix)))
