"""The one error shape of all readers and writers of the house.

A problem is a `FormatError`: a stable code, the sentence that tells what is wrong, the sentence that tells
what would be right, the parameters of both, and the place (file, row, column). Readers gather problems in a
`ProblemList` and raise them together as `FormatErrors`, so that a data manager mends a file in one go and not
one cell at a time. The portal translates by `code` (or by the templates) and fills in `params`.

>>> wording = Wording("“{value}” is not an area.", "Write km², such as 454.39.")
>>> problem = FormatError("not-an-area", wording, {"value": "big"}, file="a.csv", row=7, column="rep_area")
>>> print(problem)
a.csv, row 7, column rep_area: “big” is not an area. Write km², such as 454.39.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "warning"]

LISTED_PROBLEMS = 1_000
"""How many problems a `ProblemList` keeps; it counts all of them."""

_SHOWN_IN_TEXT = 20


@dataclass(frozen=True, slots=True)
class Wording:
    """The English sentences of one code, with `{name}` places for the parameters."""

    text: str
    expected: str


def problem_of(
    wordings: Mapping[str, Wording],
    code: str,
    file: str,
    *,
    row: int | None = None,
    column: str | None = None,
    severity: Severity = "error",
    **params: object,
) -> FormatError:
    """The problem of a code of a table of wordings, in its place."""
    return FormatError(code, wordings[code], params, file=file, row=row, column=column, severity=severity)


class FormatError(ValueError):
    """One problem in one place of a file.

    `row` is counted as a user sees it: in a table of text the header is row 1, in every other format features
    are counted from 1. `None` means that the problem belongs to the whole file (or, for `column`, whole row).
    """

    def __init__(
        self,
        code: str,
        wording: Wording,
        params: Mapping[str, object] | None = None,
        *,
        file: str,
        row: int | None = None,
        column: str | None = None,
        severity: Severity = "error",
    ) -> None:
        self.code = code
        self.wording = wording
        self.params: Mapping[str, object] = MappingProxyType(dict(params or {}))
        self.file = file
        self.row = row
        self.column = column
        self.severity: Severity = severity
        super().__init__(str(self))

    @property
    def text(self) -> str:
        """What is wrong, as one English sentence."""
        return self.wording.text.format_map(self.params)

    @property
    def expected(self) -> str:
        """What would be right, as one English sentence."""
        return self.wording.expected.format_map(self.params)

    @property
    def place(self) -> str:
        """Where: the file, and the row and column as far as they are known."""
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, object]:
        """The problem as plain values, ready for JSON or a stored import report."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "text": self.text,
            "expected": self.expected,
            "params": {key: _plain(value) for key, value in self.params.items()},
        }

    def __str__(self) -> str:
        return f"{self.place}: {self.text} {self.expected}"

    def __repr__(self) -> str:
        return f"FormatError({self.code!r}, {str(self)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        # The default would call __init__ with the text alone and break across process pools.
        place = (self.file, self.row, self.column, self.severity)
        return (_rebuilt, (self.code, self.wording, dict(self.params), *place))


class FormatErrors(Exception):
    """A file that cannot be taken: all its problems, warnings included.

    `problems` holds at most `LISTED_PROBLEMS`, errors before warnings, in the order of the file;
    `error_count` and `warning_count` count every problem that was found.
    """

    def __init__(self, problems: Iterable[FormatError], error_count: int, warning_count: int = 0) -> None:
        self.problems: tuple[FormatError, ...] = tuple(problems)
        self.error_count = error_count
        self.warning_count = warning_count
        super().__init__(str(self))

    @property
    def errors(self) -> tuple[FormatError, ...]:
        """The listed problems that keep the file out."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[FormatError, ...]:
        """The listed problems that would not have kept the file out."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    def __str__(self) -> str:
        shown = self.errors[:_SHOWN_IN_TEXT]
        lines = [str(problem) for problem in shown]
        hidden = self.error_count - len(shown)
        if hidden > 0:
            lines.append(f"… and {hidden} more.")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        return (FormatErrors, (self.problems, self.error_count, self.warning_count))


class ProblemList:
    """Gathers the problems of one file under one table of wordings; keeps the first `limit` of each severity.

    >>> table = {"empty-file": Wording("The file holds no rows.", "Add one row for each area.")}
    >>> problems = ProblemList(table, "areas.csv")
    >>> problems.error("empty-file")
    >>> problems.error_count, problems.listed[0].text
    (1, 'The file holds no rows.')
    """

    def __init__(self, wordings: Mapping[str, Wording], file: str, limit: int = LISTED_PROBLEMS) -> None:
        self._wordings = wordings
        self._limit = limit
        self._kept: dict[Severity, list[FormatError]] = {"error": [], "warning": []}
        self._counts: dict[Severity, int] = {"error": 0, "warning": 0}
        self.file = file

    def error(
        self, code: str, *, row: int | None = None, column: str | None = None, **params: object
    ) -> None:
        """Note a problem that keeps the file out."""
        self._add("error", code, row, column, params)

    def warn(self, code: str, *, row: int | None = None, column: str | None = None, **params: object) -> None:
        """Note a problem that a person should look at, and that does not keep the file out."""
        self._add("warning", code, row, column, params)

    @property
    def error_count(self) -> int:
        """All errors found so far, listed or not."""
        return self._counts["error"]

    @property
    def warning_count(self) -> int:
        """All warnings found so far, listed or not."""
        return self._counts["warning"]

    @property
    def listed(self) -> tuple[FormatError, ...]:
        """The kept problems: errors first, then warnings, together at most the limit."""
        return tuple([*self._kept["error"], *self._kept["warning"]][: self._limit])

    def raise_if_errors(self) -> None:
        """Raise `FormatErrors` with everything gathered when there is at least one error."""
        if self.error_count:
            raise FormatErrors(self.listed, self.error_count, self.warning_count)

    def _add(
        self, severity: Severity, code: str, row: int | None, column: str | None, params: Mapping[str, object]
    ) -> None:
        self._counts[severity] += 1
        kept = self._kept[severity]
        if len(kept) < self._limit:
            wording = self._wordings[code]
            kept.append(
                FormatError(code, wording, params, file=self.file, row=row, column=column, severity=severity)
            )


class FileProblems:
    """The problems of several files, to be told together: one `ProblemList` for each.

    >>> table = {"file-empty": Wording("The file holds no rows.", "Write one line for each detector.")}
    >>> problems = FileProblems(table)
    >>> problems.of("traps.txt").error("file-empty")
    >>> print(problems.found)
    traps.txt: The file holds no rows. Write one line for each detector.
    """

    def __init__(self, wordings: Mapping[str, Wording], limit: int = LISTED_PROBLEMS) -> None:
        self.wordings = wordings
        self._limit = limit
        self._lists: dict[str, ProblemList] = {}
        self._paths: dict[str, Path] = {}

    def of(self, file: Path | str) -> ProblemList:
        """The list of a file, or of an option such as "--occasions".

        A file goes by its name, a second one of the same name by its path.
        """
        name = str(file)
        if isinstance(file, Path) and self._paths.setdefault(file.name, file) == file:
            name = file.name
        return self._lists.setdefault(name, ProblemList(self.wordings, name, self._limit))

    @property
    def found(self) -> FormatErrors:
        """Everything found, warnings too."""
        listed = [problem for each in self._lists.values() for problem in each.listed]
        listed.sort(key=lambda problem: problem.severity == "warning")
        return FormatErrors(
            listed,
            sum(each.error_count for each in self._lists.values()),
            sum(each.warning_count for each in self._lists.values()),
        )

    def raise_if_errors(self) -> None:
        """Raise `FormatErrors` with everything gathered when there is at least one error."""
        found = self.found
        if found.error_count:
            raise found


def shortened(value: object, length: int = 60) -> str:
    """A cell's text fit for a message: one line, no control characters, at most `length` characters.

    >>> shortened("Khanka\\nLake " + "x" * 100, 20)
    'Khanka Lake xxxxxxx…'
    """
    text = "".join(character if character.isprintable() else " " for character in str(value)[: length * 4])
    return text if len(text) <= length else text[: length - 1] + "…"


def _rebuilt(
    code: str,
    wording: Wording,
    params: Mapping[str, object],
    file: str,
    row: int | None,
    column: str | None,
    severity: Severity,
) -> FormatError:
    return FormatError(code, wording, params, file=file, row=row, column=column, severity=severity)


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
