"""Connected components of a landscape: what cannot reach what, and one component as a small landscape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from amur.science.circuits.landscape import Landscape
from amur.science.circuits.solution import Anything, Floats, Integers


@dataclass(frozen=True, slots=True)
class Components:
    """`label` (rows, cols): 0 where there is no node, else the component from 1; `count` of them."""

    label: Anything
    count: int

    def sizes(self) -> Integers:
        """Cells of each component, (count,)."""
        return np.bincount(self.label.ravel(), minlength=self.count + 1)[1:]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a landscape on its smallest rectangle, which begins at `top` and `left` of the whole."""

    landscape: Landscape
    top: int
    left: int
    whole: tuple[int, int]

    @property
    def size(self) -> int:
        """Cells of the rectangle."""
        return self.landscape.conductance.size

    def local(self, cells: Integers) -> Integers:
        """Flat cells of the whole as flat cells of the piece."""
        rows, columns = np.divmod(cells, self.whole[1])
        found: Integers = (rows - self.top) * self.landscape.shape[1] + (columns - self.left)
        return found

    def add(self, total: Floats, values: Floats) -> None:
        """Add values of the piece to a map of the whole, in place."""
        rows, columns = self.landscape.shape
        total[self.top : self.top + rows, self.left : self.left + columns] += values.reshape(rows, columns)

    def maximise(self, total: Floats, values: Floats) -> None:
        """Keep the larger of both, in place."""
        rows, columns = self.landscape.shape
        part = total[self.top : self.top + rows, self.left : self.left + columns]
        np.maximum(part, values.reshape(rows, columns), out=part)

    def spread(self, values: Floats) -> Floats:
        """Values of the piece as a map of the whole, 0 elsewhere."""
        total = np.zeros(self.whole)
        self.add(total, values)
        return total


def components_of(landscape: Landscape) -> Components:
    """The components of a landscape; cells of a short-circuit region belong together wherever they lie.

    >>> components_of(Landscape(np.array([[1.0, 0.0, 1.0]]))).label.tolist()
    [[1, 0, 2]]
    """
    there = landscape.conductance > 0
    structure = np.ones((3, 3)) if landscape.neighbours == 8 else None
    label, count = ndimage.label(there, structure=structure, output=np.int32)
    polygons = landscape.polygons
    if polygons is None or not count:
        return Components(label, int(count))
    inside = there & (polygons > 0)
    known, which = np.unique(polygons[inside], return_inverse=True)
    # A small graph: components on one side, short-circuit regions on the other.
    pairs = np.unique(np.stack([label[inside].astype(np.int64), count + 1 + which.ravel()]), axis=1)
    size = count + 1 + known.size
    links = coo_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(size, size))
    _joined, renamed = connected_components(links, directed=False)
    _unique, dense = np.unique(renamed[1 : count + 1], return_inverse=True)
    table = np.concatenate([[0], dense.ravel() + 1]).astype(np.int32)
    label = table[label]
    bare = ~there & (polygons > 0)
    if bare.any() and known.size:
        place = np.minimum(np.searchsorted(known, polygons[bare]), known.size - 1)
        first = np.zeros(known.size, dtype=np.int32)
        first[which.ravel()] = label[inside]
        label[bare] = np.where(known[place] == polygons[bare], first[place], 0)
    return Components(label, int(table.max()))


def piece_of(
    landscape: Landscape, components: Components, wanted: Integers, within: Integers | None = None
) -> Piece:
    """The cells of the `wanted` components (numbers from 1) on their smallest rectangle, which also holds the
    flat cells `within`.
    """
    chosen = np.zeros(components.count + 1, dtype=bool)
    chosen[wanted] = True
    kept = chosen[components.label]
    if (
        np.array_equal(kept, components.label > 0)
        and kept[[0, -1]].any(1).all()
        and kept[:, [0, -1]].any(0).all()
    ):
        return Piece(landscape, 0, 0, landscape.shape)  # everything is wanted: nothing is copied
    down, right = np.asarray(kept.any(axis=1)), np.asarray(kept.any(axis=0))
    if within is not None:
        down[within // landscape.shape[1]] = True
        right[within % landscape.shape[1]] = True
    rows, columns = np.flatnonzero(down), np.flatnonzero(right)
    window = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
    kept = kept[window]
    # Short-circuit regions without any data belong to no component, and may yet be touched.
    loose = kept | (components.label[window] == 0)
    polygons = landscape.polygons
    part = Landscape(
        np.where(kept, landscape.conductance[window], 0.0),
        landscape.neighbours,
        landscape.average,
        None if polygons is None else np.where(loose, polygons[window], 0),
    )
    return Piece(part, int(rows[0]), int(columns[0]), landscape.shape)
