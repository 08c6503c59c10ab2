"""Tables of numbers as text, with tabs, blanks or commas between them."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from amur.formats.errors import shortened
from amur.formats.jobs.messages import problem

Floats = NDArray[np.float64]
_NAMES = {1: "a node", 2: "node and value", 3: "three numbers"}


def read_table(path: Path, columns: int, names: str = "", *, missing: str = "") -> Floats:
    """A table with at least `columns` numbers a line, as (lines, columns); further columns are left out.

    Lines may be empty or begin with `#`; the word `missing`, where one is given, stands for no data (NaN).
    Raises `FormatError` with row and column.
    """
    content = content_of(path)
    if b"#" not in content:
        found = _quick(content.replace(b",", b" "), columns)
        if found is not None:
            return found
    rows = []
    for number, words in lines_of(content):
        if len(words) < columns:
            raise problem(
                "list-columns",
                path.name,
                row=number,
                found=len(words),
                wanted=columns,
                names=names or _NAMES.get(columns, f"{columns} numbers"),
            )
        placed = enumerate(words[:columns], start=1)
        rows.append([number_of(word, path.name, number, at, missing) for at, word in placed])
    if not rows:
        raise problem("list-empty", path.name)
    return np.array(rows, dtype=np.float64)


def line_of(path: Path, index: int) -> int:
    """The line in the file of a row of a table; for messages."""
    for place, (number, _words) in enumerate(lines_of(content_of(path))):
        if place == index:
            return number
    return index + 1


def content_of(path: Path) -> bytes:
    """The bytes of a list. Raises `FormatError`."""
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except FileNotFoundError as error:
        raise problem("list-missing", path.name, path=path) from error
    except OSError as error:
        raise problem("job-unreadable", path.name, reason=shortened(error)) from error


def lines_of(content: bytes) -> list[tuple[int, list[str]]]:
    """Each line that is not empty: its number and its words."""
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


def number_of(word: str, file: str, row: int, column: int, missing: str = "") -> float:
    """A word as a number. Raises `FormatError` with its place."""
    if missing and word.strip("\"'").lower() == missing:
        return float("nan")
    try:
        return float(word)
    except ValueError as error:
        raise problem("list-value", file, row=row, column=str(column), value=shortened(word)) from error
