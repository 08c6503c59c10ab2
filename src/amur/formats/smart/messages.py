"""Every sentence about files of SMART, by code: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping

from amur.formats.errors import Wording

WORDINGS: Mapping[str, Wording] = {
    "file-missing": Wording("There is no file {path}.", "Correct the name or the folder."),
    "file-unreadable": Wording("The file cannot be read: {reason}.", "Export it from SMART again."),
    "file-large": Wording("The file has more than {limit} bytes.", "Export fewer patrols at a time."),
    "xml-broken": Wording("The file is no whole XML: {reason}.", "Export it from SMART again."),
    "xml-doctype": Wording(
        "The file declares a document type or an entity, which can do harm; SMART writes none.",
        "Export it from SMART again.",
    ),
    "xml-deep": Wording("Elements are nested more than {limit} deep.", "Export the file from SMART again."),
    "xml-elements": Wording("There are more than {limit} elements.", "Export fewer patrols at a time."),
    "xml-instruction": Wording(
        "The processing instruction “{name}” is not kept.", "Nothing need be done: SMART writes none."
    ),
    "root-unknown": Wording(
        "The file begins with <{name}>, which is no document of SMART.",
        "Export a patrol, a data model, a configurable model or an incident from SMART.",
    ),
    "root-namespace": Wording(
        "<{name}> is in the namespace “{found}”.", "SMART writes {wanted}; export the file from SMART."
    ),
    "root-version": Wording(
        "The version {found} of this document is not known.", "Export it in the version {wanted}."
    ),
    "root-kind": Wording("The document is a {found}.", "Give a {wanted}."),
    "element-text": Wording(
        "There is text in <{name}>: “{value}”.", "Values stand in attributes and inner elements."
    ),
    "element-inner": Wording("There are elements in <{name}>.", "It holds only text."),
    "element-unknown": Wording(
        "SMART has no <{name}> in <{parent}>, as far as is known.", "It is kept as it is and not understood."
    ),
    "attribute-unknown": Wording(
        "SMART has no attribute {name} of <{parent}>, as far as is known.",
        "It is kept as it is and not understood.",
    ),
    "element-twice": Wording("<{name}> stands twice in <{parent}>.", "Leave one of them."),
    "value-missing": Wording("<{parent}> has no {name}.", "Write {wanted}."),
    "value-wrong": Wording("“{value}” is no {wanted}.", "Write one such as {example}."),
    "place-outside": Wording(
        "{longitude} east, {latitude} north is no place on Earth.",
        "x is the longitude from -180 to 180, y the latitude from -90 to 90, in degrees.",
    ),
    "place-zero": Wording(
        "The place is 0 east, 0 north, as phones write it without a fix.", "Enter the true place in SMART."
    ),
    "dates-order": Wording("The {what} ends on {end} and begins on {start}.", "Correct one of the dates."),
    "times-order": Wording(
        "The day ends at {end} and begins at {start}.",
        "Split the leg at midnight: a day of SMART ends before 24 o'clock.",
    ),
    "day-outside": Wording(
        "The day {day} is not within the leg, {start} to {end}.", "Correct the day or the leg."
    ),
    "leg-outside": Wording(
        "The leg {leg}, {start} to {end}, is not within the patrol.", "Correct the leg or the patrol."
    ),
    "day-twice": Wording("The leg has the day {day} twice.", "Join the two."),
    "leaders": Wording("The leg {leg} has {count} leaders.", "Mark one member as the leader in SMART."),
    "member-twice": Wording(
        "{name} stands in the leg {leg} twice.", "Remove one, or person-hours count double."
    ),
    "rest-long": Wording(
        "The rest of {rest} minutes is longer than the day, {whole} minutes.", "Correct the rest."
    ),
    "key-dot": Wording("The key “{key}” of a category does not end with a dot.", "Write “{wanted}”."),
    "value-several": Wording(
        "The attribute “{key}” has values of several kinds: {kinds}.", "Leave one kind of value."
    ),
    "value-none": Wording("The attribute “{key}” has no value.", "Enter it in SMART, or leave it out."),
    "track-geometry": Wording(
        "The geometry of the track cannot be read: {reason}.",
        "Write a MultiLineString with Z as hexadecimal well-known binary.",
    ),
    "key-twice": Wording("The key “{key}” stands twice in <{parent}>.", "Each key may stand once."),
    "key-unknown": Wording(
        "The {what} “{key}” is not in the data model.", "Add it there, or map it to one that is."
    ),
    "attribute-elsewhere": Wording(
        "The attribute “{key}” is not one of the category “{category}”.",
        "Add it to the category in the data model.",
    ),
    "kind-unknown": Wording("“{value}” is no type of an attribute.", "Write one of {known}."),
    "kind-values": Wording(
        "The attribute “{key}” of the type {kind} has {what}.", "Leave them out, or correct the type."
    ),
    "kind-differs": Wording(
        "The attribute “{key}” is of the type {kind} and has the value “{value}”.", "Write {wanted}."
    ),
    "range-outside": Wording(
        "“{key}” is {value}; the data model allows {least} to {most}.", "Correct the value or the data model."
    ),
    "tree-empty": Wording("The attribute “{key}” of the type {kind} has no values.", "Add its values."),
    "reference-unknown": Wording(
        "The reference {key} leads nowhere: there is no such {what}.", "Add it, or correct the reference."
    ),
    "json-broken": Wording("The file is no JSON: {reason}.", "Send it from SMART Mobile again."),
    "json-shape": Wording(
        "{name} is {found}.", "Write {wanted}."
    ),
    "json-kind": Wording(
        "The file is neither a feature of SMART, nor a collection of them, nor a posting of the phone.",
        "Send it from SMART Mobile again.",
    ),
    "json-letters": Wording(
        "The message holds signs of control or halves of letters.", "Remove them and send it again."
    ),
}  # fmt: skip
"""“row” of a problem is the line of the file, “column” the attribute or element."""
