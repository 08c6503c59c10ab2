"""Questions to the released series, events and commitments; other subjects ask here."""

import datetime
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from amur.portal.events.models import CommitmentState, EventState
from amur.portal.media.models import MediaFile
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import released


@dataclass(frozen=True, slots=True)
class Slot:
    """A released session with its two moments; `fields` is what the page shows."""

    fields: Mapping[str, Any]
    begins: datetime.datetime
    ends: datetime.datetime

    @property
    def offset(self) -> str:
        """The offset from UTC at this moment, such as UTC+10."""
        return offset(self.begins)


def offset(moment: datetime.datetime) -> str:
    """How far a zone is from UTC at a moment.

    >>> offset(datetime.datetime(2027, 5, 12, 9, tzinfo=zoneinfo.ZoneInfo("Asia/Vladivostok")))
    'UTC+10'
    >>> offset(datetime.datetime(2027, 5, 12, 9, tzinfo=zoneinfo.ZoneInfo("Asia/Kolkata")))
    'UTC+5:30'
    """
    minutes = int((moment.utcoffset() or datetime.timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def listed(event: Released, name: str) -> list[Any]:
    """A list among the released fields; empty when the gate has kept it back and says so instead."""
    found = event.fields.get(name)
    return found if isinstance(found, list) else []


def slots(event: Released) -> list[Slot]:
    """The sessions of an event in the order of time; none when its zone is not known."""
    zone = event.fields.get("time_zone")
    if not zone:
        return []
    found = [_slot(one, zoneinfo.ZoneInfo(zone)) for one in listed(event, "sessions")]
    return sorted(found, key=lambda slot: (slot.begins, slot.ends))


def _slot(session: Mapping[str, Any], zone: zoneinfo.ZoneInfo) -> Slot:
    day = datetime.date.fromisoformat(session["day"])
    begins, ends = (
        datetime.datetime.combine(day, datetime.time.fromisoformat(session[name]), zone)
        for name in ("begins", "ends")
    )
    return Slot(session, begins, ends)


@remembered
def all_events() -> list[Released]:
    """All released events, the latest first."""
    return sorted(released("event"), key=lambda row: (row.sort, row.key), reverse=True)


@remembered
def all_series() -> Mapping[str, Released]:
    """All released series by key."""
    return {row.key: row for row in released("event-series")}


def events_of(series: Released) -> list[Released]:
    """The events of a series, the latest first."""
    return [row for row in all_events() if row.fields.get("series") == series.key]


def events_about(kind: str, key: str) -> list[Released]:
    """The events about an area, a species, a module or a country, the latest first."""
    name = {"area": "areas", "species": "species", "country": "countries", "module": "module"}.get(kind)
    if name is None:
        return []
    return [
        row
        for row in all_events()
        if (kind == "area" and row.fields.get("area_key") == key)
        or key == row.fields.get(name)
        or (name != "module" and key in (row.fields.get(name) or ()))
    ]


def subjects_of(event: Released) -> frozenset[str]:
    """What an event is about, as `species:amur-tiger`, `area:…`, `module:…`, `country:RU`."""
    fields = event.fields
    areas = {*(fields.get("areas") or ()), *([fields["area_key"]] if fields.get("area_key") else ())}
    found = {f"area:{key}" for key in areas} | {f"species:{key}" for key in fields.get("species") or ()}
    found |= {f"country:{code}" for code in fields.get("countries") or ()}
    return frozenset(found | ({f"module:{fields['module']}"} if fields.get("module") else set()))


@remembered
def _commitments() -> list[Released]:
    return sorted(released("commitment"), key=lambda row: (row.sort, row.key))


def commitments(*, event: str = "", responsible: str = "", state: str = "", kind: str = "") -> list[Released]:
    """What was agreed, by the day it is due: of an event, of a responsible office, in a state, of a kind.

    All four are keys or codes as the released fields have them; a row's `uuid` is the same for ever, so
    that later modules can follow it. `kind` is `decision` or `commitment`.
    """
    wanted = {"event": event, "responsible": responsible, "state": state, "type": kind}
    asked = {name: value for name, value in wanted.items() if value}
    return [
        row for row in _commitments() if all(row.fields.get(name) == value for name, value in asked.items())
    ]


def open_commitments(responsible: str = "") -> list[Released]:
    """Commitments that are neither done nor withdrawn, of an office or of all."""
    return commitments(responsible=responsible, state=CommitmentState.OPEN, kind="commitment")


def is_overdue(commitment: Released, today: datetime.date) -> bool:
    """Whether a commitment is still open after its day."""
    due = commitment.fields.get("due")
    return commitment.fields["state"] == CommitmentState.OPEN and bool(due) and str(due) < today.isoformat()


def is_over(event: Released, today: datetime.date) -> bool:
    """Whether the last known day, month or year of an event has passed."""
    last = str(event.fields.get("end") or event.fields["start"])
    return last < today.isoformat()[: len(last)]


def takes_registrations(state: str, until: str, zone: str, now: datetime.datetime) -> bool:
    """Whether an event in that state takes registrations until the end of a day of its zone.

    >>> moment = datetime.datetime(2027, 5, 12, 14, 30, tzinfo=datetime.UTC)  # past midnight in Vladivostok
    >>> takes_registrations("confirmed", "2027-05-12", "Asia/Vladivostok", moment)
    False
    >>> takes_registrations("confirmed", "2027-05-12", "Asia/Shanghai", moment)
    True
    """
    today = now.astimezone(zoneinfo.ZoneInfo(zone)).date().isoformat()
    return state in {EventState.ANNOUNCED, EventState.CONFIRMED} and today <= until


def is_taking(event: Released, now: datetime.datetime) -> bool:
    """The same for a released event."""
    fields = event.fields
    if not fields.get("registration") or not fields.get("time_zone"):
        return False
    until = str(fields.get("registration_until") or fields["start"])
    return takes_registrations(str(fields["state"]), until, fields["time_zone"], now)


def years(events: Iterable[Released]) -> list[str]:
    """The years of events, the latest first."""
    return sorted({str(row.fields["start"])[:4] for row in events}, reverse=True)


def files(event: Released) -> Mapping[str, MediaFile]:
    """The public files of an event and its talks by identifier; one query, none without files."""
    talks = [talk for one in listed(event, "sessions") for talk in one["talks"]]
    named = [*listed(event, "files"), *(talk.get("slides") for talk in talks)]
    wanted = [UUID(one) for one in named if one]
    rows: QuerySet[MediaFile] | tuple[()] = (
        MediaFile.objects.filter(uuid__in=wanted, is_published=True) if wanted else ()
    )
    return {str(row.uuid): row for row in rows}
