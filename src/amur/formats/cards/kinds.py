"""Which files of a card are taken, by their content: JPEG and PNG pictures, MP4, MOV and AVI videos."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from amur.formats.media.kinds import type_of
from amur.formats.media.problems import MediaProblem

_MB: Final = 1_000_000
LIMITS: Final = {
    "image/jpeg": 60 * _MB,
    "image/png": 60 * _MB,
    "video/mp4": 4_000 * _MB,
    "video/quicktime": 4_000 * _MB,
    "video/x-msvideo": 4_000 * _MB,
}
"""Most bytes of a file, by its type."""
ENDINGS: Final = {
    "image/jpeg": ("jpg", "jpeg", "jpe"),
    "image/png": ("png",),
    "video/mp4": ("mp4", "m4v", "mov"),
    "video/quicktime": ("mov", "qt"),
    "video/x-msvideo": ("avi",),
}
LARGEST: Final = max(LIMITS.values())


def card_type(head: bytes, name: str) -> str:
    """The type of a file by its first bytes. Raises MediaProblem for others, and for a name of another type.

    >>> card_type(b"RIFF\\x00\\x00\\x00\\x00AVI LIST", "DCIM/100/IMG_0001.AVI")
    'video/x-msvideo'
    >>> card_type(b"\\xff\\xd8\\xff\\xe1", "IMG_0001.PNG")
    Traceback (most recent call last):
    ...
    amur.formats.media.problems.MediaProblem: wrong-ending (ending=png, found=image/jpeg)
    """
    if not head:
        raise MediaProblem("empty")
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        found = "video/x-msvideo"
    else:
        try:
            found = type_of(head).media_type
        except MediaProblem as problem:
            raise MediaProblem("not-a-card-file", found=str(problem.params.get("found", "?"))) from problem
    if found not in LIMITS:
        raise MediaProblem("not-a-card-file", found=found)
    ending = PurePosixPath(name).suffix[1:].lower()
    if ending not in ENDINGS[found]:
        raise MediaProblem("wrong-ending", ending=ending, found=found)
    return found
