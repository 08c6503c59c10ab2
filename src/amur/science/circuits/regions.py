"""Pairs of focal regions: a region is one node only while its own pair is solved.

Two ways, chosen by the number of systems each needs. *Ports*: every node on the rim of a region is a port of
the landscape as it is; unit currents are solved once, in batches, and each pair joins the ports of its two
regions in a small dense system (`ports.join`), which is exact superposition. *Pairs*: where the rims have
many more nodes than there are pairs, the landscape with the two regions merged is solved for each pair; the
first guess comes from the landscape with all regions merged, for which N - 1 systems give every pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from amur.science.circuits.components import Piece, components_of, piece_of
from amur.science.circuits.focal import Maps, Placed, give_zeros, with_bare_cells
from amur.science.circuits.landscape import Landscape
from amur.science.circuits.ports import Ports, join, solve_ports
from amur.science.circuits.results import Nothing, Progress, Solved, Store
from amur.science.circuits.solution import Booleans, Floats, Integers
from amur.science.circuits.solvers import Solver, solver_for_grid

FEW = 48
"""Up to so many ports are always solved together: they fit six batches."""
PORTS_PER_PAIR = 2
"""A right-hand side in a batch costs about half of a system of its own."""
WORTH_A_GUESS = 40_000
"""Cells above which systems are solved by iteration, which a first guess shortens."""

Pair = tuple[int, int]


@dataclass(slots=True)
class _Run:
    """What all pairs of one task share."""

    placed: Placed
    resistances: Floats
    maps: Maps
    store: Store
    tolerance: float
    progress: Progress
    pairs: int
    done: int = 0

    def finished(self, pair: Pair, resistance: float) -> None:
        """Note the resistance of a pair."""
        self.resistances[pair] = self.resistances[pair[::-1]] = resistance
        self.done += 1
        self.progress(self.done / self.pairs, "pairs of regions")


def solve_regions(
    placed: Placed,
    included: Booleans,
    resistances: Floats,
    maps: Maps,
    store: Store | None,
    tolerance: float,
    progress: Progress,
) -> list[Solved]:
    """Fill in the `resistances` and maps of all `included` pairs."""
    pairs: list[Pair] = [(one, other) for one, other in np.argwhere(np.triu(included)).tolist()]
    run = _Run(placed, resistances, maps, store or Nothing(), tolerance, progress, len(pairs))
    components = [_components(placed, cells) for cells in placed.groups]
    alone: list[Pair] = []
    together: dict[int, list[Pair]] = {}
    for one, other in pairs:
        mine, theirs = components[one], components[other]
        if _meet(placed.landscape, placed.groups[one], placed.groups[other]):
            alone.append((one, other))
        elif mine.size == 1 and theirs.size == 1:
            if mine[0] == theirs[0]:
                together.setdefault(int(mine[0]), []).append((one, other))
        elif mine.size and theirs.size:
            alone.append((one, other))
    solved: list[Solved] = []
    for component, members in together.items():
        cells = np.concatenate([placed.groups[member] for pair in members for member in pair])
        piece = placed.piece(component, _with_touched(placed.landscape, cells))
        solved += _solve_component(run, component, piece, members)
    for pair in alone:
        solved += _solve_bridged(run, pair)
    return solved


def _share(one: Integers, other: Integers) -> bool:
    return bool(np.isin(one, other).any())


def _meet(land: Landscape, one: Integers, other: Integers) -> bool:
    """Whether two regions share a cell or touch one short-circuit region, with data or not."""
    if land.polygons is None:
        return _share(one, other)
    mine, theirs = (land.polygons.ravel()[cells] for cells in (one, other))
    return _share(one, other) or _share(mine[mine > 0], theirs)


def _with_touched(land: Landscape, cells: Integers) -> Integers:
    """Cells of regions and all cells of the short-circuit regions that they touch."""
    if land.polygons is None:
        return cells
    labels = np.unique(land.polygons.ravel()[cells])
    touched = np.isin(land.polygons, labels[labels > 0])
    return np.concatenate([cells, np.flatnonzero(touched)])


def _components(placed: Placed, cells: Integers) -> Integers:
    anchors = placed.landscape.anchors(cells)
    return np.unique(placed.components.label.ravel()[anchors[anchors >= 0]])


def _solve_component(run: _Run, component: int, piece: Piece, pairs: list[Pair]) -> list[Solved]:
    """The pairs inside one component."""
    land = piece.landscape
    members = sorted({member for pair in pairs for member in pair})
    cells = {member: piece.local(run.placed.groups[member]) for member in members}
    rims = {member: rim(land, cells[member]) for member in members}
    nodes = np.unique(np.concatenate([*rims.values()]))
    if nodes.size > max(FEW, PORTS_PER_PAIR * len(pairs)):
        return _solve_pairs(run, component, piece, pairs, cells)

    def part(done: float, stage: str) -> None:
        run.progress((run.done + 0.9 * done * len(pairs)) / run.pairs, stage)

    solver = _solver(land, run.tolerance / 10)
    ports, solved = solve_ports(solver, nodes, piece.size, store=run.store, key=f"{component}", progress=part)
    for pair in pairs:
        groups = [np.searchsorted(nodes, rims[member]) for member in pair]
        found = join(ports, groups, [True, False], [0.0, 1.0])
        _map_joined(run, piece, ports, pair, cells, found.currents, found.constant)
        run.finished(pair, float(found.voltages[1]))
    return solved


def rim(landscape: Landscape, cells: Integers) -> Integers:
    """The nodes of a region that have a neighbour outside it, with those of short-circuit regions; the others
    carry no current while the region is one node.

    >>> rim(Landscape(np.ones((1, 5)), neighbours=4), np.array([0, 1, 2])).tolist()
    [2]
    """
    rows, columns = np.divmod(cells, landscape.shape[1])
    top, left = max(int(rows.min()) - 1, 0), max(int(columns.min()) - 1, 0)
    window = (slice(top, int(rows.max()) + 2), slice(left, int(columns.max()) + 2))
    there = landscape.conductance[window] > 0
    inside = np.zeros(there.shape, dtype=bool)
    inside[rows - top, columns - left] = True
    structure = np.ones((3, 3)) if landscape.neighbours == 8 else None
    outside = ndimage.binary_dilation(there & ~inside, structure=structure)
    kept = outside[rows - top, columns - left]
    if landscape.polygons is not None:
        kept |= landscape.polygons.ravel()[cells] > 0
    anchors = landscape.anchors(cells[kept])
    found = np.unique(anchors[anchors >= 0])
    if found.size:
        return found
    anchors = landscape.anchors(cells)  # the region is its whole component
    return np.unique(anchors[anchors >= 0])[:1]


def _map_joined(
    run: _Run,
    piece: Piece,
    ports: Ports,
    pair: Pair,
    cells: dict[int, Integers],
    currents: Floats,
    constant: float,
) -> None:
    maps = run.maps
    if not (maps.wanted.each or maps.wanted.any_current):
        return
    merged = Piece(
        piece.landscape.merged([cells[member] for member in pair]), piece.top, piece.left, piece.whole
    )
    map_pair(run.placed, merged, pair, ports.voltages(currents, constant), cells, maps)


def _solve_pairs(
    run: _Run, component: int, piece: Piece, pairs: list[Pair], cells: dict[int, Integers]
) -> list[Solved]:
    """One system for each pair, from a guess; a checkpoint tells which pairs are done."""
    key = f"{component}-pairs"
    start = _restore(run, key)
    solved = run.store.noted(key)[:start]
    run.done += start
    guess = None
    if piece.size > WORTH_A_GUESS and len(pairs) - start > len(cells):
        guess = _Guess.of(run, component, piece, cells)
    for index in range(start, len(pairs)):
        pair = pairs[index]
        land = piece.landscape.merged([cells[member] for member in pair])
        ends = np.array([int(land.anchors(cells[member]).max()) for member in pair])
        merged = Piece(land, piece.top, piece.left, piece.whole)
        first = None if guess is None else guess.voltages(pair)
        solved += _solve_merged(run, merged, pair, ends, cells, first)
        run.store.note(key, solved)
        run.store.checkpoint(key, lambda index=index: _progress_of(run, index + 1))  # type: ignore[misc]
    return solved


def _solve_bridged(run: _Run, pair: Pair) -> list[Solved]:
    """A pair that is one node, or with a region that lies in several components and joins them."""
    placed = run.placed
    land = placed.landscape.merged([placed.groups[member] for member in pair])
    ends = np.array([int(land.anchors(placed.groups[member]).max()) for member in pair])
    if ends.min() < 0:
        return []
    components = components_of(land)
    labels = components.label.ravel()[ends]
    if labels[0] != labels[1]:
        return []
    if ends[0] == ends[1]:
        give_zeros(placed, pair, run.maps)
        run.finished(pair, 0.0)
        return []
    piece = piece_of(land, components, labels[:1])
    return _solve_merged(run, piece, pair, piece.local(ends), None, None)


def _solve_merged(
    run: _Run,
    piece: Piece,
    pair: Pair,
    ends: Integers,
    cells: dict[int, Integers] | None,
    guess: Floats | None,
) -> list[Solved]:
    """The pair on a piece whose landscape has both regions merged; `ends` are cells of the piece."""
    injected = np.zeros((piece.size, 1))
    injected[ends, 0] = [-1.0, 1.0]
    found = _solver(piece.landscape, run.tolerance).solve(injected, guess)
    volts = found.voltages[:, 0] - found.voltages[ends[0], 0]
    map_pair(run.placed, piece, pair, volts, cells, run.maps, ends)
    run.finished(pair, float(volts[ends[1]]))
    return [Solved.of(piece.size, found)]


def map_pair(
    placed: Placed,
    piece: Piece,
    pair: Pair,
    volts: Floats,
    cells: dict[int, Integers] | None,
    maps: Maps,
    ends: Integers | None = None,
) -> None:
    """Hand out the maps of one pair; the regions are merged in the landscape of the piece."""
    if not (maps.wanted.each or maps.wanted.any_current):
        return
    land = piece.landscape
    if ends is None and cells is not None:
        ends = np.array([int(land.anchors(cells[member]).max()) for member in pair])
    assert ends is not None and land.polygons is not None  # noqa: S101
    name = (int(placed.ids[pair[0]]), int(placed.ids[pair[1]]))
    labels = land.polygons.ravel()
    levels = [float(volts[end]) for end in ends]
    volts = with_bare_cells(land, volts)
    for end, level in zip(ends.tolist(), levels, strict=True):
        volts[labels == labels[end]] = level
    maps.hand_out(piece, name, volts, lambda: np.flatnonzero(np.isin(labels, labels[ends])))


@dataclass(frozen=True, slots=True)
class _Guess:
    """Voltages of the landscape with all regions merged, from which every pair begins."""

    ports: Ports
    port: dict[int, int]

    @classmethod
    def of(cls, run: _Run, component: int, piece: Piece, cells: dict[int, Integers]) -> _Guess:
        """Solve it; a guess need not be exact."""
        land = piece.landscape.merged(list(cells.values()))
        ends = [int(land.anchors(one).max()) for one in cells.values()]
        nodes = np.unique(ends)
        ports, _solved = solve_ports(
            _solver(land, 1e-5), nodes, piece.size, store=run.store, key=f"{component}-guess"
        )
        return cls(ports, dict(zip(cells, np.searchsorted(nodes, ends).tolist(), strict=True)))

    def voltages(self, pair: Pair) -> Floats:
        """The guess for a pair, (cells, 1)."""
        currents = np.zeros(self.ports.cells.size)
        currents[self.port[pair[0]]] -= 1.0
        currents[self.port[pair[1]]] += 1.0
        return self.ports.voltages(currents)[:, None]


def _solver(land: Landscape, tolerance: float) -> Solver:
    return solver_for_grid(
        land.conductance,
        neighbours=land.neighbours,
        average=land.average,
        merged=land.polygons,
        tolerance=tolerance,
    )


def _progress_of(run: _Run, index: int) -> Floats:
    """Everything a resumed run needs, in one array."""
    parts = [np.array([float(index)]), run.resistances.ravel()]
    parts += [total.ravel() for total in (run.maps.cumulative, run.maps.maximum) if total is not None]
    return np.concatenate(parts)


def _restore(run: _Run, key: str) -> int:
    """Take up a checkpoint; how many pairs of the component are done."""
    kept = run.store.get(key)
    totals = [total for total in (run.maps.cumulative, run.maps.maximum) if total is not None]
    arrays = [run.resistances, *totals]
    if kept is None or kept.size != 1 + sum(array.size for array in arrays):
        return 0
    start = 1
    for array in arrays:
        array[:] = np.asarray(kept[start : start + array.size]).reshape(array.shape)
        start += array.size
    return int(kept[0])
