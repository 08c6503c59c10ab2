"""Finished files of issues: `<data>/newsletter/<SHA-256>.pdf`. Written by `tasks`, read by `views`.

A name is the hash of the content. A file is written under a temporary name, brought to the disk and renamed:
whoever is killed in between leaves no half file under a good name.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Final

from django.conf import settings

SHA256: Final = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    """Where the files lie; made when it is missing, closed to others."""
    place = Path(settings.AMUR_DATA) / "newsletter"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(sha256: str) -> Path:
    """The path of a file. Raises ValueError for what is no hash."""
    if not SHA256.fullmatch(sha256):
        raise ValueError(sha256)
    return folder() / f"{sha256}.pdf"


def keep(content: bytes) -> str:
    """Store a file; gives its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    place = path_of(sha256)
    fresh = folder() / f"{secrets.token_hex(8)}.new"
    with fresh.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return sha256


def discard_all_but(named: Collection[str]) -> int:
    """Remove the files whose hash is not among these; gives how many."""
    left = [file for file in folder().glob("*.pdf") if file.stem not in named]
    for file in left:
        file.unlink(missing_ok=True)
    return len(left)
