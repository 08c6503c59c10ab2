"""Model formulas: "D ~ habitat, lambda0 ~ session + t, sigma ~ sex" to terms.

A formula is a sum of variables, of interactions a:b (a*b is a + b + a:b), and of smooths s(variable, k = 4).
Names may hold letters, digits, dots and underscores, as in R.

>>> model = parse_model("D ~ s(ruggedness, k = 4), lambda0 ~ session*T, sigma ~ sex")
>>> model["D"]
(Term(variables=('ruggedness',), knots=4),)
>>> [term.variables for term in model["lambda0"]]
[('session',), ('T',), ('session', 'T')]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NAME = re.compile(r"[A-Za-z_.][A-Za-z0-9_.]*")
SMOOTH = re.compile(r"s\(\s*([A-Za-z_.][A-Za-z0-9_.]*)\s*(?:,\s*k\s*=\s*(\d+)\s*)?\)")
KNOTS = 5


@dataclass(frozen=True, slots=True)
class Term:
    """A product of variables; with `knots` a smooth curve of one variable."""

    variables: tuple[str, ...]
    knots: int = 0


Formula = tuple[Term, ...]


def parse_model(text: str) -> dict[str, Formula]:
    """The formulas of a model by parameter. Raises ValueError naming the part that cannot be read."""
    formulas: dict[str, Formula] = {}
    for part in re.split(r",(?![^(]*\))", text):
        if not part.strip():
            continue
        name, tilde, right = (piece.strip() for piece in part.partition("~"))
        if not tilde or not NAME.fullmatch(name):
            raise ValueError(f"model part {part.strip()!r}: expected parameter ~ terms, such as D ~ 1")
        if name in formulas:
            raise ValueError(f"model: {name} has two formulas")
        formulas[name] = parse_formula(right)
    return formulas


def parse_formula(text: str) -> Formula:
    """The terms of the right side of a formula; the intercept is always there. Raises ValueError."""
    terms: list[Term] = []
    for part in text.removeprefix("~").split("+"):
        piece = part.strip()
        smooth = SMOOTH.fullmatch(piece)
        if piece == "1":
            continue
        if smooth:
            knots = int(smooth[2] or KNOTS)
            if knots < 3:
                raise ValueError(f"formula part {piece!r}: a smooth needs k of 3 or more")
            _add(terms, Term((smooth[1],), knots))
            continue
        crossed = [name.strip() for name in piece.split("*")]
        names = [name.strip() for name in piece.split(":")] if len(crossed) == 1 else crossed
        for name in names:
            if not NAME.fullmatch(name):
                raise ValueError(
                    f"formula part {piece!r}: expected 1, a variable, a:b, a*b or s(variable, k = 4)"
                )
        if len(crossed) == 1:
            _add(terms, Term(tuple(names)))
        elif len(crossed) == 2:
            for variables in ((crossed[0],), (crossed[1],), (crossed[0], crossed[1])):
                _add(terms, Term(variables))
        else:
            raise ValueError(f"formula part {piece!r}: at most two variables may be crossed")
    return tuple(terms)


def _add(terms: list[Term], term: Term) -> None:
    if term not in terms:
        terms.append(term)


def variables_of(formula: Formula) -> set[str]:
    """All variables of a formula."""
    return {name for term in formula for name in term.variables}
