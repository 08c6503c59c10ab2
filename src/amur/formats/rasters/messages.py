"""Every sentence that rasters can say, by code: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from amur.formats.errors import Wording, problem_of

WORDINGS: Mapping[str, Wording] = {
    "raster-missing": Wording("There is no file at “{path}”.", "Check the name and the folder."),
    "raster-unknown": Wording(
        "The file “{name}” is of no raster format that is read here.",
        "Give an ASCII grid (.asc, .txt, also .gz) or a GeoTIFF (.tif, .tiff, also .gz).",
    ),
    "raster-unreadable": Wording(
        "The raster cannot be read: {reason}.", "Export it again from the program that made it."
    ),
    "raster-header": Wording(
        "The header of the ASCII grid lacks “{key}”.",
        "Begin with the lines ncols, nrows, xllcorner, yllcorner, cellsize and NODATA_value.",
    ),
    "raster-header-value": Wording("“{value}” is no valid value of “{key}”.", "Write {wanted}."),
    "raster-header-both": Wording(
        "The header gives “{first}” and “{second}”, which contradict each other.", "Keep one of them."
    ),
    "raster-value": Wording("“{value}” is not a number.", "Write numbers only, with a point for decimals."),
    "raster-too-few": Wording(
        "The grid holds {found} values; {rows} rows of {columns} columns need {wanted}.",
        "Check nrows and ncols, and that the file is whole.",
    ),
    "raster-too-many": Wording(
        "The grid holds {found} values, more than the {wanted} of {rows} rows and {columns} columns.",
        "Check nrows and ncols.",
    ),
    "raster-bands": Wording(
        "The GeoTIFF has {count} bands; the first is used.", "Keep one band in the file to be sure."
    ),
    "raster-rotated": Wording(
        "The raster is rotated or upside down.", "Warp it to a grid whose rows run from west to east."
    ),
    "raster-nodata-assumed": Wording(
        "The raster does not say which value means no data; {value} was taken as no data in {count} cells.",
        "Set the no-data value when the raster is exported.",
    ),
    "raster-not-square": Wording(
        "An ASCII grid holds square cells only; these are {width} by {height}.", "Write a GeoTIFF."
    ),
    "raster-size-differs": Wording(
        "The raster has {rows} rows and {columns} columns with cells of {cell}; “{reference}” has "
        "{reference_rows} rows and {reference_columns} columns with cells of {reference_cell}. Its lower "
        "left corner lies {east} east and {north} north of that of “{reference}”.",
        "Export both with the same extent and cell size, or run with --snap to align to the nearest cells.",
    ),
    "raster-shifted": Wording(
        "The raster is shifted against “{reference}” by {east} east and {north} north "
        "({columns} columns, {rows} rows).",
        "Export both with the same extent, or run with --snap to align to the nearest cells.",
    ),
    "raster-crs-differs": Wording(
        "The raster is in the reference system {crs}, “{reference}” in {reference_crs}.",
        "Project both into the same reference system.",
    ),
    "raster-snapped": Wording(
        "The raster was aligned to “{reference}”: moved by {east} east and {north} north, {outside} cells "
        "with values fell outside, {uncovered} cells of “{reference}” are not covered.",
        "Check the map, or export the raster with the same extent.",
    ),
    "raster-not-whole": Wording(
        "The cell holds {value}, and only whole numbers can be numbers of places.",
        "Give a raster of whole numbers.",
    ),
}

problem = partial(problem_of, WORDINGS)
