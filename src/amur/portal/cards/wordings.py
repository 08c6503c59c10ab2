"""The words of what is wrong with files of a card, with a card, and with its clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from amur.portal.media.wordings import WORDS as OF_MEDIA
from amur.portal.runs.queries import PROBLEMS as OF_RUNS

WORDS: Final = {
    **{
        code: OF_MEDIA[code] for code in ("empty", "too-large", "damaged", "too-many-pixels", "side-too-long")
    },
    "too-narrow": OF_MEDIA["too-narrow"],
    "too-much-work": _(
        "Opening this file takes more time or memory than a file may take. It may be damaged; look at it on "
        "the camera."
    ),
    "no-tracks": _("The video holds no pictures. Look at it on the camera."),
    "not-a-card-file": _(
        "The content is neither a picture nor a video of a camera trap (found: %(found)s). Taken are JPEG "
        "and PNG pictures, MP4, MOV and AVI videos."
    ),
    "wrong-ending": _(
        "The name ends in “%(ending)s”, but the content is %(found)s. Give the file the ending of its "
        "content."
    ),
    "two-in-one": _(
        "Behind the end of the picture stands another file, such as a program or an archive. Copy the "
        "picture from the card again."
    ),
    "unreadable": _("The file cannot be read from the card. Copy the card to a folder and read that."),
    "passed-hidden": _("Hidden files are passed over."),
    "passed-system": _("Files that a system leaves on cards are passed over."),
    "passed-link": _("Links are not followed. Put the file itself in their place."),
    "passed-special": _("This is no plain file, or a name stands twice."),
    "passed-too-deep": _("The folder lies too deep. Take a folder nearer to the pictures."),
    "passed-name": _("The name leads out of the card, is too long or has characters that cannot be shown."),
    "passed-unpacks-too-large": _("The file unpacks to more than a hundred times its size. Pack it anew."),
    "passed-encrypted": _("The file is protected by a password. Pack it without."),
    "no-folder": _("There is no folder %(name)s."),
    "no-archive": _("This is no ZIP archive, or it is damaged. Pack the folder of the card again."),
    "too-many-files": _("The card has %(count)s files; at most %(limit)s are taken. Take it in parts."),
    "disk-full": _("The disk is nearly full. Nothing is lost; make room and read the card again."),
    "no-right": _("You have no right to bring pictures into this office."),
    **OF_RUNS,
}
UNREADY: Final = {
    "reading": _("The card is being read. Wait until that is done, or cancel it."),
    "unread": _("Files wait to be uploaded or read. Read them first, or remove the card and begin anew."),
    "nothing": _("No picture with a time is there to bring in."),
    "finished": _("The card is finished already."),
}
SUSPICIONS: Final = {
    "reset": _("The clock began anew in the middle of the card, as after empty batteries."),
    "wrong-year": _("The times lie in a wrong year."),
    "early": _("Times lie before the start of the deployment."),
    "late": _("Times lie after the end of the deployment."),
    "backwards": _("Times step back in the order of the files."),
    "night-at-noon": _("Pictures in infrared light lie around noon: the clock is half a day wrong."),
}
CORRECTIONS: Final = {
    "offset": _("Shift by a fixed time"),
    "drift": _("Stretch between two known moments"),
    "year": _("Put the right year"),
    "reset": _("Let the times after the new beginning end with the deployment"),
    "light": _("Shift by half a day"),
}


def in_words(problem: Mapping[str, Any]) -> str:
    """The sentence of a stored problem, in the language now active."""
    text = WORDS.get(problem["code"])
    if text is None:
        return translated("The file cannot be taken.")
    params = dict(problem.get("params") or {})
    return str(text) % params if params else str(text)
