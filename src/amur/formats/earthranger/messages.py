"""Every sentence about files of EarthRanger, by code: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping

from amur.formats.errors import Wording

WORDINGS: Mapping[str, Wording] = {
    "file-missing": Wording("There is no file {path}.", "Correct the name or the folder."),
    "json-broken": Wording("The file is no JSON: {reason}.", "Export it from EarthRanger again."),
    "json-list": Wording("The file holds no list of records.", "Export {wanted} from EarthRanger again."),
    "record-object": Wording("The record is no object.", "Export it from EarthRanger again."),
    "value-missing": Wording("There is no {name}.", "Export the record whole."),
    "value-wrong": Wording("{name} is “{value}”.", "It must be {wanted}."),
    "schema-broken": Wording(
        "The form of “{name}” cannot be read: {reason}.", "Correct its schema in EarthRanger."
    ),
    "choices-missing": Wording(
        "The form of “{name}” asks for the choices “{choices}”, which the file does not hold.",
        "Export the choices, too; the field is read without them.",
    ),
}
"""“row” is the number of the record in the file."""
