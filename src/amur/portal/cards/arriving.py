"""Files of a card that come through the browser, piece by piece: `<data>/cameras/uploads/<card>/<file>`.

How much of a file is there is its size on the disk and nothing else, so an upload that was cut off goes on
from there after any crash. A card may also come as one ZIP archive. Read by `work`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from amur.formats.cards import kinds, sources
from amur.formats.media.problems import MediaProblem
from amur.portal.cameras import store
from amur.portal.cards.models import CardFile, MemoryCard

ARCHIVE: Final = "card.zip"
PIECE_BYTES: Final = 2 << 20
MOST_AT_ONCE: Final = 500
State = CardFile.State


class Misplaced(Exception):
    """A piece that does not begin where the file ends; `arrived` says where it does."""

    def __init__(self, arrived: int) -> None:
        self.arrived = arrived
        super().__init__(arrived)


class UploadedCard(sources.Card):
    """The files of a card that are wholly there."""

    def __init__(self, card: MemoryCard) -> None:
        rows = card.files.filter(state=State.WAITING)
        self._places = {row.name: place_of(row) for row in rows}
        entries = [sources.Entry(row.name, row.size, modified_of(row)) for row in rows]
        super().__init__(entries, [])

    def open(self, entry: sources.Entry) -> IO[bytes]:
        try:
            return self._places[entry.name].open("rb")
        except OSError as error:
            raise MediaProblem("unreadable") from error


def source_of(card: MemoryCard) -> sources.Card:
    """What has come of a card. Raises MediaProblem for an archive that cannot be read."""
    archive = folder(card) / ARCHIVE
    return sources.ZipCard(archive) if archive.is_file() else UploadedCard(card)


def folder(card: MemoryCard) -> Path:
    """Where the files of a card come to lie."""
    return store.folder("uploads", str(card.uuid))


def place_of(row: CardFile) -> Path:
    """Where a file comes to lie. Its name is ours, not the one on the card."""
    return folder(row.card) / str(row.pk)


def modified_of(row: CardFile) -> datetime | None:
    """The time of the file that the browser told."""
    text = row.told.get("modified", "")
    return datetime.fromisoformat(text) if text else None


def offer(card: MemoryCard, files: Sequence[tuple[str, int, str]]) -> list[dict[str, object]]:
    """Note files that are about to come (name, size, time); says of each how much is there, or what is wrong.

    A file of the same name and size that is done needs not come again. Raises NoRoom.
    """
    store.require_room(sum(max(size, 0) for _name, size, _time in files))
    refused = {name: _refusal(name, size) for name, size, _time in files}
    fresh = [_row(card, *one, refused[one[0]]) for one in files]
    with transaction.atomic():
        CardFile.objects.bulk_create(fresh, ignore_conflicts=True)
        good = [name for name, refusal in refused.items() if refusal is None]
        rows = {row.name: row for row in card.files.filter(name__in=good).select_related("card")}
        answers: list[dict[str, object]] = []
        for name, size, _time in files:
            row = rows.get(name)
            if row is None:
                answers.append({"refused": True})
            elif row.state == State.ARRIVING and row.size != size:
                row.size = size
                row.save(update_fields=["size"])
                place_of(row).unlink(missing_ok=True)
                answers.append({"id": row.pk, "arrived": 0})
            elif row.state == State.ARRIVING:
                answers.append({"id": row.pk, "arrived": arrived(row)})
            else:
                answers.append({"id": row.pk, "arrived": size})
    return answers


def take_piece(row: CardFile, start: int, piece: bytes) -> int:
    """Add a piece that begins at `start`; gives how much is there. Raises Misplaced, NoRoom."""
    store.require_room(len(piece))
    if row.state != State.ARRIVING:
        return row.size
    with place_of(row).open("ab") as out:
        fcntl.flock(out, fcntl.LOCK_EX)  # two windows may send the same file
        there = out.seek(0, os.SEEK_END)
        if start != there or there + len(piece) > row.size:
            raise Misplaced(there)
        out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    there += len(piece)
    if there == row.size:
        CardFile.objects.filter(pk=row.pk, state=State.ARRIVING).update(state=State.WAITING)
    return there


def arrived(row: CardFile) -> int:
    """How many bytes of a file are there."""
    try:
        return place_of(row).stat().st_size
    except FileNotFoundError:
        return 0


def take_archive(card: MemoryCard, file: UploadedFile) -> None:
    """Keep a ZIP archive of a card until it is read. Raises MediaProblem for what is none, and NoRoom."""
    store.require_room(file.size or 0)
    with store.arriving() as place:
        temporary = place / ARCHIVE
        with temporary.open("xb") as out:
            for chunk in file.chunks():
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        sources.ZipCard(temporary).close()
        temporary.replace(folder(card) / ARCHIVE)


def clear(card: MemoryCard) -> None:
    """Remove what has come of a card and is read by now; files that are not read stay."""
    place = folder(card)
    (place / ARCHIVE).unlink(missing_ok=True)
    unread = card.files.filter(state__in=(State.ARRIVING, State.WAITING))
    coming = {str(pk) for pk in unread.values_list("pk", flat=True)}
    for file in place.iterdir():
        if file.name not in coming:
            file.unlink(missing_ok=True)


def forget(card: MemoryCard) -> None:
    """Remove everything that has come of a card."""
    shutil.rmtree(folder(card), ignore_errors=True)


def _row(card: MemoryCard, name: str, size: int, time: str, refusal: str | None) -> CardFile:
    row = CardFile(card=card, name=sources.printable(name), size=max(size, 0), state=State.ARRIVING)
    if refusal is None:
        row.told = {"modified": time} if time else {}
    else:
        row.state = State.PASSED if refusal.startswith("passed-") else State.REFUSED
        row.problem = {"code": refusal, "params": {"limit": kinds.LARGEST // 1_000_000}}
    return row


def _refusal(name: str, size: int) -> str | None:
    reason = sources.reason_of(name)
    if reason is not None:
        return f"passed-{reason}"
    if size <= 0:
        return "empty"
    return "too-large" if size > kinds.LARGEST else None
