"""Files from and to strangers: size limits, ZIP archives, writing that cannot leave half a file.

Called by the readers and writers of this folder. Limits follow the OWASP ASVS 5.0 chapter on file handling:
members are counted, sizes are summed and the ratio is looked at before a byte is unpacked, and what is
unpacked is counted again, because the numbers in an archive's directory are the sender's claim.
"""

from __future__ import annotations

import os
import secrets
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_CHUNK = 1 << 20
_RATIO_FLOOR = 1 << 20


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may hold. Sizes in bytes."""

    members: int = 10_000
    ratio: float = 100.0
    unpacked_bytes: int = 1 << 30


class UnsafeArchive(ValueError):
    """An archive that is not unpacked; `reason` is a stable key, `member` the offending name (or empty)."""

    def __init__(self, reason: str, member: str = "") -> None:
        self.reason = reason
        self.member = member
        super().__init__(f"{reason}: {member}" if member else reason)


def unpack(
    archive: Path,
    folder: Path,
    limits: ArchiveLimits | None = None,
    wanted: Callable[[str], bool] = lambda name: True,
) -> list[Path]:
    """Unpack a ZIP archive into an empty folder and return the files, in the order of their names.

    Only the members whose names are `wanted` are unpacked and count for the sizes; all names are checked.

    Raises `UnsafeArchive` with the reason `not-a-zip`, `too-many-members`, `encrypted`, `compression`,
    `unsafe-name`, `link`, `duplicate`, `too-large`, `ratio` or `damaged`.
    """
    limits = limits or ArchiveLimits()
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _checked_members(opened, limits, wanted)
            budget = limits.unpacked_bytes
            files = []
            for member in members:
                target = folder.joinpath(*PurePosixPath(member.filename).parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                budget -= _unpack_member(opened, member, target, min(budget, member.file_size))
                files.append(target)
    except zipfile.BadZipFile as broken:
        raise UnsafeArchive("not-a-zip" if not zipfile.is_zipfile(archive) else "damaged") from broken
    except (EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error) as broken:
        if isinstance(broken, UnsafeArchive):
            raise
        raise UnsafeArchive("damaged") from broken
    return sorted(files)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name beside `path`; on success flush it to disk and rename it, on failure remove it.

    A reader of `path` sees the old file or the whole new one, never a part; this holds through a power cut.
    The temporary name keeps the suffix of `path`, because some drivers choose their format by it.
    """
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(6)}{path.suffix}")
    try:
        yield temporary
        _flush(temporary)
        temporary.replace(path)
        _flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _checked_members(
    opened: zipfile.ZipFile, limits: ArchiveLimits, wanted: Callable[[str], bool]
) -> list[zipfile.ZipInfo]:
    everything = opened.infolist()
    if len(everything) > limits.members:
        raise UnsafeArchive("too-many-members")
    members = [member for member in everything if not member.is_dir()]
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if not _is_safe_name(name):
            raise UnsafeArchive("unsafe-name", name)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise UnsafeArchive("link", name)
        if member.flag_bits & 0x1:
            raise UnsafeArchive("encrypted", name)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnsafeArchive("compression", name)
        if name.casefold() in seen:
            raise UnsafeArchive("duplicate", name)
        seen.add(name.casefold())
    members = [member for member in members if wanted(member.filename)]
    for member in members:
        name = member.filename
        # Small members of zeros compress a thousandfold and hurt nobody: the ratio counts above 1 MiB.
        if member.file_size > max(_RATIO_FLOOR, limits.ratio * max(member.compress_size, 1)):
            raise UnsafeArchive("ratio", name)
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_bytes:
        raise UnsafeArchive("too-large")
    if unpacked > max(10 * _RATIO_FLOOR, limits.ratio * sum(member.compress_size for member in members)):
        raise UnsafeArchive("ratio")
    return members


def _is_safe_name(name: str) -> bool:
    path = PurePosixPath(name)
    drive_or_backslash = "\\" in name or ":" in name or "\0" in name
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and not drive_or_backslash


def _unpack_member(opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: int) -> int:
    written = 0
    with opened.open(member) as source, target.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > budget:
                raise UnsafeArchive("too-large", member.filename)
            sink.write(chunk)
    return written


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
