"""What is wrong with a network's files, in the reader's language, by code.

The English sentences are those of `amur.formats.detectors.messages`, word for word: the catalogues of
translations are made from this file. A test fails when a code or a place for a figure is missing.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.formats.errors import FormatError

Text = str | Promise

OF_NETWORKS: Final[Mapping[str, tuple[Text, Text]]] = {
    "manifest-missing": (
        _("There is no file {path}."),
        _("Give the manifest of the network."),
    ),
    "manifest-unreadable": (
        _("The manifest cannot be read: {reason}."),
        _("Save it as TOML or JSON in UTF-8."),
    ),
    "manifest-kind": (
        _("“{value}” is no kind of manifest."),
        _("Its name ends in .toml or .json."),
    ),
    "manifest-needed": (
        _("{name} is not there."),
        _("Write {wanted}."),
    ),
    "manifest-value": (
        _("“{value}” is no value of {name}."),
        _("Write {wanted}."),
    ),
    "manifest-unknown": (
        _("{name} is no part of a manifest."),
        _("Leave it out or correct its name."),
    ),
    "weights-path": (
        _("“{value}” is no file beside the manifest."),
        _("Write the name of a file in the same folder, without a path."),
    ),
    "weights-missing": (
        _("There are no weights {value}."),
        _("Put the file beside the manifest."),
    ),
    "weights-hash": (
        _("The SHA-256 of the weights is {found}, not that of the manifest."),
        _("Take the file anew from its source, or correct sha256 if you have exported it yourself."),
    ),
    "weights-parts": (
        _("The weights name a second file with data."),
        _("Export the network into one file (no external data)."),
    ),
    "weights-broken": (
        _("The weights cannot be loaded: {reason}."),
        _("Give a network in the ONNX format."),
    ),
    "weights-input": (
        _("The network takes {found}, the manifest says {wanted}."),
        _("Correct the input of the manifest."),
    ),
    "weights-output": (
        _("The network gives {found}, which is not what “{output}” gives."),
        _("Correct output in the manifest."),
    ),
    "weights-classes": (
        _("The network tells {found} classes apart, the manifest names {wanted}."),
        _("Name every class, in the order of the training."),
    ),
    "labels-missing": (
        _("There is no file of labels {value}."),
        _("Put it beside the manifest."),
    ),
    "labels-empty": (
        _("The file holds no label."),
        _("Write one label in each line."),
    ),
}


def sentence(problem: FormatError) -> str:
    """A problem with its place and what would be right."""
    text, expected = OF_NETWORKS[problem.code]
    said = f"{str(text).format_map(problem.params)} {str(expected).format_map(problem.params)}"
    return f"{problem.file}: {said}" if problem.file else said
