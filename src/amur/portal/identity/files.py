"""Features and tables of vectors on the disk: `<data>/identity/<part>/<two letters>/<SHA-256>`.

A name is the hash of the content, so a file is never changed; it is written under a temporary name, brought
to the disk and then renamed. Rows name them; nothing but runs and the pages of the own office reads here.
"""

import hashlib
import re
from pathlib import Path
from typing import Final, Literal

from django.conf import settings

from amur.formats.files import replacing

Part = Literal["features", "vectors"]
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Gone(Exception):
    """A file is missing or damaged."""


def path_of(part: Part, sha256: str) -> Path:
    """The path of a file. Raises ValueError for what is no hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(sha256)
    return Path(settings.AMUR_DATA) / "identity" / part / sha256[:2] / sha256


def keep(part: Part, content: bytes) -> str:
    """Store bytes; returns their SHA-256. The same content is there once. Raises OSError."""
    sha256 = hashlib.sha256(content).hexdigest()
    place = path_of(part, sha256)
    if place.exists():
        return sha256
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(place) as temporary:
        temporary.write_bytes(content)
    return sha256


def read(part: Part, sha256: str) -> bytes:
    """The bytes of a stored file. Raises `Gone`."""
    try:
        content = path_of(part, sha256).read_bytes()
    except OSError as error:
        raise Gone(sha256) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Gone(sha256)
    return content
