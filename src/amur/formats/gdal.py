"""Settings of GDAL for files that are the same bytes whenever they are written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pyogrio

FIXED_DAY = "1980-01-01"
_STAMP = f"{FIXED_DAY}T00:00:00.000Z"
_SETTINGS = threading.Lock()


@contextmanager
def fixed_date() -> Iterator[None]:
    """Inside, GDAL writes one fixed date into a GeoPackage in place of the time of day.

    The setting is one for the process: only one thread at a time is inside.
    """
    with _SETTINGS:
        before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP})
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
