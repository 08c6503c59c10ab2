"""Why something in a round cannot be done, in sentences. Raised by the verbs, shown by pages and commands."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.formats.errors import FormatError

SENTENCES: Final[Mapping[str, Promise]] = {
    "no-key": _("This is no key of an office. Take the whole text that the other office's key page shows."),
    "no-package": _("This is no package of a matching round. Give the file as the other office wrote it."),
    "too-large": _(
        "The package is larger than %(limit)s MiB. Ask the other office to send fewer flanks in one round."
    ),
    "wrong-recipient": _(
        "The package is sealed for another key than this office's. Ask the other office to check our key and "
        "to write the package again."
    ),
    "damaged": _(
        "The package was changed or cut off on its way. Ask for the file again; nothing was taken in."
    ),
    "wrong-sender": _(
        "The package is not signed by an office whose key somebody here has confirmed. Compare the "
        "fingerprint by telephone before you take anything from it."
    ),
    "wrong-version": _(
        "The package was written by another version of this program (%(version)s). Both offices need the "
        "same version of packages, %(expected)s."
    ),
    "wrong-round": _("The package belongs to another round or to other offices."),
    "not-allowed": _(
        "The package holds something that has no place in it (%(what)s). Ask the other office to update its "
        "program; nothing was taken in."
    ),
    "broken-chain": _(
        "Statement %(number)s of the package does not follow from the one before it. Ask for the file again; "
        "nothing was taken in."
    ),
    "gap": _(
        "The statements before number %(number)s are missing here. Take in the earlier package first, or ask "
        "the other office for a whole package of the round."
    ),
    "rolled-back": _(
        "Statement %(number)s differs from the one with this number that came earlier: the sender seems to "
        "work with an old copy of its data. End this round and begin a new one."
    ),
    "own-roll-back": _(
        "The other office has statements of ours that this centre does not know: it seems to work with an "
        "old copy of its data. End this round and begin a new one."
    ),
    "missing-blob": _("A content is missing in the package. Ask the other office for a whole package."),
    "no-own-key": _("The office has no key yet. Make one first."),
    "not-confirmed": _(
        "Nobody has compared the fingerprint of the other office yet. Nothing is sent there before that."
    ),
    "not-agreed": _(
        "No agreement in force lets the other office have this (%(what)s). What an agreement does not state "
        "is not given."
    ),
    "no-flanks": _(
        "There is no flank to ask about: none of the chosen animals has one with features and a drawn box."
    ),
    "round-ended": _("This round has ended. Begin a new one."),
    "no-crops": _("Both offices have to release their pictures of this pair before experts decide."),
    "same-expert": _(
        "The expert of the other side has the same name. Two people have to decide, one on each side."
    ),
    "not-ours": _("This is not a statement of this office, or it was taken back already."),
    "no-pair": _("This pair is not (or no longer) in the round."),
    "not-same": _("A passport is shared only when both experts say that it is the same animal."),
    "not-named": _("Say first who the animal of this visit is, on the page “Who is it”."),
    "names-place": _("This text names coordinates. Write it without."),
    "no-picture": _("The picture of a flank cannot be read here; it is not in the store or is damaged."),
}


class Refused(Exception):
    """Something that cannot be done; `str` is the sentence for people in their language."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(code)

    @classmethod
    def by(cls, error: FormatError) -> "Refused":
        """The refusal of a file."""
        return cls(error.code, **error.params)

    def __str__(self) -> str:
        if self.code == "unfit":  # said by the passports, in words already
            return str(self.params["why"])
        return str(SENTENCES[self.code]) % self.params
