"""Every sentence about Camtrap DP packages, by code: what is wrong, and what would be right.

The codes of rows, headers and cells are those of the Frictionless standard, so that two checks of a package
can be held against one another.
"""

from __future__ import annotations

from collections.abc import Mapping

from amur.formats.errors import LISTED_PROBLEMS, FileProblems, Wording

WORDINGS: Mapping[str, Wording] = {
    "package-missing": Wording(
        "There is no package at {path}.", "Give a folder with datapackage.json, that file, or a ZIP archive."
    ),
    "package-archive": Wording(
        "The archive is not opened: {reason} {member}.",
        "Pack datapackage.json and its tables as an ordinary ZIP archive.",
    ),
    "package-json": Wording("The file is no JSON: {reason}.", "Mend the place that is named."),
    "package-object": Wording("The file holds no JSON object.", "Write {{ … }} with resources and project."),
    "package-version": Wording(
        "The profile “{profile}” is of no version of Camtrap DP that is read here.",
        "Name the profile of one of the versions {versions}.",
    ),
    "package-property": Wording("The property {name} is not there.", "Add it: {wanted}."),
    "package-value": Wording("“{value}” is no value of {name}.", "Write {wanted}."),
    "resource-missing": Wording("The resource “{name}” is not there.", "Add it to resources."),
    "resource-path": Wording(
        "The path “{value}” of “{name}” is not opened.",
        "Write a path inside the folder of the package, with neither .. nor an address of the web.",
    ),
    "file-missing": Wording("There is no file {path}.", "Correct the path in datapackage.json."),
    "file-unreadable": Wording("The file cannot be read: {reason}.", "Save it as CSV in UTF-8."),
    "file-too-large": Wording("The file is larger than {limit} MB.", "Leave the resource out."),
    "encoding-error": Wording("The text from here on is not in UTF-8.", "Save the file in UTF-8."),
    "blank-header": Wording("The file has no header.", "Write the names of the columns in row 1."),
    "blank-label": Wording("Column {position} has no name.", "Name it or leave the column out."),
    "duplicate-label": Wording("Column {position} has the name of column {first}.", "Keep one of them."),
    "missing-label": Wording("There is no such column.", "Add it, in the order of the standard."),
    "extra-label": Wording(
        "The standard has no such column.", "It is kept as it is; other programs may refuse it."
    ),
    "incorrect-label": Wording(
        "The columns have another order than in the standard.", "Other programs expect {wanted} here."
    ),
    "blank-row": Wording("The row is empty.", "Delete it."),
    "missing-cell": Wording("The row has {found} cells, {wanted} are expected.", "Complete the row."),
    "extra-cell": Wording(
        "The row has {found} cells, {wanted} are expected.",
        "Remove what is too much; text with commas stands in quotation marks.",
    ),
    "type-error": Wording("“{value}” is no {type}.", "Write {wanted}."),
    "constraint-required": Wording("The cell is empty.", "Write {wanted}."),
    "constraint-enum": Wording("“{value}” is not allowed here.", "Write {wanted}."),
    "constraint-minimum": Wording("{value} is less than {limit}.", "Write {wanted}."),
    "constraint-maximum": Wording("{value} is more than {limit}.", "Write {wanted}."),
    "constraint-pattern": Wording("“{value}” has not the form {pattern}.", "{wanted}"),
    "unique-error": Wording("“{value}” stands in row {first} already.", "Give every row a value of its own."),
    "foreign-key": Wording("“{value}” is not in {reference} of {file}.", "Correct it, or add it there."),
    "start-after-end": Wording("The start {value} is later than the end {end}.", "Correct one of them."),
    "box-outside": Wording("The box reaches {value}, beyond the picture.", "Make it end at 1 or before."),
    "media-without-file": Wording(
        "An observation of the level media names no media file.", "Write its mediaID."
    ),
    "height-and-depth": Wording(
        "The camera has a height and a depth.", "Keep the height on land, the depth under water."
    ),
    "time-error": Wording(
        "“{value}” is no time that clocks of {zone} showed.",
        "Write year, month, day and time, such as 2026-03-01 22:00:00.",
    ),
    "old-version": Wording("The package has the format 0.1.6.", "{what}"),
}


class Problems(FileProblems):
    """The problems of the files of a package, to be told together."""

    def __init__(self, limit: int = LISTED_PROBLEMS) -> None:
        super().__init__(WORDINGS, limit)
