"""The bytes of files: `<data>/media/files/<two letters>/<SHA-256>`, originals and served copies alike.

A name is the hash of the content, so a file is never changed, only added and removed. It is written under a
temporary name, brought to the disk and then renamed: whoever is killed in between leaves no half file.
"""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.conf import settings

TEMPORARY: Final = "arriving"
FORGOTTEN_S: Final = 86_400
SHA256: Final = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    """Where the files lie; made when it is missing, closed to others."""
    place = Path(settings.AMUR_DATA) / "media" / "files"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(sha256: str) -> Path:
    """The path of a file. Raises ValueError for what is no hash."""
    if not SHA256.fullmatch(sha256):
        raise ValueError(sha256)
    return folder() / sha256[:2] / sha256


def arriving() -> Path:
    """A fresh temporary name in the store; what was left there for a day is removed."""
    place = folder() / TEMPORARY
    place.mkdir(mode=0o700, exist_ok=True)
    oldest = time.time() - FORGOTTEN_S
    for file in place.iterdir():
        with suppress(OSError):
            if file.stat().st_mtime < oldest:
                file.unlink()
    return place / secrets.token_hex(16)


def write(chunks: Iterable[bytes], limit: int) -> tuple[Path, str, int]:
    """Write a temporary file; gives its path, SHA-256 and size. Raises OverflowError beyond `limit` bytes."""
    file, digest, size = arriving(), hashlib.sha256(), 0
    try:
        with file.open("xb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise OverflowError(limit)
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return file, digest.hexdigest(), size


def settle(file: Path, sha256: str) -> Path:
    """Give a temporary file its name. The same content is there once, however often it comes."""
    place = path_of(sha256)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    if place.exists():
        os.utime(place)  # somebody is about to name it: no sweep may take it now
        file.unlink(missing_ok=True)
        return place
    file.replace(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return place


def keep(chunks: Iterable[bytes], limit: int) -> tuple[str, int]:
    """Store bytes; gives their SHA-256 and size. Raises OverflowError beyond `limit` bytes."""
    file, sha256, size = write(chunks, limit)
    settle(file, sha256)
    return sha256, size


def read(sha256: str, start: int, length: int, block: int = 1 << 16) -> Iterator[bytes]:
    """Bytes of a stored file from `start`, `length` of them, in blocks."""
    with path_of(sha256).open("rb") as opened:
        opened.seek(start)
        while length > 0 and (chunk := opened.read(min(block, length))):
            length -= len(chunk)
            yield chunk


def discard(sha256: str) -> None:
    """Remove a stored file."""
    path_of(sha256).unlink(missing_ok=True)


def unnamed(named: Collection[str]) -> list[str]:
    """Stored files, older than a day, whose hash is not among these: left by uploads that were given up."""
    oldest = time.time() - FORGOTTEN_S
    return [
        path.name
        for path in folder().glob("??/*")
        if path.name not in named and SHA256.fullmatch(path.name) and path.stat().st_mtime < oldest
    ]
