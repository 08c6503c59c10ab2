"""No table, and no difference of two tables, tells of fewer than five people."""

import random

import pytest

from amur.portal.visitors.suppression import LEAST, Cell, Table, added, rounded, suppressed


def test_fewer_than_five_people_in_all_show_nothing() -> None:
    assert suppressed({"a": Cell(4, 90)}).is_empty
    assert suppressed({}).is_empty


def test_a_single_small_cell_takes_the_smallest_other_with_it() -> None:
    table = suppressed({"a": Cell(50, 60), "b": Cell(9, 9), "c": Cell(1, 1)})
    assert table == Table({"a": Cell(50, 60)}, Cell(10, 10))


def test_small_cells_that_are_fewer_than_five_together_take_another_with_them() -> None:
    table = suppressed({"a": Cell(50, 60), "b": Cell(9, 9), "c": Cell(1, 1), "d": Cell(2, 2)})
    assert table == Table({"a": Cell(50, 60)}, Cell(12, 12))


def test_a_table_without_small_cells_is_shown_whole() -> None:
    assert suppressed({"a": Cell(5, 5), "b": Cell(6, 9)}) == Table({"b": Cell(6, 9), "a": Cell(5, 5)}, None)


@pytest.mark.parametrize("seed", range(200))
def test_what_is_shown_and_what_can_be_subtracted_is_never_small(seed: int) -> None:
    draw = random.Random(seed)
    cells = {
        str(at): Cell(people := draw.choice([0, 1, 2, 4, 5, 6, 30]), people + draw.randrange(9))
        for at in range(draw.randrange(12))
    }
    table = suppressed(cells)
    everybody = sum((cell.people for cell in cells.values()), 0)
    if everybody < LEAST:
        assert table.is_empty
        return
    assert all(cell.people >= LEAST and cells[name] == cell for name, cell in table.lines.items())
    assert table.total == sum(cells.values(), Cell())
    hidden = len(cells) - len(table.lines)
    remaining = table.total.people - sum(cell.people for cell in table.lines.values())
    assert remaining == (table.others.people if table.others else 0)
    if hidden:
        assert remaining >= LEAST and (hidden >= 2 or len(cells) == 1)


def test_the_sum_of_tables_shows_no_more_than_the_tables() -> None:
    # Eight people read "a": four in each month. Neither month says so, and so the year does not.
    months = [suppressed({"a": Cell(4, 4), "b": Cell(20, 20), "c": Cell(7, 7)}) for _ in range(2)]
    year = added(months)
    assert set(year.lines) == {"b"}
    assert year.total == Cell(62, 62)


def test_a_running_month_moves_in_fives() -> None:
    seen = {tuple(rounded({"a": Cell(people, people)}).items()) for people in range(11)}
    assert seen == {(), (("a", Cell(5, 5)),), (("a", Cell(10, 10)),)}
