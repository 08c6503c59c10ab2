"""Files of packages on the disk, under `<data>/cameras/packages/`: what came up, and custom resources.

A kept file is named by the hash of its content and never changed. What arrives lies in a folder with a random
name until its run is over. Nothing but imports and exports of the own office reads here.
"""

import hashlib
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings

from amur.formats.files import replacing

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
ARRIVED_S: Final = 7 * 86_400
"""How long an upload that nobody confirms is kept."""


class Gone(Exception):
    """A file that is missing or damaged."""


def folder(name: str) -> Path:
    """A folder of the room, made when it is missing, closed to others."""
    place = Path(settings.AMUR_DATA) / "cameras" / "packages" / name
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def keep(content: bytes) -> str:
    """Store a file; its SHA-256. Raises OSError."""
    sha256 = hashlib.sha256(content).hexdigest()
    with replacing(folder("kept") / sha256) as temporary:
        temporary.write_bytes(content)
    return sha256


def read(sha256: str) -> bytes:
    """A stored file. Raises Gone."""
    try:
        content = (folder("kept") / sha256).read_bytes() if _SHA256.fullmatch(sha256) else b""
    except OSError as error:
        raise Gone(sha256) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Gone(sha256)
    return content


def receive(name: str, chunks: Iterable[bytes]) -> str:
    """Lay an upload aside under its own name; the token by which a run finds it. Raises OSError."""
    _forget_old()
    token = secrets.token_hex(16)
    place = folder("arrived") / token
    place.mkdir(mode=0o700)
    plain = re.sub(r"[^\w.() -]", "_", Path(name).name)[-100:].lstrip(".") or "package"
    with (place / plain).open("xb") as out:
        for chunk in chunks:
            out.write(chunk)
    return token


def arrived(token: str) -> Path:
    """The upload of a token. Raises Gone."""
    if not _TOKEN.fullmatch(token):
        raise Gone(token)
    try:
        return next(iter(sorted((folder("arrived") / token).iterdir())))
    except (OSError, StopIteration) as error:
        raise Gone(token) from error


def forget(token: str) -> None:
    """Take an upload away."""
    if _TOKEN.fullmatch(token):
        shutil.rmtree(folder("arrived") / token, ignore_errors=True)


def _forget_old() -> None:
    for place in folder("arrived").iterdir():
        if time.time() - place.stat().st_mtime > ARRIVED_S:
            shutil.rmtree(place, ignore_errors=True)
