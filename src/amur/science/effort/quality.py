"""What tracks tell of each day: fixes and flags, hours moved and stood, kilometres that cleaning took away.

Called where the measures of tracks are gathered; `ledger` says what the rules are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.effort.ledger import Ledger, Rule
from amur.science.effort.segments import Fixes, Floats, Indices, segments_of


@dataclass(frozen=True, slots=True, eq=False)
class TrackDays:
    """For each track (t,): fixes, flagged ones, its hours, of these stood, kilometres taken away."""

    fixes: Indices
    flagged: Indices
    hours: Floats
    standing_hours: Floats
    removed_km: Floats


def track_days(fixes: Fixes, ledger: Ledger, count: int) -> TrackDays:
    """Sums by track, of which there are `count`, numbered from 0.

    A segment stood when it leads over fixes that the rule of standing flagged.

    >>> from amur.science.effort.ledger import clean
    >>> instant = np.datetime64("2026-03-01T00:00", "ms") + np.arange(4) * np.timedelta64(10, "m")
    >>> east = np.array([135.0, 135.0, 135.0, 135.01])
    >>> fixes = Fixes(np.zeros(4, dtype=np.int64), instant, east, np.full(4, 48.0))
    >>> found = track_days(fixes, clean(fixes), 1)
    >>> found.flagged.tolist(), found.hours.tolist(), round(float(found.standing_hours[0]), 3)
    ([1], [0.5], 0.333)
    """
    kept, raw = ledger.segments, segments_of(fixes)
    order = fixes.order()
    position = np.zeros(len(fixes.track), dtype=np.int64)
    position[order] = np.arange(len(order))
    stood = np.concatenate([[0], np.cumsum((ledger.flags[order] & np.uint8(Rule.STANDING)) > 0)])
    over = stood[position[kept.last]] - stood[position[kept.first] + 1] > 0
    return TrackDays(
        np.bincount(fixes.track, minlength=count),
        np.bincount(fixes.track[ledger.flags > 0], minlength=count),
        np.bincount(kept.track, weights=kept.seconds, minlength=count) / 3600,
        np.bincount(kept.track, weights=kept.seconds * over, minlength=count) / 3600,
        (
            np.bincount(raw.track, weights=raw.metres, minlength=count)
            - np.bincount(kept.track, weights=kept.metres, minlength=count)
        )
        / 1000,
    )
