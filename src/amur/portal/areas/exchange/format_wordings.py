"""The messages of the file format in the reader's language, by code. Called by `wordings` only.

The English sentences are those of `amur.formats.wdpca.WORDINGS`, word for word: the catalogues of
translations are made from this file, and a test fails when a code or a sentence is missing here.
"""
# ruff: noqa: E501  (a sentence stands whole, so that it can be found)

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

OF_FORMAT: Final[Mapping[str, tuple[Text, Text]]] = {
    "format-unknown": (
        _("The file “{name}” is of no format that is read here."),
        _(
            "Give a GeoPackage (.gpkg), a Shapefile (.shp, or .zip of its parts), GeoJSON (.geojson, .json) or CSV (.csv, .tsv, .txt)."
        ),
    ),
    "file-missing": (_("There is no file at “{name}”."), _("Check the name and the folder.")),
    "file-unreadable": (_("The file cannot be opened: {reason}."), _("Save it again and try once more.")),
    "file-too-large": (
        _("The file has {size} bytes, more than the {limit} that are read."),
        _("Split it into several files."),
    ),
    "no-rows": (_("The file holds no areas."), _("Give at least one row with a geometry.")),
    "too-many-rows": (
        _("The file holds more than {limit} rows."),
        _("Split it into several files of at most {limit} rows."),
    ),
    "too-many-columns": (_("The file has {count} columns, more than {limit}."), _("Remove columns.")),
    "layer-choice": (
        _("The file holds several layers: {layers}."),
        _("Choose one of them, or keep one layer in the file."),
    ),
    "layer-missing": (_("The file has no layer “{layer}”."), _("Choose one of: {layers}.")),
    "layer-unsafe": (
        _("The layer “{layer}” is a view or carries triggers, and such layers are not run."),
        _("Export the layer to a new GeoPackage as a plain table."),
    ),
    "archive-unsafe": (
        _("The archive is refused ({reason}) {member}."),
        _("Pack only the parts of the Shapefile, without links or passwords, into a new ZIP file."),
    ),
    "shapefile-part-missing": (
        _("The part “{part}” of the Shapefile is missing."),
        _("Give .shp, .shx, .dbf and .prj together, best as one ZIP file."),
    ),
    "shapefile-damaged": (
        _("The attribute table (.dbf) is damaged: {reason}."),
        _("Export the layer again."),
    ),
    "encoding-unknown": (
        _(
            "The letters of the attribute table cannot be told: there is no .cpg file and the text is not UTF-8."
        ),
        _(
            "Add a .cpg file with the name of the encoding (such as UTF-8, 1251 or 936), or choose it at import."
        ),
    ),
    "encoding-not-known": (
        _("There is no encoding “{encoding}”."),
        _("Choose one such as utf-8, windows-1251 or gb18030."),
    ),
    "encoding-assumed": (
        _("The Shapefile does not say how its letters are encoded; UTF-8 fits and was taken."),
        _("Look at the names in the preview; add a .cpg file with “UTF-8”."),
    ),
    "not-in-encoding": (
        _("The byte 0x{byte} at position {position} is not valid {encoding}."),
        _(
            "Save the file as UTF-8, or choose the encoding that it is in (Russian tables are often in windows-1251, Chinese ones in gb18030)."
        ),
    ),
    "crs-missing": (
        _("The file does not say in which coordinate system it is."),
        _("Export it in WGS 84 (EPSG:4326) with its .prj file or definition."),
    ),
    "crs-unknown": (
        _("The coordinate system of the file is not understood: {crs}."),
        _("Export the layer in WGS 84 (EPSG:4326)."),
    ),
    "crs-not-wgs84": (
        _("The GeoJSON file says that its coordinate system is {crs}; GeoJSON (RFC 7946) is always WGS 84."),
        _("Export the layer in WGS 84 (EPSG:4326)."),
    ),
    "crs-transformed": (
        _("The coordinates were transformed from {crs} to WGS 84."),
        _("Look at the places on the map of the preview."),
    ),
    "reader-remark": (
        _("The reader of the format remarks “{remark}”."),
        _("Look at the rows in the preview."),
    ),
    "json-damaged": (_("The file is not valid JSON: {reason}."), _("Export the layer again as GeoJSON.")),
    "geojson-shape": (
        _("This is not GeoJSON: {reason}."),
        _("Give a FeatureCollection of Features (RFC 7946)."),
    ),
    "csv-damaged": (_("The table cannot be read: {reason}."), _("Save it again as CSV with quoted texts.")),
    "header-missing": (
        _("The first row holds no column names."),
        _("Put the WDPCA column names into row 1."),
    ),
    "column-missing": (
        _("The column “{column_name}” is missing."),
        _("Add a column with this name, with empty cells if need be."),
    ),
    "column-missing-near": (
        _("The column “{column_name}” is missing; the file has “{near}”."),
        _("Rename “{near}” if it is that column."),
    ),
    "column-twice": (_("The columns “{first}” and “{second}” mean the same."), _("Keep one of them.")),
    "column-name-unusable": (
        _("The column name “{name}” is too long or holds invisible characters."),
        _("Name it with at most {limit} visible characters."),
    ),
    "column-unnamed": (_("The column number {position} has no name."), _("Name it or delete it.")),
    "column-renamed": (
        _("The column has its name of the older WDPA schema and was read as “{now}”."),
        _("Rename it to “{now}”."),
    ),
    "geometry-column-missing": (
        _("The table has no column with the geometry."),
        _("Add a column “geometry” with WKT, or the columns “longitude” and “latitude” in degrees."),
    ),
    "row-length": (
        _("The row has {cells} cells, the header has {columns}."),
        _("Quote cells that hold the separator, and fill or remove the rest."),
    ),
    "cell-missing": (_("The cell is empty."), _("Fill it: {meaning}.")),
    "name-missing": (_("The area has no name."), _("Fill name_eng or name.")),
    "number-missing": (
        _("The site has no number yet."),
        _("Leave it empty for a new site; fill it if the site is in the database."),
    ),
    "not-a-number": (
        _("“{value}” is not a number."),
        _("Write digits with a point before decimals, without units or spaces."),
    ),
    "area-not-a-number": (
        _("“{value}” is not an area."),
        _("Write square kilometres with a point before decimals, such as 454.39."),
    ),
    "decimal-comma": (
        _("“{value}” can be read in two ways because of its comma."),
        _("Write a point before decimals and nothing between thousands, such as {example}."),
    ),
    "not-whole": (_("“{value}” is not a whole number."), _("Write digits only.")),
    "number-negative": (_("“{value}” is less than zero."), _("Write zero or more, or leave the cell empty.")),
    "area-too-large": (
        _("{value} km² is more than the surface of the Earth."),
        _("Write square kilometres, not hectares or metres."),
    ),
    "year-wrong": (
        _("“{value}” is not a year from 1700 to {this_year}."),
        _("Write four digits, or 0 if the year is not known."),
    ),
    "code-unknown": (_("“{value}” is not in the list of this column."), _("Write one of: {codes}.")),
    "code-unknown-near": (
        _("“{value}” is not in the list of this column."),
        _("Perhaps “{near}” is meant. Write one of: {codes}."),
    ),
    "code-spelling": (_("“{value}” was read as “{meant}”."), _("Write “{meant}”.")),
    "country-unknown": (
        _("“{value}” is not a country code of three letters (ISO 3166-1 alpha-3)."),
        _("Write codes such as RUS, CHN or MNG, several of them with “;” between."),
    ),
    "text-too-long": (
        _("The text has {length} characters, more than {limit}."),
        _("Shorten it to {limit} characters."),
    ),
    "text-long-for-schema": (
        _("The text has {length} characters; the WDPCA schema takes {limit}."),
        _("Shorten it before it is handed on."),
    ),
    "character-control": (
        _("The text holds the invisible character {character}."),
        _("Delete it, or export the file again as UTF-8."),
    ),
    "character-unwelcome": (
        _("The text holds “{character}”, which the WDPCA does not take."),
        _("Write it without < > ? * and line breaks."),
    ),
    "text-damaged": (
        _("The text “{value}” holds a sign that stands for letters lost in an earlier conversion."),
        _("Take the text from its source again."),
    ),
    "formula": (
        _(
            "The text “{value}” begins like a spreadsheet formula; it was kept as text and nothing was computed."
        ),
        _("Write the value itself."),
    ),
    "part-exceeds-whole": (
        _("{part} is {part_value} km², more than {whole} with {whole_value} km²."),
        _("Check both areas."),
    ),
    "values-disagree": (
        _("“{value}” does not go with {other} “{other_value}”."),
        _("Write one of: {codes}; or change {other}."),
    ),
    "duplicate": (
        _("The site {site_id}, parcel {site_pid}, stands already in row {first_row}."),
        _("Keep one row for each site and parcel."),
    ),
    "geometry-missing": (
        _("The row has no geometry."),
        _("Give a polygon, or a point for a site without one."),
    ),
    "geometry-empty": (_("The geometry is empty."), _("Give a polygon or a point with coordinates.")),
    "geometry-type": (
        _("The geometry is a {kind}."),
        _("Give a Point, MultiPoint, Polygon or MultiPolygon."),
    ),
    "geometry-unreadable": (_("The geometry cannot be read: {reason}."), _("{hint}")),
    "geometry-invalid": (
        _("The polygon is not valid: {reason} at longitude {longitude}, latitude {latitude}."),
        _("Mend the boundary there in a GIS; it is not repaired here, so that no boundary changes unseen."),
    ),
    "geometry-zero-area": (_("The polygon has no area."), _("Give a boundary that encloses the site.")),
    "geometry-height": (
        _("The geometry has heights or measures; they were left out."),
        _("Nothing to do if they are not needed."),
    ),
    "vertices-many": (
        _("The polygon has {count} vertices; the WDPCA takes at most {limit}."),
        _("Simplify it before it is handed on."),
    ),
    "vertices-too-many": (_("The polygon has {count} vertices, more than {limit}."), _("Simplify it.")),
    "coordinate-not-finite": (_("A coordinate is not a finite number."), _("Export the geometry again.")),
    "coordinate-range": (
        _("The position longitude {longitude}, latitude {latitude} is not on the Earth."),
        _("Give degrees: longitude from -180 to 180 first, latitude from -90 to 90 second."),
    ),
    "coordinate-swapped": (
        _("Longitude {longitude}, latitude {latitude} is not on the Earth, and would be if exchanged."),
        _("Give longitude first and latitude second."),
    ),
    "coordinate-swap-suspected": (
        _(
            "The place (longitude {longitude}, latitude {latitude}) is far from {iso3}, and in it if exchanged."
        ),
        _("Give longitude first and latitude second."),
    ),
    "coordinate-pair-incomplete": (
        _("Only one of longitude and latitude is filled."),
        _("Fill both, in degrees."),
    ),
    "area-differs": (
        _("The reported area is {reported} km², the polygon has {measured} km² on the ellipsoid."),
        _("Check the boundary and the area (km², not hectares)."),
    ),
    "cannot-hold": (
        _("A Shapefile cannot hold this text: it has {length} bytes in UTF-8, and {limit} fit."),
        _("Export a GeoPackage, GeoJSON or CSV file instead."),
    ),
    "name-reserved": (
        _("The extra column “{name}” has a name that the schema uses."),
        _("Rename the extra column."),
    ),
}
