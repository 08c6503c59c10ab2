"""Small counts: property 40, checked against every table that an outsider must think possible."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from disclosure_cast import PROPERTY
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.disclosure import Count, CountTable, suppress

FEW = settings(PROPERTY, max_examples=60)
counts = st.builds(Count, st.integers(0, 25), st.integers(0, 8))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[str], dict[tuple[str, str], Count]]:
    rows = [f"r{i}" for i in range(draw(st.integers(1, 4)))]
    columns = [f"c{i}" for i in range(draw(st.integers(1, 4)))]
    return rows, columns, {place: draw(counts) for place in product(rows, columns)}


def numbers_of(table: CountTable) -> list[int | None]:
    return [*table.cells.values(), *table.row_totals.values(), *table.column_totals.values(), table.total]


@given(tables())
@PROPERTY
def test_no_small_count_is_shown_and_every_shown_one_is_true(
    one: tuple[list[str], list[str], dict[tuple[str, str], Count]],
) -> None:
    rows, columns, given_counts = one
    table = suppress(rows, columns, given_counts)
    for place, count in given_counts.items():
        if count.records < 5 or count.stations < 3:
            assert table.cells[place] is None
        assert table.cells[place] in (None, count.records)
    for row in rows:
        assert table.row_totals[row] in (None, sum(given_counts[row, c].records for c in columns))
    assert all(number is None or number >= 5 for number in numbers_of(table))


@given(tables())
@PROPERTY
def test_no_total_less_its_shown_parts_gives_a_small_number_away(
    one: tuple[list[str], list[str], dict[tuple[str, str], Count]],
) -> None:
    """Property 40: the rest that a row or column hides is nothing or at least k."""
    rows, columns, given_counts = one
    table = suppress(rows, columns, given_counts)
    lines = [(table.row_totals[row], [table.cells[row, column] for column in columns]) for row in rows]
    lines += [(table.column_totals[c], [table.cells[row, c] for row in rows]) for c in columns]
    lines += [
        (table.total, list(table.row_totals.values())),
        (table.total, list(table.column_totals.values())),
    ]
    for total, parts in lines:
        hidden = [part for part in parts if part is None]
        if total is not None and hidden:
            assert len(hidden) >= 2
            assert total - sum(part or 0 for part in parts) >= 5


def possible_values(table: CountTable, highest: int) -> dict[tuple[str, str], set[int]]:
    """By brute force: the values of each hidden cell over all tables that agree with what is shown."""
    hidden = [place for place, shown in table.cells.items() if shown is None]
    tried = np.array(list(product(range(highest + 1), repeat=len(hidden))), dtype=int)
    column_of = {place: index for index, place in enumerate(hidden)}
    cells = {
        place: np.full(len(tried), shown) if shown is not None else tried[:, column_of[place]]
        for place, shown in table.cells.items()
    }
    agrees = np.ones(len(tried), dtype=bool)
    for row, total in table.row_totals.items():
        agrees &= total is None or sum(cells[row, column] for column in table.columns) == total
    for column, total in table.column_totals.items():
        agrees &= total is None or sum(cells[row, column] for row in table.rows) == total
    agrees &= table.total is None or sum(cells.values()) == table.total
    return {place: set(tried[agrees, index].tolist()) for index, place in enumerate(hidden)}


small_counts = st.builds(Count, st.integers(0, 9), st.integers(0, 4))


@given(st.lists(small_counts, min_size=4, max_size=4))
@FEW
def test_an_outsider_who_tries_every_table_cannot_narrow_a_hidden_cell(given_counts: list[Count]) -> None:
    """Property 40, against an attack that shares no code with the method."""
    places = list(product(["a", "b"], ["x", "y"]))
    table = suppress(["a", "b"], ["x", "y"], dict(zip(places, given_counts, strict=True)))
    for place, values in possible_values(table, highest=14).items():
        assert max(values) - min(values) >= 5, (place, table)


def test_a_two_way_table_hides_a_rectangle_around_one_small_cell() -> None:
    big = {place: Count(30, 9) for place in product("abc", "xyz")}
    table = suppress(["a", "b", "c"], ["x", "y", "z"], big | {("a", "x"): Count(2, 2)})
    hidden = {place for place, shown in table.cells.items() if shown is None}
    assert ("a", "x") in hidden and len(hidden) == 4
    assert None not in table.row_totals.values() and table.total == 242


def test_five_records_of_two_stations_are_a_small_count() -> None:
    table = suppress(
        ["a", "b", "c"], ["x"], {("a", "x"): Count(5, 2), ("b", "x"): Count(9, 3), ("c", "x"): Count(8, 4)}
    )
    assert table.cells["a", "x"] is None
    open_table = suppress(["a", "b"], ["x"], {("a", "x"): Count(5, 3), ("b", "x"): Count(9, 3)})
    assert numbers_of(open_table) == [5, 9, 5, 9, 14, 14]


def test_nothing_counted_is_a_small_count_too() -> None:
    """A shown 0 beside hidden numbers would say that each hidden one is not 0."""
    table = suppress(["a", "b", "c"], ["x"], {("a", "x"): Count(40, 9), ("b", "x"): Count(30, 9)})
    assert table.cells["c", "x"] is None and table.cells["b", "x"] is None and table.total == 70


def test_a_table_of_small_counts_only_shows_nothing() -> None:
    table = suppress(["a", "b"], ["x", "y"], {("a", "x"): Count(1, 1), ("b", "y"): Count(2, 1)})
    assert set(numbers_of(table)) == {None}


@pytest.mark.parametrize(
    ("rows", "columns", "given_counts"),
    [
        (["a", "a"], ["x"], {}),
        (["a"], ["x"], {("b", "x"): Count(1, 1)}),
        ([""], ["x"], {}),
    ],
)
def test_a_table_with_names_that_do_not_fit_is_refused(
    rows: list[str], columns: list[str], given_counts: dict[tuple[str, str], Count]
) -> None:
    with pytest.raises(ValueError):
        suppress(rows, columns, given_counts)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError):
        Count(-1, 0)
