"""The verbs of files: storing an upload, and asking for its served copies."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from django.db import IntegrityError, transaction

from amur.formats.media import limited
from amur.formats.media.kinds import HEAD_BYTES, Type, type_of
from amur.formats.media.problems import MediaProblem
from amur.portal.media import store
from amur.portal.media.models import MediaFile
from amur.portal.media.rendering import RENDITIONS_KIND, render
from amur.portal.offices.models import Office, Person
from amur.portal.runs.actions import start

NAME_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was looked at and lies in the store, before a row names it."""

    name: str
    type: Type
    sha256: str
    size: int
    found: limited.Found


def examine(upload: Any) -> Examined:
    """Find out what an upload is, open it in a limited process, and put it into the store.

    `upload` is Django's uploaded file, or an opened file with a `name`. Raises MediaProblem for a file that
    cannot be taken; nothing of it stays.
    """
    chunks = upload.chunks() if hasattr(upload, "chunks") else iter(lambda: upload.read(1 << 20), b"")
    head = b""
    while len(head) < HEAD_BYTES and (chunk := next(chunks, b"")):
        head += chunk
    kind = type_of(head)
    try:
        arrived, sha256, size = store.write(_joined(head, chunks), kind.limit)
    except OverflowError as error:
        raise MediaProblem("too-large", limit=kind.limit // 1_000_000) from error
    try:
        found = limited.probe(arrived, kind.media_type)
        store.settle(arrived, sha256)
    finally:
        arrived.unlink(missing_ok=True)
    name = PurePath(str(getattr(upload, "name", "") or "").replace("\\", "/")).name
    return Examined(name[:NAME_LENGTH], kind, sha256, size, found)


def describe(file: MediaFile, examined: Examined) -> MediaFile:
    """Write into a new row what was found out about its file."""
    file.kind, file.media_type = examined.type.kind, examined.type.media_type
    file.name, file.sha256, file.size = examined.name, examined.sha256, examined.size
    found = examined.found
    file.width, file.height = found.width, found.height
    file.duration_s, file.pages = found.duration_s, found.pages
    return file


def stored(office: Office, examined: Examined) -> MediaFile | None:
    """The office's row of this very file; None when it has none."""
    return MediaFile.objects.filter(office=office, sha256=examined.sha256).first()


def store_file(
    office: Office,
    upload: Any,
    *,
    person: Person | None = None,
    in_background: bool = True,
    **fields: Any,
) -> tuple[MediaFile, bool]:
    """Take a file into an office's store; gives its row and whether it is new.

    A file that the office has already is given back as it is, with `fields` left aside. Its served copies are
    made by a run; with `in_background=False` they are made at once. Raises MediaProblem for a file that
    cannot be taken, ValidationError for fields that contradict it.
    """
    examined = examine(upload)
    known = stored(office, examined)
    if known is not None:
        return known, False
    file = describe(MediaFile(office=office, **fields), examined)
    file.clean()
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError:
        # The same file came twice at the same moment.
        known = stored(office, examined)
        if known is None:
            raise
        return known, False
    if in_background:
        ask_for_copies(file, person)
    else:
        render(file)
    return file, True


def store_bytes(office: Office, name: str, data: bytes, **more: Any) -> tuple[MediaFile, bool]:
    """The same for bytes in memory."""
    upload = io.BytesIO(data)
    upload.name = name
    return store_file(office, upload, **more)


def ask_for_copies(file: MediaFile, person: Person | None = None) -> None:
    """Start the run that makes the served copies."""
    start(RENDITIONS_KIND, {"file": str(file.uuid)}, person, file.office)


def render_missing() -> tuple[int, list[tuple[MediaFile, MediaProblem]]]:
    """Make the copies of all files that have none: how many were made, and those that could not be."""
    made, failed = 0, []
    for file in MediaFile.objects.filter(variants={}).order_by("pk"):
        try:
            render(file)
            made += 1
        except MediaProblem as problem:
            failed.append((file, problem))
    return made, failed


def _joined(head: bytes, rest: Iterable[bytes]) -> Iterable[bytes]:
    yield head
    yield from rest
