"""Writes results under the names of Omniscape into the folder of the job, each file whole or not at all.

`cum_currmap`, `flow_potential`, `normalized_cum_currmap` and `classified_resistance`, as `.tif` or `.asc`,
and a copy of the job as `config.ini` (or `config.toml`).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from amur.formats import rasters
from amur.formats.files import replacing
from amur.formats.omniscape.settings import Settings
from amur.formats.rasters import Grid, Raster


class Writer:
    """Writes the results of one job; `files` are the paths written so far."""

    def __init__(self, settings: Settings, grid: Grid) -> None:
        self._settings = settings
        self._grid = grid
        self.files: list[Path] = []

    def write(self, name: str, values: NDArray[np.float64]) -> Path:
        """Write a map (rows, cols) under a name of `Settings.maps`; NaN is no data."""
        settings = self._settings
        settings.output.mkdir(parents=True, exist_ok=True)
        path = settings.output / f"{name}{'.tif' if settings.geotiff else '.asc'}"
        self.files.append(rasters.write(path, Raster(values, self._grid)))
        return path

    def copy_job(self) -> Path:
        """Write the job beside its results."""
        settings = self._settings
        settings.output.mkdir(parents=True, exist_ok=True)
        path = settings.output / f"config{settings.file.suffix.lower() or '.ini'}"
        if path.resolve() != settings.file.resolve():
            with replacing(path) as temporary:
                shutil.copyfile(settings.file, temporary)
        self.files.append(path)
        return path
