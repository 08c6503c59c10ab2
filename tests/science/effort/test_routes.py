"""Routes under a time: as good as trying all of them, within the time, in one piece, with an honest bound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from amur.science.effort import NoRouteError, Route, route_of

Floats = NDArray[np.float64]


def best_by_trying(value: Floats, hours: Floats, post: tuple[int, int], budget: float) -> float:
    """The most that any closed walk from the post is worth, by walking all of them."""
    best = 0.0
    seen: set[tuple[tuple[int, int], frozenset[tuple[int, int]], float]] = set()
    pile = [(post, frozenset([post]), 0.0)]
    while pile:
        (row, column), visited, spent = pile.pop()
        if (row, column) == post:
            best = max(best, sum(value[cell] for cell in visited))
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                there = row + down, column + right
                if there == (row, column) or not (0 <= there[0] < value.shape[0]):
                    continue
                if not 0 <= there[1] < value.shape[1] or np.isnan(hours[there]):
                    continue
                needed = (hours[row, column] + hours[there]) / 2 * float(np.hypot(down, right))
                state = there, visited | {there}, round(spent + needed, 6)
                if spent + needed <= budget + 1e-9 and state not in seen:
                    seen.add(state)
                    pile.append((there, visited | {there}, spent + needed))
    return best


def holds(route: Route, value: Floats, hours: Floats, post: tuple[int, int], budget: float) -> None:
    """What every route promises."""
    rows, columns = np.divmod(route.cells, value.shape[1])
    start = post[0] * value.shape[1] + post[1]
    assert route.cells[0] == route.cells[-1] == start
    assert (np.maximum(np.abs(np.diff(rows)), np.abs(np.diff(columns))) == 1).all()
    each = hours[rows, columns]
    spent = ((each[:-1] + each[1:]) / 2 * np.hypot(np.diff(rows), np.diff(columns))).sum()
    assert route.hours == pytest.approx(spent) and spent <= budget + 1e-6
    assert route.value == pytest.approx(value.ravel()[np.unique(route.cells)].sum())
    assert route.bound >= route.value


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.floats(3.0, 4.5))
def test_small_routes_are_the_best_of_all(seed: int, budget: float) -> None:
    random = np.random.default_rng(seed)
    value, hours = random.integers(0, 9, (3, 3)).astype(float), random.uniform(0.6, 1.4, (3, 3))
    hours[2, 0] = np.nan
    expected = best_by_trying(value, hours, (1, 1), budget)
    route = route_of(value, hours, (1, 1), budget)
    holds(route, value, hours, (1, 1), budget)
    assert route.is_best
    assert route.value == pytest.approx(expected)


def test_a_short_time_gives_a_route_and_tells_how_much_better_there_could_be() -> None:
    random = np.random.default_rng(1)
    value, hours = random.gamma(0.5, 2, (14, 14)), random.uniform(0.5, 2, (14, 14))
    route = route_of(value, hours, (7, 7), 12.0, seconds=1.0)
    holds(route, value, hours, (7, 7), 12.0)
    assert route.value > 0
    assert route.is_best == (route.gap < 1e-6)


def test_what_nobody_can_cross_is_gone_round() -> None:
    value, hours = np.zeros((3, 5)), np.ones((3, 5))
    value[0, 4] = 1.0
    hours[:2, 2] = np.nan
    route = route_of(value, hours, (0, 0), 20.0)
    holds(route, value, hours, (0, 0), 20.0)
    assert route.value == 1.0 and 12 in route.cells.tolist()
    hours[2, 2] = np.nan
    assert route_of(value, hours, (0, 0), 20.0).value == 0.0


def test_more_time_is_never_worth_less() -> None:
    random = np.random.default_rng(2)
    value, hours = random.gamma(0.5, 2, (6, 6)), np.ones((6, 6))
    worth = [route_of(value, hours, (0, 0), budget).value for budget in (2.0, 4.0, 6.0)]
    assert worth == sorted(worth)


def test_a_route_can_be_cancelled() -> None:
    def stop(share: float, what: str) -> None:
        raise KeyboardInterrupt(what)

    with pytest.raises(KeyboardInterrupt, match="route"):
        route_of(np.ones((5, 5)), np.ones((5, 5)), (2, 2), 5.0, progress=stop)


@pytest.mark.parametrize(
    ("value", "hours", "post", "budget", "message"),
    [
        (np.ones((2, 2)), np.ones((2, 2)), (0, 0), 1.0, "no cell beside the post"),
        (np.ones((30, 30)), np.ones((30, 30)), (15, 15), 40.0, "more than 400"),
        (-np.ones((2, 2)), np.ones((2, 2)), (0, 0), 4.0, "row 1, column 1: a value of -1"),
        (np.ones((2, 2)), np.zeros((2, 2)), (0, 0), 4.0, "hours above 0"),
        (np.ones((2, 2)), np.full((2, 2), np.nan), (0, 0), 4.0, "where nobody can go"),
        (np.ones((2, 2)), np.ones((2, 2)), (2, 0), 4.0, "where nobody can go"),
        (np.ones((2, 2)), np.ones((2, 2)), (0, 0), 0.0, "no time for a route"),
        (np.ones((2, 2)), np.ones((2, 3)), (0, 0), 4.0, "expected one"),
    ],
)
def test_routes_that_cannot_be_are_refused(
    value: Floats, hours: Floats, post: tuple[int, int], budget: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        route_of(value, hours, post, budget)
    assert issubclass(NoRouteError, ValueError)
