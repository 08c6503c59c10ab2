"""A resistance raster that comes from a stranger: read, checked, and kept as one of the office's.

Checked are format, size, reference system, values and place; the first thing that is wrong is said with its
row and column.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext as _

from amur.formats import rasters
from amur.formats.errors import FormatError, shortened
from amur.formats.rasters import Grid, Raster
from amur.portal.connectivity import files, wordings

SUFFIXES: Final = (".tif", ".tiff", ".asc", ".txt")
LIMIT_BYTES: Final = 64 << 20
LARGEST_CELLS: Final = 4_000_000
SMALLEST_SIDE: Final = 3
GREATEST_CONTRAST: Final = 1e8


class WrongRaster(ValueError):
    """A raster that cannot be taken; the message names the place and says what would be right."""


def receive(name: str, chunks: Iterable[bytes], crs: str = "") -> Raster:
    """Read an uploaded GeoTIFF or ASCII grid. `crs` is the reference system of a grid, which cannot name its
    own. Raises WrongRaster.
    """
    suffix = Path(name).suffix.casefold()
    if suffix not in SUFFIXES:
        raise WrongRaster(
            _("“%(name)s” is of no raster format that is read here; its name ends with one of: %(known)s")
            % {"name": shortened(name), "known": ", ".join(SUFFIXES)}
        )
    temporary = files.arriving(suffix)
    try:
        size = 0
        with temporary.open("xb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > LIMIT_BYTES:
                    raise WrongRaster(
                        _("The file is larger than %(limit)s MiB. Give a coarser raster or a smaller part.")
                        % {"limit": LIMIT_BYTES >> 20}
                    )
                out.write(chunk)
        _require_few_cells(temporary, suffix, name)
        raster = rasters.read(temporary)
    except FormatError as error:
        raise WrongRaster(_sentence(error, temporary.name, name)) from error
    finally:
        temporary.unlink(missing_ok=True)
    return checked(raster, name, crs)


def checked(raster: Raster, name: str, crs: str = "") -> Raster:
    """The raster with its reference system. Raises WrongRaster for what cannot be a resistance raster."""
    grid = raster.grid
    _require_size(grid)
    system = _reference_system(grid.crs or crs)
    there = np.isfinite(raster.values)
    _require_values(raster, there)
    grid = Grid(grid.rows, grid.columns, grid.west, grid.south, grid.width, grid.height, system)
    _require_on_earth(grid)
    return Raster(np.where(there, raster.values, np.nan), grid, raster.nodata, name, raster.notes)


def _require_few_cells(path: Path, suffix: str, name: str) -> None:
    """Look at the size that a GeoTIFF claims before its cells are unpacked."""
    if suffix not in (".tif", ".tiff"):
        return
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path) as source:
            rows, columns = source.shape
    except RasterioError as error:
        raise WrongRaster(
            _("%(file)s cannot be read as GeoTIFF. Export it again from the program that made it.")
            % {"file": shortened(name)}
        ) from error
    _require_size(Grid(rows, columns, 0.0, 0.0, 1.0, 1.0))


def _require_size(grid: Grid) -> None:
    if grid.rows * grid.columns > LARGEST_CELLS:
        raise WrongRaster(
            _(
                "The raster has %(rows)s rows and %(columns)s columns, more than %(most)s cells. "
                "Give a coarser raster or a smaller part; “amur circuits” takes larger ones."
            )
            % {"rows": grid.rows, "columns": grid.columns, "most": LARGEST_CELLS}
        )
    if min(grid.shape) < SMALLEST_SIDE:
        raise WrongRaster(
            _("The raster has %(rows)s rows and %(columns)s columns; at least %(least)s of each are needed.")
            % {"rows": grid.rows, "columns": grid.columns, "least": SMALLEST_SIDE}
        )


def _reference_system(text: str) -> str:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if not text.strip():
        raise WrongRaster(
            _(
                "The raster does not say in which reference system it is. Export it with one, "
                "or write its EPSG code below, such as EPSG:32652."
            )
        )
    try:
        system = CRS.from_user_input(text.strip())
    except CRSError as error:
        raise WrongRaster(
            _("“%(crs)s” is no reference system; write an EPSG code, such as EPSG:32652.")
            % {"crs": shortened(text)}
        ) from error
    if not (system.is_projected or system.is_geographic):
        raise WrongRaster(
            _("The reference system “%(crs)s” has no place on the earth; project the raster first.")
            % {"crs": shortened(system.name)}
        )
    return text.strip()


def _require_values(raster: Raster, there: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    if not there.any():
        raise WrongRaster(_("Every cell of the raster is without data."))
    values = np.where(there, raster.values, 1.0)
    wrong = values <= 0
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise WrongRaster(
            _(
                "Row %(row)s, column %(column)s: the resistance is %(value)s. Give a number above 0, "
                "or no data where nothing passes; no-data cells need the value that the file names for them."
            )
            % {"row": row + 1, "column": column + 1, "value": f"{raster.values[row, column]:g}"}
        )
    lowest, highest = float(values[there].min()), float(values[there].max())
    if highest / lowest > GREATEST_CONTRAST:
        row, column = np.argwhere(there & (values == highest))[0]
        raise WrongRaster(
            _(
                "Row %(row)s, column %(column)s: the resistance %(value)s is %(times)s times the lowest "
                "(%(lowest)s). Give no data where nothing passes."
            )
            % {
                "row": row + 1,
                "column": column + 1,
                "value": f"{highest:g}",
                "times": f"{highest / lowest:.0e}",
                "lowest": f"{lowest:g}",
            }
        )


def _require_on_earth(grid: Grid) -> None:
    from amur.portal.connectivity.computing import bounds_of

    bounds = bounds_of(grid)
    if not np.isfinite(bounds).all() or bounds[0] >= bounds[2] or bounds[1] >= bounds[3]:
        raise WrongRaster(
            _(
                "The corners of the raster (west %(west)s, south %(south)s) lie outside its reference system "
                "%(crs)s. Check the EPSG code."
            )
            % {"west": f"{grid.west:g}", "south": f"{grid.south:g}", "crs": shortened(grid.crs)}
        )


def _sentence(error: FormatError, temporary: str, name: str) -> str:
    """The reader's message in the active language, under the name that the user gave the file."""
    place = [shortened(name)]
    if error.row is not None:
        place.append(_("row %(row)s") % {"row": error.row})
    if error.column is not None:
        place.append(_("column %(column)s") % {"column": error.column})
    return f"{', '.join(place)}: {wordings.sentences(error)}".replace(temporary, shortened(name))
