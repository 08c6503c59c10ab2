"""A route from a post and back, over the cells that are worth most, within a time: the orienteering problem.

A route is a closed walk over steps between neighbouring cells. A cell counts once, however often it is
crossed; a step is taken at most once in each direction. Flow from the post to each counted cell keeps the
walk in one piece (B. Gavish and S. C. Graves, "The travelling salesman problem and related problems", MIT
Operations Research Center, 1978); the problem goes back to B. L. Golden, L. Levy and R. Vohra, "The
orienteering problem", Naval Research Logistics 34 (1987) 307-318. HiGHS solves it by branch and bound and
tells how far from the best the answer can be at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import LinearConstraint, milp
from scipy.sparse.csgraph import dijkstra

from amur.science.effort.segments import Floats, Indices

Progress = Callable[[float, str], None]
MOST_CELLS = 400
"""More cells than this within reach are not solved: take a smaller time or larger cells."""
_SLICE = 2.0
"""Seconds before somebody who cancels is first heard; each further slice is twice as long."""


class NoRouteError(ValueError):
    """There is no way out of the post and back within the time, or too many to choose from."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """Cells one after the other, from the post back to the post."""

    cells: Indices
    """Numbers of cells (steps + 1,), row by row."""
    hours: float
    value: float
    """The sum over the different cells of the route."""
    bound: float
    """No route within the time is worth more than this."""

    @property
    def gap(self) -> float:
        """By which share the best route could be worth more at most; 0 where this is the best."""
        return max(0.0, self.bound - self.value) / self.value if self.value > 0 else float("inf")

    @property
    def is_best(self) -> bool:
        """Whether no route is worth more, but for rounding."""
        return self.gap < 1e-6


def route_of(
    value: Floats,
    hours: Floats,
    post: tuple[int, int],
    budget: float,
    *,
    seconds: float = 30.0,
    progress: Progress = lambda share, what: None,
) -> Route:
    """The route from `post` (row, column) and back within `budget` hours over cells (rows, columns).

    `value` is what a visit is worth, 0 or more; `hours` what it takes to cross a cell from side to side, NaN
    where nobody can go. A step takes half of either cell, and more by the square root of 2 across corners.
    Takes `seconds` at most (once the model is built) and then tells the best it has, with its bound. Progress
    may raise to cancel. Raises ValueError for shapes that differ, negative or unknown values and a post
    outside, and `NoRouteError`.

    >>> value = np.array([[0.0, 1, 5], [0, 0, 0], [2, 0, 0]])
    >>> route = route_of(value, np.ones((3, 3)), (0, 0), 4.0)
    >>> route.value, route.hours, route.is_best, route.cells.tolist()
    (6.0, 4.0, True, [0, 1, 2, 1, 0])
    """
    _check(value, hours, post, budget)
    steps = _steps(hours)
    start = post[0] * value.shape[1] + post[1]
    near = dijkstra(steps, indices=start)
    # Steps take as long there as back.
    kept = np.flatnonzero(2 * near <= budget + 1e-9)
    if len(kept) < 2:
        raise NoRouteError(f"no cell beside the post can be reached and left within {budget:g} hours")
    if len(kept) > MOST_CELLS:
        raise NoRouteError(
            f"{len(kept)} cells can be reached within {budget:g} hours, more than {MOST_CELLS}:"
            " take less time or larger cells"
        )
    graph = sparse.coo_array(steps[kept][:, kept])
    problem = _Problem(graph.coords[0], graph.coords[1], graph.data, value.ravel()[kept], budget)
    home = int(np.searchsorted(kept, start))
    progress(0.0, "route")
    best = _greedy(sparse.csr_array(graph), problem.value, home, budget)
    bound, spent, part = float(problem.value.sum()), 0.0, _SLICE
    while spent < seconds:
        begun = time.monotonic()
        walk, limit, done = _solve(problem, home, min(part, seconds - spent))
        spent += time.monotonic() - begun
        bound = min(bound, limit)
        if walk is not None and _worth(walk, problem.value) > _worth(best, problem.value):
            best = walk
        progress(min(spent / seconds, 1.0), "route")
        if done:
            break
        part *= 2
    near_hours = np.asarray(steps[kept][:, kept].todense())
    return Route(
        kept[best],
        float(near_hours[best[:-1], best[1:]].sum()),
        _worth(best, problem.value),
        max(bound, _worth(best, problem.value)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """Steps (m,) from cell to cell with their hours, and the value of cells (n,)."""

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    hours: Floats
    value: Floats
    budget: float


def _steps(hours: Floats) -> sparse.csr_array:
    """Hours between neighbouring cells (n, n), 8 to a cell."""
    rows, columns = hours.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    first, last, taken = [], [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = np.s_[: rows - down, max(0, -right) : columns - max(0, right)]
        there = np.s_[down:, max(0, right) : columns + min(0, right)]
        needed = (hours[here] + hours[there]) / 2 * np.hypot(down, right)
        known = np.isfinite(needed)
        first.append(number[here][known])
        last.append(number[there][known])
        taken.append(needed[known])
    one, two, needed = np.concatenate(first), np.concatenate(last), np.concatenate(taken)
    places = np.r_[one, two], np.r_[two, one]
    return sparse.csr_array((np.r_[needed, needed], places), shape=(hours.size, hours.size))


def _solve(problem: _Problem, home: int, seconds: float) -> tuple[Indices | None, float, bool]:
    """The walk found in some seconds (None without one), the bound, and whether that is the end.

    Unknowns: steps taken (m,), cells counted (n,), flow along steps (m,).
    """
    m, n = len(problem.first), len(problem.value)
    steps = np.arange(m)
    into = sparse.csr_array((np.ones(m), (problem.last, steps)), shape=(n, m))
    out = sparse.csr_array((np.ones(m), (problem.first, steps)), shape=(n, m))
    others = np.flatnonzero(np.arange(n) != home)
    unit, none = sparse.eye_array(n, format="csr"), sparse.csr_array((n, m))
    no_cells = sparse.csr_array((m, n))
    constraints = [
        # As often in as out; a cell counts when somebody comes; a unit of flow ends in each counted cell.
        LinearConstraint(sparse.hstack([into - out, sparse.csr_array((n, n)), none]), 0, 0),
        LinearConstraint(sparse.hstack([into, -unit, none])[others], 0, np.inf),
        LinearConstraint(sparse.hstack([none, -unit, into - out])[others], 0, 0),
        LinearConstraint(
            sparse.hstack([(n - 1) * sparse.eye_array(m), no_cells, -sparse.eye_array(m)]), 0, np.inf
        ),
        LinearConstraint(np.r_[problem.hours, np.zeros(n + m)][None, :], 0, problem.budget + 1e-9),
    ]
    whole = np.r_[np.ones(m + n), np.zeros(m)]
    found = milp(
        np.r_[np.zeros(m), -problem.value, np.zeros(m)],
        integrality=whole,
        bounds=(0, np.r_[np.ones(m + n), np.full(m, n - 1.0)]),
        constraints=constraints,
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    bound = -float(found.mip_dual_bound) if found.mip_dual_bound is not None else float("inf")
    if found.x is None:
        return None, bound, False
    taken = found.x[:m] > 0.5
    return _walk(problem.first[taken], problem.last[taken], home), bound, found.status == 0


def _walk(first: NDArray[np.int32], last: NDArray[np.int32], home: int) -> Indices:
    """The closed walk over steps that are in one piece with the post (C. Hierholzer 1873)."""
    following: dict[int, list[int]] = {}
    for one, two in zip(first.tolist(), last.tolist(), strict=True):
        following.setdefault(one, []).append(two)
    open_ends, walk = [home], []
    while open_ends:
        onward = following.get(open_ends[-1])
        if onward:
            open_ends.append(onward.pop())
        else:
            walk.append(open_ends.pop())
    return np.array(walk[::-1], dtype=np.int64)


def _greedy(steps: sparse.csr_array, value: Floats, home: int, budget: float) -> Indices:
    """A walk that goes on to what is worth most for the hours until it must return: better than none."""
    hours, before = dijkstra(steps, return_predecessors=True)
    walk, left, here = [home], budget, home
    open_value = value.copy()
    open_value[home] = 0.0
    while True:
        possible = (hours[here] + hours[:, home] <= left + 1e-9) & (open_value > 0)
        if not possible.any():
            break
        aim = int(np.where(possible, open_value / np.maximum(hours[here], 1e-12), -1).argmax())
        left -= float(hours[here, aim])
        walk += _path(before, here, aim)
        open_value[walk] = 0.0
        here = aim
    return np.array(walk + _path(before, here, home), dtype=np.int64)


def _path(before: NDArray[np.int32], start: int, end: int) -> list[int]:
    """The cells of the quickest way after its start."""
    path: list[int] = []
    while end != start:
        path.append(end)
        end = int(before[start, end])
    return path[::-1]


def _worth(walk: Indices, value: Floats) -> float:
    return float(value[np.unique(walk)].sum())


def _check(value: Floats, hours: Floats, post: tuple[int, int], budget: float) -> None:
    if value.shape != hours.shape or value.ndim != 2:
        raise ValueError(f"value has shape {value.shape}, hours {hours.shape}, expected one (rows, columns)")
    wrong = np.isfinite(hours) & ~((value >= 0) & np.isfinite(value) & (hours > 0))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise ValueError(
            f"row {row + 1}, column {column + 1}: a value of {value[row, column]:g} and"
            f" {hours[row, column]:g} hours; expected 0 or more, and hours above 0"
        )
    inside = 0 <= post[0] < value.shape[0] and 0 <= post[1] < value.shape[1]
    if not inside or not np.isfinite(hours[post]):
        raise ValueError(f"the post at row {post[0] + 1}, column {post[1] + 1} is where nobody can go")
    if not budget > 0:
        raise ValueError(f"{budget:g} hours are no time for a route")
