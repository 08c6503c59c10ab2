"""Every sentence that this format can say, by code: what is wrong, and what would be right.

Called through `amur.formats.errors.ProblemList`. `docs/formats-wdpca.md` lists the same codes, and a test
holds the two together. The portal translates the templates; the parameters are the same in every language.
"""

from __future__ import annotations

from collections.abc import Mapping

from amur.formats.errors import Wording

_FILE: dict[str, Wording] = {
    "format-unknown": Wording(
        "The file “{name}” is of no format that is read here.",
        "Give a GeoPackage (.gpkg), a Shapefile (.shp, or .zip of its parts), GeoJSON (.geojson, .json) or "
        "CSV (.csv, .tsv, .txt).",
    ),
    "file-missing": Wording("There is no file at “{name}”.", "Check the name and the folder."),
    "file-unreadable": Wording("The file cannot be opened: {reason}.", "Save it again and try once more."),
    "file-too-large": Wording(
        "The file has {size} bytes, more than the {limit} that are read.", "Split it into several files."
    ),
    "no-rows": Wording("The file holds no areas.", "Give at least one row with a geometry."),
    "too-many-rows": Wording(
        "The file holds more than {limit} rows.", "Split it into several files of at most {limit} rows."
    ),
    "too-many-columns": Wording("The file has {count} columns, more than {limit}.", "Remove columns."),
    "layer-choice": Wording(
        "The file holds several layers: {layers}.", "Choose one of them, or keep one layer in the file."
    ),
    "layer-missing": Wording("The file has no layer “{layer}”.", "Choose one of: {layers}."),
    "layer-unsafe": Wording(
        "The layer “{layer}” is a view or carries triggers, and such layers are not run.",
        "Export the layer to a new GeoPackage as a plain table.",
    ),
    "archive-unsafe": Wording(
        "The archive is refused ({reason}) {member}.",
        "Pack only the parts of the Shapefile, without links or passwords, into a new ZIP file.",
    ),
    "shapefile-part-missing": Wording(
        "The part “{part}” of the Shapefile is missing.",
        "Give .shp, .shx, .dbf and .prj together, best as one ZIP file.",
    ),
    "shapefile-damaged": Wording(
        "The attribute table (.dbf) is damaged: {reason}.", "Export the layer again."
    ),
    "encoding-unknown": Wording(
        "The letters of the attribute table cannot be told: there is no .cpg file and the text is not UTF-8.",
        "Add a .cpg file with the name of the encoding (such as UTF-8, 1251 or 936), or choose it at import.",
    ),
    "encoding-not-known": Wording(
        "There is no encoding “{encoding}”.", "Choose one such as utf-8, windows-1251 or gb18030."
    ),
    "encoding-assumed": Wording(
        "The Shapefile does not say how its letters are encoded; UTF-8 fits and was taken.",
        "Look at the names in the preview; add a .cpg file with “UTF-8”.",
    ),
    "not-in-encoding": Wording(
        "The byte 0x{byte} at position {position} is not valid {encoding}.",
        "Save the file as UTF-8, or choose the encoding that it is in (Russian tables are often in "
        "windows-1251, Chinese ones in gb18030).",
    ),
    "crs-missing": Wording(
        "The file does not say in which coordinate system it is.",
        "Export it in WGS 84 (EPSG:4326) with its .prj file or definition.",
    ),
    "crs-unknown": Wording(
        "The coordinate system of the file is not understood: {crs}.",
        "Export the layer in WGS 84 (EPSG:4326).",
    ),
    "crs-not-wgs84": Wording(
        "The GeoJSON file says that its coordinate system is {crs}; GeoJSON (RFC 7946) is always WGS 84.",
        "Export the layer in WGS 84 (EPSG:4326).",
    ),
    "crs-transformed": Wording(
        "The coordinates were transformed from {crs} to WGS 84.",
        "Look at the places on the map of the preview.",
    ),
    "reader-remark": Wording(
        "The reader of the format remarks “{remark}”.", "Look at the rows in the preview."
    ),
    "json-damaged": Wording("The file is not valid JSON: {reason}.", "Export the layer again as GeoJSON."),
    "geojson-shape": Wording(
        "This is not GeoJSON: {reason}.", "Give a FeatureCollection of Features (RFC 7946)."
    ),
    "csv-damaged": Wording("The table cannot be read: {reason}.", "Save it again as CSV with quoted texts."),
}

_HEADER: dict[str, Wording] = {
    "header-missing": Wording(
        "The first row holds no column names.", "Put the WDPCA column names into row 1."
    ),
    "column-missing": Wording(
        "The column “{column_name}” is missing.", "Add a column with this name, with empty cells if need be."
    ),
    "column-missing-near": Wording(
        "The column “{column_name}” is missing; the file has “{near}”.",
        "Rename “{near}” if it is that column.",
    ),
    "column-twice": Wording("The columns “{first}” and “{second}” mean the same.", "Keep one of them."),
    "column-name-unusable": Wording(
        "The column name “{name}” is too long or holds invisible characters.",
        "Name it with at most {limit} visible characters.",
    ),
    "column-unnamed": Wording("The column number {position} has no name.", "Name it or delete it."),
    "column-renamed": Wording(
        "The column has its name of the older WDPA schema and was read as “{now}”.", "Rename it to “{now}”."
    ),
    "geometry-column-missing": Wording(
        "The table has no column with the geometry.",
        "Add a column “geometry” with WKT, or the columns “longitude” and “latitude” in degrees.",
    ),
}

_VALUE: dict[str, Wording] = {
    "row-length": Wording(
        "The row has {cells} cells, the header has {columns}.",
        "Quote cells that hold the separator, and fill or remove the rest.",
    ),
    "cell-missing": Wording("The cell is empty.", "Fill it: {meaning}."),
    "name-missing": Wording("The area has no name.", "Fill name_eng or name."),
    "number-missing": Wording(
        "The site has no number yet.",
        "Leave it empty for a new site; fill it if the site is in the database.",
    ),
    "not-a-number": Wording(
        "“{value}” is not a number.", "Write digits with a point before decimals, without units or spaces."
    ),
    "area-not-a-number": Wording(
        "“{value}” is not an area.", "Write square kilometres with a point before decimals, such as 454.39."
    ),
    "decimal-comma": Wording(
        "“{value}” can be read in two ways because of its comma.",
        "Write a point before decimals and nothing between thousands, such as {example}.",
    ),
    "not-whole": Wording("“{value}” is not a whole number.", "Write digits only."),
    "number-negative": Wording(
        "“{value}” is less than zero.", "Write zero or more, or leave the cell empty."
    ),
    "area-too-large": Wording(
        "{value} km² is more than the surface of the Earth.",
        "Write square kilometres, not hectares or metres.",
    ),
    "year-wrong": Wording(
        "“{value}” is not a year from 1700 to {this_year}.",
        "Write four digits, or 0 if the year is not known.",
    ),
    "code-unknown": Wording("“{value}” is not in the list of this column.", "Write one of: {codes}."),
    "code-unknown-near": Wording(
        "“{value}” is not in the list of this column.", "Perhaps “{near}” is meant. Write one of: {codes}."
    ),
    "code-spelling": Wording("“{value}” was read as “{meant}”.", "Write “{meant}”."),
    "country-unknown": Wording(
        "“{value}” is not a country code of three letters (ISO 3166-1 alpha-3).",
        "Write codes such as RUS, CHN or MNG, several of them with “;” between.",
    ),
    "text-too-long": Wording(
        "The text has {length} characters, more than {limit}.", "Shorten it to {limit} characters."
    ),
    "text-long-for-schema": Wording(
        "The text has {length} characters; the WDPCA schema takes {limit}.",
        "Shorten it before it is handed on.",
    ),
    "character-control": Wording(
        "The text holds the invisible character {character}.", "Delete it, or export the file again as UTF-8."
    ),
    "character-unwelcome": Wording(
        "The text holds “{character}”, which the WDPCA does not take.",
        "Write it without < > ? * and line breaks.",
    ),
    "text-damaged": Wording(
        "The text “{value}” holds a sign that stands for letters lost in an earlier conversion.",
        "Take the text from its source again.",
    ),
    "formula": Wording(
        "The text “{value}” begins like a spreadsheet formula; it was kept as text and nothing was computed.",
        "Write the value itself.",
    ),
    "part-exceeds-whole": Wording(
        "{part} is {part_value} km², more than {whole} with {whole_value} km².", "Check both areas."
    ),
    "values-disagree": Wording(
        "“{value}” does not go with {other} “{other_value}”.", "Write one of: {codes}; or change {other}."
    ),
    "duplicate": Wording(
        "The site {site_id}, parcel {site_pid}, stands already in row {first_row}.",
        "Keep one row for each site and parcel.",
    ),
}

_GEOMETRY: dict[str, Wording] = {
    "geometry-missing": Wording(
        "The row has no geometry.", "Give a polygon, or a point for a site without one."
    ),
    "geometry-empty": Wording("The geometry is empty.", "Give a polygon or a point with coordinates."),
    "geometry-type": Wording(
        "The geometry is a {kind}.", "Give a Point, MultiPoint, Polygon or MultiPolygon."
    ),
    "geometry-unreadable": Wording("The geometry cannot be read: {reason}.", "{hint}"),
    "geometry-invalid": Wording(
        "The polygon is not valid: {reason} at longitude {longitude}, latitude {latitude}.",
        "Mend the boundary there in a GIS; it is not repaired here, so that no boundary changes unseen.",
    ),
    "geometry-zero-area": Wording("The polygon has no area.", "Give a boundary that encloses the site."),
    "geometry-height": Wording(
        "The geometry has heights or measures; they were left out.", "Nothing to do if they are not needed."
    ),
    "vertices-many": Wording(
        "The polygon has {count} vertices; the WDPCA takes at most {limit}.",
        "Simplify it before it is handed on.",
    ),
    "vertices-too-many": Wording("The polygon has {count} vertices, more than {limit}.", "Simplify it."),
    "coordinate-not-finite": Wording("A coordinate is not a finite number.", "Export the geometry again."),
    "coordinate-range": Wording(
        "The position longitude {longitude}, latitude {latitude} is not on the Earth.",
        "Give degrees: longitude from -180 to 180 first, latitude from -90 to 90 second.",
    ),
    "coordinate-swapped": Wording(
        "Longitude {longitude}, latitude {latitude} is not on the Earth, and would be if exchanged.",
        "Give longitude first and latitude second.",
    ),
    "coordinate-swap-suspected": Wording(
        "The place (longitude {longitude}, latitude {latitude}) is far from {iso3}, and in it if exchanged.",
        "Give longitude first and latitude second.",
    ),
    "coordinate-pair-incomplete": Wording(
        "Only one of longitude and latitude is filled.", "Fill both, in degrees."
    ),
    "area-differs": Wording(
        "The reported area is {reported} km², the polygon has {measured} km² on the ellipsoid.",
        "Check the boundary and the area (km², not hectares).",
    ),
}

_WRITING: dict[str, Wording] = {
    "cannot-hold": Wording(
        "A Shapefile cannot hold this text: it has {length} bytes in UTF-8, and {limit} fit.",
        "Export a GeoPackage, GeoJSON or CSV file instead.",
    ),
    "name-reserved": Wording(
        "The extra column “{name}” has a name that the schema uses.", "Rename the extra column."
    ),
}

WORDINGS: Mapping[str, Wording] = {**_FILE, **_HEADER, **_VALUE, **_GEOMETRY, **_WRITING}
