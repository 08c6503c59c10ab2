"""Where the files of a package lie: opens folders and archives, and no path that leads out of them."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from amur.formats.camtrapdp.messages import Problems
from amur.formats.errors import shortened
from amur.formats.files import ArchiveLimits, UnsafeArchive, unpack

DESCRIPTOR = "datapackage.json"
LIMITS = ArchiveLimits(members=2_000_000, ratio=300.0, unpacked_bytes=4 << 30)
LARGEST_DESCRIPTOR = 64 << 20
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A package on disk: its folder, its descriptor, the content of that, a folder for what is unpacked."""

    folder: Path
    descriptor: Path
    metadata: Mapping[str, Any]
    scratch: Path

    def file(self, path: object, resource: str, problems: Problems) -> Path | None:
        """The file of a resource, unpacked; None where it is not there or leads out, which is noted."""
        mine = problems.of(self.descriptor)
        column = f"resources.{resource}.path"
        if path is None:
            return None
        if isinstance(path, list) and len(path) == 1:
            path = path[0]
        if not isinstance(path, str) or not is_inside(path):
            mine.error("resource-path", column=column, name=resource, value=shortened(path))
            return None
        found = (self.folder / path).resolve()
        if not found.is_relative_to(self.folder.resolve()):
            mine.error("resource-path", column=column, name=resource, value=shortened(path))
            return None
        if not found.is_file():
            mine.error("file-missing", column=column, path=shortened(path))
            return None
        return _plain(found, self.scratch, problems) if found.suffix == ".gz" else found


def is_inside(path: str) -> bool:
    """Whether a path stays in the folder of the package.

    >>> is_inside("tables/media.csv"), is_inside("../media.csv"), is_inside("https://example.org/media.csv")
    (True, False, False)
    """
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and not set(path) & set(":\\\0")


@contextmanager
def opened_source(path: Path, problems: Problems) -> Iterator[Source | None]:
    """Open a package; None where it is none, which is noted. What was unpacked is gone afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        if path.is_file() and path.suffix.lower() != ".json":
            descriptor = _unpacked(path, Path(scratch), problems)
        else:
            descriptor = path / DESCRIPTOR if path.is_dir() else path
        metadata = _metadata(descriptor, path, problems) if descriptor else None
        if descriptor is None or metadata is None:
            yield None
        else:
            yield Source(descriptor.parent, descriptor, metadata, Path(scratch))


def _metadata(descriptor: Path, path: Path, problems: Problems) -> Mapping[str, Any] | None:
    if not descriptor.is_file():
        problems.of(path).error("package-missing", path=path)
        return None
    mine = problems.of(descriptor)
    if descriptor.stat().st_size > LARGEST_DESCRIPTOR:
        mine.error("file-too-large", limit=LARGEST_DESCRIPTOR >> 20)
        return None
    try:
        metadata = json.loads(descriptor.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        mine.error("package-json", row=getattr(error, "lineno", None), reason=shortened(error, 120))
        return None
    if not isinstance(metadata, dict):
        mine.error("package-object")
        return None
    return metadata


def _unpacked(archive: Path, scratch: Path, problems: Problems) -> Path | None:
    """Unpack the descriptor and the files that it names; the pictures stay where they are."""
    mine = problems.of(archive)
    first, second = scratch / "descriptor", scratch / "package"
    first.mkdir()
    second.mkdir()
    try:
        descriptors = unpack(archive, first, LIMITS, lambda name: PurePosixPath(name).name == DESCRIPTOR)
        if not descriptors:
            mine.error("package-archive", reason="it holds no", member=DESCRIPTOR)
            return None
        found = min(descriptors, key=lambda each: len(each.parts))
        where = found.relative_to(first).parent
        names = {(where / name).as_posix() for name in _paths(found)}
        unpack(archive, second, LIMITS, names.__contains__)
    except UnsafeArchive as error:
        mine.error("package-archive", reason=error.reason.replace("-", " "), member=shortened(error.member))
        return None
    target = second / where / DESCRIPTOR
    target.parent.mkdir(parents=True, exist_ok=True)
    return found.replace(target)


def _paths(descriptor: Path) -> list[str]:
    """The paths of resources that a descriptor names; what is wrong with it is said later."""
    try:
        resources = json.loads(descriptor.read_text(encoding="utf-8-sig"))["resources"]
        paths = [resource.get("path", []) for resource in resources]
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return []
    named = [name for path in paths for name in (path if isinstance(path, list) else [path])]
    return [name for name in named if isinstance(name, str) and name != DESCRIPTOR]


def _plain(path: Path, scratch: Path, problems: Problems) -> Path | None:
    """The content of a gzip file, as a file of the same name without .gz."""
    target = scratch / path.stem
    written = 0
    try:
        with gzip.open(path) as packed, target.open("wb") as sink:
            while chunk := packed.read(_CHUNK):
                written += len(chunk)
                if written > LIMITS.unpacked_bytes:
                    problems.of(path).error("file-too-large", limit=LIMITS.unpacked_bytes >> 20)
                    return None
                sink.write(chunk)
    except (OSError, EOFError) as error:
        problems.of(path).error("file-unreadable", reason=shortened(error))
        return None
    return target
