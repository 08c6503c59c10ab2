"""Reads a CSV file into a `Table`: header, rows of another length, empty rows, text that is not UTF-8."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from amur.formats.camtrapdp.table import Table, coded, places
from amur.formats.errors import ProblemList, shortened

_BLOCK = 16 << 20
_LONGEST_HEADER = 1 << 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are separated and quoted."""

    delimiter: str = ","
    quote: str = '"'


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A table and the row of the file in which each of its rows (n,) stands; the header is row 1."""

    table: Table
    rows: NDArray[np.int64]


def read_sheet(
    path: Path, name: str, mine: ProblemList, missing: Sequence[str] = ("",), dialect: Dialect | None = None
) -> Sheet | None:
    """Read a CSV file with a header; None where this cannot be done, which is noted.

    Rows that are empty or of another length than the header are noted and left out.
    """
    dialect = dialect or Dialect()
    try:
        labels, lines = _header(path, dialect)
        if not _check_labels(labels, mine):
            return None
        data, wrong = _body(path, labels, lines, dialect)
    except (OSError, csv.Error, pa.ArrowException, UnicodeDecodeError) as error:
        if not _check_encoding(path, mine):
            mine.error("file-unreadable", reason=shortened(error, 200))
        return None
    skipped = _note_rows(wrong, len(labels), mine)
    rows = np.delete(np.arange(2, 2 + data.num_rows + len(skipped)), skipped - 2)
    empty = _empty(data)
    for row in rows[empty].tolist():
        mine.error("blank-row", row=row)
    if empty.any():
        data, rows = data.filter(pa.array(~empty)), rows[~empty]
    columns = {label: coded(column) for label, column in zip(labels, data.columns, strict=True)}
    return Sheet(Table(name, columns, tuple(missing), mine.file), rows)


def _header(path: Path, dialect: Dialect) -> tuple[list[str], int]:
    """The names of the columns, and the lines that they take."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        start = io.StringIO(opened.read(_LONGEST_HEADER), newline="")
    reader = csv.reader(start, delimiter=dialect.delimiter, quotechar=dialect.quote)
    return next(reader, []), reader.line_num


def _check_labels(labels: list[str], mine: ProblemList) -> bool:
    if not any(labels):
        mine.error("blank-header", row=1)
        return False
    before = mine.error_count
    first: dict[str, int] = {}
    for position, label in enumerate(labels, start=1):
        if not label.strip():
            mine.error("blank-label", row=1, position=position)
        elif label in first:
            mine.error("duplicate-label", row=1, column=label, position=position, first=first[label])
        first.setdefault(label, position)
    return mine.error_count == before


def _body(
    path: Path, labels: list[str], lines: int, dialect: Dialect
) -> tuple[pa.Table, list[tuple[int, int, str]]]:
    """The cells, and the number, length and text of the rows that have another length."""
    names = [str(k) for k in range(len(labels))]
    wrong: list[tuple[int, int, str]] = []

    def skip(row: Any) -> str:
        wrong.append((row.number, row.actual_columns, row.text))
        return "skip"

    data = pacsv.read_csv(
        path,
        pacsv.ReadOptions(use_threads=False, block_size=_BLOCK, column_names=names, skip_rows=lines),
        pacsv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    # Rows are counted from the first line of the file; the header is row 1 however many lines it takes.
    return data, [(number - lines + 1, found, text) for number, found, text in wrong]


def _note_rows(wrong: list[tuple[int, int, str]], wanted: int, mine: ProblemList) -> NDArray[np.int64]:
    for row, found, text in wrong:
        if not text.strip():
            mine.error("blank-row", row=row)
        else:
            mine.error(
                "extra-cell" if found > wanted else "missing-cell", row=row, found=found, wanted=wanted
            )
    return np.array([row for row, _found, _text in wrong], dtype=np.int64)


def _empty(data: pa.Table) -> NDArray[np.bool_]:
    """Which rows have nothing but empty cells."""
    empty = np.ones(data.num_rows, dtype=bool)
    for column in data.columns:
        if not empty.any():
            break
        empty &= pc.equal(column, "").to_numpy()
    return empty


def _check_encoding(path: Path, mine: ProblemList) -> bool:
    """Note the row where the text of a file stops being UTF-8; whether there is one."""
    try:
        content = path.read_bytes()
        content.decode("utf-8")
    except OSError:
        return False
    except UnicodeDecodeError as error:
        mine.error("encoding-error", row=content.count(b"\n", 0, error.start) + 1)
        return True
    return False


def write_sheet(table: Table, path: Path, dialect: Dialect | None = None) -> None:
    """Write a table as CSV in UTF-8 with quotation marks only where they are needed."""
    dialect = dialect or Dialect()
    columns = [_quoted(cells, dialect, alone=len(table.names) == 1) for cells in table.columns.values()]
    titles = _quoted(pa.array(table.names, pa.string()).dictionary_encode(), dialect)
    step = 50_000
    with path.open("w", encoding="utf-8", newline="") as opened:
        opened.write(dialect.delimiter.join(titles.tolist()) + "\n")
        for start in range(0, table.count, step):
            rows = zip(*(column[start : start + step].tolist() for column in columns), strict=True)
            opened.writelines(dialect.delimiter.join(row) + "\n" for row in rows)


def _quoted(cells: pa.DictionaryArray, dialect: Dialect, *, alone: bool = False) -> NDArray[np.object_]:
    """The cells (n,) as they stand in a file: in quotation marks where they need them."""
    special = re.compile(f"[{re.escape(dialect.delimiter + dialect.quote)}\r\n]")
    quote = dialect.quote
    texts = [
        f"{quote}{text.replace(quote, 2 * quote)}{quote}"
        if special.search(text) or (alone and not text)
        else text
        for text in cells.dictionary.to_pylist()
    ]
    found: NDArray[np.object_] = np.array([*texts, ""], dtype=object)[places(cells)]
    return found
