"""Every sentence about manifests and weights of networks, by code: what is wrong, what would be right."""

from __future__ import annotations

from collections.abc import Mapping

from amur.formats.errors import Wording

WORDINGS: Mapping[str, Wording] = {
    "manifest-missing": Wording("There is no file {path}.", "Give the manifest of the network."),
    "manifest-unreadable": Wording(
        "The manifest cannot be read: {reason}.", "Save it as TOML or JSON in UTF-8."
    ),
    "manifest-kind": Wording("“{value}” is no kind of manifest.", "Its name ends in .toml or .json."),
    "manifest-needed": Wording("{name} is not there.", "Write {wanted}."),
    "manifest-value": Wording("“{value}” is no value of {name}.", "Write {wanted}."),
    "manifest-unknown": Wording("{name} is no part of a manifest.", "Leave it out or correct its name."),
    "weights-path": Wording(
        "“{value}” is no file beside the manifest.",
        "Write the name of a file in the same folder, without a path.",
    ),
    "weights-missing": Wording("There are no weights {value}.", "Put the file beside the manifest."),
    "weights-hash": Wording(
        "The SHA-256 of the weights is {found}, not that of the manifest.",
        "Take the file anew from its source, or correct sha256 if you have exported it yourself.",
    ),
    "weights-parts": Wording(
        "The weights name a second file with data.", "Export the network into one file (no external data)."
    ),
    "weights-broken": Wording(
        "The weights cannot be loaded: {reason}.", "Give a network in the ONNX format."
    ),
    "weights-input": Wording(
        "The network takes {found}, the manifest says {wanted}.", "Correct the input of the manifest."
    ),
    "weights-output": Wording(
        "The network gives {found}, which is not what “{output}” gives.", "Correct output in the manifest."
    ),
    "weights-classes": Wording(
        "The network tells {found} classes apart, the manifest names {wanted}.",
        "Name every class, in the order of the training.",
    ),
    "labels-missing": Wording("There is no file of labels {value}.", "Put it beside the manifest."),
    "labels-empty": Wording("The file holds no label.", "Write one label in each line."),
}
