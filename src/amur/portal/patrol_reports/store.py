"""Files of reports: `<data>/patrol-reports/<SHA-256>.pdf` and `.docx`, written once, never changed."""

import hashlib
import re
from pathlib import Path
from typing import Final

from django.conf import settings

from amur.formats.files import replacing

FORMS: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Gone(Exception):
    """A file that is missing or damaged."""


def _path(sha256: str, form: str) -> Path:
    place = Path(settings.AMUR_DATA) / "patrol-reports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place / f"{sha256}.{form}"


def keep(content: bytes, form: str) -> str:
    """Store a file; its SHA-256. Raises OSError."""
    sha256 = hashlib.sha256(content).hexdigest()
    with replacing(_path(sha256, form)) as temporary:
        temporary.write_bytes(content)
    return sha256


def read(sha256: str, form: str) -> bytes:
    """A stored file. Raises Gone."""
    if form not in FORMS or not _SHA256.fullmatch(sha256):
        raise Gone(sha256)
    try:
        content = _path(sha256, form).read_bytes()
    except OSError as error:
        raise Gone(sha256) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Gone(sha256)
    return content
