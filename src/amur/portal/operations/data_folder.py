"""The data folder: may it be used, is it prepared for this program. Called before Django is imported.

prepared.json   what `prepare` did last: fingerprint of the program, state of the database, demo accounts
in-use.lock     locked together by everything that serves from the folder, alone by a restore
prepare.lock    locked by the one process that prepares
"""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from amur.portal.operations import postgres
from amur.portal.operations.problems import ROOT, Problem, _

DATABASE: Final = "amur.sqlite3"
PREPARED: Final = "prepared.json"
IN_USE: Final = "in-use.lock"
PREPARE: Final = "prepare.lock"
STATIC: Final = "static"

NEEDED_BYTES: Final = 150 * 1024 * 1024


@dataclass(frozen=True)
class Prepared:
    """What `prepare` left behind. `accounts` are pairs of user name and what the person does."""

    fingerprint: str
    migrations: int
    demo: bool
    accounts: tuple[tuple[str, str], ...] = ()


def choose(folder: str | None) -> Path:
    """The data folder in use, from `--data` or AMUR_DATA; settings read it from the environment."""
    if folder:
        os.environ["AMUR_DATA"] = folder
    data = Path(os.environ.get("AMUR_DATA") or ROOT / "data").resolve()
    os.environ["AMUR_DATA"] = str(data)
    return data


def require_writable(data: Path) -> None:
    """Make the folder when it is missing. Raises Problem when nothing can be written there."""
    read_only = None
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            pass
        for read_only in data.glob(f"{DATABASE}*"):
            with read_only.open("r+b"):
                pass
    except FileExistsError as error:
        raise Problem(
            _("The data folder {folder} is a file. Choose a folder with --data FOLDER.").format(folder=data)
        ) from error
    except OSError as error:
        raise Problem(
            _(
                "{folder} cannot be written ({reason}). "
                "Start as its owner, or choose another with --data FOLDER."
            ).format(folder=read_only or data, reason=error.strerror)
        ) from error


def require_space(data: Path, needed: int = NEEDED_BYTES) -> None:
    """Raises Problem when the disk has less room than `needed` bytes."""
    free = shutil.disk_usage(data).free
    if free < needed:
        raise Problem(
            _("The disk of {folder} has {free} MB free; {needed} MB are needed.").format(
                folder=data, free=free // 2**20, needed=needed // 2**20 + 1
            )
        )


def fingerprint() -> str:
    """Names, sizes and dates of every file that decides what `prepare` makes, and the database's address."""
    digest = hashlib.sha256(f"{sys.version} {ROOT} {os.environ.get('DATABASE_URL', '')}".encode())
    for folder in (ROOT / "src" / "amur", ROOT / "locale", ROOT / "requirements"):
        for path in sorted(_files(folder)):
            known = path.stat()
            digest.update(f"{path} {known.st_size} {known.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (Path(place, name) for name in names if not name.endswith(".mo"))


def read_prepared(data: Path) -> Prepared | None:
    """What was prepared, or None when the note is missing or unreadable."""
    try:
        known = json.loads((data / PREPARED).read_text(encoding="utf-8"))
        known["accounts"] = tuple((name, duty) for name, duty in known["accounts"])
        return Prepared(**known)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_prepared(data: Path, prepared: Prepared) -> None:
    """Note what was prepared, whole or not at all."""
    fresh = data / f".{PREPARED}.new"
    fresh.write_text(json.dumps(asdict(prepared), ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(data / PREPARED)


def is_prepared(data: Path, *, demo: bool) -> bool:
    """Whether `prepare` has nothing to do: same program, same database, demonstration loaded if wanted."""
    known = read_prepared(data)
    return (
        known is not None
        and (known.demo or not demo)
        and (data / STATIC / "staticfiles.json").exists()
        and known.fingerprint == fingerprint()
        and known.migrations == count_migrations(data)
    )


def count_migrations(data: Path) -> int:
    """How many migrations the database says that it has; -1 when it does not answer."""
    query = "SELECT count(*) FROM django_migrations"
    try:
        if url := os.environ.get("DATABASE_URL"):
            import psycopg

            with psycopg.connect(postgres.plain(url), connect_timeout=5) as server:
                row = server.execute(query).fetchone()
                return int(row[0]) if row else -1
        with closing(sqlite3.connect(f"file:{data / DATABASE}?mode=ro", uri=True)) as sqlite:
            return int(sqlite.execute(query).fetchone()[0])
    except Exception:  # any failure means the same: look closer, with Django
        return -1


@contextmanager
def locked(file: Path, *, alone: bool, otherwise: str) -> Iterator[None]:
    """Hold a lock file while the block runs. Raises Problem(otherwise) when another process holds it."""
    with file.open("ab") as handle:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Problem(otherwise) from error
        try:
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_UN)
