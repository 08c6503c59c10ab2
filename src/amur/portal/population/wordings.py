"""What the readers of trap, capture and mask files say, in the reader's language, by code.

The English sentences are those of `amur.formats.capture`, word for word but for options of the command line,
which are fields of a form here: the catalogues of translations are made from this file. A test fails when a
code or a place for a figure is missing.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

Text = str | Promise

OF_SURVEYS: Final[Mapping[str, tuple[Text, Text]]] = {
    "file-missing": (
        _("There is no file {path}."),
        _("Correct the name or the folder."),
    ),
    "file-unreadable": (
        _("The file cannot be read: {reason}."),
        _("Save it as text in UTF-8."),
    ),
    "file-encoding": (
        _("The file is not in UTF-8 and was read as Windows-1251."),
        _("Save it in UTF-8."),
    ),
    "file-empty": (
        _("The file holds no rows."),
        _("Write one line for each {what}."),
    ),
    "trap-columns": (
        _("The line has {found} columns before the slash."),
        _("Write detector, easting and northing, then effort by occasion, and covariates after a slash."),
    ),
    "trap-place": (
        _("“{value}” is no coordinate."),
        _("Write metres, such as 619303.2; a line of titles begins with #."),
    ),
    "trap-twice": (
        _("The detector “{detector}” stands in row {first} already."),
        _("Give every detector one line; areas that are searched (polygons) are no detectors here."),
    ),
    "trap-place-twice": (
        _("The detector “{detector}” stands at the place of “{other}”."),
        _("Check the coordinates of both."),
    ),
    "trap-usage": (
        _("“{value}” is no effort."),
        _("Write a number of 0 or more for each occasion, 0 where it was idle."),
    ),
    "trap-usage-columns": (
        _("The line has effort for {found} occasions, the first one for {wanted}."),
        _("Give every detector effort for the same occasions."),
    ),
    "trap-usage-occasions": (
        _("The effort is of {found} occasions, the field “Occasions” says {wanted}."),
        _("Leave the field empty."),
    ),
    "trap-covariates": (
        _("The line has {found} covariates after the slash, {wanted} are expected."),
        _("Write one value without blanks, or in quotation marks, for each title; NA where it is unknown."),
    ),
    "trap-idle": (
        _("The detector “{detector}” was never active."),
        _("Check its effort."),
    ),
    "occasions-idle": (
        _("No detector was active on {count} occasions, occasion {first} first."),
        _("Check the effort."),
    ),
    "places-degrees": (
        _("The coordinates look like degrees: {easting}, {northing}."),
        _("Project them to metres, such as UTM, before the analysis."),
    ),
    "capture-columns": (
        _("The line has {found} columns, {wanted} are expected."),
        _("Write session, individual, occasion and detector (or easting and northing), then covariates."),
    ),
    "capture-occasion": (
        _("“{value}” is no occasion."),
        _("Write a whole number from 1; with a minus sign where the animal was not released."),
    ),
    "capture-trap": (
        _("The detector “{detector}” is not in {traps}."),
        _("Correct it, or add the detector; {nearest}"),
    ),
    "capture-place": (
        _("No detector of {traps} stands at {easting}, {northing}."),
        _("Write the coordinates of a detector as they are in its file."),
    ),
    "capture-beyond": (
        _("The occasion {occasion} is beyond the last one of the session, {last}."),
        _("Correct the occasion, the effort or the number of occasions."),
    ),
    "capture-idle": (
        _("The detector “{detector}” was idle on occasion {occasion}."),
        _("Correct the detector, the occasion or the effort in {traps}."),
    ),
    "capture-twice": (
        _(
            "Individual “{individual}” was detected on occasion {occasion} by detector "
            "“{detector}” in row {first} already."
        ),
        _("Leave the second line out, or choose counts as the kind of detectors."),
    ),
    "capture-two-traps": (
        _(
            "Individual “{individual}” was caught on occasion {occasion} in row {first} "
            "already, by “{other}”."
        ),
        _(
            "A trap holds an animal until the occasion ends: correct it, or choose cameras as "
            "the kind of detectors."
        ),
    ),
    "capture-full": (
        _("The single-catch trap “{detector}” holds “{other}” (row {first}) on occasion {occasion}."),
        _("Correct the trap or the occasion, or choose traps that hold several animals."),
    ),
    "capture-removed": (
        _("Individual “{individual}” was not released after occasion {occasion} (row {first})."),
        _("Remove the minus sign there, or correct the individual."),
    ),
    "capture-covariate": (
        _("The {name} of individual “{individual}” is {value} here and {first} before."),
        _("The first one is used; correct it where it is wrong."),
    ),
    "captures-none": (
        _("No individual was detected."),
        _("Check the file; without detections nothing can be fitted."),
    ),
    "sessions-files": (
        _("There are {found} {what} and {wanted} sessions ({names})."),
        _(
            "Give one for all sessions, or one for each in the order of the file of captures; a"
            " session without detections has one line with the individual NONE."
        ),
    ),
    "occasions-guessed": (
        _("The number of occasions of session {session}, {count}, is that of its last detection."),
        _("Fill in the number of occasions where later ones had no detections."),
    ),
    "mask-columns": (
        _("The file has the columns {columns}."),
        _("Its first line names the columns: easting and northing (or x and y), then covariates."),
    ),
    "mask-row": (
        _("The line has {found} columns, the first one {wanted}."),
        _("Complete the line."),
    ),
    "mask-value": (
        _("“{value}” is no coordinate."),
        _("Write metres, such as 619303.2."),
    ),
    "mask-twice": (
        _("This point stands in row {first} already."),
        _("Leave one of them out."),
    ),
    "mask-few": (
        _("The mask has {count} points."),
        _("Give a grid of points that covers every possible centre of activity."),
    ),
    "mask-no-grid": (
        _("No grid can be seen in the points."),
        _("Give a grid, or the area that a point stands for."),
    ),
    "mask-irregular": (
        _("The points are no regular grid; a point is taken for {area} ha."),
        _("Give the area of a cell where this is not right."),
    ),
    "mask-elsewhere": (
        _("No detector of session {session} lies within the mask."),
        _("Check that detectors and mask have the same projection, and the order of the masks."),
    ),
    "mask-off": (
        _("{count} detectors of session {session} lie off the mask, “{first}” first."),
        _("Check whether they stand in places where no animal can live."),
    ),
    "places-kilometres": (
        _("The coordinates look like kilometres: {easting}, {northing}."),
        _("Write metres: {metres} in place of the first."),
    ),
    "buffer-units": (
        _(
            "The buffer of {buffer} is {times} times as wide as the array of {traps}, {width}: the "
            "coordinates look like kilometres."
        ),
        _("Write the coordinates of detectors in metres, as the buffer is."),
    ),
    "polygon-columns": (
        _("The line has {found} columns."),
        _("Write polygon, easting and northing of one corner on each line."),
    ),
    "polygon-corners": (
        _("The polygon “{polygon}” has {count} different corners."),
        _("Give it three or more, in their order."),
    ),
    "capture-no-place": (
        _("The detection has no place."),
        _(
            "In searched areas write session, individual, occasion, easting and northing; titles with x y "
            "say so."
        ),
    ),
    "capture-outside": (
        _("The place {easting}, {northing} lies outside all areas of {polygons}."),
        _("Correct it, or draw the area that was searched."),
    ),
    "capture-found-twice": (
        _("Individual “{individual}” was found on occasion {occasion} in row {first} already."),
        _("Leave one of them out."),
    ),
}
# English words among the figures of a sentence.
WORDS: Final[Mapping[str, Text]] = {
    "detector": _("detector"),
    "detection": _("detection"),
    "point": _("point of the mask"),
    "corner": _("corner of a polygon"),
    "files of detectors": _("files of detectors"),
    "masks": _("masks"),
    "numbers of occasions": _("numbers of occasions"),
    "areas of cells": _("areas of cells"),
}


OF_RECORDS: Final[Mapping[str, tuple[Text, Text]]] = {
    "records-rules": (
        _("From the camera records: occasions of {days} days, effort in trap days; flanks: {policy}."),
        _("Cubs are not counted."),
    ),
    "records-ghosts": (
        _("{count} animals may be others in truth (one visit, one flank, poor pictures): {names}."),
        _("Have them identified again, and let the run ask two detections of each animal."),
    ),
    "records-weak": (
        _(
            "{count} visits were given to an animal whose pictures theirs hardly match: less than even odds, "
            "or not found by the search."
        ),
        _("Look at them again: page “Who is it”, state “identified, but the pictures hardly match”."),
    ),
    "records-left-out": (
        _("The policy of flanks or idle cameras leave out {count} known animals."),
        _("Compare the result with another policy."),
    ),
}
POLICIES: Final[Mapping[str, Text]] = {
    "all": _("identities as they are given"),
    "left": _("pictures of the left flank only"),
    "right": _("pictures of the right flank only"),
    "linked": _("animals known from both flanks"),
    "minimum": _("animals known from both flanks, and those of the flank with more of them"),
}


def sentence(problem: Mapping[str, Any]) -> str:
    """Where it is, what is wrong and what would be right, in the active language.

    `problem` has `code`, `params`, `file`, `row` and `column`.
    """
    params = dict(problem["params"])
    if "what" in params:
        params["what"] = WORDS.get(params["what"], params["what"])
    if "nearest" in params:
        params["nearest"] = _nearest(str(params["nearest"]))
    nameless = not problem["file"] or problem["file"].startswith("--")
    place = [] if nameless else [problem["file"]]
    if problem["row"] is not None:
        place.append(translated("row %(row)s") % {"row": problem["row"]})
    if problem["column"] is not None:
        place.append(translated("column %(column)s") % {"column": problem["column"]})
    if "policy" in params:
        params["policy"] = POLICIES.get(params["policy"], params["policy"])
    wording = OF_RECORDS.get(problem["code"]) or OF_SURVEYS[problem["code"]]
    told = " ".join(str(one).format_map(params) for one in wording)
    return f"{', '.join(place)}: {told}" if place else told


def _nearest(words: str) -> str:
    """The end of a sentence about an unknown detector."""
    _before, quote, name = words.partition("“")
    if quote:
        return translated("the nearest is “%(name)s”.") % {"name": name.rpartition("”")[0]}
    count = "".join(character for character in words if character.isdigit())
    return translated("there are %(count)s.") % {"count": count}
