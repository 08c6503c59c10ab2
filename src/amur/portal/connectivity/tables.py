"""A result as tables: pairs, matrix, and corridors. Called by pages, files and the comparison."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from amur.portal.connectivity.queries import Shown, facts_of
from amur.portal.languages.text import MultilingualText
from amur.portal.release.models import Released

MATRIX_UP_TO: Final = 16
PAIRS_LISTED: Final = 120


@dataclass(frozen=True, slots=True)
class Pair:
    """Two areas: `resistance` in ohm, None where nothing joins them; `cost` and `length` of their corridor
    when they are neighbours; the fact when it is released.
    """

    keys: tuple[str, str]
    one: MultilingualText
    other: MultilingualText
    resistance: float | None
    cost: float | None = None
    length: float | None = None
    fact: Released | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the matrix: an area by its number and name, and a value for each area."""

    number: int
    name: MultilingualText
    values: list[float | None]


def pairs(shown: Shown) -> list[Pair]:
    """All pairs of a result, the best joined first, those that nothing joins last."""
    links = {(link[0], link[1]): link for link in shown.fields["links"]}
    facts = facts_of(shown)
    areas = shown.fields["areas"]
    names = [MultilingualText.from_json(area["names"]) for area in areas]
    found = []
    for one, other in _combinations(len(areas)):
        link = links.get((one, other))
        found.append(
            Pair(
                keys=(areas[one]["key"], areas[other]["key"]),
                one=names[one],
                other=names[other],
                resistance=shown.fields["resistances"][one][other],
                cost=link[2] if link else None,
                length=link[3] if link else None,
                fact=facts.get((one, other)),
            )
        )
    return sorted(found, key=lambda pair: (pair.resistance is None, pair.resistance or 0.0))


def matrix(shown: Shown) -> list[Row]:
    """The effective resistances as a matrix; empty where there are too many areas to read one."""
    areas = shown.fields["areas"]
    if len(areas) > MATRIX_UP_TO:
        return []
    return [
        Row(number, MultilingualText.from_json(area["names"]), line)
        for number, (area, line) in enumerate(zip(areas, shown.fields["resistances"], strict=True), 1)
    ]


def _combinations(count: int) -> Iterator[tuple[int, int]]:
    yield from ((one, other) for one in range(count) for other in range(one + 1, count))
