"""Text lists: the file of pairs, and columns that number nodes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.circuitscape.messages import problem
from amur.formats.errors import FormatError, shortened
from amur.formats.jobs.tables import content_of, line_of, lines_of, number_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which pairs of focal nodes are wanted: `ids` (n,) ascending, `included` (n, n) symmetric. Focal nodes
    that are not in `ids` are left out, in whichever way the file is meant, as both programs do it.
    """

    ids: Integers
    included: NDArray[np.bool_]
    file: str = ""

    def among(self, ids: Integers) -> NDArray[np.bool_]:
        """The matrix for other focal nodes, all of which are in `ids`."""
        place = np.searchsorted(self.ids, ids)
        return self.included[np.ix_(place, place)]


def read_pairs(path: Path) -> Pairs:
    """The file of pairs to include or exclude: a list under `mode`, or a matrix under `min` and `max`."""
    lines = list(lines_of(content_of(path)))
    if not lines:
        raise problem("list-empty", path.name)
    first, words = lines[0]
    word = words[0].lower()
    if word == "mode" and len(words) > 1 and words[1].lower() in ("include", "exclude"):
        return _listed(lines[1:], words[1].lower() == "include", path.name)
    if word == "min" and len(lines) > 2 and lines[1][1][0].lower() == "max":
        bounds = []
        for number, limit in lines[:2]:
            if len(limit) < 2:
                raise problem(
                    "list-columns", path.name, row=number, found=1, wanted=2, names="min and a value"
                )
            bounds.append(number_of(limit[1], path.name, number, 2))
        return _matrix(lines[2:], bounds[0], bounds[1], path.name)
    raise problem("pairs-first-line", path.name, row=first, line=shortened(" ".join(words)))


def _listed(lines: list[tuple[int, list[str]]], include: bool, file: str) -> Pairs:
    found = []
    for number, words in lines:
        if len(words) < 2:
            names = "the two focal nodes of a pair"
            raise problem("list-columns", file, row=number, found=len(words), wanted=2, names=names)
        found.append([_whole(word, file, number, at) for at, word in enumerate(words[:2], start=1)])
    if not found:
        raise problem("list-empty", file)
    pairs = np.array(found, dtype=np.int64)
    ids = np.unique(pairs)
    ids = ids[ids != 0]  # a 0 fills the line of a node that has no partner
    listed = np.zeros((ids.size, ids.size), dtype=bool)
    whole = pairs[(pairs != 0).all(axis=1)]
    one, other = np.searchsorted(ids, whole[:, 0]), np.searchsorted(ids, whole[:, 1])
    listed[one, other] = listed[other, one] = True
    return Pairs(ids, listed if include else ~listed, file)


def _matrix(lines: list[tuple[int, list[str]]], least: float, most: float, file: str) -> Pairs:
    _number_of_head, head = lines[0]
    wanted = len(head)
    values = np.zeros((wanted - 1, wanted))
    if len(lines) - 1 != wanted - 1:
        number = lines[-1][0]
        raise problem("pairs-matrix", file, row=number, line=number, found=len(lines) - 1, wanted=wanted - 1)
    for place, (number, words) in enumerate(lines[1:]):
        if len(words) < wanted:
            raise problem(
                "pairs-matrix", file, row=number, line=number, found=len(words) - 1, wanted=wanted - 1
            )
        values[place] = [number_of(word, file, number, at) for at, word in enumerate(words[:wanted], start=1)]
    ids = values[:, 0].astype(np.int64)
    inside = (values[:, 1:] >= least) & (values[:, 1:] <= most)
    order = np.argsort(ids)
    inside = inside[np.ix_(order, order)]
    return Pairs(ids[order], inside | inside.T, file)


def _whole(word: str, file: str, row: int, column: int) -> int:
    value = number_of(word, file, row, column)
    if value != int(value) or value < 0:
        raise problem("list-whole", file, row=row, column=str(column), value=shortened(word))
    return int(value)


def whole_column(path: Path, values: Floats, column: int) -> Integers:
    """A column of numbers of nodes; raises `FormatError` naming the first that is not whole or negative."""
    wrong = np.flatnonzero((values != np.floor(values)) | (values < 0))
    if wrong.size:
        index = int(wrong[0])
        row = line_of(path, index)
        raise problem("list-whole", path.name, row=row, column=str(column), value=f"{values[index]:g}")
    return values.astype(np.int64)


def notes_of_pairs(pairs: Pairs, ids: Integers) -> list[FormatError]:
    """What a file of pairs leaves out, and what it names that is not there."""
    notes: list[FormatError] = []
    dropped, unknown = np.setdiff1d(ids, pairs.ids), np.setdiff1d(pairs.ids, ids)
    if dropped.size:
        notes.append(
            problem("pairs-dropped", pairs.file, severity="warning", count=dropped.size, nodes=_some(dropped))
        )
    if unknown.size:
        notes.append(problem("pairs-unknown", pairs.file, severity="warning", nodes=_some(unknown)))
    return notes


def _some(ids: NDArray[Any], shown: int = 12) -> str:
    text = ", ".join(str(number) for number in ids[:shown].tolist())
    return text if ids.size <= shown else f"{text} … ({ids.size})"
