"""Every sentence about files of tracks, by code: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping

from amur.formats.errors import Wording
from amur.formats.smart.messages import WORDINGS as SMART

_XML = ("file-missing", "file-unreadable", "file-large", "xml-broken", "xml-doctype", "xml-deep")
WORDINGS: Mapping[str, Wording] = {
    **{code: SMART[code] for code in (*_XML, "xml-elements", "xml-instruction", "json-broken", "json-shape")},
    "format-unknown": Wording(
        "“{name}” is none of the files that are read here.", "Give GPX, KML, KMZ, GeoJSON, GeoPackage or CSV."
    ),
    "content-unknown": Wording(
        "The file begins with <{name}>, which is no {wanted}.", "Export the track again."
    ),
    "no-fixes": Wording("The file holds no fix of a track.", "Export the track with its points."),
    "fix-place": Wording(
        "“{longitude}” east, “{latitude}” north is no place.",
        "Write degrees of WGS 84: longitude from -180 to 180, latitude from -90 to 90.",
    ),
    "fix-time": Wording("“{value}” is no time.", "Write one such as 2026-03-01T08:30:00+10:00 or …Z."),
    "fix-zone": Wording(
        "The time “{value}” has no offset from UTC.",
        "Give the time zone of the place, such as Asia/Vladivostok.",
    ),
    "fix-number": Wording("“{value}” is no number.", "Write metres such as 4.5, or nothing."),
    "times-count": Wording(
        "The line has {places} places and {times} times.", "Give one time for each place, or none at all."
    ),
    "columns-missing": Wording(
        "There is no column for {what}; there are {found}.", "Name the columns, or call them {wanted}."
    ),
    "row-columns": Wording("The line has {found} values, the titles {wanted}.", "Complete the line."),
    "archive": Wording("The archive is not opened: {reason}.", "Give the KML that is in it."),
    "layer-unsafe": Wording(
        "The layer “{layer}” is computed when it is read.", "Save it as a plain table of a GeoPackage."
    ),
    "layer-none": Wording("The file has no layer of points.", "Save the fixes as points with their time."),
    "layer-crs": Wording("The coordinates are in {found}.", "Save the layer in WGS 84 (EPSG:4326)."),
}
"""“row” is the line of a text or an XML file, elsewhere the number of the feature."""
