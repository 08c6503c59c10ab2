"""Who was met where and when, for capture histories: the identifications of people in the terms of a survey.

Offices that know an animal together give it one passport, so that it has one name here and counts once where
two offices analyse their surveys together.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from amur.portal.cameras.models import CameraProject


@dataclass(frozen=True, slots=True)
class Met:
    """A known animal was met: `animal` is its name here, `species` the binomial, `side` as in science.

    `sex` is "F", "M" or ""; `mother` the name of its mother, "" where nobody knows; `doubts` say why it may
    be a ghost, another animal in truth.
    """

    animal: str
    deployment: int
    event: int | None
    time: datetime.datetime
    species: str
    side: int
    sex: str
    mother: str
    doubts: tuple[str, ...] = ()


def met_in(
    projects: Sequence[CameraProject],
    start: datetime.datetime,
    end: datetime.datetime,
    species: str = "",
) -> list[Met]:
    """The meetings of known animals in projects between two instants; `species` is a scientific name.

    None while nobody has identified an animal there; then the names that records came with count.
    """
    return []
