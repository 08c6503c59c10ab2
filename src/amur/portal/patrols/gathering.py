"""Messages of phones as rows, and the patrols and incidents that follow from them. Called by `importing`.

`drafts` holds messages that came against those that are there and makes anew what they touch, in memory;
`write` stores it inside an act. The same set of messages gives the same patrols, in whatever order and
however often they came.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Q

from amur.formats.smart import Document
from amur.formats.smart.assembling import (
    STOPS,
    Fix,
    Reason,
    Span,
    assemble,
    incident_of,
    instant_of_message,
    patrol_at,
    root_of,
    spans_of,
    start_of_patrol,
)
from amur.formats.smart.mobile import Message, message_of
from amur.formats.smart.words import Words
from amur.portal.offices.models import Office
from amur.portal.patrols.models import Act, PhoneMessage
from amur.portal.patrols.reading import GivenPatrol, given_patrol
from amur.portal.patrols.records import GivenIncident, given_incident, words_in

BATCH: Final = 400
MEDIA: Final = ("SMART_Photo", "SMART_Audio", "SMART_Signature")
Kind = PhoneMessage.Kind
UNKNOWN: Final = ("unknown-category", "unknown-attribute", "unknown-value", "no-category")


@dataclass(slots=True)
class Drafts:
    """What follows from messages: patrols and incidents as they are now, and why which messages wait.

    `moved` are the spans of devices that were or are another: fixes in them have to be looked at again.
    """

    new: list[PhoneMessage]
    same: int
    adopted: list[tuple[PhoneMessage, str]] = field(default_factory=list)
    patrols: list[GivenPatrol] = field(default_factory=list)
    incidents: list[GivenIncident] = field(default_factory=list)
    waits: dict[str, Reason] = field(default_factory=dict)
    moved: dict[str, list[Span]] = field(default_factory=dict)
    spans: dict[str, tuple[Span, ...]] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """How many of the new messages wait."""
        return sum(bool(row.waits) for row in self.new)


def standing(office: Office) -> Any:
    """The messages of an office that count."""
    return PhoneMessage.objects.filter(office=office, ended=None)


def drafts(
    office: Office,
    messages: Mapping[str, tuple[str, Message]],
    zone: str,
    folder: Path,
    words: Words | None = None,
    *,
    waiting: bool = False,
) -> Drafts:
    """What follows from messages by digest, each with the name of what it came in, in an office.

    `words` are those of the office without others; with `waiting` what waits for words is looked at again.
    """
    place, words = ZoneInfo(zone), words or words_in(office)
    rows = [_row(office, digest, message, source, place) for digest, (source, message) in messages.items()]
    known = _known(office, [row.digest for row in rows])
    found = Drafts([row for row in rows if row.digest not in known], len(known))
    _find_patrols_of_legs(office, found)
    touched = {row.patrol for row in found.new if row.kind == Kind.PATROL and row.patrol}
    touched |= {patrol for _row, patrol in found.adopted}
    roots = {row.root for row in found.new if row.kind == Kind.INCIDENT}
    if waiting:
        again = standing(office).filter(waits__in=UNKNOWN)
        touched |= set(again.filter(kind=Kind.PATROL).values_list("patrol", flat=True)) - {""}
        roots |= set(again.filter(kind=Kind.INCIDENT).values_list("root", flat=True))
    touched |= _moved(office, found, touched)
    for code in sorted(touched):
        _draft_patrol(office, found, code, words, place, folder)
    for root in sorted(roots):
        _draft_incident(office, found, root, words, place)
    for row in found.new:
        reason = found.waits.get(row.digest, Reason(""))
        row.waits, row.about = reason.code, reason.about[:300]
    return found


def _known(office: Office, digests: list[str]) -> set[str]:
    found: set[str] = set()
    for first in range(0, len(digests), BATCH):
        some = standing(office).filter(digest__in=digests[first : first + BATCH])
        found |= set(some.values_list("digest", flat=True))
    return found


def _row(office: Office, digest: str, message: Message, source: str, zone: ZoneInfo) -> PhoneMessage:
    attributes = (
        message.whole.get("properties", {}).get("smartAttributes") if message.shape == "data" else None
    )
    leg = attributes.get("patrolLegUuid") if isinstance(attributes, dict) else None
    kind = _kind(message)
    return PhoneMessage(
        office=office,
        digest=digest,
        kind=kind,
        device=message.device or source[:200],
        patrol=(message.patrol or "") if kind == Kind.PATROL else "",
        leg=leg.strip()[:200] if isinstance(leg, str) else "",
        counter=message.counter if kind == Kind.PATROL else None,
        event=message.event or "",
        root=root_of(message, digest),
        at=instant_of_message(message, zone),
        begun=start_of_patrol(message, zone) if kind == Kind.PATROL else None,
        longitude=message.longitude,
        latitude=message.latitude,
        content=_without_media(message.whole),
    )


def _kind(message: Message) -> str:
    if message.shape == "track":
        return Kind.TRACK
    kinds = {"patrol": Kind.PATROL, "incident": Kind.INCIDENT}
    return kinds.get(message.data_type or "", Kind.OTHER)


def _without_media(whole: Mapping[str, Any]) -> dict[str, Any]:
    """A message whose pictures and sounds are only counted; they stay in what came up."""
    properties = whole.get("properties")
    sighting = properties.get("sighting") if isinstance(properties, dict) else None
    if not isinstance(sighting, dict):
        return dict(whole)
    small = {
        name: f"{len(value)} letters" if name.startswith(MEDIA) and isinstance(value, str) else value
        for name, value in sighting.items()
    }
    return {**whole, "properties": {**whole["properties"], "sighting": small}}


def _find_patrols_of_legs(office: Office, found: Drafts) -> None:
    """Messages that name only their leg belong to the patrol that another message of the leg names."""
    legs = {row.leg: row.patrol for row in found.new if row.leg and row.patrol}
    lost = [row for row in found.new if row.kind == Kind.PATROL and row.leg and not row.patrol]
    if lost:
        rows = standing(office).filter(leg__in={row.leg for row in lost}).exclude(patrol="")
        legs = {**dict(rows.values_list("leg", "patrol")), **legs}
        for row in lost:
            row.patrol = legs.get(row.leg, "")
    for row in found.new:
        if row.kind == Kind.PATROL and not row.patrol:
            found.waits[row.digest] = Reason("no-patrol", row.leg)
        elif row.kind == Kind.OTHER:
            found.waits[row.digest] = Reason("kind-other", row.event)
    if legs:
        waiting = standing(office).filter(kind=Kind.PATROL, patrol="", leg__in=legs)
        found.adopted = [(row, legs[row.leg]) for row in waiting]


def is_on_patrol(office: Office, device: str) -> bool:
    """Whether the newest patrol of a device goes on."""
    spans = _spans(office, device, ())
    return bool(spans) and not spans[-1].is_closed


def _moved(office: Office, found: Drafts, touched: set[str]) -> set[str]:
    """The patrols whose time on their device changes, and those of new fixes; notes the spans."""
    tracks: dict[str, list[PhoneMessage]] = defaultdict(list)
    for row in found.new:
        if row.kind == Kind.TRACK:
            tracks[row.device].append(row)
    more: set[str] = set()
    for device in sorted({row.device for row in found.new if row.kind in (Kind.TRACK, Kind.PATROL)}):
        before = _spans(office, device, ())
        after = _spans(office, device, [row for row in found.new if row.device == device])
        found.spans[device] = after
        changed = set(before) ^ set(after)
        found.moved[device] = sorted(changed, key=lambda span: (span.start, span.patrol))
        more |= {span.patrol for span in changed}
        for row in tracks[device]:
            span = patrol_at(after, row.at) if row.at else None
            if span is None:
                found.waits[row.digest] = Reason("no-time" if row.at is None else "no-patrol-then")
            else:
                more.add(span.patrol)
    for device in _devices(office, touched) - set(found.spans):
        found.spans[device] = _spans(office, device, ())
    return more


def _devices(office: Office, patrols: set[str]) -> set[str]:
    rows = standing(office).filter(kind=Kind.PATROL, patrol__in=patrols).order_by()
    return set(rows.values_list("device", flat=True).distinct())


def _spans(office: Office, device: str, more: Iterable[PhoneMessage]) -> tuple[Span, ...]:
    """When a device was on which patrol, with some messages that are not stored yet."""
    rows = (
        standing(office).filter(device=device, kind=Kind.PATROL).exclude(Q(patrol="") | Q(at=None)).order_by()
    )
    firsts: dict[str, datetime] = {}
    stops: dict[str, datetime | None] = {}
    told = rows.values("patrol").annotate(
        first=Min("at"), begun=Min("begun"), stop=Max("at", filter=Q(event__in=STOPS))
    )
    for one in told:
        firsts[one["patrol"]] = min(filter(None, (one["first"], one["begun"])))
        stops[one["patrol"]] = one["stop"]
    for row in more:
        if row.kind == Kind.PATROL and row.patrol and row.at is not None:
            at = min(filter(None, (row.at, row.begun)))
            firsts[row.patrol] = min(at, firsts.get(row.patrol, at))
            stop = row.at if row.event in STOPS else None
            stops[row.patrol] = max(filter(None, (stop, stops.get(row.patrol))), default=None)
    return spans_of((patrol, first, stops[patrol]) for patrol, first in firsts.items())


def _draft_patrol(
    office: Office, found: Drafts, code: str, words: Words, zone: ZoneInfo, folder: Path
) -> None:
    rows = [
        *standing(office).filter(kind=Kind.PATROL, patrol=code),
        *(row for row in found.new if row.kind == Kind.PATROL and row.patrol == code),
        *(row for row, patrol in found.adopted if patrol == code),
    ]
    devices = {row.device for row in rows}
    messages = {row.digest: message_of(row.content) for row in rows}
    made = assemble(code, messages, _fixes(office, found, devices, code), words, zone)
    found.waits.update(dict.fromkeys(messages, Reason("")) | made.waiting)
    if made.patrol is not None:
        found.patrols.append(given_patrol(code, Document.of(made.patrol), folder))


def _fixes(office: Office, found: Drafts, devices: set[str], code: str) -> list[Fix]:
    """The fixes of a patrol's time, each once."""
    fixes: set[Fix] = set()
    for device in devices:
        spans = found.spans[device]
        for span in spans:
            if span.patrol != code:
                continue
            rows = _of_span(standing(office).filter(device=device, kind=Kind.TRACK), span)
            several = list(rows.values_list("at", "longitude", "latitude"))
            several += [
                (row.at, row.longitude, row.latitude)
                for row in found.new
                if row.kind == Kind.TRACK and row.device == device
            ]
            fixes |= {
                Fix(at, east, north)
                for at, east, north in several
                if at and east is not None and north is not None and patrol_at(spans, at) == span
            }
    return sorted(fixes)


def _of_span(rows: Any, span: Span) -> Any:
    rows = rows.filter(at__gte=span.start)
    return rows if span.end is None else rows.filter(at__lte=span.end)


def _draft_incident(office: Office, found: Drafts, root: str, words: Words, zone: ZoneInfo) -> None:
    rows = [
        *standing(office).filter(kind=Kind.INCIDENT, root=root),
        *(row for row in found.new if row.kind == Kind.INCIDENT and row.root == root),
    ]
    messages = {row.digest: message_of(row.content) for row in rows}
    incident, waiting = incident_of(root, messages, words, zone)
    found.waits.update(dict.fromkeys(messages, Reason("")) | waiting)
    if incident is not None:
        found.incidents.append(given_incident(root, Document.of(incident)))


def write(act: Act, found: Drafts) -> list[str]:
    """Store the messages of drafts; the identifiers of the new ones."""
    for row in found.new:
        row.made = act
    PhoneMessage.objects.bulk_create(found.new, batch_size=BATCH)
    for row, patrol in found.adopted:
        PhoneMessage.objects.filter(pk=row.pk).update(patrol=patrol)
    rows = standing(act.office)
    new = {row.digest for row in found.new}
    _note(rows, {digest: why for digest, why in found.waits.items() if digest not in new})
    for device, changed in found.moved.items():
        tracks = rows.filter(device=device, kind=Kind.TRACK)
        for span in changed:
            _of_span(tracks, span).update(waits="no-patrol-then")
        for span in found.spans[device]:
            if any(_meet(span, other) for other in changed):
                within = _of_span(tracks, span)
                held = within if span.end is None or span.is_closed else within.filter(at__lt=span.end)
                held.update(waits="")
    return [str(row.uuid) for row in found.new]


def _meet(one: Span, other: Span) -> bool:
    return (one.end is None or other.start <= one.end) and (other.end is None or one.start <= other.end)


def _note(rows: Any, waits: Mapping[str, Reason]) -> None:
    """Note why messages wait, those with the same reason together."""
    by_reason: dict[Reason, list[str]] = defaultdict(list)
    for digest, why in waits.items():
        by_reason[why].append(digest)
    for why, digests in by_reason.items():
        for first in range(0, len(digests), BATCH):
            some = rows.filter(digest__in=digests[first : first + BATCH])
            some.exclude(waits=why.code, about=why.about[:300]).update(waits=why.code, about=why.about[:300])


def gaps_of(rows: Any) -> dict[str, tuple[tuple[int, int], ...]]:
    """By patrol the spans of numbers below the highest that did not come."""
    last: dict[str, int] = {}
    found: dict[str, list[tuple[int, int]]] = {}
    numbered = rows.filter(kind=Kind.PATROL).exclude(Q(patrol="") | Q(counter=None))
    for patrol, counter in numbered.order_by("patrol", "counter").values_list("patrol", "counter"):
        before = last.get(patrol, 0)
        if counter > before + 1:
            found.setdefault(patrol, []).append((before + 1, counter - 1))
        last[patrol] = counter
    return {patrol: tuple(spans) for patrol, spans in found.items()}
