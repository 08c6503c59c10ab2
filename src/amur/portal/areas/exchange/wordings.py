"""The messages of the import in the reader's language, by code. Called by pages and commands.

The English sentences are those of `amur.formats.wdpca` and of `messages`, word for word: the catalogues of
translations are made from this file. A test fails when a code or a sentence is missing here.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amur.portal.areas.exchange.format_wordings import OF_FORMAT

Text = str | Promise

OF_IMPORT: Final[Mapping[str, tuple[Text, Text]]] = {
    "other-office": (
        _("The area “{key}” belongs to another office ({office}), and the row would change it."),
        _("Remove the row; only that office changes its areas."),
    ),
    "key-malformed": (
        _("“{value}” is no key."),
        _("Write at most 120 small Latin letters, digits and hyphens, or leave it empty."),
    ),
    "key-not-made": (
        _("No key can be made from the name."),
        _("Write one of small Latin letters, digits and hyphens."),
    ),
    "area-twice": (
        _("The row means the area “{key}”, as row {first_row} does."),
        _("Keep one of them, or give each its own key."),
    ),
    "names-disagree": (
        _("“{value}” and {other} “{other_value}” are two names in one language."),
        _("Write the same in both."),
    ),
    "country-not-two": (
        _("The register has no country for “{value}”."),
        _("Write the codes of states, such as RUS, CHN or MNG."),
    ),
    "date-wrong": (
        _("“{value}” is no date."),
        _("Write a year, a month or a day: 2013, 2013-09 or 2013-09-20."),
    ),
    "year-disagrees": (
        _("{other} says {year}, and this cell “{value}”."),
        _("Write the same year in both columns."),
    ),
    "area-zero": (_("An area of 0 km² is no area."), _("Leave the cell empty when the area is not known.")),
    "accuracy-disagrees": (
        _("“{value}” does not go with a geometry that is a {kind}."),
        _("Write “boundary” for a polygon, and another accuracy for a point."),
    ),
    "boundary-kept": (
        _("The register has a boundary of this area and the row only a point; the boundary stays."),
        _("Nothing to do, or give the new boundary as a polygon."),
    ),
    "place-coarse": (
        _("The place was made coarse when the file was exported; the place in the register stays."),
        _("Nothing to do, or give the exact place and leave uncertainty_m empty."),
    ),
    "designation-unknown": (
        _("“{value}” is none of the designations that the register knows; its own stays."),
        _("Write the key of a designation, or have an administrator add it."),
    ),
    "parent-unknown": (
        _("There is no area “{value}” of this office that a buffer zone can belong to."),
        _("Write the key of an area that is in the register or in this file."),
    ),
    "parent-missing": (
        _("A buffer zone belongs to an area, and the cell is empty."),
        _("Write the key of that area."),
    ),
    "same-name": (
        _("The register has an area of this name already (“{key}”), and the row would make another one."),
        _("If both are the same, write this key into the column key."),
    ),
    "sources-empty": (_("The cell names no source."), _("Write one or more, with “|” between.")),
}

OF_RUN: Final[Mapping[str, tuple[Text, Text]]] = {
    "register-changed": (
        _("The register has changed since the preview was made, and the import would do something else now."),
        _("Give the file once more and look at the new preview."),
    ),
    "file-changed": (
        _("The kept file is no longer the one of the preview, or it has expired."),
        _("Give the file once more."),
    ),
    "no-right": (
        _("You may not change the areas of this office, or no longer."),
        _("Ask a data manager of the office."),
    ),
    "problems-more": (
        _("Not all messages are listed here: {count} more."),
        _("Mend those that are listed, and give the file once more."),
    ),
    "run-broken": (
        _("The program made a mistake. Nothing was changed."),
        _("Tell the people who run it; they find it in its log."),
    ),
    "run-lost": (
        _("The computer stopped while it worked. Nothing was changed."),
        _("Give the file once more."),
    ),
}

MEANINGS: Final[Mapping[str, Text]] = {
    "protected area or OECM": _("protected area or OECM"),
    "legal status": _("legal status"),
    "country or countries": _("country or countries"),
}
"""What a cell that must be filled holds: the parameter `meaning` of a message."""

HINTS: Final[Mapping[str, Text]] = {
    "Write WKT such as POLYGON ((130 48, 131 48, 131 49, 130 48)), longitude first, rings closed.": _(
        "Write WKT such as POLYGON ((130 48, 131 48, 131 49, 130 48)), longitude first, rings closed."
    ),
    "Follow RFC 7946: positions as [longitude, latitude], rings of four or more positions and closed.": _(
        "Follow RFC 7946: positions as [longitude, latitude], rings of four or more positions and closed."
    ),
    "Export the layer again.": _("Export the layer again."),
    "Close it in a GIS, so that its last position is its first.": _(
        "Close it in a GIS, so that its last position is its first."
    ),
}

ALL: Final[Mapping[str, tuple[Text, Text]]] = {**OF_FORMAT, **OF_IMPORT, **OF_RUN}


def sentences(problem: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong and what would be right, in the language now active.

    `problem` is `FormatError.as_dict()` or has at least `code`; a code without translation keeps its English.

    >>> sentences({"code": "area-zero"})[1]
    'Leave the cell empty when the area is not known.'
    """
    params = dict(problem.get("params") or {})
    if params.get("meaning") in MEANINGS:
        params["meaning"] = str(MEANINGS[params["meaning"]])
    if params.get("hint") in HINTS:
        params["hint"] = str(HINTS[params["hint"]])
    templates = ALL.get(problem["code"])
    if templates is None:
        return str(problem.get("text", "")), str(problem.get("expected", ""))
    text, expected = (str(one).format_map(params) for one in templates)
    return text, expected


def place(problem: Mapping[str, Any]) -> str:
    """Where the problem is: file, row, column, as far as they are known."""
    parts = [str(problem.get("file") or "")]
    if problem.get("row") is not None:
        parts.append(gettext("row {number}").format(number=problem["row"]))
    if problem.get("column"):
        parts.append(gettext("column {name}").format(name=problem["column"]))
    return ", ".join(part for part in parts if part)
