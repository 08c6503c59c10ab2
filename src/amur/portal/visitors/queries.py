"""What may be told of visits: the tables of a report, and the extract for the public.

Every month and language is treated by `suppression` on its own; everything else is a sum of what these
tables show. Nobody else reads the counts.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Min, QuerySet, Sum
from django.db.models.functions import TruncMonth

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.visitors.actions import local_today
from amur.portal.visitors.models import PageCount, SearchCount
from amur.portal.visitors.suppression import LEAST, Cell, Table, added, rounded, suppressed

# What a report is told by -> the count of people that decides about a cell.
DIMENSIONS: Final[Mapping[str, str]] = {
    "path": "readers",
    "referrer": "visits",
    "device": "visits",
    "hour": "visits",
    "day": "visits",
}
EXTRACT_ROWS: Final = 20
Base = tuple[datetime.date, str]  # first day of a month, language


@dataclass(frozen=True, slots=True)
class Report:
    """The tables of a period of whole months. `is_running` when the last month is not over."""

    first: datetime.date
    last: datetime.date
    is_running: bool
    tables: Mapping[str, Table]
    months: Mapping[str, Cell]
    languages: Mapping[str, Cell]
    searches: Mapping[str, int]
    unanswered: Mapping[str, int]

    @property
    def total(self) -> Cell:
        """Visits and views of all that is shown."""
        return sum(self.languages.values(), Cell())


@dataclass(frozen=True, slots=True)
class Kept:
    """One stored row as the public may see it: its numbers are rounded down to fives."""

    day: datetime.date
    hour: int
    language: str
    path: str
    referrer: str
    device: str
    views: int
    readers: int
    visits: int


def months() -> list[datetime.date]:
    """The first days of the months that there are counts of, and of the present one; the newest first."""
    this = local_today().replace(day=1)
    first = min(kept_since() or this, this).replace(day=1)
    found = []
    while first <= this:
        found.append(first)
        first = following(first)
    return found[::-1]


def following(month: datetime.date) -> datetime.date:
    """The first day of the next month.

    >>> following(datetime.date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return (month.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def report(first: datetime.date, last: datetime.date, language: Language | None = None) -> Report:
    """What may be told of the months from `first` to `last`, of one language's pages or of all.

    Any day stands for its month. Seven queries at most.
    """
    start, end = first.replace(day=1), following(last)
    this = local_today().replace(day=1)
    languages = (language,) if language else LANGUAGES
    rows = PageCount.objects.filter(day__gte=start, day__lt=end, language__in=languages)
    bases = {base: cell for base, cell in _bases(rows).items() if cell.people >= LEAST}
    shown = {base: _now(base, {"": cell}, this)[""] for base, cell in bases.items()}
    tables = {}
    for dimension, people in DIMENSIONS.items():
        cells = _cells(rows, dimension, people)
        tables[dimension] = added(_treated(base, cells[base], this) for base in bases if base in cells)
    searches = SearchCount.objects.filter(day__gte=start, day__lt=end, language__in=languages)
    words = [
        one
        for one in searches.annotate(month=TruncMonth("day"))
        .values("month", "language", "words")
        .annotate(all=Sum("searches"), none=Sum("unanswered"))
        if one["all"] >= LEAST
    ]
    return Report(
        first=start,
        last=end - datetime.timedelta(days=1),
        is_running=start <= this < end,
        tables=tables,
        months=_sums((month.isoformat(), cell) for (month, _language), cell in sorted(shown.items())),
        languages=_sums(
            (code, shown[month, code]) for code in languages for month, of in shown if of == code
        ),
        searches=_most(
            (one["words"], _fives(one["all"]) if one["month"] == this else one["all"]) for one in words
        ),
        # In fives: else the two tables together would tell how few found something.
        unanswered=_most((one["words"], _fives(one["none"])) for one in words if one["none"] >= LEAST),
    )


def extract() -> list[Kept]:
    """Stored rows that at least five readers stand behind, the newest first, in fives."""
    rows = PageCount.objects.filter(readers__gte=LEAST).order_by("-day", "-hour", "path", "pk")
    return [
        Kept(
            row.day, row.hour, row.language, row.path, row.referrer, row.device,
            _fives(row.views), _fives(row.readers), _fives(row.visits),
        )
        for row in rows[:EXTRACT_ROWS]
    ]  # fmt: skip


def search_extract() -> list[SearchCount]:
    """Stored words that at least five visitors searched for on a day, the newest first, in fives."""
    rows = list(SearchCount.objects.filter(searches__gte=LEAST).order_by("-day", "words")[:EXTRACT_ROWS])
    for row in rows:
        row.searches, row.unanswered = _fives(row.searches), _fives(row.unanswered)
    return rows


def kept_since() -> datetime.date | None:
    """The first day that there are counts of."""
    first: datetime.date | None = PageCount.objects.aggregate(first=Min("day"))["first"]
    return first


def _bases(rows: "QuerySet[PageCount]") -> dict[Base, Cell]:
    found = (
        rows.annotate(month=TruncMonth("day"))
        .values("month", "language")
        .annotate(people=Sum("visits"), all=Sum("views"))
    )
    return {(one["month"], one["language"]): Cell(one["people"], one["all"]) for one in found}


def _cells(rows: "QuerySet[PageCount]", dimension: str, people: str) -> dict[Base, dict[str, Cell]]:
    found = (
        rows.annotate(month=TruncMonth("day"))
        .values("month", "language", dimension)
        .annotate(people=Sum(people), all=Sum("views"))
    )
    cells: dict[Base, dict[str, Cell]] = defaultdict(dict)
    for one in found:
        cells[one["month"], one["language"]][_name(one[dimension])] = Cell(one["people"], one["all"])
    return cells


def _name(value: object) -> str:
    return f"{value:02}" if isinstance(value, int) else str(value)


def _treated(base: Base, cells: Mapping[str, Cell], this: datetime.date) -> Table:
    return Table(_now(base, cells, this)) if base[0] == this else suppressed(cells)


def _now(base: Base, cells: Mapping[str, Cell], this: datetime.date) -> Mapping[str, Cell]:
    return rounded(cells) if base[0] == this else cells


def _sums(cells: Iterable[tuple[str, Cell]]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for name, cell in cells:
        found[name] = found.get(name, Cell()) + cell
    return found


def _most(words: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for name, count in words:
        found[name] += count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _fives(count: int) -> int:
    return count // LEAST * LEAST


def ordered(table: Table, names: Sequence[str] | None = None) -> list[tuple[str, Cell]]:
    """The lines of a table, by size or (with `names`) in their natural order."""
    if names is None:
        return list(table.lines.items())
    return [(name, table.lines[name]) for name in names if name in table.lines]
