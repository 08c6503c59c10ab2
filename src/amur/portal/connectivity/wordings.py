"""What the reader of rasters says, in the reader's language, by code.

The English sentences are those of `amur.formats.rasters`, word for word: the catalogues of translations are
made from this file. A test fails when a code or a sentence is missing here.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.formats.errors import FormatError

OF_RASTERS: Final[Mapping[str, tuple[str | Promise, str | Promise]]] = {
    "raster-unknown": (
        _("The file “{name}” is of no raster format that is read here."),
        _("Give an ASCII grid (.asc, .txt, also .gz) or a GeoTIFF (.tif, .tiff, also .gz)."),
    ),
    "raster-unreadable": (
        _("The raster cannot be read: {reason}."),
        _("Export it again from the program that made it."),
    ),
    "raster-header": (
        _("The header of the ASCII grid lacks “{key}”."),
        _("Begin with the lines ncols, nrows, xllcorner, yllcorner, cellsize and NODATA_value."),
    ),
    "raster-header-value": (
        _("“{value}” is no valid value of “{key}”."),
        _("Write {wanted}."),
    ),
    "raster-header-both": (
        _("The header gives “{first}” and “{second}”, which contradict each other."),
        _("Keep one of them."),
    ),
    "raster-value": (
        _("“{value}” is not a number."),
        _("Write numbers only, with a point for decimals."),
    ),
    "raster-too-few": (
        _("The grid holds {found} values; {rows} rows of {columns} columns need {wanted}."),
        _("Check nrows and ncols, and that the file is whole."),
    ),
    "raster-too-many": (
        _("The grid holds {found} values, more than the {wanted} of {rows} rows and {columns} columns."),
        _("Check nrows and ncols."),
    ),
    "raster-bands": (
        _("The GeoTIFF has {count} bands; the first is used."),
        _("Keep one band in the file to be sure."),
    ),
    "raster-rotated": (
        _("The raster is rotated or upside down."),
        _("Warp it to a grid whose rows run from west to east."),
    ),
    "raster-nodata-assumed": (
        _(
            "The raster does not say which value means no data; {value} was taken as no data in {count} "
            "cells."
        ),
        _("Set the no-data value when the raster is exported."),
    ),
}


def sentences(problem: FormatError) -> str:
    """What is wrong and what would be right, in the active language; English for a code that is not here."""
    known = OF_RASTERS.get(problem.code)
    if known is None:
        return f"{problem.text} {problem.expected}"
    return " ".join(str(one).format_map(problem.params) for one in known)
