"""The empty tables of SQLite, as the migrations make them: kept as a file for the next processes and runs.

The file's name says from which migrations it comes, so another state of the project never meets it. It lies in the
temporary folder; who deletes it only pays for the migrations once more. Called by the conftest file.
"""

import hashlib
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]


def template() -> Path:
    """Where the tables of this state of the project are kept."""
    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("src/amur/portal/*/migrations/*.py"), *ROOT.glob("requirements/*")]):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"amur-test-tables-{os.getuid()}"
    return folder / f"{digest.hexdigest()[:16]}.sqlite3"


def lay(name: str) -> sqlite3.Connection | None:
    """Fill the in-memory database of this name; it lives while the answer is open. None when nothing is kept."""
    try:
        kept = sqlite3.connect(f"{template().as_uri()}?mode=ro", uri=True)
    except sqlite3.OperationalError:
        return None
    memory = sqlite3.connect(name, uri=True)
    with closing(kept):
        kept.backup(memory)
    return memory


def keep(made: sqlite3.Connection) -> None:
    """Keep the tables of a fresh database, whole or not at all."""
    place = template()
    place.parent.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    os.close(handle)
    with closing(sqlite3.connect(name)) as copy:
        made.backup(copy)
    Path(name).replace(place)
