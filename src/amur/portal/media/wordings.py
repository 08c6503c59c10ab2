"""The words of what can be wrong with a file: what it is, which limit, what would be right."""

from typing import Final

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from amur.formats.media.problems import MediaProblem

WORDS: Final = {
    "empty": _("The file is empty. Choose it again."),
    "svg": _("This is an SVG drawing, which may carry programs. Save it as PNG."),
    "type-not-taken": _(
        "This is a file of another type (%(found)s). Taken are JPEG, PNG, WebP, GIF and HEIC pictures, PDF "
        "documents, MP4 and MOV video, M4A and MP3 audio."
    ),
    "type-unknown": _(
        "The content of this file is of no type that is taken. Taken are JPEG, PNG, WebP, GIF and HEIC "
        "pictures, PDF documents, MP4 and MOV video, M4A and MP3 audio."
    ),
    "too-large": _("The file is larger than %(limit)s MB, the most for its type. Give a smaller one."),
    "damaged": _("The file is damaged or incomplete. Copy it again from where it comes from."),
    "too-much-work": _(
        "Opening this file takes more time or memory than a file may take. Save it anew, plainly."
    ),
    "too-many-pixels": _(
        "The picture has %(width)s × %(height)s pixels; at most %(limit)s million are taken. Save it smaller."
    ),
    "side-too-long": _("A side of the picture has %(side)s pixels; at most %(limit)s are taken."),
    "too-narrow": _(
        "The picture has %(width)s × %(height)s pixels; one side may be at most %(limit)s times the other."
    ),
    "too-many-pages": _("The document has %(pages)s pages; at most %(limit)s are taken. Split it."),
    "encrypted": _("The document is protected by a password. Save it without."),
    "not-cleanable": _(
        "Hidden data cannot be removed from this file (%(why)s). Save it anew as plain MP4 (H.264 and AAC)."
    ),
    "no-tracks": _("The file holds neither picture nor sound that can be played."),
}


def in_words(problem: MediaProblem) -> str:
    """The sentence for a person, in the language now active."""
    text = WORDS.get(problem.code)
    return str(text) % dict(problem.params) if text is not None else translated("The file cannot be taken.")
