"""Two results on the same cells beside each other: how current and resistances change from one to the other.

The map is the binary logarithm of the ratio of both currents: 1 is twice as much, -1 half as much. It is
made when somebody looks and kept in the cache, which can be deleted at any time.
"""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from amur.portal.connectivity import files
from amur.portal.connectivity.drawing import Entry
from amur.portal.connectivity.queries import Shown
from amur.portal.connectivity.tables import Pair, pairs
from amur.portal.languages.codes import Language
from amur.portal.languages.numbers import significant
from amur.portal.languages.text import MultilingualText
from amur.portal.maps import colours

# Bounds of the classes, as factors: from less than half to more than twice as much.
FACTORS: Final = (1 / 2, 1 / 1.5, 1 / 1.2, 1 / 1.05, 1.05, 1.2, 1.5, 2.0)
BREAKS: Final = tuple(float(np.log2(factor)) for factor in FACTORS)


@dataclass(frozen=True, slots=True)
class Change:
    """Two areas in both results: their resistances in ohm, None where nothing joins them."""

    keys: tuple[str, str]
    one: MultilingualText
    other: MultilingualText
    before: float | None
    after: float | None

    @property
    def percent(self) -> float | None:
        """By how much the resistance grows; None where there is none in one of the results, or it was 0."""
        if self.before is None or self.after is None or self.before == 0:
            return None
        return 100.0 * (self.after / self.before - 1.0)


def unlike(before: Shown, after: Shown) -> list[str]:
    """In what the grids of two results differ, as names of `fields["grid"]`; nothing when in none."""
    one, other = before.fields["grid"], after.fields["grid"]
    return [name for name in one if one[name] != other.get(name)]


def changes(before: Shown, after: Shown) -> list[Change]:
    """The pairs of areas that are in both results, those whose resistance grows most first."""
    later = {pair.keys: pair for pair in pairs(after)}
    found = [_change(pair, later[pair.keys]) for pair in pairs(before) if pair.keys in later]
    return sorted(found, key=lambda change: (change.percent is None, -(change.percent or 0.0)))


def _change(before: Pair, after: Pair) -> Change:
    return Change(before.keys, before.one, before.other, before.resistance, after.resistance)


def log_ratio(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """The binary logarithm of after / before, NaN where one of them has no data or no current.

    >>> log_ratio(np.array([[1.0, 2.0, 0.0]]), np.array([[2.0, 1.0, 1.0]])).tolist()
    [[1.0, -1.0, nan]]
    """
    flowing = (before > 0) & (after > 0)
    return np.where(
        flowing, np.log2(np.where(flowing, after, 1.0)) - np.log2(np.where(flowing, before, 1.0)), np.nan
    )


def difference(before: Shown, after: Shown) -> Path | None:
    """The file with the map of the change; None where one of the maps may not be seen or the grids differ."""
    one, other = before.fields["current"], after.fields["current"]
    if not one or not other or unlike(before, after):
        return None
    folder = Path(settings.AMUR_DATA) / "cache" / "connectivity"
    path = folder / f"{one}-{other}.tif"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        raster = files.read(one)
        files.write_optimised(path, log_ratio(raster.values, files.read(other).values), raster.grid)
    with contextlib.suppress(OSError):
        os.utime(path)
    return path


def legend(language: Language) -> list[Entry]:
    """The classes of the change, as factors of the current."""
    words = [significant(factor, language, 3) for factor in FACTORS]
    bounds = ["", *words, ""]
    said = [
        f"× < {high}" if not low else f"× > {low}" if not high else f"× {low} – {high}"
        for low, high in pairwise(bounds)
    ]
    return [Entry(colours.hexadecimal(colour), text) for colour, text in zip(palette(), said, strict=True)]


def palette() -> list[colours.Rgb]:
    """The colours of the classes: blue for less, orange for more."""
    return colours.diverging(len(FACTORS) + 1)


def chosen(results: Sequence[Shown], one: str, other: str) -> tuple[Shown | None, Shown | None]:
    """The results that an address names, as far as they may be seen."""
    known = {str(shown.uuid): shown for shown in results}
    return known.get(one), known.get(other)


def name_of(before: Shown, after: Shown) -> str:
    """How the files of a comparison begin."""
    begin = "synthetic-" if before.fields["synthetic"] or after.fields["synthetic"] else ""
    return f"{begin}{before.key}-to-{after.key}"


def pair_key(before: UUID, after: UUID) -> dict[str, Any]:
    """The arguments of the addresses of a comparison."""
    return {"before": before, "after": after}
