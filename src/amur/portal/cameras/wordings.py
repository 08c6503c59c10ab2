"""What the readers of camera-trap files say, in the reader's language, by code; and why runs were refused.

The English sentences are those of `amur.formats.camtrapdp` and of `packages`, word for word: the catalogues
of translations are made from this file. A test fails when a code or a place for a value is missing.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from amur.portal.runs.queries import PROBLEMS as RUN_PROBLEMS

Text = str | Promise

TABLES: Final[Mapping[str, Text]] = {
    "deployments": _("Deployments"),
    "media": _("Pictures and recordings"),
    "observations": _("Statements"),
}
OF_FILES: Final[Mapping[str, tuple[Text, Text]]] = {
    "package-missing": (
        _("There is no package at {path}."),
        _("Give a folder with datapackage.json, that file, or a ZIP archive."),
    ),
    "package-archive": (
        _("The archive is not opened: {reason} {member}."),
        _("Pack datapackage.json and its tables as an ordinary ZIP archive."),
    ),
    "package-json": (
        _("The file is no JSON: {reason}."),
        _("Mend the place that is named."),
    ),
    "package-object": (
        _("The file holds no JSON object."),
        _("Write {{ … }} with resources and project."),
    ),
    "package-version": (
        _("The profile “{profile}” is of no version of Camtrap DP that is read here."),
        _("Name the profile of one of the versions {versions}."),
    ),
    "package-property": (
        _("The property {name} is not there."),
        _("Add it: {wanted}."),
    ),
    "package-value": (
        _("“{value}” is no value of {name}."),
        _("Write {wanted}."),
    ),
    "resource-missing": (
        _("The resource “{name}” is not there."),
        _("Add it to resources."),
    ),
    "resource-path": (
        _("The path “{value}” of “{name}” is not opened."),
        _("Write a path inside the folder of the package, with neither .. nor an address of the web."),
    ),
    "file-missing": (
        _("There is no file {path}."),
        _("Correct the path in datapackage.json."),
    ),
    "file-unreadable": (
        _("The file cannot be read: {reason}."),
        _("Save it as CSV in UTF-8."),
    ),
    "file-too-large": (
        _("The file is larger than {limit} MB."),
        _("Leave the resource out."),
    ),
    "encoding-error": (
        _("The text from here on is not in UTF-8."),
        _("Save the file in UTF-8."),
    ),
    "blank-header": (
        _("The file has no header."),
        _("Write the names of the columns in row 1."),
    ),
    "blank-label": (
        _("Column {position} has no name."),
        _("Name it or leave the column out."),
    ),
    "duplicate-label": (
        _("Column {position} has the name of column {first}."),
        _("Keep one of them."),
    ),
    "missing-label": (
        _("There is no such column."),
        _("Add it, in the order of the standard."),
    ),
    "extra-label": (
        _("The standard has no such column."),
        _("It is kept as it is; other programs may refuse it."),
    ),
    "incorrect-label": (
        _("The columns have another order than in the standard."),
        _("Other programs expect {wanted} here."),
    ),
    "blank-row": (
        _("The row is empty."),
        _("Delete it."),
    ),
    "missing-cell": (
        _("The row has {found} cells, {wanted} are expected."),
        _("Complete the row."),
    ),
    "extra-cell": (
        _("The row has {found} cells, {wanted} are expected."),
        _("Remove what is too much; text with commas stands in quotation marks."),
    ),
    "type-error": (
        _("“{value}” is no {type}."),
        _("Write {wanted}."),
    ),
    "constraint-required": (
        _("The cell is empty."),
        _("Write {wanted}."),
    ),
    "constraint-enum": (
        _("“{value}” is not allowed here."),
        _("Write {wanted}."),
    ),
    "constraint-minimum": (
        _("{value} is less than {limit}."),
        _("Write {wanted}."),
    ),
    "constraint-maximum": (
        _("{value} is more than {limit}."),
        _("Write {wanted}."),
    ),
    "constraint-pattern": (
        _("“{value}” has not the form {pattern}."),
        "{wanted}",
    ),
    "unique-error": (
        _("“{value}” stands in row {first} already."),
        _("Give every row a value of its own."),
    ),
    "foreign-key": (
        _("“{value}” is not in {reference} of {file}."),
        _("Correct it, or add it there."),
    ),
    "start-after-end": (
        _("The start {value} is later than the end {end}."),
        _("Correct one of them."),
    ),
    "box-outside": (
        _("The box reaches {value}, beyond the picture."),
        _("Make it end at 1 or before."),
    ),
    "media-without-file": (
        _("An observation of the level media names no media file."),
        _("Write its mediaID."),
    ),
    "height-and-depth": (
        _("The camera has a height and a depth."),
        _("Keep the height on land, the depth under water."),
    ),
    "time-error": (
        _("“{value}” is no time that clocks of {zone} showed."),
        _("Write year, month, day and time, such as 2026-03-01 22:00:00."),
    ),
    "old-version": (
        _("The package has the format 0.1.6."),
        "{what}",
    ),
    "cell-too-long": (
        _("The text has {found} characters."),
        _("Write at most {most}."),
    ),
    "number-too-large": (
        _("{value} is larger than {most}."),
        _("Write a smaller number."),
    ),
    "archive-unsafe": (
        _("The archive is not opened: {reason} {member}."),
        _("Pack the files as an ordinary ZIP archive."),
    ),
    "table-lacking": (
        _("There is no file {path}."),
        _("Put it into the same folder or archive."),
    ),
}
WANTED: Final[Mapping[str, Text]] = {
    "text": _("text"),
    "any value": _("any value"),
    "a number with a point for decimals": _("a number with a point for decimals"),
    "a whole number": _("a whole number"),
    "true or false": _("true or false"),
    "date, time and offset from UTC, such as 2026-03-01T22:00:00+10:00": _(
        "date, time and offset from UTC, such as 2026-03-01T22:00:00+10:00"
    ),
}
TYPES: Final[Mapping[str, Text]] = {
    "string": _("text"),
    "number": _("number"),
    "integer": _("whole number"),
    "boolean": _("true or false"),
    "datetime": _("time with offset"),
}
OF_RUNS: Final[Mapping[str, Text]] = {
    "no-right": _("You may no longer do this for this office."),
    "project-gone": _("The project is not there any more."),
    "upload-gone": _("The file that came up is not there any more; give it again."),
    "file-gone": _("A file that came with the package is lost or damaged on this computer."),
    "nothing-released": _("Nothing of this project may be released as it is."),
    "key-taken": _("The project cannot be made: {reasons}"),
    "more": _("… and {count} more."),
    **RUN_PROBLEMS,
}


def told(problem: Mapping[str, Any]) -> str:
    """A problem of a run as a sentence with its place: file, row and column."""
    code, params = str(problem.get("code", "")), dict(problem.get("params") or {})
    if code in OF_RUNS:
        return str(OF_RUNS[code]).format_map(params)
    if code not in OF_FILES:
        return str(problem.get("text") or code)
    if "wanted" in params and code not in ("missing-cell", "extra-cell", "incorrect-label"):
        params["wanted"] = wanted(str(params["wanted"]))
    if "type" in params:
        params["type"] = TYPES.get(str(params["type"]), params["type"])
    text, expected = (str(part).format_map(params) for part in OF_FILES[code])
    return f"{place_of(problem)}: {text} {expected}"


def place_of(problem: Mapping[str, Any]) -> str:
    """Where: the file, and the row and column as far as they are known."""
    parts = [str(problem.get("file") or "")]
    if problem.get("row") is not None:
        parts.append(translated("row %(row)s") % {"row": problem["row"]})
    if problem.get("column") is not None:
        parts.append(translated("column %(column)s") % {"column": problem["column"]})
    return ", ".join(parts)


def wanted(text: str) -> str:
    """What a cell holds, in the reader's language; texts that are not known stay as they are.

    >>> wanted("a whole number of 1 or more")
    'a whole number of 1 or more'
    """
    if found := re.fullmatch(r"one of (.+)", text):
        return translated("one of %(choices)s") % {"choices": found[1]}
    if found := re.fullmatch(r"(.+) from (\S+) to (\S+)", text):
        words = {"what": WANTED.get(found[1], found[1]), "least": found[2], "most": found[3]}
        return translated("%(what)s from %(least)s to %(most)s") % words
    if found := re.fullmatch(r"(.+) of (\S+) or more", text):
        words = {"what": WANTED.get(found[1], found[1]), "least": found[2]}
        return translated("%(what)s of %(least)s or more") % words
    return str(WANTED.get(text, text))
