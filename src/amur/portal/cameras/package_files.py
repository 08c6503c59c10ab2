"""Files of packages on the disk, under `<data>/cameras/packages/`: what came up, and custom resources.

A kept file is named by the hash of its content and never changed. Nothing but imports and exports of the own
office reads here.
"""

import hashlib
import re
from typing import Final

from amur.formats.files import replacing
from amur.portal.runs.uploads import Gone, Uploads

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
UPLOADS: Final = Uploads("cameras/packages")


def keep(content: bytes) -> str:
    """Store a file; its SHA-256. Raises OSError."""
    sha256 = hashlib.sha256(content).hexdigest()
    with replacing(UPLOADS.folder("kept") / sha256) as temporary:
        temporary.write_bytes(content)
    return sha256


def read(sha256: str) -> bytes:
    """A stored file. Raises Gone."""
    try:
        content = (UPLOADS.folder("kept") / sha256).read_bytes() if _SHA256.fullmatch(sha256) else b""
    except OSError as error:
        raise Gone(sha256) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Gone(sha256)
    return content
