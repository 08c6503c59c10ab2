"""Focal nodes on a landscape, component by component: what each mode works on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from amur.science.circuits.components import Components, Piece, components_of, piece_of
from amur.science.circuits.flows import cell_currents
from amur.science.circuits.landscape import FocalNodes, Landscape
from amur.science.circuits.results import Kind, Name, Sink, Wanted
from amur.science.circuits.solution import Floats, Integers


@dataclass(frozen=True, slots=True)
class Placed:
    """Focal nodes on the components of a landscape.

    `ids` (n,) all numbers; `groups` the flat cells of each; `component` (n,) its component from 1, 0 where
    the node lies on no data; `anchor` (n,) the cell that stands for it, -1 without data.
    """

    landscape: Landscape
    components: Components
    ids: Integers
    groups: tuple[Integers, ...]
    component: Integers
    anchor: Integers

    @property
    def without_data(self) -> tuple[int, ...]:
        """The numbers of nodes that lie on no data."""
        return tuple(self.ids[self.component == 0].tolist())

    @property
    def by_component(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the nodes of each component that holds one."""
        found = [self.ids[self.component == number] for number in np.unique(self.component) if number]
        return tuple(tuple(part.tolist()) for part in found)

    def shares(self) -> Iterator[tuple[int, Integers]]:
        """Each component that holds at least two focal nodes, and their places in `ids`."""
        for number in np.unique(self.component):
            members = np.flatnonzero(self.component == number)
            if number and members.size > 1:
                yield int(number), members

    def piece(self, component: int, within: Integers | None = None) -> Piece:
        """One component on its own, with room for the flat cells `within`."""
        return piece_of(self.landscape, self.components, np.array([component]), within)


def place(landscape: Landscape, focal: FocalNodes) -> Placed:
    """Find the component of each focal node. A region that lies in several components is taken where its
    first cell with data lies; regions are not joined here.
    """
    components = components_of(landscape)
    label = components.label.ravel()
    groups = tuple(focal.groups())
    ids = focal.ids
    component = np.zeros(ids.size, dtype=np.int64)
    anchor = np.full(ids.size, -1, dtype=np.int64)
    found = landscape.anchors(focal.cells)
    where = {int(cell): int(node) for cell, node in zip(focal.cells, found, strict=True)}
    for number, cells in enumerate(groups):
        for cell in cells.tolist():
            if where[cell] >= 0:
                anchor[number] = where[cell]
                component[number] = int(label[where[cell]])
                break
    return Placed(landscape, components, ids, groups, component, anchor)


@dataclass(slots=True)
class Maps:
    """The sums over all solves, and where the maps of single solves go."""

    shape: tuple[int, int]
    wanted: Wanted
    sink: Sink
    cumulative: Floats | None = None
    maximum: Floats | None = None

    def __post_init__(self) -> None:
        if self.wanted.cumulative:
            self.cumulative = np.zeros(self.shape)
        if self.wanted.maximum:
            self.maximum = np.zeros(self.shape)

    def needs(self, kind: Kind, name: Name) -> bool:
        """Whether the map of one solve is to be computed."""
        asked = self.wanted.currents if kind == "current" else self.wanted.voltages
        return asked and self.sink.wants(kind, name)

    def add(self, piece: Piece, currents: Floats, times: float = 1.0) -> None:
        """Count the currents of one solve."""
        if self.cumulative is not None:
            piece.add(self.cumulative, currents if times == 1.0 else currents * times)
        if self.maximum is not None:
            piece.maximise(self.maximum, currents)

    def hand_out(self, piece: Piece, name: Name, volts: Floats, focal: Callable[[], Integers]) -> None:
        """All that is wanted of one solve with voltages (cells,); `focal` gives the flat focal cells."""
        if self.needs("voltage", name):
            self.give("voltage", name, piece, volts)
        current = self.needs("current", name)
        if not (current or self.cumulative is not None or self.maximum is not None):
            return
        flow = cell_currents(piece.landscape, volts)
        if self.wanted.zero_focal:
            flow.ravel()[focal()] = 0.0
        self.add(piece, flow)
        if current:
            self.give("current", name, piece, flow)

    def give(self, kind: Kind, name: Name, piece: Piece, values: Floats) -> None:
        """Hand a map of one solve to the sink."""
        self.sink.take(kind, name, piece.spread(values))


def with_bare_cells(landscape: Landscape, volts: Floats) -> Floats:
    """Voltages (cells,) with 0 where there is no node, and that of the node in cells without data that belong
    to a short-circuit region.
    """
    found = np.where(landscape.conductance.ravel() > 0, volts, 0.0)
    if landscape.polygons is not None:
        bare = np.flatnonzero((found == 0.0) & (landscape.polygons.ravel() > 0))
        anchors = landscape.anchors(bare)
        found[bare] = np.where(anchors >= 0, volts[anchors], 0.0)
    return found


def cells_of_node(landscape: Landscape, anchor: int) -> Integers:
    """All flat cells of the node that a cell stands for."""
    if landscape.polygons is not None:
        label = int(landscape.polygons.ravel()[anchor])
        if label:
            return np.flatnonzero(landscape.polygons.ravel() == label)
    return np.array([anchor])


def give_zeros(placed: Placed, members: tuple[int, ...], maps: Maps) -> None:
    """Hand out maps of zeros for a situation in which nothing flows; `members` are places in `ids`."""
    name = tuple(int(placed.ids[member]) for member in members)
    for kind in ("current", "voltage"):
        if maps.needs(kind, name):
            maps.sink.take(kind, name, np.zeros(maps.shape))
