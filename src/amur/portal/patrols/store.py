"""Files of patrols on the disk, under `<data>/patrols/`: fixes of tracks, and what came up to be imported.

A file of fixes holds the columns `day` (number of the leg day), `line`, `longitude`, `latitude`, `wall` and
`instant` (milliseconds since 1970 by the clock of the place and in UTC, smallest number for unknown). It is
named by its SHA-256 and never changed. An upload lies in a folder with a random name until its run is over.
"""

import hashlib
import io
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from amur.formats.files import replacing

Columns = Mapping[str, NDArray[Any]]
COLUMNS: Final = ("day", "line", "longitude", "latitude", "wall", "instant")
ARRIVED_S: Final = 7 * 86_400
"""How long an upload that nobody confirms is kept."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


class Gone(Exception):
    """A file that is missing or damaged."""


def folder(name: str) -> Path:
    """A folder of the room, made when it is missing, closed to others."""
    place = Path(settings.AMUR_DATA) / "patrols" / name
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def keep_fixes(columns: Columns) -> str:
    """Store fixes, each column (n,); the SHA-256 of the file. Raises OSError."""
    out = io.BytesIO()
    arrays: dict[str, Any] = {name: columns[name] for name in COLUMNS}
    np.savez_compressed(out, **arrays)
    content = out.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder("tracks") / f"{sha256}.npz"
    if not path.exists():
        with replacing(path) as temporary:
            temporary.write_bytes(content)
    return sha256


def read_fixes(sha256: str) -> Columns:
    """The columns of a file of fixes. Raises Gone."""
    try:
        content = (folder("tracks") / f"{sha256}.npz").read_bytes() if _SHA256.fullmatch(sha256) else b""
    except OSError as error:
        raise Gone(sha256) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Gone(sha256)
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        return {name: found[name] for name in COLUMNS}


def receive(name: str, chunks: Iterable[bytes]) -> str:
    """Lay an upload aside under its own name; the token by which a run finds it. Raises OSError."""
    _forget_old()
    token = secrets.token_hex(16)
    place = folder("arrived") / token
    place.mkdir(mode=0o700)
    plain = re.sub(r"[^\w.() -]", "_", Path(name).name)[-100:].lstrip(".") or "patrol"
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
