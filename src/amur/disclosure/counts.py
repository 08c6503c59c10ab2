"""Small counts: which numbers of a table may be published beside each other.

Called by the portal before a table of counts (records per area and month, cases per county) leaves the
house. A count is published when it rests on at least `min_records` records and `min_stations` stations.
Hiding those that do not is not enough: the totals would give them back by subtraction, so further
counts are hidden until nobody can narrow a hidden count to fewer than `min_records` + 1 values.

Method: cell suppression with an exact audit. A two-way table with its totals is a circulation: each
number is the flow of one arc. The range that an outsider can compute for a hidden number is found by
maximum flow through the hidden arcs (Gusfield 1988, A graph theoretic approach to statistical data
security, SIAM J. Comput. 17: 552-571). Meant for tables of up to some hundred numbers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MIN_RECORDS = 5
MIN_STATIONS = 3
_UNBOUNDED = 1 << 60
_ALL = ""  # the place of the totals' row and column


@dataclass(frozen=True)
class Count:
    """How many records a cell counts and on how many stations they rest."""

    records: int
    stations: int

    def __post_init__(self) -> None:
        if self.records < 0 or self.stations < 0:
            raise ValueError("a count cannot be negative")


@dataclass(frozen=True)
class CountTable:
    """A table as released: None is a hidden number, never zero."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], int | None]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int | None]
    total: int | None


def suppress(
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Mapping[tuple[str, str], Count],
    min_records: int = MIN_RECORDS,
    min_stations: int = MIN_STATIONS,
) -> CountTable:
    """The table with small numbers hidden, and as many others as are needed to protect them.

    Args:
        rows, columns: the names, in order; a list of counts is a table with one column.
        counts: per (row, column); a pair that is missing counts no records, which is a small count too.
        min_records, min_stations: a count below either is small. A total is taken to rest on as many
            stations as the best of its parts, since the same station may stand in several of them.

    Raises ValueError for a count outside the named rows and columns and for names that repeat.

    >>> months = suppress(["Jan", "Feb", "Mar"], ["boar"], {("Jan", "boar"): Count(40, 9),
    ...     ("Feb", "boar"): Count(3, 2), ("Mar", "boar"): Count(12, 5)})
    >>> [months.cells[month, "boar"] for month in months.rows], months.total
    ([40, None, None], 55)
    """
    for names in (rows, columns):
        if len(set(names)) != len(names) or _ALL in names:
            raise ValueError("the rows and the columns of a table need different names")
    for row, column in counts:
        if row not in rows or column not in columns:
            raise ValueError(f"the count for {row!r}, {column!r} is in no row and column of the table")
    numbers = _with_totals(rows, columns, counts)
    small = {
        place
        for place, count in numbers.items()
        if count.records < min_records or count.stations < min_stations
    }
    audit = _Audit({place: count.records for place, count in numbers.items()}, _arcs(rows, columns))
    hidden = _protected(audit, small, min_records)
    return _released(rows, columns, numbers, hidden)


_Place = tuple[str, str]
_Arc = tuple[str, str]


def _with_totals(
    rows: Sequence[str], columns: Sequence[str], counts: Mapping[_Place, Count]
) -> dict[_Place, Count]:
    """All numbers of the table: cells, the grand total, and in a two-way table the other totals."""
    none = Count(0, 0)
    numbers = {(row, column): counts.get((row, column), none) for row in rows for column in columns}
    total = _sum(list(numbers.values()))
    if _is_two_way(rows, columns):
        numbers |= {(row, _ALL): _sum([numbers[row, column] for column in columns]) for row in rows}
        numbers |= {(_ALL, column): _sum([numbers[row, column] for row in rows]) for column in columns}
    numbers[_ALL, _ALL] = total
    return numbers


def _is_two_way(rows: Sequence[str], columns: Sequence[str]) -> bool:
    """In a table of one column or one row each total but the grand total is a cell once more."""
    return len(rows) > 1 and len(columns) > 1


def _sum(parts: Sequence[Count]) -> Count:
    return Count(sum(part.records for part in parts), max((part.stations for part in parts), default=0))


def _arcs(rows: Sequence[str], columns: Sequence[str]) -> dict[_Place, _Arc]:
    """The arc whose flow is each number: total -> row -> column -> sum -> total."""
    arcs: dict[_Place, _Arc] = {(_ALL, _ALL): ("sum", "total")}
    if not _is_two_way(rows, columns):
        return arcs | {(row, column): ("total", "sum") for row in rows for column in columns}
    arcs |= {(row, _ALL): ("total", f"row {row}") for row in rows}
    arcs |= {(_ALL, column): (f"column {column}", "sum") for column in columns}
    return arcs | {(row, column): (f"row {row}", f"column {column}") for row in rows for column in columns}


@dataclass(frozen=True)
class _Audit:
    """What an outsider can compute about hidden numbers."""

    values: Mapping[_Place, int]
    arcs: Mapping[_Place, _Arc]

    def width(self, place: _Place, hidden: set[_Place]) -> int:
        """Highest minus lowest value that an outsider must think possible for a hidden number."""
        tail, head = self.arcs[place]
        free = hidden - {place}
        upward = self._room(free, head, tail)
        return upward + min(self.values[place], self._room(free, tail, head))

    def _room(self, free: set[_Place], source: str, sink: str) -> int:
        """How much flow the free numbers can carry: each may rise, or fall to zero."""
        capacity: dict[str, dict[str, int]] = {}
        for place in free:
            tail, head = self.arcs[place]
            onward, backward = capacity.setdefault(tail, {}), capacity.setdefault(head, {})
            onward[head] = _UNBOUNDED
            # In a list all numbers share one pair of ends, so what can fall adds up.
            backward[tail] = min(_UNBOUNDED, backward.get(tail, 0) + self.values[place])
        return _maximum_flow(capacity, source, sink)


def _protected(audit: _Audit, small: set[_Place], least_width: int) -> set[_Place]:
    """The hidden numbers: the small ones and those that protect them; in the end all, which is safe."""
    hidden = set(small)
    while True:
        exposed = [place for place in sorted(hidden) if audit.width(place, hidden) < least_width]
        if not exposed:
            return hidden
        hidden |= _rectangle(audit.values, hidden, exposed[0], least_width) or {
            _next_to_hide(audit.values, hidden, exposed[0])
        }


def _rectangle(
    values: Mapping[_Place, int], hidden: set[_Place], exposed: _Place, least_width: int
) -> set[_Place]:
    """The cheapest three cells that make a protecting rectangle with an exposed cell; or none.

    Around a rectangle one count can move up while its neighbours move down, as far as those reach.
    """
    row, column = exposed
    best: tuple[int, int, set[_Place]] | None = None
    for other_row, other_column in sorted(values):
        if other_row in (row, _ALL) or other_column in (column, _ALL) or _ALL in exposed:
            continue
        beside, below, across = (row, other_column), (other_row, column), (other_row, other_column)
        upward = min(values[beside], values[below])
        if upward + min(values[exposed], values[across]) < least_width:
            continue
        new = {beside, below, across} - hidden
        price = (len(new), sum(values[place] for place in new))
        if best is None or price < best[:2]:
            best = (*price, new)
    return set() if best is None else best[2]


def _next_to_hide(values: Mapping[_Place, int], hidden: set[_Place], exposed: _Place) -> _Place:
    """The number to hide next: cells before totals, near before far, small before large.

    A cell that counts nothing comes last among the cells: hiding it gives no room to move.
    """

    def rank(place: _Place) -> tuple[int, bool, bool, int, _Place]:
        totals = (place[0] == _ALL) + (place[1] == _ALL)
        near = place[0] == exposed[0] or place[1] == exposed[1]
        return (totals, values[place] == 0, not near, values[place], place)

    return min((place for place in values if place not in hidden), key=rank)


def _maximum_flow(capacity: dict[str, dict[str, int]], source: str, sink: str) -> int:
    """Edmonds and Karp's maximum flow; changes `capacity`, which is made for one call."""
    flow = 0
    while flow < _UNBOUNDED:
        came_from = _shortest_path(capacity, source, sink)
        if sink not in came_from:
            break
        path = [sink]
        while path[-1] != source:
            path.append(came_from[path[-1]])
        steps = list(zip(path[1:], path[:-1], strict=True))
        amount = min(capacity[tail][head] for tail, head in steps)
        for tail, head in steps:
            capacity[tail][head] -= amount
            backward = capacity.setdefault(head, {})
            backward[tail] = backward.get(tail, 0) + amount
        flow += amount
    return flow


def _shortest_path(capacity: dict[str, dict[str, int]], source: str, sink: str) -> dict[str, str]:
    came_from = {source: source}
    queue = deque([source])
    while queue and sink not in came_from:
        at = queue.popleft()
        for to, room in capacity.get(at, {}).items():
            if room > 0 and to not in came_from:
                came_from[to] = at
                queue.append(to)
    return came_from


def _released(
    rows: Sequence[str], columns: Sequence[str], numbers: Mapping[_Place, Count], hidden: set[_Place]
) -> CountTable:
    shown = {place: None if place in hidden else count.records for place, count in numbers.items()}
    if not _is_two_way(rows, columns):
        shown |= {(row, _ALL): shown[row, column] for row in rows for column in columns if len(columns) == 1}
        shown |= {(_ALL, column): shown[row, column] for row in rows for column in columns if len(rows) == 1}
    return CountTable(
        rows=tuple(rows),
        columns=tuple(columns),
        cells={(row, column): shown[row, column] for row in rows for column in columns},
        row_totals={row: shown.get((row, _ALL), shown[_ALL, _ALL]) for row in rows},
        column_totals={column: shown.get((_ALL, column), shown[_ALL, _ALL]) for column in columns},
        total=shown[_ALL, _ALL],
    )
