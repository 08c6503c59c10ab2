"""Checking a backup and making a data folder from it. Called by `amur restore` and at the end of `backup`.

The new folder is unpacked and verified beside the old one and put in its place in one step, so that a
restore cut off at any moment leaves the old folder as it was.
"""

import ctypes
import os
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from amur.portal.operations import archive, data_folder, postgres
from amur.portal.operations.archive import FILES, POSTGRES, SQLITE, Manifest, Member
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Progress, part

RENAME_EXCHANGE: Final = 2
AT_FDCWD: Final = -100
SPARE_BYTES: Final = 64 * 1024 * 1024


def check(file: Path, progress: Progress) -> Manifest:
    """Read every byte of a backup. Raises Problem naming the first file that is not as it was written."""
    with archive.opened(file) as (source, manifest):
        _read_all(file, source, manifest, lambda name: None, progress)
    return manifest


def restore(file: Path, data: Path, *, force: bool, progress: Progress) -> Path | None:
    """Make the data folder from a backup; returns where the former folder lies now, if there was one.

    Raises Problem, and changes nothing, when the backup is damaged or from another kind of database, the
    folder is not empty (without `force`), a server runs in it, or the disk is too small.
    """
    with archive.opened(file) as (source, manifest), ExitStack() as held:
        _require_place(manifest, data, force=force)
        if data.is_dir() and any(data.iterdir()):
            running = _("A server is running in {folder}. Stop it first.").format(folder=data)
            held.enter_context(data_folder.locked(data / data_folder.IN_USE, alone=True, otherwise=running))
        data.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{data.name}.restoring-", dir=data.parent))
        try:
            _unpack(file, source, manifest, fresh, part(progress, 0.0, 0.9))
            progress(0.9, _("Database"))
            _restore_database(manifest, fresh)
            aside = _put_in_place(fresh, data)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    progress(1.0, _("Ready"))
    return aside


def _require_place(manifest: Manifest, data: Path, *, force: bool) -> None:
    if data.exists() and not data.is_dir():
        raise Problem(_("{folder} is a file. Choose a folder with --data FOLDER.").format(folder=data))
    if data.is_dir() and any(data.iterdir()) and not force:
        raise Problem(
            _("{folder} is not empty. Choose another folder, or put it aside with --force.").format(
                folder=data
            )
        )
    if data.is_mount():
        raise Problem(
            _(
                "{folder} is a mount point, which cannot be exchanged. Restore into a folder inside it."
            ).format(folder=data)
        )
    if manifest.is_postgres != bool(os.environ.get("DATABASE_URL")):
        raise Problem(
            _("This backup holds a PostgreSQL database. Set DATABASE_URL to an empty database for it.")
            if manifest.is_postgres
            else _("This backup holds an embedded database. Unset DATABASE_URL to restore it.")
        )
    around = next(folder for folder in data.parents if folder.is_dir())
    data_folder.require_space(around, manifest.size + SPARE_BYTES)


def _read_all(
    file: Path,
    source: zipfile.ZipFile,
    manifest: Manifest,
    target_of: Callable[[str], IO[bytes] | None],
    progress: Progress,
) -> None:
    done = 0
    for name, member in manifest.members.items():
        progress(done / (manifest.size or 1), _("Verifying"))
        target = target_of(name)
        try:
            with source.open(name) as packed:
                found = archive.copy_hashing(packed, target)
            if target is not None:
                target.flush()
                os.fsync(target.fileno())
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError) as error:
            if isinstance(error, OSError) and error.errno is not None and not isinstance(error, EOFError):
                raise
            raise archive.damaged(file, _("{name} is altered").format(name=name)) from error
        except zipfile.zlib.error as error:  # type: ignore[attr-defined]  # zipfile hands it through
            raise archive.damaged(file, _("{name} is altered").format(name=name)) from error
        finally:
            if target is not None:
                target.close()
        if found != (member.size, member.sha256):
            raise archive.damaged(file, _("{name} is altered").format(name=name))
        done += member.size


def _unpack(file: Path, source: zipfile.ZipFile, manifest: Manifest, fresh: Path, progress: Progress) -> None:
    def target_of(name: str) -> IO[bytes]:
        path = _place(fresh, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode(manifest.members[name]))
        return os.fdopen(handle, "wb")

    _read_all(file, source, manifest, target_of, progress)
    for folder, _folders, _names in os.walk(fresh, topdown=False):
        _sync_folder(Path(folder))


def _place(fresh: Path, name: str) -> Path:
    if name == SQLITE:
        return fresh / data_folder.DATABASE
    return fresh / ".database.pgdump" if name == POSTGRES else fresh / name.removeprefix(FILES)


def _mode(member: Member) -> int:
    """Permissions of the owner and of readers: never executable, never writable by others."""
    return (member.mode & 0o644) | 0o600


def _restore_database(manifest: Manifest, fresh: Path) -> None:
    if manifest.is_postgres:
        dump = fresh / ".database.pgdump"
        postgres.load(os.environ["DATABASE_URL"], dump)
        dump.unlink()
        return
    with closing(sqlite3.connect(fresh / data_folder.DATABASE)) as database:
        found = database.execute("PRAGMA quick_check").fetchone()[0]
    if found != "ok":
        raise Problem(_("The database in the backup is damaged: {reason}").format(reason=found))


def _put_in_place(fresh: Path, data: Path) -> Path | None:
    """Exchange the folders in one step; the former one gets a name with the time."""
    aside = None
    fresh.chmod(0o700)
    if data.is_dir() and any(data.iterdir()):
        aside = data.with_name(f"{data.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        if _exchange(fresh, data):
            fresh.rename(aside)
        else:
            data.rename(aside)
            fresh.rename(data)
    else:
        fresh.rename(data)
    _sync_folder(data.parent)
    return aside


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step where the system can (Linux)."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
