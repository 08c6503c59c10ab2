"""A table of text cells in columns: what a CSV file holds, with numbers, instants and flags on demand.

The cells stay the text that was read, so that a table can be written again without loss. Columns are kept as
codes of their distinct texts, which makes checks and groupings fast: each text is looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from amur.formats.camtrapdp.instants import LONGEST, Instants, instants_of
from amur.formats.camtrapdp.schema import LATEST, MISSING

TRUE = ("true", "True", "TRUE", "1")
FALSE = ("false", "False", "FALSE", "0")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of text (n,) by name, in the order of the file; `missing` are the texts of no value.

    A column that is not there reads as one of missing values.

    >>> table = Table.of("media", {"mediaID": ["m1", "m2"], "timestamp": ["2026-03-01T08:00:00+10:00", "NA"]})
    >>> table.count, table.texts("timestamp"), table.instants("timestamp")[0]
    (2, ['2026-03-01T08:00:00+10:00', ''], np.datetime64('2026-02-28T22:00:00'))
    """

    name: str
    columns: Mapping[str, pa.Array]
    missing: tuple[str, ...] = MISSING[LATEST]
    file: str = ""

    @classmethod
    def of(
        cls,
        name: str,
        columns: Mapping[str, Sequence[str]],
        missing: tuple[str, ...] = MISSING[LATEST],
    ) -> Table:
        """A table of lists of texts of one length. Raises ValueError where lengths differ."""
        lengths = {len(cells) for cells in columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"the columns have the lengths {sorted(lengths)}, expected one")
        return cls(
            name, {key: coded(pa.array(cells, pa.string())) for key, cells in columns.items()}, missing
        )

    @property
    def count(self) -> int:
        """The number n of rows."""
        return next((len(cells) for cells in self.columns.values()), 0)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.columns)

    def cells(self, name: str) -> list[str]:
        """The cells of a column as they stand in the file. Raises KeyError."""
        found: list[str] = self.columns[name].to_pylist()
        return found

    def codes(self, name: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """A number for each row (n,), -1 where the value is missing, and the texts that they number."""
        if name not in self.columns:
            return np.full(self.count, -1), ()
        column = self.columns[name]
        known = ~pc.is_in(column.dictionary, pa.array(self.missing, pa.string())).to_numpy(
            zero_copy_only=False
        )
        renumbered = np.where(known, np.cumsum(known) - 1, -1)
        values = column.dictionary.filter(pa.array(known)).to_pylist()
        return renumbered[places(column)], tuple(values)

    def texts(self, name: str) -> list[str]:
        """The texts of a column (n,), "" where the value is missing."""
        codes, values = self.codes(name)
        words = np.array([*values, ""], dtype=object)
        found: list[str] = words[codes].tolist()
        return found

    def numbers(self, name: str) -> NDArray[np.float64]:
        """The numbers of a column (n,), NaN where the value is missing or no number."""
        if name not in self.columns:
            return np.full(self.count, np.nan)
        return numbers_of(self.columns[name].dictionary)[places(self.columns[name])]

    def flags(self, name: str) -> NDArray[np.int8]:
        """1 for true, 0 for false, -1 where the value is missing (n,)."""
        codes, values = self.codes(name)
        known = [1 if value in TRUE else 0 if value in FALSE else -1 for value in values]
        return np.array([*known, -1], dtype=np.int8)[codes]

    def instants(self, name: str) -> Instants:
        """The instants of a column in UTC (n,), NaT where the value is missing or none."""
        if name not in self.columns:
            return np.full(self.count, np.datetime64("NaT", "s"))
        return instants_in(self.columns[name].dictionary)[places(self.columns[name])]

    def with_columns(self, columns: Mapping[str, Sequence[str]]) -> Table:
        """The table with columns of texts that are added or take the place of others."""
        added = Table.of(self.name, columns, self.missing).columns
        return Table(self.name, {**self.columns, **added}, self.missing, self.file)

    def rows(self, first: int = 0, count: int | None = None) -> Iterator[dict[str, str]]:
        """Rows as dictionaries of texts, "" where a value is missing."""
        last = self.count if count is None else min(self.count, first + count)
        part = {name: cells[first:last] for name, cells in self.columns.items()}
        table = Table(self.name, part, self.missing)
        for values in zip(*(table.texts(name) for name in part), strict=True):
            yield dict(zip(part, values, strict=True))


def coded(cells: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """Texts as codes and distinct texts."""
    if isinstance(cells, pa.ChunkedArray):
        cells = pa.concat_arrays(cells.chunks) if cells.num_chunks else pa.array([], pa.string())
    return cells.dictionary_encode()


def places(column: pa.DictionaryArray) -> NDArray[np.int32]:
    """The place (n,) of the text of each row among the distinct texts."""
    found: NDArray[np.int32] = column.indices.to_numpy(zero_copy_only=False)
    return found


def numbers_of(texts: pa.Array) -> NDArray[np.float64]:
    """Numbers (n,) of texts, NaN where a text is no decimal number."""
    right = pc.match_substring_regex(texts, r"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$")
    plain = pc.if_else(right, pc.utf8_ltrim(texts, "+"), pa.scalar("nan"))
    found: NDArray[np.float64] = pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False)
    return found


def instants_in(texts: pa.Array) -> Instants:
    """Instants (n,) of texts."""
    short = pc.if_else(pc.less_equal(pc.binary_length(texts), LONGEST), texts, pa.scalar(""))
    padded = pc.ascii_rpad(short, LONGEST, "\0").cast(pa.binary()).cast(pa.binary(LONGEST))
    letters = np.frombuffer(padded.buffers()[1] or b"", dtype=f"S{LONGEST}")
    return instants_of(letters[padded.offset : padded.offset + len(padded)])
