"""Lines of text as secr writes them: words between blanks, tabs or commas, `#` for remarks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.capture.messages import Problems
from amur.formats.errors import ProblemList, shortened

Floats = NDArray[np.float64]
UNKNOWN = {"", "NA", "NaN"}
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


def text_of(path: Path, problems: Problems) -> str | None:
    """The text of a file; None where it cannot be read, which is noted."""
    mine = problems.of(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        mine.error("file-missing", path=path)
        return None
    except OSError as error:
        mine.error("file-unreadable", reason=shortened(error))
        return None
    if b"\0" in content:
        mine.error("file-unreadable", reason="it is not text")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        mine.warn("file-encoding")
        return content.decode("cp1251", "replace")


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


def number_of(word: str) -> float | None:
    """A word as a finite number, or None.

    >>> number_of("3.5"), number_of("1e3"), number_of("nan"), number_of("1_000")
    (3.5, 1000.0, None, None)
    """
    try:
        value = float(word)
    except ValueError:
        return None
    return value if np.isfinite(value) and "_" not in word else None


def typed(words: list[str]) -> NDArray[Any]:
    """A column of covariates: numbers (NaN where unknown) where all known ones are, else text ("" unknown).

    >>> typed(["1", "2.5"]).tolist(), typed(["1", "NA"]).tolist(), typed(["F", "NA"]).tolist()
    ([1.0, 2.5], [1.0, nan], ['F', ''])
    """
    known = [number_of(word) for word in words if word not in UNKNOWN]
    if known and None not in known:
        return np.array([np.nan if word in UNKNOWN else float(word) for word in words])
    return np.array(["" if word in UNKNOWN else word for word in words])


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
