"""When the sun rises and sets: for times of day that follow the sun (`clocks.anchored`).

Source: the equations of the Global Monitoring Laboratory of NOAA after Meeus, Astronomical Algorithms, in
their short form (Fourier series of the year); they agree with tables to about two minutes below 65 degrees.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from amur.science.activity.kernel import TURN, Floats

_HORIZON = np.radians(-0.833)
"""The height of the sun's centre when its upper edge is on the horizon, refraction included."""


def sunrise_and_sunset(
    days: NDArray[np.datetime64], longitudes: Floats, latitudes: Floats, offsets: Floats
) -> tuple[Floats, Floats]:
    """Sunrise and sunset (n,) in radians of local days (n,) at places (n,) in degrees.

    `offsets` (n,) are the seconds by which local clocks are ahead of UTC. NaN where the sun does not rise or
    does not set on that day, and where a place is unknown.

    >>> day = np.array(["2026-03-20"], dtype="M8[D]")
    >>> rise, fall = sunrise_and_sunset(day, np.array([135.0]), np.array([45.0]), np.array([9 * 3600.0]))
    >>> round(float(rise[0] * 24 / TURN), 1), round(float(fall[0] * 24 / TURN), 1)
    (6.1, 18.2)
    """
    since = (days.astype("M8[D]") - days.astype("M8[Y]").astype("M8[D]")).astype(np.float64)
    year = TURN * (since + 0.5) / 365.25
    minutes = 229.18 * (
        0.000075
        + 0.001868 * np.cos(year)
        - 0.032077 * np.sin(year)
        - 0.014615 * np.cos(2 * year)
        - 0.040849 * np.sin(2 * year)
    )
    declination = (
        0.006918
        - 0.399912 * np.cos(year)
        + 0.070257 * np.sin(year)
        - 0.006758 * np.cos(2 * year)
        + 0.000907 * np.sin(2 * year)
        - 0.002697 * np.cos(3 * year)
        + 0.00148 * np.sin(3 * year)
    )
    latitude = np.radians(latitudes)
    cosine = (np.sin(_HORIZON) - np.sin(latitude) * np.sin(declination)) / (
        np.cos(latitude) * np.cos(declination)
    )
    with np.errstate(invalid="ignore"):
        half = np.where(np.abs(cosine) < 1, np.arccos(np.clip(cosine, -1, 1)), np.nan)
    noon = (720 - 4 * longitudes - minutes + offsets / 60) * (TURN / 1440)
    return noon - half, noon + half
