"""Contents of statements: records of flanks and crops, one file each in `matching` of the data folder.

Files are named by their SHA-256 and kept as long as a standing statement of a round names them.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from amur.formats.files import replacing


def folder() -> Path:
    """Where contents lie; made when it is missing, for the owner of the data folder alone."""
    place = Path(settings.AMUR_DATA) / "matching"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def keep(content: bytes) -> str:
    """Keep a content; gives its hash."""
    name = hashlib.sha256(content).hexdigest()
    place = folder() / name
    if not place.exists():
        with replacing(place) as temporary:
            temporary.write_bytes(content)
    return name


def read(name: str) -> bytes | None:
    """The content behind a hash, None when it was given up."""
    try:
        return (folder() / name).read_bytes()
    except FileNotFoundError:
        return None


def forget(names: Iterable[str]) -> None:
    """Give contents up for good."""
    for name in names:
        (folder() / name).unlink(missing_ok=True)
