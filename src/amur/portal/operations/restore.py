"""Checking a backup and making a data folder from it. Called by `amur restore` and at the end of `backup`.

The new folder is unpacked and verified beside the old one and put in its place in one step, so that a
restore cut off at any moment leaves the old folder as it was.
"""

import ctypes
import fcntl
import os
import shutil
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
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
        if _is_filled(data):
            running = _("A server is running in {folder}. Stop it first.").format(folder=data)
            held.enter_context(data_folder.locked(data / data_folder.IN_USE, alone=True, otherwise=running))
        data.parent.mkdir(parents=True, exist_ok=True)
        fresh = data.with_name(f".{data.name}.restoring")
        held.enter_context(_emptied(fresh))
        _unpack(file, source, manifest, fresh, part(progress, 0.0, 0.9))
        progress(0.9, _("Database"))
        _restore_database(manifest, fresh)
        aside = _put_in_place(fresh, data)
    progress(1.0, _("Ready"))
    return aside


def _require_place(manifest: Manifest, data: Path, *, force: bool) -> None:
    if data.exists() and not data.is_dir():
        raise Problem(_("{folder} is a file. Choose a folder with --data FOLDER.").format(folder=data))
    if _is_filled(data) and not force:
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
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
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
        archive.sync_folder(Path(folder))


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
        database.execute("PRAGMA ignore_check_constraints = ON")  # they call functions that only Django adds
        found = database.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise Problem(_("The database in the backup is damaged: {reason}").format(reason=found))


@contextmanager
def _emptied(fresh: Path) -> Iterator[None]:
    """An empty folder, cleared of what a restore that was cut off may have left; removed at the end.

    Raises Problem when another restore is at work in it.
    """
    fresh.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(fresh, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Problem(_("Another restore is at work in {folder}.").format(folder=fresh)) from error
        try:
            for left in fresh.iterdir():
                shutil.rmtree(left) if left.is_dir() else left.unlink()
            yield
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    finally:
        os.close(handle)


def _is_filled(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _put_in_place(fresh: Path, data: Path) -> Path | None:
    """Give the new folder its name; what was there gets a name with the time.

    Both change in one step where the system can. Whenever this is cut off, each folder is whole and the
    former one is never under a name that anybody clears.
    """
    aside = None
    if _is_filled(data):
        aside = data.with_name(f"{data.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
        fresh.rename(aside)
        if not _exchange(aside, data):
            aside.rename(fresh)
            data.rename(aside)
            fresh.rename(data)
    else:
        fresh.rename(data)
    archive.sync_folder(data.parent)
    return aside


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step where the system can (Linux)."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0)
