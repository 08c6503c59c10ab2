"""Reads the detectors of a session: id, easting, northing, effort by occasion / covariates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.capture.lines import (
    Floats,
    Line,
    check_metres,
    lines_of,
    words_of,
)
from amur.formats.capture.messages import Problems
from amur.formats.errors import ProblemList, shortened
from amur.formats.texts import number_of, text_of, typed

_SWITCHED = re.compile(r"[01]{2,}")


@dataclass(frozen=True, slots=True, eq=False)
class Traps:
    """The detectors of a file: `ids` (J,), `positions` (J, 2) in metres, `effort` (J, S) where it is given,
    `covariates` (J,) by name.
    """

    file: str
    ids: tuple[str, ...]
    positions: Floats
    effort: Floats | None = None
    covariates: dict[str, NDArray[Any]] = field(default_factory=dict)


def read_traps(path: Path, problems: Problems, occasions: int = 0) -> Traps | None:
    """Read a file of detectors, None where it has errors, which are noted.

    Effort is one number for each occasion, or a word of 0 and 1 such as 0111; where `occasions` are known to
    be 1, such a word is a number.
    """
    text = text_of(path, problems)
    if text is None:
        return None
    mine = problems.of(path)
    before = mine.error_count
    lines, titles = lines_of(text)
    if not lines:
        mine.error("file-empty", what="detector")
        return None
    bodies = [(line.row, *_parts(line)) for line in lines]
    ids: dict[str, int] = {}
    places = []
    for row, words, _tail in bodies:
        if len(words) < 3:
            mine.error("trap-columns", row=row, found=len(words))
            continue
        if words[0] in ids:
            mine.error("trap-twice", row=row, column="detector", detector=words[0], first=ids[words[0]])
        ids.setdefault(words[0], row)
        place = [number_of(word) for word in words[1:3]]
        for name, word, number in zip(("easting", "northing"), words[1:3], place, strict=True):
            if number is None:
                mine.error("trap-place", row=row, column=name, value=shortened(word))
        places.append(place)
    effort = _effort([(row, words[3:]) for row, words, _ in bodies], mine, occasions)
    covariates = _covariates([(row, tail) for row, _, tail in bodies], titles, mine)
    if mine.error_count > before:
        return None
    found = Traps(mine.file, tuple(ids), np.array(places, dtype=float), effort, covariates)
    check_metres(found.positions, mine)
    _doubts(found, [row for row, _, _ in bodies], mine)
    return found if mine.error_count == before else None


def _parts(line: Line) -> tuple[list[str], list[str]]:
    """The words of a line before and after the slash."""
    front, _slash, tail = line.text.partition("/")
    return words_of(front.strip().rstrip(",")), words_of(tail.strip())


def _effort(rows: list[tuple[int, list[str]]], mine: ProblemList, occasions: int) -> Floats | None:
    if not any(words for _, words in rows):
        return None
    if occasions != 1 and all(len(words) == 1 and _SWITCHED.fullmatch(words[0]) for _, words in rows):
        rows = [(row, list(words[0])) for row, words in rows]
    wanted = len(rows[0][1])
    values = []
    for row, words in rows:
        if len(words) != wanted:
            mine.error("trap-usage-columns", row=row, found=len(words), wanted=wanted)
            continue
        numbers = [number_of(word) for word in words]
        for occasion, (word, number) in enumerate(zip(words, numbers, strict=True), start=1):
            if number is None or number < 0:
                mine.error("trap-usage", row=row, column=f"occasion {occasion}", value=shortened(word))
        values.append([number or 0.0 for number in numbers])
    return np.array(values) if len(values) == len(rows) else None


def _covariates(rows: list[tuple[int, list[str]]], titles: str, mine: ProblemList) -> dict[str, NDArray[Any]]:
    names = words_of(titles.partition("/")[2].strip())
    if not names:
        names = [f"V{k + 1}" for k in range(len(rows[0][1]))]
    for row, words in rows:
        if len(words) != len(names):
            mine.error("trap-covariates", row=row, found=len(words), wanted=len(names))
            return {}
    return {name: typed([words[k] for _, words in rows]) for k, name in enumerate(names)}


def _doubts(traps: Traps, rows: list[int], mine: ProblemList) -> None:
    """Warn of detectors at one place, and of those that were never active."""
    at: dict[tuple[float, float], str] = {}
    for row, name, place in zip(rows, traps.ids, traps.positions.tolist(), strict=True):
        other = at.setdefault((place[0], place[1]), name)
        if other != name:
            mine.warn("trap-place-twice", row=row, detector=name, other=other)
    if traps.effort is None:
        return
    for k in np.flatnonzero(~traps.effort.any(axis=1)):
        mine.warn("trap-idle", row=rows[k], detector=traps.ids[k])
    idle = np.flatnonzero(~traps.effort.any(axis=0))
    if idle.size:
        mine.warn("occasions-idle", count=idle.size, first=int(idle[0]) + 1)
