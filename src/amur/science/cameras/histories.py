"""Detection histories: stations by occasions with 1, 0 and nothing, and the effort behind each cell.

An occasion is a number of days, counted from the first day of the survey or of each station. A cell is NaN
where the station did not work; cells with less effort than a share of an occasion may be blanked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Start = Literal["station", "survey"]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """`detections` (stations, occasions): 1, 0 or NaN; `effort` of the same shape, in days."""

    detections: Floats
    effort: Floats

    @property
    def scaled_effort(self) -> Floats:
        """Effort with mean 0 and standard deviation 1 over the cells that worked, NaN elsewhere."""
        worked = np.where(self.effort > 0, self.effort, np.nan)
        spread = np.nanstd(worked, ddof=1)
        centred: Floats = worked - np.nanmean(worked)
        return centred / spread if spread > 0 else centred


def detection_history(
    first_days: NDArray[np.datetime64],
    operation: Sequence[Floats],
    station: NDArray[np.int64],
    days: NDArray[np.datetime64],
    length: int,
    start: Start = "station",
    minimum_effort: float = 0.0,
) -> History:
    """The detection history of one species.

    `first_days` (stations,) and `operation` tell when each station worked, as `effort.operation` gives it;
    `station` and `days` (n,) are those of its records. Occasions of `length` days begin with each station or
    with the whole survey. Cells with at most `minimum_effort` days are NaN. Raises ValueError for a record on
    a day on which its station did not stand, and for a length below 1.

    >>> first = np.array(["2026-03-01", "2026-03-03"], dtype="M8[D]")
    >>> works = [np.ones(4), np.array([1.0, 0.0, 0.0, 1.0])]
    >>> seen = np.array(["2026-03-02", "2026-03-06"], dtype="M8[D]")
    >>> detection_history(first, works, np.array([0, 1]), seen, 2).detections.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    >>> detection_history(first, works, np.array([0, 1]), seen, 1, "survey").detections[1].tolist()
    [nan, nan, 0.0, nan, nan, 1.0]
    """
    if length < 1:
        raise ValueError(f"an occasion of {length} days, expected 1 or more")
    begun = first_days.astype("M8[D]").astype(np.int64)
    origin = begun if start == "station" else np.full(len(begun), begun.min())
    lags = begun - origin
    last = max(int(lag) + len(each) for lag, each in zip(lags, operation, strict=True))
    occasions = -(-last // length)
    daily = np.zeros((len(begun), occasions * length))
    for k, each in enumerate(operation):
        daily[k, lags[k] : lags[k] + len(each)] = each
    effort = daily.reshape(len(begun), occasions, length).sum(axis=2)
    since = days.astype("M8[D]").astype(np.int64) - begun[station]
    stood = np.array([len(each) for each in operation])[station]
    wrong = (since < 0) | (since >= stood)
    if wrong.any():
        k = int(wrong.argmax())
        raise ValueError(f"record {k + 1}: station {station[k] + 1} did not stand on {days[k]}")
    detections = np.zeros(effort.shape)
    detections[station, (since + lags[station]) // length] = 1.0
    detections[effort <= minimum_effort] = np.nan
    return History(detections, effort)
