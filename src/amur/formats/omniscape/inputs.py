"""Reads the rasters that a job names into one whole object, or raises `FormatErrors`.

Everything is checked here, so that the mathematics can trust it: rasters lie on the landscape's cells, values
are in range. What had to be decided is in `notes`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from amur.formats import rasters
from amur.formats.errors import FormatError
from amur.formats.jobs import Reading, read_table
from amur.formats.omniscape.messages import problem
from amur.formats.omniscape.settings import Settings
from amur.formats.rasters import Grid, Raster

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Arrays are (rows, columns): `conductance` in siemens, 0 where there is none; `sources` the source
    strengths in amperes, 0 where there are none; `conditions` the values of today and those of the targets'
    future, NaN where there are none, in the order of the settings; `classified` the landscape's values after
    reclassification, NaN for no data.
    """

    grid: Grid
    conductance: Floats
    sources: Floats
    conditions: tuple[tuple[Floats, Floats], ...] = ()
    classified: Floats | None = None
    notes: tuple[FormatError, ...] = ()


def read_inputs(settings: Settings, *, snap: bool = False) -> Inputs:
    """Read all files of a job; with `snap` rasters that lie elsewhere are aligned and noted.

    Raises `FormatErrors`.
    """
    reader = _Reader(settings, snap)
    land = reader.attempt(reader.landscape)
    if land is None:
        raise reader.failed()
    with np.errstate(divide="ignore"):
        conducting = land.values if settings.conductances else 1.0 / land.values
    conductance = np.where(np.isfinite(conducting), conducting, 0.0)
    sources = reader.attempt(lambda: reader.sources(land, conductance))
    conditions = []
    for one in settings.conditions:
        present = reader.condition(one.present, land, sources)
        future = present if one.future is None else reader.condition(one.future, land, sources)
        if present is not None and future is not None:
            conditions.append((present, future))
    if reader.errors or sources is None:
        raise reader.failed()
    return Inputs(
        grid=land.grid,
        conductance=conductance,
        sources=sources,
        conditions=tuple(conditions),
        classified=land.values if settings.classes else None,
        notes=tuple(reader.notes),
    )


class _Reader(Reading):
    """Reads the files of a job one after the other."""

    def __init__(self, settings: Settings, snap: bool) -> None:
        super().__init__(snap=snap)
        self._settings = settings

    def landscape(self) -> Raster:
        """Resistances or conductances, all above 0, NaN for no data."""
        settings = self._settings
        raster = rasters.read(settings.resistance)
        self.notes += raster.notes
        values = raster.values
        if settings.classes:
            table = read_table(settings.classes, 2, "the old and the new value", missing="missing")
            old = values.copy()
            for before, after in table:
                values[old == before] = after
        if not settings.conductances:
            values[values == np.inf] = np.nan
        _refuse(values <= 0, values, "not-above-zero", raster.file)
        if np.isnan(values).all():
            raise problem("landscape-empty", raster.file)
        return raster

    def sources(self, land: Raster, conductance: Floats) -> Floats:
        """Source strengths: of a raster from the threshold on, or the conductances from the cutoff on."""
        settings = self._settings
        if settings.sources is None:
            file = land.file
            with np.errstate(divide="ignore"):
                found = np.where(conductance >= np.divide(1.0, settings.cutoff), conductance, 0.0)
        else:
            raster = self.laid(settings.sources, land)
            file = raster.file
            found = np.nan_to_num(raster.values, nan=0.0)
            _refuse(found < 0, found, "source-negative", file)
            found[found < settings.threshold] = 0.0
        if not found[conductance > 0].any():
            raise problem("sources-none", file)
        return found

    def condition(self, path: Path, land: Raster, sources: Floats | None) -> Floats | None:
        """The values of a condition."""
        raster = self.attempt(lambda: self.laid(path, land))
        if raster is None:
            return None
        lacking = 0 if sources is None else int((np.isnan(raster.values) & (sources > 0)).sum())
        if lacking:
            note = problem("condition-without-data", raster.file, severity="warning", count=lacking)
            self.notes.append(note)
        return raster.values

    def laid(self, path: Path, land: Raster) -> Raster:
        """A raster on the landscape's cells; wherever it lies, where the job allows that."""
        if not self._settings.anywhere:
            return self.aligned(path, land)
        raster = rasters.read(path)
        if raster.grid.shape != land.grid.shape:
            return self.aligned(path, land)
        self.notes += raster.notes
        if rasters.misalignment(raster, land) is not None:
            note = problem("laid-by-cells", raster.file, severity="warning", reference=land.file)
            self.notes.append(note)
        return replace(raster, grid=land.grid)


def _refuse(wrong: NDArray[np.bool_], values: Floats, code: str, file: str) -> None:
    """Raises `FormatError` with the first cell that is wrong."""
    if wrong.any():
        row, column = (int(place) for place in np.argwhere(wrong)[0])
        raise problem(
            code,
            file,
            row=row + 1,
            column=str(column + 1),
            value=f"{values[row, column]:g}",
            count=int(wrong.sum()),
        )
