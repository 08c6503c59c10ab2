"""What a view says instead of what it keeps back: message codes with parameters, and their English text.

Made by the gate; translated by the portal, which maps `Statement.code` to its own text; written in
English into Darwin Core exports by `amur.disclosure.darwincore`. No parameter ever comes from a
record's place, time or text: only from the rule that was applied and from the office to be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ENGLISH: Mapping[str, str] = {
    "place-cell": (
        "Coordinates generalised to the centre of a {step} degree cell of a fixed grid (floor, WGS 84); "
        "finer coordinates are held by {office}."
    ),
    "place-unit": "Coordinates replaced by the name of an area; finer coordinates are held by {office}.",
    "uncertainty-assumed": "The uncertainty of the place was not recorded; {metres} m was assumed.",
    "uncertainty-banded": "The uncertainty of the place as recorded was rounded up to {metres} m.",
    "time-coarse": "Date generalised to the {level}; a finer date is held by {office}.",
    "record-withheld": "The record is withheld. Ask {office}.",
    "place-withheld": "The place is withheld because it is sensitive. Ask {office}.",
    "geometry-withheld": "Lines and areas are withheld because they are sensitive. Ask {office}.",
    "time-withheld": "The date is withheld. Ask {office}.",
    "field-withheld": "Withheld. Ask {office}.",
    "text-with-coordinates": "Withheld because the text names coordinates. Ask {office}.",
    "fields-left-out": "Further fields are held by {office} and are not released.",
}


@dataclass(frozen=True)
class Statement:
    """One message: a code of `ENGLISH` and its parameters in a fixed order.

    >>> print(Statement("place-withheld", (("office", "dadal"),)))
    The place is withheld because it is sensitive. Ask dadal.
    """

    code: str
    params: tuple[tuple[str, str], ...] = ()

    @property
    def english(self) -> str:
        return ENGLISH[self.code].format(**dict(self.params))

    def __str__(self) -> str:
        return self.english


def statement(code: str, **params: str) -> Statement:
    """A statement with its parameters sorted by name; KeyError for a code that has no text."""
    if code not in ENGLISH:
        raise KeyError(code)
    return Statement(code, tuple(sorted(params.items())))
