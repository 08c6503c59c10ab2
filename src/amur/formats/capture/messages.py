"""Every sentence about files of capture-recapture, by code: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping

from amur.formats.errors import FileProblems, Wording
from amur.formats.texts import WORDINGS as TEXTS

WORDINGS: Mapping[str, Wording] = {
    **TEXTS,
    "file-empty": Wording("The file holds no rows.", "Write one line for each {what}."),
    "trap-columns": Wording(
        "The line has {found} columns before the slash.",
        "Write detector, easting and northing, then effort by occasion, and covariates after a slash.",
    ),
    "trap-place": Wording(
        "“{value}” is no coordinate.", "Write metres, such as 619303.2; a line of titles begins with #."
    ),
    "trap-twice": Wording(
        "The detector “{detector}” stands in row {first} already.",
        "Give every detector one line; areas that are searched (polygons) are no detectors here.",
    ),
    "trap-place-twice": Wording(
        "The detector “{detector}” stands at the place of “{other}”.", "Check the coordinates of both."
    ),
    "trap-usage": Wording(
        "“{value}” is no effort.", "Write a number of 0 or more for each occasion, 0 where it was idle."
    ),
    "trap-usage-columns": Wording(
        "The line has effort for {found} occasions, the first one for {wanted}.",
        "Give every detector effort for the same occasions.",
    ),
    "trap-usage-occasions": Wording(
        "The effort is of {found} occasions, --occasions says {wanted}.", "Leave --occasions out."
    ),
    "trap-covariates": Wording(
        "The line has {found} covariates after the slash, {wanted} are expected.",
        "Write one value without blanks, or in quotation marks, for each title; NA where it is unknown.",
    ),
    "trap-idle": Wording("The detector “{detector}” was never active.", "Check its effort."),
    "occasions-idle": Wording(
        "No detector was active on {count} occasions, occasion {first} first.", "Check the effort."
    ),
    "places-degrees": Wording(
        "The coordinates look like degrees: {easting}, {northing}.",
        "Project them to metres, such as UTM, before the analysis.",
    ),
    "places-kilometres": Wording(
        "The coordinates look like kilometres: {easting}, {northing}.",
        "Write metres: {metres} in place of the first.",
    ),
    "buffer-units": Wording(
        "The buffer of {buffer} is {times} times as wide as the array of {traps}, {width}: the coordinates "
        "look like kilometres.",
        "Write the coordinates of detectors in metres, as the buffer is.",
    ),
    "capture-columns": Wording(
        "The line has {found} columns, {wanted} are expected.",
        "Write session, individual, occasion and detector (or easting and northing), then covariates.",
    ),
    "capture-occasion": Wording(
        "“{value}” is no occasion.",
        "Write a whole number from 1; with a minus sign where the animal was not released.",
    ),
    "capture-trap": Wording(
        "The detector “{detector}” is not in {traps}.", "Correct it, or add the detector; {nearest}"
    ),
    "capture-place": Wording(
        "No detector of {traps} stands at {easting}, {northing}.",
        "Write the coordinates of a detector as they are in its file.",
    ),
    "capture-beyond": Wording(
        "The occasion {occasion} is beyond the last one of the session, {last}.",
        "Correct the occasion, the effort or --occasions.",
    ),
    "capture-idle": Wording(
        "The detector “{detector}” was idle on occasion {occasion}.",
        "Correct the detector, the occasion or the effort in {traps}.",
    ),
    "capture-twice": Wording(
        "Individual “{individual}” was detected on occasion {occasion} by detector “{detector}” "
        "in row {first} already.",
        "Leave the second line out, or analyse counts (--detector count).",
    ),
    "capture-two-traps": Wording(
        "Individual “{individual}” was caught on occasion {occasion} in row {first} already, by “{other}”.",
        "A trap holds an animal until the occasion ends: correct it, or use --detector proximity.",
    ),
    "capture-full": Wording(
        "The single-catch trap “{detector}” holds “{other}” (row {first}) on occasion {occasion}.",
        "Correct the trap or the occasion, or use --detector multi.",
    ),
    "polygon-columns": Wording(
        "The line has {found} columns.", "Write polygon, easting and northing of one corner on each line."
    ),
    "polygon-corners": Wording(
        "The polygon “{polygon}” has {count} different corners.", "Give it three or more, in their order."
    ),
    "capture-no-place": Wording(
        "The detection has no place.",
        "In searched areas write session, individual, occasion, easting and northing; titles with x y say "
        "so.",
    ),
    "capture-outside": Wording(
        "The place {easting}, {northing} lies outside all areas of {polygons}.",
        "Correct it, or draw the area that was searched.",
    ),
    "capture-found-twice": Wording(
        "Individual “{individual}” was found on occasion {occasion} in row {first} already.",
        "Leave one out, or use --detector polygon, which counts several.",
    ),
    "capture-removed": Wording(
        "Individual “{individual}” was not released after occasion {occasion} (row {first}).",
        "Remove the minus sign there, or correct the individual.",
    ),
    "capture-covariate": Wording(
        "The {name} of individual “{individual}” is {value} here and {first} before.",
        "The first one is used; correct it where it is wrong.",
    ),
    "captures-none": Wording(
        "No individual was detected.", "Check the file; without detections nothing can be fitted."
    ),
    "sessions-files": Wording(
        "There are {found} {what} and {wanted} sessions ({names}).",
        "Give one for all sessions, or one for each in the order of the file of captures; a session without "
        "detections has one line with the individual NONE.",
    ),
    "occasions-guessed": Wording(
        "The number of occasions of session {session}, {count}, is that of its last detection.",
        "Give --occasions where later occasions had no detections.",
    ),
    "mask-columns": Wording(
        "The file has the columns {columns}.",
        "Its first line names the columns: easting and northing (or x and y), then covariates.",
    ),
    "mask-row": Wording("The line has {found} columns, the first one {wanted}.", "Complete the line."),
    "mask-value": Wording("“{value}” is no coordinate.", "Write metres, such as 619303.2."),
    "mask-twice": Wording("This point stands in row {first} already.", "Leave one of them out."),
    "mask-few": Wording(
        "The mask has {count} points.", "Give a grid of points that covers every possible centre of activity."
    ),
    "mask-no-grid": Wording(
        "No grid can be seen in the points.",
        "Give a grid, or the area that a point stands for with --cell-area.",
    ),
    "mask-irregular": Wording(
        "The points are no regular grid; a point is taken for {area} ha.",
        "Give the area of a cell with --cell-area where this is not right.",
    ),
    "mask-elsewhere": Wording(
        "No detector of session {session} lies within the mask.",
        "Check that detectors and mask have the same projection, and the order of the masks.",
    ),
    "area-unreadable": Wording(
        "The layer cannot be read: {reason}.",
        "Give polygons as GeoJSON, GeoPackage or Shapefile, or a CSV mask.",
    ),
    "area-none": Wording("The layer holds no areas.", "Give polygons, not points or lines."),
    "area-shape": Wording(
        "The geometry is a {found}, not an area.", "Leave it out, or draw it as a polygon."
    ),
    "area-system": Wording(
        "The layer does not say its coordinate system.",
        "Export it with its system; GeoJSON in longitudes and latitudes is right, too.",
    ),
    "habitat-crs": Wording(
        "“{crs}” is no known coordinate system in metres.",
        "Give that of the files of detectors, such as EPSG:32652.",
    ),
    "habitat-degrees": Wording(
        "The layer is in degrees, the detectors are in metres.",
        "Give the coordinate system of the files of detectors with --crs, such as EPSG:32652.",
    ),
    "habitat-elsewhere": Wording(
        "The layer ({layer}) does not reach the mask of session {session} ({mask}).",
        "Give a layer that covers the detectors and their buffer, or the system of the files of detectors "
        "with --crs.",
    ),
    "habitat-few": Wording(
        "{count} of {all} points of the mask of session {session} lie in the habitat.",
        "Check what the layer calls habitat, or make the points closer with --nx; {least} is the least.",
    ),
    "habitat-off": Wording(
        "Detectors of session {session} outside the habitat: {count}, “{first}” first.",
        "Check the layer, and the places of the detectors.",
    ),
    "habitat-covariate": Wording(
        "The values of the layer are the covariate {name} of the mask.",
        "Use it in the formula of D where it is a measure of habitat.",
    ),
    "mask-off": Wording(
        "{count} detectors of session {session} lie off the mask, “{first}” first.",
        "Check whether they stand in places where no animal can live.",
    ),
}


class Problems(FileProblems):
    """The problems of several files, to be told together."""

    def __init__(self) -> None:
        super().__init__(WORDINGS)
