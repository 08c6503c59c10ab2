"""Reads the lists of a network job: edges, focal nodes, sources and grounds, by the numbers of the user."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amur.formats.circuitscape.lists import Pairs, notes_of_pairs, read_pairs, whole_column
from amur.formats.circuitscape.messages import problem
from amur.formats.circuitscape.settings import Settings
from amur.formats.errors import FormatError, FormatErrors
from amur.formats.jobs import read_table
from amur.formats.jobs.tables import line_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NetworkInputs:
    """A network: `nodes` (n,) the user's numbers, ascending; `first` and `second` (m,) places in `nodes` and
    `conductance` (m,) in siemens of each edge, edges between the same two nodes added up; `focal` places in
    `nodes`; `sources` (n,) in amperes and `grounds` (n,) in siemens, infinite for a wire.
    """

    nodes: Integers
    first: Integers
    second: Integers
    conductance: Floats
    focal: Integers | None = None
    pairs: Pairs | None = None
    sources: Floats | None = None
    grounds: Floats | None = None
    notes: tuple[FormatError, ...] = ()


def read_network(settings: Settings) -> NetworkInputs:
    """Read all lists of a network job. Raises `FormatErrors`."""
    try:
        return _read(settings)
    except FormatError as error:
        raise FormatErrors([error], 1) from error


def _read(settings: Settings) -> NetworkInputs:
    nodes, first, second, conductance = _edges(settings)
    notes: list[FormatError] = []
    if settings.scenario == "advanced":
        return NetworkInputs(
            nodes,
            first,
            second,
            conductance,
            sources=_sources(settings, nodes),
            grounds=_grounds(settings, nodes),
        )
    path = settings.points
    assert path is not None  # noqa: S101
    columns = 2 if path == settings.habitat else 1
    table = read_table(path, columns)
    numbers = np.unique(
        np.concatenate([whole_column(path, table[:, place], place + 1) for place in range(columns)])
    )
    pairs = None
    if settings.pairs:
        pairs = read_pairs(settings.pairs)
        notes += notes_of_pairs(pairs, numbers)
        numbers = np.intersect1d(numbers, pairs.ids)
    if numbers.size < 2:
        raise problem("points-few", path.name, count=numbers.size)
    missing = np.setdiff1d(numbers, nodes)
    if missing.size:
        raise problem("node-unknown", path.name, node=int(missing[0]), network=settings.habitat.name)
    return NetworkInputs(
        nodes,
        first,
        second,
        conductance,
        focal=np.searchsorted(nodes, numbers),
        pairs=pairs,
        notes=tuple(notes),
    )


def _edges(settings: Settings) -> tuple[Integers, Integers, Integers, Floats]:
    path = settings.habitat
    table = read_table(path, 3, "two nodes and the value between them")
    ends = np.stack([whole_column(path, table[:, place], place + 1) for place in (0, 1)], axis=1)
    values = table[:, 2].copy()
    if settings.reclass:
        for before, after in read_table(settings.reclass, 2, "the old and the new value"):
            values[table[:, 2] == before] = after
    wrong = np.flatnonzero(~(values >= 0) | np.isinf(values))
    if wrong.size:
        index = int(wrong[0])
        raise problem(
            "edge-negative", path.name, row=line_of(path, index), column="3", value=f"{values[index]:g}"
        )
    if settings.resistances:
        zero = np.flatnonzero(values == 0)
        if zero.size:
            index = int(zero[0])
            one, other = ends[index].tolist()
            raise problem("edge-zero", path.name, row=line_of(path, index), first=one, second=other)
        values = 1.0 / values
    nodes, place = np.unique(ends, return_inverse=True)
    ends = np.sort(place.reshape(ends.shape), axis=1)
    used = (ends[:, 0] != ends[:, 1]) & (values > 0)
    pairs, which = np.unique(ends[used], axis=0, return_inverse=True)
    conductance = np.bincount(which.ravel(), weights=values[used], minlength=len(pairs)).astype(np.float64)
    return nodes, pairs[:, 0].copy(), pairs[:, 1].copy(), conductance


def _sources(settings: Settings, nodes: Integers) -> Floats:
    values = _by_node(settings, "sources", nodes, 0.0)
    if settings.unit_currents:
        values = np.where(values != 0, 1.0, 0.0)
    return values


def _grounds(settings: Settings, nodes: Integers) -> Floats:
    values = _by_node(settings, "grounds", nodes, np.nan)
    with np.errstate(divide="ignore"):
        grounds = 1.0 / values if settings.ground_resistances else values
    grounds = np.where(np.isnan(grounds), 0.0, grounds)
    return np.where(grounds != 0, np.inf, 0.0) if settings.direct_grounds else grounds


def _by_node(settings: Settings, which: str, nodes: Integers, empty: float) -> Floats:
    path = settings.inputs[which]
    table = read_table(path, 2)
    numbers = whole_column(path, table[:, 0], 1)
    place = np.minimum(np.searchsorted(nodes, numbers), nodes.size - 1)
    wrong = np.flatnonzero(nodes[place] != numbers)
    if wrong.size:
        index = int(wrong[0])
        row = line_of(path, index)
        raise problem(
            "node-unknown", path.name, row=row, node=int(numbers[index]), network=settings.habitat.name
        )
    if which == "grounds" and (table[:, 1] < 0).any():
        index = int(np.flatnonzero(table[:, 1] < 0)[0])
        row = line_of(path, index)
        raise problem("ground-negative", path.name, row=row, column="2", value=f"{table[index, 1]:g}")
    values = np.full(nodes.size, empty)
    values[place] = table[:, 1]
    return values
