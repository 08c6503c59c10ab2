"""Files of patrols on the disk, under `<data>/patrols/`: fixes of tracks, and what came up to be imported.

A file of fixes holds the columns `day` (number of the leg day), `line`, `longitude`, `latitude`, `wall` and
`instant` (milliseconds since 1970 by the clock of the place and in UTC, smallest number for unknown). It is
named by its SHA-256 and never changed.
"""

import hashlib
import io
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from amur.formats.files import replacing
from amur.portal.runs.uploads import Gone, Uploads

Columns = Mapping[str, NDArray[Any]]
COLUMNS: Final = ("day", "line", "longitude", "latitude", "wall", "instant")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
UPLOADS: Final = Uploads("patrols")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for what lives as long as one piece of work."""
    with tempfile.TemporaryDirectory(dir=UPLOADS.folder("reading")) as name:
        yield Path(name)


def keep_fixes(columns: Columns) -> str:
    """Store fixes, each column (n,); the SHA-256 of the file. Raises OSError."""
    out = io.BytesIO()
    arrays: dict[str, Any] = {name: columns[name] for name in COLUMNS}
    np.savez_compressed(out, **arrays)
    content = out.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    path = UPLOADS.folder("tracks") / f"{sha256}.npz"
    if not path.exists():
        with replacing(path) as temporary:
            temporary.write_bytes(content)
    return sha256


def read_fixes(sha256: str) -> Columns:
    """The columns of a file of fixes. Raises Gone."""
    try:
        content = (
            (UPLOADS.folder("tracks") / f"{sha256}.npz").read_bytes() if _SHA256.fullmatch(sha256) else b""
        )
    except OSError as error:
        raise Gone(sha256) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Gone(sha256)
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        return {name: found[name] for name in COLUMNS}
