"""How the fast solver keeps a raster in memory: even and odd columns of each row lie apart.

A raster of R rows and C columns becomes (R + 3, 2, H) with H = ceil(C / 2) + 2: cell (i, j) stands at [i + 1,
j % 2, j // 2 + 1], and everything around it is padding. All neighbours of the even (or odd) cells of a row
are then found in contiguous stretches, so a colour of a red-black sweep runs at full vector width, and no
loop needs to ask whether it is at the rim.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

import numpy as np

from amur.science.circuits.compiled import jit
from amur.science.circuits.solution import Anything


def split_shape(rows: int, columns: int) -> tuple[int, int, int]:
    """The shape of a raster with its columns split."""
    return rows + 3, 2, (columns + 1) // 2 + 2


def split(raster: Anything, padding: float = 0.0, dtype: type = np.float64) -> Anything:
    """A raster (rows, columns) with its columns split, `padding` around it."""
    rows, columns = raster.shape
    out: Anything = np.full(split_shape(rows, columns), padding, dtype=dtype)
    even, odd = (columns + 1) // 2, columns // 2
    out[1 : rows + 1, 0, 1 : even + 1] = raster[:, 0::2]
    out[1 : rows + 1, 1, 1 : odd + 1] = raster[:, 1::2]
    return out


def joined(apart: Anything, rows: int, columns: int) -> Anything:
    """The raster (rows, columns) again."""
    out = np.empty((rows, columns), dtype=apart.dtype)
    even, odd = (columns + 1) // 2, columns // 2
    out[:, 0::2] = apart[1 : rows + 1, 0, 1 : even + 1]
    out[:, 1::2] = apart[1 : rows + 1, 1, 1 : odd + 1]
    return out


@jit
def join_conductances(first, second, factor, by_resistance, out):
    """Conductances between two stretches of cells; what the cells hold is told in `cell_values`."""
    if by_resistance:
        for m in range(out.size):
            out[m] = 2.0 * factor / (first[m] + second[m])
    else:
        for m in range(out.size):
            out[m] = max(0.5 * factor * (first[m] + second[m]), 0.0)


@jit
def edge_rows(values, i, by_resistance, eight, east, south, southeast, southwest):
    """Conductances of the edges that go right and down from the cells of stored row `i`, as (2, H) rows."""
    here, below = values[i], values[i + 1]
    n = here.shape[1] - 1
    diagonal = np.sqrt(0.5)
    join_conductances(here[0, 1:n], here[1, 1:n], 1.0, by_resistance, east[0, 1:n])
    join_conductances(here[1, 1:n], here[0, 2:], 1.0, by_resistance, east[1, 1:n])
    join_conductances(here[0, 1:n], below[0, 1:n], 1.0, by_resistance, south[0, 1:n])
    join_conductances(here[1, 1:n], below[1, 1:n], 1.0, by_resistance, south[1, 1:n])
    if eight:
        join_conductances(here[0, 1:n], below[1, 1:n], diagonal, by_resistance, southeast[0, 1:n])
        join_conductances(here[1, 1:n], below[0, 2:], diagonal, by_resistance, southeast[1, 1:n])
        join_conductances(here[0, 1:n], below[1, : n - 1], diagonal, by_resistance, southwest[0, 1:n])
        join_conductances(here[1, 1:n], below[0, 1:n], diagonal, by_resistance, southwest[1, 1:n])


def cell_values(conductance: Anything, by_resistance: bool) -> Anything:
    """What `edge_rows` adds up: resistances, infinite without data; or conductances, then minus infinite."""
    with np.errstate(divide="ignore"):
        if by_resistance:
            return split(1.0 / conductance, np.inf)
        return split(np.where(conductance > 0, conductance, -np.inf), -np.inf)
