"""Files that wait for a decision: `<data>/imports/<random name>.<format>`, for a week at most.

Called by the import's pages and runs. The random name keeps a file from being guessed or overwritten; the
hash tells whether it is still the file of the preview.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

LIMIT_BYTES: Final = 64 << 20
KEPT_S: Final = 7 * 86_400
SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".geojson", ".json", ".gpkg", ".zip"})


class TooLarge(Exception):
    """More bytes than LIMIT_BYTES."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store: `file` is its random name, `name` what the user calls it."""

    file: str
    name: str
    sha256: str


def folder() -> Path:
    """Where the files wait; made when it is missing, closed to others."""
    place = Path(settings.AMUR_DATA) / "imports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def keep(name: str, chunks: Iterable[bytes]) -> Kept:
    """Put a file in the store. Raises TooLarge, and ValueError for an ending that names no format."""
    suffix = Path(name).suffix.casefold()
    if suffix not in SUFFIXES:
        raise ValueError(suffix)
    expire()
    file = folder() / f"{secrets.token_hex(16)}{suffix}"
    digest, size = hashlib.sha256(), 0
    try:
        with file.open("xb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > LIMIT_BYTES:
                    raise TooLarge
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return Kept(file.name, name, digest.hexdigest())


def path_of(file: str) -> Path:
    """The path of a file of the store. Raises ValueError for a name that could lead elsewhere."""
    if Path(file).name != file or file.startswith("."):
        raise ValueError(file)
    return folder() / file


def hash_of(path: Path) -> str:
    """SHA-256 of a file; of a Shapefile with all parts that lie beside it. Empty when it is gone."""
    parts = sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix.casefold() == ".shp" else [path]
    digest = hashlib.sha256()
    try:
        for part in parts:
            with part.open("rb") as opened:
                while chunk := opened.read(1 << 20):
                    digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()


def discard(file: str) -> None:
    """Remove a file of the store."""
    path_of(file).unlink(missing_ok=True)


def expire() -> None:
    """Remove files that nobody decided about in time."""
    oldest = time.time() - KEPT_S
    for file in folder().iterdir():
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
