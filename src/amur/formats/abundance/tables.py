"""Columns of a CSV file with titles, every wrong value noted in its row and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from amur.formats.errors import FileProblems, ProblemList, shortened
from amur.formats.texts import UNKNOWN, number_of, text_of

Floats = NDArray[np.float64]
T = TypeVar("T")
_TIMES = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d", "%d.%m.%Y %H:%M", "%d.%m.%Y")
_ANSWERS = {
    **dict.fromkeys(("yes", "true", "1", "да"), True),
    **dict.fromkeys(("no", "false", "0", "нет"), False),
}


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A file: `titles` as written without blanks, and its rows with their numbers in the file."""

    file: str
    titles: tuple[str, ...]
    numbers: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    problems: ProblemList
    decimal_comma: bool

    def __len__(self) -> int:
        return len(self.cells)

    def has(self, name: str) -> bool:
        """Whether there is a column, whatever its capitals."""
        return name.lower() in [title.lower() for title in self.titles]

    def texts(self, name: str) -> list[str]:
        """The cells of a column, "" where they are unknown or the column is not there."""
        if not self.has(name):
            return [""] * len(self)
        at = [title.lower() for title in self.titles].index(name.lower())
        return ["" if row[at] in UNKNOWN else row[at] for row in self.cells]

    def required(self, name: str, what: str, example: str) -> list[str]:
        """The cells of a column that must hold a word."""
        cells = self.texts(name)
        for row, cell in zip(self.numbers, cells, strict=True):
            if not cell:
                self.problems.error("value-empty", row=row, column=name, what=what, example=example)
        return cells

    def figures(
        self, name: str, what: str, example: str, *, above: float = -np.inf, least: float = -np.inf,
        most: float = np.inf, whole: bool = False, optional: bool = False,
    ) -> Floats:  # fmt: skip
        """The numbers of a column; NaN where they are wrong, which is noted, or unknown and `optional`."""
        found = np.full(len(self), np.nan)
        for k, (row, cell) in enumerate(zip(self.numbers, self.texts(name), strict=True)):
            if not cell:
                if not optional:
                    self.problems.error("value-empty", row=row, column=name, what=what, example=example)
                continue
            value = number_of(cell.replace(",", ".") if self.decimal_comma else cell)
            fits = value is not None and value > above and least <= value <= most
            if value is None or not fits or (whole and value != round(value)):
                self.problems.error(
                    "value-wrong", row=row, column=name, value=shortened(cell), what=what, example=example
                )
            else:
                found[k] = value
        return found

    def times(self, name: str) -> list[datetime | None]:
        """The dates, with times where they are given, of a column that may be unknown."""
        return self._each(name, time_of, "date", "2026-02-14 09:30")

    def answers(self, name: str) -> list[bool | None]:
        """Yes or no in a column that may be unknown."""
        return self._each(name, lambda cell: _ANSWERS.get(cell.lower()), "answer", "yes or no")

    def _each(self, name: str, read: Callable[[str], T | None], what: str, example: str) -> list[T | None]:
        found: list[T | None] = []
        for row, cell in zip(self.numbers, self.texts(name), strict=True):
            found.append(read(cell) if cell else None)
            if cell and found[-1] is None:
                self.problems.error(
                    "value-wrong", row=row, column=name, value=shortened(cell), what=what, example=example
                )
        return found


def read_table(
    path: Path, required: Collection[str], what: str, problems: FileProblems, aliases: Sequence[str] = ()
) -> Table | None:
    """A file of rows; None where it cannot be used, which is noted. `what` a row is, for messages.

    `aliases` are words "other=name": a column called other is taken as name.
    """
    text = text_of(path, problems)
    if text is None:
        return None
    mine = problems.of(path)
    lines = text.splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    delimiter = max(",;\t", key=first.count)
    rows = [
        (number, tuple(cell.strip() for cell in row))
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter, skipinitialspace=True), start=1)
        if any(cell.strip() for cell in row) and not row[0].startswith("#")
    ]
    if len(rows) < 2:
        mine.error("file-empty", what=what)
        return None
    named = dict(alias.split("=") for alias in aliases)
    titles = tuple(named.get(title.lower(), title) for title in rows.pop(0)[1])
    lower = [title.lower() for title in titles]
    for title in {title for title in lower if title and lower.count(title) > 1}:
        mine.error("columns-twice", row=1, name=title)
    missing = [name for name in required if name not in lower]
    if missing:
        found = shortened(", ".join(titles), 200)
        mine.error("columns-missing", row=1, missing=", ".join(missing), found=found)
    if missing or mine.error_count:
        return None
    whole = []
    for number, row in rows:
        if len(row) == len(titles):
            whole.append((number, row))
        else:
            mine.error("row-columns", row=number, found=len(row), wanted=len(titles))
    numbers, cells = tuple(number for number, _ in whole), tuple(row for _, row in whole)
    return Table(mine.file, titles, numbers, cells, mine, delimiter != ",")


def time_of(text: str) -> datetime | None:
    """A date, with its time where it has one.

    >>> time_of("2026-02-14 09:30"), time_of("14.02.2026"), time_of("soon")
    (datetime.datetime(2026, 2, 14, 9, 30), datetime.datetime(2026, 2, 14, 0, 0), None)
    """
    for form in _TIMES:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  # the local time of the place, as written
        except ValueError:
            continue
    return None
