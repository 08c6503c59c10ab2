"""Reads the files of a job one after the other and gathers problems, so that all are told at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from amur.formats import rasters
from amur.formats.errors import FormatError, FormatErrors
from amur.formats.rasters import Raster

T = TypeVar("T")


class Reading:
    """`notes` and `errors` found so far; with `snap` rasters that lie elsewhere are aligned and noted."""

    def __init__(self, *, snap: bool) -> None:
        self._snap = snap
        self.notes: list[FormatError] = []
        self.errors: list[FormatError] = []

    def failed(self) -> FormatErrors:
        """Everything found, to be raised."""
        return FormatErrors([*self.errors, *self.notes], len(self.errors), len(self.notes))

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What `read` gives, None where it raises a problem."""
        try:
            return read()
        except FormatError as error:
            self.errors.append(error)
            return None

    def aligned(self, path: Path, reference: Raster) -> Raster:
        """A raster on the cells of `reference`. Raises `FormatError` with the offset."""
        raster = rasters.read(path)
        wrong = rasters.misalignment(raster, reference)
        if wrong is not None and not self._snap:
            raise wrong
        if wrong is not None:
            raster, _note = rasters.snap(raster, reference)
        self.notes += raster.notes
        return raster
