"""Surfaces computed from places, such as a density: how fine their cells may be, and the cells themselves.

A surface has no place of an animal in it, but it is made from such places and lies where people looked for
them. It is therefore told in cells of the one grid of the house, at the level at which a record of the taxon
would be told to the public, and never finer than 0.1 degrees. Nobody signs for a surface: where the terms of
a taxon ask for signatures, those that hold before them count.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import numpy as np
from numpy.typing import ArrayLike

from amur.disclosure.defaults import DEFAULT
from amur.disclosure.grid import Cell
from amur.disclosure.levels import Category, Level, Side
from amur.disclosure.rules import Rules
from amur.disclosure.times import is_older_than, require_aware

FINEST = Level.TENTH


def surface_level(taxa: Iterable[str], ended: date | None, now: datetime, rules: Rules = DEFAULT) -> Level:
    """The level of cells at which the public may see a surface computed from records of taxa.

    `ended` is the last day of the records, None where it is not known. The strictest of all taxa counts; for
    one that the rules do not know, and for none at all, nothing may be seen. Raises ValueError for a naive
    `now`.

    >>> from datetime import UTC
    >>> now, ended = datetime(2026, 6, 1, tzinfo=UTC), date(2024, 1, 1)
    >>> [surface_level([taxon], ended, now).word for taxon in ("Panthera tigris", "Lynx lynx", "?")]
    ['1', '0.1', 'withheld']
    """
    require_aware(now, "now")
    day = now.date()
    levels = [_level(rules.taxon_category(taxon, day), ended, now, rules) for taxon in taxa]
    return min(FINEST, *levels) if levels else Level.WITHHELD


def category_level(category: Category, ended: date | None, now: datetime, rules: Rules = DEFAULT) -> Level:
    """The level of cells for one category, such as that of a whole project (`project_category`).

    >>> from datetime import UTC
    >>> category_level(Category.HIGH, date(2024, 1, 1), datetime(2026, 6, 1, tzinfo=UTC)).word
    '1'
    """
    require_aware(now, "now")
    return min(FINEST, _level(category, ended, now, rules))


def _level(category: Category, ended: date | None, now: datetime, rules: Rules) -> Level:
    terms = rules.terms_for(Side.PUBLIC, category)
    if terms.signers or (terms.min_age_months and not is_older_than(ended, terms.min_age_months, now)):
        before = terms.before
        return Level.WITHHELD if before is None or before.nothing else before.level
    return Level.WITHHELD if terms.nothing else terms.level


def surface_cells(
    longitudes: ArrayLike, latitudes: ArrayLike, values: ArrayLike, level: Level
) -> dict[Cell, float]:
    """The mean of values (n,) at places (n,) in degrees by cell of a level, from south-west to north-east.

    How many places a cell has is not told: it would tell its covered part. Raises ValueError for a level that
    is no cell.

    >>> found = surface_cells([131.02, 131.07, 131.12], [43.0, 43.01, 43.02], [1.0, 3.0, 5.0], Level.TENTH)
    >>> [(cell.bounds, value) for cell, value in found.items()]
    [((131.0, 43.0, 131.1, 43.1), 2.0), ((131.1, 43.0, 131.2, 43.1), 5.0)]
    """
    per_degree = level.cells_per_degree
    # Rounded as decimals are typed: an edge belongs to the cell that begins there.
    columns = np.floor(np.round(np.asarray(longitudes, dtype=float) * per_degree, 9)).astype(np.int64)
    rows = np.floor(np.round(np.asarray(latitudes, dtype=float) * per_degree, 9)).astype(np.int64)
    places, number = np.unique(np.stack([rows, columns]), axis=1, return_inverse=True)
    number = number.ravel()
    means = np.bincount(number, np.asarray(values, dtype=float)) / np.bincount(number)
    return {
        Cell(level, int(column), int(row)): float(mean)
        for (row, column), mean in zip(places.T, means, strict=True)
    }
