"""Finishing a card: its pictures become media and sequences of the deployment, all in one transaction.

Before that nobody sees them outside the page of the card; whoever is killed in the middle leaves nothing. A
card can be taken back as long as nothing is said about its pictures.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from amur.formats.cards.sources import in_order
from amur.portal.cameras import store
from amur.portal.cameras.models import Act, Event, Media, Observation
from amur.portal.cards import arriving, clocks
from amur.portal.cards.models import CardFile, MemoryCard
from amur.portal.cards.work import known_media
from amur.portal.offices.models import Person
from amur.portal.runs.models import Run, RunState
from amur.science.cameras.clocks import Times
from amur.science.cameras.sequences import sequences

State = CardFile.State
CHUNK: Final = 500
METHODS: Final = {"motion": Media.Method.ACTIVITY, "time-lapse": Media.Method.TIME_LAPSE}


class Unready(Exception):
    """A card that cannot be finished now; `code` says why: `reading`, `unread`, `nothing` or `finished`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class InUse(Exception):
    """Something is said about pictures of the card already."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How many pictures and sequences came in, and how many were left out because they have no time."""

    media: int
    events: int
    timeless: int


def finish(card: MemoryCard, person: Person | None) -> Finished:
    """Make the pictures of a card visible, all together. Raises Unready; then nothing is changed."""
    with transaction.atomic():
        card = MemoryCard.objects.select_for_update().select_related("deployment__project").get(pk=card.pk)
        _require_ready(card)
        _set_known_aside(card)
        rows = sorted(card.files.filter(state=State.TAKEN), key=lambda row: in_order(row.name))
        shown = clocks.shown_of([(row.name, row.shown, row.infrared) for row in rows])
        captured = clocks.instants(clocks.true_times(card, shown), card.deployment)
        recorded = clocks.instants(shown.times, card.deployment)
        timed = np.flatnonzero(~np.isnat(captured))
        if not len(timed):
            raise Unready("nothing")
        kept = [rows[at] for at in timed]
        Act.objects.create(
            project=card.deployment.project,
            kind=Act.Kind.IMPORT,
            person=person,
            about={"card": str(card.uuid), "deployment": card.deployment.code, "media": len(kept)},
        )
        events = _events(card, kept, captured[timed])
        _make_media(card, kept, captured[timed], recorded[timed], events)
        card.state, card.finished, card.person = MemoryCard.State.FINISHED, timezone.now(), person
        card.save(update_fields=["state", "finished", "person"])
    arriving.forget(card)
    return Finished(len(kept), len({event.pk for event in events}), len(rows) - len(kept))


def media_of(card: MemoryCard) -> QuerySet[Media]:
    """The pictures that came in with a finished card."""
    taken = card.files.filter(state=State.TAKEN).values("sha256")
    return Media.objects.filter(deployment=card.deployment_id, sha256__in=taken)


def take_back(card: MemoryCard) -> None:
    """Open a finished card again: its pictures are seen no more. Raises InUse."""
    with transaction.atomic():
        media = media_of(card)
        events = set(media.exclude(event=None).values_list("event_id", flat=True))
        if Observation.objects.filter(Q(media__in=media) | Q(event__in=events)).exists():
            raise InUse
        media.delete()
        Event.objects.filter(pk__in=events, media=None).delete()
        card.state, card.finished = MemoryCard.State.OPEN, None
        card.save(update_fields=["state", "finished"])


def delete(card: MemoryCard) -> None:
    """Remove an open card, with the originals that nothing else names. Raises Unready."""
    with transaction.atomic():
        card = MemoryCard.objects.select_for_update().get(pk=card.pk)
        if card.state != MemoryCard.State.OPEN:
            raise Unready("finished")
        if is_being_read(card):
            raise Unready("reading")
        hashes = set(card.files.filter(state=State.TAKEN).values_list("sha256", flat=True))
        arriving.forget(card)
        card.delete()
    with store.held():
        for sha256 in hashes - _named(hashes):
            store.discard(sha256)


def is_being_read(card: MemoryCard) -> bool:
    """Whether a run reads the card or waits to."""
    states = (RunState.QUEUED, RunState.RUNNING)
    return card.run_id is not None and Run.objects.filter(pk=card.run_id, state__in=states).exists()


def _require_ready(card: MemoryCard) -> None:
    if card.state != MemoryCard.State.OPEN:
        raise Unready("finished")
    if is_being_read(card):
        raise Unready("reading")
    if card.files.filter(state__in=(State.ARRIVING, State.WAITING)).exists():
        raise Unready("unread")


def _set_known_aside(card: MemoryCard) -> None:
    """What another card brought into the project meanwhile is not brought again."""
    hashes = list(card.files.filter(state=State.TAKEN).values_list("sha256", flat=True))
    for start in range(0, len(hashes), CHUNK):
        for sha256, like in known_media(card, hashes[start : start + CHUNK]).items():
            card.files.filter(state=State.TAKEN, sha256=sha256).update(state=State.KNOWN, like=like)


def _events(card: MemoryCard, rows: Sequence[CardFile], captured: Times) -> list[Event]:
    """Make the sequences of a card; gives that of each picture."""
    deployment = card.deployment
    bursts = np.array([row.told.get("burst") or (0, 0) for row in rows], dtype=np.int64).reshape(-1, 2)
    numbers = sequences(
        np.zeros(len(rows), dtype=np.int64),
        captured,
        deployment.project.event_gap_s,
        bursts[:, 0],
        bursts[:, 1],
    )
    count = int(numbers.max()) + 1
    starts, ends = np.full(count, captured.max()), np.full(count, captured.min())
    np.minimum.at(starts, numbers, captured)
    np.maximum.at(ends, numbers, captured)
    made = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        identifier = uuid.uuid4()
        made.append(
            Event(
                uuid=identifier,
                project=deployment.project,
                deployment=deployment,
                code=str(identifier),
                start=aware(start),
                end=aware(end),
            )
        )
    Event.objects.bulk_create(made, batch_size=CHUNK)
    return [made[number] for number in numbers]


def _make_media(
    card: MemoryCard,
    rows: Sequence[CardFile],
    captured: Times,
    recorded: Times,
    events: Sequence[Event],
) -> None:
    media = [
        _media(card, row, aware(true), aware(shown) if shown else None, event)
        for row, true, shown, event in zip(rows, captured.tolist(), recorded.tolist(), events, strict=True)
    ]
    Media.objects.bulk_create(media, batch_size=CHUNK)


def _media(
    card: MemoryCard, row: CardFile, captured: datetime, recorded: datetime | None, event: Event
) -> Media:
    deployment, identifier = card.deployment, uuid.uuid4()
    told: dict[str, Any] = {name: value for name, value in row.told.items() if name != "exif"}
    return Media(
        uuid=identifier,
        project=deployment.project,
        deployment=deployment,
        event=event,
        code=str(identifier),
        captured=captured,
        recorded=recorded,
        method=METHODS.get(row.told.get("trigger", ""), ""),
        path=f"{deployment.code}/{row.name}",
        name=PurePosixPath(row.name).name[:255],
        media_type=row.media_type,
        exif={**row.told.get("exif", {}), **told, "shown": row.shown},
        sha256=row.sha256,
        size=row.size,
        width=row.width,
        height=row.height,
        duration_s=row.duration_s,
        phash=int.from_bytes(bytes.fromhex(row.dhash), "big", signed=True) if row.dhash else None,
        infrared=row.infrared,
    )


def aware(moment: datetime) -> datetime:
    """An instant in UTC that says so."""
    return moment.replace(tzinfo=UTC)


def _named(hashes: set[str]) -> set[str]:
    """Which of these originals something names."""
    found: set[str] = set()
    given = list(hashes)
    for start in range(0, len(given), CHUNK):
        part = given[start : start + CHUNK]
        found |= {str(row.sha256) for row in Media.objects.filter(sha256__in=part).only("sha256")}
        rows = CardFile.objects.filter(sha256__in=part, state=State.TAKEN)
        found |= set(rows.values_list("sha256", flat=True))
    return found
