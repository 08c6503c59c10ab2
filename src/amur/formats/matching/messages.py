"""What can be wrong with a key or a package of a round, in sentences. The portal translates by code."""

from __future__ import annotations

from typing import Final

from amur.formats.errors import FormatError, Wording

WORDINGS: Final = {
    "no-key": Wording(
        "This is no key of an office.", "Take the whole text that the other office's key page shows."
    ),
    "no-package": Wording(
        "This is no package of a matching round.", "Give the file as the other office wrote it."
    ),
    "too-large": Wording(
        "The package is larger than {limit} MiB.", "Ask the other office to send fewer flanks in one round."
    ),
    "wrong-recipient": Wording(
        "The package is sealed for another key than this office's.",
        "Ask the other office to check our key and to write the package again.",
    ),
    "damaged": Wording(
        "The package was changed or cut off on its way.", "Ask for the file again; nothing was taken in."
    ),
    "wrong-sender": Wording(
        "The package is not signed by the office that it should come from.",
        "Compare the fingerprint of the sender's key by telephone before you take anything from it.",
    ),
    "wrong-version": Wording(
        "The package was written by another version of this program ({version}).",
        "Both offices need the same version of packages, {expected}.",
    ),
    "wrong-round": Wording(
        "The package belongs to another round or to other offices.",
        "Take it in on the page of its own round.",
    ),
    "not-allowed": Wording(
        "The package holds something that has no place in it: {what}.",
        "Ask the other office to update its program; nothing was taken in.",
    ),
    "broken-chain": Wording(
        "Statement {number} does not follow from the one before it.",
        "Ask for the file again; nothing was taken in.",
    ),
    "gap": Wording(
        "The statements before number {number} are missing here.",
        "Ask the other office for a whole package of the round, from its first statement on.",
    ),
    "rolled-back": Wording(
        "Statement {number} differs from the one with this number that came earlier.",
        "The sender seems to work with an old copy of its data; end this round and begin a new one.",
    ),
    "missing-blob": Wording(
        "The content of statement {number} is not in the package.",
        "Ask for a whole package of the round.",
    ),
}


def refusal(code: str, file: str = "package", **params: object) -> FormatError:
    """Why a file is not taken in.

    >>> print(refusal("gap", "round.amr", number=4))
    round.amr: The statements before number 4 are missing here. Ask the other office for a whole package \
of the round, from its first statement on.
    """
    return FormatError(code, WORDINGS[code], params, file=file)
