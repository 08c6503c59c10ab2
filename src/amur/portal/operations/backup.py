"""Backing up a data folder and its database into one file while the site runs. Called by `amur backup`."""

import hashlib
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from amur.portal.operations import archive, data_folder, postgres
from amur.portal.operations.archive import FILES, POSTGRES, SQLITE, Manifest, Member
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Progress, part
from amur.portal.operations.restore import check

PACKED_ALREADY: Final = {".avif", ".gz", ".heic", ".jpeg", ".jpg", ".mp4", ".png", ".webp", ".woff2", ".zip"}


@dataclass(frozen=True)
class Made:
    """A finished backup: number of files in it, bytes, and the hash to keep elsewhere."""

    files: int
    size: int
    sha256: str


def backup(data: Path, target: Path, progress: Progress) -> Made:
    """Write database, media and keys into `target`, read it back, and only then give it its name.

    The database is one consistent state although others go on writing. Files are read after the database, so
    every file that the database names is there. Raises Problem when the target exists, lies in the data
    folder, or does not read back as it was written.
    """
    _require_target(data, target)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    part_file = Path(name)
    try:
        with (
            os.fdopen(handle, "w+b") as out,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as into,
        ):
            into.comment = archive.UNSEALED
            _write(into, data, target.parent, part(progress, 0.0, 0.7))
        archive.seal(part_file)
        manifest = check(part_file, part(progress, 0.7, 1.0))
        with part_file.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        os.link(part_file, target)  # unlike a rename, this never replaces a file made in the meantime
        archive.sync_folder(target.parent)
    except FileExistsError as error:
        raise _exists(target) from error
    finally:
        part_file.unlink(missing_ok=True)
    return Made(len(manifest.members), target.stat().st_size, digest)


def _require_target(data: Path, target: Path) -> None:
    if not data.is_dir() or data_folder.count_migrations(data) < 0:
        raise Problem(_("{folder} holds no information centre.").format(folder=data))
    if target.exists():
        raise _exists(target)
    if target.is_relative_to(data):
        raise Problem(
            _(
                "{file} lies in the data folder, so the next backup would hold it. Choose another place."
            ).format(file=target)
        )
    if not target.parent.is_dir():
        raise Problem(_("There is no folder {folder}.").format(folder=target.parent))


def _exists(target: Path) -> Problem:
    return Problem(
        _("{file} exists already. Choose another name; no backup is replaced.").format(file=target)
    )


def _write(into: zipfile.ZipFile, data: Path, spool_in: Path, progress: Progress) -> None:
    members: dict[str, Member] = {}
    progress(0.0, _("Database"))
    with tempfile.TemporaryDirectory(prefix=".amur-backup-", dir=spool_in) as spool:
        copy = Path(spool) / "database"
        name = _copy_database(data, copy)
        members[name] = _add(into, name, copy)
    files = list(_files(data))
    for number, file in enumerate(files):
        progress(0.5 + 0.5 * number / len(files), _("Files"))
        name = FILES + file.relative_to(data).as_posix()
        with suppress(FileNotFoundError):  # deleted since it was listed
            members[name] = _add(into, name, file)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    into.writestr(archive.MANIFEST, Manifest(archive.FORMAT, version("amur"), made, members).as_json())


def _copy_database(data: Path, copy: Path) -> str:
    if url := os.environ.get("DATABASE_URL"):
        postgres.dump(url, copy)
        return POSTGRES
    address = f"file:{data / data_folder.DATABASE}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.execute("PRAGMA busy_timeout = 20000")
        source.backup(target)  # in one step: readers and writers of WAL do not wait for it
        target.execute("PRAGMA journal_mode = DELETE")
    return SQLITE


def _files(data: Path) -> Iterator[Path]:
    left_out = archive.LEFT_OUT | archive.LEFT_OUT_DATABASE
    for entry in sorted(data.iterdir()):
        if entry.name in left_out or entry.name.startswith("."):
            continue
        found = sorted(entry.rglob("*")) if entry.is_dir() and not entry.is_symlink() else [entry]
        yield from (one for one in found if one.is_file() and not one.is_symlink())


def _add(into: zipfile.ZipFile, name: str, file: Path) -> Member:
    """Write a file as it is now: no more than its present size, should somebody add to it meanwhile."""
    with file.open("rb") as source:
        state = os.fstat(source.fileno())
        stored = file.suffix.lower() in PACKED_ALREADY
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        with into.open(info, "w", force_zip64=True) as target:
            size, digest = archive.copy_hashing(source, target, limit=state.st_size)
    return Member(size, digest, state.st_mode & 0o777)
