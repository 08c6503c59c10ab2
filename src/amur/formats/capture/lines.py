"""Lines of text as secr writes them: words between blanks, tabs or commas, `#` for remarks."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amur.formats.errors import ProblemList

Floats = NDArray[np.float64]
DEGREES = 0.5
"""No detectors and no points of a mask are so near to one another, in metres."""
KILOMETRES = ((100, 1000), (1000, 10_000))
"""The least easting and northing of a map grid in kilometres, and the most."""
NEAR = 20
"""Detectors or points of a mask that look like kilometres are nearer than so many."""
_WORD = re.compile(r"\"([^\"]*)\"|'([^']*)'|(\S+)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is no remark: its number in the file, and its text without the remark at its end."""

    row: int
    text: str

    @property
    def words(self) -> list[str]:
        """Its words."""
        return words_of(self.text)


def words_of(text: str) -> list[str]:
    """The words of a text; between commas they may be empty.

    >>> words_of("1  M12 3 'old mill'"), words_of("1,M12,,3")
    (['1', 'M12', '3', 'old mill'], ['1', 'M12', '', '3'])
    """
    if "," in text:
        return [part.strip().strip("\"'") for part in text.split(",")]
    return ["".join(found) for found in _WORD.findall(text)]


def lines_of(text: str) -> tuple[list[Line], str]:
    """The lines that are no remarks, and the remark before the first of them: the titles of the columns."""
    lines: list[Line] = []
    titles = ""
    for row, line in enumerate(text.splitlines(), start=1):
        body, mark, remark = line.partition("#")
        if body.strip():
            lines.append(Line(row, body.strip()))
        elif mark and not lines and remark.strip():
            titles = remark.strip()
    return lines, titles


def check_metres(places: Floats, problems: ProblemList) -> None:
    """Note an error where places (n, 2) look like degrees or like kilometres.

    Longitudes and latitudes are small and lie near to one another, so do not small grids in metres.
    Kilometres of a map grid are eastings of three digits beside northings of four.
    """
    degrees = not (np.abs(places) > (180, 90)).any()
    low, high = places.min(axis=0), places.max(axis=0)
    kilometres = bool((low >= KILOMETRES[0]).all() and (high <= KILOMETRES[1]).all())
    if len(places) < 2 or not (degrees or kilometres):
        return
    from scipy.spatial import cKDTree

    different = np.unique(places, axis=0)
    if len(different) < 2:
        return
    nearest = float(np.median(cKDTree(different).query(different, k=2)[0][:, 1]))
    easting, northing = places[0]
    if degrees and nearest < DEGREES:
        problems.error("places-degrees", easting=f"{easting:.10g}", northing=f"{northing:.10g}")
    elif kilometres and nearest < NEAR:
        problems.error(
            "places-kilometres",
            easting=f"{easting:.10g}",
            northing=f"{northing:.10g}",
            metres=f"{1000 * easting:.10g}, {1000 * northing:.10g}",
        )
