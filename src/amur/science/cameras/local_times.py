"""Instants of what clocks showed in a time zone, and back. NaT where no clock of the zone ever showed it.

The hour that the beginning of summer time skips has no instant; of the two instants of the hour that its end
doubles the first one is meant, as in `formats.cameratraps`. Called by the portal with the times of cards.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.datetime64]


def instants(shown: Times, zone: ZoneInfo) -> Times:
    """The instants (n,) in UTC, to the microsecond, of local times (n,).

    >>> shown = np.array(["2026-03-02T21:00:01"], dtype="M8[s]")
    >>> instants(shown, ZoneInfo("Asia/Vladivostok")).astype("M8[s]")
    array(['2026-03-02T11:00:01'], dtype='datetime64[s]')
    """
    exact = shown.astype("M8[us]")
    return np.array([_instant(moment, zone) for moment in exact.tolist()], dtype="M8[us]")


def local(moments: Times, zone: ZoneInfo) -> Times:
    """What clocks of a zone showed at instants (n,) in UTC."""
    exact = moments.astype("M8[us]")
    return np.array(
        [
            None if one is None else one.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
            for one in exact.tolist()
        ],
        dtype="M8[us]",
    )


def _instant(shown: datetime | None, zone: ZoneInfo) -> datetime | None:
    if shown is None:
        return None
    try:
        moment = shown.replace(tzinfo=zone).astimezone(UTC)
        is_real = moment.astimezone(zone).replace(tzinfo=None) == shown
    except OverflowError:
        return None
    return moment.replace(tzinfo=None) if is_real else None
