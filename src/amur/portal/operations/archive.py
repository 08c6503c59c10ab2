"""The form of a backup: one ZIP file with a manifest of hashes. Written by `backup`, read by `restore`.

manifest.json              format, program version, time, and for each other member size, hash and mode
database/amur.sqlite3      a consistent copy of the embedded database, or
database/amur.pgdump       what `pg_dump --format=custom` wrote
files/...                  the data folder: media, keys and everything else that cannot be made again

The last 64 bytes of the file (the ZIP comment) are the SHA-256 of all bytes before them, so that any change
of the file is found, in whatever part of it.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from amur.portal.operations.problems import Problem, _

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SQLITE: Final = "database/amur.sqlite3"
POSTGRES: Final = "database/amur.pgdump"
FILES: Final = "files/"

SEAL_LENGTH: Final = 64
UNSEALED: Final = b"0" * SEAL_LENGTH

MAX_MANIFEST_BYTES: Final = 512 * 1024 * 1024
MAX_MEMBERS: Final = 2_000_000
BLOCK: Final = 1024 * 1024

#: Made again by `prepare`, or of no meaning in another place.
LEFT_OUT: Final = frozenset({"static", "cache", "prepared.json", "prepare.lock", "in-use.lock"})
LEFT_OUT_DATABASE: Final = frozenset(
    {"amur.sqlite3", "amur.sqlite3-wal", "amur.sqlite3-shm", "amur.sqlite3-journal"}
)


@dataclass(frozen=True)
class Member:
    """One file of a backup: size in bytes, SHA-256 in hexadecimal, POSIX permission bits."""

    size: int
    sha256: str
    mode: int


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `made` is an instant in UTC, ISO 8601."""

    format: int
    program: str
    made: str
    members: dict[str, Member]

    @property
    def size(self) -> int:
        """Bytes after unpacking."""
        return sum(member.size for member in self.members.values())

    @property
    def is_postgres(self) -> bool:
        return POSTGRES in self.members

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()


def copy_hashing(source: IO[bytes], target: IO[bytes] | None, limit: int | None = None) -> tuple[int, str]:
    """Copy to the end (or to `limit` bytes); returns size and SHA-256 of what was copied."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK if limit is None else min(BLOCK, limit - size)):
        digest.update(block)
        size += len(block)
        if target is not None:
            target.write(block)
    return size, digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_before_seal(file: Path) -> str:
    """SHA-256 of everything but the last 64 bytes."""
    with file.open("rb") as source:
        return copy_hashing(source, None, limit=max(file.stat().st_size - SEAL_LENGTH, 0))[1]


def seal(file: Path) -> None:
    """Put the hash of the file into the place that was left for it, and wait until it is on the disk."""
    digest = digest_before_seal(file).encode()
    with file.open("r+b") as out:
        out.seek(-SEAL_LENGTH, os.SEEK_END)
        out.write(digest)
        out.flush()
        os.fsync(out.fileno())


def require_seal(file: Path) -> None:
    """Raises Problem when any byte of the file differs from what was written, or is missing."""
    try:
        with file.open("rb") as source:
            source.seek(-SEAL_LENGTH, os.SEEK_END)
            found = source.read()
    except FileNotFoundError as error:
        raise Problem(_("There is no file {file}.").format(file=file)) from error
    except OSError as error:
        raise damaged(file, _("it is no backup ({reason})").format(reason=error.strerror)) from error
    if found != digest_before_seal(file).encode():
        raise damaged(file, _("it is altered, cut off, or no backup at all"))


@contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup whose list of members agrees with its manifest; contents are not yet verified.

    Raises Problem for a file that is missing, truncated, no backup, from a newer program, or hostile.
    """
    require_seal(file)
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive, _manifest(file, archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise damaged(file, _("it is no backup ({reason})").format(reason=error)) from error


def damaged(file: Path, reason: str) -> Problem:
    """The problem of a backup that must not be used."""
    return Problem(
        _("{file} cannot be restored: {reason}. Nothing was changed; take another backup.").format(
            file=file, reason=reason
        )
    )


def _manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    listed = archive.infolist()
    names = [info.filename for info in listed]
    if MANIFEST not in names:
        raise damaged(file, _("it has no manifest"))
    if len(listed) > MAX_MEMBERS or len(set(names)) != len(names):
        raise damaged(file, _("its list of files is not one that this program writes"))
    if archive.getinfo(MANIFEST).file_size > MAX_MANIFEST_BYTES:
        raise damaged(file, _("its list of files is not one that this program writes"))
    try:
        manifest = _parsed(json.loads(archive.read(MANIFEST)))
    except (ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        raise damaged(file, _("its manifest cannot be read")) from error
    if manifest.format > FORMAT:
        raise damaged(
            file, _("it was written by a newer program ({program})").format(program=manifest.program)
        )
    _require_agreement(file, listed, manifest)
    return manifest


def _parsed(known: dict[str, Any]) -> Manifest:
    members = {
        str(name): Member(int(one["size"]), str(one["sha256"]), int(one["mode"]))
        for name, one in known["members"].items()
    }
    return Manifest(int(known["format"]), str(known["program"]), str(known["made"]), members)


def _require_agreement(file: Path, listed: list[zipfile.ZipInfo], manifest: Manifest) -> None:
    there = {info.filename: info for info in listed if info.filename != MANIFEST}
    if unsafe := sorted(name for name in there if not is_safe(name)):
        raise damaged(file, _("{name} is no name that may be unpacked").format(name=repr(unsafe[0])))
    if lost := sorted(manifest.members.keys() - there.keys()):
        raise damaged(file, _("{name} is missing").format(name=lost[0]))
    if strange := sorted(there.keys() - manifest.members.keys()):
        raise damaged(file, _("{name} is not in its manifest").format(name=repr(strange[0])))
    for name, member in manifest.members.items():
        if there[name].file_size != member.size or there[name].flag_bits & 1:
            raise damaged(file, _("{name} is altered").format(name=name))
    if (SQLITE in manifest.members) == (POSTGRES in manifest.members):
        raise damaged(file, _("it must hold one database"))


def is_safe(name: str) -> bool:
    """Whether a member's name stays inside the folder it is unpacked into and is one that a backup uses.

    >>> is_safe("files/media/a.webp"), is_safe("files/../a"), is_safe("/etc/passwd"), is_safe("files/a\\\\b")
    (True, False, False, False)
    """
    path = PurePosixPath(name)
    return (
        (name in {SQLITE, POSTGRES} or name.startswith(FILES))
        and str(path) == name
        and ".." not in path.parts
        and not any(ord(letter) < 32 or letter in "\\\x7f" for letter in name)
        and len(path.parts) > 1
        and path.parts[1] not in LEFT_OUT | (LEFT_OUT_DATABASE if path.parts[0] == "files" else frozenset())
    )
