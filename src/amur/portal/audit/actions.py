"""Writing to the log: `record` notes one thing, `batch` collects many; `verify` proves the whole.

An entry is written in the transaction of the change it tells of: both stay or neither does.
"""

import datetime
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from amur.portal.audit.actor import SYSTEM, Actor, current
from amur.portal.audit.chain import FIRST, canonical, is_sealed, seal
from amur.portal.audit.keys import key
from amur.portal.audit.models import PROGRAMME, AuditEntry, ChainHead
from amur.portal.audit.verification import Problem, Report, heads, verify

__all__ = ["Event", "Problem", "Report", "batch", "heads", "record", "verify"]

OPENED = "audit.chain.open"
BROKEN = "audit.seal.broken"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something to be noted, before it has its place in a chain."""

    action: str
    chain: str
    time: datetime.datetime
    actor: Actor
    kind: str = ""
    object_uuid: uuid.UUID | None = None
    object_key: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)


_batch: ContextVar[list[Event] | None] = ContextVar("audit_batch", default=None)


def record(
    action: str,
    *,
    kind: str = "",
    object_uuid: uuid.UUID | None = None,
    object_key: str = "",
    changes: Mapping[str, Any] | None = None,
    office: uuid.UUID | None = None,
    actor: Actor | None = None,
) -> None:
    """Note something in the chain of an office, or of the programme when it belongs to none.

    `action` is namespaced, such as `areas.area.change` or `areas.export`; `changes` is JSON-like
    and holds no secret and no position. Raises TypeError when `changes` has no JSON form.
    """
    event = Event(
        action=action,
        chain=str(office) if office else PROGRAMME,
        time=timezone.now(),
        actor=actor or current(),
        kind=kind,
        object_uuid=object_uuid,
        object_key=object_key,
        changes=dict(changes or {}),
    )
    waiting = _batch.get()
    if waiting is None:
        _append([event])
    else:
        waiting.append(event)


@contextmanager
def batch() -> Iterator[None]:
    """Do many changes in one transaction and append their entries together at its end."""
    if _batch.get() is not None:
        yield
        return
    with transaction.atomic():
        events: list[Event] = []
        token = _batch.set(events)
        try:
            yield
        finally:
            _batch.reset(token)
        if events:
            _append(events)


def _append(events: Sequence[Event]) -> None:
    with transaction.atomic():
        by_chain: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_chain[event.chain].append(event)
        there = set(ChainHead.objects.filter(chain__in=by_chain).values_list("chain", flat=True))
        for chain in sorted(set(by_chain) - there - {PROGRAMME}):
            # The programme's chain knows every other, so that a whole chain cannot vanish unseen.
            by_chain[PROGRAMME].append(Event(OPENED, PROGRAMME, timezone.now(), SYSTEM, object_key=chain))
        # Always in the same order, so that two writers wait for each other and never in a circle.
        for chain in sorted(by_chain):
            _extend(chain, by_chain[chain])


def _extend(chain: str, events: list[Event]) -> None:
    secret = key()
    head = _locked_head(chain)
    if not is_sealed(secret, chain, head.count, head.head, head.seal):
        # The work of the office goes on, and what was found stays in the log as evidence:
        # sealing silently would bless whatever was done to the chain.
        logger.error("the seal of audit chain %s is broken at entry %s", chain, head.count)
        found = {"count": head.count, "head": head.head, "seal": head.seal}
        events = [Event(BROKEN, chain, timezone.now(), SYSTEM, changes=found), *events]
    rows = []
    for event in events:
        row = _entry(event, head.count + 1, head.head)
        rows.append(row)
        head.count, head.head = row.sequence, row.hash
    AuditEntry.objects.bulk_create(rows, batch_size=500)
    head.seal = seal(secret, chain, head.count, head.head)
    head.save(update_fields=["count", "head", "seal"])


def _locked_head(chain: str) -> ChainHead:
    """The head of a chain, held until the transaction ends; on SQLite the transaction itself holds it."""
    heads_for_update = ChainHead.objects.select_for_update()
    head = heads_for_update.filter(chain=chain).first()
    if head is None:
        ChainHead.objects.get_or_create(chain=chain, defaults=_start(chain))
        head = heads_for_update.get(chain=chain)
    return head


def _start(chain: str) -> dict[str, Any]:
    """A new chain's head; unsealed when entries are there already, since then a head was taken away."""
    last = AuditEntry.objects.filter(chain=chain).order_by("-sequence").first()
    if last is not None:
        return {"count": last.sequence, "head": last.hash, "seal": ""}
    return {"count": 0, "head": FIRST, "seal": seal(key(), chain, 0, FIRST)}


def _entry(event: Event, sequence: int, previous: str) -> AuditEntry:
    row = AuditEntry(
        chain=event.chain,
        sequence=sequence,
        time=event.time,
        actor_uuid=event.actor.uuid,
        actor=_line(event.actor.name, 160),
        action=_line(event.action, 120),
        kind=_line(event.kind, 80),
        object_uuid=event.object_uuid,
        object_key=_line(event.object_key, 200),
        changes_text=canonical(event.changes),
        previous=previous,
    )
    row.hash = row.computed_hash()
    return row


def _line(text: str, length: int) -> str:
    """Text that both databases store as it is: no NUL, no half of a surrogate pair, not too long."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()[:length]
