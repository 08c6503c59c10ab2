"""Tables by station on the disk: `<data>/surveys/<SHA-256>.json.gz`, with stations, days and captures.

A name is the hash of the content, so a file is never changed; it is written under a temporary name, brought
to the disk and then renamed. Nothing but the pages of the own office reads here.
"""

import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from amur.formats.files import replacing
from amur.science.cameras import Table

_DIGITS: Final = frozenset("0123456789abcdef")


class Gone(Exception):
    """The file of a survey's tables is missing or damaged."""


def folder() -> Path:
    """Where the tables lie; made when it is missing, closed to others."""
    place = Path(settings.AMUR_DATA) / "surveys"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(sha256: str) -> Path:
    """The path of a file. Raises ValueError for what is no hash."""
    if len(sha256) != 64 or not set(sha256) <= _DIGITS:
        raise ValueError(sha256)
    return folder() / f"{sha256}.json.gz"


def keep(tables: Mapping[str, Table]) -> str:
    """Store tables; returns the SHA-256 of their file. The same ones are there once. Raises OSError."""
    document = {name: plain(table) for name, table in tables.items()}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    content = gzip.compress(text.encode(), mtime=0)
    sha256 = hashlib.sha256(content).hexdigest()
    with replacing(path_of(sha256)) as temporary:
        temporary.write_bytes(content)
    return sha256


def read(sha256: str) -> dict[str, Any]:
    """Stored tables by name, each with `columns` and `rows`. Raises `Gone`."""
    try:
        content = path_of(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Gone(sha256)
        found: dict[str, Any] = json.loads(gzip.decompress(content))
    except (OSError, EOFError, ValueError) as error:
        raise Gone(sha256) from error
    return found


def plain(table: Table) -> dict[str, Any]:
    """A table as JSON has it."""
    return {"columns": list(table.columns), "rows": [list(row) for row in table.rows]}
