"""Which numbers of a table may be shown. Pure functions; called by `queries`.

A cell is shown when at least five people stand behind it. The others are put together into one line; when
fewer than five people, or a single cell, would be in that line, the smallest cell that could be shown joins
it. So the line never tells of fewer than five, the sum of the lines is the true total, and subtracting
what is shown from the total gives nothing but that line. Each month and language is one such table; longer
periods and all languages together are sums of tables that were treated before, so that subtracting one
report from another gives nothing that the smaller tables do not show. Method: cell suppression with a
residual group, as in A. Hundepool et al., Statistical Disclosure Control, Wiley 2012, chapter 4.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

LEAST: Final = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """People and page views of one line; people decide whether it may be shown."""

    people: int = 0
    views: int = 0

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.people + other.people, self.views + other.views)


@dataclass(frozen=True, slots=True)
class Table:
    """What may be shown: lines by name, and all others together (None when there are none)."""

    lines: Mapping[str, Cell] = field(default_factory=dict)
    others: Cell | None = None

    @property
    def total(self) -> Cell:
        return sum(self.lines.values(), self.others or Cell())

    @property
    def is_empty(self) -> bool:
        return not self.lines and self.others is None


def suppressed(cells: Mapping[str, Cell], least: int = LEAST) -> Table:
    """The table that may be shown; empty when all cells together stand for fewer than `least` people.

    >>> table = suppressed({"a": Cell(9, 20), "b": Cell(6, 7), "c": Cell(2, 3)})
    >>> dict(table.lines), table.others
    ({'a': Cell(people=9, views=20)}, Cell(people=8, views=10))
    """
    if sum(cell.people for cell in cells.values()) < least:
        return Table()
    shown = dict(sorted(cells.items(), key=lambda item: (-item[1].people, -item[1].views, item[0])))
    hidden = [name for name, cell in shown.items() if cell.people < least]
    together = sum((shown.pop(name) for name in hidden), Cell())
    count = len(hidden)
    while count and shown and (count < 2 or together.people < least):
        _name, smallest = shown.popitem()
        together, count = together + smallest, count + 1
    return Table(shown, together if count else None)


def rounded(cells: Mapping[str, Cell], least: int = LEAST) -> dict[str, Cell]:
    """Numbers of a month that still runs, rounded down to fives: looking twice shows nobody's coming.

    >>> rounded({"a": Cell(9, 23), "b": Cell(4, 9)})
    {'a': Cell(people=5, views=20)}
    """
    return {
        name: Cell(cell.people // least * least, cell.views // least * least)
        for name, cell in cells.items()
        if cell.people >= least
    }


def added(tables: Iterable[Table]) -> Table:
    """The sum of tables that were treated before. What one of them does not name stays among the others.

    >>> added([Table({"a": Cell(5, 5)}), Table({"b": Cell(7, 9)}, Cell(6, 6))]).others
    Cell(people=6, views=6)
    """
    lines: dict[str, Cell] = {}
    others: Cell | None = None
    for table in tables:
        for name, cell in table.lines.items():
            lines[name] = lines.get(name, Cell()) + cell
        if table.others is not None:
            others = (others or Cell()) + table.others
    ordered = dict(sorted(lines.items(), key=lambda item: (-item[1].people, -item[1].views, item[0])))
    return Table(ordered, others)
