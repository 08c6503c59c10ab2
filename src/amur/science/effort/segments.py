"""From fixes to segments: which way, how long, in which time. The first step of every measure of effort.

Fixes are those of tracks, numbered from 0: a track is what one device recorded on one patrol (or one leg
day), and a segment never joins two of them. Nothing is cut here: what is no fix or no way is flagged in
`ledger.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amur.science.effort.geodesy import lengths

Floats = NDArray[np.float64]
Instants = NDArray[np.datetime64]
Indices = NDArray[np.int64]
MISSING = np.iinfo(np.int64).min
"""What NaT is as a whole number."""


@dataclass(frozen=True, slots=True, eq=False)
class Fixes:
    """Fixes (n,): number of the track, instant in UTC (NaT unknown), degrees of WGS 84 (NaN unknown).

    In any order; the order of equal instants is kept.
    """

    track: Indices
    instant: Instants
    longitude: Floats
    latitude: Floats

    def __post_init__(self) -> None:
        shapes = {each.shape for each in (self.track, self.instant, self.longitude, self.latitude)}
        if len(shapes) != 1 or self.track.ndim != 1:
            raise ValueError(
                f"track, instant, longitude and latitude have shapes {shapes}, expected one (n,)"
            )

    @property
    def milliseconds(self) -> Indices:
        """Instants as whole milliseconds from 1970, `MISSING` where unknown."""
        return self.instant.astype("M8[ms]").view(np.int64)

    @property
    def is_whole(self) -> NDArray[np.bool_]:
        """Where both time and place are known (n,)."""
        return ~(np.isnat(self.instant) | np.isnan(self.longitude) | np.isnan(self.latitude))

    def order(self) -> Indices:
        """The numbers of whole fixes, by track and instant."""
        milliseconds = self.milliseconds
        whole = np.flatnonzero(self.is_whole)
        track, instant = self.track[whole], milliseconds[whole]
        sorted_already = (np.diff(track) > 0) | ((np.diff(track) == 0) & (np.diff(instant) >= 0))
        return whole if sorted_already.all() else whole[np.lexsort((instant, track))]


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Ways (m,) between fixes that follow each other in a track: numbers of the fixes, metres, seconds."""

    fixes: Fixes
    first: Indices
    last: Indices
    metres: Floats
    seconds: Floats

    def __len__(self) -> int:
        return len(self.first)

    @property
    def kilometres(self) -> float:
        """The length of all."""
        return float(self.metres.sum()) / 1000

    @property
    def hours(self) -> float:
        """The time of all, standing included."""
        return float(self.seconds.sum()) / 3600

    @property
    def track(self) -> Indices:
        """The track of each (m,)."""
        found: Indices = self.fixes.track[self.first]
        return found

    def where(self, kept: NDArray[np.bool_]) -> Segments:
        """Those for which `kept` (m,) is true."""
        return Segments(self.fixes, self.first[kept], self.last[kept], self.metres[kept], self.seconds[kept])


def segments_of(fixes: Fixes, order: Indices | None = None) -> Segments:
    """The segments between fixes, of all whole ones or of those in `order` (by track and instant).

    >>> fixes = Fixes(
    ...     np.zeros(3, dtype=np.int64),
    ...     np.array(["2026-03-01T00:00", "2026-03-01T01:00", "2026-03-01T03:00"], dtype="M8[ms]"),
    ...     np.array([135.0, 135.0, 135.0]),
    ...     np.array([48.0, 48.1, 48.1]),
    ... )
    >>> found = segments_of(fixes)
    >>> round(found.kilometres, 3), found.hours
    (11.119, 3.0)
    """
    order = fixes.order() if order is None else order
    track = fixes.track[order]
    same = track[1:] == track[:-1]
    first, last = order[:-1][same], order[1:][same]
    milliseconds = fixes.milliseconds
    metres = lengths(
        fixes.longitude[first], fixes.latitude[first], fixes.longitude[last], fixes.latitude[last]
    )
    seconds = (milliseconds[last] - milliseconds[first]) / 1000
    return Segments(fixes, first, last, metres, seconds)
