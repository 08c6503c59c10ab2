"""Text lists: tables of numbers with tabs, blanks or commas between them, and the file of pairs."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.circuitscape.messages import problem
from amur.formats.errors import FormatError, shortened

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_NAMES = {1: "a node", 2: "node and value", 3: "three numbers"}


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


def read_table(path: Path, columns: int, names: str = "") -> Floats:
    """A table with at least `columns` numbers a line, as (lines, columns); further columns are left out.

    Lines may be empty or begin with `#`. Raises `FormatError` with row and column.
    """
    content = _content(path)
    if b"#" not in content:
        found = _quick(content.replace(b",", b" "), columns)
        if found is not None:
            return found
    rows = []
    for number, words in _lines(content):
        if len(words) < columns:
            raise problem(
                "list-columns",
                path.name,
                row=number,
                found=len(words),
                wanted=columns,
                names=names or _NAMES.get(columns, f"{columns} numbers"),
            )
        rows.append(
            [_number(word, path.name, number, at) for at, word in enumerate(words[:columns], start=1)]
        )
    if not rows:
        raise problem("list-empty", path.name)
    return np.array(rows, dtype=np.float64)


def line_of(path: Path, index: int) -> int:
    """The line in the file of a row of a table; for messages."""
    for place, (number, _words) in enumerate(_lines(_content(path))):
        if place == index:
            return number
    return index + 1


def read_pairs(path: Path) -> Pairs:
    """The file of pairs to include or exclude: a list under `mode`, or a matrix under `min` and `max`."""
    lines = list(_lines(_content(path)))
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
            bounds.append(_number(limit[1], path.name, number, 2))
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
        values[place] = [_number(word, file, number, at) for at, word in enumerate(words[:wanted], start=1)]
    ids = values[:, 0].astype(np.int64)
    inside = (values[:, 1:] >= least) & (values[:, 1:] <= most)
    order = np.argsort(ids)
    inside = inside[np.ix_(order, order)]
    return Pairs(ids[order], inside | inside.T, file)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except FileNotFoundError as error:
        raise problem("list-missing", path.name, path=path) from error
    except OSError as error:
        raise problem("job-unreadable", path.name, reason=shortened(error)) from error


def _lines(content: bytes) -> list[tuple[int, list[str]]]:
    found = []
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        words = line.split("#")[0].replace(",", " ").split()
        if words:
            found.append((number, words))
    return found


def _quick(content: bytes, columns: int) -> Floats | None:
    """The whole table at once where every line has the same number of columns."""
    lines = content.count(b"\n")
    start = content.lstrip().split(b"\n", 1)[0].split()
    if len(start) < columns:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = np.fromstring(content, dtype=np.float64, sep=" ")
        except (DeprecationWarning, ValueError):
            return None
    filled = sum(1 for line in content.split(b"\n") if line.strip()) if lines < 5_000_000 else lines
    if not filled or found.size != filled * len(start) or not np.isfinite(found).all():
        return None
    return np.array(found.reshape(filled, len(start))[:, :columns])


def _number(word: str, file: str, row: int, column: int) -> float:
    try:
        return float(word)
    except ValueError as error:
        raise problem("list-value", file, row=row, column=str(column), value=shortened(word)) from error


def _whole(word: str, file: str, row: int, column: int) -> int:
    value = _number(word, file, row, column)
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
