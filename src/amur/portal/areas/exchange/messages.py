"""What the import says beyond the messages of the format: English sentences by code.

`wordings` has their translations together with those of the format; a test holds the tables together.
"""

from collections.abc import Mapping
from typing import Final

from amur.formats.errors import Wording
from amur.formats.wdpca import WORDINGS

OWN: Final[Mapping[str, Wording]] = {
    "other-office": Wording(
        "The area “{key}” belongs to another office ({office}), and the row would change it.",
        "Remove the row; only that office changes its areas.",
    ),
    "key-malformed": Wording(
        "“{value}” is no key.",
        "Write at most 120 small Latin letters, digits and hyphens, or leave it empty.",
    ),
    "key-not-made": Wording(
        "No key can be made from the name.", "Write one of small Latin letters, digits and hyphens."
    ),
    "area-twice": Wording(
        "The row means the area “{key}”, as row {first_row} does.",
        "Keep one of them, or give each its own key.",
    ),
    "names-disagree": Wording(
        "“{value}” and {other} “{other_value}” are two names in one language.", "Write the same in both."
    ),
    "country-not-two": Wording(
        "The register has no country for “{value}”.", "Write the codes of states, such as RUS, CHN or MNG."
    ),
    "date-wrong": Wording(
        "“{value}” is no date.", "Write a year, a month or a day: 2013, 2013-09 or 2013-09-20."
    ),
    "year-disagrees": Wording(
        "{other} says {year}, and this cell “{value}”.", "Write the same year in both columns."
    ),
    "area-zero": Wording("An area of 0 km² is no area.", "Leave the cell empty when the area is not known."),
    "accuracy-disagrees": Wording(
        "“{value}” does not go with a geometry that is a {kind}.",
        "Write “boundary” for a polygon, and another accuracy for a point.",
    ),
    "boundary-kept": Wording(
        "The register has a boundary of this area and the row only a point; the boundary stays.",
        "Nothing to do, or give the new boundary as a polygon.",
    ),
    "place-coarse": Wording(
        "The place was made coarse when the file was exported; the place in the register stays.",
        "Nothing to do, or give the exact place and leave uncertainty_m empty.",
    ),
    "designation-unknown": Wording(
        "“{value}” is none of the designations that the register knows; its own stays.",
        "Write the key of a designation, or have an administrator add it.",
    ),
    "parent-unknown": Wording(
        "There is no area “{value}” of this office that a buffer zone can belong to.",
        "Write the key of an area that is in the register or in this file.",
    ),
    "parent-missing": Wording(
        "A buffer zone belongs to an area, and the cell is empty.", "Write the key of that area."
    ),
    "same-name": Wording(
        "The register has an area of this name already (“{key}”), and the row would make another one.",
        "If both are the same, write this key into the column key.",
    ),
    "sources-empty": Wording("The cell names no source.", "Write one or more, with “|” between."),
}
WORDINGS_OF_IMPORT: Final[Mapping[str, Wording]] = {**WORDINGS, **OWN}
