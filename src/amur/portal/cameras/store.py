"""Pictures of camera traps on the disk: `<data>/cameras/{originals,thumbs,previews}/<two letters>/<SHA-256>`.

All three go by the hash of the original, so a file is never changed, only added and removed. An original is
written under a temporary name, brought to the disk and renamed before a row may name it; thumbnails and
previews can be made anew and are only renamed. Nobody is served from here without `pictures`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, Literal

from django.conf import settings

Part = Literal["originals", "thumbs", "previews"]

SHA256: Final = re.compile(r"[0-9a-f]{64}")
FORGOTTEN_S: Final = 86_400
BLOCK: Final = 1 << 18
LEAST_FREE_BYTES: Final = 1 << 30
"""What must stay free on the disk: a database that cannot write loses more than a card."""


class TooLarge(Exception):
    """More bytes than may come."""


class NoRoom(Exception):
    """The disk is nearly full."""


def folder(*names: str) -> Path:
    """A folder of the store; made when it is missing, closed to others."""
    place = Path(settings.AMUR_DATA) / "cameras"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in names:
        place = place / name
        place.mkdir(mode=0o700, exist_ok=True)
    return place


def path_of(sha256: str, part: Part = "originals") -> Path:
    """The path of a file. Raises ValueError for what is no hash."""
    if not SHA256.fullmatch(sha256):
        raise ValueError(sha256)
    return folder(part) / sha256[:2] / sha256


def require_room(size: int = 0) -> None:
    """Raises NoRoom when a file of so many bytes leaves too little free."""
    if shutil.disk_usage(folder()).free - size < LEAST_FREE_BYTES:
        raise NoRoom


@contextmanager
def arriving() -> Iterator[Path]:
    """A folder for files that have no name yet; it goes with what is in it then.

    Those that a killed process left a day ago are removed, too.
    """
    place, oldest = folder("arriving"), time.time() - FORGOTTEN_S
    for left in place.iterdir():
        with suppress(OSError):
            if left.stat().st_mtime < oldest:
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=place) as fresh:
        yield Path(fresh)


def take(source: IO[bytes], place: Path, limit: int, head: bytes = b"") -> tuple[Path, str, int]:
    """Copy bytes to a new file in a folder and on the disk; gives its path, SHA-256 and size.

    `head` was read from the source already. Raises TooLarge, and OSError when the disk is full.
    """
    file, digest, size = place / secrets.token_hex(16), hashlib.sha256(), 0
    with file.open("xb", buffering=0) as out:
        chunk = head
        while chunk or (chunk := source.read(BLOCK)):
            size += len(chunk)
            if size > limit:
                raise TooLarge
            digest.update(chunk)
            out.write(chunk)
            chunk = b""
        os.fsync(out.fileno())
    return file, digest.hexdigest(), size


@contextmanager
def held() -> Iterator[None]:
    """Nobody else names or removes originals meanwhile: what a row is about to name must not go before it."""
    with (folder() / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def settle(files: Iterable[tuple[Path, str]]) -> None:
    """Give originals their names; afterwards rows may name them. To be called while the store is `held`."""
    folders = set()
    for file, sha256 in files:
        place = path_of(sha256)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        if place.exists():
            file.unlink(missing_ok=True)
        else:
            file.replace(place)
            folders.add(place.parent)
    for parent in folders:
        handle = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def put(sha256: str, part: Part, data: bytes) -> Path:
    """Store what was made of an original."""
    place = path_of(sha256, part)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    file = place.with_name(f".{secrets.token_hex(16)}")
    file.write_bytes(data)
    file.replace(place)
    return place


def discard(sha256: str) -> None:
    """Remove an original and all that was made of it."""
    parts: tuple[Part, ...] = ("originals", "thumbs", "previews")
    for part in parts:
        path_of(sha256, part).unlink(missing_ok=True)
