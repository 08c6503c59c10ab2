"""A card as its files in a stable order: a folder, or a ZIP archive of one.

Names are looked at and nothing is opened: what leads out of the card, links and archives that are bombs are
refused; hidden files and the small files that systems and cameras leave are passed over, and told. Called by
the portal before it takes the first file, and again whenever an import goes on.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final, Literal

from amur.formats.media.problems import MediaProblem

MAX_FILES: Final = 200_000
MAX_DEPTH: Final = 12
MAX_NAME_BYTES: Final = 400
MAX_RATIO: Final = 100
"""How many times its size in the archive a member may have: pictures and videos do not pack."""
RATIO_COUNTS_FROM: Final = 1 << 20
LEFT_BY_SYSTEMS: Final = frozenset(
    {"thumbs.db", "desktop.ini", "ehthumbs.db", "autorun.inf", "wpsettings.dat"}
)
SYSTEM_FOLDERS: Final = frozenset({"__macosx", "system volume information", "$recycle.bin", "found.000"})
_PARTS: Final = re.compile(r"(\d+)")

Reason = Literal["hidden", "system", "link", "special", "too-deep", "name", "unpacks-too-large", "encrypted"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a card: its name inside the card with forward slashes, its size in bytes as told.

    `modified` is the time of the file, without zone: cameras write there what their clock shows.
    """

    name: str
    size: int
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that is not looked at, and why."""

    name: str
    reason: Reason


class Card(ABC):
    """What a card holds; `entries` are in the order in which the camera wrote them, as names tell it."""

    def __init__(self, entries: list[Entry], passed: list[PassedOver]) -> None:
        if len(entries) > MAX_FILES:
            raise MediaProblem("too-many-files", count=len(entries), limit=MAX_FILES)
        self.entries = tuple(sorted(entries, key=lambda entry: in_order(entry.name)))
        self.passed = tuple(sorted(passed, key=lambda one: in_order(one.name)))

    @abstractmethod
    def open(self, entry: Entry) -> IO[bytes]:
        """The file's bytes. Raises MediaProblem where it is not there any more, or no plain file."""

    def close(self) -> None:  # noqa: B027  # a folder holds nothing open
        """Let go of the card."""


class FolderCard(Card):
    """A folder, such as a mounted card."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise MediaProblem("no-folder", name=str(folder))
        self.folder = folder
        entries: list[Entry] = []
        passed: list[PassedOver] = []
        for found in _walked(folder, PurePosixPath(), passed):
            entries.append(found)
            if len(entries) > MAX_FILES:
                break
        super().__init__(entries, passed)

    def open(self, entry: Entry) -> IO[bytes]:
        try:
            handle = os.open(self.folder / entry.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise MediaProblem("unreadable") from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise MediaProblem("unreadable")
        return os.fdopen(handle, "rb")


class ZipCard(Card):
    """A ZIP archive. Raises MediaProblem for what is none, or a dangerous one."""

    def __init__(self, file: Path | IO[bytes]) -> None:
        try:
            self.archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise MediaProblem("no-archive") from error
        members = self.archive.infolist()
        if len(members) > MAX_FILES * 2:
            raise MediaProblem("too-many-files", count=len(members), limit=MAX_FILES)
        self._members: dict[str, zipfile.ZipInfo] = {}
        entries: list[Entry] = []
        passed: list[PassedOver] = []
        for member in members:
            if member.is_dir():
                continue
            name = member.filename
            reason = _reason_of_member(member, taken=name in self._members)
            if reason:
                passed.append(PassedOver(printable(name), reason))
            else:
                self._members[name] = member
                entries.append(Entry(name, member.file_size, _time_of_member(member)))
        super().__init__(entries, passed)

    def open(self, entry: Entry) -> IO[bytes]:
        try:
            return self.archive.open(self._members[entry.name])
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
            raise MediaProblem("unreadable") from error

    def close(self) -> None:
        self.archive.close()


def opened(place: Path) -> Card:
    """The card in a folder or a ZIP archive. Raises MediaProblem."""
    return FolderCard(place) if place.is_dir() else ZipCard(place)


def in_order(name: str) -> tuple[tuple[tuple[int, int | str], ...], str]:
    """A key by which files stand as a camera wrote them: folder by folder, numbers by their value.

    >>> sorted(["b/IMG_10.JPG", "b/IMG_9.JPG", "a/IMG_11.JPG"], key=in_order)
    ['a/IMG_11.JPG', 'b/IMG_9.JPG', 'b/IMG_10.JPG']
    """
    parts = _PARTS.split(name.lower())
    return tuple((1, int(part)) if at % 2 else (0, part) for at, part in enumerate(parts)), name


def reason_of(name: str) -> Reason | None:
    """Why a file of this name is not looked at; None where it is.

    >>> reason_of("DCIM/100RECNX/Thumbs.db"), reason_of("../../etc/passwd"), reason_of("DCIM/IMG_1.JPG")
    ('system', 'name', None)
    """
    parts = name.split("/")
    if (
        name.startswith("/")
        or "\\" in name
        or any(part in ("", ".", "..") or part != part.strip() or part.endswith(":") for part in parts)
        or not name.isprintable()
        or len(name.encode(errors="replace")) > MAX_NAME_BYTES
    ):
        return "name"
    if any(part.lower() in SYSTEM_FOLDERS for part in parts) or parts[-1].lower() in LEFT_BY_SYSTEMS:
        return "system"
    if any(part.startswith(".") for part in parts):
        return "hidden"
    return "too-deep" if len(parts) > MAX_DEPTH else None


def printable(name: str) -> str:
    """A name fit for a page: no control characters, not endless."""
    return "".join(one if one.isprintable() else "�" for one in name[:MAX_NAME_BYTES])


def _walked(folder: Path, inside: PurePosixPath, passed: list[PassedOver]) -> Iterator[Entry]:
    try:
        found = sorted(os.scandir(folder), key=lambda one: one.name)
    except OSError:
        passed.append(PassedOver(printable(str(inside)), "special"))
        return
    for one in found:
        name = str(inside / one.name)
        reason = reason_of(name)
        if reason is None and one.is_symlink():
            reason = "link"
        if reason is None and one.is_dir(follow_symlinks=False):
            yield from _walked(folder / one.name, inside / one.name, passed)
            continue
        if reason is None and not one.is_file(follow_symlinks=False):
            reason = "special"
        if reason is None:
            status = one.stat(follow_symlinks=False)
            yield Entry(name, status.st_size, datetime.fromtimestamp(int(status.st_mtime)))  # noqa: DTZ006
        else:
            passed.append(PassedOver(printable(name), reason))


def _time_of_member(member: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*member.date_time)  # noqa: DTZ001
    except ValueError:
        return None


def _reason_of_member(member: zipfile.ZipInfo, *, taken: bool) -> Reason | None:
    reason = reason_of(member.filename)
    if reason is not None:
        return reason
    mode = member.external_attr >> 16
    if mode and stat.S_ISLNK(mode):
        return "link"
    if taken or (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG)):
        return "special"
    if member.flag_bits & 1:
        return "encrypted"
    if member.file_size > RATIO_COUNTS_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        return "unpacks-too-large"
    return None
