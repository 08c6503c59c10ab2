"""Independent events: records of one kind at one station that lie apart in time.

Two rules are in use, and both are offered: after a gap to the last record (`last-record`), or after the last
event began (`last-event`, camtrapR's `lastIndependentRecord`). The first needs a quiet time, the second not.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Rule = Literal["last-record", "last-event"]
Integers = NDArray[np.int64]


def independent_events(
    station: Integers,
    kind: Integers,
    instants: NDArray[np.datetime64],
    minutes: float,
    rule: Rule = "last-record",
) -> NDArray[np.bool_]:
    """Which records (n,) begin an event, of numbers of their station and kind (species, individual).

    A record begins one where nothing of its kind was seen at its station in the last `minutes`; a gap of just
    so many minutes is enough. Of records at the same instant the first one begins it. Raises ValueError for
    records without a time, and for negative minutes.

    >>> times = np.array(["2026-03-01T10:00", "2026-03-01T10:40", "2026-03-01T11:20"], dtype="M8[s]")
    >>> one = np.zeros(3, dtype=int)
    >>> independent_events(one, one, times, 60).tolist()
    [True, False, False]
    >>> independent_events(one, one, times, 60, "last-event").tolist()
    [True, False, True]
    """
    if np.isnat(instants).any():
        raise ValueError(f"record {int(np.isnat(instants).argmax()) + 1} has no time")
    if not minutes >= 0:
        raise ValueError(f"{minutes} minutes, expected 0 or more")
    seconds = instants.astype("M8[s]").astype(np.int64)
    order = np.lexsort((seconds, kind, station))
    place, of, time = station[order], kind[order], seconds[order]
    other = np.ones(len(order), dtype=bool)
    other[1:] = (place[1:] != place[:-1]) | (of[1:] != of[:-1])
    gap = minutes * 60
    begins = other.copy()
    if rule == "last-record":
        late = np.diff(time) >= gap
        # Duplicates of an instant are one record, also where no gap is asked for.
        begins[1:] |= late & (np.diff(time) > 0)
    else:
        last = 0
        for k in range(len(order)):
            if other[k]:
                last = time[k]
            elif time[k] - last >= gap and time[k] > last:
                begins[k] = True
                last = time[k]
    found = np.empty(len(order), dtype=bool)
    found[order] = begins
    return found
