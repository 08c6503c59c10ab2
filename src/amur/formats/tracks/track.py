"""The one track that all formats become, and what makes it of texts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from amur.formats.cameratraps.tables import local_time
from amur.formats.errors import ProblemList, shortened

Floats = NDArray[np.float64]
Instants = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Fixes in the order of the file.

    `longitude`, `latitude` (n,) in degrees of WGS 84, NaN together where the receiver had no place; `instant`
    (n,) in UTC, datetime64[ms], NaT where unknown; `accuracy` and `altitude` (n,) in metres, NaN so;
    `part` (n,) is the number of the unbroken line that a fix is of, from 0.
    """

    name: str
    longitude: Floats
    latitude: Floats
    instant: Instants
    accuracy: Floats
    altitude: Floats
    part: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.longitude)


@dataclass(frozen=True, slots=True)
class Tracks:
    """The tracks of a file, and in words what of it was not taken over."""

    tracks: tuple[Track, ...]
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table or the properties of points; None looks for usual names."""

    longitude: str | None = None
    latitude: str | None = None
    time: str | None = None
    accuracy: str | None = None
    altitude: str | None = None
    track: str | None = None
    """Whose fix it is: a receiver, an animal, a patrol."""


USUAL = {
    "longitude": ("longitude", "lon", "long", "lng", "location-long", "x"),
    "latitude": ("latitude", "lat", "location-lat", "y"),
    "time": ("time", "instant", "timestamp", "datetime", "recorded_at", "fixtime", "when", "date"),
    "accuracy": ("accuracy", "accuracy_m", "horizontal_accuracy"),
    "altitude": ("altitude", "elevation", "ele", "height"),
    "track": ("track", "track_id", "device", "device_id", "deviceid", "subject", "name", "id_track"),
}


def column_of(what: str, wished: str | None, found: list[str]) -> str | None:
    """The column of a meaning: the wished one, else the first of the usual names.

    >>> column_of("longitude", None, ["Time", "Lat", "Lon"])
    'Lon'
    """
    if wished is not None:
        return wished if wished in found else None
    by_name = {name.strip().lower(): name for name in reversed(found)}
    return next((by_name[name] for name in USUAL[what] if name in by_name), None)


@dataclass(slots=True)
class Builder:
    """Gathers the fixes of one track out of texts; what is wrong is noted."""

    name: str
    problems: ProblemList
    zone: ZoneInfo | None
    places: list[tuple[float, float]] = field(default_factory=list)
    instants: list[float] = field(default_factory=list)
    metres: list[tuple[float, float]] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)

    def add(
        self,
        row: int,
        longitude: object,
        latitude: object,
        time: object,
        *,
        accuracy: object = None,
        altitude: object = None,
        part: int = 0,
    ) -> None:
        """A fix; None and empty texts are unknown."""
        self.places.append(self._place(longitude, latitude, row))
        self.instants.append(self._instant(time, row))
        self.metres.append((self._metres(accuracy, row, "accuracy"), self._metres(altitude, row, "altitude")))
        self.parts.append(part)

    def track(self) -> Track:
        """The track."""
        places = np.array(self.places, dtype=float).reshape(-1, 2)
        metres = np.array(self.metres, dtype=float).reshape(-1, 2)
        seconds = np.array(self.instants, dtype=float)
        instant = np.full(len(seconds), np.datetime64("NaT"), dtype="M8[ms]")
        known = np.isfinite(seconds)
        instant[known] = np.round(seconds[known] * 1000).astype(np.int64).astype("M8[ms]")
        return Track(
            self.name,
            places[:, 0].copy(),
            places[:, 1].copy(),
            instant,
            metres[:, 0].copy(),
            metres[:, 1].copy(),
            np.array(self.parts, dtype=np.int64),
        )

    def _place(self, longitude: object, latitude: object, row: int) -> tuple[float, float]:
        if _is_empty(longitude) and _is_empty(latitude):
            return math.nan, math.nan
        east, north = _number(longitude), _number(latitude)
        if east is None or north is None or abs(east) > 180 or abs(north) > 90:
            self.problems.error(
                "fix-place", row=row, longitude=shortened(longitude, 30), latitude=shortened(latitude, 30)
            )
            return math.nan, math.nan
        return east, north

    def _metres(self, value: object, row: int, column: str) -> float:
        if _is_empty(value):
            return math.nan
        number = _number(value)
        if number is None:
            self.problems.error("fix-number", row=row, column=column, value=shortened(value))
            return math.nan
        return number

    def _instant(self, value: object, row: int) -> float:
        if _is_empty(value):
            return math.nan
        try:
            moment = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.problems.error("fix-time", row=row, value=shortened(value))
            return math.nan
        if moment.tzinfo is None:
            if self.zone is None:
                self.problems.error("fix-zone", row=row, value=shortened(value))
                return math.nan
            seconds = moment.replace(microsecond=0).isoformat(sep=" ")
            local = local_time(seconds, self.zone)
            if local is None:
                self.problems.error("fix-time", row=row, value=shortened(value))
                return math.nan
            moment = local.replace(microsecond=moment.microsecond)
        return moment.astimezone(UTC).timestamp()


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value != value


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in str(value) else None
