"""The run of the room: reading a card. Each file is copied into the store, looked into, and gets its row.

Originals are brought to the disk first and their rows written afterwards, some dozens in a transaction, so a
reading that is killed or cancelled goes on where it was and nothing is there twice. Nothing that it stores is
seen outside the page of the card until that is finished.
"""

from __future__ import annotations

import errno
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur.formats.cards import kinds, sources
from amur.formats.cards.readers import Reader, Readers, Seen
from amur.formats.media.problems import MediaProblem
from amur.portal.cameras import store
from amur.portal.cameras.models import Media
from amur.portal.cards import arriving
from amur.portal.cards.models import CardFile, MemoryCard
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run

NAME: Final = "cameras.card"
BATCH: Final = 48
STAGES: Final = {
    "list": _("Listing the card"),
    "read": _("Reading pictures and videos"),
}
State = CardFile.State
NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
DONE: Final = (State.TAKEN, State.TWICE, State.KNOWN, State.REFUSED, State.PASSED)
COLUMNS: Final = (
    "size", "state", "problem", "like", "sha256", "media_type", "shown", "shown_by_file", "width", "height",
    "duration_s", "dhash", "infrared", "told",
)  # fmt: skip


@dataclass(slots=True)
class Taken:
    """A file that was copied and looked into: where the copy lies, and what it tells; or its problem."""

    entry: sources.Entry
    file: Path | None = None
    sha256: str = ""
    size: int = 0
    media_type: str = ""
    seen: Seen | None = None
    problem: MediaProblem | None = None


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    card = MemoryCard.objects.filter(uuid=str(given.get("card"))).first()
    if card is None:
        raise ValueError("card: it is not known")
    if card.state != MemoryCard.State.OPEN:
        raise ValueError("card: it is finished")
    return {"card": str(card.uuid), "place": str(given.get("place") or "")}


def _work(task: Task) -> Outcome:
    run = task.run
    card = MemoryCard.objects.select_related("deployment").get(uuid=run.parameters["card"])
    if run.owner is not None and not may(run.owner, Verb.ADD, Subject.CAMERAS, card.office_id):
        raise Refused([{"code": "no-right", "severity": "error"}])
    task.progress(0.0, "list")
    place = run.parameters["place"]
    try:
        source = sources.opened(Path(place)) if place else arriving.source_of(card)
    except MediaProblem as problem:
        raise Refused([_told(problem)]) from problem
    with closing(source):
        _pass_over(card, source.passed)
        before = set(card.files.filter(state__in=DONE).values_list("name", flat=True))
        entries = [entry for entry in source.entries if entry.name not in before]
        try:
            _read(task, card, source, entries, len(before))
        except store.NoRoom as full:
            raise Refused([{"code": "disk-full", "severity": "error"}]) from full
    arriving.clear(card)
    return Outcome({"card": str(card.uuid)})


def _read(
    task: Task, card: MemoryCard, source: sources.Card, entries: list[sources.Entry], before: int
) -> None:
    total, done = max(before + len(entries), 1), before
    waiting: list[Taken] = []
    with store.arriving() as place, Readers() as readers:
        for taken in readers.map(partial(_take, source, place), _while_room(entries)):
            waiting.append(taken)
            if len(waiting) >= BATCH:
                done += _keep(task, card, waiting)
                waiting = []
                task.progress(done / total, "read")
        _keep(task, card, waiting)


def _while_room(entries: Iterable[sources.Entry]) -> Iterator[sources.Entry]:
    """The files, as long as the disk has room. Raises NoRoom."""
    for number, entry in enumerate(entries):
        if number % BATCH == 0 or entry.size > (64 << 20):
            store.require_room(entry.size)
        yield entry


def _take(source: sources.Card, place: Path, reader: Reader, entry: sources.Entry) -> Taken:
    """Copy a file into the store and look into the copy, which nobody can change meanwhile."""
    taken = Taken(entry, size=entry.size)
    try:
        with source.open(entry) as opened:
            head = _head(opened)
            taken.media_type = kinds.card_type(head, entry.name)
            limit = kinds.LIMITS[taken.media_type]
            taken.file, taken.sha256, taken.size = store.take(opened, place, limit, head)
        taken.seen = reader.look(taken.file, taken.media_type)
    except MediaProblem as problem:
        taken.problem = problem
    except store.TooLarge:
        taken.problem = MediaProblem("too-large", limit=limit // 1_000_000)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        taken.problem = MediaProblem("damaged")
    except OSError as error:
        if error.errno in NO_ROOM:
            raise store.NoRoom from error
        taken.problem = MediaProblem("unreadable")
    if taken.problem is not None and taken.file is not None:
        taken.file.unlink(missing_ok=True)
        taken.file = None
    return taken


def _head(opened: IO[bytes]) -> bytes:
    from amur.formats.media.kinds import HEAD_BYTES

    return opened.read(HEAD_BYTES)


def _keep(task: Task, card: MemoryCard, taken: list[Taken]) -> int:
    """Settle the originals of some files and write their rows; gives how many they were."""
    if not taken:
        return 0
    hashes = {one.sha256 for one in taken if one.file is not None}
    known = known_media(card, hashes)
    before = card.files.filter(sha256__in=hashes, state=State.TAKEN)
    here = {row.sha256: row.name for row in before.only("sha256", "name")}
    rows = [_row(card, one, known, here) for one in taken]
    fresh = []
    for one, row in zip(taken, rows, strict=True):
        if row.state == State.TAKEN and one.file is not None and one.seen is not None:
            fresh.append((one.file, one.sha256))
            if one.seen.thumbnail:
                store.put(one.sha256, "thumbs", one.seen.thumbnail)
        elif one.file is not None:
            one.file.unlink(missing_ok=True)
    with store.held(), transaction.atomic():
        store.settle(fresh)
        CardFile.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=("card", "name"), update_fields=COLUMNS
        )
        task.require_own()
    return len(taken)


def known_media(card: MemoryCard, hashes: Iterable[str]) -> dict[str, str]:
    """Of these contents those that the project has already, with where: deployment and file."""
    rows = Media.objects.filter(project=card.deployment.project_id, sha256__in=list(hashes))
    found = rows.values_list("sha256", "deployment__code", "name", "path")
    return {str(sha256): f"{deployment}: {name or path}"[:520] for sha256, deployment, name, path in found}


def _row(card: MemoryCard, one: Taken, known: Mapping[str, str], here: dict[str, str]) -> CardFile:
    row = CardFile(card=card, name=one.entry.name, size=one.size, media_type=one.media_type)
    if one.problem is not None:
        row.state, row.problem = State.REFUSED, _told(one.problem)
        return row
    row.sha256 = one.sha256
    if one.sha256 in known:
        row.state, row.like = State.KNOWN, known[one.sha256]
        return row
    first = here.setdefault(one.sha256, one.entry.name)
    if first != one.entry.name:
        row.state, row.like = State.TWICE, first
        return row
    row.state = State.TAKEN
    if one.seen is not None:
        _describe(row, one.seen, one.entry)
    return row


def _describe(row: CardFile, seen: Seen, entry: sources.Entry) -> None:
    shown = seen.taken
    if shown is None and entry.modified is not None:
        shown, row.shown_by_file = entry.modified, True
    row.shown = shown.isoformat() if shown else ""
    row.width, row.height, row.duration_s = seen.width, seen.height, seen.duration_s
    row.dhash, row.infrared = seen.dhash, seen.is_infrared
    told: dict[str, Any] = {
        "exif": seen.exif,
        "offset": seen.offset,
        "burst": [seen.number, seen.total] if seen.number and seen.total else None,
        "event": seen.event,
        "temperature_c": seen.temperature_c,
        "serial": seen.serial,
        "trigger": seen.trigger,
        "luminance": seen.luminance,
    }
    row.told = {name: value for name, value in told.items() if value not in (None, "", {})}


def _pass_over(card: MemoryCard, passed: Iterable[sources.PassedOver]) -> None:
    rows = [
        CardFile(
            card=card,
            name=one.name[:400],
            state=State.PASSED,
            problem={"code": f"passed-{one.reason}", "params": {}},
        )
        for one in passed
    ]
    CardFile.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _told(problem: MediaProblem) -> dict[str, Any]:
    return {"code": problem.code, "severity": "error", "params": dict(problem.params)}


def _address(run: Run) -> str:
    return reverse("card", kwargs={"uuid": run.parameters["card"]})


KIND: Final = Kind(
    NAME,
    _("Reading a memory card"),
    Subject.CAMERAS,
    _work,
    checked,
    address=_address,
    stages=STAGES,
)
